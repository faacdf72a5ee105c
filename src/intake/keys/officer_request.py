"""A coming coordinator's request: own signing keys, and the age keys for requests, an epoch's accounts and identities.

As a laptop's (request.py): signed by itself, encrypted to the card's `enrol`, its words read aloud. Must not: carry
anything of the person. Spec: docs/spec/keys-v1.md, "Officer's request", rules K40, K45, K46.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from intake.crypto import age
from intake.errors import MalformedRequest, WrongOrganisation
from intake.keys import namespaces, words
from intake.keys.directory import Principal, fingerprint_of
from intake.keys.parcel import PARCEL_BYTES, Hex, Shape, Time, read_parcel, read_shape, write_parcel, write_shape
from intake.keys.request import NONCE_BYTES
from intake.keys.selfsigned import check_self_signed, read_keys, read_recipient
from intake.keys.signed import SignedFile, sign_file
from intake.keys.times import json_time, parse_json_time

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.i18n import Language
    from intake.keys.card import Card

_MEMBERS = ("request.json", "request.json.sig", "request.json.pq.sig")


class _OfficerRequestJson(Shape):
    format: Literal["intake-officer-request/1"]
    org: Hex
    keys: tuple[str, str] = Field(strict=False)  # JSON has lists only
    enrol: str
    epoch: str
    identity: str
    made_at: Time
    nonce: Hex


@dataclass(frozen=True)
class OfficerAges:
    """Where a coordinator is written to: requests of laptops, accounts of one epoch, identities."""

    enrol: PostQuantumRecipient
    epoch: PostQuantumRecipient
    identity: PostQuantumRecipient

    def all(self) -> tuple[PostQuantumRecipient, ...]:
        """The three."""
        return self.enrol, self.epoch, self.identity


@dataclass(frozen=True)
class OfficerRequest:
    """A request that the keys in it have signed. `data` is the whole plaintext object, verbatim."""

    data: bytes
    org: str
    keys: PublicKeys
    ages: OfficerAges
    made_at: datetime

    @property
    def fingerprint(self) -> str:
        """The coming officer's fingerprint."""
        return fingerprint_of(self.keys)

    def words(self, lang: Language) -> tuple[str, ...]:
        """Eight words over the whole object."""
        return words.words_of(namespaces.REQUEST, self.data, lang)

    def hex_groups(self) -> tuple[str, ...]:
        """The same digest as groups of hex digits."""
        return words.hex_groups(namespaces.REQUEST, self.data)


def make_officer_request(
    card: Card, signer: SignerKeys, ages: OfficerAges, now: datetime, nonce: bytes | None = None
) -> OfficerRequest:
    """Sign a request with the coming officer's own keys."""
    shape = _OfficerRequestJson(
        format="intake-officer-request/1",
        org=card.org,
        keys=signer.public.lines(),
        enrol=str(ages.enrol),
        epoch=str(ages.epoch),
        identity=str(ages.identity),
        made_at=json_time(now),
        nonce=(nonce or secrets.token_bytes(NONCE_BYTES)).hex(),
    )
    signed = sign_file(signer, namespaces.REQUEST, "request.json", write_shape(shape))
    return parse_officer_request(write_parcel(signed.files(), padded=True), card.org)


def seal_officer_request(request: OfficerRequest, card: Card) -> bytes:
    """The file that is carried: the request encrypted to the card's `enrol` recipient."""
    return age.encrypt_bytes(request.data, [card.facts.enrol])


def open_officer_request(sealed: bytes, enrol: PostQuantumIdentity, org: str) -> OfficerRequest:
    """Decrypt and check a carried request; raises what parse_officer_request and age raise."""
    if len(sealed) > PARCEL_BYTES:
        raise MalformedRequest
    return parse_officer_request(age.decrypt_bytes(sealed, [enrol]), org)


def parse_officer_request(data: bytes, org: str) -> OfficerRequest:
    """Check a request; raises MalformedRequest (K40, K45), WeakKey, ReusedKey, WrongOrganisation, SignatureInvalid."""
    members = read_parcel(data, padded=True)
    if members is None or tuple(members) != _MEMBERS:
        raise MalformedRequest
    shape = read_shape(_OfficerRequestJson, members["request.json"])
    made_at = parse_json_time(shape.made_at) if shape else None
    if shape is None or made_at is None:
        raise MalformedRequest
    keys = read_keys(shape.keys)
    enrol, epoch, identity = (read_recipient(text) for text in (shape.enrol, shape.epoch, shape.identity))
    if keys is None or enrol is None or epoch is None or identity is None:
        raise MalformedRequest
    if len({enrol, epoch, identity}) != 3:  # noqa: PLR2004  three keys, each for one use
        raise MalformedRequest
    if shape.org != org:
        raise WrongOrganisation(what="the request")
    # Not in office yet: as a laptop's, whose role has the namespace of requests.
    check_self_signed(SignedFile.take(members, "request.json"), namespaces.REQUEST, Principal("d-new", keys))
    return OfficerRequest(data, shape.org, keys, OfficerAges(enrol, epoch, identity), made_at)
