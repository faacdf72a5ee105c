"""What a decision to erase does to this vault: rows, keys and sealed bytes go; a tombstone, the logs and husks stay.

A state is settled, not an event followed: whatever tombstones are here, with the decision that each names, and whatever
is here of what they name, in whichever order it came. Another officer's decision destroys nothing here before this
vault's officer confirmed it; under a legal hold all waits. All of it is a part of the caller's transaction; cut short,
nothing was done. Spec: docs/spec/record-v1.md, "Erasing"; docs/spec/bundle-v1.md, "Husk".
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from intake.bundle.husk import write_husk
from intake.bundle.limits import LIMITS
from intake.bundle.log import erased_leaf
from intake.keys.times import json_time
from intake.records.folding import decides, refused
from intake.records.kinds import Decision, Tombstone
from intake.records.record import parse_record
from intake.store.rows import ErasedRecord
from intake.usecases.cases import case_file
from intake.usecases.trusted import FORMER, PRINCIPAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from intake.records.record import AnyRecord
    from intake.store.vault import Vault

ERASABLE = frozenset({"full", "addendum", "coding"})
"""Of the tombstone's own case, else a hold on it would be asked of another; never what officers decided, or a hold."""
TAR = "application/x-tar"
MAX_TAR_BYTES = LIMITS.items * LIMITS.item_bytes  # the checks have counted; the store wants a number all the same


@dataclass(frozen=True)
class Settled:
    """What was done: `blobs` are files whose keys went; `held`: cases of which something waits under a legal hold.

    `records`: those that are gone, or whose names are.
    """

    blobs: tuple[str, ...] = ()
    records: frozenset[str] = frozenset()
    held: tuple[str, ...] = ()


NOTHING = Settled()


def settle(vault: Vault, org: str, at: datetime) -> Settled:
    """Erase what is to be erased, inside the caller's transaction; `finish` follows its commit."""
    blobs: list[str] = []
    held, gone = set(), set()
    for row in _due(vault, at):
        if case_file(vault, row.case_code).view.legal_hold:
            held.add(row.case_code)
        else:
            blobs += vault.erased.note(row)
            gone.add(row.record)
    blobs += _husks(vault, org, at)
    return Settled(tuple(blobs), frozenset(gone), tuple(sorted(held)))


def awaited(vault: Vault, records: Collection[str]) -> bool:
    """Whether a tombstone names one of these records, which came in just now."""
    return any(isinstance(one, Tombstone) and one.body.of in records for one in _parsed(vault, "tombstone"))


def finish(vault: Vault, settled: Settled) -> None:
    """After the commit: nothing of it on its way, nothing in the write-ahead log, and no file that no key opens."""
    if settled.records:
        vault.sweep_outgoing()
    if settled.blobs:
        vault.erased.forget(settled.blobs)


@dataclass(frozen=True)
class Order:
    """A tombstone with the decision that it names and that says the same; not carried out here yet.

    `by`: the decision that destroys in this vault: its own officer's, or the one by which that confirmed another's.
    """

    of: str
    names_only: bool
    case: str
    decision: str
    by: str | None
    refused: bool

    def is_of(self, record: str, kind: str) -> bool:
        """Whether it would destroy items of this kind of a record."""
        return record == self.of and (not self.names_only or kind.startswith("identity"))


def unconfirmed(vault: Vault, *, refused_too: bool = False) -> tuple[Order, ...]:
    """What other officers' decisions would destroy of what is here, and nobody here has answered."""
    waiting = (one for one in _open(vault) if one.by is None and (refused_too or not one.refused))
    return tuple(one for one in waiting if vault.erased.here(one.of, names_only=one.names_only))


def _due(vault: Vault, at: datetime) -> Iterator[ErasedRecord]:
    """What is to be destroyed here."""
    for one in _open(vault):
        if one.by is not None and not one.refused:
            yield ErasedRecord(one.of, one.case, one.by, json_time(at), one.names_only)


def _open(vault: Vault) -> Iterator[Order]:
    """What tombstones name, by a decision that is here and says the same, and is not gone yet."""
    stones = [one for one in _parsed(vault, "tombstone") if isinstance(one, Tombstone)]
    of = {one.body.of for one in stones}
    whole, names = vault.erased.among(of).keys(), vault.erased.nameless(of).keys()
    left = [one for one in stones if one.body.of not in whole and not (one.body.part and one.body.of in names)]
    if not left:
        return
    decided = {row.digest: parse_record(row.record) for row in vault.records.of_kind("decision")}
    decisions = {digest: one for digest, one in decided.items() if isinstance(one, Decision)}
    mine = {vault.settings.get(PRINCIPAL), *vault.settings.get(FORMER, [])}
    confirmed = {
        of: digest
        for digest, one in decisions.items()
        if one.body.kind == "erase_confirmed" and one.author in mine
        for of in one.body.of
    }
    # As the fold of its case has it: an answer under another case's code answers nothing.
    off = refused(
        {
            digest: one
            for digest, one in decisions.items()
            if all(decisions.get(of, one).case == one.case for of in one.body.of)
        }
    )
    for one in left:
        digest = one.body.decision
        decision = decisions.get(digest)
        if decision and decides(decision, one.body) and _may_go(vault, one):
            by = digest if decision.author in mine else confirmed.get(digest)
            yield Order(one.body.of, bool(one.body.part), one.case, digest, by, digest in off)


def _may_go(vault: Vault, stone: Tombstone) -> bool:
    """What is not here yet is not given up unseen: it may be of another case, and under a hold there."""
    target = vault.records.by_digest(stone.body.of)
    if target is None:  # unless it lies here, and waits for a key
        return vault.erased.here(stone.body.of)
    return target.case_code == stone.case and target.kind in ERASABLE


def _parsed(vault: Vault, kind: str) -> Iterator[AnyRecord]:
    return (parse_record(row.record) for row in vault.records.of_kind(kind))


def _husks(vault: Vault, org: str, at: datetime) -> Iterator[str]:
    """Every kept tar without the items of erased records, each with its entries in the log; the blobs that went."""
    for bundle, blob in vault.erased.whole():
        items = [item for item in vault.ledger.items(bundle) if item.outcome != "erased"]
        decisions = vault.erased.places({(item.record_digest, item.kind) for item in items})
        gone = [item for item in items if (item.record_digest, item.kind) in decisions]
        by_decision: defaultdict[str, list[str]] = defaultdict(list)
        for item in gone:
            by_decision[decisions[item.record_digest, item.kind]].append(item.sha256)
        names = {item.name for item in gone}
        with closing(vault.blobs.open(blob)) as source, vault.blobs.writing(TAR, MAX_TAR_BYTES) as sink:
            write_husk(source, cast("BinaryIO", sink), names, LIMITS)
        vault.erased.husked(bundle, blob, sink.blob.id, names)
        for decision, digests in sorted(by_decision.items()):
            vault.log.append(erased_leaf(org, bundle, digests, decision, at))
        yield blob
