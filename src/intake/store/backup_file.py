"""A backup as bytes: one age file of one tar, written from a snapshot and read into an empty folder, each in one pass.

Members, in this order: `key`, `store.db`, `blobs/…`, `outbox/…`, `backup.json`, then the list of all their digests and
its two signatures. The list comes last because nothing is read twice; so nothing that was read counts before the end.
Must not know who signs, or whose signature counts. Spec: docs/spec/backup-v1.md.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.crypto.age import DecryptReader, EncryptWriter
from intake.crypto.hashing import BLOCK_BYTES, HashingReader, sha256_hex
from intake.crypto.padding import padded_size
from intake.crypto.streams import Medium, Piece, write_all
from intake.crypto.ustar import Member, TarLimits, read_ustar, write_ustar
from intake.errors import AgeNoMatch, BackupRefused, CryptoError, ForeignRecovery
from intake.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intake.crypto.age import Identity, Recipient
    from intake.crypto.streams import Readable, Writable
    from intake.crypto.ustar import Entry
    from intake.store.snapshot import Snapshot

    Sign = Callable[[bytes], tuple[bytes, bytes]]  # both signatures of the list

KEY: Final = "key"
DATABASE: Final = "store.db"
ABOUT: Final = "backup.json"
MANIFEST: Final = "manifest-sha256.txt"
SIGNATURES: Final = (f"{MANIFEST}.sig", f"{MANIFEST}.pq.sig")

PIECE_BYTES: Final = 4 << 30  # a ustar holds 8 GiB at most in one member; larger files are written in pieces
FLOOR_BYTES: Final = 1 << 20
_SMALL_BYTES: Final = 1 << 20  # of each member that is not a file of the vault, but for the list
_MANIFEST_BYTES: Final = 1 << 30
_LIMITS: Final = TarLimits(members=5_000_000, member_bytes=PIECE_BYTES, total_bytes=1 << 50)

_PIECE: Final = r"(?:\.([0-9]{4})-of-([0-9]{4}))?"
_FILE: Final = re.compile(
    rf"(store\.db|blobs/([0-9a-f]{{2}})/\2[0-9a-f]{{30}}\.age|outbox/[0-9a-f]{{32}}\.age){_PIECE}"
)
_KEY: Final = re.compile(rb"x'[0-9a-f]{64}'")


@dataclass(frozen=True)
class Opened:
    """What a backup held beside its files, once its end was reached; nobody has vouched for it yet."""

    about: bytes
    key: str = field(repr=False)
    manifest: bytes
    sig: bytes
    pq_sig: bytes


class Writer:
    """Writes a snapshot's files, their digests noted while they pass by."""

    def __init__(
        self,
        home: Path,
        snapshot: Snapshot,
        step: Callable[[int], None] = lambda _n: None,
        piece_bytes: int = PIECE_BYTES,
    ) -> None:
        self._home = home
        self._snapshot = snapshot
        self._step = step
        self._piece_bytes = piece_bytes
        self._lines: list[str] = []
        self.missing: list[str] = []  # files that the snapshot has and the folder has not

    def write(self, sink: Writable, about: bytes, recipient: Recipient, sign: Sign) -> None:
        """Write the age file; memory stays flat at any size."""
        with files.disk_faults(self._home), EncryptWriter(sink, [recipient]) as writer:
            size = write_ustar(writer, self._members(about, sign))
            for start in range(size, padded := padded_size(size, FLOOR_BYTES), BLOCK_BYTES):
                write_all(writer, bytes(min(BLOCK_BYTES, padded - start)))

    def _members(self, about: bytes, sign: Sign) -> Iterator[Member]:
        yield from self._noted(KEY, len(self._snapshot.key), io.BytesIO(self._snapshot.key.encode("ascii")))
        yield from self._file(DATABASE, self._snapshot.database)
        for name in self._snapshot.files:
            yield from self._file(name, self._home / name)
            self._step(1)
        yield from self._noted(ABOUT, len(about), io.BytesIO(about))
        manifest = "".join(self._lines).encode("ascii")
        for name, data in zip((MANIFEST, *SIGNATURES), (manifest, *sign(manifest)), strict=True):
            yield Member(name, len(data), io.BytesIO(data))

    def _file(self, name: str, path: Path) -> Iterator[Member]:
        try:
            source = path.open("rb")
        except FileNotFoundError:
            self.missing.append(name)
            return
        with source:
            size = path.stat().st_size
            of = max(1, -(-size // self._piece_bytes))
            for number in range(1, of + 1):
                length = min(size - (number - 1) * self._piece_bytes, self._piece_bytes)
                ending = f".{number:04d}-of-{of:04d}" if of > 1 else ""
                yield from self._noted(name + ending, length, source if number == of else Piece(source, length))

    def _noted(self, name: str, size: int, source: Readable) -> Iterator[Member]:
        reader = HashingReader(source)
        yield Member(name, size, reader)
        self._lines.append(f"{reader.sha256_hex}  {name}\n")


def read(source: BinaryIO, identity: Identity, into: Path) -> Opened:
    """Write the files into a folder, and return the rest: ForeignRecovery, or BackupRefused for any other fault."""
    reading = _Reading(into)
    try:
        with files.disk_faults(into):
            for entry in read_ustar(DecryptReader(Medium(source), [identity]), reading.expects, _LIMITS):
                reading.take(entry)
    except AgeNoMatch:
        raise ForeignRecovery(what="the backup") from None
    except CryptoError as fault:
        raise BackupRefused(why=fault.fields.get("why") or "it is damaged or cut short") from None
    return reading.opened()


class _Reading:
    """The members as they come: files of the vault go to the disk, the rest is kept."""

    def __init__(self, into: Path) -> None:
        self._into = into
        self._lines: list[str] = []
        self._small: dict[str, bytes] = {}
        self._last: tuple[str, int, int] = ("", 0, 0)  # the file written last, which piece of it, of how many

    def expects(self, name: str) -> bool:
        return name in (KEY, ABOUT, MANIFEST, *SIGNATURES) or _FILE.fullmatch(name) is not None

    def take(self, entry: Entry) -> None:
        shape = _FILE.fullmatch(entry.name)
        if shape is None:
            self._take_small(entry)
            return
        self._follow(shape[1], int(shape[3] or 1), int(shape[4] or 1))
        reader = HashingReader(entry)
        files.make_folder((self._into / shape[1]).parent)
        with files.append(self._into / shape[1]) as sink:
            while data := reader.read(BLOCK_BYTES):
                sink.write(data)
        self._note(entry.name, reader.sha256_hex)

    def _take_small(self, entry: Entry) -> None:
        if entry.size > (_MANIFEST_BYTES if entry.name == MANIFEST else _SMALL_BYTES):
            raise BackupRefused(why="a part of it is too large")
        data = self._small[entry.name] = entry.read()
        if entry.name in (KEY, ABOUT):
            self._note(entry.name, sha256_hex(data))

    def _note(self, name: str, digest: str) -> None:
        if MANIFEST in self._small:
            raise BackupRefused(why="something follows its list of files")
        self._lines.append(f"{digest}  {name}\n")

    def _follow(self, name: str, number: int, of: int) -> None:
        """Pieces of one file come one after the other, none is left out, and no file comes twice."""
        before, last, of_before = self._last
        goes_on = last < of_before
        if goes_on != (number > 1) or (goes_on and (name, number, of) != (before, last + 1, of_before)):
            raise BackupRefused(why="the pieces of a file are not whole")
        if number == 1 and (self._into / name).exists():
            raise BackupRefused(why="it holds one file twice")
        self._last = (name, number, of)

    def opened(self) -> Opened:
        small = self._small
        if len(small) != len((KEY, ABOUT, MANIFEST, *SIGNATURES)) or self._last[1] != self._last[2]:
            raise BackupRefused(why="a part of it is missing")
        if small[MANIFEST] != "".join(self._lines).encode("ascii"):
            raise BackupRefused(why="its files are not those that its list names")
        if not _KEY.fullmatch(small[KEY]):
            raise BackupRefused(why="its key is malformed")
        return Opened(small[ABOUT], small[KEY].decode("ascii"), small[MANIFEST], *(small[name] for name in SIGNATURES))
