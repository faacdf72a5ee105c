"""Two logs that are never rewritten: an officer's, and every vault's own custody log.

The officer's has leaves of typed JSON, numbered from 0, each with its RFC 6962 leaf hash, and is published. The custody
log says what was done with this vault's testimonies, and why; each entry names the hash of the one before it, and it
never leaves the vault in the clear. Neither may hold a word of a testimony.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from intake.crypto import merkle, strictjson
from intake.crypto.hashing import digest
from intake.store.rows import CustodyLeaf, LogLeaf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.store.connection import Database
    from intake.store.rows import Json

CUSTODY_FORMAT: Final = "intake-custody/1"


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


class Custody:
    """What was done in this vault: a chain of hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, kind: str, at: str, fields: Mapping[str, Json]) -> int:
        """Add an entry (inside the caller's transaction, where there is one); return its number."""
        with self._database.transaction():
            row = self._database.one("SELECT number + 1, hash FROM custody ORDER BY number DESC LIMIT 1")
            number, prev = row or (0, None)
            facts = {"format": CUSTODY_FORMAT, "number": number, "prev": prev, "kind": kind, "at": at}
            leaf = strictjson.dumps({**fields, **facts})
            self._database.run(
                "INSERT INTO custody (number, hash, leaf) VALUES (?, ?, ?)", (number, digest(leaf), leaf)
            )
        return int(number)

    def newest(self) -> CustodyLeaf | None:
        """Return the entry that all others lead up to."""
        row = self._database.one("SELECT number, hash, leaf FROM custody ORDER BY number DESC LIMIT 1")
        return None if row is None else CustodyLeaf(*row)

    def leaves(self) -> Sequence[CustodyLeaf]:
        """Return all entries, in order."""
        rows = self._database.all("SELECT number, hash, leaf FROM custody ORDER BY number")
        return [CustodyLeaf(*row) for row in rows]
