"""What a coordinator's own bundles carried on of the records it holds, and what they have not carried yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from intake.store.rows import RelayPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.store.connection import Database

PARTS: Final = (  # every part of every record, as `p`
    "SELECT p.digest, p.kind, p.number, p.blob, p.size FROM ("
    " SELECT number AS place, digest, 'record' AS kind, -1 AS number, NULL AS blob, length(record) AS size FROM records"
    " UNION ALL SELECT r.number, i.record_digest, 'identity', -1, NULL, length(i.identity)"
    " FROM identities i JOIN records r ON r.digest = i.record_digest"
    " UNION ALL SELECT r.number, a.record_digest,"
    " CASE a.part WHEN 'identity' THEN 'identity-attachment' ELSE 'attachment' END, a.number, a.blob, a.size"
    " FROM record_attachments a JOIN records r ON r.digest = a.record_digest) p"
)
_DUE: Final = (
    " WHERE ?1 OR NOT EXISTS (SELECT 1 FROM relayed d WHERE d.record_digest = p.digest"
    " AND d.kind = p.kind AND d.number = p.number)"
    " ORDER BY p.place, p.digest"  # as records came in, so that what a version follows stands before it
)


class Relays:
    """Marks on parts of records; taking one away only makes that part be carried again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def parts(self, *, everything: bool) -> Sequence[RelayPart]:
        """Return what was not carried on yet, or everything; never a testimony's bytes."""
        rows = self._database.all(PARTS + _DUE, (int(everything),))
        return [RelayPart(*row) for row in rows]

    def has(self, record: str, kind: str, number: int) -> bool:
        """Whether this part was carried on."""
        row = self._database.one(
            "SELECT 1 FROM relayed WHERE record_digest = ? AND kind = ? AND number = ?", (record, kind, number)
        )
        return row is not None

    def mark(self, parts: Sequence[RelayPart], chain: str, seq: int) -> None:
        """Note which bundle carried these."""
        with self._database.transaction():
            self._database.run_many(
                "INSERT OR REPLACE INTO relayed (record_digest, kind, number, chain, seq) VALUES (?, ?, ?, ?, ?)",
                [(one.record, one.kind, one.number, chain, seq) for one in parts],
            )
