"""Sealed items: what a testimony becomes on the laptop that took it. Spec: docs/spec/bundle-v1.md, "Items".

Each item is one age file of one padded ustar. Nothing here names a file or knows a folder: sinks and sources are passed
in, so that the store decides where bytes lie and when they are on the disk.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from intake.bundle.limits import ATTACHMENT_PART_BYTES, ITEM_FLOOR_BYTES
from intake.bundle.statement import StatementItem
from intake.crypto.age import EncryptWriter, encrypt_bytes, stanza_types
from intake.crypto.hashing import digest, digest_of, sha256_hex
from intake.crypto.padding import padded_size
from intake.crypto.streams import Piece
from intake.crypto.ustar import Member, ustar_size, write_ustar
from intake.errors import CryptoError, ItemDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.bundle.statement import ItemKind
    from intake.crypto.age import PostQuantumRecipient
    from intake.crypto.sshsig import Signatures
    from intake.crypto.streams import Readable, Writable

RECORD, RECORD_SIG, RECORD_PQ_SIG = "record.json", "record.json.sig", "record.json.pq.sig"
IDENTITY = "identity.json"
STANZA = "mlkem768x25519"  # the only recipient type an item may have: nothing to harvest now and open later


@dataclass(frozen=True)
class Addressees:
    """Whom an item is encrypted to; `epoch` None means no epoch key is among them (the archive alone; identities)."""

    recipients: tuple[PostQuantumRecipient, ...]
    epoch: str | None

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """As the statement names them, sorted."""
        return tuple(sorted(recipient.fingerprint for recipient in self.recipients))


@dataclass(frozen=True)
class SealedItem:
    """The facts of one age file in the outbox: all that a statement says of it, but name and ordinal."""

    kind: ItemKind
    record: str
    attachment: int | None
    part: str | None
    size: int
    sha256: str
    to: tuple[str, ...]
    epoch: str | None

    def entry(self, name: str, ordinal: int) -> StatementItem:
        """The line of the statement for this item; `name` is `<32 hex>.age`."""
        return StatementItem(
            name=name,
            kind=self.kind,
            record=self.record,
            attachment=self.attachment,
            part=self.part,
            size=self.size,
            sha256=self.sha256,
            to=self.to,
            epoch=self.epoch,
            ordinal=ordinal,
        )


@dataclass(frozen=True)
class AttachmentPart:
    """Which piece of which attachment: `number` of `of`, `size` bytes long."""

    kind: ItemKind
    record: str
    index: int
    number: int
    of: int
    size: int

    @property
    def name(self) -> str:
        """The tar member's name, and the statement's `part`."""
        return part_name(self.number, self.of)


def new_name() -> str:
    """A random item or carried-file name: 32 hex and `.age`."""
    return secrets.token_hex(16) + ".age"


def part_name(number: int, of: int) -> str:
    """`0001-of-0003`."""
    return f"{number:04d}-of-{of:04d}"


def item_plaintext_size(*member_sizes: int) -> int:
    """Bytes of the padded tar of one item."""
    return padded_size(ustar_size(member_sizes), ITEM_FLOOR_BYTES)


def seal_record(sink: Writable, record: bytes, signatures: Signatures, to: Addressees) -> SealedItem:
    """Write the record item: record.json and both signatures."""
    files = ((RECORD, record), (RECORD_SIG, signatures.ed25519), (RECORD_PQ_SIG, signatures.composite))
    return _seal_small(sink, "record", digest(record), files, to)


def seal_identity(sink: Writable, identity: bytes, record_digest: str, to: Addressees) -> SealedItem:
    """Write the identity item: identity.json, whose digest the signed record names."""
    return _seal_small(sink, "identity", record_digest, ((IDENTITY, identity),), to)


def _seal_small(
    sink: Writable, kind: ItemKind, record_digest: str, files: tuple[tuple[str, bytes], ...], to: Addressees
) -> SealedItem:
    tar = io.BytesIO()
    write_ustar(
        tar,
        (Member(name, len(data), io.BytesIO(data)) for name, data in files),
        pad_to=item_plaintext_size(*(len(data) for _, data in files)),
    )
    sealed = encrypt_bytes(tar.getvalue(), to.recipients)
    sink.write(sealed)
    return SealedItem(kind, record_digest, None, None, len(sealed), sha256_hex(sealed), to.fingerprints, to.epoch)


def attachment_parts(
    kind: ItemKind, record_digest: str, index: int, size: int, *, part_bytes: int = ATTACHMENT_PART_BYTES
) -> Iterator[AttachmentPart]:
    """The pieces an attachment of `size` bytes is sealed in: one, or one for each started GiB."""
    of = max(1, -(-size // part_bytes))
    for number in range(1, of + 1):
        left = size - (number - 1) * part_bytes
        yield AttachmentPart(kind, record_digest, index, number, of, min(left, part_bytes))


def seal_attachment(sink: Writable, source: Readable, part: AttachmentPart, to: Addressees) -> SealedItem:
    """Write the item of one piece, reading exactly its bytes from the source; memory flat at any size.

    The last piece must be the source's end: a file that grew meanwhile is not sealed.
    """
    piece = source if part.number == part.of else Piece(source, part.size)
    counted = HashingWriter(sink)
    with EncryptWriter(counted, to.recipients) as writer:
        write_ustar(writer, [Member(part.name, part.size, piece)], pad_to=item_plaintext_size(part.size))
    return SealedItem(
        part.kind, part.record, part.index, part.name, counted.size, counted.sha256_hex, to.fingerprints, to.epoch
    )


def read_back(source: BinaryIO, item: SealedItem) -> None:
    """Compare a file reopened after fsync with what was written, and its header with whom it is for; ItemDamaged."""
    try:
        types = stanza_types(source)
    except CryptoError:
        raise ItemDamaged(name=item.sha256[:16]) from None
    source.seek(0)
    if types != [STANZA] * len(item.to) or digest_of(source) != f"sha256:{item.sha256}":
        raise ItemDamaged(name=item.sha256[:16])


class HashingWriter:
    """Passes bytes on, counting and hashing what was written."""

    def __init__(self, sink: Writable) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Write to the sink and take note."""
        self._sink.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    @property
    def sha256_hex(self) -> str:
        """Hex SHA-256 of what was written so far."""
        return self._hash.hexdigest()
