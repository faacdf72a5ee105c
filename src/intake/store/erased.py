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
        rows = self._database.all(
            "SELECT record_digest, decision FROM erased WHERE record_digest IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(digests)),),
        )
        return {row[0]: row[1] for row in rows}

    def note(self, row: ErasedRecord) -> Sequence[str]:
        """Note it, and delete all that is here of the record; return the blobs whose keys went."""
        self._database.run(
            "INSERT OR IGNORE INTO erased (record_digest, case_code, decision, at) VALUES (?, ?, ?, ?)",
            (row.record, row.case_code, row.decision, row.at),
        )
        one = (row.record,)
        found = self._database.all("SELECT blob FROM record_attachments WHERE record_digest = ?", one)
        blobs = [blob for (blob,) in found]
        self._database.run("DELETE FROM record_attachments WHERE record_digest = ?", one)
        self._database.run("DELETE FROM identities WHERE record_digest = ?", one)  # who tells goes with it
        self._database.run("DELETE FROM records WHERE digest = ?", one)
        self._blobs.drop_keys(blobs)
        return blobs

    def whole(self) -> Sequence[tuple[str, str]]:
        """Return (bundle, blob) of every kept tar that still has an item of an erased record in it."""
        return [
            (row[0], row[1])
            for row in self._database.all(
                "SELECT DISTINCT b.digest, b.blob FROM received_items i JOIN received_bundles b ON b.digest = i.bundle"
                " WHERE i.record_digest IN (SELECT record_digest FROM erased) AND i.outcome <> 'erased'"
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
