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
from intake.errors import MalformedPack, PackForAnotherDevice, SerialRolledBack, WrongOrganisation
from intake.keys import namespaces
from intake.keys.card import parse_card
from intake.keys.directory import fingerprint_of, kind_of
from intake.keys.pack import EXTRAS, MemberName, Policy, Profile, Serial
from intake.keys.parcel import (
    MEMBER_BYTES,
    PARCEL_BYTES,
    Digest,
    Hex,
    Shape,
    Time,
    read_parcel,
    read_shape,
    write_parcel,
    write_shape,
)
from intake.keys.selfsigned import read_recipient
from intake.keys.signed import SignedFile, sign_file, verify_file
from intake.keys.succession import SUCCESSION
from intake.keys.times import json_time
from intake.keys.trust import FILES, Trust

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Principal
    from intake.keys.trust import Root

_SEAL: Final = ("officer.json", "officer.json.sig", "officer.json.pq.sig")
_TRUST: Final = ("card", *FILES)
_MISSION: Final = ("policy.json", "devices.json")


class _Officer(Shape):
    principal: str
    fingerprint: Hex


class _OfficerPackJson(Shape):
    format: Literal["intake-officer-pack/1"]
    org: Hex
    officer: _Officer
    serial: Serial
    mission: int = Field(ge=0, lt=2**53)
    members: dict[MemberName, Digest]
    made_at: Time


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
    unknown = set(contents.extras) - set(EXTRAS)
    if principal is None or unknown or any(len(data) > MEMBER_BYTES for data in contents.extras.values()):
        raise MalformedPack
    members = {
        "card": contents.card.data,
        **contents.trust.files(),
        "policy.json": contents.policy.data(),
        "devices.json": write_shape(_devices_json(contents.devices)),
        **{name: contents.extras[name] for name in EXTRAS if name in contents.extras},
    }
    shape = _OfficerPackJson(
        format="intake-officer-pack/1",
        org=contents.trust.org,
        officer=_Officer(principal=officer, fingerprint=principal.fingerprint),
        serial=serial,
        mission=contents.mission,
        members={name: digest(data) for name, data in members.items()},
        made_at=json_time(made_at),
    )
    signed = sign_file(signer, namespaces.PACK, "officer.json", write_shape(shape))
    return write_parcel({**signed.files(), **members}, padded=True)


def seal_officer_pack(plaintext: bytes, recipients: Sequence[PostQuantumRecipient]) -> bytes:
    """The file that is carried, to the epoch keys that the officer has."""
    return age.encrypt_bytes(plaintext, recipients)


def open_officer_pack(sealed: bytes, reader: OfficerPackReader, at: datetime) -> OpenedOfficerPack:
    """Decrypt and check a carried pack."""
    if len(sealed) > PARCEL_BYTES + PARCEL_BYTES // 8:
        raise MalformedPack
    return parse_officer_pack(age.decrypt_bytes(sealed, reader.identities), reader, at)


def parse_officer_pack(plaintext: bytes, reader: OfficerPackReader, at: datetime) -> OpenedOfficerPack:
    """Check a pack in the order of the spec: shape, organisation, trust, signature, digests, officer, serial."""
    members = _members(plaintext)
    shape = read_shape(_OfficerPackJson, members["officer.json"])
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
    signed = SignedFile.take(members, "officer.json")
    signer = verify_file(signed, namespaces.PACK, trust.officers.directory, at)  # K58
    trust.officers.check_in_office(signer, at)
    rest = {name: data for name, data in members.items() if name not in _SEAL}
    if shape.members != {name: digest(data) for name, data in rest.items()}:
        raise MalformedPack
    officer = trust.officer(shape.officer.principal)
    if officer is None or officer.keys != reader.keys or shape.officer.fingerprint != fingerprint_of(reader.keys):
        raise PackForAnotherDevice
    held = reader.serials.get(signer.name, 0)
    if shape.serial <= held:
        raise SerialRolledBack(file="the pack", serial=shape.serial, held=held)
    extras = {name: data for name, data in rest.items() if name in EXTRAS}
    contents = OfficerPackContents(card, trust, policy, shape.mission, devices, extras)
    return OpenedOfficerPack(shape.serial, officer, contents, signer)


def _members(plaintext: bytes) -> dict[str, bytes]:
    """K40, K57: the members such a pack has, in their order."""
    members = read_parcel(plaintext, padded=True) or {}
    succession, extras = (tuple(name for name in names if name in members) for names in ((SUCCESSION,), EXTRAS))
    if tuple(members) != (*_SEAL, *_TRUST, *succession, *_MISSION, *extras):
        raise MalformedPack
    return members


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
