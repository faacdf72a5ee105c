"""This officer's log: leaves of typed JSON, numbered from 0, never rewritten, each with its RFC 6962 leaf hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.store.connection import Database
    from intake.store.rows import LogLeaf


class Log:
    """The leaves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, leaf: bytes) -> int:
        """Add a leaf (inside the caller's transaction, where there is one); return its index."""
        raise NotImplementedError

    def size(self) -> int:
        """Return how many leaves there are."""
        raise NotImplementedError

    def leaves(self) -> list[LogLeaf]:
        """Return all leaves, in order."""
        raise NotImplementedError

    def get(self, index: int) -> LogLeaf | None:
        """Return one leaf."""
        raise NotImplementedError
