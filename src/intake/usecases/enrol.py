"""`enrol`: a laptop takes a mission pack, a coordinator that of another coordinator.

A laptop's first one pins who it is and writes the recovery slot. A pack that says that this very laptop was revoked is
a good pack, and is taken. What a coordinator does with one is in joining.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.sshsig import SignerKeys
from intake.errors import NoOrganisation
from intake.gazetteer import read_table
from intake.keys.pack import OCCUPATION, OpenedPack, PackReader, open_pack
from intake.keys.times import json_time
from intake.usecases import mission, trusted
from intake.usecases.environment import Environment, open_vault
from intake.usecases.joining import join

if TYPE_CHECKING:
    from intake.store.vault import Vault


@dataclass(frozen=True)
class PackTaken:
    """Who this laptop, or this coordinator, is now.

    `until`: when that ends; `revoked`: the reason, once it was. `joined`: the trust files of two coordinators were put
    together here, and the others need packs of them. `form_refused`: its questionnaire is none for this version, and
    was left out: a pack may bring a revocation, and is not refused for a question.
    """

    org: str
    name: str
    purpose: str
    principal: str
    serial: int
    first: bool
    until: str | None = None
    revoked: str | None = None
    joined: bool = False
    form_refused: bool = False


def enrol(env: Environment, pack: bytes) -> PackTaken:
    """Open and verify the pack, keep its trust files."""
    with open_vault(env) as vault:
        if vault.role == "coordinator":
            taken = join(env, vault, pack)
            facts = taken.card.facts
            return PackTaken(
                taken.card.org,
                facts.name,
                facts.purpose,
                taken.principal,
                taken.serial,
                taken.first,
                joined=taken.joined,
            )
        opened = open_pack(pack, _reader(vault), env.clock())
        if OCCUPATION in opened.extras:
            read_table(opened.extras[OCCUPATION])
        first = vault.settings.get(trusted.PRINCIPAL) is None
        # Before the transaction: a kill in between leaves a laptop that is not enrolled yet and runs this again.
        vault.write_recovery_slot(opened.trust.recipients.recovery)
        _keep(vault, opened, env)
    return _taken(opened, first=first)


def _taken(opened: OpenedPack, *, first: bool) -> PackTaken:
    facts, device = opened.card.facts, opened.device
    revocation = opened.trust.roster.directory.revocation(device.name)
    return PackTaken(
        org=opened.card.org,
        name=facts.name,
        purpose=facts.purpose,
        principal=device.name,
        serial=opened.serial,
        first=first,
        until=json_time(device.valid_before) if device.valid_before else None,
        revoked=revocation.reason if revocation else None,
        form_refused=not mission.form_reads(opened.extras),
    )


def _reader(vault: Vault) -> PackReader:
    card = trusted.held_card(vault)
    signer, age = vault.secrets.get(trusted.SIGNER), trusted.identity_of(vault, trusted.DEVICE_AGE)
    if card is None or signer is None or age is None:
        raise NoOrganisation
    keys = SignerKeys.from_bytes(signer).public
    return PackReader(age, keys, card.org, trusted.pack_serials(vault), trusted.held_trust(vault, card), card.root)


def _keep(vault: Vault, opened: OpenedPack, env: Environment) -> None:
    at = env.clock()
    with vault.transaction():
        trusted.keep_trust(vault, opened.trust, at)
        trusted.keep_card(vault, opened.card, at)
        trusted.pack_taken(vault, opened.signer.name, opened.serial)
        vault.settings.set(trusted.PROFILE, opened.profile.model_dump(mode="json"))
        vault.settings.set(trusted.POLICY, opened.policy.model_dump(mode="json"))
        vault.settings.set(trusted.PRINCIPAL, opened.device.name)
        mission.keep_extras(vault, opened.extras, at)
