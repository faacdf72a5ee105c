"""What an officer, or the root, signs anew: officers, roster and recipients that follow those held.

Every file is loaded back as each reader will load it, so that a signature nobody would believe is never handed out.
Must not: keep or ask for a secret. Spec: docs/spec/keys-v1.md, "Appointment", rules K21, K63 to K65.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from intake.errors import BadPrincipal, PrincipalTaken, ReusedKey, WrongOrganisation
from intake.keys import namespaces
from intake.keys.card import make_card
from intake.keys.directory import Principal, fingerprint_of, kind_of, raw_keys
from intake.keys.organisation import validity
from intake.keys.recipients import EpochKey, IdentityKey
from intake.keys.signed import sign_file
from intake.keys.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from intake.crypto.age import PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Directory
    from intake.keys.officer_request import OfficerAges, OfficerRequest
    from intake.keys.recipients import Recipients


@dataclass(frozen=True)
class Signers:
    """Who signs: an officer always, the root where officers change."""

    officer: SignerKeys
    root: SignerKeys | None = None


@dataclass(frozen=True)
class Changes:
    """The files that change; None: that one stays as it is, unless its signer no longer counts."""

    officers: Directory | None = None
    roster: Directory | None = None
    recipients: Recipients | None = None


@dataclass(frozen=True)
class Appointment:
    """What is decided about a coming coordinator."""

    name: str  # c-…
    now: datetime
    identities: bool = True  # whether it may know who a witness is
    days: int = 366
    epoch_days: int = 92


def reissue(trust: Trust, changes: Changes, signers: Signers, now: datetime) -> Trust:
    """The trust files after these changes, each signed and verified.

    A roster or recipients file whose signer no longer counts is signed anew, under the next serial.
    """
    files, officers = trust.files(), changes.officers or trust.officers.directory
    roster, recipients = changes.roster, changes.recipients
    if roster is None and not _counts(officers, trust.roster.signer, now):
        roster = trust.roster.directory.again()
    if recipients is None and not _counts(officers, trust.verified_recipients.signer, now):
        recipients = trust.recipients.again()
    if changes.officers is not None:
        if signers.root is None or fingerprint_of(signers.root.public) != trust.org:
            raise WrongOrganisation(what="the root key")
        files |= sign_file(signers.root, namespaces.OFFICERS, "officers", officers.encode()).files()
    if roster is not None:
        files |= sign_file(signers.officer, namespaces.ROSTER, "roster", roster.encode()).files()
    if recipients is not None:
        files |= sign_file(signers.officer, namespaces.RECIPIENTS, "recipients", recipients.encode()).files()
    return Trust.load(trust.root.data, files, now)


def _counts(officers: Directory, signer: Principal, now: datetime) -> bool:
    """Whether what this officer signed is believed: it is in time, and was never revoked (B09)."""
    one = officers.get(signer.name)
    return one is not None and one.valid_at(now) and officers.revocation(one.name) is None


def check_new_officer(trust: Trust, request: OfficerRequest, name: str, known: Collection[str]) -> None:
    """K63 to K65; call it before any words are compared. `known`: fingerprints of laptops' age keys.

    Raises WrongOrganisation, BadPrincipal, PrincipalTaken, ReusedKey.
    """
    if request.org != trust.org:
        raise WrongOrganisation(what="the request")
    if kind_of(name) != "officers":
        raise BadPrincipal(name=name)
    if trust.officer(name):
        raise PrincipalTaken(name=name)
    for directory in (trust.root.directory, trust.officers.directory, trust.roster.directory):
        for key in raw_keys(request.keys):
            if key in directory.owners:
                raise ReusedKey(known_as=directory.owners[key])
    taken = {recipient.fingerprint for recipient in trust.recipients.all()} | set(known)
    if any(recipient.fingerprint in taken for recipient in request.ages.all()):
        raise ReusedKey(known_as="an age key of the organisation or of a laptop")


def appointed(trust: Trust, keys: PublicKeys, ages: OfficerAges, what: Appointment) -> Changes:
    """Officers with one more, and recipients with its epoch's key (and its identity key, if it may know who)."""
    principal = Principal(what.name, keys, *validity(what.now, what.days))
    label, until = f"{what.now.astimezone(UTC):%Y-%m}", validity(what.now, what.epoch_days)[1]
    recipients = trust.recipients.with_epoch(EpochKey(label, what.name, until, ages.epoch), what.now)
    if what.identities:
        key = IdentityKey(what.name, ages.identity)
        recipients = replace(recipients, identities=(*recipients.identities, key))
    return Changes(officers=trust.officers.directory.with_principal(principal), recipients=recipients)


def officer_card(card: Card, root: SignerKeys, enrol: PostQuantumRecipient, officers: Directory, now: datetime) -> Card:
    """The same organisation's card with this officer's `enrol`; its serial is that of the officers file it came with.

    So no two cards of an organisation share a serial.
    """
    facts = replace(card.facts, enrol=enrol, serial=officers.serial, made_at=now)
    return make_card(root, facts)
