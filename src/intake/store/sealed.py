"""What a laptop keeps of what it sealed: stubs, the items' rows, and the sealed files of the outbox.

It must never be able to read a sealed item again: sealing replaces the draft in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from intake.store.blobs import Blobs
    from intake.store.connection import Database
    from intake.store.drafts import Drafts
    from intake.store.rows import NextStatement, SealedItem, SentBundle, Stub


class Sealed:
    """Stubs and items."""

    def __init__(self, database: Database, drafts: Drafts) -> None:
        self._database = database
        self._drafts = drafts

    def next_ordinal(self) -> int:
        """Return the number of the next record sealed on this laptop (from 1; used up by `seal_draft`)."""
        raise NotImplementedError

    def seal_draft(self, draft_id: str, stub: Stub, items: Sequence[SealedItem]) -> None:
        """Replace the draft by its stub and items in one transaction; shred its attachments; empty the log."""
        raise NotImplementedError

    def list(self) -> list[Stub]:
        """Return all stubs, in the order of sealing."""
        raise NotImplementedError

    def get(self, id_or_case_code: str) -> list[Stub]:
        """Return the stubs of one record, oldest version first; empty when unknown."""
        raise NotImplementedError

    def items(self, record_digest: str) -> list[SealedItem]:
        """Return the items of one record version."""
        raise NotImplementedError

    def all_items(self) -> list[SealedItem]:
        """Return every item not yet purged, in the order of sealing (receipted ones included: see `state`)."""
        raise NotImplementedError


class Outbox:
    """The sealed files, until they are receipted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Write a file that gets its final name, on the disk, when the block ends without a fault."""
        raise NotImplementedError

    def path(self, name: str) -> Path:
        """Return where the file is."""
        raise NotImplementedError

    def open(self, name: str) -> BinaryIO:
        """Open the file read-only; DamagedBlob when it is gone."""
        raise NotImplementedError


class Chain:
    """The bundles this vault sends: a chain of numbers without a gap."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, chain: str, started_at: str) -> None:
        """Begin a chain (32 hex); the one before it, if any, becomes its predecessor."""
        raise NotImplementedError

    def next(self) -> NextStatement:
        """Return the place of the next statement; nothing is used up yet."""
        raise NotImplementedError

    def reserve(self, sent: SentBundle) -> None:
        """Use up the number, on the disk, before the carried file gets its final name."""
        raise NotImplementedError

    def mark_written(self, seq: int) -> None:
        """Note that the carried file has its final name; its items are `exported` now."""
        raise NotImplementedError

    def sent(self) -> list[SentBundle]:
        """Return all bundles of all chains, oldest first."""
        raise NotImplementedError
