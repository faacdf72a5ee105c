"""The request: a laptop's own keys, signed by themselves, encrypted to the coordinator that the card names.

A coming coordinator's is made of the same parts (officer_request.py). Must not: carry anything of the person who uses
the laptop. Spec: docs/spec/keys-v1.md, "Request", rules K40, K43, K44.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import Field

from intake.crypto import age
from intake.errors import MalformedRequest, WrongOrganisation
from intake.keys import namespaces, words
from intake.keys.directory import Principal, fingerprint_of
from intake.keys.parcel import PARCEL_BYTES, Hex, Shape, Time, read_parcel, read_shape, write_parcel, write_shape
from intake.keys.selfsigned import check_self_signed, read_keys, read_recipient
from intake.keys.signed import SignedFile, sign_file
from intake.keys.times import json_time, parse_json_time

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.i18n import Language
    from intake.keys.card import Card

_NAME = "request.json"
_MEMBERS = (_NAME, f"{_NAME}.sig", f"{_NAME}.pq.sig")
NONCE_BYTES = 32


class RequestJson(Shape, ABC):
    """What every request says; `format` and the age keys are its kind's own."""

    org: Hex
    keys: tuple[str, str] = Field(strict=False)  # JSON has lists only
    made_at: Time
    nonce: Hex

    @abstractmethod
    def ages(self) -> tuple[str, ...]:
        """The age keys: each for one use, so no two are the same."""


AnyRequestJson = TypeVar("AnyRequestJson", bound=RequestJson)


class _LaptopJson(RequestJson):
    format: Literal["intake-request/1"]
    age: str

    def ages(self) -> tuple[str, ...]:
        return (self.age,)


@dataclass(frozen=True)
class Signed:
    """What the keys in it have signed. `data` is the whole plaintext object, verbatim."""

    data: bytes
    org: str
    keys: PublicKeys
    made_at: datetime

    @property
    def fingerprint(self) -> str:
        """Of the machine that asks."""
        return fingerprint_of(self.keys)

    def words(self, lang: Language) -> tuple[str, ...]:
        """Eight words over the whole object."""
        return words.words_of(namespaces.REQUEST, self.data, lang)

    def hex_groups(self) -> tuple[str, ...]:
        """The same digest as groups of hex digits."""
        return words.hex_groups(namespaces.REQUEST, self.data)


@dataclass(frozen=True)
class Request(Signed):
    """A laptop's."""

    age: PostQuantumRecipient
    nonce: str


def make_request(
    card: Card, signer: SignerKeys, recipient: PostQuantumRecipient, now: datetime, nonce: bytes | None = None
) -> Request:
    """Sign a request with the device's own keys."""
    shape = _LaptopJson(
        format="intake-request/1",
        org=card.org,
        keys=signer.public.lines(),
        age=str(recipient),
        made_at=json_time(now),
        nonce=(nonce or secrets.token_bytes(NONCE_BYTES)).hex(),
    )
    return parse_request(write_request(shape, signer), card.org)


def seal_request(request: Signed, card: Card) -> bytes:
    """The file that is carried: the request encrypted to the card's `enrol` recipient."""
    return age.encrypt_bytes(request.data, [card.facts.enrol])


def open_request(sealed: bytes, enrol: PostQuantumIdentity, org: str) -> Request:
    """Decrypt and check a carried request; raises what parse_request and age raise."""
    return parse_request(unseal_request(sealed, enrol), org)


def parse_request(data: bytes, org: str) -> Request:
    """Check a request; raises MalformedRequest (K40, K43), WeakKey, ReusedKey, WrongOrganisation, SignatureInvalid."""
    signed, shape, (recipient,) = read_request(_LaptopJson, data, org)
    return Request(data, org, signed.keys, signed.made_at, recipient, shape.nonce)


def write_request(shape: RequestJson, signer: SignerKeys) -> bytes:
    """A request of either kind, signed by the keys it names."""
    return write_parcel(sign_file(signer, namespaces.REQUEST, _NAME, write_shape(shape)).files(), padded=True)


def unseal_request(sealed: bytes, enrol: PostQuantumIdentity) -> bytes:
    """Decrypt a request of either kind, unless it is larger than any."""
    if len(sealed) > PARCEL_BYTES:
        raise MalformedRequest
    return age.decrypt_bytes(sealed, [enrol])


def read_request(
    kind: type[AnyRequestJson], data: bytes, org: str
) -> tuple[Signed, AnyRequestJson, list[PostQuantumRecipient]]:
    """Check all that holds for both kinds; the age keys as many, and in the order, as the kind has them."""
    members = read_parcel(data, padded=True)
    if members is None or tuple(members) != _MEMBERS:
        raise MalformedRequest
    shape = read_shape(kind, members[_NAME])
    made_at = parse_json_time(shape.made_at) if shape else None
    if shape is None or made_at is None:
        raise MalformedRequest
    keys = read_keys(shape.keys)
    recipients = [key for text in shape.ages() if (key := read_recipient(text))]
    if keys is None or len(set(recipients)) != len(shape.ages()):
        raise MalformedRequest
    if shape.org != org:
        raise WrongOrganisation(what="the request")
    # A coming coordinator is not in office yet, and signs as a laptop does: that role has the namespace of requests.
    check_self_signed(SignedFile.take(members, _NAME), namespaces.REQUEST, Principal("d-new", keys))
    return Signed(data, shape.org, keys, made_at), shape, recipients
