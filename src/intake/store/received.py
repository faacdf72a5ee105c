"""The verified record versions a coordinator holds, with their identity parts and attachments. Read only here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.store.connection import Database
    from intake.store.rows import IdentityPart, RecordAttachment, RecordVersion


class Records:
    """Record versions; only the ledger's import writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[RecordVersion]:
        """Return all versions, by case code, record and version."""
        raise NotImplementedError

    def get(self, id_or_case_code: str) -> list[RecordVersion]:
        """Return all versions of one record, oldest first; two with one number are a fork."""
        raise NotImplementedError

    def by_digest(self, digest: str) -> RecordVersion | None:
        """Return one version."""
        raise NotImplementedError

    def digests(self, record_ids: Iterable[str]) -> dict[tuple[str, int], frozenset[str]]:
        """Return the digests held of these records, by (record id, version)."""
        raise NotImplementedError

    def identity(self, record_digest: str) -> IdentityPart | None:
        """Return the identity part of a version, where it was openable here."""
        raise NotImplementedError

    def attachments(self, record_digest: str) -> list[RecordAttachment]:
        """Return the attachments of a version, by index."""
        raise NotImplementedError
