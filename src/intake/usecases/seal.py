"""`seal`: from then on this laptop can't read the testimony. The rules decide first; one refused draft stops no other.

A warning asks for a reason, which the record keeps. With `interrupted` only the rules of consent and of children stop a
draft (docs/spec/record-v1.md, "Rules"); the others become marks in the record that a coordinator sees. How one draft is
sealed is in sealing.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import BadTestimony, Declined, NoTerminal, NothingToDo, UsageFault
from intake.records.account import Reason
from intake.records.context import Beside
from intake.records.faults import Finding
from intake.records.rules import INTERRUPTED, blocks, check, marks_of, stops, warnings
from intake.store.rows import DraftSummary, Value
from intake.usecases.amending import addition_of, findings_of
from intake.usecases.drafts import ADDENDUM, events_of, find_draft
from intake.usecases.environment import Environment, open_vault
from intake.usecases.fragments import without_fragments
from intake.usecases.glance import has_ended
from intake.usecases.questions import asked_at, questions_of
from intake.usecases.repeats import Heard, keys_of
from intake.usecases.sealing import Ready, ReadyAddendum, Sealed, Sealer, place_of
from intake.usecases.territories import in_force
from intake.usecases.testimonies import testimony_of
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.records.account import Mark
    from intake.records.testimony import Testimony
    from intake.store.vault import Vault

__all__ = ["INTERRUPTIONS", "NotSealed", "SealReport", "Sealed", "seal"]

STATUS_PATH = "account.interview.status"
REASONS_PATH = "account.reasons"
MIN_REASON, MAX_REASON = 3, 500  # characters
INTERRUPTIONS = tuple(sorted(INTERRUPTED))


@dataclass(frozen=True)
class NotSealed:
    """One that stays a draft, and the rules that stopped it; `asked`: field -> the question that can mend it."""

    case: str
    findings: tuple[Finding, ...]
    asked: Mapping[str, str]


@dataclass(frozen=True)
class SealReport:
    """What came of it."""

    sealed: tuple[Sealed, ...]
    refused: tuple[NotSealed, ...]


def seal(env: Environment, cases: Sequence[str] | None, *, interrupted: str | None = None) -> SealReport:
    """Seal the named drafts, or all of them (None; asks once). `interrupted`: one of INTERRUPTIONS."""
    if interrupted is not None and interrupted not in INTERRUPTIONS:
        raise UsageFault(what=env.t("--interrupted takes one of: {codes}", codes=", ".join(INTERRUPTIONS)))
    sealed: list[Sealed] = []
    refused: list[NotSealed] = []
    with open_vault(env, "interviewer") as vault, in_force(vault):
        sealer = Sealer(vault, station(vault), env.clock())
        drafts = _chosen(env, vault, cases)
        judge = _Judge(env, vault, Heard.in_drafts(vault), interrupted)
        with env.progress.track("sealing", len(drafts)) as step:
            for draft in drafts:
                judged = judge.of(draft)
                if isinstance(judged, NotSealed):
                    refused.append(judged)
                else:
                    sealed.append(sealer.seal(judged))
                step(1)
    return SealReport(tuple(sealed), tuple(refused))


def _chosen(env: Environment, vault: Vault, cases: Sequence[str] | None) -> list[DraftSummary]:
    if cases is not None:
        drafts = [find_draft(vault, case) for case in cases]
        return list({draft.id: draft for draft in drafts}.values())
    drafts = [draft for draft in vault.drafts.list() if not has_ended(draft)]
    if not drafts:
        raise NothingToDo(what=env.t("no drafts"))
    if not env.ask.confirm(env.t("Seal all drafts ({n})? This laptop can't read them afterwards", n=len(drafts))):
        raise Declined
    return drafts


@dataclass(frozen=True)
class _Judge:
    """Whether a draft may be sealed, and who was heard before."""

    env: Environment
    vault: Vault
    heard: Heard
    interrupted: str | None

    def of(self, draft: DraftSummary) -> Ready | ReadyAddendum | NotSealed:
        """Ready, once each warning has a reason; or why not."""
        values = self.vault.drafts.values(draft.id)
        if draft.mode == ADDENDUM:
            return self._addendum(draft, values)
        if self.interrupted is not None:
            values[STATUS_PATH] = Value(self.interrupted, draft.events + 1, draft.updated_at)
        try:
            testimony, aside = self._read(values)
        except BadTestimony as fault:
            return self._stays(draft, values, tuple(one for one in fault.findings if isinstance(one, Finding)))
        beside = Beside(
            files=files_of(self.vault, draft), repeats=self.heard.before(keys_of(testimony), draft.case_code)
        )
        events = events_of(values)
        while True:
            findings = check(testimony, stage="seal", events=events, beside=beside)
            if stopping := stops(findings, interrupted=self.interrupted is not None):
                return self._stays(draft, values, stopping)
            unexplained = () if self.interrupted else warnings(findings)
            if not unexplained:
                return Ready(draft, testimony, (*marks_of(findings), *aside))
            # What is typed is looked at by the rules like any other text.
            reasons = self._reasons(draft, values, unexplained)
            if reasons is None:
                return self._stays(draft, values, findings)
            account = testimony.account.model_copy(update={"reasons": (*testimony.account.reasons, *reasons)})
            testimony = testimony.model_copy(update={"account": account})
            self.vault.drafts.save(draft.id, REASONS_PATH, [one.model_dump() for one in account.reasons])

    def _read(self, values: dict[str, Value]) -> tuple[Testimony, tuple[Mark, ...]]:
        """The testimony; of a talk cut short, with a mark for each fragment that was put aside."""
        try:
            return testimony_of(values), ()
        except BadTestimony:
            whole = without_fragments(values) if self.interrupted else None
            if whole is None:
                raise
            return whole

    def _addendum(self, draft: DraftSummary, values: Mapping[str, Value]) -> ReadyAddendum | NotSealed:
        """What was said later: a coordinator looks at its warnings, as nothing in it can hold their reasons."""
        place = place_of(self.vault, draft.case_code)
        try:
            addition = addition_of(values, place.of)
            stopping = blocks(findings_of(addition, files_of(self.vault, draft)))
        except BadTestimony as fault:
            stopping = tuple(one for one in fault.findings if isinstance(one, Finding))
        if stopping:
            return NotSealed(draft.case_code, stopping, {})
        return ReadyAddendum(draft, place, addition.body, addition.consent, addition.identity)

    def _reasons(
        self, draft: DraftSummary, values: Mapping[str, Value], found: Sequence[Finding]
    ) -> tuple[Reason, ...] | None:
        """Why each warning is to stand, in the interviewer's words; None where nobody can be asked."""
        asked = asked_at(questions_of(self.env, self.vault, draft, values), found)
        given: dict[tuple[str, str], Reason] = {}
        try:
            for one in found:
                key = one.rule, one.field
                if key not in given:
                    given[key] = Reason(rule=one.rule, field=one.field, reason=self._typed(one, asked))
        except NoTerminal:
            return None
        return tuple(given.values())

    def _typed(self, finding: Finding, asked: Mapping[str, str]) -> str:
        t = self.env.t
        said = t(finding.message, **finding.fields)
        where = asked.get(finding.field, finding.field)
        prompt = t("{rule} {where}: {said}. Why is it to stand?", rule=finding.rule, where=where, said=said)
        while True:
            reason = self.env.ask.text(prompt).strip()
            if MIN_REASON <= len(reason) <= MAX_REASON:
                return reason

    def _stays(self, draft: DraftSummary, values: Mapping[str, Value], findings: tuple[Finding, ...]) -> NotSealed:
        session = questions_of(self.env, self.vault, draft, values)
        lines = [session.asks(one.field) for one in findings]
        order = {line.key: at for at, line in enumerate(session.review())}
        ordered = sorted(zip(findings, lines, strict=True), key=lambda pair: order[pair[1].key] if pair[1] else -1)
        return NotSealed(draft.case_code, tuple(finding for finding, _ in ordered), asked_at(session, findings))


def files_of(vault: Vault, draft: DraftSummary) -> dict[str, str]:
    """The SHA-256 of each attached file, by its evidence id."""
    found = {one.id: vault.blobs.get(one.blob_id) for one in vault.attachments.list(draft.id)}
    return {evidence: blob.sha256 for evidence, blob in found.items() if blob is not None}
