"""`enrol`: a laptop takes a mission pack; the first one pins who this laptop is and writes the recovery slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.sshsig import SignerKeys
from intake.errors import NoOrganisation
from intake.gazetteer import read_table
from intake.keys.pack import OCCUPATION, OpenedPack, PackReader, open_pack
from intake.usecases import trusted
from intake.usecases.environment import Environment, open_vault
from intake.usecases.territories import keep_list

if TYPE_CHECKING:
    from intake.store.vault import Vault


@dataclass(frozen=True)
class PackTaken:
    """Who this laptop is now."""

    org: str
    name: str
    purpose: str
    principal: str
    serial: int
    first: bool


def enrol(env: Environment, pack: bytes) -> PackTaken:
    """Open and verify the pack, keep its trust files."""
    with open_vault(env, "interviewer") as vault:
        opened = open_pack(pack, _reader(vault), env.clock())
        if OCCUPATION in opened.extras:
            read_table(opened.extras[OCCUPATION])
        first = vault.settings.get(trusted.PRINCIPAL) is None
        # Before the transaction: a kill in between leaves a laptop that is not enrolled yet and runs this again.
        vault.write_recovery_slot(opened.trust.recipients.recovery)
        _keep(vault, opened, env)
    facts = opened.card.facts
    return PackTaken(opened.card.org, facts.name, facts.purpose, opened.device.name, opened.serial, first)


def _reader(vault: Vault) -> PackReader:
    card = trusted.held_card(vault)
    signer, age = vault.secrets.get(trusted.SIGNER), trusted.identity_of(vault, trusted.DEVICE_AGE)
    if card is None or signer is None or age is None:
        raise NoOrganisation
    keys, serial = SignerKeys.from_bytes(signer).public, vault.settings.get(trusted.PACK_SERIAL, 0)
    return PackReader(age, keys, card.org, serial, trusted.held_trust(vault, card))


def _keep(vault: Vault, opened: OpenedPack, env: Environment) -> None:
    at = env.clock()
    with vault.transaction():
        trusted.keep_trust(vault, opened.trust, at)
        trusted.keep_card(vault, opened.card, at)
        vault.settings.set(trusted.PACK_SERIAL, opened.serial)
        vault.settings.set(trusted.PROFILE, opened.profile.model_dump(mode="json"))
        vault.settings.set(trusted.POLICY, opened.policy.model_dump(mode="json"))
        vault.settings.set(trusted.PRINCIPAL, opened.device.name)
        if OCCUPATION in opened.extras:
            keep_list(vault, opened.extras[OCCUPATION], at)
