"""One carried file into the coordinator's vault: passes over one open file, then one transaction.

The signed tar is kept as it came, so that auditors get it and items that wait for a key can be tried again. Nothing of
a bundle counts before its last byte was compared: rows are written at the end, and blobs that no row names are swept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from intake.bundle.envelope import SealedBundle
from intake.bundle.limits import LIMITS, Limits
from intake.bundle.log import bundle_leaf, held_leaf
from intake.bundle.open import Keyring, RecordStanding, open_bundle, verify_records
from intake.bundle.verify import TABLE, Check, Report, Standing, TrustFiles, VerifiedBundle, verify
from intake.crypto.hashing import BLOCK_BYTES, HashingReader, sha256_hex
from intake.crypto.streams import Medium
from intake.errors import DiskFull
from intake.keys.times import json_time
from intake.store.rows import ImportedBundle, Quarantined, ReceivedBundle
from intake.usecases.erasing import NOTHING, Settled, awaited, finish, settle
from intake.usecases.taking import ItemOutcome, Taking
from intake.usecases.trusted import Station, age_identities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from intake.bundle.statement import StatementItem
    from intake.crypto.age import PostQuantumIdentity
    from intake.store.ledger import ItemPlace
    from intake.store.rows import ReceivedItem
    from intake.store.vault import Vault

BundleState = Literal["imported", "already-imported", "quarantined", "unreadable", "for-a-laptop", "for-enrol"]
NOT_OURS: frozenset[BundleState] = frozenset({"for-a-laptop", "for-enrol"})
"""What travels on the same sticks and is no bundle: receipts and packs of laptops, another coordinator's pack."""

MAX_TAR_BYTES = LIMITS.items * LIMITS.item_bytes  # the checks have counted; the store wants a number all the same
TAR = "application/x-tar"
CARRIED = "application/octet-stream"
ERASING = frozenset({"decision", "tombstone"})


@dataclass(frozen=True)
class BundleOutcome:
    """One carried file. `report` holds every check's outcome, once the file could be read at all."""

    path: Path
    state: BundleState
    bundle: str | None
    sender: str | None
    seq: int | None
    log_index: int | None
    report: Report | None
    items: tuple[ItemOutcome, ...]
    error: Exception | None = None


@dataclass(frozen=True)
class Intaker:
    """A coordinator's vault, ready to take bundles in: its keys, its trust, its time."""

    vault: Vault
    standing: Standing
    identities: Mapping[str, PostQuantumIdentity]  # by fingerprint
    at: datetime
    limits: Limits = LIMITS  # of what is in items

    @classmethod
    def at_desk(cls, vault: Vault, here: Station, at: datetime) -> Intaker:
        """With everything the vault knows."""
        trust = TrustFiles(here.card.root_file, here.trust.files())
        standing = Standing(trust=trust, at=at, known=vault.ledger.digests, purpose=here.card.facts.purpose)
        identities = {identity.recipient().fingerprint: identity for _, identity in age_identities(vault)}
        return cls(vault, standing, identities, at)

    def sealed(self, source: BinaryIO) -> SealedBundle:
        """A carried file, with the keys that may open its envelope."""
        return SealedBundle(source, tuple(self.identities.values()))

    def take(self, path: Path, source: BinaryIO, *, table: Iterable[Check] = TABLE) -> BundleOutcome:
        """Verify, and import or keep aside. `table`: all checks, but for one that an officer lets through."""
        report = verify(self.sealed(source), self.standing, table=table)
        bundle = report.bundle
        if bundle is None:
            if here := self._taken_in_before(report):
                items = self._again(here)
                return BundleOutcome(
                    path, "already-imported", here.bid, here.sender, here.seq, here.log_index, report, items
                )
            self._keep_aside(path, source, report)
            return BundleOutcome(path, "quarantined", report.bid, None, None, None, report, ())
        statement, seen = bundle.statement, self.vault.ledger.seen(bundle.digest)
        settled = NOTHING
        # One transaction around reading too: thousands of small questions to the database, and nothing half there.
        with self.vault.transaction():
            if seen:
                index, items = seen.log_index, self._again(seen)
            else:
                index, items, settled = self._import(path, bundle, report)
        finish(self.vault, settled)
        state: BundleState = "already-imported" if seen else "imported"
        return BundleOutcome(path, state, statement.bundle, statement.sender, statement.seq, index, report, items)

    def _taken_in_before(self, report: Report) -> ReceivedBundle | None:
        """The bundle of this very list, if it came in while its signer counted, or was let through."""
        return self.vault.ledger.seen(report.digest) if report.digest and report.failed is None else None

    def _keep_aside(self, path: Path, source: BinaryIO, report: Report) -> None:
        """The whole carried file into quarantine, once: its digest is its name there."""
        sha256, size = _measured(source)
        if self.vault.quarantine.get(sha256[:32]) is not None:
            return
        check = report.failed or next(iter(report.undecided))
        with self.vault.transaction():
            blob = self._copy(source, size)
            details = {"file": path.name, "why": check.why, "fields": _plain(check.fields), "size": size}
            self.vault.quarantine.add(Quarantined(sha256[:32], None, None, check.id, details, blob, json_time(self.at)))

    def _copy(self, source: BinaryIO, size: int) -> str | None:
        """A refused file's bytes, while there is room for what nobody vouches for; else it is named only."""
        room = min(LIMITS.aside_bytes, LIMITS.all_aside_bytes - self.vault.quarantine.kept_bytes())
        if size > room:
            return None
        try:
            return self.vault.blobs.write(cast("BinaryIO", Medium(source)), CARRIED, room).id
        except DiskFull:
            return None

    def _again(self, seen: ReceivedBundle) -> tuple[ItemOutcome, ...]:
        """A bundle that is here already: nothing is written, and what is here of it is said to be here."""
        nothing_new = Taking(self.vault)
        held = self.vault.ledger.items(seen.digest)
        return tuple(
            nothing_new.outcome(replace(row, outcome="already-have") if row.outcome == "imported" else row)
            for row in held
        )

    def _import(
        self, path: Path, bundle: VerifiedBundle, report: Report
    ) -> tuple[int, tuple[ItemOutcome, ...], Settled]:
        vault, items = self.vault, bundle.statement.items
        # A laptop that carries another's record is told so even when that record is here already; an officer may relay.
        sender = bundle.statement.sender
        known = vault.ledger.known_items([_place(item) for item in items], None if sender.startswith("c-") else sender)
        gone = vault.erased.places({(item.record, item.kind) for item in items})
        erased = frozenset(item.name for item in items if (item.record, item.kind) in gone)
        new = frozenset(item.name for item in items if _place(item) not in known) - erased
        taking = Taking(vault, new, erased)
        with vault.blobs.writing(TAR, MAX_TAR_BYTES) as kept:
            self._open(bundle, kept.copying(cast("BinaryIO", bundle.tar())), taking)
        tar = kept.blob
        received = tuple(taking.row(item) for item in items)
        index = vault.ledger.record_import(
            ImportedBundle(
                bundle=self._bundle_row(bundle, report, tar.id),
                items=received,
                records=tuple(taking.records),
                identities=tuple(taking.identities),
                attachments=tuple(taking.attachments),
                quarantined=tuple(self.quarantined(path, bundle, taking)),
                log_leaf=bundle_leaf(bundle, self.at),
            )
        )
        self._hold(bundle, received)
        outcomes = tuple(taking.outcome(row) for row in received)
        return index, outcomes, self.settle(taking, bundle.statement.org)

    def _hold(self, bundle: VerifiedBundle, rows: Iterable[ReceivedItem]) -> None:
        """Say in the log what is kept and was not taken in: an auditor must be able to count it."""
        held = list(rows)
        for why in ("awaiting-key", "quarantined"):
            items = {row.sha256 for row in held if row.outcome == why}
            if items:
                leaf = held_leaf(bundle.statement.org, bundle.digest, items, why, self.at)
                self.vault.log.append(leaf)

    def settle(self, taking: Taking, org: str) -> Settled:
        """What decisions that came in, or came before, do to what came in; `finish` follows the commit."""
        decided = taking.erased or not ERASING.isdisjoint(taking.kinds.values())
        if decided or awaited(self.vault, taking.kinds.keys()):
            return settle(self.vault, org, self.at)
        return NOTHING

    def _open(self, bundle: VerifiedBundle, tar: BinaryIO, taking: Taking) -> None:
        """The items, while they are kept: what is stored is what is checked, to the last byte."""
        if taking.new:
            opened = open_bundle(bundle, Keyring(self.identities), tar=tar, only=taking.new)
            taking.take(verify_records(opened, self.record_standing(taking)))
        while tar.read(BLOCK_BYTES):
            pass

    def record_standing(self, taking: Taking) -> RecordStanding:
        """What the checks of items may ask the vault."""
        records = self.vault.records

        def record_json(digest: str) -> bytes | None:
            held = records.by_digest(digest)
            return held.record if held else None

        def identity_json(digest: str) -> bytes | None:
            held = records.identity(digest)
            return held.identity if held else None

        def withdrawals(author: str) -> int:
            return records.withdrawals_since(author, json_time(self.at - timedelta(days=1)))

        return RecordStanding(record_json, identity_json, taking.repeats, withdrawals, self.limits)

    def _bundle_row(self, bundle: VerifiedBundle, report: Report, tar_id: str) -> ReceivedBundle:
        statement = bundle.statement
        return ReceivedBundle(
            digest=bundle.digest,
            bid=statement.bundle,
            sender=statement.sender,
            chain=statement.chain,
            seq=statement.seq,
            prev=statement.prev,
            verdict=report.verdict.value,
            blob_id=tar_id,
            statement=bundle.statement_json,
            imported_at=json_time(self.at),
        )

    def quarantined(self, path: Path, bundle: VerifiedBundle, taking: Taking) -> Iterator[Quarantined]:
        """A row for each refused item; its bytes are in the kept tar."""
        sizes = {item.name: item.size for item in bundle.statement.items}
        for name, refused in taking.refused.items():
            number = sha256_hex(f"{bundle.digest}/{name}".encode())[:32]
            why = {"why": refused.why, "fields": _plain(refused.fields)}
            details = {"file": path.name, "size": sizes[name], **why}
            yield Quarantined(number, bundle.digest, name, refused.check, details, None, json_time(self.at))


def _place(item: StatementItem) -> ItemPlace:
    """As the ledger knows it."""
    return item.sha256, item.record, item.kind, item.attachment, item.part


def _measured(source: BinaryIO) -> tuple[str, int]:
    """Hex SHA-256 and size of the whole file, which is then at its beginning again."""
    source.seek(0)
    reader = HashingReader(Medium(source))
    while reader.read(BLOCK_BYTES):
        pass
    source.seek(0)
    return reader.sha256_hex, reader.size


def _plain(fields: Mapping[str, object]) -> dict[str, str | int]:
    """Fields of a sentence as JSON."""
    return {name: value if isinstance(value, int) else str(value) for name, value in fields.items()}
