"""The request: a laptop's own keys, signed by themselves, encrypted to the coordinator that the card names.

Must not: carry anything of the person who uses the laptop. Spec: docs/spec/keys-v1.md, "Request".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.words import Language


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
        raise NotImplementedError

    def words(self, lang: Language) -> tuple[str, ...]:
        """Eight words over the whole object."""
        raise NotImplementedError

    def hex_groups(self) -> tuple[str, ...]:
        """The same digest as groups of hex digits."""
        raise NotImplementedError


def make_request(
    card: Card, signer: SignerKeys, age: PostQuantumRecipient, now: datetime, nonce: bytes | None = None
) -> Request:
    """Sign a request with the device's own keys."""
    raise NotImplementedError


def seal_request(request: Request, card: Card) -> bytes:
    """The file that is carried: the request encrypted to the card's `enrol` recipient."""
    raise NotImplementedError


def open_request(sealed: bytes, enrol: PostQuantumIdentity, org: str) -> Request:
    """Decrypt and check a carried request; raises MalformedRequest, SignatureInvalid, WrongOrganisation, WeakKey."""
    raise NotImplementedError
