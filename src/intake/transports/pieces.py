"""How a file travels over a carrier: as pieces of 8 MiB, each a carrier file of its own, named by what is in it.

    <SHA-256 of the file>.<index>-<count>.<SHA-256 of the piece>

A file is there when every piece is there and every hash is right; nothing a carrier says counts for more. Memory is
one piece. Must not: trust a listing, a length or a write that was not read back. Spec: docs/spec/carrier-v1.md.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, Self

from intake.errors import CarrierEndless, CarrierLost, CarrierMisread
from intake.transports.carrier import MAX_NAMES, PIECE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intake.transports.carrier import Carrier

_NAME: Final = re.compile(r"([0-9a-f]{64})\.(0|[1-9][0-9]{0,5})-([1-9][0-9]{0,5})\.([0-9a-f]{64})")
_TRIES: Final = 3  # of a piece that does not read back as it was written: a bad moment, or a bad medium
_CHOICES: Final = 16  # somebody may have put false pieces beside the true ones; trying all would never end

# "whole": every hash is right. "torn": a piece is not there, or not what it says, yet. "false": all are, and what they
# make is not the file that their names say.
Came = Literal["whole", "torn", "false"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file, as its name says."""

    file: str
    index: int
    count: int
    sha256: str

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """None for what is not ours."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        piece = cls(found[1], int(found[2]), int(found[3]), found[4])
        fits = piece.index < piece.count and (piece.count > 1 or piece.sha256 == piece.file)  # one piece is the file
        return piece if fits else None

    def __str__(self) -> str:
        return f"{self.file}.{self.index}-{self.count}.{self.sha256}"

    def holds(self, data: bytes) -> bool:
        """Whether these are the bytes: of the length that a piece has at its place, and of its hash."""
        full = len(data) == PIECE_BYTES if self.index < self.count - 1 else 0 < len(data) <= PIECE_BYTES
        return full and hashlib.sha256(data).hexdigest() == self.sha256


@dataclass(frozen=True)
class Shown:
    """What a listing shows of one file."""

    file: str
    pieces: tuple[Piece, ...]

    def choices(self) -> Iterator[tuple[Piece, ...]]:
        """Every way to put the file together, as long as they are few; none where a piece is missing."""
        by_count: defaultdict[int, defaultdict[int, list[Piece]]] = defaultdict(lambda: defaultdict(list))
        for piece in self.pieces:
            by_count[piece.count][piece.index].append(piece)
        for count, places in sorted(by_count.items()):
            if len(places) == count:
                yield from islice(product(*(places[index] for index in range(count))), _CHOICES)


def count_of(size: int) -> int:
    """How many pieces a file of that size has."""
    return -(-size // PIECE_BYTES)


def listing(carrier: Carrier, box: str, wanted: Callable[[str], bool]) -> dict[str, Shown]:
    """Of every file in a box that is wanted, by its SHA-256, the pieces that are named; CarrierEndless."""
    found: defaultdict[str, set[Piece]] = defaultdict(set)
    for said, name in enumerate(carrier.names(box)):
        if said >= MAX_NAMES:
            raise CarrierEndless(target=box[:8])
        piece = Piece.parse(name)
        if piece is not None and wanted(piece.file):
            found[piece.file].add(piece)
    return {file: Shown(file, tuple(pieces)) for file, pieces in found.items()}


def put(
    carrier: Carrier, box: str, source: BinaryIO, pieces: Sequence[Piece], step: Callable[[Piece], None], done: int = 0
) -> None:
    """Write the pieces of a file from number `done` on; `step` is told of each once it read back as it was written.

    Raises CarrierMisread where a piece does not, also the third time. `source` is the file, open and seekable.
    """
    for piece in pieces[done:]:
        source.seek(piece.index * PIECE_BYTES)
        data = source.read(PIECE_BYTES)
        if not any(_written(carrier, box, piece, data) for _ in range(_TRIES)):
            raise CarrierMisread(folder=box[:8])
        step(piece)


def _written(carrier: Carrier, box: str, piece: Piece, data: bytes) -> bool:
    carrier.write(box, str(piece), data)
    try:
        return carrier.read(box, str(piece), PIECE_BYTES) == data
    except CarrierLost:
        return False


def pieces_of(source: BinaryIO, file: str, size: int) -> tuple[Piece, ...]:
    """The pieces that a file has; one pass over its bytes, and `()` where they are not the file of that hash."""
    whole, found, count = hashlib.sha256(), list[Piece](), count_of(size)
    source.seek(0)
    for index in range(count):
        data = source.read(PIECE_BYTES)
        whole.update(data)
        found.append(Piece(file, index, count, hashlib.sha256(data).hexdigest()))
    return tuple(found) if whole.hexdigest() == file and not source.read(1) else ()


def fetch(carrier: Carrier, box: str, shown: Shown, sink: BinaryIO, step: Callable[[int], None]) -> Came:
    """Put the file together in `sink`; `step` is told of the bytes that came.

    `sink` is open for reading and writing: what an earlier attempt left in it and is right is not read again.
    """
    came, tried = set[Came](), set[Piece]()
    for choice in shown.choices():
        came.add(_fetched(carrier, box, choice, sink, step))
        tried.update(choice)
        if "whole" in came:
            return "whole"
    # A piece that no way led to may be of a file that is on its way: false ones beside it must not hide it for good.
    return "false" if came == {"false"} and tried.issuperset(shown.pieces) else "torn"


def _fetched(carrier: Carrier, box: str, pieces: Sequence[Piece], sink: BinaryIO, step: Callable[[int], None]) -> Came:
    whole, size = hashlib.sha256(), 0
    for piece in pieces:
        sink.seek(piece.index * PIECE_BYTES)
        data = sink.read(PIECE_BYTES)
        if not piece.holds(data):
            try:
                data = carrier.read(box, str(piece), PIECE_BYTES)
            except CarrierLost:
                return "torn"
            if not piece.holds(data):
                return "torn"
            sink.seek(piece.index * PIECE_BYTES)
            sink.write(data)
        whole.update(data)
        size += len(data)
        step(len(data))
    sink.truncate(size)
    sink.flush()
    return "whole" if whole.hexdigest() == pieces[0].file else "false"


def missing(carrier: Carrier, box: str, pieces: Sequence[Piece]) -> int:
    """How many of these are not there: asked one by one and a byte each, since a listing may be old and very long."""
    return sum(not _there(carrier, box, piece) for piece in pieces)


def _there(carrier: Carrier, box: str, piece: Piece) -> bool:
    try:
        return bool(carrier.read(box, str(piece), 0))
    except CarrierLost:
        return False
