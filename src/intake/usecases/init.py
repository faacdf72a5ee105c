"""`init`: a laptop becomes an interviewer's vault, with or without the card of an organisation.

Without a card it can take drafts. With one, a person compares the card's words with the coordinator before anything is
pinned; the same command run again, before a pack was taken, writes the request again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import VaultExists, WordsDiffer, WrongOrganisation
from intake.keys.card import Card, parse_card
from intake.keys.request import Request, make_request, seal_request
from intake.keys.times import json_time
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.environment import Environment, Words, new_vault
from intake.usecases.files import write_file

if TYPE_CHECKING:
    from pathlib import Path


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


def init(env: Environment, card: bytes | None, *, words_match: bool = False) -> LaptopReady:
    """Make the vault; with a card, also the signed request. `words_match`: the caller compared the card's words."""
    seen = read_card(env, card) if card is not None else None
    if seen is not None and not words_match:
        question = env.t("Does {name} read out the same eight words for its card?", name=seen.name)
        if not env.ask.words_match(question, seen.words):
            raise WordsDiffer
    fresh = env.vault is None and not Vault.exists(env.home)
    if card is None and not fresh:
        raise VaultExists(home=env.home)
    with new_vault(env, "interviewer") as vault:
        _make_keys(vault, env)
        if card is None or seen is None:
            return LaptopReady(None, None, None)
        request = _request(vault, parse_card(card), env)
    path = env.home / "request.age"
    write_file(path, seal_request(request, parse_card(card)))
    return LaptopReady(seen, path, Words.of(request, env.t))


def _make_keys(vault: Vault, env: Environment) -> None:
    """The laptop's own keys and its chain of bundles, once."""
    if vault.secrets.get(trusted.SIGNER) is not None:
        return
    with vault.transaction():
        vault.secrets.put(trusted.DEVICE_AGE, PostQuantumIdentity.generate().seed)
        vault.chain.start(secrets.token_hex(16), json_time(env.clock()))
        vault.secrets.put(trusted.SIGNER, SignerKeys.generate().seeds)


def _request(vault: Vault, card: Card, env: Environment) -> Request:
    pinned = trusted.held_card(vault)
    if pinned is not None and pinned.org != card.org:
        raise WrongOrganisation(what=env.t("the card"))
    if vault.settings.get(trusted.PRINCIPAL) is not None:
        raise VaultExists(home=env.home)
    signer, age = vault.secrets.get(trusted.SIGNER), trusted.identity_of(vault, trusted.DEVICE_AGE)
    if signer is None or age is None:  # _make_keys has just seen to it
        raise VaultExists(home=env.home)
    with vault.transaction():
        trusted.keep_card(vault, card, env.clock())
    return make_request(card, SignerKeys.from_bytes(signer), age.recipient(), env.clock())
