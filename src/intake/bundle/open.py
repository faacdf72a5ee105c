"""From a verified bundle to verified records, item by item. Spec: docs/spec/bundle-v1.md, "Opening".

One bad item never stops the others: each ends as a verified value, as Waiting (a key we do not hold) or as Refused
(which check, and why). Everything is lazy, in the order of the statement: a record comes before its identity part and
its attachments, and only one item at a time is in memory. The item's checks are rows too: itemchecks.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle.attachment import AttachmentReader, Expected
from intake.bundle.checks import Stop, item_groups
from intake.bundle.container import TAGS
from intake.bundle.itemchecks import (
    BELONGS,
    FORM,
    IDENTITY_TABLE,
    RECORD_TABLE,
    ItemCheck,
    ItemEvidence,
    RecordStanding,
    run_item_check,
)
from intake.bundle.report import Outcome
from intake.bundle.results import (
    ItemResult,
    Keyring,
    Refused,
    VerifiedAttachment,
    VerifiedIdentity,
    VerifiedRecord,
    Waiting,
)
from intake.bundle.scan import tar_entries
from intake.crypto.hashing import sha256_hex
from intake.errors import AttachmentRefused, ChangedUnderneath, CryptoError, UnreadableFile
from intake.records.kinds import Withdrawal
from intake.records.record import parse_identity, parse_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intake.bundle.report import VerifiedBundle
    from intake.bundle.statement import StatementItem
    from intake.crypto.streams import Readable
    from intake.crypto.ustar import Entry
    from intake.records.record import AnyRecord, AttachmentEntry, IdentityRecord

__all__ = [
    "ItemResult",
    "Keyring",
    "OpenedBundle",
    "RecordStanding",
    "Refused",
    "VerifiedAttachment",
    "VerifiedIdentity",
    "VerifiedRecord",
    "VerifiedRecords",
    "Waiting",
    "open_bundle",
    "verify_records",
]


@dataclass(frozen=True)
class OpenedBundle:
    """A verified bundle, the keys to it, and the bytes to read again: still suspect, only `verify_records` looks in."""

    bundle: VerifiedBundle
    keyring: Keyring
    tar: Readable
    only: frozenset[str] | None
    gone: frozenset[str] = frozenset()


def open_bundle(
    bundle: VerifiedBundle,
    keyring: Keyring,
    *,
    tar: Readable | None = None,
    only: frozenset[str] | None = None,
    gone: frozenset[str] = frozenset(),
) -> OpenedBundle:
    """Ready the second pass: over `tar` (the kept copy), else over the carried file.

    `only`: these items. `gone`: items that were erased, and are not in this tar any more.
    """
    return OpenedBundle(bundle, keyring, tar or bundle.tar(), only, gone)


@dataclass(frozen=True)
class VerifiedRecords:
    """Iterates, once, over what every item of the bundle came to."""

    opened: OpenedBundle
    standing: RecordStanding
    record_table: Sequence[ItemCheck] = RECORD_TABLE
    identity_table: Sequence[ItemCheck] = IDENTITY_TABLE

    def __iter__(self) -> Iterator[ItemResult]:
        try:
            yield from _Pass(self).run()
        except OSError:
            raise UnreadableFile from None
        except CryptoError:  # of the outer tar or envelope, which the first pass found whole
            raise ChangedUnderneath from None


def verify_records(opened: OpenedBundle, standing: RecordStanding) -> VerifiedRecords:
    """Check every item as it comes by."""
    return VerifiedRecords(opened, standing)


class _SoFar:
    """What the ledger knows, and the records of this bundle that came in before."""

    def __init__(self, standing: RecordStanding) -> None:
        self._standing = standing
        self._json: dict[str, bytes] = {}
        self._withdrawals: Counter[str] = Counter()

    def add(self, record: AnyRecord, digest: str, json: bytes) -> None:
        """A record came in."""
        self._json[digest] = json
        self._withdrawals[record.author] += isinstance(record, Withdrawal)

    def withdrawals(self, author: str) -> int:
        """As RecordStanding has it."""
        return self._withdrawals[author] + self._standing.withdrawals(author)

    def record_json(self, digest: str) -> bytes | None:
        """As RecordStanding has it."""
        return self._json.get(digest) or self._standing.record_json(digest)


class _Pass:
    """The second pass: the tar's entries beside the statement's items, and the testimony that both are at."""

    def __init__(self, verified: VerifiedRecords) -> None:
        self._verified = verified
        self._so_far = _SoFar(verified.standing)
        self._standing = replace(
            verified.standing, withdrawals=self._so_far.withdrawals, record_json=self._so_far.record_json
        )
        self._bundle = verified.opened.bundle
        self._keyring = verified.opened.keyring
        self._record: tuple[str, AnyRecord] | None = None
        self._identity: tuple[str, IdentityRecord] | None = None
        self._stopped: dict[tuple[str, str], Waiting | Refused] = {}  # (kind, record) that did not come in

    def run(self) -> Iterator[ItemResult]:
        entries = tar_entries(self._verified.opened.tar, self._standing.limits)
        for _tag in TAGS:
            _next(entries)
        gone = self._verified.opened.gone
        for group in item_groups(self._bundle.statement.items):
            here = tuple(item for item in group if item.name not in gone)
            if here:
                yield from self._group(here, entries)
        for _entry in entries:
            raise ChangedUnderneath

    def _group(self, group: tuple[StatementItem, ...], entries: Iterator[Entry]) -> Iterator[ItemResult]:
        only = self._verified.opened.only
        if only is not None and not any(item.name in only for item in group):
            for _item in group:
                _next(entries)
        elif group[0].attachment is None:
            yield self._small(group[0], _next(entries))
        else:
            yield from self._attachment(group, entries)

    # -- records and identity parts, read whole --

    def _small(self, item: StatementItem, entry: Entry) -> ItemResult:
        cap = self._standing.limits.small_item_bytes
        if entry.size > cap:
            return self._stop(Refused((item,), FORM, "it is larger than {limit} bytes", {"limit": cap}))
        data = entry.read()
        if sha256_hex(data) != item.sha256:
            raise ChangedUnderneath
        evidence = ItemEvidence(item, data, self._bundle, self._keyring, self._standing)
        return self._check_record(evidence) if item.kind == "record" else self._check_identity(evidence)

    def _check_record(self, evidence: ItemEvidence) -> ItemResult:
        item = evidence.item
        checked = self._run(self._verified.record_table, evidence)
        if isinstance(checked, Waiting | Refused):
            return self._stop(checked)
        if checked.record is None or checked.files is None:
            return self._stop(Refused((item,), "", "a check was left out"))
        self._record = (item.record, checked.record)
        json, sig, pq_sig = checked.files
        self._so_far.add(checked.record, item.record, json)
        return VerifiedRecord(item, checked.record, item.record, json, sig, pq_sig, checked.warnings)

    def _check_identity(self, evidence: ItemEvidence) -> ItemResult:
        item = evidence.item
        owner = self._owner(item)
        if isinstance(owner, Waiting | Refused):
            return replace(owner, items=(item,))
        checked = self._run(self._verified.identity_table, evidence._replace(record=owner))
        if isinstance(checked, Waiting | Refused):
            return self._stop(checked)
        if checked.identity is None or checked.files is None:
            return self._stop(Refused((item,), "", "a check was left out"))
        self._identity = (item.record, checked.identity)
        return VerifiedIdentity(item, checked.files[0], owner.identity or "", checked.warnings)

    def _stop(self, result: Waiting | Refused) -> Waiting | Refused:
        """Note what did not come in, for the items that belong to it."""
        item = result.items[0]
        self._stopped[item.kind, item.record] = result
        return result

    def _run(self, table: Sequence[ItemCheck], evidence: ItemEvidence) -> ItemEvidence | Waiting | Refused:
        for check in table:
            try:
                evidence = run_item_check(check, evidence)
            except Stop as stop:
                if stop.outcome is Outcome.UNDECIDED:
                    return Waiting((evidence.item,))
                return Refused((evidence.item,), check.id, stop.why, stop.fields)
        return evidence

    # -- what an item belongs to --

    def _owner(self, item: StatementItem) -> AnyRecord | Waiting | Refused:
        """The verified record that an identity part or attachment belongs to."""
        if self._record is not None and self._record[0] == item.record:
            return self._record[1]
        if stopped := self._stopped.get(("record", item.record)):
            return _because_of(stopped)
        known = self._standing.record_json(item.record)
        if known is None:
            return Refused((), BELONGS, "the record it belongs to is not here")
        record, sender = parse_record(known), self._bundle.statement.sender
        if record.author != sender and not sender.startswith("c-"):
            return Refused((), BELONGS, "a laptop sends its own records only")
        self._record = (item.record, record)
        return record

    def _listed(self, item: StatementItem) -> Sequence[AttachmentEntry] | Waiting | Refused:
        """The signed list that an attachment must be in: the record's, or its identity part's."""
        owner = self._owner(item)
        if isinstance(owner, Waiting | Refused) or item.kind == "attachment":
            return owner if isinstance(owner, Waiting | Refused) else owner.attachments
        if self._identity is None or self._identity[0] != item.record:
            known = self._standing.identity_json(item.record)
            if known is None:
                return _because_of(self._stopped.get(("identity", item.record), Waiting(())))
            self._identity = (item.record, parse_identity(known))
        return self._identity[1].attachments

    # -- attachments, streamed --

    def _attachment(self, group: tuple[StatementItem, ...], entries: Iterator[Entry]) -> Iterator[ItemResult]:
        item = group[0]
        listed = self._listed(item)
        if isinstance(listed, Waiting | Refused):
            for _item in group:
                _next(entries)
            yield replace(listed, items=group)
            return
        entry = next((entry for entry in listed if entry.index == item.attachment), None)
        reader = AttachmentReader(group, entries, self._keyring)
        if entry is None:
            yield Refused(group, BELONGS, "the record lists no such attachment")
        else:
            yield self._open_attachment(group, entry, reader)
        reader.drain()

    def _open_attachment(
        self, group: tuple[StatementItem, ...], entry: AttachmentEntry, reader: AttachmentReader
    ) -> ItemResult:
        try:
            waiting = not reader.open(Expected(entry.size, entry.sha256))
        except AttachmentRefused as error:
            return Refused(group, str(error.fields["check"]), error.message, error.fields)
        if waiting:
            return Waiting(group)
        identity = group[0].kind == "identity-attachment"
        return VerifiedAttachment(
            group, identity, group[0].record, entry.index, entry.sha256, entry.size, entry.type, reader
        )


def _because_of(stopped: Waiting | Refused) -> Waiting | Refused:
    """What an item comes to when the part it belongs to did not come in."""
    if isinstance(stopped, Waiting):
        return stopped
    return Refused((), BELONGS, "the part it belongs to was refused: check {check}", {"check": stopped.check})


def _next(entries: Iterator[Entry]) -> Entry:
    entry = next(entries, None)
    if entry is None:
        raise ChangedUnderneath
    return entry
