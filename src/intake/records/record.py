"""A record as bytes: the kind `full`, and the strict reader of every kind and of the identity part.

A kind that this version does not know is named, so that an import can keep it aside. What all kinds share is
`envelope.py`, the other kinds are `kinds.py`. Spec: docs/spec/record-v1.md.
"""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Literal

from intake.errors import RecordFault, RecordKindNotSupported
from intake.records.account import Account, Body
from intake.records.consent import Consent
from intake.records.envelope import (
    IDENTITY_NAME,
    RECORD_NAME,
    AttachmentEntry,
    BuiltRecord,
    Digests,
    Envelope,
    FilePart,
    IdentityRecord,
    Sealing,
    as_json,
    build,
    opened,
    shaped,
    signed_files,
    with_files,
)
from intake.records.kinds import Addendum, Coding, Decision, Tombstone, Withdrawal
from intake.records.testimony import Testimony

__all__ = [
    "KINDS",
    "AnyRecord",
    "AttachmentEntry",
    "BuiltRecord",
    "Digests",
    "FilePart",
    "IdentityRecord",
    "Record",
    "Sealing",
    "build_full",
    "parse_full",
    "parse_identity",
    "parse_record",
]


class Record(Envelope):
    """A record version of kind `full`, as signed."""

    kind: Literal["full"]
    consent: Consent
    body: Body

    def account(self) -> Account:
        """The account whole again, consent included. Both were validated, so nothing is validated twice."""
        return Account.model_construct(
            self.body.model_fields_set | {"consent"}, consent=self.consent, **self.body.__dict__
        )

    def testimony(self, identity: IdentityRecord | None = None) -> Testimony:
        """The testimony that was sealed, with its identity part where that could be opened."""
        said = identity.body if identity else None
        return Testimony.model_construct(id=self.id, case=self.case, account=self.account(), identity=said)

    def files(self, identity: IdentityRecord | None = None) -> dict[str, str]:
        """Evidence id -> SHA-256 of the file that was signed with it, as far as its part could be opened."""
        return signed_files(self.body.evidence, self.attachments, identity)


AnyRecord = Record | Addendum | Withdrawal | Coding | Decision | Tombstone

KINDS: Mapping[str, type[AnyRecord]] = MappingProxyType(
    {
        "full": Record,
        "addendum": Addendum,
        "withdrawal": Withdrawal,
        "coding": Coding,
        "decision": Decision,
        "tombstone": Tombstone,
    }
)


def build_full(testimony: Testimony, sealing: Sealing) -> BuiltRecord:
    """The record and its identity part (None when nothing of identity was said and no file belongs to it)."""
    account = with_files(testimony.account, sealing).model_copy(update={"marks": tuple(sealing.marks)})
    body = as_json(account, without={"consent"})
    built = build("full", body, sealing, consent=account.consent, identity=testimony.identity)
    parse_full(built.record)  # what we can't read back is never signed
    return built


def parse_record(data: bytes) -> AnyRecord:
    """The record in these bytes, of whichever kind, or RecordFault, RecordTooNew, RecordKindNotSupported."""
    value = opened(data, RECORD_NAME)
    return shaped(KINDS[_kind(value, KINDS)], value)


def parse_full(data: bytes) -> Record:
    """The record of kind `full` in these bytes, for who takes no other: RecordKindNotSupported names the kind."""
    value = opened(data, RECORD_NAME)
    _kind(value, ("full",))
    return shaped(Record, value)


def _kind(value: Mapping[str, Any], taken: Collection[str]) -> str:
    """The kind it names, if that is taken; one that only a later version knows is no fault of its author."""
    kind = value.get("kind")
    if not isinstance(kind, str) or not re.fullmatch(r"[a-z][a-z_]{0,31}", kind, re.ASCII):
        raise RecordFault(what="kind")
    if kind not in taken:
        raise RecordKindNotSupported(kind=kind)
    return kind


def parse_identity(data: bytes) -> IdentityRecord:
    """The identity part in these bytes, or RecordFault, RecordTooNew."""
    return shaped(IdentityRecord, opened(data, IDENTITY_NAME))
