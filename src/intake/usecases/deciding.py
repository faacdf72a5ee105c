"""`decide`: what an officer says of a case, as a signed record that reaches every coordinator and is never changed.

The decision, its entry in the log and all that it does here are one transaction. An erasure asks whether the person who
took the testimony back knew the code phrase: both are compared here and neither is shown; whoever may not see them, or
finds that they differ, types why it is erased all the same. Spec: docs/spec/record-v1.md, "Kinds" and "Erasing".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import chain
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
from intake.records.record import Digests, Record, Sealing, parse_identity, parse_record
from intake.records.sharing import erasure_refusals
from intake.store.rows import RecordVersion
from intake.usecases import custody
from intake.usecases.cases import case_file, one_case
from intake.usecases.drafts import same_case
from intake.usecases.environment import Environment, open_vault
from intake.usecases.erasing import finish, settle
from intake.usecases.saying import RECORD_KINDS
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from intake.records.record import AnyRecord, BuiltRecord
    from intake.store.vault import Vault
    from intake.usecases.cases import CaseFile
    from intake.usecases.trusted import Station

Phrase = Literal["match", "not-asked", "differs", "not-said", "not-on-file", "not-ours-to-see", "nothing-taken-back"]
KINDS: tuple[DecisionKind, ...] = tuple(kind for kind in get_args(DecisionKind) if kind != "quarantine_released")
BELIEVED = frozenset({"erase", "withdrawal_confirmed"})
"""The decisions before which the code phrase is compared."""

PHRASES: Mapping[Phrase, str] = {
    "match": "the code phrase is the one on file",
    "not-asked": "nobody asked that all of it be erased",
    "differs": "the code phrase is NOT the one on file",
    "not-said": "no code phrase was said with the withdrawal",
    "not-on-file": "no code phrase is on file",
    "not-ours-to-see": "the code phrase is for those who hold identities to compare",
    "nothing-taken-back": "nobody has taken this testimony back",
}


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
        chosen = _CHOICES[kind](env, file)
        if kind == "erase":
            _may_erase(file, chosen)
        phrase = compare(vault, file, kind) if kind in BELIEVED else None
        if kind == "erase" and phrase == "match" and not _all_was_asked_for(file):
            phrase = "not-asked"
        reason = _reason(env, phrase)
        if not same_case(
            env.ask.text(env.t("Type the case code once more; a decision is never taken back")), file.case
        ):
            raise OtherCaseTyped
        return _Officer(env, vault, here).sign(kind, file, chosen, reason, phrase)


def keep_decision(env: Environment, vault: Vault, case: str, body: DecisionBody) -> str:
    """A decision about what is not in the vault yet, as a part of the caller's transaction; its digest."""
    officer = _Officer(env, vault, station(vault))
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


def _may_erase(file: CaseFile, chosen: Chosen) -> None:
    """V29."""
    if any(erasure_refusals(file.view.standing(digest)) for digest in chosen.of):
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


def _all_was_asked_for(file: CaseFile) -> bool:
    return any(one.effect == "erase_all" for one in file.view.withdrawals)


# -- the code phrase ---------------------------------------------------------------------------------------------------


def compare(vault: Vault, file: CaseFile, kind: DecisionKind) -> Phrase:
    """Whether the phrase that was said is the one that was agreed on; neither leaves this function.

    Agreed on with the laptops that took the testimony, and nowhere else: whoever could add to a case could otherwise
    say a phrase first, and be believed by it afterwards. A confirmation is of all withdrawals, so each has to match; an
    erasure needs one that asked for it.
    """
    view = file.view
    if not view.withdrawals:
        return "nothing-taken-back"
    asked = [one.record for one in view.withdrawals if one.effect == "erase_all" or kind != "erase"]
    said = asked or [one.record for one in view.withdrawals]
    tellers = {one.author for one in file.records.values() if isinstance(one, Record)}
    told = [
        [digest for digest, one in file.records.items() if isinstance(one, Record | Addendum) and one.author == teller]
        for teller in sorted(tellers)
    ]
    if any(_is_closed(vault, digest, file.records[digest]) for digest in (*chain.from_iterable(told), *said)):
        return "not-ours-to-see"
    on_file = [{phrase for digest in digests for phrase in _agreed(vault, digest)} for digests in told]
    found = [_outcome(_said(vault, digest), on_file) for digest in said]
    return (min if kind == "erase" else max)(found, key=_FROM_BEST.index)


_FROM_BEST: tuple[Phrase, ...] = ("match", "differs", "not-said", "not-on-file")


def _outcome(heard: str, on_file: Sequence[AbstractSet[str]]) -> Phrase:
    """Of one withdrawal; where two laptops say that the testimony is theirs, both must have agreed on it."""
    if not heard:
        return "not-said"
    if not on_file or not all(on_file):
        return "not-on-file"
    return "match" if all(heard in agreed for agreed in on_file) else "differs"


def _is_closed(vault: Vault, digest: str, record: AnyRecord) -> bool:
    return record.identity is not None and vault.records.identity(digest) is None


def _agreed(vault: Vault, digest: str) -> Iterator[str]:
    part = vault.records.identity(digest)
    for person in parse_identity(part.identity).body.persons if part else ():
        if person.safe_contact and (phrase := _plain(person.safe_contact.code_phrase or "")):
            yield phrase


def _said(vault: Vault, digest: str) -> str:
    part = vault.records.identity(digest)
    return _plain(parse_identity(part.identity).body.code_phrase_said or "") if part else ""


def _plain(phrase: str) -> str:
    """As it sounds: without case, punctuation and double spaces."""
    letters = unicodedata.normalize("NFKC", phrase).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


# -- what a decision is about ------------------------------------------------------------------------------------------


def _told(_env: Environment, file: CaseFile) -> Chosen:
    """The testimony with all that says something of it; what was taken back, and decided, stays."""
    told = (digest for digest, one in file.records.items() if isinstance(one, Record | Addendum | Coding))
    return Chosen(_some(told, "nothing of this case is here to erase"))


def _whole(_env: Environment, file: CaseFile) -> Chosen:
    return Chosen(_some(file.testimonies, "no testimony of this case is here"))


def _holds(_env: Environment, file: CaseFile) -> Chosen:
    return Chosen(_some(file.view.legal_hold, "no legal hold is on this case"))


def _unconfirmed(_env: Environment, file: CaseFile) -> Chosen:
    waiting = (one.record for one in file.view.withdrawals if not one.confirmed)
    return Chosen(_some(waiting, "no withdrawal waits for a decision"))


def _fork(env: Environment, file: CaseFile) -> Chosen:
    forks = file.view.forks
    heads = _some((digest for fork in forks for digest in fork), "this case has no fork")
    return Chosen(heads, _stands(env, file, heads))


def _conflict(env: Environment, file: CaseFile) -> Chosen:
    """What was said of consent and stands side by side, and every withdrawal: one of them is the person's word."""
    view = file.view
    beside = {digest for one in view.consents.values() for digest in one.by if digest in file.records}
    taken_back = {one.record for one in view.withdrawals}
    roots = set(file.testimonies) if taken_back else set()
    all_of_them = _some(sorted(beside | taken_back | roots), "nothing of this case contradicts anything")
    if len(all_of_them) == 1:
        raise NothingToDo(what="nothing of this case contradicts anything")
    return Chosen(all_of_them, _stands(env, file, all_of_them))


def _belongs(env: Environment, file: CaseFile) -> Chosen:
    """Something that came by the case code alone, and a testimony of that code."""
    loose = _some(file.view.orphans, "nothing came by this case code alone")
    roots = _some(file.testimonies, "no testimony of this case is here")
    one = env.ask.choose(env.t("Which record?"), _labels(env, file, loose))
    root = env.ask.choose(env.t("Which testimony?"), _labels(env, file, roots))
    return Chosen((one, root), root)


def _some(digests: Iterator[str] | Sequence[str], what: str) -> tuple[str, ...]:
    found = tuple(digests)
    if not found:
        raise NothingToDo(what=what)
    return found


def _stands(env: Environment, file: CaseFile, digests: Sequence[str]) -> str:
    return env.ask.choose(env.t("Which one stands?"), _labels(env, file, digests))


def _labels(env: Environment, file: CaseFile, digests: Sequence[str]) -> tuple[tuple[str, str], ...]:
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


_CHOICES: Mapping[DecisionKind, Callable[[Environment, CaseFile], Chosen]] = {
    "withdrawal_confirmed": _unconfirmed,
    "erase": _told,
    "legal_hold": _whole,
    "hold_lifted": _holds,
    "fork_resolved": _fork,
    "conflict_resolved": _conflict,
    "link": _belongs,
    "not_same": _belongs,
}


# -- signing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Officer:
    """Who decides, and when."""

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
            for digest in chosen.of if kind == "erase" else ():
                self._bury(digest, file.records[digest], built.digest)
            settled = settle(vault, org, at)
            gone = vault.erased.among(chosen.of) if kind == "erase" else {}
            custody.note(vault, at, "decision", case=file.case, decision=kind, record=built.digest)
        finish(vault, settled)
        return Decided(kind, file.case, built.digest, chosen.of, phrase, len(gone), file.case in settled.held)

    def _bury(self, digest: str, record: AnyRecord, decision: str) -> None:
        """The tombstone of one record."""
        body = TombstoneBody(
            of=digest,
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
