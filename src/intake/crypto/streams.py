"""The two shapes of stream this room takes: anything with `read`, anything with `write`.

Wider than `BinaryIO` on purpose: our own readers are not whole file objects.
"""

from __future__ import annotations

from typing import Protocol


class Readable(Protocol):
    """`read(n)` gives at most n bytes, and none only at the end; open files and `io.BytesIO` are such."""

    def read(self, n: int = -1, /) -> bytes:
        """Up to n bytes, or all that is left."""
        ...


class Writable(Protocol):
    """`write(data)` takes all of data; open files and `io.BytesIO` are such."""

    def write(self, data: bytes | bytearray | memoryview, /) -> object:
        """Take the bytes."""
        ...


def read_exactly(source: Readable, n: int) -> bytes:
    """Read n bytes, fewer only at the end: unbuffered files and pipes give less than asked."""
    data = source.read(n)
    if len(data) == n or not data:
        return data
    parts = [data]
    got = len(data)
    while got < n:
        data = source.read(n - got)
        if not data:
            break
        parts.append(data)
        got += len(data)
    return b"".join(parts)
