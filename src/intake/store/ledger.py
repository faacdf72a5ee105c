"""What a coordinator received: the ledger of bundles and items, written once per import in one transaction.

Idempotent by digest: a bundle is in the ledger once, a record version once, an identity part once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from intake.errors import AlreadyInVault
from intake.store.received import insert_records
from intake.store.rows import BundleSummary, Quarantined, ReceivedBundle, ReceivedItem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from intake.store.connection import Database, Row
    from intake.store.log import Log
    from intake.store.rows import IdentityPart, ImportedBundle, OpenedLate, RecordAttachment

_BUNDLE: Final = (
    "SELECT digest, bid, sender, chain, seq, prev, verdict, blob, statement, imported_at, log_index"
    " FROM received_bundles"
)
# The sender's last bundle: of the chain that none of its others follows, the highest number.
_LAST: Final = (
    "b WHERE sender = ?1 ORDER BY"
    " chain IN (SELECT json_extract(CAST(statement AS TEXT), '$.predecessor') FROM received_bundles WHERE sender = ?1),"
    " (SELECT max(c.log_index) FROM received_bundles c WHERE c.sender = ?1 AND c.chain = b.chain) DESC,"
    " seq DESC, log_index DESC LIMIT 1"
)
# Items that wait for a key and that nothing brought since: neither their own file in another bundle, nor what is in
# them, sealed anew by another coordinator.
_WAITING: Final = (
    "FROM received_items w JOIN received_bundles b ON b.digest = w.bundle WHERE w.outcome = 'awaiting-key'"
    " AND NOT EXISTS (SELECT 1 FROM received_items i WHERE i.sha256 = w.sha256"
    " AND i.record_digest = w.record_digest AND i.outcome = 'imported') AND NOT CASE w.kind"
    " WHEN 'record' THEN EXISTS (SELECT 1 FROM records r WHERE r.digest = w.record_digest)"
    " WHEN 'identity' THEN EXISTS (SELECT 1 FROM identities p WHERE p.record_digest = w.record_digest)"
    " ELSE EXISTS (SELECT 1 FROM record_attachments a WHERE a.record_digest = w.record_digest"
    " AND a.number = w.attachment_index AND a.part = iif(w.kind = 'attachment', 'account', 'identity')) END"
)
_QUARANTINED: Final = "SELECT id, bundle_digest, item, reason, details, blob, added_at FROM quarantine"


# The SHA-256 of an item's file, and what it is a part of: record digest, kind, attachment index, part.
ItemPlace = tuple[str, str, str, int | None, str | None]


class Ledger:
    """Bundles received."""

    def __init__(self, database: Database, log: Log, quarantine: Quarantine) -> None:
        self._database = database
        self._log = log
        self._quarantine = quarantine

    def seen(self, digest: str) -> ReceivedBundle | None:
        """Return the bundle if it was imported before."""
        row = self._database.one(f"{_BUNDLE} WHERE digest = ?", (digest,))
        return None if row is None else ReceivedBundle(*row)

    def list(self) -> list[ReceivedBundle]:
        """Return all bundles, in the order of their log entries."""
        return [ReceivedBundle(*row) for row in self._database.all(f"{_BUNDLE} ORDER BY log_index")]

    def newest_of(self, sender: str) -> ReceivedBundle | None:
        """Return the last bundle of a sender's last chain, in whichever order they came: sticks overtake each other."""
        row = self._database.one(f"{_BUNDLE} {_LAST}", (sender,))
        return None if row is None else ReceivedBundle(*row)

    def waiting(self) -> Mapping[str, Sequence[ReceivedItem]]:
        """Return the items that wait for a key, by the bundle whose kept tar has their bytes."""
        rows = self._database.all(f"SELECT w.bundle, w.name {_WAITING} ORDER BY b.log_index")
        chosen = {(row[0], row[1]) for row in rows}
        bundles = dict.fromkeys(row[0] for row in rows)
        return {bundle: [item for item in self.items(bundle) if (bundle, item.name) in chosen] for bundle in bundles}

    def record_opened(self, late: OpenedLate) -> None:
        """Write what became of items that had waited, and its log entry, in one transaction."""
        with self._database.transaction():
            self._database.run_many(
                "UPDATE received_items SET outcome = ?, reason = ? WHERE bundle = ? AND name = ?",
                [(item.outcome, item.reason, late.bundle, item.name) for item in late.items],
            )
            insert_records(self._database, late.records, bundle=late.bundle, at=late.opened_at)
            self._insert_identities(late.identities)
            self._insert_attachments(late.attachments)
            for row in late.quarantined:
                self._quarantine.add(row)
            if late.log_leaf is not None:
                self._log.append(late.log_leaf)

    def has_sealed_to(self, sender: str, recipients: Sequence[str]) -> bool:
        """Whether a bundle of this sender had an item for one of these recipients (fingerprints)."""
        row = self._database.one(
            "SELECT 1 FROM received_items i JOIN received_bundles b ON b.digest = i.bundle, json_each(i.recipients) r"
            " WHERE b.sender = ? AND r.value IN (SELECT value FROM json_each(?)) LIMIT 1",
            (sender, json.dumps(recipients)),
        )
        return row is not None

    def places(self, sender: str) -> frozenset[tuple[str, int]]:
        """Return chain and number of every bundle of a sender."""
        rows = self._database.all("SELECT chain, seq FROM received_bundles WHERE sender = ?", (sender,))
        return frozenset((row[0], row[1]) for row in rows)

    def missing_items(self, sha256: Sequence[str]) -> int:
        """Return how many of these files came in no bundle."""
        row = self._database.one(
            "SELECT count(*) FROM json_each(?) WHERE value NOT IN (SELECT sha256 FROM received_items)",
            (json.dumps(sha256),),
        )
        return int(row[0]) if row else 0

    def not_opened_of(self, recipient: str) -> int:
        """Return how many items for this recipient (fingerprint) are kept and were never taken in, nor discarded."""
        row = self._database.one(
            "SELECT count(DISTINCT i.sha256) FROM received_items i, json_each(i.recipients) r WHERE r.value = ?"
            " AND (i.outcome = 'awaiting-key' OR i.outcome = 'quarantined'"
            " AND EXISTS (SELECT 1 FROM quarantine q WHERE q.bundle_digest = i.bundle AND q.item = i.name))"
            " AND i.sha256 NOT IN (SELECT sha256 FROM received_items WHERE outcome = 'imported')",
            (recipient,),
        )
        return int(row[0]) if row else 0

    def summaries(self) -> Sequence[BundleSummary]:
        """Return what a list of all bundles needs, in the same order; a statement may be as large as its bundle."""
        rows = self._database.all(
            "SELECT digest, bid, blob, EXISTS (SELECT 1 FROM received_items i WHERE i.bundle = b.digest"
            " AND i.outcome = 'erased')"
            " FROM received_bundles b ORDER BY log_index"
        )
        return [BundleSummary(digest, bid, blob, bool(husk)) for digest, bid, blob, husk in rows]

    def awaiting_key(self) -> int:
        """Return how many items wait for a key: each once, in however many bundles it came."""
        row = self._database.one(f"SELECT count(DISTINCT w.sha256) {_WAITING}")
        return int(row[0]) if row else 0

    def items(self, bundle_digest: str) -> Sequence[ReceivedItem]:
        """Return what became of each item of one bundle, in the statement's order."""
        rows = self._database.all(
            "SELECT name, kind, record_digest, attachment_index, part, size, sha256, recipients, epoch, ordinal,"
            " outcome, reason FROM received_items WHERE bundle = ? ORDER BY number",
            (bundle_digest,),
        )
        return [ReceivedItem(*[*row[:7], tuple(json.loads(row[7])), *row[8:]]) for row in rows]

    def outcome_of(self, sha256: str) -> str | None:
        """Return the best that became of an item's file, in whichever bundle it came; None when none brought it."""
        row = self._database.one(
            "SELECT outcome FROM received_items WHERE sha256 = ?"
            " ORDER BY outcome = 'imported' DESC, outcome = 'awaiting-key' DESC LIMIT 1",
            (sha256,),
        )
        return None if row is None else str(row[0])

    def digests(self, sender: str, chain: str, seq: int) -> tuple[str, ...]:
        """Return what stands at this place of a sender's chain: nothing, one bundle, or a fork."""
        rows = self._database.all(
            "SELECT digest FROM received_bundles WHERE sender = ? AND chain = ? AND seq = ? ORDER BY log_index",
            (sender, chain, seq),
        )
        return tuple(row[0] for row in rows)

    def known_items(self, places: Sequence[ItemPlace], author: str | None = None) -> frozenset[ItemPlace]:
        """Return which of these were imported: this file, as this part of this record, and (if named) of this author.

        What only waited for a key, or was refused, is not among them and is tried again: anybody enrolled may carry
        the bytes of another's item first, under a statement of their own, and what became of that says nothing of the
        item itself.
        """
        rows = self._database.all(
            "SELECT i.sha256, i.record_digest, i.kind, i.attachment_index, i.part FROM received_items i"
            " WHERE i.outcome IN ('imported', 'erased') AND i.sha256 IN (SELECT value FROM json_each(?1))"
            " AND (?2 IS NULL OR EXISTS (SELECT 1 FROM records r WHERE r.digest = i.record_digest AND r.author = ?2))",
            (json.dumps([sha256 for sha256, *_ in places]), author),
        )
        found: set[ItemPlace] = {(row[0], row[1], row[2], row[3], row[4]) for row in rows}
        return frozenset(found.intersection(places))

    def record_import(self, imported: ImportedBundle) -> int:
        """Write everything of one import, and its log entry, in one transaction; return the log index."""
        bundle = imported.bundle
        with self._database.transaction():
            if self.seen(bundle.digest):
                raise AlreadyInVault(what="bundle", name=bundle.bid)
            index = self._log.append(imported.log_leaf)
            self._insert_bundle(bundle, index)
            self._insert_items(bundle.digest, imported.items)
            insert_records(self._database, imported.records, bundle=bundle.digest, at=bundle.imported_at)
            self._insert_identities(imported.identities)
            self._insert_attachments(imported.attachments)
            for row in imported.quarantined:
                self._quarantine.add(row)
        return index

    def _insert_bundle(self, bundle: ReceivedBundle, index: int) -> None:
        self._database.run(
            "INSERT INTO received_bundles (digest, bid, sender, chain, seq, prev, verdict, blob, statement,"
            " imported_at, log_index) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                bundle.digest,
                bundle.bid,
                bundle.sender,
                bundle.chain,
                bundle.seq,
                bundle.prev,
                bundle.verdict,
                bundle.blob_id,
                bundle.statement,
                bundle.imported_at,
                index,
            ),
        )

    def _insert_items(self, bundle_digest: str, items: Sequence[ReceivedItem]) -> None:
        self._database.run_many(
            "INSERT INTO received_items (bundle, number, name, kind, record_digest, attachment_index, part, size,"
            " sha256, recipients, epoch, ordinal, outcome, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    bundle_digest,
                    number,
                    item.name,
                    item.kind,
                    item.record_digest,
                    item.attachment_index,
                    item.part,
                    item.size,
                    item.sha256,
                    json.dumps(item.to),
                    item.epoch,
                    item.ordinal,
                    item.outcome,
                    item.reason,
                )
                for number, item in enumerate(items)
            ),
        )

    # OR IGNORE below: the same version may come again, relayed in another bundle; the first copy stays.

    def _insert_identities(self, identities: Sequence[IdentityPart]) -> None:
        self._database.run_many(
            "INSERT OR IGNORE INTO identities (record_digest, digest, identity) VALUES (?, ?, ?)",
            ((part.record_digest, part.digest, part.identity) for part in identities),
        )
        self._database.run_many(
            "INSERT OR IGNORE INTO match_keys (key, born, record_digest) VALUES (?, ?, ?)",
            ((key, born, part.record_digest) for part in identities for key, born in part.keys),
        )

    def _insert_attachments(self, attachments: Sequence[RecordAttachment]) -> None:
        self._database.run_many(
            "INSERT OR IGNORE INTO record_attachments (record_digest, number, part, blob, sha256, size, type)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((a.record_digest, a.index, a.part, a.blob_id, a.sha256, a.size, a.type) for a in attachments),
        )


class Quarantine:
    """What was stopped: kept, listed, never silently dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: Quarantined) -> None:
        """Keep a row; the same id again: AlreadyInVault."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO quarantine (id, bundle_digest, item, reason, details, blob, added_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (row.id, row.bundle_digest, row.item, row.reason, json.dumps(row.details), row.blob_id, row.added_at),
            )

    def list(self) -> list[Quarantined]:
        """Return all, oldest first."""
        return [_quarantined(row) for row in self._database.all(f"{_QUARANTINED} ORDER BY number")]

    def get(self, quarantine_id: str) -> Quarantined | None:
        """Return one."""
        row = self._database.one(f"{_QUARANTINED} WHERE id = ?", (quarantine_id,))
        return None if row is None else _quarantined(row)

    def remove(self, bundle: str, items: Collection[str]) -> None:
        """Take items of a bundle out, which are about to be tried again (inside the caller's transaction)."""
        self._database.run_many(
            "DELETE FROM quarantine WHERE bundle_digest = ? AND item = ?", [(bundle, name) for name in items]
        )

    def release(self, quarantine_id: str) -> None:
        """Take an entry out: of a file that came in after all, or of what was discarded; bytes of its own are swept."""
        self._database.run("DELETE FROM quarantine WHERE id = ?", (quarantine_id,))

    def kept_bytes(self) -> int:
        """Return how much of the refused files themselves is kept."""
        row = self._database.one("SELECT coalesce(sum(b.size), 0) FROM quarantine q JOIN blobs b ON b.id = q.blob")
        return int(row[0]) if row else 0


def _quarantined(row: Row) -> Quarantined:
    return Quarantined(*[*row[:4], json.loads(row[4]), *row[5:]])
