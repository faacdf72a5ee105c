"""Sealed items: what a testimony becomes on the laptop that took it. Spec: docs/spec/bundle-v1.md, "Items".

Each item is one age file of one padded ustar. Nothing here names a file or knows a folder: sinks and sources are passed
in, so that the store decides where bytes lie and when they are on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intake.bundle.statement import ItemKind, StatementItem
    from intake.crypto.age import Recipient
    from intake.crypto.sshsig import Signatures
    from intake.crypto.streams import Readable, Writable


@dataclass(frozen=True)
class Addressees:
    """Whom an item is encrypted to; `epoch` None means the archive alone."""

    recipients: tuple[Recipient, ...]
    epoch: str | None

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """As the statement names them, sorted."""
        raise NotImplementedError


@dataclass(frozen=True)
class SealedItem:
    """The facts of one age file in the outbox: all that a statement says of it, but ordinal and name."""

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
        raise NotImplementedError


def new_name() -> str:
    """A random item or carried-file name: 32 hex and `.age`."""
    raise NotImplementedError


def seal_record(sink: Writable, record: bytes, signatures: Signatures, to: Addressees) -> SealedItem:
    """Write the record item: record.json and both signatures."""
    raise NotImplementedError


def seal_identity(sink: Writable, identity: bytes, record_digest: str, to: Addressees) -> SealedItem:
    """Write the identity item: identity.json, whose digest the signed record names."""
    raise NotImplementedError


@dataclass(frozen=True)
class AttachmentPart:
    """Which piece of which attachment: `number` of `of`, `size` bytes long."""

    kind: ItemKind
    record: str
    index: int
    number: int
    of: int
    size: int


def attachment_parts(kind: ItemKind, record_digest: str, index: int, size: int) -> Iterator[AttachmentPart]:
    """The pieces an attachment of `size` bytes is sealed in: one, or one for each started GiB."""
    raise NotImplementedError


def seal_attachment(sink: Writable, source: Readable, part: AttachmentPart, to: Addressees) -> SealedItem:
    """Write the item of one piece, reading exactly its bytes from the source; memory flat at any size."""
    raise NotImplementedError


def read_back(source: Readable, item: SealedItem) -> None:
    """Compare a reopened file, after fsync, with what was written; raises ItemDamaged."""
    raise NotImplementedError


def check_recipients(source: Readable, count: int) -> Sequence[str]:
    """The stanza types of an age file's header; raises ItemDamaged unless there are `count`, all post-quantum."""
    raise NotImplementedError
