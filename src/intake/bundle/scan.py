"""One streaming pass over a bundle: what is in the tar, said without believing any of it.

Memory is the tag files and one line per payload file, at any size. A fault ends up in the facts, under the ID of the
check that reports it; only a file that can't be read at all raises. Spec: docs/spec/bundle-v1.md, "Checks".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.bundle.container import (
    BAG_INFO,
    BAGIT,
    MANIFEST,
    PQ_SIG,
    SIG,
    STATEMENT,
    TAGMANIFEST,
    TAGS,
    Payload,
)
from intake.bundle.envelope import SealedBundle, envelope_size
from intake.crypto.hashing import BLOCK_BYTES, HashingReader, digest
from intake.crypto.ustar import MAX_MEMBER_BYTES, TarLimits, read_ustar, ustar_size
from intake.errors import AgeNoMatch, ChangedUnderneath, CryptoError, TarFault, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from intake.bundle.limits import Limits
    from intake.crypto.streams import Readable
    from intake.crypto.ustar import Entry

ENVELOPE, SIZES, TAR, NAMES = "B01", "B02", "B03", "B04"
_BID = re.compile(r"[0-9a-f]{32}")
_ITEM = re.compile(r"[0-9a-f]{32}\.age")


@dataclass(frozen=True)
class Fault:
    """What ended or spoiled the pass, and which check says so."""

    check: str
    why: str
    fields: Mapping[str, object] = field(default_factory=dict)
    undecided: bool = False


@dataclass(frozen=True)
class Facts:
    """What one pass saw. With a fault, the rest is what was seen before it."""

    sealed: SealedBundle
    envelope: bool
    bid: str | None = None
    tags: Mapping[str, bytes] = field(default_factory=dict)
    payload: tuple[Payload, ...] = ()
    tar_size: int = 0
    stream_sha256: str = ""
    fault: Fault | None = None

    @property
    def statement_json(self) -> bytes:
        """The bytes of statement.json."""
        return self.tags[STATEMENT]

    @property
    def digest(self) -> str:
        """The bundle's digest."""
        return digest(self.tags[TAGMANIFEST])

    def read_again(self) -> Readable:
        """A second pass over the same bytes, which ends in ChangedUnderneath if they are not the same."""
        return _Again(self.sealed.tar(), self.tar_size, self.stream_sha256)


class _Again:
    """Gives the first `size` bytes; at their end reads on to the real end and compares the whole."""

    def __init__(self, source: Readable, size: int, sha256: str) -> None:
        self._source = HashingReader(source)
        self._left = size
        self._sha256 = sha256

    def read(self, n: int = -1, /) -> bytes:
        try:
            return self._read(self._left if n < 0 else min(n, self._left), at_end=n != 0)
        except OSError:  # the carrier's fault: whoever copies this onto a disk would take it for the disk's
            raise UnreadableFile from None

    def _read(self, n: int, *, at_end: bool) -> bytes:
        data = self._source.read(n)
        self._left -= len(data)
        if self._left == 0 or (at_end and not data):
            while self._source.read(BLOCK_BYTES):
                pass
            if self._left or self._source.sha256_hex != self._sha256:
                raise ChangedUnderneath
        return data


def scan(sealed: SealedBundle, limits: Limits) -> Facts:
    """Read the whole file once."""
    try:
        return _Scan(sealed, limits).run()
    except OSError:
        raise UnreadableFile from None


def read_tags(sealed: SealedBundle, limits: Limits) -> Mapping[str, bytes]:
    """The tag files alone, unverified; of a file that is no bundle, those that were found before it failed."""
    try:
        found = _Scan(sealed, limits)
        found.run_tags()
    except OSError:
        raise UnreadableFile from None
    return found.tags


def tar_entries(source: Readable, limits: Limits) -> Iterator[Entry]:
    """The files of a signed tar, by no other caps than a tar has: B02 and B04 have their own to say."""
    members = len(TAGS) + limits.items + 1  # one more than allowed, so that it is B02 that says so
    return read_ustar(source, lambda _name: True, TarLimits(members, MAX_MEMBER_BYTES, MAX_MEMBER_BYTES * members))


class _FaultFound(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.check)
        self.fault = fault


class _Scan:
    def __init__(self, sealed: SealedBundle, limits: Limits) -> None:
        self._sealed = sealed
        self._limits = limits
        self._envelope = sealed.is_envelope
        self._names_fault: Fault | None = None
        self._caps = {
            BAGIT: limits.bagit_bytes,
            BAG_INFO: limits.bag_info_bytes,
            MANIFEST: limits.manifest_bytes,
            STATEMENT: limits.statement_bytes,
            TAGMANIFEST: limits.tagmanifest_bytes,
            SIG: limits.signature_bytes,
            PQ_SIG: limits.signature_bytes,
        }
        self.bid: str | None = None
        self.tags: dict[str, bytes] = {}
        self._payload: list[Payload] = []
        self._sizes: list[int] = []
        self._stream: HashingReader | None = None

    def run(self) -> Facts:
        fault = self._fault_of(self._all)
        return Facts(
            sealed=self._sealed,
            envelope=self._envelope,
            bid=self.bid,
            tags=self.tags,
            payload=tuple(self._payload),
            tar_size=ustar_size(self._sizes),
            stream_sha256="" if self._stream is None else self._stream.sha256_hex,
            fault=fault or self._names_fault,
        )

    def run_tags(self) -> None:
        self._fault_of(self._tags)

    def _fault_of(self, step: Callable[[], None]) -> Fault | None:
        try:
            step()
        except _FaultFound as found:
            return found.fault
        except TarFault as error:
            return Fault(TAR, error.message, error.fields)
        except AgeNoMatch as error:
            return Fault(ENVELOPE, error.message, error.fields, undecided=True)
        except CryptoError as error:  # only the envelope is decrypted here
            return Fault(ENVELOPE, error.message, error.fields)
        return None

    def _all(self) -> None:
        self._stream = HashingReader(self._open())
        for entry in tar_entries(self._stream, self._limits):
            self._take(entry)
        self._check_end(self._stream)

    def _tags(self) -> None:
        for entry in tar_entries(self._open(), self._limits):
            self._take(entry)
            if len(self._sizes) == len(TAGS):
                return

    def _open(self) -> Readable:
        if self._envelope and not self._sealed.identities:
            raise _FaultFound(Fault(ENVELOPE, "the file is encrypted, and no key was given to open it", undecided=True))
        return self._sealed.tar()

    def _take(self, entry: Entry) -> None:
        number = len(self._sizes)
        self._sizes.append(entry.size)
        self._check_sizes(number, entry)
        name = self._short_name(number, entry.name)
        if number < len(TAGS):
            self.tags[name] = entry.read()
            return
        sha256 = hashlib.sha256()
        while data := entry.read(BLOCK_BYTES):
            sha256.update(data)
        self._payload.append(Payload(name, entry.size, sha256.hexdigest()))

    def _check_sizes(self, number: int, entry: Entry) -> None:
        if number >= len(TAGS) + self._limits.items:
            raise _FaultFound(Fault(SIZES, "more than {limit} items", {"limit": self._limits.items}))
        cap = self._caps[TAGS[number]] if number < len(TAGS) else self._limits.item_bytes
        if entry.size > cap:
            raise _FaultFound(Fault(SIZES, "a file of more than {limit} bytes", {"limit": cap}))

    def _short_name(self, number: int, name: str) -> str:
        bid, _, short = name.partition("/")
        self.bid = self.bid if number else (bid if _BID.fullmatch(bid) else None)
        expected = short == TAGS[number] if number < len(TAGS) else self._is_new_item(short)
        if not expected or bid != self.bid:
            self._names_fault = self._names_fault or Fault(
                NAMES, "file {number} of the tar is not the one that belongs there", {"number": number + 1}
            )
        return short.removeprefix("data/")

    def _is_new_item(self, short: str) -> bool:
        folder, _, name = short.partition("/")
        return folder == "data" and _ITEM.fullmatch(name) is not None

    def _check_end(self, stream: HashingReader) -> None:
        size = ustar_size(self._sizes)
        if len(self._sizes) < len(TAGS):
            self._names_fault = Fault(NAMES, "the tar ends before its last tag file")
        if not self._envelope and stream.size != size:
            raise _FaultFound(Fault(TAR, "there are bytes after the end of the tar"))
        if self._envelope and stream.size != envelope_size(size):
            raise _FaultFound(Fault(ENVELOPE, "it is not padded to the size its content asks for"))
