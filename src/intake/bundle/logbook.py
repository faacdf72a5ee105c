"""Published logs, read by whoever was handed them: entries, signed checkpoint, and which of the entries count.

Opens no file: bytes come in, a log or a refusal comes out. A refused log counts for nothing and stops no other.
Spec: docs/spec/log-v1.md, rules L01 to L06.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from intake.bundle.log import (
    BundleLeaf,
    Checkpoint,
    ErasedLeaf,
    Leaf,
    is_origin_of,
    parse_checkpoint,
    read_leaf,
)
from intake.crypto import merkle
from intake.errors import CryptoError, KeyFault, LogRefused
from intake.keys import namespaces
from intake.keys.signed import SignedFile, verify_file
from intake.keys.times import parse_json_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from intake.keys.directory import Directory, Principal, Revocation
    from intake.keys.trust import Officers

ENTRIES, CHECKPOINT = "entries.jsonl", "checkpoint"
FILES: Final = (ENTRIES, CHECKPOINT, f"{CHECKPOINT}.sig", f"{CHECKPOINT}.pq.sig")
ENTRIES_BYTES: Final = 256 << 20  # half a million bundles


@dataclass(frozen=True)
class Entry:
    """One leaf of one log."""

    officer: str
    origin: str
    index: int
    at: datetime
    leaf: Leaf


@dataclass(frozen=True)
class Logbook:
    """A log that is what its officer signed. Only `read_logbook` makes one."""

    officer: Principal
    revocation: Revocation | None
    checkpoint: Checkpoint
    entries: tuple[Entry, ...]
    hashes: tuple[bytes, ...] = field(repr=False)

    @property
    def origin(self) -> str:
        """Its name."""
        return self.checkpoint.origin

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return self.checkpoint.size

    def counts(self, entry: Entry) -> bool:
        """L06: made while its officer held office; whoever took the key of one who is revoked can date back."""
        return self.revocation is None and self.officer.valid_at(entry.at)


def folder_name(origin: str) -> str:
    """Where a log is published: `<officer>-<first 8 of its origin>`."""
    _, officer, random = origin.split("/")
    return f"{officer}-{random[:8]}"


def entries_bytes(leaves: Iterable[bytes]) -> bytes:
    """`entries.jsonl`: the leaves, verbatim, each with a line feed."""
    return b"".join(leaf + b"\n" for leaf in leaves)


def read_checkpoint(signed: SignedFile, officers: Officers) -> tuple[Checkpoint, Principal]:
    """L02 and L03: three lines that the officer whom they name signed, in office today or not."""
    checkpoint = parse_checkpoint(signed.data)
    if checkpoint is None:
        raise LogRefused(rule="L02", why="the checkpoint is not three lines of origin, size and root")
    try:
        signer = verify_file(signed, namespaces.CHECKPOINT, officers.directory, None)
    except (KeyFault, CryptoError):
        raise LogRefused(rule="L03", why="the checkpoint is not signed by an officer of this organisation") from None
    if not is_origin_of(checkpoint.origin, officers.root.org, signer.name):
        raise LogRefused(rule="L03", why="the checkpoint is of another log than its signer's")
    return checkpoint, signer


def read_logbook(files: Mapping[str, bytes], officers: Officers) -> Logbook:
    """One published log; raises LogRefused."""
    if any(name not in files for name in FILES):
        raise LogRefused(rule="L01", why="one of its four files is not here")
    checkpoint, officer = read_checkpoint(SignedFile.take(files, CHECKPOINT), officers)
    lines = files[ENTRIES].split(b"\n")
    if lines.pop() != b"" or len(lines) != checkpoint.size:
        raise LogRefused(rule="L04", why="it does not have as many entries as its checkpoint says")
    hashes = tuple(merkle.leaf_hash(line) for line in lines)
    if merkle.root(hashes) != checkpoint.root:
        raise LogRefused(rule="L04", why="its entries do not make the root that was signed")
    entries = tuple(_entry(line, index, checkpoint.origin, officer.name) for index, line in enumerate(lines))
    if any(entry.leaf.org != officers.root.org for entry in entries):
        raise LogRefused(rule="L05", why="an entry is of another organisation")
    return Logbook(officer, officers.directory.revocation(officer.name), checkpoint, entries, hashes)


def _entry(line: bytes, index: int, origin: str, officer: str) -> Entry:
    leaf = read_leaf(line)
    at = parse_json_time(leaf.at) if leaf else None
    if leaf is None or at is None:
        raise LogRefused(rule="L05", why="an entry is not of the form of one")
    return Entry(officer, origin, index, at, leaf)


@dataclass(frozen=True)
class Logs:
    """All logs at hand, and what they say of a bundle."""

    books: tuple[Logbook, ...] = ()
    refused: tuple[tuple[str, LogRefused], ...] = ()  # where it lay, and why
    _of: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict, repr=False)
    _erased: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, folders: Mapping[str, Mapping[str, bytes]], officers: Officers) -> Logs:
        """Every folder of four files, each by itself."""
        books, refused = [], []
        for where, files in folders.items():
            try:
                books.append(read_logbook(files, officers))
            except LogRefused as error:
                refused.append((where, error))
        return cls.of(books, refused)

    @classmethod
    def of(cls, books: Iterable[Logbook], refused: Iterable[tuple[str, LogRefused]] = ()) -> Logs:
        """Of logs that were read."""
        books = tuple(books)
        of: defaultdict[str, list[Entry]] = defaultdict(list)
        erased: defaultdict[str, set[str]] = defaultdict(set)
        for book in books:
            for entry in filter(book.counts, book.entries):
                match entry.leaf:
                    case BundleLeaf(bundle=digest):
                        of[digest].append(entry)
                    case ErasedLeaf(bundle=digest, items=items):
                        erased[digest].update(items)
        return cls(
            books,
            tuple(refused),
            {digest: tuple(entries) for digest, entries in of.items()},
            {digest: frozenset(items) for digest, items in erased.items()},
        )

    def entries(self, digest: str) -> tuple[Entry, ...]:
        """The entries that count of the bundle of this digest."""
        return self._of.get(digest, ())

    def erased(self, digest: str) -> frozenset[str]:
        """SHA-256 of the items of a bundle that were erased by a decision."""
        return self._erased.get(digest, frozenset())


def came_before(signer: Principal, directory: Directory, entries: Iterable[Entry]) -> bool:
    """Whether a log took the bundle in while its signer counted: in time, and before the size that a revocation names.

    A number holds in every log of that officer by itself; of a log that the revocation does not name nothing counts.
    """
    revocation = directory.revocation(signer.name)
    sizes = dict(revocation.logs) if revocation else None
    return any(
        signer.valid_at(entry.at) and (sizes is None or entry.index < sizes.get(entry.officer, 0)) for entry in entries
    )
