"""`decide`: what an officer says of a case, as a signed record that reaches every coordinator and is never changed.

The decision, its entry in the log and all that it does here are one transaction. An erasure asks whether the person who
took the testimony back knew the code phrase (code_phrase.py); whoever may not see it, or finds that it differs, types
why it is erased all the same. What another officer decided to erase is destroyed here only once an officer of this
vault said so too. Spec: docs/spec/record-v1.md, "Kinds" and "Erasing".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from intake.bundle.log import decision_leaf
from intake.errors import CaseNotUnique, NothingToDo, OtherCaseTyped, UnderLegalHold
from intake.keys import namespaces
from intake.keys.times import json_time
from intake.records.ids import new_id
from intake.records.kinds import (
    Addendum,
    Coding,
    DecisionBody,
    DecisionKind,
    TombstoneBody,
    build_decision,
    build_tombstone,
)
from intake.records.record import Digests, Record, Sealing, parse_record
from intake.records.sharing import erasure_refusals
from intake.store.rows import RecordVersion
from intake.usecases import custody
from intake.usecases.cases import case_file, one_case
from intake.usecases.code_phrase import ASKED_BY, BELIEVED, PHRASES, compare, was_asked_for
from intake.usecases.drafts import same_case
from intake.usecases.environment import Environment, open_vault
from intake.usecases.erasing import finish, settle, unconfirmed
from intake.usecases.saying import RECORD_KINDS
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from intake.records.record import AnyRecord, BuiltRecord
    from intake.store.vault import Vault
    from intake.usecases.cases import CaseFile
    from intake.usecases.code_phrase import Phrase
    from intake.usecases.trusted import Station

KINDS: tuple[DecisionKind, ...] = tuple(kind for kind in get_args(DecisionKind) if kind != "quarantine_released")


@dataclass(frozen=True)
class Chosen:
    """What a decision is about; `head`: which of them stands."""

    of: tuple[str, ...]
    head: str | None = None


@dataclass(frozen=True)
class Decided:
    """A decision that stands. `erased`: records that are gone with it; `held`: an erasure waits for a hold to end."""

    kind: DecisionKind
    case: str
    record: str
    of: tuple[str, ...]
    phrase: Phrase | None = None
    erased: int = 0
    held: bool = False


def decide(env: Environment, kind: DecisionKind, case: str) -> Decided:
    """Choose what it is about, compare, ask why, ask for the case code; sign, keep, and do it."""
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        file = _file(vault, kind, case)
        chosen = _CHOICES[kind](env, vault, file)
        if kind in ASKED_BY:
            _may_erase(file)
        phrase = compare(vault, file, kind) if kind in BELIEVED else None
        if kind in ASKED_BY and phrase == "match" and not was_asked_for(file, kind):
            phrase = "not-asked"
        reason = _reason(env, phrase)
        if not same_case(
            env.ask.text(env.t("Type the case code once more; a decision is never taken back")), file.case
        ):
            raise OtherCaseTyped
        return Officer(env, vault, here).sign(kind, file, chosen, reason, phrase)


def keep_decision(env: Environment, vault: Vault, case: str, body: DecisionBody) -> str:
    """A decision about what is not in the vault yet, as a part of the caller's transaction; its digest."""
    officer = Officer(env, vault, station(vault))
    built = build_decision(body, officer.sealing(case))
    officer.keep(built, body.kind)
    return built.digest


def _file(vault: Vault, kind: DecisionKind, case: str) -> CaseFile:
    """One testimony's records; for saying which testimony something belongs to, those of all that share the code."""
    if kind not in ("link", "not_same"):
        return one_case(vault, case)
    try:
        return case_file(vault, one_case(vault, case).case)
    except CaseNotUnique as several:
        return case_file(vault, str(several.fields["case"]))


def _may_erase(file: CaseFile) -> None:
    """V29."""
    if any(erasure_refusals(file.view.standing(digest)) for digest in file.records):
        raise UnderLegalHold(case=file.case)


def _reason(env: Environment, phrase: Phrase | None) -> str:
    """In words; where the phrase does not speak for it, they say why it is done all the same."""
    t = env.t
    prompt = t("Why, in your words")
    if phrase not in (None, "match"):
        prompt = t("{what}. Why is it done all the same?", what=t(PHRASES[phrase or "match"]))
    while not (words := env.ask.text(prompt).strip()):
        pass
    return words


# -- what a decision is about ------------------------------------------------------------------------------------------


def _told(_env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    """The testimony with all that says something of it; what was taken back, and decided, stays."""
    told = (digest for digest, one in file.records.items() if isinstance(one, Record | Addendum | Coding))
    return Chosen(_some(told, "nothing of this case is here to erase"))


def _named(_env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    """What of it has an identity part; of a withdrawal that holds the phrase alone, and stays."""
    told = (one for one in file.records.items() if isinstance(one[1], Record | Addendum))
    named = (digest for digest, one in told if one.identity and digest not in file.view.nameless)
    return Chosen(_some(named, "nothing of this case has an identity part to erase"))


def _to_confirm(_env: Environment, vault: Vault, file: CaseFile) -> Chosen:
    """Also what was refused here before: who finds out more may change their mind that way, and no other."""
    return Chosen(_some(_others(vault, file, refused_too=True), "no erasure by another officer waits here"))


def _to_refuse(_env: Environment, vault: Vault, file: CaseFile) -> Chosen:
    return Chosen(_some(_others(vault, file), "no erasure by another officer waits here"))


def _others(vault: Vault, file: CaseFile, *, refused_too: bool = False) -> tuple[str, ...]:
    """Erasures of other officers that wait, of this testimony."""
    waiting = {one.decision for one in unconfirmed(vault, refused_too=refused_too)}
    return tuple(sorted(waiting & file.records.keys()))


def _whole(_env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    return Chosen(_some(file.testimonies, "no testimony of this case is here"))


def _holds(_env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    return Chosen(_some(file.view.legal_hold, "no legal hold is on this case"))


def _unconfirmed(_env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    waiting = (one.record for one in file.view.withdrawals if not one.confirmed)
    return Chosen(_some(waiting, "no withdrawal waits for a decision"))


def _fork(env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    forks = file.view.forks
    heads = _some((digest for fork in forks for digest in fork), "this case has no fork")
    return Chosen(heads, _stands(env, file, heads))


def _conflict(env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    """What was said of consent and stands side by side, and every withdrawal: one of them is the person's word."""
    view = file.view
    beside = {digest for one in view.consents.values() for digest in one.by if digest in file.records}
    taken_back = {one.record for one in view.withdrawals}
    roots = set(file.testimonies) if taken_back else set()
    all_of_them = _some(sorted(beside | taken_back | roots), "nothing of this case contradicts anything")
    if len(all_of_them) == 1:
        raise NothingToDo(what="nothing of this case contradicts anything")
    return Chosen(all_of_them, _stands(env, file, all_of_them))


def _belongs(env: Environment, _vault: Vault, file: CaseFile) -> Chosen:
    """Something that came by the case code alone, and a testimony of that code."""
    loose = _some(file.view.orphans, "nothing came by this case code alone")
    roots = _some(file.testimonies, "no testimony of this case is here")
    one = env.ask.choose(env.t("Which record?"), labels(env, file, loose))
    root = env.ask.choose(env.t("Which testimony?"), labels(env, file, roots))
    return Chosen((one, root), root)


def _some(digests: Iterator[str] | Sequence[str], what: str) -> tuple[str, ...]:
    found = tuple(digests)
    if not found:
        raise NothingToDo(what=what)
    return found


def _stands(env: Environment, file: CaseFile, digests: Sequence[str]) -> str:
    return env.ask.choose(env.t("Which one stands?"), labels(env, file, digests))


def labels(env: Environment, file: CaseFile, digests: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Each record as a line: its kind, its author, its version, the beginning of its digest and of its id."""
    records = [(digest, file.records[digest]) for digest in digests]
    return tuple(
        (
            digest,
            env.t(
                "{kind} by {author}, version {version}, {digest}, id {id}",
                kind=env.t(RECORD_KINDS[one.kind]),
                author=one.author,
                version=one.version,
                digest=digest.removeprefix("sha256:")[:8],
                id=one.id[:8],
            ),
        )
        for digest, one in records
    )


_CHOICES: Mapping[DecisionKind, Callable[[Environment, Vault, CaseFile], Chosen]] = {
    "withdrawal_confirmed": _unconfirmed,
    "erase": _told,
    "erase_identity": _named,
    "erase_confirmed": _to_confirm,
    "erase_refused": _to_refuse,
    "legal_hold": _whole,
    "hold_lifted": _holds,
    "fork_resolved": _fork,
    "conflict_resolved": _conflict,
    "link": _belongs,
    "not_same": _belongs,
}


# -- signing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Officer:
    """Who decides or codes, and when."""

    env: Environment
    vault: Vault
    here: Station

    def sign(self, kind: DecisionKind, file: CaseFile, chosen: Chosen, reason: str, phrase: Phrase | None) -> Decided:
        """The decision and all that it does here, or nothing."""
        vault, at, org = self.vault, self.env.clock(), self.here.card.org
        body = DecisionBody(kind=kind, of=chosen.of, head=chosen.head, reason=reason)
        built = build_decision(body, self.sealing(file.case))
        with vault.transaction():
            self.keep(built, kind)
            for digest in chosen.of if kind in ("erase", "erase_identity") else ():
                self._bury(digest, file.records[digest], built.digest, "identity" if kind == "erase_identity" else None)
            settled = settle(vault, org, at)
            custody.note(vault, at, "decision", case=file.case, decision=kind, record=built.digest)
        finish(vault, settled)
        return Decided(
            kind, file.case, built.digest, chosen.of, phrase, len(settled.records), file.case in settled.held
        )

    def _bury(self, digest: str, record: AnyRecord, decision: str, part: Literal["identity"] | None) -> None:
        """The tombstone of one record, or of its identity part."""
        body = TombstoneBody(
            of=digest,
            part=part,
            id=record.id,
            version=record.version,
            erased_at=json_time(self.env.clock()),
            by=self.here.principal,
            decision=decision,
        )
        self.keep(build_tombstone(body, self.sealing(record.case)))

    def sealing(self, case: str) -> Sealing:
        """A record of this officer's own."""
        return Sealing(org=self.here.card.org, author=self.here.principal, case=case, id=new_id(), digests=Digests())

    def keep(self, built: BuiltRecord, decision: DecisionKind | None = None) -> None:
        """Sign and store it; a decision is in the log too."""
        at = self.env.clock()
        signed, record = self.here.signer.sign(namespaces.RECORD, built.record), parse_record(built.record)
        row = RecordVersion(
            digest=built.digest,
            record_id=record.id,
            case_code=record.case,
            version=record.version,
            kind=record.kind,
            prev=record.prev,
            author=record.author,
            record=built.record,
            sig=signed.ed25519,
            pq_sig=signed.composite,
        )
        self.vault.records.add(row, json_time(at))
        if decision is not None:
            self.vault.log.append(decision_leaf(self.here.card.org, built.digest, decision, at))
