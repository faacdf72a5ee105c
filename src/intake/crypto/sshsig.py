"""Detached SSHSIG signatures, always two: ssh-ed25519 and the hybrid post-quantum ssh-mldsa44-ed25519@openssh.com.

Spec: OpenSSH PROTOCOL.sshsig. One canonical armor only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from intake.crypto.streams import Readable


@dataclass(frozen=True)
class Sha512Digest:
    """SHA-512 of a message, taken while it streamed."""

    value: bytes


@dataclass(frozen=True)
class Signatures:
    """The two armored signatures of one principal over one message: `.sig` and `.pq.sig`."""

    ed25519: bytes
    composite: bytes


@dataclass(frozen=True)
class PublicKeys:
    """The two public keys of one principal, as ssh wire blobs."""

    ed25519: bytes
    composite: bytes

    def lines(self) -> tuple[str, str]:
        """`ssh-ed25519 AAAA…` and `ssh-mldsa44-ed25519@openssh.com AAAA…`."""
        raise NotImplementedError


@dataclass(frozen=True)
class SignerKeys:
    """The two private keys of one principal: three seeds of 32 bytes."""

    seeds: bytes = field(repr=False)  # ed25519 || mldsa || ed25519 of the composite

    @classmethod
    def generate(cls) -> Self:
        """New random keys."""
        raise NotImplementedError

    @classmethod
    def from_bytes(cls, seeds: bytes) -> Self:
        """The keys of 96 kept bytes."""
        raise NotImplementedError

    @classmethod
    def from_seeds(cls, ed25519_seed: bytes, mldsa_seed: bytes, composite_ed25519_seed: bytes) -> Self:
        """The keys of three seeds."""
        raise NotImplementedError

    @classmethod
    def from_root_secret(cls, secret: bytes) -> Self:
        """The root's keys from its one 32-byte secret (formats, section 2)."""
        raise NotImplementedError

    @property
    def public(self) -> PublicKeys:
        """The public half."""
        raise NotImplementedError

    def sign(self, namespace: str, message: bytes | Readable | Sha512Digest) -> Signatures:
        """Sign with both keys."""
        raise NotImplementedError


@dataclass(frozen=True)
class ParsedSignature:
    """What a signature file says; nothing of it is verified yet."""

    public_key: bytes
    algorithm: str
    namespace: str
    signature: bytes


def sha512_of(source: Readable) -> Sha512Digest:
    """Digest a stream to its end, in flat memory."""
    raise NotImplementedError


def parse_public(line: str) -> bytes:
    """Read `TYPE BASE64` into the wire blob, or raise MalformedKey or WeakKey."""
    raise NotImplementedError


def public_line(blob: bytes) -> str:
    """Write a wire blob as `TYPE BASE64`."""
    raise NotImplementedError


def check_ed25519_point(key: bytes) -> None:
    """Raise WeakKey unless the 32 bytes are the canonical form of a point of large order."""
    raise NotImplementedError


def parse_signature(armored: bytes) -> ParsedSignature:
    """Read one signature file in our canonical armor, or raise SignatureFault."""
    raise NotImplementedError


def verify(signature: bytes, namespace: str, message: bytes | Readable | Sha512Digest) -> bytes:
    """Verify and return the wire blob of the key that signed; the caller compares it with whom it trusts."""
    raise NotImplementedError
