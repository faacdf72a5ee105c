"""The record as bytes: the envelope that is signed, its two parts, and a strict reader of both.

Bytes are built once, signed, and kept; nothing here re-serialises what it read. Kinds other than `full` are known by
name and refused as not supported here yet, so that an import can keep them aside. Spec: docs/spec/record-v1.md.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from intake.records.account import Account, Body, Mark
from intake.records.consent import Consent
from intake.records.fields import CodeText, Count, Digest, Id, Model, Principal, Sha256, Size
from intake.records.identity import Identity
from intake.records.testimony import Testimony

RECORD_FORMAT = "intake-record/1"
IDENTITY_FORMAT = "intake-identity/1"
KINDS = ("full", "addendum", "withdrawal", "coding", "decision", "tombstone")
MAX_RECORD_BYTES = 16 * 2**20  # a narrative is at most 2,000,000 characters; the longest known court transcript is less
SALT_BYTES = 32

Salt = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
CaseCode = Annotated[str, Field(pattern=r"^\d{3}-\d{3}-\d{3}-\d$")]


class AttachmentEntry(Model):
    """A file of this part: which item holds it is the statement's to say."""

    index: Count
    sha256: Sha256
    size: Size
    type: Annotated[str, Field(pattern=r"^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}$", description="media type")]


class Digests(Model):
    """What the record was taken with: null where there was none (a record from `add` had no questionnaire)."""

    questionnaire: Digest | None = None
    consent_text: Digest | None = None
    vocabulary: Digest | None = None


class Record(Model):
    """A record version of kind `full`, as signed."""

    format: Literal["intake-record/1"]
    org: Sha256
    id: Id
    case: CaseCode
    version: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    kind: Literal["full"]
    prev: Digest | None
    author: Principal
    salt: Salt
    attachments: tuple[AttachmentEntry, ...]
    identity: Digest | None
    digests: Digests
    consent: Consent
    body: Body

    def account(self) -> Account:
        """The account whole again, consent included."""
        raise NotImplementedError


class IdentityRecord(Model):
    """The identity part of a record version; the record holds its digest."""

    format: Literal["intake-identity/1"]
    org: Sha256
    id: Id
    version: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    salt: Salt
    attachments: tuple[AttachmentEntry, ...]
    body: Identity


@dataclass(frozen=True)
class FilePart:
    """A file to be sealed with the record: its evidence id, its part, and what was measured while it was stored."""

    evidence_id: str
    part: Literal["account", "identity"]
    sha256: str
    size: int
    media_type: str
    file_name: str = field(repr=False)
    type: CodeText = "other"
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sealing:
    """What the record needs beside the testimony."""

    org: str
    author: str
    case: str
    id: str
    digests: Digests
    files: Sequence[FilePart] = ()
    marks: Sequence[Mark] = ()
    version: int = 1
    prev: str | None = None
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_BYTES), repr=False)
    identity_salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_BYTES), repr=False)


@dataclass(frozen=True)
class BuiltRecord:
    """The bytes to sign and seal, and the files in the order of their index."""

    record: bytes = field(repr=False)
    digest: str
    identity: bytes | None = field(repr=False)
    account_files: tuple[FilePart, ...] = ()
    identity_files: tuple[FilePart, ...] = ()


def build_full(testimony: Testimony, sealing: Sealing) -> BuiltRecord:
    """The record and its identity part (None when nothing of identity was said and no file belongs to it)."""
    raise NotImplementedError


def parse_record(data: bytes) -> Record:
    """The record in these bytes, or RecordFault, RecordTooNew, RecordKindNotSupported."""
    raise NotImplementedError


def parse_identity(data: bytes) -> IdentityRecord:
    """The identity part in these bytes, or RecordFault, RecordTooNew."""
    raise NotImplementedError


def peek_kind(data: bytes) -> str:
    """The kind of any record of this format, supported or not, for naming it in a quarantine."""
    raise NotImplementedError
