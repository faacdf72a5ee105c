"""The pack: everything one laptop needs from its organisation, in one encrypted file signed by an officer.

A pack for another organisation, for another device, older than one already taken, or with trust files that do not
climb to the pinned root, is refused whole. Spec: docs/spec/keys-v1.md, "Pack", rules K40, K50 to K56.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints

from intake.crypto import age, strictjson
from intake.crypto.hashing import digest
from intake.errors import MalformedPack, PackForAnotherDevice, SerialRolledBack, WrongOrganisation
from intake.keys import namespaces
from intake.keys.card import parse_card
from intake.keys.directory import fingerprint_of
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
from intake.keys.signed import SignedFile, sign_file, verify_file
from intake.keys.succession import SUCCESSION
from intake.keys.times import json_time
from intake.keys.trust import FILES, Trust

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Principal
    from intake.keys.trust import Root

_SEAL: Final = ("pack.json", "pack.json.sig", "pack.json.pq.sig")
_TRUST: Final = ("card", *FILES)
_MISSION: Final = ("policy.json", "profile.json")
QUESTIONNAIRE: Final = "questionnaire.toml"
OCCUPATION: Final = "occupation.tsv"  # the dated list of occupied territories, as intake.gazetteer reads it
# What a pack may carry besides, in this order. The checkpoint comes with the logs.
EXTRAS: Final = (
    QUESTIONNAIRE,
    "consent.uk.txt",
    "consent.ru.txt",
    "consent.en.txt",
    OCCUPATION,
    "checkpoint",
    "checkpoint.sig",
    "checkpoint.pq.sig",
)

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,32}$")]
Scope = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
MemberName = Annotated[str, StringConstraints(pattern=r"^[a-z.]{1,40}$")]
Serial = Annotated[int, Field(ge=1, lt=2**53)]


class Profile(Shape):
    """The interviewer as records name them: one code, and what they are trained for."""

    code: Code
    trained_full: bool = False
    trained_child: bool = False
    trained_sv: bool = False


class Policy(Shape):
    """The mission's choices; the defaults are the careful ones. Minutes are those that nobody touched a key."""

    envelope: Literal["always", "never"] = "always"
    scopes: tuple[Scope, ...] = Field(default=("share_pgo_ua", "share_icc_otp"), strict=False, max_length=64)
    purge_after: int = Field(default=1, ge=1, le=16)  # receipts of that many coordinators before a laptop purges
    modes: tuple[Scope, ...] | None = Field(default=None, strict=False, min_length=1, max_length=16)  # None: every one
    blank_minutes: int = Field(default=2, ge=1, le=15)
    lock_minutes: int = Field(default=2, ge=1, le=15)
    interview_lock_minutes: int = Field(default=15, ge=1, le=60)  # listening touches no key

    def data(self) -> bytes:
        """`policy.json`. What was not chosen is left out: a laptop of an older version takes it as ever."""
        return strictjson.dumps(self.model_dump(mode="json", exclude_defaults=True))


class _Device(Shape):
    principal: str
    fingerprint: Hex


class _PackJson(Shape):
    format: Literal["intake-pack/1"]
    org: Hex
    device: _Device
    serial: Serial
    members: dict[MemberName, Digest]
    made_at: Time


@dataclass(frozen=True)
class PackContents:
    """What a coordinator puts in; `extras` are named as EXTRAS names them."""

    card: Card
    trust: Trust
    profile: Profile
    policy: Policy = field(default_factory=Policy)
    extras: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenedPack:
    """A pack that passed every check. `device.valid_at(now)` says whether this laptop may still sign."""

    serial: int
    device: Principal
    card: Card
    trust: Trust
    profile: Profile
    policy: Policy
    extras: Mapping[str, bytes]
    signer: Principal


@dataclass(frozen=True)
class PackReader:
    """What a laptop knows when it opens a pack: its own keys, the organisation it pinned, the newest it has."""

    identity: PostQuantumIdentity
    keys: PublicKeys
    org: str
    serials: Mapping[str, int] = field(default_factory=dict)  # the newest pack taken of each officer
    trust: Trust | None = None  # the newest trust files held
    root: Root | None = None  # that of the card whose words were compared


def make_pack(contents: PackContents, device: str, serial: int, officer: SignerKeys, made_at: datetime) -> bytes:
    """The plaintext of a pack for a device of the roster, signed by an officer."""
    principal = contents.trust.device(device)
    unknown = set(contents.extras) - set(EXTRAS)
    if principal is None or unknown or any(len(data) > MEMBER_BYTES for data in contents.extras.values()):
        raise MalformedPack
    members = {
        "card": contents.card.data,
        **contents.trust.files(),
        "policy.json": contents.policy.data(),
        "profile.json": write_shape(contents.profile),
        **{name: contents.extras[name] for name in EXTRAS if name in contents.extras},
    }
    shape = _PackJson(
        format="intake-pack/1",
        org=contents.trust.org,
        device=_Device(principal=device, fingerprint=principal.fingerprint),
        serial=serial,
        members={name: digest(data) for name, data in members.items()},
        made_at=json_time(made_at),
    )
    signed = sign_file(officer, namespaces.PACK, "pack.json", write_shape(shape))
    return write_parcel({**signed.files(), **members}, padded=True)


def seal_pack(plaintext: bytes, recipient: PostQuantumRecipient) -> bytes:
    """The file that is carried."""
    return age.encrypt_bytes(plaintext, [recipient])


def open_pack(sealed: bytes, reader: PackReader, at: datetime) -> OpenedPack:
    """Decrypt and check a carried pack."""
    if len(sealed) > PARCEL_BYTES + PARCEL_BYTES // 8:
        raise MalformedPack
    return parse_pack(age.decrypt_bytes(sealed, [reader.identity]), reader, at)


def parse_pack(plaintext: bytes, reader: PackReader, at: datetime) -> OpenedPack:
    """Check a pack in the order of the spec: shape, organisation, trust, signature, digests, device, serial."""
    members = _members(plaintext)
    shape = read_shape(_PackJson, members["pack.json"])
    profile = read_shape(Profile, members["profile.json"])
    policy = read_shape(Policy, members["policy.json"])
    if shape is None or profile is None or policy is None:
        raise MalformedPack
    card = parse_card(members["card"])
    if card.org != reader.org or shape.org != reader.org:  # K51
        raise WrongOrganisation(what="the pack")
    trust = Trust.load(card.root_file, members, at)  # K52
    if reader.root:
        trust.root.check_follows(reader.root)
    signer = verify_file(SignedFile.take(members, "pack.json"), namespaces.PACK, trust.signers, at)
    trust.officers.check_in_office(signer, at)
    rest = {name: data for name, data in members.items() if name not in _SEAL}
    if shape.members != {name: digest(data) for name, data in rest.items()}:  # K53
        raise MalformedPack
    device = _own_device(shape, trust, reader)
    _check_newer(shape, signer, trust, reader)
    extras = {name: data for name, data in rest.items() if name in EXTRAS}
    return OpenedPack(shape.serial, device, card, trust, profile, policy, extras, signer)


def _members(plaintext: bytes) -> dict[str, bytes]:
    """K40, K50: the members a pack has, in their order."""
    members = read_parcel(plaintext, padded=True) or {}
    succession, extras = (tuple(name for name in names if name in members) for names in ((SUCCESSION,), EXTRAS))
    if tuple(members) != (*_SEAL, *_TRUST, *succession, *_MISSION, *extras):
        raise MalformedPack
    return members


def _own_device(shape: _PackJson, trust: Trust, reader: PackReader) -> Principal:
    """K54: pack and roster name this laptop's own keys, both of them."""
    device = trust.device(shape.device.principal)
    if device is None or device.keys != reader.keys or shape.device.fingerprint != fingerprint_of(reader.keys):
        raise PackForAnotherDevice
    return device


def _check_newer(shape: _PackJson, signer: Principal, trust: Trust, reader: PackReader) -> None:
    """K55 and K56: the pack's serial rises with its officer's; the trust files are those held, or follow them."""
    held = reader.serials.get(signer.name, 0)
    if shape.serial <= held:
        raise SerialRolledBack(file="the pack", serial=shape.serial, held=held)
    if reader.trust:
        trust.check_follows(reader.trust)
