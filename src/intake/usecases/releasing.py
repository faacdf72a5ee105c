"""`quarantine show`, `release`, `discard`: what only a person can judge is let through, by a signed decision.

Two checks stop what may be sound: more withdrawals by one laptop in a day than usual (I13), and a signer that counts no
more (B14). All others say that bytes are not what they claim, and no decision mends that; of those, what is damaged for
certain may be discarded, with a reason that the custody log keeps. Spec: docs/spec/bundle-v1.md, "Opening".
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from intake.bundle.limits import LIMITS
from intake.bundle.verify import verify
from intake.errors import NotDiscarded, NotInVault, NotReleased, OtherWordTyped
from intake.records.kinds import DecisionBody
from intake.usecases import custody
from intake.usecases.deciding import keep_decision
from intake.usecases.environment import Environment, open_vault
from intake.usecases.intaking import Intaker
from intake.usecases.quarantine import Quarantined, listed
from intake.usecases.receipting import DAMAGED, ReceiptsWritten, write_receipts
from intake.usecases.retrying import WHOEVER_SIGNED, KeptBlob, open_kept
from intake.usecases.trusted import LET_THROUGH, station

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.store.rows import ReceivedBundle
    from intake.store.vault import Vault

TOO_MANY, SIGNER = "I13", "B14"


@dataclass(frozen=True)
class Released:
    """What was let through: cases of the records that came in, and how many items of it wait for a key."""

    number: int
    check: str
    cases: tuple[str, ...]
    receipts: ReceiptsWritten
    waiting: int = 0


@dataclass(frozen=True)
class Discarded:
    """What is no longer kept in quarantine, and why it never was anything."""

    number: int
    check: str


def quarantine_show(env: Environment, which: str) -> Quarantined:
    """One entry, by its number in the list or its id."""
    with open_vault(env, "coordinator") as vault:
        return _one(vault, which)


def _one(vault: Vault, which: str) -> Quarantined:
    found = next((row for row in listed(vault) if which in (str(row.number), row.id)), None)
    if found is None:
        raise NotInVault(what="entry in quarantine", name=which)
    return found


def release(env: Environment, which: str) -> Released:
    """Ask why, take it in, and sign the decision, in one transaction; NotReleased for every other check."""
    with open_vault(env, "coordinator") as vault:
        entry, here = _one(vault, which), station(vault)
        if entry.check not in (TOO_MANY, SIGNER) or not entry.kept:
            raise NotReleased(check=entry.check)
        reason = _reason(env, which)
        releaser = _Releaser(env, vault, Intaker.at_desk(vault, here, env.clock()))
        bundle, cases = releaser.item(entry, reason) if entry.check == TOO_MANY else releaser.file(entry, reason)
        indexes = {bundle.log_index or 0} if bundle.sender.startswith("d-") else set()
        waiting = len(vault.ledger.waiting().get(bundle.digest, ()))
        receipts = write_receipts(env, vault, here, indexes, None)
        return Released(entry.number, entry.check, cases, receipts, waiting)


def discard_kept(env: Environment, which: str) -> Discarded:
    """Let go of a copy that is damaged for certain, with a reason; NotDiscarded for whatever may be sound."""
    with open_vault(env, "coordinator") as vault:
        entry = _one(vault, which)
        if not _is_damaged(vault, entry, env):
            raise NotDiscarded(check=entry.check)
        reason = _reason(env, which)
        with vault.transaction():
            vault.quarantine.release(entry.id)
            facts = {"entry": entry.id, "check": entry.check, "bundle": entry.bundle, "item": entry.item}
            custody.note(vault, env.clock(), "quarantine-discarded", words=reason, **facts)
        return Discarded(entry.number, entry.check)


def _reason(env: Environment, which: str) -> str:
    """In words, and the number once more: neither deed is taken back."""
    while not (reason := env.ask.text(env.t("Why, in your words")).strip()):
        pass
    if env.ask.text(env.t("Type the number of the entry once more")).strip() != which:
        raise OtherWordTyped
    return reason


def _is_damaged(vault: Vault, entry: Quarantined, env: Environment) -> bool:
    """Of an item, by the check that stopped it; a whole file is verified again: what is undecided may be sound."""
    if entry.item is not None:
        return entry.check in DAMAGED
    row = vault.quarantine.get(entry.id)
    if row is None or row.blob_id is None:
        return True  # a line about a file of which nothing is kept
    intaker = Intaker.at_desk(vault, station(vault), env.clock())
    with closing(KeptBlob(vault, row.blob_id)) as source:
        return verify(intaker.sealed(cast("BinaryIO", source)), intaker.standing).failed is not None


@dataclass(frozen=True)
class _Releaser:
    """A coordinator's desk without one check."""

    env: Environment
    vault: Vault
    intaker: Intaker

    def item(self, entry: Quarantined, reason: str) -> tuple[ReceivedBundle, tuple[str, ...]]:
        """The withdrawal, and what belongs to it, out of the kept tar."""
        bundle = next(one for one in self.vault.ledger.list() if one.bid == entry.bundle)
        items = self.vault.ledger.items(bundle.digest)
        record = next(item.record_digest for item in items if item.name == entry.item)
        names = frozenset(one.name for one in items if one.record_digest == record and one.outcome == "quarantined")
        unlimited = replace(self.intaker, limits=replace(LIMITS, withdrawals=LIMITS.items))
        with self.vault.transaction():
            self.vault.quarantine.remove(bundle.digest, names)
            open_kept(unlimited, bundle, names)
            return bundle, sign_release(self.env, self.vault, [record], reason, entry.check)

    def file(self, entry: Quarantined, reason: str) -> tuple[ReceivedBundle, tuple[str, ...]]:
        """The whole carried file; cut short after it came in, the same command ends it. What waits is tried later."""
        row = self.vault.quarantine.get(entry.id)
        if row is None or row.blob_id is None:
            raise NotReleased(check=entry.check)
        with closing(KeptBlob(self.vault, row.blob_id)) as source:
            outcome = self.intaker.take(Path(entry.file_name), cast("BinaryIO", source), table=WHOEVER_SIGNED)
        bundle = outcome.report.bundle if outcome.report else None
        kept = self.vault.ledger.seen(bundle.digest) if bundle else None
        if bundle is None or kept is None:
            raise NotReleased(check=entry.check)
        with self.vault.transaction():
            self.vault.quarantine.release(entry.id)
            through = {*self.vault.settings.get(LET_THROUGH, []), bundle.digest}
            self.vault.settings.set(LET_THROUGH, sorted(through))
            records = [item.record for item in bundle.statement.items if item.kind == "record"]
            return kept, sign_release(self.env, self.vault, records, reason, entry.check)


def sign_release(env: Environment, vault: Vault, records: Iterable[str], reason: str, check: str) -> tuple[str, ...]:
    """A decision for each case of which one of these records came in, inside the caller's transaction."""
    cases: defaultdict[str, list[str]] = defaultdict(list)
    for digest in records:
        held = vault.records.by_digest(digest)
        if held is not None:
            cases[held.case_code].append(digest)
    for case, digests in cases.items():
        body = DecisionBody(kind="quarantine_released", of=tuple(digests), reason=reason)
        keep_decision(env, vault, case, body)
    custody.note(vault, env.clock(), "quarantine-released", check=check, cases=sorted(cases), words=reason)
    return tuple(sorted(cases))
