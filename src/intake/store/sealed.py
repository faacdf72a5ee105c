"""What a laptop keeps of what it sealed: stubs, the items' rows, the sealed files of the outbox, the chain it sends.

It must never be able to read a sealed item again: sealing replaces the draft in the same transaction.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.errors import AlreadyInVault, DamagedBlob, NotInVault
from intake.store import files
from intake.store.rows import NextStatement, Purge, SealedItem, SentBundle, Stub

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from intake.store.blobs import Blobs
    from intake.store.connection import Database, Row
    from intake.store.drafts import Drafts

_STUB: Final = "SELECT case_code, record_id, version, kind, digest, ordinal, sealed_on FROM stubs"
_ITEM: Final = (
    "SELECT name, record_digest, kind, attachment_index, part, size, sha256, recipients, epoch, ordinal, state"
    " FROM sealed_items"
)
_SENT: Final = "SELECT s.chain, s.seq, s.bid, s.digest, s.made_at, s.items, s.written FROM sent_bundles s"


class Sealed:
    """Stubs and items."""

    def __init__(self, database: Database, drafts: Drafts, blobs: Blobs) -> None:
        self._database = database
        self._drafts = drafts
        self._blobs = blobs

    def next_ordinal(self) -> int:
        """Return the number of the next record sealed on this laptop (from 1; used up by `seal_draft`)."""
        row = self._database.one("SELECT coalesce(max(ordinal), 0) + 1 FROM stubs")
        return int(row[0]) if row else 1

    def seal_draft(self, draft_id: str, stub: Stub, items: Sequence[SealedItem]) -> None:
        """Replace the draft by its stub and items in one transaction; shred its attachments; empty the log.

        The items' files are in the outbox before this, or they would be swept when the vault is next opened.
        """
        with self._database.transaction():
            blob_ids = self._drafts.delete(draft_id)
            self._insert(stub, items)
        self._database.truncate_log()
        self._blobs.remove_files(blob_ids)

    def keep(self, stub: Stub, items: Sequence[SealedItem]) -> None:
        """Write stub and items of what was never a draft, as a part of the caller's transaction."""
        self._insert(stub, items)

    def _insert(self, stub: Stub, items: Sequence[SealedItem]) -> None:
        self._database.run(
            "INSERT INTO stubs (case_code, record_id, version, kind, digest, ordinal, sealed_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (stub.case_code, stub.record_id, stub.version, stub.kind, stub.digest, stub.ordinal, stub.sealed_on),
        )
        self._database.run_many(
            "INSERT INTO sealed_items (name, record_digest, kind, attachment_index, part, size, sha256, recipients,"
            " epoch, ordinal, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    item.name,
                    item.record_digest,
                    item.kind,
                    item.attachment_index,
                    item.part,
                    item.size,
                    item.sha256,
                    json.dumps(item.to),
                    item.epoch,
                    item.ordinal,
                    item.state,
                )
                for item in items
            ],
        )

    def list(self) -> list[Stub]:
        """Return all stubs, in the order of sealing."""
        return [Stub(*row) for row in self._database.all(f"{_STUB} ORDER BY ordinal")]

    def get(self, id_or_case_code: str) -> Sequence[Stub]:
        """Return the stubs of one record, oldest version first; empty when unknown."""
        rows = self._database.all(
            f"{_STUB} WHERE record_id = ?1 OR case_code = ?1 ORDER BY version", (id_or_case_code,)
        )
        return [Stub(*row) for row in rows]

    def items(self, record_digest: str) -> Sequence[SealedItem]:
        """Return the items of one record version."""
        return self._items("WHERE record_digest = ? ORDER BY number", (record_digest,))

    def all_items(self) -> Sequence[SealedItem]:
        """Return every item ever sealed here, in the order of sealing: rows survive their files (see `state`)."""
        return self._items("ORDER BY number", ())

    def with_file(self) -> Sequence[SealedItem]:
        """Return the items whose files are to stay: those that no receipt covers and nobody destroyed."""
        return self._items("WHERE state IN ('sealed', 'exported') ORDER BY number", ())

    def mark_receipted(self, names: Collection[str]) -> None:
        """Note that receipts cover these; their files may go from now on, and go at the latest at the next opening."""
        with self._database.transaction():
            self._database.run_many(
                "UPDATE sealed_items SET state = 'receipted' WHERE name = ? AND state IN ('sealed', 'exported')",
                [(name,) for name in names],
            )

    def mark_destroyed(self, names: Collection[str], reason: str, at: str) -> None:
        """Note that these are destroyed without a receipt, and why; their files go as receipted ones do."""
        with self._database.transaction():
            self._database.run_many(
                "UPDATE sealed_items SET state = 'destroyed' WHERE name = ? AND state IN ('sealed', 'exported')",
                [(name,) for name in names],
            )
            self._database.run_many(
                "INSERT INTO purges (item, reason, at, told) VALUES (?, ?, ?, 0)",
                [(name, reason, at) for name in names],
            )
            self._database.run("DELETE FROM sync_files WHERE state = 'sending'")  # they may be in it, and it tells none

    def purges(self) -> Sequence[Purge]:
        """Return what was destroyed without a receipt, by digest."""
        rows = self._database.all(
            "SELECT p.item, i.sha256, p.reason, p.at, p.told FROM purges p JOIN sealed_items i ON i.name = p.item"
            " ORDER BY i.sha256"
        )
        return [Purge(item, sha256, reason, at, bool(told)) for item, sha256, reason, at, told in rows]

    def _items(self, which: str, parameters: Sequence[str]) -> Sequence[SealedItem]:
        rows = self._database.all(f"{_ITEM} {which}", parameters)
        return [SealedItem(*[*row[:7], tuple(json.loads(row[7])), *row[8:]]) for row in rows]


class Outbox:
    """A folder of sealed files: those of items until they are receipted, those of bundles while they are sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """Write a file that gets its final name, on the disk, when the block ends without a fault."""
        with files.disk_faults(self._folder.parent), files.write_whole(self.path(name)) as sink:
            yield sink

    def path(self, name: str) -> Path:
        """Return where the file is."""
        return self._folder / name

    def open(self, name: str) -> BinaryIO:
        """Open the file read-only; DamagedBlob when it is gone."""
        try:
            return self.path(name).open("rb")
        except OSError:
            raise DamagedBlob(blob=name) from None

    def remove(self, names: Collection[str]) -> None:
        """Remove files of items that are receipted or destroyed; one that is gone already is as good."""
        with files.disk_faults(self._folder.parent):
            for name in names:
                self.path(name).unlink(missing_ok=True)
            files.sync_folder(self._folder)

    def sweep(self, known: frozenset[str]) -> None:
        """Remove every file that no item needs any more: of a sealing or a purge that was killed half way."""
        for path in self._folder.iterdir():
            if path.name not in known:
                path.unlink()


class Chain:
    """The bundles this vault sends: a chain of numbers without a gap."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, chain: str, started_at: str) -> None:
        """Begin a chain (32 hex); the one before it, if any, becomes its predecessor."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO chains (chain, predecessor, started_at)"
                " VALUES (?, (SELECT chain FROM chains ORDER BY number DESC LIMIT 1), ?)",
                (chain, started_at),
            )

    def has_begun(self) -> bool:
        """Whether there is a chain at all: a coordinator's begins with its first bundle."""
        return self._database.one("SELECT 1 FROM chains LIMIT 1") is not None

    def next(self) -> NextStatement:
        """Return the place of the next statement; nothing is used up yet."""
        row = self._database.one(
            "SELECT c.chain, c.predecessor, s.seq, s.digest FROM chains c LEFT JOIN sent_bundles s ON s.chain = c.chain"
            " ORDER BY c.number DESC, s.seq DESC LIMIT 1"
        )
        if row is None:
            raise NotInVault(what="chain", name="")
        chain, predecessor, seq, digest = row
        return NextStatement(chain, predecessor, (seq or 0) + 1, digest)

    def reserve(self, sent: SentBundle) -> None:
        """Use up the number, on the disk, before the carried file gets its final name."""
        with self._database.transaction():
            place = self.next()
            if (sent.chain, sent.seq) != (place.chain, place.seq):
                raise AlreadyInVault(what="statement", name=sent.seq)
            self._database.run(
                "INSERT INTO sent_bundles (chain, seq, bid, digest, made_at, items, written)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (sent.chain, sent.seq, sent.bid, sent.digest, sent.made_at, json.dumps(sent.items), int(sent.written)),
            )

    def mark_written(self, seq: int) -> None:
        """Note that the carried file of the newest chain has its final name; its sealed items are `exported` now."""
        with self._database.transaction():
            row = self._database.one(
                "UPDATE sent_bundles SET written = 1 WHERE chain = ? AND seq = ? RETURNING items",
                (self.next().chain, seq),
            )
            if row is None:
                raise NotInVault(what="statement", name=seq)
            self._database.run_many(
                "UPDATE sealed_items SET state = 'exported' WHERE name = ? AND state = 'sealed'",
                [(name,) for name in json.loads(row[0])],
            )
            self._database.run("UPDATE purges SET told = 1")  # a statement names them all

    def sent(self) -> list[SentBundle]:
        """Return all bundles of all chains, oldest first."""
        rows = self._database.all(f"{_SENT} JOIN chains c ON c.chain = s.chain ORDER BY c.number, s.seq")
        return [_sent(row) for row in rows]

    def by_digest(self, digest: str) -> SentBundle | None:
        """Return the bundle of ours that has this digest."""
        row = self._database.one(f"{_SENT} WHERE s.digest = ?", (digest,))
        return None if row is None else _sent(row)


def _sent(row: Row) -> SentBundle:
    return SentBundle(*[*row[:5], tuple(json.loads(row[5])), bool(row[6])])
