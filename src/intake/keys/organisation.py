"""A new organisation: all its secrets, once, and the public files they sign.

Must not: write anything anywhere; the caller stores the secrets where docs/spec/keys-v1.md, "Who holds what", says
each belongs.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.keys import namespaces
from intake.keys.card import CardFacts, make_card
from intake.keys.directory import Directory, Principal
from intake.keys.recipients import EpochKey, IdentityKey, Recipients
from intake.keys.signed import sign_file
from intake.keys.succession import first_root
from intake.keys.trust import Trust

if TYPE_CHECKING:
    from intake.keys.card import Card, Purpose

Entropy = Callable[[int], bytes]
SEED_BYTES = 32


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


def validity(now: datetime, days: int) -> tuple[datetime, datetime]:
    """From the midnight before yesterday's end to a midnight `days` on.

    A day early, so that a laptop whose clock is some hours slow can take its first pack; whole days, so that a roster
    does not tell at which minute somebody sat with a coordinator.
    """
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=1), midnight + timedelta(days=days)


def make_organisation(plan: OrganisationPlan, entropy: Entropy = secrets.token_bytes) -> NewOrganisation:
    """Make root, archive, identity sets and the first officer; sign officers, an empty roster, recipients, the card."""

    def identity() -> PostQuantumIdentity:
        return PostQuantumIdentity.from_seed(entropy(SEED_BYTES))

    offline = OfflineSecrets(entropy(SEED_BYTES), identity(), identity(), identity())
    signer = SignerKeys.from_bytes(entropy(3 * SEED_BYTES))
    label = f"{plan.now.astimezone(UTC):%Y-%m}"
    officer = OfficerSecrets(plan.officer, signer, identity(), label, identity(), identity())
    root = SignerKeys.from_root_secret(offline.root)
    card = make_card(root, CardFacts(plan.name, plan.purpose, officer.enrol.recipient(), 1, plan.now))
    return NewOrganisation(card, _first_trust(plan, root, officer, offline), officer, offline)


def _first_trust(plan: OrganisationPlan, root: SignerKeys, officer: OfficerSecrets, offline: OfflineSecrets) -> Trust:
    """The three files, each with serial 1, loaded back as every reader will."""
    data = first_root(root.public)
    principal = Principal("root", root.public)
    org = principal.fingerprint
    officers = Directory("officers", org, 0).with_principal(
        Principal(officer.name, officer.signer.public, *validity(plan.now, plan.officer_days))
    )
    roster = Directory("roster", org, 1)
    recipients = _first_recipients(plan, org, officer, offline)
    files = {
        **sign_file(root, namespaces.OFFICERS, "officers", officers.encode()).files(),
        **sign_file(officer.signer, namespaces.ROSTER, "roster", roster.encode()).files(),
        **sign_file(officer.signer, namespaces.RECIPIENTS, "recipients", recipients.encode()).files(),
    }
    return Trust.load(data, files, plan.now)


def _first_recipients(plan: OrganisationPlan, org: str, officer: OfficerSecrets, offline: OfflineSecrets) -> Recipients:
    until = validity(plan.now, plan.epoch_days)[1]
    return Recipients(
        org=org,
        serial=1,
        epochs=(EpochKey(officer.epoch_label, officer.name, until, officer.epoch.recipient()),),
        archive=offline.archive.recipient(),
        identities=(IdentityKey(officer.name, officer.identity.recipient()),),
        identity_archive=offline.identity_archive.recipient(),
        recovery=offline.recovery.recipient(),
    )
