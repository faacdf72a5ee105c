"""The succession of the root: files by which each root made the next, from the first one to the one that counts.

A root file of serial n is signed by its own keys and by those of n - 1, and names the file before it by its digest, so
that one root file pins all that came before. Must not: say which root a reader has to believe (trust.py, by the one
that was handed over). Spec: docs/spec/keys-v1.md, "Succession of the root", rules K15, K90 to K93.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from intake.crypto.hashing import sha256_hex
from intake.errors import MalformedTrustFile, SharedKey, SignatureInvalid, UnknownSigner, WeakKey, WrongOrganisation
from intake.keys import namespaces
from intake.keys.directory import Directory, Principal, parse_directory
from intake.keys.lines import Lines, join
from intake.keys.parcel import read_parcel, write_parcel
from intake.keys.recipients import ONCE, Archives
from intake.keys.selfsigned import read_recipient
from intake.keys.signed import SignedFile, sign_file, verify_file

if TYPE_CHECKING:
    from intake.crypto.sshsig import PublicKeys, SignerKeys

SUCCESSION: Final = "succession"  # the file's name in a trust folder, a pack, a receipt, a card
MAX_ROOTS: Final = 16  # one a year outlives any of today's keys; a reader verifies four signatures for each
MAX_BYTES: Final = 1 << 20

_FILES: Final = ("", ".sig", ".pq.sig", ".by-{before}.sig", ".by-{before}.pq.sig")  # of each root but the first
_PREV = re.compile(r"# prev ([0-9a-f]{64})")
_NAMED = re.compile(r"# (archive|identity-archive|recovery) (age1pq1[0-9a-z]+)")


@dataclass(frozen=True)
class RootFile:
    """One root file as it was read; `prev` is the SHA-256 of the one before it, None in the first.

    `archives`: where it gives the organisation other archives and another recovery key than before.
    """

    directory: Directory
    data: bytes
    prev: str | None = None
    archives: Archives | None = None

    @property
    def serial(self) -> int:
        """Which root of this organisation it is, from 1."""
        return self.directory.serial

    @property
    def fingerprint(self) -> str:
        """Of its own keys; the first one's is the organisation's name."""
        return self.directory.principals[0].fingerprint


def first_root(keys: PublicKeys) -> bytes:
    """The root file an organisation begins with, named by its own fingerprint."""
    principal = Principal("root", keys)
    return Directory("root", principal.fingerprint, 1, (principal,)).encode()


def parse_root(data: bytes) -> RootFile:
    """Parse bytes that nobody has vouched for yet. Raises MalformedTrustFile naming the rule and the line."""
    lines = Lines("root", data)
    head, mark, _ = data.partition(b"\n# prev ")
    directory = parse_directory(head + b"\n" if mark else data, "root")
    tail = list(lines.body())[len(directory.principals) * 2 :]
    if directory.serial == 1:
        if tail:
            raise lines.refuse(tail[0][0], "K15", "nothing follows the keys of the first root")
        return RootFile(directory, data)
    prev = _PREV.fullmatch(tail[0][1]) if tail else None
    if prev is None:
        raise lines.refuse(tail[0][0] if tail else 0, "K15", "a later root names the file before it")
    return RootFile(directory, data, prev[1], _archives(lines, tail[1:]))


def _archives(lines: Lines, numbered: list[tuple[int, str]]) -> Archives | None:
    """K15: the three uses in their order, each with a key of its own, or none."""
    if not numbered:
        return None
    named = [shape.groups() if (shape := _NAMED.fullmatch(line)) else ("", "") for _, line in numbered]
    if tuple(use for use, _ in named) != ONCE:
        raise lines.refuse(numbered[0][0], "K15", "archive, identity-archive and recovery, or none of them")
    try:
        keys = [key for _, text in named if (key := read_recipient(text))]
    except WeakKey:
        keys = []
    if len(set(keys)) != len(ONCE):
        raise lines.refuse(numbered[0][0], "K15", "three post-quantum recipients that are three")
    return Archives(*keys)


def read_succession(data: bytes) -> tuple[RootFile, ...]:
    """Every root, each verified from the one before it; the last one counts. Raises TrustFault leaves."""
    members = read_parcel(data, padded=False, most=_count(MAX_ROOTS)) if len(data) <= MAX_BYTES else None
    serials = range(2, MAX_ROOTS + 1)
    last = next((n for n in serials if members is not None and tuple(members) == _names(n)), None)
    if members is None or last is None:
        raise _refuse("K90", f"a tar of 2 to {MAX_ROOTS} roots with their signatures, in their order")
    roots = [parse_root(members["root-1"])]
    if roots[0].serial != 1 or roots[0].directory.org != roots[0].fingerprint:
        raise WrongOrganisation(what="the first root")
    for serial in range(2, last + 1):
        roots.append(_next(roots, members, serial))
    return tuple(roots)


def _next(roots: list[RootFile], members: dict[str, bytes], serial: int) -> RootFile:
    """K91 to K93, of one root after those before it."""
    name, old = f"root-{serial}", roots[-1]
    new = parse_root(members[name])
    if new.directory.org != old.directory.org:
        raise WrongOrganisation(what=name)
    if new.serial != serial or new.prev != sha256_hex(old.data):
        raise _refuse("K91", f"{name} is not the one that follows the root before it")
    for before in roots:
        for key in new.directory.owners.keys() & before.directory.owners.keys():
            raise SharedKey(file=name, name=new.directory.owners[key], other=f"root-{before.serial}")
    if not _made_by(new, members, name, new):
        raise SignatureInvalid(which=f"of {name}", why="not made by its own keys")
    if not _made_by(old, members, f"{name}.by-{old.serial}", new):
        raise SignatureInvalid(which=f"of {name}", why="not made by the root before it")
    return new


def _made_by(signer: RootFile, members: dict[str, bytes], stem: str, root: RootFile) -> bool:
    """K92: both signatures by this root; raises SignatureInvalid for one that is malformed or wrong."""
    try:
        signed = SignedFile(stem, root.data, members[f"{stem}.sig"], members[f"{stem}.pq.sig"])
        verify_file(signed, namespaces.ROOT, signer.directory, at=None)
    except UnknownSigner:
        return False
    return True


def succeeded(
    roots: tuple[RootFile, ...], chain: bytes | None, signers: tuple[SignerKeys, SignerKeys], archives: Archives | None
) -> bytes:
    """The succession with one root more; `signers`: the old root and the new one, `archives`: if others count now.

    Read back as every reader will: what nobody would believe is never handed out.
    """
    old, (before, new) = roots[-1], signers
    serial = old.serial + 1
    name, head = f"root-{serial}", Directory("root", old.directory.org, serial, (Principal("root", new.public),))
    tail = [f"# prev {sha256_hex(old.data)}"]
    tail += [f"# {use} {key}" for use, key in archives.uses()] if archives else []
    data = head.encode() + join(tail)
    own = sign_file(new, namespaces.ROOT, name, data).files()
    by_old = sign_file(before, namespaces.ROOT, f"{name}.by-{old.serial}", data).files()
    members = (read_parcel(chain, padded=False, most=_count(MAX_ROOTS)) or {}) if chain else {"root-1": old.data}
    members |= own | {file: text for file, text in by_old.items() if file.endswith(".sig")}
    parcel = write_parcel(members, padded=False)
    read_succession(parcel)
    return parcel


def _names(last: int) -> tuple[str, ...]:
    later = (f"root-{n}{end.format(before=n - 1)}" for n in range(2, last + 1) for end in _FILES)
    return ("root-1", *later)


def _count(last: int) -> int:
    return len(_names(last))


def _refuse(rule: str, why: str) -> MalformedTrustFile:
    return MalformedTrustFile(file=SUCCESSION, line=0, rule=rule, why=why)
