"""The rows the store hands out and takes in: frozen, made of primitives, told apart by type.

No row interprets a record: JSON that was signed travels as the bytes that were signed. Digests and times are kept as
they are given (`sha256:<64 hex>`, `2026-11-21T17:40:00Z`), but for `Blob.sha256`, which the store makes: 64 bare hex.
Spec: docs/spec (record, bundle); the tables are in migrations/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["interviewer", "coordinator"]
Part = Literal["account", "identity"]
# receipted: covered by receipts, its file purged; destroyed: destroyed here without a receipt
ItemState = Literal["sealed", "exported", "receipted", "destroyed"]
ItemStatus = Literal["accepted", "duplicate", "held", "damaged"]  # what an officer says of an item
# erased: by a decision, and its bytes with it
Outcome = Literal["imported", "already-have", "awaiting-key", "quarantined", "erased"]

Json = Any  # a JSON value: dict, list, str, int, float, bool or None


# -- an interview under way --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """One interview not yet sealed. Its answers are `Value`s beside it."""

    id: str
    case_code: str
    mode: str
    language: str
    created_at: str
    questionnaire: str


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """What a list may show of a draft: never an answer. `position` is the questionnaire's, opaque here."""

    id: str
    case_code: str
    mode: str
    language: str
    questionnaire: str
    created_at: str
    updated_at: str
    events: int
    position: Json


@dataclass(frozen=True, slots=True)
class Value:
    """One answer; `event` says in which order answers of this draft were given (rule V02 asks)."""

    value: Json = field(repr=False)
    event: int
    saved_at: str


@dataclass(frozen=True, slots=True)
class Blob:
    """A file kept beside the database, encrypted to a key of its own; `sha256` and `size` are of the plaintext."""

    id: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a draft. The file name is known to the vault only; `shows` are codes (face, document, signature)."""

    id: str
    blob_id: str
    part: Part
    file_name: str = field(repr=False)
    type: str
    shows: tuple[str, ...] = ()


# -- sealed on this laptop ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stub:
    """All that a laptop still knows of a record version it sealed. Stubs survive purging."""

    case_code: str
    record_id: str
    version: int
    kind: str
    digest: str
    ordinal: int
    sealed_on: str


@dataclass(frozen=True, slots=True)
class SealedItem:
    """One sealed file of the outbox; `name` is its file name, `part` its `NNNN-of-NNNN` when it is one of several."""

    name: str
    record_digest: str
    kind: str
    attachment_index: int | None
    part: str | None
    size: int
    sha256: str
    to: tuple[str, ...]
    epoch: str | None
    ordinal: int
    state: ItemState = "sealed"


@dataclass(frozen=True, slots=True)
class NextStatement:
    """What the next statement of this sender says of its place: `prev` is the digest of the bundle before it."""

    chain: str
    predecessor: str | None
    seq: int
    prev: str | None


@dataclass(frozen=True, slots=True)
class SentBundle:
    """A bundle of ours: reserved (its number is used up), then written (the carried file has its final name)."""

    chain: str
    seq: int
    bid: str
    digest: str
    made_at: str
    items: tuple[str, ...]
    written: bool = False


@dataclass(frozen=True, slots=True)
class ItemWord:
    """What one officer said last of one item (its file name in the outbox)."""

    item: str
    officer: str
    status: ItemStatus


@dataclass(frozen=True, slots=True)
class TakenReceipt:
    """A receipt that passed every check; `signed` holds it and its checkpoint with their signatures, verbatim."""

    officer: str
    serial: int
    digest: str
    bundle: str
    taken_at: str
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeldCheckpoint:
    """How large an officer's log was, and its root (`sha256:…`), when it was last heard of."""

    origin: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Purge:
    """An item destroyed here without a receipt: `reason` is a code, `told` whether a written bundle names it."""

    item: str
    sha256: str
    reason: str
    at: str
    told: bool


# -- trust -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrustVersion:
    """One version of a trust object (card, officers, roster, recipients, pack): its files, verbatim."""

    kind: str
    serial: int
    files: dict[str, bytes]
    received_at: str


# -- received by a coordinator -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReceivedBundle:
    """A bundle in the ledger; `blob_id` is its signed tar, `statement` the signed bytes."""

    digest: str
    bid: str
    sender: str
    chain: str
    seq: int
    prev: str | None
    verdict: str
    blob_id: str
    statement: bytes = field(repr=False)
    imported_at: str
    log_index: int | None = None  # given by the import


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """What became of one item of a received bundle; `reason` is a check or rule ID, never text from inside."""

    name: str
    kind: str
    record_digest: str
    attachment_index: int | None
    part: str | None
    size: int
    sha256: str
    to: tuple[str, ...]
    epoch: str | None
    ordinal: int
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A verified record version: the signed bytes, both signatures, and the columns it is found by."""

    digest: str
    record_id: str
    case_code: str
    version: int
    kind: str
    prev: str | None
    author: str
    record: bytes = field(repr=False)
    sig: bytes = field(repr=False)
    pq_sig: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErasedRecord:
    """A record of which nothing stays but this, its tombstone and the logs; `decision` is the digest of who said so.

    `names_only`: its identity part went, with the files of that; the account stays.
    """

    record: str
    case_code: str
    decision: str
    at: str
    names_only: bool = False


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What a list says of a record version, without its bytes; `since`: when it was imported."""

    digest: str
    record_id: str
    case_code: str
    version: int
    kind: str
    author: str
    since: str
    attachments: int
    identity: bool


@dataclass(frozen=True, slots=True)
class IdentityPart:
    """The identity part of a record version, as its digest in the signed record says.

    `keys`: match key and year of birth of those who tell (V30).
    """

    record_digest: str
    digest: str
    identity: bytes = field(repr=False)
    keys: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RecordAttachment:
    """A received attachment, opened and compared with its signed digest; `index` counts within its part."""

    record_digest: str
    index: int
    part: Part
    blob_id: str
    sha256: str
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An item (or, with `item` None, a whole carried file) that was stopped, kept, and may be tried again."""

    id: str
    bundle_digest: str | None
    item: str | None
    reason: str
    details: Json
    blob_id: str | None
    added_at: str


@dataclass(frozen=True, slots=True)
class ImportedBundle:
    """All that one import writes, in one transaction; `log_leaf` is the JSON bytes of its log entry."""

    bundle: ReceivedBundle
    items: tuple[ReceivedItem, ...]
    records: tuple[RecordVersion, ...]
    identities: tuple[IdentityPart, ...]
    attachments: tuple[RecordAttachment, ...]
    quarantined: tuple[Quarantined, ...]
    log_leaf: bytes


@dataclass(frozen=True, slots=True)
class OpenedLate:
    """What became of items of a bundle that had waited for a key; `log_leaf` None when none of them came in."""

    bundle: str
    items: tuple[ReceivedItem, ...]
    records: tuple[RecordVersion, ...]
    identities: tuple[IdentityPart, ...]
    attachments: tuple[RecordAttachment, ...]
    quarantined: tuple[Quarantined, ...]
    log_leaf: bytes | None
    opened_at: str


@dataclass(frozen=True, slots=True)
class BundleSummary:
    """What names a received bundle, and where its signed tar is, or what is left of it."""

    digest: str
    bid: str
    blob_id: str
    husk: bool = False


@dataclass(frozen=True, slots=True)
class RelayPart:
    """A record, its identity part or one attachment (`number`, else -1) that a coordinator may carry on."""

    record: str
    kind: str
    number: int
    blob_id: str | None
    size: int


@dataclass(frozen=True, slots=True)
class GivenReceipt:
    """The newest receipt of a received bundle; `name` is its file's."""

    bundle: str
    device: str
    serial: int
    name: str


@dataclass(frozen=True, slots=True)
class CustodyLeaf:
    """One entry of a vault's custody log; `hash` is the digest of `leaf`, which names the hash before it."""

    number: int
    hash: str
    leaf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogLeaf:
    """One entry of this officer's log: never rewritten."""

    index: int
    leaf: bytes
    hash: bytes
