"""The chain from the root to a device, in the only order it can be climbed: root, officers, roster, recipients.

Each step takes the verified step before it, so that no step can be skipped; each raises its own typed error whose
`verdict` is "invalid" or "undecided". No I/O here. Spec: docs/spec/keys-v1.md, "The chain", rules K20 to K29.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from intake.crypto.hashing import digest
from intake.errors import (
    RootForked,
    RootSuperseded,
    SerialRolledBack,
    SharedKey,
    SignatureInvalid,
    SignerNotValidThen,
    TrustFileMissing,
    UnknownSigner,
    WrongOrganisation,
)
from intake.keys import namespaces
from intake.keys.directory import Directory, Principal, check_succession, parse_directory
from intake.keys.lines import check_step
from intake.keys.recipients import Recipients, check_same_archives, parse_recipients
from intake.keys.signed import SignedFile, verify_file
from intake.keys.succession import SUCCESSION, RootFile, parse_root, read_succession, succeeded
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.sshsig import SignerKeys
    from intake.keys.recipients import Archives

KINDS: Final = ("officers", "roster", "recipients")
FILES: Final = tuple(f"{kind}{end}" for kind in KINDS for end in ("", ".sig", ".pq.sig"))  # the `trust/` folder (K29)
FOLDER: Final = (*FILES, SUCCESSION)  # and what lies there besides, once the root was succeeded


@dataclass(frozen=True)
class Root:
    """The root that counts: the one handed over by another way, or the last that its succession leads to.

    `roots`: from the first one, whose fingerprint is the organisation, to the one that counts.
    """

    roots: tuple[RootFile, ...]
    succession: bytes | None = None  # verbatim, as it lies beside the trust files; None while there is one root

    @property
    def org(self) -> str:
        """The organisation: the fingerprint of its first root, whichever counts now."""
        return self.roots[0].directory.org

    @property
    def newest(self) -> RootFile:
        """The one that counts."""
        return self.roots[-1]

    @property
    def directory(self) -> Directory:
        """The keys that count."""
        return self.newest.directory

    @property
    def directories(self) -> tuple[Directory, ...]:
        """Those that counted once, too: nobody else may have a key of theirs (K26)."""
        return tuple(one.directory for one in self.roots)

    @property
    def data(self) -> bytes:
        """The root file to hand over."""
        return self.newest.data

    @property
    def archives(self) -> Archives | None:
        """The newest that a root named; None: those of the recipients file (K96)."""
        return next((one.archives for one in reversed(self.roots) if one.archives), None)

    def check_follows(self, older: Root) -> None:
        """K94: raises RootForked or RootSuperseded unless this is `older`, or leads on from it."""
        if self.org != older.org:
            raise WrongOrganisation(what="a root file")
        for mine, theirs in zip(self.roots, older.roots, strict=False):
            _check_same(theirs, mine)
        if len(self.roots) < len(older.roots):
            raise RootSuperseded(what="this file", serial=self.newest.serial, held=older.newest.serial)

    def succeeded(self, old: SignerKeys, new: SignerKeys, archives: Archives | None = None) -> Root:
        """The next root, made by this one; `archives`: if the organisation's three age keys change with it."""
        return load_root(self.data, succeeded(self.roots, self.succession, (old, new), archives))


def newer_root(one: Root, other: Root) -> Root:
    """The one that leads on from the other, or `one` when they are the same; raises RootForked."""
    longer, shorter = (other, one) if len(other.roots) > len(one.roots) else (one, other)
    longer.check_follows(shorter)
    return longer


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


def load_root(data: bytes, succession: bytes | None = None) -> Root:
    """Step 1: the root that was given, and the one that counts by the succession beside the trust files.

    Raises MalformedTrustFile, WrongOrganisation (K20), RootForked (K94), TrustFileMissing: a later root with a
    succession that does not reach it, or with none, is an open question.
    """
    given = parse_root(data)
    if succession is None:
        if given.serial > 1:
            raise TrustFileMissing(file=SUCCESSION)
        if given.directory.org != given.fingerprint:
            raise WrongOrganisation(what="the root file")
        return Root((given,))
    roots = read_succession(succession)
    if roots[0].directory.org != given.directory.org:
        raise WrongOrganisation(what="the succession of the root")
    if given.serial > len(roots):
        raise TrustFileMissing(file=f"a succession that reaches root {given.serial}")
    _check_same(given, roots[given.serial - 1])
    return Root(roots, succession)


def _check_same(held: RootFile, other: RootFile) -> None:
    """K94: of one serial there is one root, byte for byte."""
    if held.data != other.data:
        raise RootForked(serial=held.serial, held=held.fingerprint[:16], other=other.fingerprint[:16])


def load_officers(root: Root, signed: SignedFile) -> Officers:
    """Step 2: of this organisation (K20), signed by the root that counts (K21, K95)."""
    directory = parse_directory(signed.data, "officers")
    _check_org(root, directory.org, "the officers file")
    try:
        verify_file(signed, namespaces.OFFICERS, root.directory, at=None)
    except UnknownSigner:  # there is one root, and nobody to learn of later: this is no open question
        _check_not_superseded(root, signed)
        raise SignatureInvalid(which="of officers", why="not made by this root") from None
    _check_shared(directory, *root.directories)
    return Officers(root, directory, signed)


def _check_not_superseded(root: Root, signed: SignedFile) -> None:
    """K95: says which root signed it, when it was one that has been followed."""
    for before in root.roots[:-1]:
        try:
            verify_file(signed, namespaces.OFFICERS, before.directory, at=None)
        except UnknownSigner:
            continue
        raise RootSuperseded(what="the officers file", serial=before.serial, held=root.newest.serial)


def load_roster(officers: Officers, signed: SignedFile, at: datetime) -> Roster:
    """Step 3: of this organisation, signed by an officer valid at `at`, no key shared with officers or root."""
    directory = parse_directory(signed.data, "roster")
    _check_org(officers.root, directory.org, "the roster")
    # Root and devices are asked too: a roster by one of them is a plain no (K23), not an open question.
    everybody = SignersOf("officers", (officers.directory, directory, *officers.root.directories))
    signer = verify_file(signed, namespaces.ROSTER, everybody, at)
    _check_shared(directory, officers.directory, *officers.root.directories)
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
        """All four steps over `officers`, `roster`, `recipients`, each with `.sig` and `.pq.sig`; and `succession`."""
        root = load_root(root_file, files.get(SUCCESSION))
        officers = load_officers(root, SignedFile.take(files, "officers"))
        roster = load_roster(officers, SignedFile.take(files, "roster"), at)
        recipients = load_recipients(officers, SignedFile.take(files, "recipients"), at)
        for signer in (roster.signer, recipients.signer):
            officers.check_in_office(signer, at)
        return cls(root, officers, roster, recipients)

    @property
    def org(self) -> str:
        """The organisation: the fingerprint of its first root."""
        return self.root.org

    @property
    def recipients(self) -> Recipients:
        """The keys to encrypt to: none of a coordinator revoked since (K34); archives as the root names them (K96)."""
        gone = [one.principal for one in self.officers.directory.revocations]
        return self.verified_recipients.recipients.without(gone).with_archives(self.root.archives)

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
        """The nine files of a `trust/` folder, verbatim; and the succession, once there is one."""
        signed = (self.officers.signed, self.roster.signed, self.verified_recipients.signed)
        files = {name: data for one in signed for name, data in one.files().items()}
        return files | ({SUCCESSION: self.root.succession} if self.root.succession else {})

    def check_follows(self, older: Trust) -> None:
        """Raises a TrustFault unless this is `older` or its successor: roots, serials, lines, archives."""
        if self.org != older.org:
            raise WrongOrganisation(what="a trust file")
        self.root.check_follows(older.root)
        check_succession(older.officers.directory, self.officers.directory)
        check_succession(older.roster.directory, self.roster.directory)
        new, old = self.verified_recipients.recipients, older.verified_recipients.recipients
        if new.serial < old.serial or (new.serial == old.serial and new != old):
            raise SerialRolledBack(file="recipients", serial=new.serial, held=old.serial)
        check_step("recipients", old.serial, new.serial)
        check_same_archives(old, new, self.root.archives)


def _check_org(root: Root, org: str, what: str) -> None:
    """K20: every signed object names its organisation."""
    if org != root.org:
        raise WrongOrganisation(what=what)


def _check_shared(directory: Directory, *above: Directory) -> None:
    """K26: nobody is two: no key of this directory stands in one above it."""
    for other in above:
        for key in directory.owners.keys() & other.owners.keys():
            raise SharedKey(file=directory.kind, name=directory.owners[key], other=other.owners[key])
