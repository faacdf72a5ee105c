"""`org appoint`: the root gives a second coordinator office; or, when the first one is lost, makes this one it.

The root's secret comes from the folder that `org init` wrote, is in memory only, and signs officers and a card. Run
again with the same request, after a cut, it writes the pack again. Spec: docs/spec/keys-v1.md, "Appointment".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from intake.crypto.sshsig import SignerKeys
from intake.errors import MalformedRequest, NoOrganisation, SignerNotValidThen, VaultExists, WordsDiffer
from intake.keys.office import (
    Appointment,
    Signers,
    appointed,
    check_new_officer,
    officer_card,
    reissue,
)
from intake.keys.officer_request import make_officer_request, open_officer_request
from intake.keys.signed import SignedFile
from intake.keys.succession import SUCCESSION
from intake.keys.times import json_time
from intake.keys.trust import FOLDER, Trust, load_officers, load_root
from intake.usecases import trusted
from intake.usecases.environment import Environment, Words, open_vault
from intake.usecases.files import read_file, write_file
from intake.usecases.init import officer_ages
from intake.usecases.offline import Offline, Where
from intake.usecases.packing import Packer
from intake.usecases.signing import keep_signed

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.card import Card
    from intake.keys.officer_request import OfficerRequest
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station


@dataclass(frozen=True)
class Appointed:
    """The new coordinator's name, and the pack to carry to it (None: it is this vault's own)."""

    principal: str
    pack: Path | None
    card: Path | None
    serial: int
    words: Words | None


@dataclass(frozen=True)
class Office:
    """What is decided: the name (else the next free number), and whether it may know who a witness is."""

    name: str | None = None
    identities: bool = True


def org_appoint(
    env: Environment,
    request: bytes,
    offline: Where,
    office: Office | None = None,
    *,
    to: Path | None = None,
    words_match: bool = False,
) -> Appointed:
    """Open the request, compare its words, and have the root sign officers with one more."""
    with open_vault(env, "coordinator") as vault:
        here = trusted.station(vault)
        opened = _open(vault, here, request)
        words, folder = Words.of(opened, env.t), to or env.home / "packs"
        known = next((one for one in here.trust.officers.directory.principals if one.keys == opened.keys), None)
        name = known.name if known else _appoint(env, vault, here, opened, (offline, office or Office(), words_match))
        here = trusted.station(vault)
        pack = Packer(env, vault, here, folder).for_one(name)
        trusted.write_public(env.home / "public", here.trust)
        return Appointed(name, pack, None, here.trust.officers.directory.serial, words)


def _open(vault: Vault, here: Station, request: bytes) -> OfficerRequest:
    enrol = trusted.identity_of(vault, trusted.ENROL)
    if enrol is None:
        raise MalformedRequest
    return open_officer_request(request, enrol, here.card.org)


def _appoint(
    env: Environment, vault: Vault, here: Station, request: OfficerRequest, how: tuple[Where, Office, bool]
) -> str:
    offline, office, words_match = how
    name = office.name or next_name(here.trust)
    known = frozenset(vault.settings.get(trusted.DEVICE_AGES, []))
    check_new_officer(here.trust, request, name, known)
    question = env.t("Does the coming coordinator read out the same eight words for the request?")
    if not words_match and not env.ask.words_match(question, Words.of(request, env.t)):
        raise WordsDiffer
    root, at = SignerKeys.from_root_secret(Offline.ask(env, offline).root()), env.clock()
    changes = appointed(here.trust, request.keys, request.ages, Appointment(name, at, office.identities))
    after = reissue(here.trust, changes, Signers(here.signer, root), at)
    card = officer_card(here.card, root, request.ages.enrol, after, at)
    with vault.transaction():
        keep_signed(vault, here.trust, after, at)
        vault.trust.put(trusted.CARD_PREFIX + name, card.facts.serial, {"card": card.data}, json_time(at))
    return name


def next_name(trust: Trust) -> str:
    """The next free number."""
    number = 1
    while trust.officer(f"c-{number}") is not None:
        number += 1
    return f"c-{number}"


def org_take_office(env: Environment, public: Path, offline: Where, office: Office | None = None) -> Appointed:
    """Where no coordinator is left: the root makes this vault's owner one, from the trust files that auditors have.

    `public`: the folder with `trust/`, or that folder itself. The lost one stays in office until it is revoked.
    """
    office = office or Office()
    with open_vault(env, "coordinator") as vault:
        card, seeds = trusted.held_card(vault), vault.secrets.get(trusted.SIGNER)
        if card is None or seeds is None:
            raise NoOrganisation
        if vault.settings.get(trusted.PRINCIPAL) is not None:
            raise VaultExists(home=env.home)
        signer, at, ages = SignerKeys.from_bytes(seeds), env.clock(), officer_ages(vault)
        trust = _found(card, public, env)
        name = office.name or next_name(trust)
        check_new_officer(trust, make_officer_request(card, signer, ages, at), name, ())
        root = SignerKeys.from_root_secret(Offline.ask(env, offline).root())
        changes = appointed(trust, signer.public, ages, Appointment(name, at, office.identities))
        after = reissue(trust, changes, Signers(signer, root), at)
        own = officer_card(card, root, ages.enrol, after, at)
        with vault.transaction():
            keep_signed(vault, None, after, at)
            trusted.keep_card(vault, own, at)
            vault.settings.set(trusted.PRINCIPAL, name)
        write_file(env.home / "card", own.data)
        trusted.write_public(env.home / "public", after)
        return Appointed(name, None, env.home / "card", after.officers.directory.serial, None)


def _found(card: Card, public: Path, env: Environment) -> Trust:
    """The newest trust files there are; if their signer's time is over, they are judged by its last moment."""
    folder = public / "trust" if (public / "trust").is_dir() else public
    files = {name: read_file(folder / name) for name in FOLDER if (folder / name).is_file()}
    try:
        return Trust.load(card.root_file, files, env.clock())
    except SignerNotValidThen:
        officers = load_officers(load_root(card.root_file, files.get(SUCCESSION)), SignedFile.take(files, "officers"))
        ends = [one.valid_before for one in officers.directory.principals if one.valid_before]
        return Trust.load(card.root_file, files, max(ends) - timedelta(seconds=1))
