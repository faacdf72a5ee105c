"""Which item each salvaged file is, told from what it holds: by the digests that records and identity parts name.

An attachment in several parts is put together from what there is and compared with the signed digest, because a part
does not say whose it is. What can't be told is left out, and the caller keeps it aside.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from intake.bundle.container import item_order
from intake.bundle.items import IDENTITY, RECORD, SealedItem, part_name
from intake.crypto.hashing import digest
from intake.errors import RecordError
from intake.records.record import parse_identity, parse_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from intake.bundle.salvage import Found
    from intake.bundle.statement import ItemKind, StatementItem
    from intake.keys.recipients import Recipients
    from intake.records.envelope import AttachmentEntry

_TRIES: Final = 64  # of putting parts of films together: each reads gigabytes
_WAYS: Final = 100_000  # that are looked at by size alone: twenty decoys of each of ten parts make more than ever end


@dataclass(frozen=True)
class _Wanted:
    """A file that a signed list names, sealed for the same people as the part whose list it is."""

    kind: ItemKind
    record: str
    entry: AttachmentEntry
    opener: str


@dataclass(frozen=True)
class Places:
    """What was found, and how to read a part of an attachment again."""

    found: Sequence[Found]
    recipients: Sequence[Recipients]  # every list of recipients that was ever in force here
    read_part: Callable[[Found], Iterator[bytes]]

    def items(self) -> list[StatementItem]:
        """Every file whose place is known, as a statement names it, in the statement's order."""
        placed = dict(self._small())
        wanted = list(self._wanted(placed))
        for one in wanted:
            placed |= self._attachment(one, placed)
        numbers = {record: number for number, record in enumerate(sorted({i.record for i in placed.values()}), start=1)}
        return sorted((item.entry(name, numbers[item.record]) for name, item in placed.items()), key=item_order)

    def _small(self) -> Iterator[tuple[str, SealedItem]]:
        """Records, each once, and the identity parts that they name."""
        records: dict[str, str] = {}  # digest of an identity part -> digest of its record
        seen: set[tuple[str, str]] = set()
        for one in (one for one in self.found if RECORD in one.files):
            record = digest(one.files[RECORD])
            named = _identity_of(one.files[RECORD])
            if named is not None:
                records[named] = record
            if ("record", record) not in seen:
                seen.add(("record", record))
                yield one.sealed.name, self._item(one, "record", record)
        for one in (one for one in self.found if IDENTITY in one.files):
            owner = records.get(digest(one.files[IDENTITY]))
            if owner is not None and ("identity", owner) not in seen:
                seen.add(("identity", owner))
                yield one.sealed.name, self._item(one, "identity", owner)

    def _wanted(self, placed: Mapping[str, SealedItem]) -> Iterator[_Wanted]:
        for one in self.found:
            item = placed.get(one.sealed.name)
            if item is not None:
                kind: ItemKind = "attachment" if item.kind == "record" else "identity-attachment"
                yield from (_Wanted(kind, item.record, entry, one.opener) for entry in _listed(one))

    def _attachment(self, wanted: _Wanted, placed: Mapping[str, SealedItem]) -> dict[str, SealedItem]:
        """The files of one attachment: all of its parts, or none."""
        # One photo may lie in both parts: whose key opens a file tells which of the two it is.
        free = [one for one in self.found if one.part and one.opener == wanted.opener and one.sealed.name not in placed]
        whole = [[one] for one in free if one.part_sha256 == wanted.entry.sha256 and one.part == part_name(1, 1)]
        pieces = (parts for parts in islice(_together(free, wanted.entry.size), _TRIES) if self._is(parts, wanted))
        parts = next(iter(whole), None) or next(pieces, ())
        return {one.sealed.name: self._item(one, wanted.kind, wanted.record, wanted.entry.index) for one in parts}

    def _is(self, parts: Sequence[Found], wanted: _Wanted) -> bool:
        whole = hashlib.sha256()
        for one in parts:
            for data in self.read_part(one):
                whole.update(data)
        return whole.hexdigest() == wanted.entry.sha256

    def _item(self, one: Found, kind: ItemKind, record: str, index: int | None = None) -> SealedItem:
        to, epoch = self._addressees(one)
        return SealedItem(kind, record, index, one.part, one.sealed.size, one.sealed.sha256, to, epoch)

    def _addressees(self, one: Found) -> tuple[tuple[str, ...], str | None]:
        """To whom it was sealed, where the lists of all times leave one answer; else only whose key has opened it."""
        fitting = {
            (label, prints)
            for recipients in self.recipients
            for label, prints in _sets(recipients)
            if one.opener in prints and len(prints) == one.sealed.recipients
        }
        if len(fitting) != 1:
            return (one.opener,), None
        ((label, prints),) = fitting
        return tuple(sorted(prints)), label


def _sets(recipients: Recipients) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Whom items are sealed to by this list: of each epoch, of none, and identity parts."""
    archive = recipients.archive.fingerprint
    for label in {key.label for key in recipients.epochs}:
        yield (
            label,
            frozenset({archive, *(key.recipient.fingerprint for key in recipients.epochs if key.label == label)}),
        )
    yield None, frozenset({archive})
    yield None, frozenset(key.fingerprint for key in recipients.for_identity())


def _together(free: Sequence[Found], size: int) -> Iterator[Sequence[Found]]:
    """Every way to make a file of that size of two and more parts that follow each other."""
    for total in sorted({int((one.part or "")[-4:]) for one in free} - {0, 1}):
        names = [part_name(number, total) for number in range(1, total + 1)]
        choices = [[one for one in free if one.part == name] for name in names]
        ways = islice(product(*choices), _WAYS)
        yield from (parts for parts in ways if sum(one.part_size for one in parts) == size)


def _identity_of(record: bytes) -> str | None:
    try:
        return parse_record(record).identity
    except RecordError:
        return None


def _listed(one: Found) -> Iterable[AttachmentEntry]:
    try:
        part = parse_record(one.files[RECORD]) if RECORD in one.files else parse_identity(one.files[IDENTITY])
    except RecordError:
        return ()
    return part.attachments
