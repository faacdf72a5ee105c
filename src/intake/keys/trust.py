"""The chain from the root to a device, in the only order it can be climbed: root, officers, roster, recipients.

Each step takes the verified step before it, so that no step can be skipped; each raises its own typed error whose
`verdict` is "invalid" or "undecided". No I/O here. Spec: docs/spec/keys-v1.md, "The chain", rules K20 to K29.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from intake.crypto.hashing import digest
from intake.errors import (
    SerialRolledBack,
    SharedKey,
    SignatureInvalid,
    SignerNotValidThen,
    UnknownSigner,
    WrongOrganisation,
)
from intake.keys import namespaces
from intake.keys.directory import Directory, Principal, check_succession, fingerprint_of, parse_directory
from intake.keys.lines import check_step
from intake.keys.recipients import Recipients, check_same_archives, parse_recipients
from intake.keys.signed import SignedFile, verify_file
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.sshsig import PublicKeys

KINDS: Final = ("officers", "roster", "recipients")
FILES: Final = tuple(f"{kind}{end}" for kind in KINDS for end in ("", ".sig", ".pq.sig"))  # the `trust/` folder (K29)


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

    def check_in_office(self, signer: Principal, at: datetime) -> None:
        """K24, of what comes in: a revocation counts at any time, because `at` is a clock that may be slow."""
        if self.directory.revocation(signer.name) or not signer.valid_at(at):
            raise SignerNotValidThen(signer=signer.name, at=json_time(at))


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


@dataclass(frozen=True)
class SignersOf:
    """Several directories as one, to hand to verify_signatures."""

    kind: str
    directories: tuple[Directory, ...]

    def find(self, blob: bytes) -> Principal | None:
        """Who owns this key; no two directories share one (K26)."""
        return next((one for one in (each.find(blob) for each in self.directories) if one), None)

    def get(self, name: str) -> Principal | None:
        """The principal of that name; no two directories share one (K04)."""
        return next((one for one in (each.get(name) for each in self.directories) if one), None)


def root_file(keys: PublicKeys, serial: int = 1) -> bytes:
    """The root as verifiers are given it: an allowed_signers file."""
    return root_directory(keys, serial).encode()


def root_directory(keys: PublicKeys, serial: int = 1) -> Directory:
    """The root's own directory, named by its own fingerprint."""
    return Directory("root", fingerprint_of(keys), serial, (Principal("root", keys),))


def load_root(data: bytes) -> Root:
    """Step 1. Raises MalformedTrustFile, WrongOrganisation (K20: `# org` is not the keys' fingerprint)."""
    directory = parse_directory(data, "root")
    if directory.org != directory.principals[0].fingerprint:
        raise WrongOrganisation(what="the root file")
    return Root(directory.org, directory, data)


def load_officers(root: Root, signed: SignedFile) -> Officers:
    """Step 2: of this organisation (K20), signed by this root (K21)."""
    directory = parse_directory(signed.data, "officers")
    _check_org(root, directory.org, "the officers file")
    try:
        verify_file(signed, namespaces.OFFICERS, root.directory, at=None)
    except UnknownSigner:  # there is one root, and nobody to learn of later: this is no open question
        raise SignatureInvalid(which="of officers", why="not made by this root") from None
    _check_shared(directory, root.directory)
    return Officers(root, directory, signed)


def load_roster(officers: Officers, signed: SignedFile, at: datetime) -> Roster:
    """Step 3: of this organisation, signed by an officer valid at `at`, no key shared with officers or root."""
    directory = parse_directory(signed.data, "roster")
    _check_org(officers.root, directory.org, "the roster")
    # Root and devices are asked too: a roster by one of them is a plain no (K23), not an open question.
    everybody = SignersOf("officers", (officers.directory, directory, officers.root.directory))
    signer = verify_file(signed, namespaces.ROSTER, everybody, at)
    _check_shared(directory, officers.directory, officers.root.directory)
    return Roster(officers, directory, signed, signer)


def load_recipients(officers: Officers, signed: SignedFile, at: datetime) -> VerifiedRecipients:
    """Step 4: of this organisation, signed by an officer valid at `at`."""
    recipients = parse_recipients(signed.data)
    _check_org(officers.root, recipients.org, "the recipients file")
    signer = verify_file(signed, namespaces.RECIPIENTS, officers.directory, at)
    return VerifiedRecipients(recipients, signed, signer)


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
        root = load_root(root_file)
        officers = load_officers(root, SignedFile.take(files, "officers"))
        roster = load_roster(officers, SignedFile.take(files, "roster"), at)
        recipients = load_recipients(officers, SignedFile.take(files, "recipients"), at)
        for signer in (roster.signer, recipients.signer):
            officers.check_in_office(signer, at)
        return cls(root, officers, roster, recipients)

    @property
    def org(self) -> str:
        """The organisation: the fingerprint of its root."""
        return self.root.org

    @property
    def recipients(self) -> Recipients:
        """The keys to encrypt to; those of a coordinator who was revoked since are none (K34)."""
        gone = [one.principal for one in self.officers.directory.revocations]
        return self.verified_recipients.recipients.without(gone)

    @property
    def roster_digest(self) -> str:
        """`sha256:…` of the roster's bytes, as statements name it."""
        return digest(self.roster.signed.data)

    @property
    def recipients_digest(self) -> str:
        """`sha256:…` of the recipients file's bytes, as statements name it."""
        return digest(self.verified_recipients.signed.data)

    @property
    def signers(self) -> SignersOf:
        """Officers and devices (who may sign bundles and records), to hand to verify_signatures."""
        return SignersOf("officers and roster", (self.officers.directory, self.roster.directory))

    def device(self, name: str) -> Principal | None:
        """A device of the roster."""
        return self.roster.directory.get(name)

    def officer(self, name: str) -> Principal | None:
        """An officer."""
        return self.officers.directory.get(name)

    def files(self) -> dict[str, bytes]:
        """The nine files of a `trust/` folder, verbatim."""
        signed = (self.officers.signed, self.roster.signed, self.verified_recipients.signed)
        return {name: data for one in signed for name, data in one.files().items()}

    def check_follows(self, older: Trust) -> None:
        """Raises WrongOrganisation, SerialRolledBack or LineRemoved unless this is `older` or its successor."""
        if self.org != older.org:
            raise WrongOrganisation(what="a trust file")
        check_succession(older.officers.directory, self.officers.directory)
        check_succession(older.roster.directory, self.roster.directory)
        new, old = self.verified_recipients.recipients, older.verified_recipients.recipients
        if new.serial < old.serial or (new.serial == old.serial and new != old):
            raise SerialRolledBack(file="recipients", serial=new.serial, held=old.serial)
        check_step("recipients", old.serial, new.serial)
        check_same_archives(old, new)


def _check_org(root: Root, org: str, what: str) -> None:
    """K20: every signed object names its organisation."""
    if org != root.org:
        raise WrongOrganisation(what=what)


def _check_shared(directory: Directory, *above: Directory) -> None:
    """K26: nobody is two: no key of this directory stands in one above it."""
    for other in above:
        for key in directory.owners.keys() & other.owners.keys():
            raise SharedKey(file=directory.kind, name=directory.owners[key], other=other.owners[key])
