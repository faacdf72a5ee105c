"""Bytes told to a progress as they pass: a stick is slow, and a person should see that it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.crypto.streams import Readable, Writable

STEP_BYTES = 1 << 20  # said no more often than that


@dataclass
class Counted:
    """A sink, and every megabyte that went into it."""

    sink: Writable
    step: Callable[[int], None]
    _unsaid: int = 0

    def write(self, data: bytes | bytearray | memoryview, /) -> object:
        """Pass on."""
        self._unsaid += len(data)
        if self._unsaid >= STEP_BYTES:
            self.step(self._unsaid)
            self._unsaid = 0
        return self.sink.write(data)


@dataclass
class CountedSource:
    """The same of a source."""

    source: Readable
    step: Callable[[int], None]

    def read(self, n: int = -1, /) -> bytes:
        """Pass on."""
        data = self.source.read(n)
        self.step(len(data))
        return data
