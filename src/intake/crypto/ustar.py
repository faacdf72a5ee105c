"""The canonical ustar we write and the only tar we read: one byte string per list of members.

Mode 0644, ids 0, mtime 0, no user names, no prefix, no extension, no directory; two zero blocks, then zeros only.
Never extracts anything to a path. Spec: POSIX.1 pax, "ustar Interchange Format", narrowed; stock tar reads it.
Python's `tarfile` skips what it does not understand, so it can't be the reader.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.streams import read_exactly, write_all
from intake.errors import TarFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from intake.crypto.streams import Readable, Writable

BLOCK_BYTES = 512
MAX_MEMBER_BYTES = 8**11 - 1  # eleven octal digits

_COPY_BYTES = 1 << 20
_ZERO_BLOCK = bytes(BLOCK_BYTES)
_END_BYTES = 2 * BLOCK_BYTES
_HEADER = struct.Struct("100s 8s 8s 8s 12s 12s 8s c 100s 6s 2s 247x")
_SIZE = slice(124, 136)
_SIZE_TEXT = re.compile(rb"[0-7]{11}\x00")
# Parts of letters, digits, dot, dash, underscore that start with a letter or digit: no "..", no options, no hidden.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_NAME_BYTES = 100


@dataclass(frozen=True)
class Member:
    """A member to write: its exact name, its size, and a stream that gives exactly that many bytes."""

    name: str
    size: int
    source: Readable


@dataclass(frozen=True)
class TarLimits:
    """The caps a reader sets before it looks at a byte."""

    members: int
    member_bytes: int
    total_bytes: int


class Entry:
    """A member being read; it can be read only until the next one is asked for."""

    def __init__(self, name: str, size: int, tar: _Blocks) -> None:
        self.name = name
        self.size = size
        self._left = size
        self._tar: _Blocks | None = tar

    def read(self, n: int = -1, /) -> bytes:
        """Exactly n bytes, or fewer only at the member's end."""
        if self._tar is None:
            raise ValueError("the tar was read past this member")
        n = self._left if n < 0 else min(n, self._left)
        data = self._tar.take(n)
        self._left -= n
        return data

    def finish(self) -> None:
        """Skip what was not read, and the padding, which must be zeros."""
        while self._left:
            self.read(_COPY_BYTES)
        if self._tar and not _only_zeros(self._tar.take(-self.size % BLOCK_BYTES)):
            raise TarFault(why="the space after a member is not empty")
        self._tar = None


def ustar_size(sizes: Iterable[int]) -> int:
    """Bytes of the tar of members with these sizes, before padding."""
    return sum(BLOCK_BYTES + size + -size % BLOCK_BYTES for size in sizes) + _END_BYTES


def write_ustar(sink: Writable, members: Iterable[Member], *, pad_to: int | None = None) -> int:
    """Write the tar, then zeros up to pad_to; return the bytes written."""
    written = 0
    for member in members:
        write_all(sink, _header(member.name, member.size))
        _copy(member, sink)
        write_all(sink, bytes(-member.size % BLOCK_BYTES))
        written += ustar_size([member.size]) - _END_BYTES
    total = pad_to if pad_to is not None else written + _END_BYTES
    if total < written + _END_BYTES or total % BLOCK_BYTES:
        raise TarFault(why="it does not fit the size it shall be padded to")
    for start in range(written, total, _COPY_BYTES):
        write_all(sink, bytes(min(_COPY_BYTES, total - start)))
    return total


def read_ustar(source: Readable, expected: Callable[[str], bool], limits: TarLimits) -> Iterator[Entry]:
    """Yield the members in order; what the caller leaves unread is skipped, the end is checked to the last byte.

    `expected` says of each name whether it may stand here. Nothing counts before the iteration has ended.
    """
    tar = _Blocks(source, limits.total_bytes)
    names: set[str] = set()
    while (block := tar.take(BLOCK_BYTES)) != _ZERO_BLOCK:
        name, size = _parse(block)
        if name in names or len(names) == limits.members:
            raise TarFault(why="a name stands twice, or there are too many members")
        if size > limits.member_bytes:
            raise TarFault(why=f"a member is larger than {limits.member_bytes} bytes")
        if not expected(name):
            raise TarFault(why="it holds a member that does not belong there")
        names.add(name)
        entry = Entry(name, size, tar)
        yield entry
        entry.finish()
    tar.check_end()


class _Blocks:
    """The tar's bytes in order, never more than the cap."""

    def __init__(self, source: Readable, cap: int) -> None:
        self._source = source
        self._cap = cap
        self._taken = 0

    def take(self, n: int) -> bytes:
        """Exactly n bytes, or TarFault."""
        self._count(n)
        data = read_exactly(self._source, n)
        if len(data) != n:
            raise TarFault(why="it is cut short")
        return data

    def check_end(self) -> None:
        """After the first zero block: one more, then zeros to the end, a whole number of blocks in all."""
        if self.take(BLOCK_BYTES) != _ZERO_BLOCK:
            raise TarFault(why="its end is malformed")
        while data := self._source.read(_COPY_BYTES):
            self._count(len(data))
            if not _only_zeros(data):
                raise TarFault(why="something follows its end")
        if self._taken % BLOCK_BYTES:
            raise TarFault(why="it is cut short")

    def _count(self, n: int) -> None:
        self._taken += n
        if self._taken > self._cap:
            raise TarFault(why=f"it is larger than {self._cap} bytes")


def _only_zeros(data: bytes) -> bool:
    """Counted, because `any` looks at one byte at a time."""
    return data.count(0) == len(data)


def _header(name: str, size: int) -> bytes:
    """The one header block of a member with this name and size."""
    if not _NAME.fullmatch(name) or len(name) > _NAME_BYTES:
        raise TarFault(why="a member's name is not one we write")
    if not 0 <= size <= MAX_MEMBER_BYTES:
        raise TarFault(why="a member is too large for a tar")
    text, octal = name.encode("ascii"), b"%011o\x00" % size
    # Most of a header is always the same: only what differs is added up.
    return _pack(text, octal, b"%06o\x00 " % (_FIXED_SUM + sum(text) + sum(octal)))


def _pack(name: bytes, size: bytes, checksum: bytes) -> bytes:
    """A header of these fields and the fixed ones."""
    mode, number, date = b"0000644\x00", b"0000000\x00", b"00000000000\x00"
    return _HEADER.pack(name, mode, number, number, size, date, checksum, b"0", b"", b"ustar\x00", b"00")


_FIXED_SUM = sum(_pack(b"", b"", b" " * 8))


def _parse(block: bytes) -> tuple[str, int]:
    """Name and size of a header block, which must be the very one we would write for them."""
    if not _SIZE_TEXT.fullmatch(block[_SIZE]):
        raise TarFault(why="a member's header is malformed")
    name = block[:_NAME_BYTES].rstrip(b"\x00").decode("latin-1")
    size = int(block[_SIZE][:-1], 8)
    if _header(name, size) != block:
        raise TarFault(why="a member's header is not canonical")
    return name, size


def _copy(member: Member, sink: Writable) -> None:
    """Copy exactly the announced bytes; a source that has more or fewer was changed meanwhile."""
    left = member.size
    while left:
        data = member.source.read(min(left, _COPY_BYTES))
        if not data:
            raise TarFault(why="a member is shorter than announced")
        write_all(sink, data)
        left -= len(data)
    if member.source.read(1):
        raise TarFault(why="a member is longer than announced")
