"""`init`: a laptop becomes an interviewer's vault, with or without the card of an organisation; or a coordinator's.

Without a card an interviewer can take drafts. With one, a person compares the card's words with the coordinator before
anything is pinned; the same command run again, before a pack was taken, writes the request again. A coming coordinator
has keys of its own from the first, and its request says where it is written to (keys/officer_request.py).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import UsageFault, VaultExists, WordsDiffer, WrongOrganisation
from intake.keys.card import Card, parse_card
from intake.keys.officer_request import OfficerAges, OfficerRequest, make_officer_request
from intake.keys.request import Request, make_request, seal_request
from intake.keys.times import json_time
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.environment import Environment, Words, new_vault
from intake.usecases.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from intake.store.rows import Role


@dataclass(frozen=True)
class CardSeen:
    """What the card says, and its words."""

    org: str
    name: str
    purpose: str
    words: Words


@dataclass(frozen=True)
class LaptopReady:
    """A vault that can take drafts. `request` goes to the coordinator, `request_words` are compared there."""

    card: CardSeen | None
    request: Path | None
    request_words: Words | None


def read_card(env: Environment, data: bytes) -> CardSeen:
    """What a card says, before it is believed."""
    card = parse_card(data)
    words = Words.of(card, env.t)
    return CardSeen(card.org, card.facts.name, card.facts.purpose, words)


def init(env: Environment, card: bytes | None, *, words_match: bool = False, role: Role = "interviewer") -> LaptopReady:
    """Make the vault; with a card, also the signed request. `words_match`: the caller compared the card's words."""
    seen = read_card(env, card) if card is not None else None
    if seen is None and role == "coordinator":
        raise UsageFault(
            what="a coming coordinator needs the card of its organisation; a first one begins with org init"
        )
    if seen is not None and not words_match:
        question = env.t("Does {name} read out the same eight words for its card?", name=seen.name)
        if not env.ask.words_match(question, seen.words):
            raise WordsDiffer
    fresh = env.vault is None and not Vault.exists(env.home)
    if card is None and not fresh:
        raise VaultExists(home=env.home)
    with new_vault(env, role) as vault:
        _make_keys(vault, env)
        if card is None or seen is None:
            return LaptopReady(None, None, None)
        request, sealed = _request(vault, parse_card(card), env)
    path = env.home / "request.age"
    write_file(path, sealed)
    return LaptopReady(seen, path, Words.of(request, env.t))


def _make_keys(vault: Vault, env: Environment) -> None:
    """This machine's own keys and its chain of bundles, once."""
    if vault.secrets.get(trusted.SIGNER) is not None:
        return
    ages: tuple[str, ...] = (trusted.DEVICE_AGE,)
    if vault.role == "coordinator":
        ages = (trusted.ENROL, trusted.IDENTITY, f"{trusted.EPOCH_PREFIX}{env.clock():%Y-%m}")
    with vault.transaction():
        for name in ages:
            vault.secrets.put(name, PostQuantumIdentity.generate().seed)
        vault.chain.start(secrets.token_hex(16), json_time(env.clock()))
        vault.secrets.put(trusted.SIGNER, SignerKeys.generate().seeds)


def _request(vault: Vault, card: Card, env: Environment) -> tuple[Request | OfficerRequest, bytes]:
    """The request, and the file of it that is carried."""
    pinned = trusted.held_card(vault)
    if pinned is not None and pinned.org != card.org:
        raise WrongOrganisation(what=env.t("the card"))
    seeds = vault.secrets.get(trusted.SIGNER)
    if vault.settings.get(trusted.PRINCIPAL) is not None or seeds is None:
        raise VaultExists(home=env.home)
    with vault.transaction():
        trusted.keep_card(vault, card, env.clock())
    signer = SignerKeys.from_bytes(seeds)
    if vault.role == "coordinator":
        officer = make_officer_request(card, signer, officer_ages(vault), env.clock())
        return officer, seal_request(officer, card)
    age = trusted.identity_of(vault, trusted.DEVICE_AGE)
    if age is None:  # _make_keys has just seen to it
        raise VaultExists(home=env.home)
    request = make_request(card, signer, age.recipient(), env.clock())
    return request, seal_request(request, card)


def officer_ages(vault: Vault) -> OfficerAges:
    """Where a coming coordinator is written to."""
    enrol = trusted.identity_of(vault, trusted.ENROL)
    ages = {name.partition("/")[0]: identity for name, identity in trusted.age_identities(vault)}
    epoch, identity = ages.get(trusted.EPOCH_PREFIX.rstrip("/")), ages.get(trusted.IDENTITY)
    if enrol is None or epoch is None or identity is None:
        raise VaultExists(home=vault.home)
    return OfficerAges(enrol.recipient(), epoch.recipient(), identity.recipient())
