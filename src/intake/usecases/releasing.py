"""`quarantine show` and `release`: an officer lets through what only a person can judge, by a signed decision.

Two checks stop what may be sound: more withdrawals by one laptop in a day than usual (I13), and a signer that counts no
more (B14). All others say that bytes are not what they claim, and no decision mends that. Spec: docs/spec/bundle-v1.md.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from intake.bundle.limits import LIMITS
from intake.bundle.verify import TABLE
from intake.errors import NotInVault, NotReleased, OtherWordTyped
from intake.records.kinds import DecisionBody
from intake.usecases import custody
from intake.usecases.deciding import keep_decision
from intake.usecases.environment import Environment, open_vault
from intake.usecases.intaking import Intaker
from intake.usecases.quarantine import Quarantined, listed
from intake.usecases.retrying import KeptBlob, open_kept
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.store.vault import Vault

TOO_MANY, SIGNER = "I13", "B14"


@dataclass(frozen=True)
class Released:
    """What was let through: cases of the records that came in."""

    number: int
    check: str
    cases: tuple[str, ...]


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
        entry = _one(vault, which)
        if entry.check not in (TOO_MANY, SIGNER) or not entry.kept:
            raise NotReleased(check=entry.check)
        while not (reason := env.ask.text(env.t("Why, in your words")).strip()):
            pass
        if env.ask.text(env.t("Type the number of the entry once more")).strip() != which:
            raise OtherWordTyped
        releaser = _Releaser(env, vault, Intaker.at_desk(vault, station(vault), env.clock()))
        cases = releaser.item(entry, reason) if entry.check == TOO_MANY else releaser.file(entry, reason)
        return Released(entry.number, entry.check, cases)


@dataclass(frozen=True)
class _Releaser:
    """A coordinator's desk without one check."""

    env: Environment
    vault: Vault
    intaker: Intaker

    def item(self, entry: Quarantined, reason: str) -> tuple[str, ...]:
        """The withdrawal, and what belongs to it, out of the kept tar."""
        bundle = next(one for one in self.vault.ledger.list() if one.bid == entry.bundle)
        items = self.vault.ledger.items(bundle.digest)
        record = next(item.record_digest for item in items if item.name == entry.item)
        names = frozenset(one.name for one in items if one.record_digest == record and one.outcome == "quarantined")
        unlimited = replace(self.intaker, limits=replace(LIMITS, withdrawals=LIMITS.items))
        with self.vault.transaction():
            self.vault.quarantine.remove(bundle.digest, names)
            open_kept(unlimited, bundle, names)
            return sign_release(self.env, self.vault, [record], reason, entry.check)

    def file(self, entry: Quarantined, reason: str) -> tuple[str, ...]:
        """The whole carried file; cut short after it came in, the same command ends it."""
        row = self.vault.quarantine.get(entry.id)
        if row is None or row.blob_id is None:
            raise NotReleased(check=entry.check)
        table = [check for check in TABLE if check.id != SIGNER]
        with closing(KeptBlob(self.vault, row.blob_id)) as source:
            outcome = self.intaker.take(Path(entry.file_name), cast("BinaryIO", source), table=table)
        bundle = outcome.report.bundle if outcome.report else None
        if bundle is None:
            raise NotReleased(check=entry.check)
        with self.vault.transaction():
            self.vault.quarantine.release(entry.id)
            records = [item.record for item in bundle.statement.items if item.kind == "record"]
            return sign_release(self.env, self.vault, records, reason, entry.check)


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
    custody.note(vault, env.clock(), "quarantine-released", check=check, cases=sorted(cases))
    return tuple(sorted(cases))
