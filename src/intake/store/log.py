"""This officer's log: leaves of typed JSON, numbered from 0, never rewritten, each with its RFC 6962 leaf hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.crypto import merkle
from intake.store.rows import LogLeaf

if TYPE_CHECKING:
    from intake.store.connection import Database


class Log:
    """The leaves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, leaf: bytes) -> int:
        """Add a leaf (inside the caller's transaction, where there is one); return its index."""
        with self._database.transaction():
            index = self.size()
            self._database.run(
                "INSERT INTO log_leaves (number, leaf, hash) VALUES (?, ?, ?)", (index, leaf, merkle.leaf_hash(leaf))
            )
        return index

    def size(self) -> int:
        """Return how many leaves there are."""
        row = self._database.one("SELECT coalesce(max(number) + 1, 0) FROM log_leaves")
        return int(row[0]) if row else 0

    def leaves(self) -> list[LogLeaf]:
        """Return all leaves, in order."""
        return [
            LogLeaf(*row) for row in self._database.all("SELECT number, leaf, hash FROM log_leaves ORDER BY number")
        ]
