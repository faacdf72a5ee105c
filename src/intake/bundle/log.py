"""An officer's log: its leaves, typed JSON that is never rewritten, and the checkpoint that says how large it is.

Only bytes are made and read here: the store appends leaves, crypto.merkle hashes them, logbook.py reads a whole log.
Times are those of the officer's clock. Spec: docs/spec/log-v1.md.
"""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from intake.bundle.statement import Digest, Epoch, Hex32, Hex64, Positive, Principal
from intake.crypto import strictjson
from intake.errors import CryptoError
from intake.keys.parcel import Time  # noqa: TC001  pydantic reads it
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from intake.bundle.report import VerifiedBundle

LEAF_FORMAT = "intake-leaf/1"
LEAF_BYTES = 4096  # of a `bundle` leaf, which travels in receipts
ENTRY_BYTES = 1 << 20  # of any other: 10,000 digests are 670 kB
CHECKPOINT_BYTES = 1024
_CHECKPOINT = re.compile(rb"([!-~]{1,130})\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n")

Officer = Annotated[str, StringConstraints(pattern=r"^c-[a-z0-9-]{1,30}$")]
Device = Annotated[str, StringConstraints(pattern=r"^d-[a-z0-9-]{1,30}$")]


Items = Annotated[tuple[Hex64, ...], Field(strict=False, max_length=10_000)]
Held = Literal["awaiting-key", "quarantined"]
GapReason = Literal["lost", "broken", "taken", "other"]  # a stick's fate; what is known beyond it stays out of the log


class Leaf(BaseModel):
    """What every leaf says; by itself one of a type that a later version writes, of which the rest is not read."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    format: Literal["intake-leaf/1"]
    type: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,32}$")]
    at: Time
    org: Hex64


class KnownLeaf(Leaf):
    """A leaf of a type of this version: these fields and no other."""

    model_config = ConfigDict(extra="forbid")


class BundleLeaf(KnownLeaf):
    """A leaf that says: this bundle arrived, was verified and was kept."""

    type: Literal["bundle"]
    bundle: Digest
    sender: Principal
    chain: Hex32
    seq: Positive
    prev: Digest | None


class RosterLeaf(KnownLeaf):
    """This officer signed, or took, this roster."""

    type: Literal["roster"]
    serial: Positive
    roster: Digest


class RootLeaf(KnownLeaf):
    """This root took the place of the one before it, and was taken here."""

    type: Literal["root"]
    serial: Positive
    root: Digest


class OfficersLeaf(KnownLeaf):
    """This officers file, by the root, was taken here."""

    type: Literal["officers"]
    serial: Positive
    officers: Digest


class RecipientsLeaf(KnownLeaf):
    """This officer signed, or took, this recipients file."""

    type: Literal["recipients"]
    serial: Positive
    recipients: Digest


class EpochLeaf(KnownLeaf):
    """What became of an officer's key of an epoch."""

    type: Literal["epoch"]
    epoch: Epoch
    officer: Officer
    state: Literal["made", "destroyed"]
    fingerprint: Hex64


class HeldLeaf(KnownLeaf):
    """These items of a bundle are kept, and were not taken in."""

    type: Literal["held"]
    bundle: Digest
    items: Items
    why: Held


class OpenedLeaf(KnownLeaf):
    """These items of a bundle, which had been held, were taken in."""

    type: Literal["opened"]
    bundle: Digest
    items: Items


class GapLeaf(KnownLeaf):
    """A person says that these bundles will not come; what was in them came with `covering`, if with any."""

    type: Literal["gap"]
    sender: Principal
    chain: Hex32
    first: Annotated[Positive, Field(alias="from")]
    last: Annotated[Positive, Field(alias="to")]
    covering: Digest | None
    reason: GapReason


class DecisionLeaf(KnownLeaf):
    """An officer signed this decision; what it decides is in the record of that digest."""

    type: Literal["decision"]
    record: Digest
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_-]{1,32}$")]


class ErasedLeaf(KnownLeaf):
    """These items of a bundle were erased by a decision; its husk stays."""

    type: Literal["erased"]
    bundle: Digest
    items: Items
    decision: Digest


LEAVES: Mapping[str, type[Leaf]] = {
    "bundle": BundleLeaf,
    "roster": RosterLeaf,
    "root": RootLeaf,
    "officers": OfficersLeaf,
    "recipients": RecipientsLeaf,
    "epoch": EpochLeaf,
    "held": HeldLeaf,
    "opened": OpenedLeaf,
    "gap": GapLeaf,
    "decision": DecisionLeaf,
    "erased": ErasedLeaf,
}


@dataclass(frozen=True)
class Checkpoint:
    """How large a log was, and the root of its tree: three lines, as in C2SP tlog-checkpoint."""

    origin: str
    size: int
    root: bytes

    def dumps(self) -> bytes:
        """The bytes to sign."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


@dataclass(frozen=True)
class Gap:
    """Numbers of a chain that will not come; `covering`: the digest of the bundle that brings what was in them."""

    sender: str
    chain: str
    first: int
    last: int
    covering: str | None
    reason: GapReason


@dataclass(frozen=True)
class EpochFact:
    """What becomes of an officer's key of an epoch; `fingerprint` is its recipient's."""

    label: str
    officer: str
    fingerprint: str
    state: Literal["made", "destroyed"]


def parse_checkpoint(data: bytes) -> Checkpoint | None:
    """Read the three lines; None for anything else."""
    shape = _CHECKPOINT.fullmatch(data) if len(data) <= CHECKPOINT_BYTES else None
    if shape is None:
        return None
    root = base64.b64decode(shape[3])
    found = Checkpoint(shape[1].decode(), int(shape[2]), root)
    return found if found.dumps() == data else None  # base64 has more than one spelling of its last character


def new_origin(org: str, officer: str) -> str:
    """A name for a log that begins; a restored coordinator's begins anew."""
    return f"{org}/{officer}/{secrets.token_hex(16)}"


def is_origin_of(origin: str, org: str, officer: str) -> bool:
    """Whether a log of that name can be this officer's."""
    start = f"{org}/{officer}/"
    return origin.startswith(start) and bool(re.fullmatch("[0-9a-f]{32}", origin.removeprefix(start)))


def read_bundle_leaf(leaf: bytes) -> BundleLeaf | None:
    """A `bundle` leaf; None for another, or for what is none."""
    found = read_leaf(leaf) if len(leaf) <= LEAF_BYTES else None
    return found if isinstance(found, BundleLeaf) else None


def read_leaf(leaf: bytes) -> Leaf | None:
    """Any leaf; one of a type that is not known here by what all have in common; None for what is none."""
    if len(leaf) > ENTRY_BYTES:
        return None
    try:
        said = strictjson.loads(leaf, max_bytes=ENTRY_BYTES)
        base = Leaf.model_validate(said)
        return LEAVES[base.type].model_validate(said) if base.type in LEAVES else base
    except (CryptoError, ValidationError):
        return None


def bundle_leaf(bundle: VerifiedBundle, at: datetime) -> bytes:
    """`bundle`: this bundle arrived, was verified and was kept."""
    statement = bundle.statement
    return _leaf(
        "bundle",
        at,
        org=statement.org,
        bundle=bundle.digest,
        sender=statement.sender,
        chain=statement.chain,
        seq=statement.seq,
        prev=statement.prev,
    )


def roster_leaf(org: str, serial: int, digest: str, at: datetime) -> bytes:
    """`roster`: an officer signed this roster."""
    return _leaf("roster", at, org=org, serial=serial, roster=digest)


def root_leaf(org: str, serial: int, digest: str, at: datetime) -> bytes:
    """`root`: this root file took the place of the one before it."""
    return _leaf("root", at, org=org, serial=serial, root=digest)


def officers_leaf(org: str, serial: int, digest: str, at: datetime) -> bytes:
    """`officers`: this officers file, by the root, was taken here."""
    return _leaf("officers", at, org=org, serial=serial, officers=digest)


def recipients_leaf(org: str, serial: int, digest: str, at: datetime) -> bytes:
    """`recipients`: an officer signed this recipients file."""
    return _leaf("recipients", at, org=org, serial=serial, recipients=digest)


def epoch_leaf(org: str, epoch: EpochFact, at: datetime) -> bytes:
    """`epoch`: this officer made, or destroyed, a key of its own."""
    facts = {"epoch": epoch.label, "officer": epoch.officer, "state": epoch.state, "fingerprint": epoch.fingerprint}
    return _leaf("epoch", at, org=org, **facts)


def held_leaf(org: str, bundle: str, items: Collection[str], why: Held, at: datetime) -> bytes:
    """`held`: these items (SHA-256 of their files) of a bundle are kept, and were not taken in."""
    return _leaf("held", at, org=org, bundle=bundle, items=sorted(items), why=why)


def opened_leaf(org: str, bundle: str, items: Collection[str], at: datetime) -> bytes:
    """`opened`: these items of a bundle, which had awaited a key, were opened."""
    return _leaf("opened", at, org=org, bundle=bundle, items=sorted(items))


def gap_leaf(org: str, gap: Gap, at: datetime) -> bytes:
    """`gap`: a person says that these bundles will not come."""
    facts = {"sender": gap.sender, "chain": gap.chain, "from": gap.first, "to": gap.last}
    return _leaf("gap", at, org=org, **facts, covering=gap.covering, reason=gap.reason)


def decision_leaf(org: str, record: str, kind: str, at: datetime) -> bytes:
    """`decision`: this officer signed the decision record of this digest."""
    return _leaf("decision", at, org=org, record=record, kind=kind)


def erased_leaf(org: str, bundle: str, items: Collection[str], decision: str, at: datetime) -> bytes:
    """`erased`: these items (SHA-256 of their files) of a bundle were erased by the decision of this digest."""
    return _leaf("erased", at, org=org, bundle=bundle, items=sorted(items), decision=decision)


def _leaf(kind: str, at: datetime, /, **facts: object) -> bytes:
    return strictjson.dumps({"format": LEAF_FORMAT, "type": kind, "at": json_time(at), **facts})
