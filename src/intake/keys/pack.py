"""The pack: everything one laptop needs from its organisation, in one encrypted file signed by an officer.

A pack for another organisation, for another device, older than one already taken, or with trust files that do not
climb to the pinned root, is refused whole. Spec: docs/spec/keys-v1.md, "Pack".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import PublicKeys, SignerKeys
    from intake.keys.card import Card
    from intake.keys.directory import Principal
    from intake.keys.trust import Trust


@dataclass(frozen=True)
class Profile:
    """The interviewer as records name them: one code, and what they are trained for."""

    code: str
    trained_full: bool = False
    trained_child: bool = False
    trained_sv: bool = False


@dataclass(frozen=True)
class Policy:
    """The mission's choices."""

    envelope: Literal["always", "never"] = "always"
    scopes: tuple[str, ...] = ("share_pgo_ua", "share_icc_otp")
    purge_after: int = 1


@dataclass(frozen=True)
class PackContents:
    """What a coordinator puts in, beside the trust files. `extras`: questionnaire, consent.uk, consent.ru, …"""

    card: Card
    trust: Trust
    profile: Profile
    policy: Policy = field(default_factory=Policy)
    extras: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenedPack:
    """A pack that passed every check."""

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
    serial: int = 0  # the newest pack taken; 0 before the first
    trust: Trust | None = None  # the newest trust files held


def make_pack(
    contents: PackContents, device: str, serial: int, officer: SignerKeys, made_at: datetime
) -> bytes:
    """The plaintext of a pack for a device of the roster, signed by an officer."""
    raise NotImplementedError


def seal_pack(plaintext: bytes, recipient: PostQuantumRecipient) -> bytes:
    """The file that is carried."""
    raise NotImplementedError


def open_pack(sealed: bytes, reader: PackReader, at: datetime) -> OpenedPack:
    """Decrypt and check a carried pack."""
    raise NotImplementedError
