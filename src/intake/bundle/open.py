"""From a verified bundle to verified records, item by item. Spec: docs/spec/bundle-v1.md, "Opening".

One bad item never stops the others: each ends as a verified value, as Waiting (a key we do not hold) or as Refused
(which check, and why). Everything is lazy, in the order of the statement: a record comes before its identity part and
attachments, and nothing but one item at a time is in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.bundle.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from intake.bundle.statement import StatementItem
    from intake.bundle.verify import TrustFiles, VerifiedBundle
    from intake.crypto.age import Identity
    from intake.crypto.streams import Readable
    from intake.records.record import Record


@dataclass(frozen=True)
class Keyring:
    """The identities at hand, by fingerprint of their recipient."""

    identities: Mapping[str, Identity]


@dataclass(frozen=True)
class RecordStanding:
    """What the records of a bundle are judged by, beside the bundle."""

    trust: TrustFiles
    version_digest: Callable[[str, int], str | None]  # (record id, version) -> digest in the ledger
    record_json: Callable[[str], bytes | None]  # digest -> signed bytes of a record verified before
    limits: Limits = LIMITS


@dataclass(frozen=True)
class Waiting:
    """Awaiting a key: none of the recipients' identities is here. Its bytes stay in the bundle, to be tried again."""

    items: tuple[StatementItem, ...]


@dataclass(frozen=True)
class Refused:
    """Did not pass its check; its bytes stay in the bundle. `why` is an English key with fields, never content."""

    items: tuple[StatementItem, ...]
    check: str
    why: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class VerifiedRecord:
    """A record that its author signed, is whole, and keeps the rules: what the store's import takes."""

    item: StatementItem
    record: Record
    digest: str
    json: bytes
    sig: bytes
    pq_sig: bytes


@dataclass(frozen=True)
class VerifiedIdentity:
    """The identity part that a verified record names."""

    item: StatementItem
    json: bytes
    digest: str


@dataclass(frozen=True)
class VerifiedAttachment:
    """An attachment of a verified record, to be read before the next value is asked for.

    `source.read` raises AttachmentRefused (with a Refused) before its end if the bytes are not what was signed: nothing
    read from it counts until it has ended.
    """

    items: tuple[StatementItem, ...]
    identity: bool  # belongs to the identity part
    record: str
    index: int
    sha256: str
    size: int
    media_type: str
    source: Readable


ItemResult = VerifiedRecord | VerifiedIdentity | VerifiedAttachment | Waiting | Refused


class OpenedBundle:
    """Decrypted, still suspect: only `verify_records` looks inside."""


class VerifiedRecords:
    """Iterates over what every item of the bundle came to."""

    def __iter__(self) -> Iterator[ItemResult]:
        """One pass, lazily."""
        raise NotImplementedError


def open_bundle(
    bundle: VerifiedBundle, keyring: Keyring, *, tar: Readable | None = None, only: frozenset[str] | None = None
) -> OpenedBundle:
    """Ready the second pass: over `tar` (the kept copy), else over the carried file; `only` these item names, on a retry."""
    raise NotImplementedError


def verify_records(opened: OpenedBundle, standing: RecordStanding) -> VerifiedRecords:
    """Check every item as it comes by."""
    raise NotImplementedError
