"""SHA-256 as this project writes it: lowercase hex, or `sha256:` and lowercase hex in JSON."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.crypto.streams import Readable

BLOCK_BYTES = 1 << 20  # large enough that hashing, not the call, is what costs


def sha256_hex(data: bytes) -> str:
    """SHA-256 of the bytes in lowercase hex."""
    return hashlib.sha256(data).hexdigest()


def digest(data: bytes) -> str:
    """SHA-256 of the bytes as it stands in our JSON: `sha256:<64 hex>`."""
    return "sha256:" + sha256_hex(data)


def digest_of(source: Readable) -> str:
    """Digest of all that is left in a stream, in flat memory."""
    reader = HashingReader(source)
    while reader.read(BLOCK_BYTES):
        pass
    return reader.digest


class HashingReader:
    """Passes a stream through, counting and hashing what was read."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, n: int = -1, /) -> bytes:
        """Read from the source and take note."""
        data = self._source.read(n)
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def sha256_hex(self) -> str:
        """Hex SHA-256 of what was read so far."""
        return self._hash.hexdigest()

    @property
    def digest(self) -> str:
        """`sha256:…` of what was read so far."""
        return "sha256:" + self.sha256_hex
