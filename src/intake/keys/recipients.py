"""The recipients file: a stock `age -R` list whose comments say what each key is for.

Must not: hold a secret, or verify its own signatures (trust.py does). Spec: docs/spec/keys-v1.md, "Recipients".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumRecipient


@dataclass(frozen=True)
class EpochKey:
    """One coordinator's key for one epoch (a month or a mission), used for sealing before `until`."""

    label: str  # YYYY-MM
    officer: str
    until: datetime
    recipient: PostQuantumRecipient


@dataclass(frozen=True)
class IdentityKey:
    """One of the few who may know who a witness is."""

    officer: str
    recipient: PostQuantumRecipient


@dataclass(frozen=True)
class Recipients:
    """One parsed (not yet verified) recipients file."""

    org: str
    serial: int
    epochs: tuple[EpochKey, ...]
    archive: PostQuantumRecipient
    identities: tuple[IdentityKey, ...]
    identity_archive: PostQuantumRecipient
    recovery: PostQuantumRecipient

    def encode(self) -> bytes:
        """The one byte form of this file."""
        raise NotImplementedError

    def epoch(self, at: datetime) -> tuple[EpochKey, ...]:
        """All coordinators' keys of the epoch to seal to at that time; empty past the last known one."""
        raise NotImplementedError

    def for_account(self, at: datetime) -> tuple[PostQuantumRecipient, ...]:
        """Epoch keys + archive: records and attachments (and the carried envelope)."""
        raise NotImplementedError

    def for_identity(self) -> tuple[PostQuantumRecipient, ...]:
        """Identity keys + identity archive."""
        raise NotImplementedError

    def all(self) -> tuple[PostQuantumRecipient, ...]:
        """Every key of the file, in its order."""
        raise NotImplementedError


def parse_recipients(data: bytes) -> Recipients:
    """Parse bytes that nobody has vouched for yet. Raises MalformedTrustFile naming the rule and the line."""
    raise NotImplementedError
