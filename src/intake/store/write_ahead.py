"""A look at SQLite's write-ahead log before SQLite sees it, when a process was killed and left one.

SQLite ends a log at the first frame whose checksum fails, without a word: right for a power cut, where at most the
last transaction is torn, and wrong for damage in the middle, which would silently take back answers that were
acknowledged. This tells the two apart and changes nothing. Format: sqlite.org/fileformat2.html, section 4.
"""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.errors import DamagedVault

if TYPE_CHECKING:
    from pathlib import Path

_HEADER: Final = struct.Struct(">8I")  # magic, version, page size, checkpoint, salt, salt, checksum, checksum
_FRAME: Final = struct.Struct(">6I")  # page, pages after commit (0: no commit), salt, salt, checksum, checksum
_CHECKSUMMED_HEADER_BYTES: Final = 24
_CHECKSUMMED_FRAME_BYTES: Final = 8
_MAGIC: Final = 0x377F0682  # the last bit says in which byte order checksums read their words
_PAGE_BYTES: Final = 4096

_Sums = tuple[int, int]


def check(path: Path) -> bool:
    """Return whether a log was left behind; DamagedVault when it lost a transaction that was already on the disk."""
    if not path.exists() or path.stat().st_size <= _HEADER.size:
        return False
    with path.open("rb") as log:
        if not _is_whole(log):
            raise DamagedVault(what=path.name)
    return True


def _is_whole(log: BinaryIO) -> bool:
    header = log.read(_HEADER.size)
    magic, _, page_bytes, _, *salts, sum_0, sum_1 = _HEADER.unpack(header)
    big_endian = bool(magic & 1)
    sums = _add((0, 0), header[:_CHECKSUMMED_HEADER_BYTES], big_endian=big_endian)
    if magic | 1 != _MAGIC | 1 or page_bytes != _PAGE_BYTES or sums != (sum_0, sum_1):
        return False
    broken = False
    after: list[bool] = []  # of each frame of this log from the first broken one on: whether it commits
    while len(frame := log.read(_FRAME.size + page_bytes)) == _FRAME.size + page_bytes:
        _, commit, *frame_salts, frame_0, frame_1 = _FRAME.unpack(frame[: _FRAME.size])
        ours = frame_salts == salts
        if not broken:
            content = frame[:_CHECKSUMMED_FRAME_BYTES] + frame[_FRAME.size :]
            sums = _add(sums, content, big_endian=big_endian)
            broken = not ours or sums != (frame_0, frame_1)
        if broken and ours:
            after.append(commit != 0)
    # A transaction begins only when the one before is on the disk. So what a power cut tears is one transaction, whose
    # only commit is its last frame; a commit anywhere before means that something acknowledged can't be read.
    return not any(after[:-1])


def _add(sums: _Sums, data: bytes, *, big_endian: bool) -> _Sums:
    words = array("I", data)
    if big_endian != (struct.pack("=I", 1) == struct.pack(">I", 1)):
        words.byteswap()
    first, second = sums
    pairs = iter(words)
    for even, odd in zip(pairs, pairs, strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
