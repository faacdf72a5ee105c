"""What an officer, or the root, signs anew: officers, roster and recipients that follow those held.

Every file is loaded back as each reader will load it, so that a signature nobody would believe is never handed out.
Must not: keep or ask for a secret. Spec: docs/spec/keys-v1.md, "Appointment", rules K21, K63 to K65.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from intake.errors import BadPrincipal, PrincipalTaken, ReusedKey, RootSuperseded, WrongOrganisation
from intake.keys import namespaces
from intake.keys.card import make_card
from intake.keys.directory import Principal, fingerprint_of, kind_of, raw_keys
from intake.keys.organisation import validity
from intake.keys.recipients import EpochKey, IdentityKey
from intake.keys.signed import sign_file
from intake.keys.succession import SUCCESSION
from intake.keys.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from intake.crypto.age import PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Directory
    from intake.keys.officer_request import OfficerAges, OfficerRequest
    from intake.keys.recipients import Archives, Recipients
    from intake.keys.trust import Root


@dataclass(frozen=True)
class Signers:
    """Who signs: an officer always, the root where officers change."""

    officer: SignerKeys
    root: SignerKeys | None = None


@dataclass(frozen=True)
class Changes:
    """The files that change; None: that one stays as it is, unless its signer no longer counts.

    `root`: the one that counts from now on; the officers file changes with it.
    """

    officers: Directory | None = None
    roster: Directory | None = None
    recipients: Recipients | None = None
    root: Root | None = None


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
    root, officers = changes.root or trust.root, changes.officers or trust.officers.directory
    files = {**trust.files(), **({SUCCESSION: root.succession} if root.succession else {})}
    roster, recipients = changes.roster, changes.recipients
    if roster is None and not _counts(officers, trust.roster.signer, now):
        roster = trust.roster.directory.again()
    if recipients is None and not _counts(officers, trust.verified_recipients.signer, now):
        recipients = trust.recipients.again()
    if changes.officers is not None:
        if signers.root is None:
            raise WrongOrganisation(what="the root key")
        check_root(root, signers.root)
        files |= sign_file(signers.root, namespaces.OFFICERS, "officers", officers.encode()).files()
    if roster is not None:
        files |= sign_file(signers.officer, namespaces.ROSTER, "roster", roster.encode()).files()
    if recipients is not None:
        files |= sign_file(signers.officer, namespaces.RECIPIENTS, "recipients", recipients.encode()).files()
    return Trust.load(root.data, files, now)


def check_root(root: Root, keys: SignerKeys) -> None:
    """Whether these are the keys of the root that counts; raises RootSuperseded, WrongOrganisation."""
    mine = fingerprint_of(keys.public)
    known = next((one for one in root.roots if one.fingerprint == mine), None)
    if known is None:
        raise WrongOrganisation(what="the root key")
    if known is not root.newest:
        raise RootSuperseded(what="this root key", serial=known.serial, held=root.newest.serial)


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
    for directory in (*trust.root.directories, trust.officers.directory, trust.roster.directory):
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


def officer_card(card: Card, root: SignerKeys, enrol: PostQuantumRecipient, trust: Trust, now: datetime) -> Card:
    """The same organisation's card with this officer's `enrol`; its serial is that of the officers file it came with.

    So no two cards of an organisation share a serial.
    """
    facts = replace(card.facts, enrol=enrol, serial=trust.officers.directory.serial, made_at=now)
    return make_card(root, facts, trust.root)


@dataclass(frozen=True)
class Succession:
    """What a succession changes: the trust files, and the card of every coordinator that has one, its own first."""

    trust: Trust
    cards: tuple[Card, ...]


def succeed(
    trust: Trust, cards: Sequence[Card], signers: tuple[Signers, SignerKeys], archives: Archives | None, now: datetime
) -> Succession:
    """A new root takes the place of the old one. `signers`: the officer and the old root; then the new root.

    The officers file is the same under the new root; its serial rises by as many as there are cards, so that each card
    has one of its own. Raises RootSuperseded, WrongOrganisation, and what every reader would raise.
    """
    old, new = signers
    if old.root is None:
        raise WrongOrganisation(what="the root key")
    check_root(trust.root, old.root)
    root, officers = trust.root.succeeded(old.root, new, archives), trust.officers.directory
    officers = replace(officers, serial=officers.serial + max(1, len(cards)))
    recipients = trust.recipients.with_archives(archives).again() if archives else None
    after = reissue(trust, Changes(officers, recipients=recipients, root=root), Signers(old.officer, new), now)
    facts = [replace(card.facts, serial=officers.serial - n, made_at=now) for n, card in enumerate(cards)]
    return Succession(after, tuple(make_card(new, one, after.root) for one in facts))
