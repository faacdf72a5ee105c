"""A new organisation: all its secrets, once, and the public files they sign.

Must not: write anything anywhere; the caller stores the secrets where docs/spec/keys-v1.md says each belongs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity
    from intake.crypto.sshsig import SignerKeys
    from intake.keys.card import Card, Purpose
    from intake.keys.trust import Trust

Entropy = Callable[[int], bytes]


@dataclass(frozen=True)
class OrganisationPlan:
    """What `org init` decides."""

    name: str
    purpose: Purpose
    now: datetime
    officer: str = "c-1"
    officer_days: int = 366
    epoch_days: int = 92


@dataclass(frozen=True)
class OfflineSecrets:
    """What leaves the machine on paper or a stick: never in a vault."""

    root: bytes = field(repr=False)  # 32 bytes
    archive: PostQuantumIdentity
    identity_archive: PostQuantumIdentity
    recovery: PostQuantumIdentity


@dataclass(frozen=True)
class OfficerSecrets:
    """What the coordinator's vault keeps."""

    name: str
    signer: SignerKeys
    enrol: PostQuantumIdentity  # opens requests
    epoch_label: str
    epoch: PostQuantumIdentity
    identity: PostQuantumIdentity


@dataclass(frozen=True)
class NewOrganisation:
    """Card and trust files, and the secrets behind them."""

    card: Card
    trust: Trust
    officer: OfficerSecrets
    offline: OfflineSecrets


def make_organisation(plan: OrganisationPlan, entropy: Entropy = secrets.token_bytes) -> NewOrganisation:
    """Make root, archive, identity sets and the first officer; sign officers, an empty roster, recipients, the card."""
    raise NotImplementedError
