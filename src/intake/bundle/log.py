"""An officer's log: its leaves, typed JSON that is never rewritten, and the checkpoint that says how large it is.

Only bytes are made and read here: the store appends leaves, crypto.merkle hashes them. Times are those of the officer's
clock. Spec: docs/spec/bundle-v1.md, "Log leaves"; docs/spec/receipt-v1.md, "checkpoint".
"""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from intake.bundle.statement import Digest, Hex32, Hex64, Positive, Principal  # noqa: TC001  pydantic reads them
from intake.crypto import strictjson
from intake.keys.parcel import Shape, Time, read_shape
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from intake.bundle.report import VerifiedBundle

LEAF_FORMAT = "intake-leaf/1"
LEAF_BYTES = 4096
CHECKPOINT_BYTES = 1024
_CHECKPOINT = re.compile(rb"([!-~]{1,130})\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n")

Officer = Annotated[str, StringConstraints(pattern=r"^c-[a-z0-9-]{1,30}$")]
Device = Annotated[str, StringConstraints(pattern=r"^d-[a-z0-9-]{1,30}$")]


class BundleLeaf(Shape):
    """A leaf that says: this bundle arrived, was verified and was kept."""

    format: Literal["intake-leaf/1"]
    type: Literal["bundle"]
    at: Time
    org: Hex64
    bundle: Digest
    sender: Principal
    chain: Hex32
    seq: Positive
    prev: Digest | None


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
    return read_shape(BundleLeaf, leaf) if len(leaf) <= LEAF_BYTES else None


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


def opened_leaf(org: str, bundle: str, items: Sequence[str], at: datetime) -> bytes:
    """`opened`: these items of a bundle, which had awaited a key, were opened."""
    return _leaf("opened", at, org=org, bundle=bundle, items=sorted(items))


def _leaf(kind: str, at: datetime, **facts: object) -> bytes:
    return strictjson.dumps({"format": LEAF_FORMAT, "type": kind, "at": json_time(at), **facts})
