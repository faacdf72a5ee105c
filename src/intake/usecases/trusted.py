"""The organisation as a vault knows it: its card, its verified trust files, and who this vault is in it.

Everything kept here was verified before it was kept, at the time noted with it; loading verifies it again. Names of
settings and secrets stand here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import NoOrganisation, NotEnrolled
from intake.keys.card import Card, parse_card
from intake.keys.pack import Policy, Profile
from intake.keys.times import json_time
from intake.keys.trust import KINDS, Trust
from intake.usecases import glance
from intake.usecases.environment import kept_time
from intake.usecases.files import write_file

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from intake.store.vault import Vault

# Settings: JSON by name.
PRINCIPAL = glance.PRINCIPAL
PACK_SERIAL = "pack-serial"  # coordinator: the last one given; laptop: the last one taken
PACK_PENDING = "pack-pending"  # coordinator: an enrolment whose pack file is not written yet
DEVICE_AGES = "device-ages"  # coordinator: fingerprints of the age keys of enrolled laptops
PROFILE = "profile"  # laptop: the interviewer's code and training
POLICY = "policy"  # laptop: the mission's choices

# Secrets: seeds by name. An age identity is its 32-byte seed, a signer its 96 bytes.
SIGNER = "signer"
DEVICE_AGE = "age"
ENROL = "enrol"
IDENTITY = "identity"
EPOCH_PREFIX = "epoch/"


@dataclass(frozen=True)
class Station:
    """This vault's place in its organisation: all that sealing, exporting and importing need to know of it."""

    card: Card
    trust: Trust
    principal: str
    signer: SignerKeys
    profile: Profile
    policy: Policy


def keep_card(vault: Vault, card: Card, at: datetime) -> None:
    """Pin the organisation."""
    vault.trust.put("card", card.facts.serial, {"card": card.data}, json_time(at))
    vault.settings.set(glance.ORGANISATION, {"org": card.org, "name": card.facts.name, "purpose": card.facts.purpose})


def keep_trust(vault: Vault, trust: Trust, at: datetime) -> None:
    """Keep every trust file that is new; `at` is when it was verified."""
    serials = {
        "officers": trust.officers.directory.serial,
        "roster": trust.roster.directory.serial,
        "recipients": trust.recipients.serial,
    }
    files = trust.files()
    for kind, serial in serials.items():
        mine = {name: data for name, data in files.items() if name.split(".")[0] == kind}
        vault.trust.put(kind, serial, mine, json_time(at))


def held_card(vault: Vault) -> Card | None:
    """The card, once one was believed."""
    kept = vault.trust.newest("card")
    return parse_card(kept.files["card"]) if kept else None


def held_trust(vault: Vault, card: Card) -> Trust | None:
    """The newest trust files, judged at the time when the newest of them was taken, not by today's clock."""
    kept = [vault.trust.newest(kind) for kind in KINDS]
    versions = [version for version in kept if version is not None]
    if len(versions) < len(KINDS):
        return None
    files = {name: data for version in versions for name, data in version.files.items()}
    taken_at = max(kept_time(version.received_at) for version in versions)
    return Trust.load(card.root_file, files, taken_at)


def station(vault: Vault) -> Station:
    """Who this vault is; NoOrganisation and NotEnrolled say what is missing."""
    card = held_card(vault)
    if card is None:
        raise NoOrganisation
    trust = held_trust(vault, card)
    principal, signer = vault.settings.get(PRINCIPAL), vault.secrets.get(SIGNER)
    if trust is None or principal is None or signer is None:
        raise NotEnrolled
    profile, policy = vault.settings.get(PROFILE), vault.settings.get(POLICY)
    return Station(
        card,
        trust,
        principal,
        SignerKeys.from_bytes(signer),
        Profile.model_validate(profile) if profile else Profile(code=principal),
        Policy.model_validate(policy) if policy else Policy(),
    )


def identity_of(vault: Vault, name: str) -> PostQuantumIdentity | None:
    """An age identity among the secrets."""
    seed = vault.secrets.get(name)
    return PostQuantumIdentity.from_seed(seed) if seed else None


def write_public(folder: Path, card: Card, trust: Trust) -> None:
    """What auditors are given: `root`, and `trust/` with its nine files."""
    write_file(folder / "root", card.root_file)
    for name, data in trust.files().items():
        write_file(folder / "trust" / name, data)
