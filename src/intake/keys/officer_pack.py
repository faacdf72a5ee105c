"""The pack of a coordinator: what one officer hands another, so that both work from the same trust files.

Besides what a laptop's pack has: the age recipients and profiles of all laptops, for packs to come. It names officers
who may have signed rosters apart from each other, so its trust files are not measured against those held: joining.py
does. Spec: docs/spec/keys-v1.md, "Officer's pack", rules K40, K57 to K59.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from intake.crypto import age
from intake.crypto.hashing import digest
from intake.errors import MalformedPack, WrongOrganisation
from intake.keys.card import parse_card
from intake.keys.directory import kind_of
from intake.keys.pack import Layout, PackJson, Policy, Profile, Receiver, extras_of, unseal_pack
from intake.keys.parcel import MEMBER_BYTES, Shape, read_shape, write_shape
from intake.keys.selfsigned import read_recipient
from intake.keys.times import json_time
from intake.keys.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Principal
    from intake.keys.trust import Root

_LAYOUT: Final = Layout("officer.json", ("policy.json", "devices.json"))


class _OfficerJson(PackJson):
    format: Literal["intake-officer-pack/1"]
    officer: Receiver
    mission: int = Field(ge=0, lt=2**53)


class _DeviceJson(Shape):
    principal: str
    age: str
    profile: Profile


class _DevicesJson(Shape):
    format: Literal["intake-devices/1"]
    devices: tuple[_DeviceJson, ...] = Field(strict=False)


@dataclass(frozen=True)
class Addressee:
    """A laptop that packs can be written to."""

    principal: str
    age: PostQuantumRecipient
    profile: Profile


@dataclass(frozen=True)
class OfficerPackContents:
    """What one officer hands another; `card` is the receiver's own, `extras` are named as EXTRAS names them.

    `mission`: which version of policy and questionnaire; of two coordinators' the higher counts.
    """

    card: Card
    trust: Trust
    policy: Policy
    mission: int = 0
    devices: Sequence[Addressee] = ()
    extras: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenedOfficerPack:
    """A pack for this coordinator that passed every check; whether its trust files follow those held is not said."""

    serial: int
    officer: Principal
    contents: OfficerPackContents
    signer: Principal


@dataclass(frozen=True)
class OfficerPackReader:
    """What a coordinator knows when a pack comes; `serials`: the newest taken of each officer.

    `root`: of a coming coordinator, that of the card whose words were compared. One in office holds trust files, and
    takes a pack from before a succession of which it knows.
    """

    identities: Sequence[PostQuantumIdentity]
    keys: PublicKeys
    org: str
    serials: Mapping[str, int] = field(default_factory=dict)
    root: Root | None = None


def make_officer_pack(
    contents: OfficerPackContents, officer: str, serial: int, signer: SignerKeys, made_at: datetime
) -> bytes:
    """The plaintext of a pack for an officer, signed by another (or, when the root appointed it, by itself)."""
    principal = contents.trust.officer(officer)
    if principal is None:
        raise MalformedPack
    members = _LAYOUT.members(
        {
            "card": contents.card.data,
            **contents.trust.files(),
            "policy.json": contents.policy.data(),
            "devices.json": write_shape(_devices_json(contents.devices)),
        },
        contents.extras,
    )
    shape = _OfficerJson(
        format="intake-officer-pack/1",
        org=contents.trust.org,
        officer=Receiver(principal=officer, fingerprint=principal.fingerprint),
        serial=serial,
        mission=contents.mission,
        members={name: digest(data) for name, data in members.items()},
        made_at=json_time(made_at),
    )
    return _LAYOUT.write(shape, members, signer)


def seal_officer_pack(plaintext: bytes, recipients: Sequence[PostQuantumRecipient]) -> bytes:
    """The file that is carried, to the epoch keys that the officer has."""
    return age.encrypt_bytes(plaintext, recipients)


def open_officer_pack(sealed: bytes, reader: OfficerPackReader, at: datetime) -> OpenedOfficerPack:
    """Decrypt and check a carried pack."""
    return parse_officer_pack(unseal_pack(sealed, reader.identities), reader, at)


def parse_officer_pack(plaintext: bytes, reader: OfficerPackReader, at: datetime) -> OpenedOfficerPack:
    """Check a pack in the order of the spec: shape, organisation, trust, signature, digests, officer, serial."""
    members = _LAYOUT.read(plaintext)
    shape = read_shape(_OfficerJson, members["officer.json"])
    policy = read_shape(Policy, members["policy.json"])
    devices = _read_devices(members["devices.json"])
    if shape is None or policy is None or devices is None:  # K57
        raise MalformedPack
    card = parse_card(members["card"])
    if card.org != reader.org or shape.org != reader.org:
        raise WrongOrganisation(what="the pack")
    trust = Trust.load(card.root_file, members, at)
    if reader.root:
        trust.root.check_follows(reader.root)
    signer = _LAYOUT.signer(members, trust, trust.officers.directory, at)  # K58
    _LAYOUT.check_digests(shape, members)
    officer = shape.officer.checked(trust.officer(shape.officer.principal), reader.keys)
    shape.check_newer(signer, reader.serials)
    contents = OfficerPackContents(card, trust, policy, shape.mission, devices, extras_of(members))
    return OpenedOfficerPack(shape.serial, officer, contents, signer)


def _devices_json(devices: Sequence[Addressee]) -> _DevicesJson:
    rows = (_DeviceJson(principal=one.principal, age=str(one.age), profile=one.profile) for one in devices)
    return _DevicesJson(format="intake-devices/1", devices=tuple(rows))


def _read_devices(data: bytes) -> tuple[Addressee, ...] | None:
    shape = read_shape(_DevicesJson, data, max_bytes=MEMBER_BYTES)
    if shape is None:
        return None
    found = [Addressee(one.principal, key, one.profile) for one in shape.devices if (key := read_recipient(one.age))]
    sound = all(kind_of(one.principal) == "roster" for one in found)
    once = len({one.principal for one in found}) == len(shape.devices)
    return tuple(found) if sound and once else None
