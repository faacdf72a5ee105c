"""What a bundle claims: who sends which items, in which place of which chain. Spec: bundle-v1.md, "Statement".

Only a shape and its parser: whether a claim is true is the table's business (verify.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError

from intake.crypto import strictjson
from intake.errors import BadStatement, JsonFault

if TYPE_CHECKING:
    from intake.bundle.limits import Limits

Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Principal = Annotated[str, Field(pattern=r"^[cd]-[a-z0-9-]{1,30}$")]
Epoch = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Part = Annotated[str, Field(pattern=r"^[0-9]{4}-of-[0-9]{4}$")]
ItemName = Annotated[str, Field(pattern=r"^[0-9a-f]{32}\.age$")]
Count = Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)]
Positive = Annotated[int, Field(ge=1, le=2**53 - 1, strict=True)]
AgeRecipient = Annotated[str, Field(pattern=r"^age1pq1[02-9ac-hj-np-z]{1952}$")]
# Why an item was destroyed on its laptop without a receipt. What was typed beside it may name people, and stays there.
PurgeReason = Literal["danger", "mistake", "other-way", "withdrawn", "other"]
ItemKind = Literal["record", "identity", "attachment", "identity-attachment"]
Purpose = Literal["real", "made-up"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StatementItem(_Model):
    """One sealed item: which file, what it claims to be, for whom it was encrypted."""

    name: ItemName
    kind: ItemKind
    record: Digest  # of the record the item is or belongs to
    attachment: Count | None  # index in the record's or the identity part's list; None for the parts themselves
    part: Part | None  # name of the attachment part, also of the tar member
    size: Positive  # of the age file
    sha256: Hex64  # of the age file
    to: Annotated[tuple[Hex64, ...], Field(min_length=1, max_length=64, strict=False)]
    epoch: Epoch | None  # None: sealed past the last known epoch, to the archive alone
    ordinal: Positive  # of the sealed testimony on this laptop, counting from 1; its items share it


class Checkpoint(_Model):
    """The newest log checkpoint that the sender holds."""

    origin: Annotated[str, Field(min_length=1, max_length=130)]
    size: Count
    root: Digest


class Purged(_Model):
    """An item that its laptop destroyed without a receipt."""

    sha256: Hex64  # of the age file
    reason: PurgeReason


class Statement(_Model):
    """`statement.json` of one bundle."""

    format: Literal["intake-statement/1"]
    org: Hex64
    purpose: Purpose
    bundle: Hex32
    sender: Principal
    chain: Hex32
    predecessor: Hex32 | None  # the chain that this one follows after a restore
    seq: Positive
    prev: Digest | None  # tagmanifest digest of the chain's bundle seq - 1
    roster: Digest
    recipients: Digest
    checkpoint: Checkpoint | None
    # The first bad line ends it: errors take a hundred times the room of what they are about.
    items: Annotated[tuple[StatementItem, ...], FailFast(), Field(strict=False)]
    unreceipted: Annotated[
        tuple[Digest, ...], FailFast(), Field(strict=False)
    ]  # age files of all items no receipt covers yet
    # The last two may be left out, and then stand for nothing; a statement without them is what it was before them.
    purged: Annotated[tuple[Purged, ...], FailFast(), Field(strict=False)] = ()
    receipts_to: AgeRecipient = ""  # the sender's own, for whoever receipts this bundle

    def dumps(self) -> bytes:
        """The bytes to sign; only for new statements, never to verify one."""
        return strictjson.dumps(self.model_dump(mode="json", exclude_defaults=True))


def parse_statement(data: bytes, limits: Limits) -> Statement:
    """Parse signed bytes, or raise BadStatement."""
    try:
        return Statement.model_validate(strictjson.loads(data, max_bytes=limits.statement_bytes))
    except (JsonFault, ValidationError):
        raise BadStatement from None  # pydantic's own words quote their input
