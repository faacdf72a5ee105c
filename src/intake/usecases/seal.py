"""`seal`: from then on this laptop can't read the testimony. The rules decide first; one refused draft stops no other.

With `interrupted` only the rules of consent and of children stop a draft (docs/spec/record-v1.md, "Rules"); the others
become marks in the record that a coordinator sees. How one draft is sealed is in sealing.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import BadTestimony, Declined, NothingToDo, UsageFault
from intake.records.faults import Finding
from intake.records.rules import INTERRUPTED, check, marks_of, stops
from intake.store.rows import DraftSummary, Value
from intake.usecases.drafts import events_of, find_draft
from intake.usecases.environment import Environment, open_vault
from intake.usecases.glance import has_ended
from intake.usecases.questions import asked_at, questions_of
from intake.usecases.sealing import Ready, Sealed, Sealer
from intake.usecases.territories import in_force
from intake.usecases.testimonies import testimony_of
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.store.vault import Vault

__all__ = ["INTERRUPTIONS", "NotSealed", "SealReport", "Sealed", "seal"]

STATUS_PATH = "account.interview.status"
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
        with env.progress.track("sealing", len(drafts)) as step:
            for draft in drafts:
                judged = _judge(env, vault, draft, interrupted)
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


def _judge(env: Environment, vault: Vault, draft: DraftSummary, interrupted: str | None) -> Ready | NotSealed:
    values = vault.drafts.values(draft.id)
    if interrupted is not None:
        values[STATUS_PATH] = Value(interrupted, draft.events + 1, draft.updated_at)
    try:
        testimony = testimony_of(values)
    except BadTestimony as fault:
        return _stays(env, draft, values, tuple(one for one in fault.findings if isinstance(one, Finding)))
    findings = check(testimony, stage="seal", events=events_of(values))
    stopping = stops(findings, interrupted=interrupted is not None)
    return _stays(env, draft, values, stopping) if stopping else Ready(draft, testimony, marks_of(findings))


def _stays(
    env: Environment, draft: DraftSummary, values: Mapping[str, Value], findings: tuple[Finding, ...]
) -> NotSealed:
    session = questions_of(env, draft, values)
    lines = [session.asks(one.field) for one in findings]
    order = {line.key: at for at, line in enumerate(session.review())}
    ordered = sorted(zip(findings, lines, strict=True), key=lambda pair: order[pair[1].key] if pair[1] else -1)
    return NotSealed(draft.case_code, tuple(finding for finding, _ in ordered), asked_at(session, findings))
