"""The organisation as a vault knows it: its card, its verified trust files, and who this vault is in it.

Everything kept here was verified before it was kept, at the time noted with it; loading verifies it again. Names of
settings and secrets stand here and nowhere else.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import NoOrganisation, NotEnrolled, SignerNotValidThen
from intake.keys.card import Card, parse_card
from intake.keys.directory import parse_directory
from intake.keys.officer_pack import Addressee
from intake.keys.pack import Policy, Profile
from intake.keys.parcel import read_shape, write_shape
from intake.keys.selfsigned import read_recipient
from intake.keys.signed import SignedFile
from intake.keys.succession import SUCCESSION
from intake.keys.times import json_time
from intake.keys.trust import KINDS, Trust, load_officers, load_recipients, load_root, load_roster
from intake.usecases import glance
from intake.usecases.environment import kept_time
from intake.usecases.files import write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from intake.keys.trust import Root
    from intake.store.rows import TrustVersion
    from intake.store.vault import Vault

Loaded = TypeVar("Loaded")

# Settings: JSON by name.
PRINCIPAL = glance.PRINCIPAL
FORMER = "former-principals"  # coordinator: the names it had in earlier years; its log goes on under the newest
PACK_SERIAL = "pack-serial"  # coordinator: the last one given; laptop before others could appoint: the last one taken
PACK_SERIALS = "pack-serials"  # the last one taken of each officer
PACK_PENDING = "pack-pending"  # coordinator: an enrolment whose pack file is not written yet
SERIALS_ABOVE = "serials-above"  # restored coordinator: up to here, the lost vault may have given numbers of receipts
DEVICE_AGES = "device-ages"  # coordinator: fingerprints of the age keys of laptops enrolled here
LET_THROUGH = "let-through"  # coordinator: digests of bundles that an officer let in whose signer counts no more
PROFILE = "profile"  # laptop: the interviewer's code and training
SHARES = "shares"  # coordinator: of each key that was split, the newest split (usecases/shares.py)
DRILLED_AT = "drill-at"  # coordinator: since when every split key has a drill behind it; None: not all have
POLICY = "policy"  # the mission's choices: a coordinator's own, or those of a pack

# Secrets: seeds by name. An age identity is its 32-byte seed, a signer its 96 bytes.
SIGNER = "signer"
DEVICE_AGE = "age"
ENROL = "enrol"
IDENTITY = "identity"
EPOCH_PREFIX = "epoch/"  # then anything: which key it is, its own recipient says

# Kinds of trust files beside those of KINDS and the card.
DEVICE_PREFIX = "device/"  # coordinator, then the laptop's name: where its packs go, and its interviewer's profile
CARD_PREFIX = "card/"  # coordinator, then another coordinator's name: the card of that one's laptops
LOG_PREFIX = "log/"  # coordinator, then another coordinator's name: the newest checkpoint of that one's log
QUESTIONNAIRE = "questionnaire"  # a mission's own, as packs carry it
CHECKPOINT = "checkpoint"  # the file's name there


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
    if trust.root.succession is not None:
        _keep_succession(vault, trust.root, at)
    for kind, serial in serials.items():
        mine = {name: data for name, data in files.items() if name.split(".")[0] == kind}
        newest = vault.trust.newest(kind)
        # Two officers may have signed the same words: what is here is as good.
        if newest is None or newest.serial != serial or newest.files[kind] != mine[kind]:
            vault.trust.put(kind, serial, mine, json_time(at))


def _keep_succession(vault: Vault, root: Root, at: datetime) -> None:
    """The roots up to the one that counts; another signature over the same roots is as good."""
    newest = vault.trust.newest(SUCCESSION)
    if newest is None or newest.serial < root.newest.serial:
        vault.trust.put(SUCCESSION, root.newest.serial, {SUCCESSION: root.succession or b""}, json_time(at))


def succession_at(vault: Vault, at: str | None = None) -> dict[str, bytes]:
    """The succession as it was kept, today or at a time: a file of the trust folder, or none."""
    kept = [one for one in vault.trust.all(SUCCESSION) if at is None or one.received_at <= at]
    return dict(kept[-1].files) if kept else {}


def held_card(vault: Vault) -> Card | None:
    """The card, once one was believed."""
    kept = vault.trust.newest("card")
    return parse_card(kept.files["card"]) if kept else None


def held_trust(vault: Vault, card: Card) -> Trust | None:
    """The newest trust files that count, each judged at the time when it was taken, not by today's clock.

    So a coordinator's departure undoes nothing that it signed in office; and where its key was stolen before, the files
    from before that are there to go on with.
    """
    newest = vault.trust.newest("officers")
    if newest is None or any(vault.trust.newest(kind) is None for kind in KINDS):
        return None
    root = load_root(card.root_file, succession_at(vault).get(SUCCESSION))
    officers = load_officers(root, SignedFile.take(newest.files, "officers"))
    roster = _newest_that_counts(vault, "roster", lambda signed, at: load_roster(officers, signed, at))
    recipients = _newest_that_counts(vault, "recipients", lambda signed, at: load_recipients(officers, signed, at))
    return Trust(officers.root, officers, roster, recipients)


def _newest_that_counts(vault: Vault, kind: str, load: Callable[[SignedFile, datetime], Loaded]) -> Loaded:
    """The newest version by an officer who held office when it was taken; raises what stops the newest of all."""
    newest = vault.trust.newest(kind)
    if newest is None:
        raise NotEnrolled
    try:
        return _load(newest, load)
    except SignerNotValidThen:
        for version in reversed(vault.trust.all(kind)[:-1]):
            with suppress(SignerNotValidThen):
                return _load(version, load)
        raise


def _load(version: TrustVersion, load: Callable[[SignedFile, datetime], Loaded]) -> Loaded:
    return load(SignedFile.take(version.files, version.kind), kept_time(version.received_at))


def pack_serials(vault: Vault) -> dict[str, int]:
    """The newest pack taken of each officer; before there could be two, of the only one."""
    serials: dict[str, int] | None = vault.settings.get(PACK_SERIALS)
    if serials is not None:
        return serials
    only, officers = vault.settings.get(PACK_SERIAL), vault.trust.newest("officers")
    if only is None or officers is None or vault.role == "coordinator":  # whose number is of packs given
        return {}
    return {parse_directory(officers.files["officers"], "officers").principals[0].name: only}


def pack_taken(vault: Vault, officer: str, serial: int) -> None:
    """Note the newest pack of an officer."""
    vault.settings.set(PACK_SERIALS, {**pack_serials(vault), officer: serial})


def keep_device(vault: Vault, device: Addressee, at: datetime) -> None:
    """Note where a laptop's packs go; what is known already changes nothing."""
    kind = DEVICE_PREFIX + device.principal
    files = {"age": str(device.age).encode(), "profile.json": write_shape(device.profile)}
    newest = vault.trust.newest(kind)
    if newest is None or newest.files != files:
        vault.trust.put(kind, newest.serial + 1 if newest else 1, files, json_time(at))


def held_device(vault: Vault, name: str) -> Addressee | None:
    """Where a laptop's packs go, if that is known here."""
    kept = vault.trust.newest(DEVICE_PREFIX + name)
    if kept is None:
        return None
    age, profile = read_recipient(kept.files["age"].decode()), read_shape(Profile, kept.files["profile.json"])
    return Addressee(name, age, profile) if age and profile else None


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


def age_identities(vault: Vault) -> Iterator[tuple[str, PostQuantumIdentity]]:
    """A coordinator's age keys that open items and packs, each with its name among the secrets."""
    for name in vault.secrets.names():
        if name == IDENTITY or name.startswith((IDENTITY + "/", EPOCH_PREFIX)):
            identity = identity_of(vault, name)
            if identity is not None:
                yield name, identity


def write_public(folder: Path, trust: Trust) -> None:
    """What auditors are given: `root`, and `trust/` with its nine files; and the succession, once there is one."""
    write_file(folder / "root", trust.root.data)
    for name, data in trust.files().items():
        write_file(folder / "trust" / name, data)
