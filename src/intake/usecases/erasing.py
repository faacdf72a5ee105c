"""What a decision to erase does to this vault: rows, keys and sealed bytes go; a tombstone, the logs and husks stay.

A state is settled, not an event followed: whatever tombstones are here, with the decision that each names, and whatever
is here of what they name, in whichever order it came. Under a legal hold it waits. All of it is a part of the caller's
transaction; cut short, nothing was done. Spec: docs/spec/record-v1.md, "Erasing"; docs/spec/bundle-v1.md, "Husk".
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
from intake.records.kinds import Decision, Tombstone
from intake.records.record import parse_record
from intake.store.rows import ErasedRecord
from intake.usecases.cases import case_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from intake.store.vault import Vault

ERASABLE = frozenset({"full", "addendum", "coding"})
"""Of the tombstone's own case, else a hold on it would be asked of another; never what officers decided, or a hold."""
TAR = "application/x-tar"
MAX_TAR_BYTES = LIMITS.items * LIMITS.item_bytes  # the checks have counted; the store wants a number all the same


@dataclass(frozen=True)
class Settled:
    """What was done: `blobs` are files whose keys went; `held`: cases of which something waits under a legal hold."""

    blobs: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


NOTHING = Settled()


def settle(vault: Vault, org: str, at: datetime) -> Settled:
    """Erase what is to be erased, inside the caller's transaction; `finish` follows its commit."""
    blobs: list[str] = []
    held: set[str] = set()
    for row in _due(vault, at):
        if case_file(vault, row.case_code).view.legal_hold:
            held.add(row.case_code)
        else:
            blobs += vault.erased.note(row)
    blobs += _husks(vault, org, at)
    return Settled(tuple(blobs), tuple(sorted(held)))


def finish(vault: Vault, settled: Settled) -> None:
    """After the commit: nothing of it in the write-ahead log, and no file that no key opens."""
    if settled.blobs:
        vault.erased.forget(settled.blobs)


def _due(vault: Vault, at: datetime) -> Iterator[ErasedRecord]:
    """What tombstones name, by a decision that is here and says the same."""
    found = (parse_record(row.record) for row in vault.records.of_kind("tombstone"))
    tombstones = [one for one in found if isinstance(one, Tombstone)]
    known = vault.erased.among([one.body.of for one in tombstones])
    fresh = {one.body.of: one for one in tombstones if one.body.of not in known}
    for one in fresh.values():
        held = vault.records.by_digest(one.body.decision)
        decision = parse_record(held.record) if held else None
        if isinstance(decision, Decision) and decision.body.kind == "erase" and one.body.of in decision.body.of:
            target = vault.records.by_digest(one.body.of)
            if target is None or (target.case_code == one.case and target.kind in ERASABLE):
                yield ErasedRecord(one.body.of, one.case, one.body.decision, json_time(at))


def _husks(vault: Vault, org: str, at: datetime) -> Iterator[str]:
    """Every kept tar without the items of erased records, each with its entries in the log; the blobs that went."""
    for bundle, blob in vault.erased.whole():
        items = [item for item in vault.ledger.items(bundle) if item.outcome != "erased"]
        decisions = vault.erased.among({item.record_digest for item in items})
        gone = [item for item in items if item.record_digest in decisions]
        by_decision: defaultdict[str, list[str]] = defaultdict(list)
        for item in gone:
            by_decision[decisions[item.record_digest]].append(item.sha256)
        names = {item.name for item in gone}
        with closing(vault.blobs.open(blob)) as source, vault.blobs.writing(TAR, MAX_TAR_BYTES) as sink:
            write_husk(source, cast("BinaryIO", sink), names, LIMITS)
        vault.erased.husked(bundle, blob, sink.blob.id, names)
        for decision, digests in sorted(by_decision.items()):
            vault.log.append(erased_leaf(org, bundle, digests, decision, at))
        yield blob
