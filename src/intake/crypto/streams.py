"""The two shapes of stream this room takes, and how to move bytes through them without copies.

`Readable` and `Writable` are wider than `BinaryIO` on purpose: our own readers are not whole file objects.
"""

from __future__ import annotations

from typing import Protocol

from intake.errors import UnreadableFile


class Readable(Protocol):
    """`read(n)` gives at most n bytes, and none only at the end; open files and `io.BytesIO` are such."""

    def read(self, n: int = -1, /) -> bytes:
        """Up to n bytes, or all that is left."""
        ...


class Writable(Protocol):
    """`write(data)` takes the bytes; open files and `io.BytesIO` are such. The bytes hold only during the call."""

    def write(self, data: bytes | bytearray | memoryview, /) -> object:
        """Take the bytes."""
        ...


def read_exactly(source: Readable, n: int) -> bytes:
    """Read n bytes, fewer only at the end: unbuffered files and pipes give less than asked."""
    data = source.read(n)
    while len(data) < n:
        more = source.read(n - len(data))
        if not more:
            break
        data += more
    return data


class Piece:
    """The next n bytes of a source, and then its end."""

    def __init__(self, source: Readable, n: int) -> None:
        self._source = source
        self._left = n

    def read(self, n: int = -1, /) -> bytes:
        """Up to n bytes of the piece."""
        data = self._source.read(self._left if n < 0 else min(n, self._left))
        self._left -= len(data)
        return data


class Medium:
    """A file that somebody brought: what its medium says is the medium's fault, and not that of the vault's disk."""

    def __init__(self, source: Readable) -> None:
        self._source = source

    def read(self, n: int = -1, /) -> bytes:
        """As the file's own; UnreadableFile."""
        try:
            return self._source.read(n)
        except OSError:
            raise UnreadableFile from None


# Whole MiBs have the kernel look for large runs of untouched memory for its cache: on a virtual machine whose free
# memory is kept by its host that took three times the system time. Smaller pieces cost more in calls than they save.
_PIECE_BYTES = 1 << 18


def write_all(sink: Writable, data: bytes | bytearray | memoryview) -> None:
    """Write all of data: unbuffered files take less than given, and say so."""
    view = memoryview(data)
    while view:
        piece = view[:_PIECE_BYTES]
        taken = sink.write(piece)
        view = view[taken if isinstance(taken, int) else len(piece) :]


class Filler:
    """Fills buffers from bytes already read, then from the source, straight into the buffer where it can."""

    def __init__(self, source: Readable, first: bytes | bytearray | memoryview = b"") -> None:
        self._source = source
        self._first = memoryview(first)
        self._readinto = getattr(source, "readinto", None)

    def fill(self, view: memoryview) -> int:
        """Fill the view, less only at the end of the source; return the bytes."""
        done = min(len(self._first), len(view))
        view[:done] = self._first[:done]
        self._first = self._first[done:]
        while done < len(view):
            got = self._get(view[done:])
            if not got:
                break
            done += got
        return done

    def _get(self, view: memoryview) -> int:
        if self._readinto is not None:
            return self._readinto(view) or 0
        data = self._source.read(len(view))
        view[: len(data)] = data
        return len(data)
