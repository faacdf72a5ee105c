"""The chain from the root to a device, in the only order it can be climbed: root, officers, roster, recipients.

Each step takes the verified step before it, so that no step can be skipped; each raises its own typed error whose
`verdict` is "invalid" or "undecided". No I/O here. Spec: docs/spec/keys-v1.md, "The chain".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.keys.directory import Directory, Principal
    from intake.keys.recipients import Recipients
    from intake.keys.signed import SignedFile


@dataclass(frozen=True)
class Root:
    """The root directory somebody handed over by another way; `org` is its fingerprint."""

    org: str
    directory: Directory
    data: bytes


@dataclass(frozen=True)
class Officers:
    """The officers file, signed by the root."""

    root: Root
    directory: Directory
    signed: SignedFile


@dataclass(frozen=True)
class Roster:
    """The roster of devices, signed by an officer."""

    officers: Officers
    directory: Directory
    signed: SignedFile
    signer: Principal


@dataclass(frozen=True)
class VerifiedRecipients:
    """The recipients file, signed by an officer."""

    recipients: Recipients
    signed: SignedFile
    signer: Principal


def load_root(data: bytes) -> Root:
    """Step 1. Raises MalformedTrustFile, WrongOrganisation (the `# org` line is not the keys' fingerprint)."""
    raise NotImplementedError


def load_officers(root: Root, signed: SignedFile) -> Officers:
    """Step 2: signed by the root, of this organisation."""
    raise NotImplementedError


def load_roster(officers: Officers, signed: SignedFile, at: datetime) -> Roster:
    """Step 3: signed by an officer valid at `at`, of this organisation, no key shared with officers or root."""
    raise NotImplementedError


def load_recipients(officers: Officers, signed: SignedFile, at: datetime) -> VerifiedRecipients:
    """Step 4: signed by an officer valid at `at`, of this organisation."""
    raise NotImplementedError


@dataclass(frozen=True)
class Trust:
    """Everything an organisation says about itself, verified up to the root."""

    root: Root
    officers: Officers
    roster: Roster
    verified_recipients: VerifiedRecipients

    @classmethod
    def load(cls, root_file: bytes, files: Mapping[str, bytes], at: datetime) -> Trust:
        """All four steps over `officers`, `roster`, `recipients`, each with `.sig` and `.pq.sig`."""
        raise NotImplementedError

    @property
    def org(self) -> str:
        """The organisation: the fingerprint of its root."""
        raise NotImplementedError

    @property
    def recipients(self) -> Recipients:
        """The keys to encrypt to."""
        raise NotImplementedError

    @property
    def roster_digest(self) -> str:
        """"sha256:…" of the roster's bytes, as statements name it."""
        raise NotImplementedError

    @property
    def recipients_digest(self) -> str:
        """"sha256:…" of the recipients file's bytes."""
        raise NotImplementedError

    @property
    def officers_digest(self) -> str:
        """"sha256:…" of the officers file's bytes."""
        raise NotImplementedError

    @property
    def signers(self) -> Directory:
        """Officers and devices in one directory (who may sign bundles and records), to hand to verify_signatures."""
        raise NotImplementedError

    def device(self, name: str) -> Principal | None:
        """A device of the roster."""
        raise NotImplementedError

    def officer(self, name: str) -> Principal | None:
        """An officer."""
        raise NotImplementedError

    def files(self) -> dict[str, bytes]:
        """The nine files of a `trust/` folder, verbatim."""
        raise NotImplementedError

    def check_follows(self, older: Trust) -> None:
        """Raises SerialRolledBack, LineRemoved or WrongOrganisation unless this is `older` or its successor."""
        raise NotImplementedError
