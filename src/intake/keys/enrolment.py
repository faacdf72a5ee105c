"""Enrolling a device: its keys are checked against every key known, the roster grows by two lines, a pack is made.

Must not: decide whether the words were compared; the caller asked a person. Spec: docs/spec/keys-v1.md, "Enrolment",
rules K60 to K62.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from intake.errors import BadPrincipal, PrincipalTaken, ReusedKey, WrongOrganisation
from intake.keys import namespaces
from intake.keys.directory import Principal, kind_of, raw_keys
from intake.keys.organisation import validity
from intake.keys.pack import PackContents, Policy, make_pack, seal_pack
from intake.keys.signed import sign_file
from intake.keys.trust import Trust, load_roster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.sshsig import SignerKeys
    from intake.keys.card import Card
    from intake.keys.pack import Profile
    from intake.keys.request import Request


@dataclass(frozen=True)
class Desk:
    """The coordinator's side: card, newest trust files, officer's keys, fingerprints of devices' age keys known."""

    card: Card
    trust: Trust
    officer: SignerKeys
    device_ages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Enrolment:
    """What the coordinator decides about one device."""

    name: str  # d-…
    profile: Profile
    now: datetime
    pack_serial: int
    days: int = 366
    policy: Policy = field(default_factory=Policy)
    extras: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Enrolled:
    """The new trust files (roster serial + 1) and the pack to carry back."""

    trust: Trust
    pack: bytes  # sealed to the device
    device_age: str  # fingerprint of the device's age recipient, to remember


def check_new_device(desk: Desk, request: Request, name: str) -> None:
    """K60 to K62; call it before any words are compared.

    Raises WrongOrganisation, BadPrincipal, PrincipalTaken, ReusedKey.
    """
    trust = desk.trust
    if request.org != trust.org or desk.card.org != trust.org:
        raise WrongOrganisation(what="the request")
    if kind_of(name) != "roster":
        raise BadPrincipal(name=name)
    if trust.device(name):
        raise PrincipalTaken(name=name)
    for directory in (*trust.root.directories, trust.officers.directory, trust.roster.directory):
        for key in raw_keys(request.keys):
            if key in directory.owners:
                raise ReusedKey(known_as=directory.owners[key])
    known = {recipient.fingerprint for recipient in (*trust.recipients.all(), desk.card.facts.enrol)}
    if request.age.fingerprint in known | desk.device_ages:
        raise ReusedKey(known_as="an age key of the organisation or of another laptop")


def enrol_device(desk: Desk, request: Request, enrolment: Enrolment) -> Enrolled:
    """A signed roster with the device in it, and its first pack."""
    check_new_device(desk, request, enrolment.name)
    after, before = validity(enrolment.now, enrolment.days)
    device = Principal(enrolment.name, request.keys, after, before)
    roster = desk.trust.roster.directory.with_principal(device)
    signed = sign_file(desk.officer, namespaces.ROSTER, "roster", roster.encode())
    # Loaded back as every reader will: an officer out of date, or no officer, is told here.
    trust = replace(desk.trust, roster=load_roster(desk.trust.officers, signed, enrolment.now))
    contents = PackContents(desk.card, trust, enrolment.profile, enrolment.policy, enrolment.extras)
    pack = make_pack(contents, enrolment.name, enrolment.pack_serial, desk.officer, enrolment.now)
    return Enrolled(trust, seal_pack(pack, request.age), request.age.fingerprint)
