"""Enrolling a device: its keys are checked against every key known, the roster grows by two lines, a pack is made.

Must not: decide whether the words were compared; the caller asked a person. Spec: docs/spec/keys-v1.md, "Enrolment".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.keys.pack import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.sshsig import SignerKeys
    from intake.keys.card import Card
    from intake.keys.pack import Profile
    from intake.keys.request import Request
    from intake.keys.trust import Trust


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
    """Raises ReusedKey or PrincipalTaken, BadPrincipal, WrongOrganisation; call it before any words are compared."""
    raise NotImplementedError


def enrol_device(desk: Desk, request: Request, enrolment: Enrolment) -> Enrolled:
    """A signed roster with the device in it, and its first pack."""
    raise NotImplementedError
