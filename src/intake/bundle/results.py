"""What an item of a bundle can come to, as types: verified, waiting for a key, or refused. No logic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.bundle.statement import StatementItem
    from intake.crypto.age import Identity
    from intake.crypto.streams import Readable
    from intake.errors import AttachmentRefused
    from intake.records.faults import Finding
    from intake.records.record import AnyRecord


@dataclass(frozen=True)
class Keyring:
    """The identities at hand, by the fingerprint of their recipient."""

    identities: Mapping[str, Identity] = field(repr=False)

    def of(self, item: StatementItem) -> list[Identity]:
        """Those that the item says it is for."""
        return [self.identities[recipient] for recipient in item.to if recipient in self.identities]


@dataclass(frozen=True)
class Waiting:
    """Awaiting a key: none of the recipients' identities is here. Its bytes stay in the bundle, to be tried again."""

    items: tuple[StatementItem, ...]


@dataclass(frozen=True)
class Refused:
    """Did not pass a check; its bytes stay in the bundle. `why` is an English key with fields, never content."""

    items: tuple[StatementItem, ...]
    check: str
    why: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class VerifiedRecord:
    """A record that its author signed, that is whole and keeps the rules: what the store's import takes.

    `warnings`: what the rules ask a person to look at; it refuses nothing.
    """

    item: StatementItem
    record: AnyRecord = field(repr=False)
    digest: str
    json: bytes = field(repr=False)
    sig: bytes = field(repr=False)
    pq_sig: bytes = field(repr=False)
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class VerifiedIdentity:
    """The identity part that a verified record names."""

    item: StatementItem
    json: bytes = field(repr=False)
    digest: str
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class VerifiedAttachment:
    """An attachment of a verified record, to be read before the next result is asked for.

    `source.read` raises AttachmentRefused instead of its end if the bytes are not what was signed: nothing read from it
    counts until it has ended.
    """

    items: tuple[StatementItem, ...]
    identity: bool  # belongs to the identity part
    record: str
    index: int
    sha256: str
    size: int
    media_type: str
    source: Readable

    def refused(self, error: AttachmentRefused) -> Refused:
        """What it came to, when reading it failed."""
        return Refused(self.items, str(error.fields["check"]), error.message, error.fields)


ItemResult = VerifiedRecord | VerifiedIdentity | VerifiedAttachment | Waiting | Refused
