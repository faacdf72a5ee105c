"""`org succeed`: another root takes the place of the organisation's; where asked, other archives and recovery with it.

The secrets that leave the machine go to a new folder, are read back from it, and only then does anything in the vault
change; a folder with keys in it is never written over. The organisation keeps its name: everything signed before stays
good. Spec: docs/spec/keys-v1.md, "Succession of the root".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity, ScryptRecipient
from intake.crypto.sshsig import SignerKeys
from intake.errors import DamagedOffline, UsageFault
from intake.keys.card import parse_card
from intake.keys.office import Signers, check_root, succeed
from intake.keys.organisation import SEED_BYTES
from intake.keys.recipients import ONCE, Archives
from intake.keys.times import json_time
from intake.usecases import custody, trusted
from intake.usecases.environment import Environment, Words, new_passphrase, open_vault
from intake.usecases.files import write_file
from intake.usecases.offline import FILES, Offline, put
from intake.usecases.packing import Packer
from intake.usecases.signing import keep_signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from intake.keys.card import Card
    from intake.keys.office import Succession
    from intake.keys.shares import KeySet
    from intake.keys.trust import Trust
    from intake.store.vault import Vault
    from intake.usecases.offline import Where
    from intake.usecases.packing import Packs
    from intake.usecases.trusted import Station


@dataclass(frozen=True)
class Succeeded:
    """The root that counts now, and where its secret lies; `kept`: what the new folder holds.

    `renewed`: archives and recovery are others now, and only the old folder opens what was sealed to the old ones.
    """

    org: str
    serial: int
    root: str
    officers: int
    folder: Path
    kept: tuple[str, ...]
    renewed: bool
    card: Path
    words: Words
    packs: Packs


def org_succeed(
    env: Environment, where: Where, to: Path, *, renew: bool = False, packs: Path | None = None
) -> Succeeded:
    """The old root, from its folder or sheets, makes the next one; `renew`: new archives and recovery, too.

    Run again after a cut, with the same new folder, it writes what was still to be written.
    """
    with open_vault(env, "coordinator") as vault:
        here = trusted.station(vault)
        if any((to / name).exists() for name in FILES.values()):
            _check_done(env, here, where, to)
        else:
            _succeed(env, vault, here, (where, to, renew))
            here = trusted.station(vault)
        write_file(env.home / "card", here.card.data)
        trusted.write_public(env.home / "public", here.trust)
        written = Packer(env, vault, here, packs or env.home / "packs").for_all()
    newest = here.trust.root.newest
    return Succeeded(
        org=here.trust.org,
        serial=newest.serial,
        root=newest.fingerprint,
        officers=here.trust.officers.directory.serial,
        folder=to,
        kept=tuple(key_set for key_set, name in FILES.items() if (to / name).is_file()),
        renewed=renew,
        card=env.home / "card",
        words=Words.of(here.card, env.t),
        packs=written,
    )


def _check_done(env: Environment, here: Station, where: Where, to: Path) -> None:
    """After a cut: the folder holds the root that counts already. Any other folder with keys is left as it is."""
    keys = here.trust.root.directory.principals[0].keys
    held_already = where != to and here.trust.root.newest.serial > 1
    if not held_already or SignerKeys.from_root_secret(Offline.ask(env, to).root()).public != keys:
        raise UsageFault(what="there are keys in that folder already: name an empty one for the new root")


def _succeed(env: Environment, vault: Vault, here: Station, how: tuple[Where, Path, bool]) -> None:
    where, to, renew = how
    offline = Offline.ask(env, where)
    old = SignerKeys.from_root_secret(offline.root())
    check_root(here.trust.root, old)
    made, cards = _made(here, offline, renew=renew), _cards(vault, here)
    done = _signed(env, here, cards, (old, made, renew))
    _write(env, to, made)
    _keep(env, vault, here, done, cards)


def _made(here: Station, offline: Offline, *, renew: bool) -> dict[KeySet, bytes]:
    """A new root, and the three age keys: new ones, or those of the organisation, as far as they were brought."""
    made: dict[KeySet, bytes] = {"root": secrets.token_bytes(SEED_BYTES)}
    expected = dict(here.trust.recipients.archives.uses())
    for key_set in FILES:
        if key_set == "root":
            continue
        if renew:
            made[key_set] = secrets.token_bytes(SEED_BYTES)
        elif offline.holds(key_set):  # what is on paper stays on paper
            made[key_set] = offline.secret(key_set)
            if PostQuantumIdentity.from_seed(made[key_set]).recipient() != expected[key_set]:
                raise DamagedOffline(file=FILES[key_set])  # a copy that opens nothing must not outlive the right one
    return made


def _signed(
    env: Environment, here: Station, cards: Mapping[str, Card], keys: tuple[SignerKeys, Mapping[KeySet, bytes], bool]
) -> Succession:
    old, made, renew = keys
    named = {str(key_set): PostQuantumIdentity.from_seed(seed).recipient() for key_set, seed in made.items()}
    archives = Archives(*(named[use] for use in ONCE)) if renew else None
    signers = Signers(here.signer, old), SignerKeys.from_root_secret(made["root"])
    return succeed(here.trust, list(cards.values()), signers, archives, env.clock())


def _cards(vault: Vault, here: Station) -> dict[str, Card]:
    """Its own card, and those of other coordinators that are known here; theirs come with their next packs."""
    cards = {here.principal: here.card}
    for officer in here.trust.officers.directory.principals:
        kept = vault.trust.newest(trusted.CARD_PREFIX + officer.name)
        if kept is not None:
            cards.setdefault(officer.name, parse_card(kept.files["card"]))
    return cards


def _write(env: Environment, folder: Path, made: Mapping[KeySet, bytes]) -> None:
    """Under a passphrase of their own, each read back: a root whose secret is lost can't be followed by another."""
    passphrase = new_passphrase(env, env.t("A new passphrase for the folder that leaves this machine"))
    recipient, written = ScryptRecipient(passphrase.encode(), env.log_n), Offline(folder, passphrase)
    with env.progress.track("protecting the organisation's keys", len(made)) as step:
        for key_set, secret in made.items():
            put(folder, key_set, secret, recipient)
            if written.secret(key_set) != secret:
                raise DamagedOffline(file=FILES[key_set])
            step(1)


def _keep(env: Environment, vault: Vault, here: Station, done: Succession, cards: Iterable[str]) -> None:
    at, root = env.clock(), done.trust.root.newest
    with vault.transaction():
        keep_signed(vault, here.trust, done.trust, at)
        trusted.keep_card(vault, done.cards[0], at)
        for name, card in list(zip(cards, done.cards, strict=True))[1:]:
            vault.trust.put(trusted.CARD_PREFIX + name, card.facts.serial, {"card": card.data}, json_time(at))
        _undo_drills(vault, here.trust, done.trust)
        custody.note(vault, at, "root", serial=root.serial, fingerprint=root.fingerprint)


def _undo_drills(vault: Vault, before: Trust, after: Trust) -> None:
    """Sheets of a key that is another now restore nothing that counts: the drill says so, until it is split anew."""
    renewed = {"root"} | ({*ONCE} if before.recipients.archives != after.recipients.archives else set())
    kept = vault.settings.get(trusted.SHARES, {})
    undone = {name: one | {"drilled": None} for name, one in kept.items() if name in renewed}
    vault.settings.set(trusted.SHARES, kept | undone)
    if undone:
        vault.settings.set(trusted.DRILLED_AT, None)
