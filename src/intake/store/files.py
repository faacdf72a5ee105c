"""Files and folders of the vault: private, whole or absent, on the disk when said to be.

The only place of this room that makes files (SQLite makes its own beside store.db, with its mode). A file gets its
name after its bytes are on the disk, and the name is on the disk before anybody relies on it.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.errors import DiskFault, DiskFull, ReadOnlyFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPORARY: Final = ".part"  # the suffix of a file that has not got its name yet; swept when the vault is opened

FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED: Final = {errno.EROFS, errno.EACCES, errno.EPERM}
# Below this, a write that failed without saying why is taken for a full disk: SQLite's smallest file is 32 KiB.
_NO_ROOM_BYTES: Final = 64 * 1024


@contextmanager
def disk_faults(home: Path) -> Iterator[None]:
    """Turn what the disk says into a leaf; a sentence of the system may name a file, so it is not passed on."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise DiskFull from None
        if fault.errno in _DENIED:
            raise ReadOnlyFolder(home=home) from None
        raise DiskFault(what=errno.errorcode.get(fault.errno or 0, "unknown")) from None


def is_full(folder: Path) -> bool:
    """Whether there is no room for even a small file."""
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM_BYTES
    except OSError:
        return False


def make_folder(folder: Path) -> None:
    """Make a private folder, its parents too; a folder that is there keeps its mode."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def make_empty(path: Path) -> None:
    """Make an empty private file, or empty the one that is there; its name is on the disk."""
    os.close(_make_file(path, os.O_TRUNC))
    sync_folder(path.parent)


def _make_file(path: Path, how: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | how | getattr(os, "O_BINARY", 0), _FILE_MODE)


def sync_folder(folder: Path) -> None:
    """Bring the folder's names to the disk; Windows has no such call and journals them itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def write_whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears, whole and on the disk, when the block ends without a fault, and never otherwise."""
    temporary = path.with_name(path.name + TEMPORARY)
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(_make_file(temporary, os.O_EXCL), "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
