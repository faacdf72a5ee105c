"""Recipients and identities of age: who a file is for, and who opens it (C2SP age.md, "Native recipient types").

Text forms are canonical only. A repr never shows a secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True)
class PostQuantumRecipient:
    """`age1pq1…`: ML-KEM-768 with X25519, for everything intake writes."""

    public: bytes  # ML-KEM key (1184) then X25519 key (32)

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 of the text form."""
        raise NotImplementedError


@dataclass(frozen=True)
class PostQuantumIdentity:
    """`AGE-SECRET-KEY-PQ-1…`: a 32-byte seed."""

    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """A new random one."""
        raise NotImplementedError

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The identity of a kept seed."""
        raise NotImplementedError

    def recipient(self) -> PostQuantumRecipient:
        """The public half."""
        raise NotImplementedError


@dataclass(frozen=True)
class X25519Recipient:
    """`age1…`: classic; only to interoperate."""

    public: bytes

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 of the text form."""
        raise NotImplementedError


@dataclass(frozen=True)
class X25519Identity:
    """`AGE-SECRET-KEY-1…`: classic; only to interoperate."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """A new random one."""
        raise NotImplementedError

    def recipient(self) -> X25519Recipient:
        """The public half."""
        raise NotImplementedError


@dataclass(frozen=True)
class ScryptRecipient:
    """A passphrase to encrypt with; stands alone in a file."""

    passphrase: bytes = field(repr=False)
    log_n: int


@dataclass(frozen=True)
class ScryptIdentity:
    """A passphrase to decrypt with; refuses a work factor above max_log_n."""

    passphrase: bytes = field(repr=False)
    max_log_n: int = 22


Recipient = PostQuantumRecipient | X25519Recipient | ScryptRecipient
Identity = PostQuantumIdentity | X25519Identity | ScryptIdentity


def parse_recipient(text: str) -> PostQuantumRecipient | X25519Recipient:
    """Read `age1pq1…` or `age1…`, or raise MalformedKey or WeakKey."""
    raise NotImplementedError


def parse_identity(text: str) -> PostQuantumIdentity | X25519Identity:
    """Read `AGE-SECRET-KEY-PQ-1…` or `AGE-SECRET-KEY-1…`, or raise MalformedKey."""
    raise NotImplementedError
