"""Signer directories (root, officers, roster): OpenSSH allowed_signers files under a grammar with no freedom left in it.

A file that departs from the grammar in one byte is refused whole. Must not: verify signatures (see signed.py), know
where a file came from. Spec: docs/spec/keys-v1.md, "Directories", rules K01 to K19.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from intake.crypto.sshsig import PublicKeys

Kind = Literal["root", "officers", "roster"]


@dataclass(frozen=True)
class Principal:
    """A name (`root`, `c-…`, `d-…`), its two keys, and from when to when they count (the root has no dates)."""

    name: str
    keys: PublicKeys
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    @property
    def namespaces(self) -> tuple[str, ...]:
        """What this principal's role may sign."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 over both wire blobs; the root's is the organisation."""
        raise NotImplementedError

    def valid_at(self, at: datetime) -> bool:
        """Whether `at` lies in [valid_after, valid_before)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Revocation:
    """`# revoked d-… at=… log=c-a:1234 reason=…`: bundles count only at log indexes below these sizes."""

    principal: str
    at: datetime
    logs: tuple[tuple[str, int], ...]
    reason: str


@dataclass(frozen=True)
class Directory:
    """One parsed (not yet verified) signer directory."""

    kind: Kind
    org: str
    serial: int
    principals: tuple[Principal, ...] = ()
    revocations: tuple[Revocation, ...] = ()

    def encode(self) -> bytes:
        """The one byte form of this directory."""
        raise NotImplementedError

    def find(self, blob: bytes) -> Principal | None:
        """Who owns this key (ssh wire blob, of either type)."""
        raise NotImplementedError

    def get(self, name: str) -> Principal | None:
        """The principal of that name."""
        raise NotImplementedError

    def revocation(self, name: str) -> Revocation | None:
        """The revocation line of that principal."""
        raise NotImplementedError

    def with_principal(self, principal: Principal) -> Directory:
        """A new directory, serial + 1, with one principal more; refuses a name or key that is known (K10, K11)."""
        raise NotImplementedError

    def with_revocation(self, revocation: Revocation) -> Directory:
        """A new directory, serial + 1: the line closed at `revocation.at`, the revocation added."""
        raise NotImplementedError


def parse_directory(data: bytes, kind: Kind) -> Directory:
    """Parse bytes that nobody has vouched for yet. Raises MalformedTrustFile naming the rule and the line."""
    raise NotImplementedError


def check_succession(old: Directory, new: Directory) -> None:
    """Raises SerialRolledBack or LineRemoved unless `new` equals or follows `old` (K20, K21)."""
    raise NotImplementedError


def fingerprint_of(keys: PublicKeys) -> str:
    """Lowercase hex SHA-256 over (Ed25519 wire blob || composite wire blob)."""
    raise NotImplementedError
