"""`enrol` in a coordinator's vault: the pack of another coordinator is taken, and what both signed apart becomes one.

The first pack says who this coordinator is. Spec: docs/spec/keys-v1.md, "Two coordinators", rule K59.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle.log import parse_checkpoint
from intake.crypto.sshsig import SignerKeys
from intake.errors import NoOrganisation, SignerNotValidThen
from intake.gazetteer import read_table
from intake.keys.joining import joined_directory, joined_recipients, newer_officers
from intake.keys.office import Changes, Signers, reissue
from intake.keys.officer_pack import OfficerPackReader, open_officer_pack
from intake.keys.pack import OCCUPATION
from intake.keys.times import json_time
from intake.keys.trust import Trust
from intake.usecases import mission, trusted
from intake.usecases.signing import keep_signed
from intake.usecases.territories import kept_list

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.keys.card import Card
    from intake.keys.officer_pack import OpenedOfficerPack
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Joined:
    """Who this coordinator is. `joined`: a roster or recipients file was signed here that follows both sides'."""

    card: Card
    principal: str
    serial: int
    first: bool
    joined: bool


def join(env: Environment, vault: Vault, pack: bytes) -> Joined:
    """Open and verify another coordinator's pack, and take it."""
    card, signer = trusted.held_card(vault), vault.secrets.get(trusted.SIGNER)
    if card is None or signer is None:
        raise NoOrganisation
    keys, at = SignerKeys.from_bytes(signer), env.clock()
    identities = [identity for _, identity in trusted.age_identities(vault)]
    held = trusted.held_trust(vault, card)
    pinned = card.root if held is None else None
    reader = OfficerPackReader(identities, keys.public, card.org, trusted.pack_serials(vault), pinned)
    opened = open_officer_pack(pack, reader, at)
    territories = opened.contents.extras.get(OCCUPATION)
    if territories is not None:
        read_table(territories)
    first = vault.settings.get(trusted.PRINCIPAL) is None
    trust = opened.contents.trust if held is None else _put_together(held, opened, keys, at)
    with vault.transaction():
        keep_signed(vault, held, trust, at)
        _keep(vault, opened, at)
    card = trusted.held_card(vault) or card
    trusted.write_public(env.home / "public", trust)
    joined = held is not None and trust.files() not in (held.files(), opened.contents.trust.files())
    return Joined(card, opened.officer.name, opened.serial, first, joined)


def _put_together(mine: Trust, opened: OpenedOfficerPack, signer: SignerKeys, at: datetime) -> Trust:
    theirs = opened.contents.trust
    officers = newer_officers(mine.officers, theirs.officers)
    directory, root = officers.directory, officers.root
    if directory.revocation(opened.signer.name):  # its own files may not know it yet
        raise SignerNotValidThen(signer=opened.signer.name, at=json_time(at))
    roster = joined_directory(mine.roster.directory, theirs.roster.directory)
    named = {one.name for one in directory.principals} - {one.principal for one in directory.revocations}
    recipients = joined_recipients(
        mine.verified_recipients.recipients,
        theirs.verified_recipients.recipients,
        (opened.officer.name, opened.signer.name),
        named,
        root.archives,
    )
    base = Trust(
        root,
        officers,
        mine.roster if roster != theirs.roster.directory else theirs.roster,
        mine.verified_recipients if recipients != theirs.verified_recipients.recipients else theirs.verified_recipients,
    )
    changes = Changes(
        roster=roster if roster != base.roster.directory else None,
        recipients=recipients if recipients != base.verified_recipients.recipients else None,
    )
    return reissue(base, changes, Signers(signer), at)


def _keep(vault: Vault, opened: OpenedOfficerPack, at: datetime) -> None:
    contents = opened.contents
    enrol = trusted.identity_of(vault, trusted.ENROL)
    if enrol is not None and contents.card.facts.enrol == enrol.recipient():  # another's card is for its own laptops
        trusted.keep_card(vault, contents.card, at)
    vault.settings.set(trusted.PRINCIPAL, opened.officer.name)
    trusted.pack_taken(vault, opened.signer.name, opened.serial)
    mission.take(vault, (contents.mission, contents.policy), contents.extras, at)
    for device in contents.devices:
        known = trusted.held_device(vault, device.principal)  # a laptop's key never changes: renewal is a new name
        trusted.keep_device(vault, replace(device, age=known.age) if known else device, at)
    if OCCUPATION in contents.extras and _is_later(vault, contents.extras[OCCUPATION]):
        mission.keep_extras(vault, {OCCUPATION: contents.extras[OCCUPATION]}, at)
    _keep_checkpoint(vault, opened.signer.name, contents.extras, at)


def _is_later(vault: Vault, table: bytes) -> bool:
    """Whether a dated list is of a later edition than the one here."""
    kept = kept_list(vault)
    return kept is None or read_table(table).edition > read_table(kept).edition


def _keep_checkpoint(vault: Vault, officer: str, extras: Mapping[str, bytes], at: datetime) -> None:
    """How large the other's log is: a revocation made here will say so."""
    data = extras.get(trusted.CHECKPOINT)
    if data is None or parse_checkpoint(data) is None:
        return
    kind = trusted.LOG_PREFIX + officer
    newest = vault.trust.newest(kind)
    if newest is None or newest.files[trusted.CHECKPOINT] != data:
        vault.trust.put(kind, newest.serial + 1 if newest else 1, {trusted.CHECKPOINT: data}, json_time(at))
