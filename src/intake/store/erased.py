"""What was erased: its rows and keys go, a note stays by which it never comes in again.

Must be called inside the caller's transaction, which also writes the decision and the log entries; files of blobs go
after its commit. Spec: docs/spec/bundle-v1.md, "Husk"; docs/spec/record-v1.md, "Erasing".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from intake.store.rows import ErasedRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from intake.store.blobs import Blobs
    from intake.store.connection import Database

Place = tuple[str, str]  # digest of the record, kind of item


class Erased:
    """The notes, and the deed."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def list(self) -> Sequence[ErasedRecord]:
        """Return all notes, by case code."""
        rows = self._database.all(
            "SELECT record_digest, case_code, decision, at FROM erased ORDER BY case_code, record_digest"
        )
        return [ErasedRecord(*row) for row in rows]

    def among(self, digests: Collection[str]) -> dict[str, str]:
        """Return which of these records were erased, each with the decision that says so."""
        return self._noted("erased", digests)

    def nameless(self, digests: Collection[str]) -> dict[str, str]:
        """Return the same of those whose identity part was."""
        return self._noted("erased_identities", digests)

    def places(self, places: Collection[Place]) -> dict[Place, str]:
        """Return which of these items were erased, each with the decision that says so."""
        records = {record for record, _ in places}
        whole, names = self.among(records), self.nameless(records)
        found = {
            one: whole.get(one[0]) or (names.get(one[0]) if one[1].startswith("identity") else None) for one in places
        }
        return {one: decision for one, decision in found.items() if decision}

    def _noted(self, table: str, digests: Collection[str]) -> dict[str, str]:
        rows = self._database.all(
            f"SELECT record_digest, decision FROM {table}"  # noqa: S608  one of two names of ours
            " WHERE record_digest IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(digests)),),
        )
        return {row[0]: row[1] for row in rows}

    def here(self, record: str, *, names_only: bool = False) -> bool:
        """Return whether anything of a record is here yet, in rows or in a kept tar."""
        row = self._database.one(
            "SELECT 1 FROM received_items WHERE record_digest = ?1 AND outcome <> 'erased'"
            " AND (NOT ?2 OR kind LIKE 'identity%') UNION SELECT 1 FROM records WHERE digest = ?1 AND NOT ?2"
            " UNION SELECT 1 FROM identities WHERE record_digest = ?1 LIMIT 1",
            (record, int(names_only)),
        )
        return row is not None

    def note(self, row: ErasedRecord) -> Sequence[str]:
        """Note it, and delete all that is here of the record, or of its identity part; return blobs whose keys went."""
        table, part = ("erased_identities", "identity") if row.names_only else ("erased", "")
        self._database.run(
            f"INSERT OR IGNORE INTO {table} (record_digest, case_code, decision, at) VALUES (?, ?, ?, ?)",  # noqa: S608  as above
            (row.record, row.case_code, row.decision, row.at),
        )
        these, one = "FROM record_attachments WHERE record_digest = ?1 AND ?2 IN (part, '')", (row.record, part)
        blobs = [blob for (blob,) in self._database.all(f"SELECT blob {these}", one)]
        self._database.run(f"DELETE {these}", one)
        self._database.run("DELETE FROM identities WHERE record_digest = ?", one[:1])  # who tells goes with it
        if not row.names_only:
            self._database.run("DELETE FROM records WHERE digest = ?", one[:1])
        self._database.run("DELETE FROM sync_files WHERE state = 'sending'")  # it may be in it, and it tells none
        self._blobs.drop_keys(blobs)
        return blobs

    def whole(self) -> Sequence[tuple[str, str]]:
        """Return (bundle, blob) of every kept tar that still has an erased item in it."""
        return [
            (row[0], row[1])
            for row in self._database.all(
                "SELECT DISTINCT b.digest, b.blob FROM received_items i JOIN received_bundles b ON b.digest = i.bundle"
                " WHERE i.outcome <> 'erased' AND (i.record_digest IN (SELECT record_digest FROM erased)"
                " OR i.kind LIKE 'identity%' AND i.record_digest IN (SELECT record_digest FROM erased_identities))"
                " ORDER BY b.log_index"
            )
        ]

    def husked(self, bundle: str, blob: str, husk: str, items: Collection[str]) -> None:
        """Put the husk in the kept tar's place; `items`: names of what is in it no more."""
        self._database.run("UPDATE received_bundles SET blob = ? WHERE digest = ?", (husk, bundle))
        self._database.run_many(
            "UPDATE received_items SET outcome = 'erased', reason = NULL WHERE bundle = ? AND name = ?",
            [(bundle, name) for name in items],
        )
        self._database.run_many(
            "DELETE FROM quarantine WHERE bundle_digest = ? AND item = ?", [(bundle, name) for name in items]
        )
        self._blobs.drop_keys([blob])

    def forget(self, blobs: Collection[str]) -> None:
        """After the commit: no page of what is gone stays in the log, and its files go."""

        def work() -> None:
            self._database.truncate_log()
            self._blobs.remove_files(blobs)

        self._database.afterwards(work)
