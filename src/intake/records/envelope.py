"""What all records and identity parts have in common as bytes: the envelope, its files, how it is written and read.

Bytes are built once, signed, and kept; nothing here re-serialises what it read. What stands in a body is `account.py`
(kind `full`) and `kinds.py` (the others). Spec: docs/spec/record-v1.md, "Envelope".
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from intake.crypto import strictjson
from intake.crypto.hashing import digest
from intake.errors import JsonFault, RecordFault, RecordTooNew
from intake.records.account import Evidence, Mark, Told
from intake.records.consent import Consent
from intake.records.faults import shape_findings
from intake.records.fields import CaseCode, Count, Digest, Id, Model, Principal, Sha256, Size
from intake.records.identity import Identity, NamedFile
from intake.records.limits import MAX_RECORD_BYTES

M = TypeVar("M", bound=Model)
T = TypeVar("T", bound=Told)

RECORD_NAME = "intake-record"
IDENTITY_NAME = "intake-identity"
MAX_FAULTS = 1_000  # of form, beyond which they are not told apart
SALT_BYTES = 32

Salt = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


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


class Envelope(Model):
    """What every kind of record carries; each kind narrows `kind`, `consent` and `body`, and what it can't have."""

    format: Literal["intake-record/1"]
    org: Sha256
    id: Id
    case: CaseCode
    version: Version
    prev: Digest | None
    author: Principal
    salt: Salt
    attachments: tuple[AttachmentEntry, ...]
    identity: Digest | None
    digests: Digests


class IdentityRecord(Model):
    """The identity part of a record version; the record holds its digest."""

    format: Literal["intake-identity/1"]
    org: Sha256
    id: Id
    version: Version
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
    type: str = "other"
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sealing:
    """What the record needs beside what was said."""

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

    def of_part(self, part: Literal["account", "identity"]) -> tuple[FilePart, ...]:
        """The files of one part, in the order of their index there."""
        return tuple(file for file in self.files if file.part == part)


@dataclass(frozen=True)
class BuiltRecord:
    """The bytes to sign and seal, and the files in the order of their index."""

    record: bytes = field(repr=False)
    digest: str
    identity: bytes | None = field(repr=False)
    account_files: tuple[FilePart, ...] = ()
    identity_files: tuple[FilePart, ...] = ()


# -- writing -----------------------------------------------------------------------------------------------------------


def build(
    kind: str, body: Mapping[str, Any], sealing: Sealing, *, consent: Consent | None, identity: Identity | None
) -> BuiltRecord:
    """The record and its identity part (None when nothing of identity was said and no file belongs to it).

    Whoever calls this reads the bytes back before they are signed.
    """
    account_files, identity_files = sealing.of_part("account"), sealing.of_part("identity")
    said = _identity_bytes(identity, sealing, identity_files)
    data = strictjson.dumps(
        {
            **_common(RECORD_NAME, sealing, account_files, sealing.salt),
            "case": sealing.case,
            "kind": kind,
            "prev": sealing.prev,
            "author": sealing.author,
            "identity": digest(said) if said is not None else None,
            "digests": sealing.digests.model_dump(mode="json"),
            "consent": as_json(consent) if consent is not None else None,
            "body": body,
        }
    )
    return BuiltRecord(data, digest(data), said, account_files, identity_files)


def _common(name: str, sealing: Sealing, files: Sequence[FilePart], salt: bytes) -> dict[str, Any]:
    """What both parts carry alike."""
    entries = [
        {"index": index, "sha256": file.sha256, "size": file.size, "type": file.media_type}
        for index, file in enumerate(files)
    ]
    return {
        "format": f"{name}/1",
        "org": sealing.org,
        "id": sealing.id,
        "version": sealing.version,
        "salt": salt.hex(),
        "attachments": entries,
    }


def _identity_bytes(said: Identity | None, sealing: Sealing, files: Sequence[FilePart]) -> bytes | None:
    """The identity part's bytes; the names of all files stand here, also of those that belong to the account."""
    names = tuple(NamedFile(evidence_id=file.evidence_id, file_name=file.file_name) for file in sealing.files)
    if not names and (said is None or said == Identity()):
        return None
    identity = (said or Identity()).model_copy(update={"files": names} if names else {})
    common = _common(IDENTITY_NAME, sealing, files, sealing.identity_salt)
    return strictjson.dumps({**common, "body": as_json(identity)})


def with_files(told: T, sealing: Sealing) -> T:
    """With an evidence item for each file, which says in which part and at which index it stands."""
    evidence = {one.id: one.model_copy(update={"attachment": None}) for one in told.evidence}
    for files in (sealing.of_part("account"), sealing.of_part("identity")):
        for index, file in enumerate(files):
            said = {"id": file.evidence_id, "type": file.type, "shows": file.shows}
            item = evidence.get(file.evidence_id) or Evidence.model_validate(said)
            evidence[file.evidence_id] = item.model_copy(update={"part": file.part, "attachment": index})
    return told.model_copy(update={"evidence": tuple(evidence.values())})


def signed_files(
    evidence: Sequence[Evidence], entries: Sequence[AttachmentEntry], identity: IdentityRecord | None
) -> dict[str, str]:
    """Evidence id -> SHA-256 of the file that was signed with it, as far as its part could be opened."""
    parts = {"account": entries, "identity": identity.attachments if identity else ()}
    signed = {(part, entry.index): entry.sha256 for part, listed in parts.items() for entry in listed}
    return {
        one.id: signed[one.part, one.attachment]
        for one in evidence
        if one.attachment is not None and (one.part, one.attachment) in signed
    }


def as_json(model: Model, without: set[str] | None = None) -> dict[str, Any]:
    """A model as JSON: what was never said is left out, what was answered with "none" stays."""
    dumped: dict[str, Any] = model.model_dump(mode="json", exclude_none=True, exclude=without)
    return dumped


# -- reading -----------------------------------------------------------------------------------------------------------


def opened(data: bytes, name: str) -> dict[str, Any]:
    """The object in these bytes, if its format is this one; a later one of the same name is an error of its own."""
    try:
        value = strictjson.loads(data, max_bytes=MAX_RECORD_BYTES)
    except JsonFault:
        raise RecordFault(what="not the JSON that records are written in") from None
    written = value.get("format") if isinstance(value, dict) else None
    if not isinstance(written, str) or not re.fullmatch(rf"{name}/[1-9][0-9]{{0,5}}", written, re.ASCII):
        raise RecordFault(what="no format line of ours")
    if written != f"{name}/1":
        raise RecordTooNew(format=written)
    found: dict[str, Any] = value
    return found


def shaped(model: type[M], value: dict[str, Any]) -> M:
    """The value as this model, or RecordFault that names the first field that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        # Looking at a hundred thousand faults takes minutes; nobody wrote such a record by mistake.
        where = shape_findings(error, model)[0].field if error.error_count() <= MAX_FAULTS else "testimony"
    raise RecordFault(what=where)
