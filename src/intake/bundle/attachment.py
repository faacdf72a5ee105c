"""Reads one attachment out of its sealed parts, as a stream that ends only if it is what the record signed.

Flat memory at any size. Spec: docs/spec/bundle-v1.md, "Opening" (I01, I02, I11).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.itemchecks import BYTES, FORM, OPENS
from intake.bundle.items import item_plaintext_size
from intake.crypto.age import DecryptReader
from intake.crypto.hashing import BLOCK_BYTES, HashingReader
from intake.crypto.ustar import TarLimits, read_ustar
from intake.errors import AgeNoMatch, AttachmentRefused, ChangedUnderneath, CryptoError, TarFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.bundle.results import Keyring
    from intake.bundle.statement import StatementItem
    from intake.crypto.ustar import Entry


@dataclass(frozen=True)
class Expected:
    """What the signed list says of the attachment."""

    size: int
    sha256: str


class _Part:
    """One sealed part: the ciphertext hashed, the tar's one member read to the last byte of its padding."""

    def __init__(self, item: StatementItem, entry: Entry, keyring: Keyring) -> None:
        self._item = item
        self._sealed = HashingReader(entry)
        self._plain = HashingReader(DecryptReader(self._sealed, keyring.of(item)))
        caps = TarLimits(1, entry.size, entry.size)
        self._members = read_ustar(self._plain, lambda name: name == item.part, caps)
        self._member = next(self._members)

    def read(self, n: int) -> bytes:
        """Bytes of the attachment; none when the part has ended and is whole."""
        data = self._member.read(n)
        if not data:
            self._end()
        return data

    def _end(self) -> None:
        for _more in self._members:
            raise _refused(FORM)
        if self._plain.size != item_plaintext_size(self._member.size):
            raise _refused(FORM)
        if self._sealed.sha256_hex != self._item.sha256 or self._sealed.size != self._item.size:
            raise ChangedUnderneath


class AttachmentReader:
    """The parts of one attachment, one after the other, as one stream."""

    def __init__(self, items: tuple[StatementItem, ...], entries: Iterator[Entry], keyring: Keyring) -> None:
        self._left = list(items)
        self._entries = entries
        self._keyring = keyring
        self._part: _Part | None = None
        self._expected = Expected(0, "")
        self._hash = hashlib.sha256()
        self._size = 0

    def open(self, expected: Expected) -> bool:
        """Open the first part; False when its key is awaited. Raises AttachmentRefused."""
        self._expected = expected
        if not all(self._keyring.of(item) for item in self._left):
            return False
        self._part = self._next_part()
        return True

    def read(self, n: int = -1, /) -> bytes:
        """Up to n bytes (all that is left when negative); the end only when every digest held."""
        if n < 0:
            return b"".join(iter(lambda: self.read(BLOCK_BYTES), b""))
        while self._part is not None:
            data = self._guarded(self._part, n)
            if data or n == 0:
                return self._noted(data)
            self._part = self._next_part()
            if self._part is None and (self._size, self._hash.hexdigest()) != self._signed:
                raise _refused(BYTES)
        return b""

    def drain(self) -> None:
        """Step over the parts that nobody read."""
        while self._left:
            self._left.pop(0)
            next(self._entries, None)

    @property
    def _signed(self) -> tuple[int, str]:
        return self._expected.size, self._expected.sha256

    def _noted(self, data: bytes) -> bytes:
        self._hash.update(data)
        self._size += len(data)
        if self._size > self._expected.size:
            raise _refused(BYTES)
        return data

    def _next_part(self) -> _Part | None:
        if not self._left:
            return None
        item = self._left.pop(0)
        entry = next(self._entries, None)
        if entry is None:
            raise ChangedUnderneath
        try:
            return _Part(item, entry, self._keyring)
        except (TarFault, StopIteration):
            raise _refused(FORM) from None
        except (AgeNoMatch, CryptoError):
            raise _refused(OPENS) from None

    def _guarded(self, part: _Part, n: int) -> bytes:
        try:
            return part.read(n)
        except TarFault:
            raise _refused(FORM) from None
        except CryptoError:
            raise _refused(OPENS) from None


def _refused(check: str) -> AttachmentRefused:
    return AttachmentRefused(check=check)
