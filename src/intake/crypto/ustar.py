"""The canonical ustar we write and the only tar we read: one byte string per list of members.

Mode 0644, ids 0, mtime 0, no user names, no prefix, no extension, no directory; two zero blocks, then zeros only.
Never extracts anything to a path. Spec: POSIX.1 pax, "ustar Interchange Format", narrowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from intake.crypto.streams import Readable, Writable


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
    """A member being read: `read(n)` gives at most what the header promised."""

    name: str
    size: int

    def read(self, n: int = -1, /) -> bytes:
        """Exactly n bytes, or fewer only at the member's end."""
        raise NotImplementedError


def ustar_size(sizes: Iterable[int]) -> int:
    """Bytes of the tar of members with these sizes, before padding."""
    raise NotImplementedError


def write_ustar(sink: Writable, members: Iterable[Member], *, pad_to: int | None = None) -> int:
    """Write the tar, then zeros up to pad_to; return the bytes written."""
    raise NotImplementedError


def read_ustar(source: Readable, expected: Callable[[str], bool], limits: TarLimits) -> Iterator[Entry]:
    """Yield the members in order; what the caller leaves unread is skipped, the end is checked to the last byte."""
    raise NotImplementedError
