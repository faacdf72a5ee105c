"""The request: a laptop's own keys, signed by themselves, encrypted to the coordinator that the card names.

Must not: carry anything of the person who uses the laptop. Spec: docs/spec/keys-v1.md, "Request", rules K40, K43, K44.
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
NONCE_BYTES = 32


class _RequestJson(Shape):
    format: Literal["intake-request/1"]
    org: Hex
    keys: tuple[str, str] = Field(strict=False)  # JSON has lists only
    age: str
    made_at: Time
    nonce: Hex


@dataclass(frozen=True)
class Request:
    """A request that the keys in it have signed. `data` is the whole plaintext object, verbatim."""

    data: bytes
    org: str
    keys: PublicKeys
    age: PostQuantumRecipient
    made_at: datetime
    nonce: str

    @property
    def fingerprint(self) -> str:
        """The device's fingerprint."""
        return fingerprint_of(self.keys)

    def words(self, lang: Language) -> tuple[str, ...]:
        """Eight words over the whole object."""
        return words.words_of(namespaces.REQUEST, self.data, lang)

    def hex_groups(self) -> tuple[str, ...]:
        """The same digest as groups of hex digits."""
        return words.hex_groups(namespaces.REQUEST, self.data)


def make_request(
    card: Card, signer: SignerKeys, recipient: PostQuantumRecipient, now: datetime, nonce: bytes | None = None
) -> Request:
    """Sign a request with the device's own keys."""
    shape = _RequestJson(
        format="intake-request/1",
        org=card.org,
        keys=signer.public.lines(),
        age=str(recipient),
        made_at=json_time(now),
        nonce=(nonce or secrets.token_bytes(NONCE_BYTES)).hex(),
    )
    signed = sign_file(signer, namespaces.REQUEST, "request.json", write_shape(shape))
    return parse_request(write_parcel(signed.files(), padded=True), card.org)


def seal_request(request: Request, card: Card) -> bytes:
    """The file that is carried: the request encrypted to the card's `enrol` recipient."""
    return age.encrypt_bytes(request.data, [card.facts.enrol])


def open_request(sealed: bytes, enrol: PostQuantumIdentity, org: str) -> Request:
    """Decrypt and check a carried request; raises what parse_request and age raise."""
    if len(sealed) > PARCEL_BYTES:
        raise MalformedRequest
    return parse_request(age.decrypt_bytes(sealed, [enrol]), org)


def parse_request(data: bytes, org: str) -> Request:
    """Check a request; raises MalformedRequest (K40, K43), WeakKey, ReusedKey, WrongOrganisation, SignatureInvalid."""
    members = read_parcel(data, padded=True)
    if members is None or tuple(members) != _MEMBERS:
        raise MalformedRequest
    shape = read_shape(_RequestJson, members["request.json"])
    made_at = parse_json_time(shape.made_at) if shape else None
    if shape is None or made_at is None:
        raise MalformedRequest
    keys, recipient = read_keys(shape.keys), read_recipient(shape.age)
    if keys is None or recipient is None:
        raise MalformedRequest
    if shape.org != org:
        raise WrongOrganisation(what="the request")
    check_self_signed(SignedFile.take(members, "request.json"), namespaces.REQUEST, Principal("d-new", keys))
    return Request(data, shape.org, keys, recipient, made_at, shape.nonce)
