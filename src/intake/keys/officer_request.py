"""A coming coordinator's request: own signing keys, and the age keys for requests, an epoch's accounts and identities.

As a laptop's (request.py): signed by itself, encrypted to the card's `enrol`, its words read aloud. Must not: carry
anything of the person. Spec: docs/spec/keys-v1.md, "Officer's request", rules K40, K45, K46.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from intake.keys.request import NONCE_BYTES, RequestJson, Signed, read_request, unseal_request, write_request
from intake.keys.times import json_time

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import SignerKeys
    from intake.keys.card import Card


class _OfficerJson(RequestJson):
    format: Literal["intake-officer-request/1"]
    enrol: str
    epoch: str
    identity: str

    def ages(self) -> tuple[str, ...]:
        return self.enrol, self.epoch, self.identity


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
class OfficerRequest(Signed):
    """A coming coordinator's."""

    ages: OfficerAges


def make_officer_request(
    card: Card, signer: SignerKeys, ages: OfficerAges, now: datetime, nonce: bytes | None = None
) -> OfficerRequest:
    """Sign a request with the coming officer's own keys."""
    shape = _OfficerJson(
        format="intake-officer-request/1",
        org=card.org,
        keys=signer.public.lines(),
        enrol=str(ages.enrol),
        epoch=str(ages.epoch),
        identity=str(ages.identity),
        made_at=json_time(now),
        nonce=(nonce or secrets.token_bytes(NONCE_BYTES)).hex(),
    )
    return parse_officer_request(write_request(shape, signer), card.org)


def open_officer_request(sealed: bytes, enrol: PostQuantumIdentity, org: str) -> OfficerRequest:
    """Decrypt and check a carried request; raises what parse_officer_request and age raise."""
    return parse_officer_request(unseal_request(sealed, enrol), org)


def parse_officer_request(data: bytes, org: str) -> OfficerRequest:
    """Check a request; raises MalformedRequest (K40, K45), WeakKey, ReusedKey, WrongOrganisation, SignatureInvalid."""
    signed, _, ages = read_request(_OfficerJson, data, org)
    return OfficerRequest(data, org, signed.keys, signed.made_at, OfficerAges(*ages))
