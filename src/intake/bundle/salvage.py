"""Sealed files without the laptop that knew what they are: what each holds is read from the file itself.

Nothing is believed here. What comes of it is put into a statement, and then passes every check like any other item.
Spec: docs/spec/bundle-v1.md, "Items".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import SEEK_END
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.bundle.items import IDENTITY, RECORD, RECORD_PQ_SIG, RECORD_SIG
from intake.bundle.limits import LIMITS
from intake.crypto.age import DecryptReader, stanza_types
from intake.crypto.hashing import BLOCK_BYTES, HashingReader
from intake.crypto.ustar import TarLimits, read_ustar
from intake.errors import AgeNoMatch, CryptoError, ItemDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.crypto.age import Identity

_PART: Final = re.compile(r"[0-9]{4}-of-[0-9]{4}")
_NAMES: Final = frozenset({RECORD, RECORD_SIG, RECORD_PQ_SIG, IDENTITY})


@dataclass(frozen=True)
class Sealed:
    """One age file: its name, its size, the hex SHA-256 of its bytes, and to how many it is encrypted."""

    name: str
    size: int
    sha256: str
    recipients: int


@dataclass(frozen=True)
class Found:
    """What a file that opened holds: a record, an identity part (both in `files`), or a part of an attachment.

    `opener` is the fingerprint of the recipient whose identity opened it.
    """

    sealed: Sealed
    opener: str
    files: Mapping[str, bytes] = field(repr=False)
    part: str | None = None
    part_size: int = 0
    part_sha256: str = ""


def measure(name: str, source: BinaryIO) -> Sealed:
    """Read the file to its end; ItemDamaged when it is no age file at all, or larger than an item can be."""
    if source.seek(0, SEEK_END) > LIMITS.item_bytes:
        raise ItemDamaged(name=name)
    source.seek(0)
    reader = HashingReader(source)
    while reader.read(BLOCK_BYTES):
        pass
    source.seek(0)
    try:
        return Sealed(name, reader.size, reader.sha256_hex, len(stanza_types(source)))
    except CryptoError:
        raise ItemDamaged(name=name) from None


def look(sealed: Sealed, source: BinaryIO, identities: Mapping[str, Identity]) -> Found | None:
    """Open the file by whichever identity does; None when a key is awaited, ItemDamaged when it is not whole."""
    for fingerprint, identity in identities.items():
        source.seek(0)
        try:
            return _look(sealed, DecryptReader(source, [identity]), fingerprint)
        except AgeNoMatch:
            continue
        except CryptoError:
            raise ItemDamaged(name=sealed.name) from None
    return None


def _look(sealed: Sealed, plain: DecryptReader, opener: str) -> Found:
    caps = TarLimits(len(_NAMES), LIMITS.item_bytes, LIMITS.item_bytes)
    files: dict[str, bytes] = {}
    found = Found(sealed, opener, files)
    for entry in read_ustar(plain, lambda name: name in _NAMES or bool(_PART.fullmatch(name)), caps):
        if entry.name in _NAMES:
            if entry.size > LIMITS.small_item_bytes:
                raise ItemDamaged(name=sealed.name)
            files[entry.name] = entry.read()
            continue
        reader = HashingReader(entry)
        while reader.read(BLOCK_BYTES):
            pass
        found = Found(sealed, opener, files, entry.name, reader.size, reader.sha256_hex)
    if tuple(files) not in ((RECORD, RECORD_SIG, RECORD_PQ_SIG), (IDENTITY,), ()) or bool(files) == bool(found.part):
        raise ItemDamaged(name=sealed.name)
    return found
