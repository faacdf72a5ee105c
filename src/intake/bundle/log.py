"""Leaves of an officer's log: typed JSON, never rewritten. Spec: docs/spec/bundle-v1.md, "Log".

Builders of bytes only; the store appends them, crypto.merkle hashes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from intake.bundle.verify import VerifiedBundle


def bundle_leaf(bundle: VerifiedBundle, at: datetime) -> bytes:
    """`bundle`: this bundle arrived and was imported."""
    raise NotImplementedError


def roster_leaf(serial: int, roster_digest: str, at: datetime) -> bytes:
    """`roster`: an officer signed this roster."""
    raise NotImplementedError
