"""The verified record versions a coordinator holds, with their identity parts and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from intake.errors import NotInVault
from intake.store.rows import IdentityPart, RecordAttachment, RecordSummary, RecordVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.store.connection import Database, Row

_RECORD: Final = "SELECT digest, record_id, case_code, version, kind, prev, author, record, sig, pq_sig FROM records"

_SUMMARY: Final = (
    "SELECT r.digest, r.record_id, r.case_code, r.version, r.kind, r.author, r.added_at,"
    " (SELECT count(*) FROM record_attachments a WHERE a.record_digest = r.digest),"
    " (SELECT count(*) FROM identities i WHERE i.record_digest = r.digest)"
    " FROM records r"
)


class Records:
    """Record versions; the ledger's import writes them, and officers their own decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[RecordVersion]:
        """Return all versions, by case code, record and version."""
        rows = self._database.all(f"{_RECORD} ORDER BY case_code, record_id, version, number")
        return [RecordVersion(*row) for row in rows]

    def summaries(self) -> Sequence[RecordSummary]:
        """Return what a list says of all versions, in the same order, and no testimony's bytes."""
        rows = self._database.all(f"{_SUMMARY} ORDER BY r.case_code, r.record_id, r.version, r.number")
        return [_summary(row) for row in rows]

    def summary(self, digest: str) -> RecordSummary:
        """Return the same of one version; NotInVault."""
        row = self._database.one(f"{_SUMMARY} WHERE r.digest = ?", (digest,))
        if row is None:
            raise NotInVault(what="record", name=digest)
        return _summary(row)

    def count(self) -> int:
        """Return how many testimonies there are."""
        row = self._database.one("SELECT count(DISTINCT record_id) FROM records WHERE kind = 'full'")
        return int(row[0]) if row else 0

    def add(self, record: RecordVersion, at: str) -> None:
        """Keep a record that was made here (inside the caller's transaction); the same again changes nothing."""
        insert_records(self._database, [record], bundle=None, at=at)

    def of_kind(self, kind: str) -> Sequence[RecordVersion]:
        """Return all records of a kind that is none of testimonies, in the order in which they came."""
        rows = self._database.all(f"{_RECORD} WHERE kind = ? AND kind <> 'full' ORDER BY number", (kind,))
        return [RecordVersion(*row) for row in rows]

    def withdrawals_since(self, author: str, at: str) -> int:
        """Return how many withdrawals of one laptop came in since."""
        row = self._database.one(
            "SELECT count(*) FROM records WHERE kind = 'withdrawal' AND kind <> 'full' AND author = ? AND added_at > ?",
            (author, at),
        )
        return int(row[0]) if row else 0

    def eventful(self) -> frozenset[str]:
        """Return the case codes that more is known of than one testimony: the few whose records must be looked at."""
        rows = self._database.all(
            "SELECT case_code FROM records WHERE kind <> 'full' UNION SELECT case_code FROM erased"
            " UNION SELECT case_code FROM records GROUP BY case_code HAVING count(*) > 1"
        )
        return frozenset(row[0] for row in rows)

    def get(self, id_or_case_code: str) -> Sequence[RecordVersion]:
        """Return all versions of one record, oldest first; two with one number are a fork."""
        rows = self._database.all(
            f"{_RECORD} WHERE record_id = ?1 OR case_code = ?1 ORDER BY version, number", (id_or_case_code,)
        )
        return [RecordVersion(*row) for row in rows]

    def by_digest(self, digest: str) -> RecordVersion | None:
        """Return one version."""
        row = self._database.one(f"{_RECORD} WHERE digest = ?", (digest,))
        return None if row is None else RecordVersion(*row)

    def digests(self, record_id: str, version: int) -> tuple[str, ...]:
        """Return the digests held under one version number of a record: none, one, or a fork."""
        rows = self._database.all(
            "SELECT digest FROM records WHERE record_id = ? AND version = ? ORDER BY number", (record_id, version)
        )
        return tuple(row[0] for row in rows)

    def told_by(self, key: str, born: str) -> Sequence[str]:
        """Return the case codes whose teller has this match key and year of birth (V30)."""
        rows = self._database.all(
            "SELECT r.case_code FROM match_keys k JOIN records r ON r.digest = k.record_digest"
            " WHERE k.key = ? AND k.born = ?",
            (key, born),
        )
        # Told apart here: DISTINCT makes a table of its own each time, in memory that SQLCipher locks.
        return tuple(dict.fromkeys(row[0] for row in rows))

    def identity(self, record_digest: str) -> IdentityPart | None:
        """Return the identity part of a version, where it was openable here."""
        row = self._database.one(
            "SELECT record_digest, digest, identity FROM identities WHERE record_digest = ?", (record_digest,)
        )
        return None if row is None else IdentityPart(*row)

    def attachments(self, record_digest: str) -> Sequence[RecordAttachment]:
        """Return the attachments of a version, the account's first, by index."""
        rows = self._database.all(
            "SELECT record_digest, number, part, blob, sha256, size, type FROM record_attachments"
            " WHERE record_digest = ? ORDER BY part, number",
            (record_digest,),
        )
        return [RecordAttachment(*row) for row in rows]


def _summary(row: Row) -> RecordSummary:
    return RecordSummary(*[*row[:8], bool(row[8])])


def insert_records(database: Database, records: Sequence[RecordVersion], *, bundle: str | None, at: str) -> None:
    """Keep record versions of a bundle, or made here. One may come again, relayed in another: the first copy stays."""
    database.run_many(
        "INSERT OR IGNORE INTO records (digest, record_id, case_code, version, kind, prev, author, record, sig,"
        " pq_sig, bundle, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                record.digest,
                record.record_id,
                record.case_code,
                record.version,
                record.kind,
                record.prev,
                record.author,
                record.record,
                record.sig,
                record.pq_sig,
                bundle,
                at,
            )
            for record in records
        ),
    )
