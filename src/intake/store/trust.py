"""Every version of every trust object ever received: none is overwritten, none is dropped.

What a file says, and whether a serial may be taken, is the keys' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.store.connection import Database
    from intake.store.rows import TrustVersion


class TrustFiles:
    """Card, officers, roster, recipients, pack: files by kind and serial."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: str, serial: int, files: Mapping[str, bytes], received_at: str) -> None:
        """Keep a version. The same bytes again change nothing; other bytes under a kept serial: AlreadyInVault."""
        raise NotImplementedError

    def newest(self, kind: str) -> TrustVersion | None:
        """Return the version with the highest serial."""
        raise NotImplementedError

    def all(self, kind: str) -> list[TrustVersion]:
        """Return every version, lowest serial first."""
        raise NotImplementedError
