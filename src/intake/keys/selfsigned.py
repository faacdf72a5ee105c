"""What a card and a request share: keys that stand in the object which those same keys signed.

It proves that the sender holds the keys, never who the sender is: words are compared for that.
Spec: docs/spec/keys-v1.md, rules K08, K09, K12, K42.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import PostQuantumRecipient, parse_recipient
from intake.crypto.sshsig import PublicKeys, parse_public
from intake.errors import CryptoError, KeyFault, SignatureInvalid, UnknownSigner, WeakKey
from intake.keys.directory import TYPES, Principal, check_own_keys
from intake.keys.signed import verify_file

if TYPE_CHECKING:
    from intake.keys.signed import SignedFile


@dataclass(frozen=True)
class _Self:
    """The one signer there can be."""

    principal: Principal
    kind: str = "itself"

    def find(self, blob: bytes) -> Principal | None:
        return self.principal if blob in (self.principal.keys.ed25519, self.principal.keys.composite) else None


def check_self_signed(signed: SignedFile, namespace: str, owner: Principal) -> None:
    """Raises SignatureInvalid unless the keys in the object signed it."""
    try:
        verify_file(signed, namespace, _Self(owner), at=None)
    except UnknownSigner:
        raise SignatureInvalid(which=f"of {signed.name}", why="not made by the keys in it") from None


def read_keys(lines: tuple[str, str]) -> PublicKeys | None:
    """The two public keys of a card or request; None when they are not that. Raises WeakKey, ReusedKey."""
    if tuple(line.split(" ")[0] for line in lines) != TYPES:
        return None
    try:
        keys = PublicKeys(*(parse_public(line) for line in lines))
    except WeakKey:
        raise
    except KeyFault:
        return None
    check_own_keys(keys)
    return keys


def read_recipient(text: str) -> PostQuantumRecipient | None:
    """A post-quantum recipient; None when it is not that. Raises WeakKey."""
    try:
        recipient = parse_recipient(text)
    except WeakKey:
        raise
    except (KeyFault, CryptoError):
        return None
    return recipient if isinstance(recipient, PostQuantumRecipient) else None
