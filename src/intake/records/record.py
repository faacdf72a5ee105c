"""The record as bytes: the envelope that is signed, its two parts, and a strict reader of both.

Bytes are built once, signed, and kept; nothing here re-serialises what it read. Kinds other than `full` are known by
name and refused as not supported here yet, so that an import can keep them aside. Spec: docs/spec/record-v1.md.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from intake.crypto import strictjson
from intake.crypto.hashing import digest
from intake.errors import JsonFault, RecordFault, RecordKindNotSupported, RecordTooNew
from intake.records.account import Account, Body, Evidence, Mark
from intake.records.consent import Consent
from intake.records.faults import shape_findings
from intake.records.fields import CaseCode, Count, Digest, Id, Model, Principal, Sha256, Size
from intake.records.identity import Identity, NamedFile
from intake.records.limits import MAX_RECORD_BYTES
from intake.records.testimony import Testimony

M = TypeVar("M", bound=Model)

RECORD_FORMAT = "intake-record/1"
IDENTITY_FORMAT = "intake-identity/1"
KINDS = ("full", "addendum", "withdrawal", "coding", "decision", "tombstone")
MAX_FAULTS = 1_000  # of form, beyond which they are not told apart
SALT_BYTES = 32

Salt = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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
        """The account whole again, consent included. Both were validated, so nothing is validated twice."""
        return Account.model_construct(
            self.body.model_fields_set | {"consent"}, consent=self.consent, **self.body.__dict__
        )

    def testimony(self, identity: "IdentityRecord | None" = None) -> Testimony:
        """The testimony that was sealed, with its identity part where that could be opened."""
        said = identity.body if identity else None
        return Testimony.model_construct(id=self.id, case=self.case, account=self.account(), identity=said)


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
    type: str = "other"
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
    account_files = tuple(file for file in sealing.files if file.part == "account")
    identity_files = tuple(file for file in sealing.files if file.part == "identity")
    identity = _identity_bytes(testimony.identity, sealing, identity_files)
    account = _with_files(testimony.account, (account_files, identity_files), sealing.marks)
    data = strictjson.dumps(
        {
            **_envelope(RECORD_FORMAT, sealing, account_files, sealing.salt),
            "case": sealing.case,
            "kind": "full",
            "prev": sealing.prev,
            "author": sealing.author,
            "identity": digest(identity) if identity is not None else None,
            "digests": sealing.digests.model_dump(mode="json"),
            "consent": _json(account.consent),
            "body": _json(account, without={"consent"}),
        }
    )
    parse_record(data)  # what we can't read back is never signed
    return BuiltRecord(data, digest(data), identity, account_files, identity_files)


def _envelope(format_name: str, sealing: Sealing, files: Sequence[FilePart], salt: bytes) -> dict[str, Any]:
    """What both parts carry alike."""
    entries = [
        {"index": index, "sha256": file.sha256, "size": file.size, "type": file.media_type}
        for index, file in enumerate(files)
    ]
    return {
        "format": format_name,
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
    envelope = _envelope(IDENTITY_FORMAT, sealing, files, sealing.identity_salt)
    return strictjson.dumps({**envelope, "body": _json(identity)})


def _with_files(account: Account, parts: Sequence[Sequence[FilePart]], marks: Sequence[Mark]) -> Account:
    """The account with an evidence item for each file, which says in which part and at which index it stands."""
    evidence = {one.id: one.model_copy(update={"attachment": None}) for one in account.evidence}
    for files in parts:
        for index, file in enumerate(files):
            said = {"id": file.evidence_id, "type": file.type, "shows": file.shows}
            item = evidence.get(file.evidence_id) or Evidence.model_validate(said)
            evidence[file.evidence_id] = item.model_copy(update={"part": file.part, "attachment": index})
    return account.model_copy(update={"evidence": tuple(evidence.values()), "marks": tuple(marks)})


def _json(model: Model, without: set[str] | None = None) -> dict[str, Any]:
    """A model as JSON: what was never said is left out, what was answered with "none" stays."""
    dumped: dict[str, Any] = model.model_dump(mode="json", exclude_none=True, exclude=without)
    return dumped


def parse_record(data: bytes) -> Record:
    """The record in these bytes, or RecordFault, RecordTooNew, RecordKindNotSupported."""
    value = _open(data, "intake-record")
    kind = value.get("kind")
    if kind in KINDS and kind != "full":
        raise RecordKindNotSupported(kind=kind)
    return _shaped(Record, value)


def parse_identity(data: bytes) -> IdentityRecord:
    """The identity part in these bytes, or RecordFault, RecordTooNew."""
    return _shaped(IdentityRecord, _open(data, "intake-identity"))


def _open(data: bytes, name: str) -> dict[str, Any]:
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
    opened: dict[str, Any] = value
    return opened


def _shaped(model: type[M], value: dict[str, Any]) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        # Looking at a hundred thousand faults takes minutes; nobody wrote such a record by mistake.
        where = shape_findings(error, model)[0].field if error.error_count() <= MAX_FAULTS else "testimony"
    raise RecordFault(what=where)
