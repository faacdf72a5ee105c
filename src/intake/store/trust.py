"""Every version of every trust object ever received: none is overwritten, none is dropped.

What a file says, and whether a serial may be taken, is the keys' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.errors import AlreadyInVault
from intake.store.rows import TrustVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.store.connection import Database


class TrustFiles:
    """Card, officers, roster, recipients, pack: files by kind and serial."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: str, serial: int, files: Mapping[str, bytes], received_at: str) -> None:
        """Keep a version. The same bytes again change nothing; other bytes under a kept serial: AlreadyInVault."""
        with self._database.transaction():
            kept = self._version(kind, serial)
            if kept is None:
                self._database.run_many(
                    "INSERT INTO trust_files (kind, serial, name, bytes, received_at) VALUES (?, ?, ?, ?, ?)",
                    [(kind, serial, name, content, received_at) for name, content in files.items()],
                )
            elif kept.files != dict(files):
                raise AlreadyInVault(what=f"{kind} serial", name=serial)

    def newest(self, kind: str) -> TrustVersion | None:
        """Return the version with the highest serial."""
        row = self._database.one("SELECT max(serial) FROM trust_files WHERE kind = ?", (kind,))
        return None if row is None or row[0] is None else self._version(kind, row[0])

    def all(self, kind: str) -> list[TrustVersion]:
        """Return every version, lowest serial first."""
        rows = self._database.all("SELECT DISTINCT serial FROM trust_files WHERE kind = ? ORDER BY serial", (kind,))
        return [version for row in rows if (version := self._version(kind, row[0]))]

    def _version(self, kind: str, serial: int) -> TrustVersion | None:
        rows = self._database.all(
            "SELECT name, bytes, received_at FROM trust_files WHERE kind = ? AND serial = ? ORDER BY name",
            (kind, serial),
        )
        if not rows:
            return None
        return TrustVersion(kind, serial, {name: content for name, content, _ in rows}, rows[0][2])
