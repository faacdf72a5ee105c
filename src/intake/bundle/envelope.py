"""What is carried: an age file of the signed tar and zeros, and how its bytes are reached again.

Spec: docs/spec/bundle-v1.md, "Envelope". Opens nothing by name: the file is handed in, open for reading only.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from intake.bundle.container import write_bundle
from intake.bundle.items import STANZA
from intake.bundle.limits import ENVELOPE_FLOOR_BYTES, ITEM_FLOOR_BYTES
from intake.crypto.age import DecryptReader, EncryptWriter
from intake.crypto.age_header import VERSION_LINE, read_header
from intake.crypto.age_stream import NONCE_BYTES, SEALED_BYTES, TAG_BYTES
from intake.crypto.padding import padded_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intake.bundle.container import SignedTags, WrittenBundle
    from intake.crypto.age import Identity, Recipient
    from intake.crypto.streams import Readable, Writable


def envelope_size(tar_size: int) -> int:
    """Bytes under the envelope of a signed tar of that size."""
    return padded_size(tar_size, ENVELOPE_FLOOR_BYTES)


def write_envelope(
    sink: Writable, tags: SignedTags, open_item: Callable[[str], Readable], recipients: Sequence[Recipient]
) -> WrittenBundle:
    """Write the carried file: the signed tar, zeros up to max(1 MiB, PADMÉ), encrypted."""
    with EncryptWriter(sink, recipients) as writer:
        return write_bundle(writer, tags, open_item, pad_to=envelope_size(tags.size))


def looks_like_a_parcel(source: BinaryIO) -> bool:
    """Whether a file has the outside of a receipt or a pack: for one recipient, padded as they are, below any bundle.

    A bundle that was cut short has another size.
    """
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    header, past = read_header(source)
    sealed = size - (source.tell() - len(past)) - NONCE_BYTES
    plain = sealed - TAG_BYTES * -(-sealed // SEALED_BYTES)
    one = [stanza.type for stanza in header.stanzas] == [STANZA]
    return one and plain < ENVELOPE_FLOOR_BYTES and plain == padded_size(plain, ITEM_FLOOR_BYTES)


@dataclass(frozen=True)
class SealedBundle:
    """Bytes somebody carried: nothing is known of them. A signed tar, or an age file of one."""

    source: BinaryIO  # open for reading, seekable; stays open, is never written
    identities: tuple[Identity, ...] = ()  # that may open the envelope; a bare tar needs none

    @property
    def is_envelope(self) -> bool:
        """Whether the file begins like an age file."""
        self.source.seek(0)
        return self.source.read(len(VERSION_LINE)) == VERSION_LINE

    def tar(self) -> Readable:
        """The bytes of the signed tar (and the zeros after it), from the beginning: one pass for each call."""
        envelope = self.is_envelope
        self.source.seek(0)
        return DecryptReader(self.source, self.identities) if envelope else self.source
