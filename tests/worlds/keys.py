"""A small organisation for the tests of keys: fixed seeds, the root, officer c-1, laptops d-1 and d-2, their packs.

Built once per process. Signatures hold fresh randomness; keys, names, times and everything signed are the same always.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.keys.enrolment import Desk, Enrolled, Enrolment, enrol_device
from intake.keys.organisation import NewOrganisation, OrganisationPlan, make_organisation
from intake.keys.pack import PackReader, Profile
from intake.keys.request import Request, make_request

if TYPE_CHECKING:
    from intake.keys.card import Card
    from intake.keys.organisation import Entropy
    from intake.keys.trust import Trust

NOW = datetime(2026, 11, 21, 17, 40, tzinfo=UTC)
OFFICER = "c-1"
DEVICES = ("d-1", "d-2")


def stream(label: str) -> Entropy:
    """Bytes that follow from a label alone."""
    count = iter(range(1_000_000))
    return lambda size: hashlib.shake_256(f"{label}/{next(count)}".encode()).digest(size)


def seeded(label: str) -> Entropy:
    """Bytes that are the same in every run; never for a real key."""
    return stream(f"intake test keys/{label}")


@dataclass(frozen=True)
class Laptop:
    """One interviewer's side."""

    name: str
    signer: SignerKeys
    identity: PostQuantumIdentity
    request: Request
    enrolled: Enrolled

    def reader(self, org: str, **known: object) -> PackReader:
        """What this laptop knows when a pack comes."""
        return replace(PackReader(self.identity, self.signer.public, org), **known)  # type: ignore[arg-type]


@dataclass(frozen=True)
class World:
    """One organisation with its laptops; `trust` is the newest."""

    made: NewOrganisation
    trust: Trust
    laptops: dict[str, Laptop]

    @property
    def card(self) -> Card:
        """The public card."""
        return self.made.card

    @property
    def org(self) -> str:
        """The organisation's fingerprint."""
        return self.made.card.org

    @property
    def root(self) -> SignerKeys:
        """The root's keys."""
        return SignerKeys.from_root_secret(self.made.offline.root)

    @property
    def officer(self) -> SignerKeys:
        """c-1's keys."""
        return self.made.officer.signer

    @property
    def desk(self) -> Desk:
        """The coordinator's desk as it stands now."""
        ages = frozenset(laptop.enrolled.device_age for laptop in self.laptops.values())
        return Desk(self.card, self.trust, self.officer, ages)

    @property
    def files(self) -> dict[str, bytes]:
        """The nine files of the trust folder."""
        return self.trust.files()


def laptop_keys(label: str) -> tuple[SignerKeys, PostQuantumIdentity]:
    """A laptop's own secrets."""
    entropy = seeded(label)
    return SignerKeys.from_bytes(entropy(96)), PostQuantumIdentity.from_seed(entropy(32))


@cache
def new_organisation(label: str = "ours") -> NewOrganisation:
    """An organisation on its first day: no laptop yet."""
    return make_organisation(OrganisationPlan(f"Made-up organisation ({label})", "made-up", NOW), seeded(label))


@cache
def world(label: str = "ours") -> World:
    """An organisation with two laptops enrolled."""
    made = new_organisation(label)
    state = World(made, made.trust, {})
    for serial, name in enumerate(DEVICES, 1):
        signer, identity = laptop_keys(f"{label}/{name}")
        request = make_request(made.card, signer, identity.recipient(), NOW, seeded(f"{label}/{name}/nonce")(32))
        enrolment = Enrolment(name, Profile(code=f"I-{serial}"), NOW, pack_serial=serial)
        enrolled = enrol_device(state.desk, request, enrolment)
        laptop = Laptop(name, signer, identity, request, enrolled)
        state = World(made, enrolled.trust, {**state.laptops, name: laptop})
    return state
