"""Leaves of an officer's log: typed JSON, never rewritten. Spec: docs/spec/bundle-v1.md, "Log leaves".

Builders of bytes only: the store appends them, crypto.merkle hashes them. Times are those of the officer's clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.crypto import strictjson
from intake.keys.times import json_time

if TYPE_CHECKING:
    from datetime import datetime

    from intake.bundle.report import VerifiedBundle

LEAF_FORMAT = "intake-leaf/1"


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


def _leaf(kind: str, at: datetime, **facts: object) -> bytes:
    return strictjson.dumps({"format": LEAF_FORMAT, "type": kind, "at": json_time(at), **facts})
