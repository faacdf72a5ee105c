"""A folder or stick: `.part`, fsync, rename, fsync of the folder, read back from the medium and compare.

Knows nothing of what it carries. The final name appears only in `publish`, so that the caller can commit what must be
committed before a file may be handed over. Never overwrites, and leaves no `.part` behind when it fails.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, NoReturn

from intake.errors import (
    CarrierFailed,
    CarrierFull,
    CarrierMisread,
    CarrierMissing,
    CarrierReadOnly,
    CarrierTaken,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK_BYTES = 1 << 20
_SPARE_BYTES = 64 << 10  # for the folder's own entries: a stick filled to the last byte may fail at the rename
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # EFBIG: FAT32 holds no file of 4 GiB
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_MISSING = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENODEV, errno.ENXIO, errno.ESTALE}
)


@dataclass(frozen=True)
class Carried:
    """A file under its final name, read again and equal.

    "checked": from the medium; "written": perhaps from a cache, which this system can't be told to empty.
    """

    path: Path
    size: int
    sha256: str
    state: Literal["checked", "written"]


@contextmanager
def stage(folder: Path, name: str, size: int) -> Iterator[Staged]:
    """Begin a file of `size` bytes (for the space check); leaving the context unpublished removes it."""
    _check_room(folder, size)
    staged = Staged(folder, name, size)
    try:
        yield staged
    finally:
        staged.discard()


def files(folder: Path) -> list[Path]:
    """The carried files in a folder, sorted by name; `.part` and hidden ones are left out."""
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if path.is_file() and not path.name.startswith(".") and path.suffix != ".part"
        )
    except OSError as error:
        give_up(error, folder, 0)


class Staged:
    """A file being written as `<name>.part`."""

    def __init__(self, folder: Path, name: str, size: int) -> None:
        self._folder = folder
        self._final = folder / name
        self._part = folder / (name + ".part")
        self._needed = size
        self._hash = hashlib.sha256()
        self.size = 0
        if self._final.exists():
            raise CarrierTaken(name=name)
        try:
            self._file: BinaryIO | None = self._part.open("xb")
        except FileExistsError:
            raise CarrierTaken(name=self._part.name) from None
        except OSError as error:
            give_up(error, folder, size)

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Take the bytes."""
        if self._file is None:
            raise CarrierFailed(folder=str(self._folder))
        try:
            self._file.write(data)
        except OSError as error:
            give_up(error, self._folder, self._needed)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def publish(self) -> Carried:
        """Fsync, rename to the final name, fsync the folder, read back and compare."""
        if self._file is None:
            raise CarrierFailed(folder=str(self._folder))
        sha256 = self._hash.hexdigest()
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            _rename(self._part, self._final)
            _fsync_folder(self._folder)
            found, forgotten = _read_again(self._final)
        except OSError as error:
            give_up(error, self._folder, self._needed)
        if found != sha256:
            _remove(self._final)
            raise CarrierMisread(folder=str(self._folder))
        return Carried(self._final, self.size, sha256, "checked" if forgotten else "written")

    def discard(self) -> None:
        """Close and remove what was not published; a stick that is gone takes its `.part` with it."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # buffered bytes that a full or vanished stick did not take
                self._file.close()
            self._file = None
        _remove(self._part)


def _check_room(folder: Path, size: int) -> None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        give_up(error, folder, size)
    if not folder.is_dir():
        raise CarrierMissing(folder=str(folder))
    if free < size + _SPARE_BYTES:
        raise CarrierFull(folder=str(folder), needed=size)


def _rename(part: Path, final: Path) -> None:
    if final.exists():  # a stick has one writer; its file systems offer no rename that refuses by itself
        raise CarrierTaken(name=final.name)
    part.rename(final)


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no such handle, and journals the name with the file
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems can't sync a folder, and say so
            raise
    finally:
        os.close(descriptor)


def _read_again(path: Path) -> tuple[str, bool]:
    """Hex SHA-256 of the file, and whether the system was told to forget its pages first."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        forgotten = _forget(file.fileno())
        while data := file.read(_BLOCK_BYTES):
            sha256.update(data)
    return sha256.hexdigest(), forgotten


def _forget(descriptor: int) -> bool:
    if not hasattr(os, "posix_fadvise"):
        return False
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:
        return False
    return True


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):  # the medium is gone or read-only: nothing of ours can be removed there
        path.unlink(missing_ok=True)


def give_up(error: OSError, folder: Path, needed: int) -> NoReturn:
    """Turn what the system says into what a person can do."""
    if error.errno in _FULL:
        raise CarrierFull(folder=str(folder), needed=needed) from None
    if error.errno in _READ_ONLY:
        raise CarrierReadOnly(folder=str(folder)) from None
    if error.errno in _MISSING or not folder.exists():
        raise CarrierMissing(folder=str(folder)) from None
    raise CarrierFailed(folder=str(folder)) from None
