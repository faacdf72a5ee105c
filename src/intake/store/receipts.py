"""Receipts: what a laptop was told of its items, and what a coordinator gave out.

Never decides what may be purged: it counts words, the use cases decide. Spec: docs/spec/receipt-v1.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.store.rows import GivenReceipt, HeldCheckpoint, ItemWord, TakenReceipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.store.connection import Database


class Receipts:
    """A laptop's: receipts taken, the newest word of each officer on each item, the checkpoints that came along."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, receipt: TakenReceipt, words: Sequence[ItemWord], checkpoint: HeldCheckpoint) -> None:
        """Keep a receipt, what it says, and its checkpoint: all or nothing. A serial that was taken: AlreadyInVault."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO receipts (officer, serial, digest, bundle, taken_at, signed) VALUES (?, ?, ?, ?, ?, ?)",
                (receipt.officer, receipt.serial, receipt.digest, receipt.bundle, receipt.taken_at, receipt.signed),
            )
            self._database.run_many(
                "INSERT OR REPLACE INTO item_words (item, officer, status) VALUES (?, ?, ?)",
                [(word.item, word.officer, word.status) for word in words],
            )
            self._database.run(
                "INSERT OR REPLACE INTO checkpoints (origin, size, root, held)"
                " VALUES (?, ?, ?, (SELECT coalesce(max(held), 0) + 1 FROM checkpoints))",
                (checkpoint.origin, checkpoint.size, checkpoint.root),
            )

    def has(self, digest: str) -> bool:
        """Whether this very receipt was taken before."""
        return self._database.one("SELECT 1 FROM receipts WHERE digest = ?", (digest,)) is not None

    def last_serial(self, officer: str) -> int:
        """Return the highest serial taken of an officer; 0 before the first."""
        row = self._database.one("SELECT coalesce(max(serial), 0) FROM receipts WHERE officer = ?", (officer,))
        return int(row[0]) if row else 0

    def list(self) -> Sequence[TakenReceipt]:
        """Return every receipt taken, by officer and serial."""
        rows = self._database.all(
            "SELECT officer, serial, digest, bundle, taken_at, signed FROM receipts ORDER BY officer, serial"
        )
        return [TakenReceipt(*row) for row in rows]

    def words(self) -> Sequence[ItemWord]:
        """Return the newest word of each officer on each item."""
        rows = self._database.all("SELECT item, officer, status FROM item_words ORDER BY item, officer")
        return [ItemWord(*row) for row in rows]

    def checkpoint(self, origin: str) -> HeldCheckpoint | None:
        """Return the newest checkpoint held of one log."""
        row = self._database.one("SELECT origin, size, root FROM checkpoints WHERE origin = ?", (origin,))
        return None if row is None else HeldCheckpoint(*row)

    def newest_checkpoint(self) -> HeldCheckpoint | None:
        """Return the checkpoint that was taken last, of whichever log."""
        row = self._database.one("SELECT origin, size, root FROM checkpoints ORDER BY held DESC LIMIT 1")
        return None if row is None else HeldCheckpoint(*row)


class ReceiptsGiven:
    """A coordinator's: the newest receipt of each bundle, and which serials are used up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next_serial(self, device: str, above: int = 0) -> int:
        """Return the serial of the next receipt for a device (from 1; used up by `give`), larger than `above`."""
        row = self._database.one("SELECT coalesce(max(serial), 0) FROM receipts_given WHERE device = ?", (device,))
        return max(int(row[0]) if row else 0, above) + 1

    def give(self, given: GivenReceipt) -> None:
        """Use a serial up, on the disk, before the file exists; an earlier receipt of the bundle is superseded."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO receipts_given (bundle, device, serial, name) VALUES (?, ?, ?, ?) ON CONFLICT (bundle)"
                " DO UPDATE SET device = excluded.device, serial = excluded.serial, name = excluded.name",
                (given.bundle, given.device, given.serial, given.name),
            )

    def list(self) -> Sequence[GivenReceipt]:
        """Return the newest receipt of each bundle."""
        rows = self._database.all("SELECT bundle, device, serial, name FROM receipts_given ORDER BY device, serial")
        return [GivenReceipt(*row) for row in rows]
