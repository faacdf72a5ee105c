"""The two shapes of stream this room takes, and how to move bytes through them without copies.

`Readable` and `Writable` are wider than `BinaryIO` on purpose: our own readers are not whole file objects.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


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


class BehindWriter:
    """Writes in a thread of its own, one buffer behind, so that reading and sealing go on meanwhile.

    What is given to `write` must stay untouched until the next `write` returns. The thread starts with the second
    write, so that small files never pay for it. Errors of the sink surface at the next call.
    """

    def __init__(self, sink: Writable) -> None:
        self._sink = sink
        self._todo: SimpleQueue[memoryview | None] = SimpleQueue()
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        self._held: memoryview | None = None
        self._thread: threading.Thread | None = None

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Hand over a buffer as soon as the one before it is written."""
        view = memoryview(data)
        if self._held is None:
            self._held = view
        else:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
                self._todo.put(self._held)
            self._await()
            self._todo.put(view)
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is None:
            if self._held is not None and kind is None:
                write_all(self._sink, self._held)
            return
        self._todo.put(None)
        self._thread.join()
        if kind is None:
            self._await()

    def _await(self) -> None:
        error = self._done.get()
        if error is not None:
            raise error

    def _run(self) -> None:
        """Write what comes; after a failure only report it."""
        while (data := self._todo.get()) is not None:
            try:
                write_all(self._sink, data)
            except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
                self._done.put(error)
            else:
                self._done.put(None)
