"""The pack: everything one laptop needs from its organisation, in one encrypted file signed by an officer.

Made of the same parts is a coordinator's (officer_pack.py). A pack for another organisation, for another device, older
than one already taken, or with trust files that do not climb to the pinned root, is refused whole. Spec:
docs/spec/keys-v1.md, "Pack", rules K40, K50 to K56.
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
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Principal
    from intake.keys.signed import Signers
    from intake.keys.trust import Root

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


class Receiver(Shape):
    """Whom a pack is for."""

    principal: str
    fingerprint: Hex

    def checked(self, known: Principal | None, keys: PublicKeys) -> Principal:
        """K54: pack and trust files name the reader's own keys, both of them."""
        if known is None or known.keys != keys or self.fingerprint != fingerprint_of(keys):
            raise PackForAnotherDevice
        return known


class PackJson(Shape):
    """What every pack's signed list says; `format` and the receiver are its kind's own."""

    org: Hex
    serial: Serial
    members: dict[MemberName, Digest]
    made_at: Time

    def check_newer(self, signer: Principal, serials: Mapping[str, int]) -> None:
        """K55: the serial rises with its officer's."""
        held = serials.get(signer.name, 0)
        if self.serial <= held:
            raise SerialRolledBack(file="the pack", serial=self.serial, held=held)


class _LaptopJson(PackJson):
    format: Literal["intake-pack/1"]
    device: Receiver


@dataclass(frozen=True)
class Layout:
    """The members of one kind of pack: its signed list, trust files, what the mission says, and of EXTRAS some."""

    listing: str
    mission: tuple[str, ...]

    @property
    def signed(self) -> tuple[str, ...]:
        """The list and its signatures."""
        return self.listing, f"{self.listing}.sig", f"{self.listing}.pq.sig"

    def ordered(self, members: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those that the list names, in their order; what there is of the succession and of EXTRAS."""
        order = ("card", *FILES, SUCCESSION, *self.mission, *EXTRAS)
        return {name: members[name] for name in order if name in members}

    def members(self, required: Mapping[str, bytes], extras: Mapping[str, bytes]) -> dict[str, bytes]:
        """What a list names."""
        if set(extras) - set(EXTRAS) or any(len(data) > MEMBER_BYTES for data in extras.values()):
            raise MalformedPack
        return self.ordered({**required, **extras})

    def write(self, listing: PackJson, members: Mapping[str, bytes], officer: SignerKeys) -> bytes:
        """The plaintext: the list, signed, and its members."""
        signed = sign_file(officer, namespaces.PACK, self.listing, write_shape(listing))
        return write_parcel({**signed.files(), **members}, padded=True)

    def read(self, plaintext: bytes) -> dict[str, bytes]:
        """K40, K50, K57: the members it has, in their order."""
        members = read_parcel(plaintext, padded=True) or {}
        if tuple(members) != (*self.signed, *self.ordered(members)):
            raise MalformedPack
        if not members.keys() >= {"card", *FILES, *self.mission}:
            raise MalformedPack
        return members

    def signer(self, members: Mapping[str, bytes], trust: Trust, signers: Signers, at: datetime) -> Principal:
        """K52, K58: one of these signed the list, an officer who is in office."""
        signer = verify_file(SignedFile.take(members, self.listing), namespaces.PACK, signers, at)
        trust.officers.check_in_office(signer, at)
        return signer

    def check_digests(self, listing: PackJson, members: Mapping[str, bytes]) -> None:
        """K53: the list names every other member, as it is."""
        if listing.members != {name: digest(data) for name, data in self.ordered(members).items()}:
            raise MalformedPack


_LAYOUT: Final = Layout("pack.json", ("policy.json", "profile.json"))


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
    if principal is None:
        raise MalformedPack
    members = _LAYOUT.members(
        {
            "card": contents.card.data,
            **contents.trust.files(),
            "policy.json": contents.policy.data(),
            "profile.json": write_shape(contents.profile),
        },
        contents.extras,
    )
    shape = _LaptopJson(
        format="intake-pack/1",
        org=contents.trust.org,
        device=Receiver(principal=device, fingerprint=principal.fingerprint),
        serial=serial,
        members={name: digest(data) for name, data in members.items()},
        made_at=json_time(made_at),
    )
    return _LAYOUT.write(shape, members, officer)


def seal_pack(plaintext: bytes, recipient: PostQuantumRecipient) -> bytes:
    """The file that is carried."""
    return age.encrypt_bytes(plaintext, [recipient])


def open_pack(sealed: bytes, reader: PackReader, at: datetime) -> OpenedPack:
    """Decrypt and check a carried pack."""
    return parse_pack(unseal_pack(sealed, [reader.identity]), reader, at)


def unseal_pack(sealed: bytes, identities: Sequence[PostQuantumIdentity]) -> bytes:
    """Decrypt a pack of either kind, unless it is larger than any."""
    if len(sealed) > PARCEL_BYTES + PARCEL_BYTES // 8:
        raise MalformedPack
    return age.decrypt_bytes(sealed, identities)


def extras_of(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of EXTRAS that are there."""
    return {name: data for name, data in members.items() if name in EXTRAS}


def parse_pack(plaintext: bytes, reader: PackReader, at: datetime) -> OpenedPack:
    """Check a pack in the order of the spec: shape, organisation, trust, signature, digests, device, serial."""
    members = _LAYOUT.read(plaintext)
    shape = read_shape(_LaptopJson, members["pack.json"])
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
    signer = _LAYOUT.signer(members, trust, trust.signers, at)
    _LAYOUT.check_digests(shape, members)
    device = shape.device.checked(trust.device(shape.device.principal), reader.keys)
    shape.check_newer(signer, reader.serials)
    if reader.trust:  # K56
        trust.check_follows(reader.trust)
    return OpenedPack(shape.serial, device, card, trust, profile, policy, extras_of(members), signer)
