"""Files and folders of the vault: private, whole or absent, on the disk when said to be.

The only place of this room that makes files (SQLite makes its own beside store.db, with its mode). A file gets its
name after its bytes are on the disk, and the name is on the disk before anybody relies on it.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.errors import DiskFault, DiskFull, NotAVault, ReadOnlyFolder, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPORARY: Final = ".part"  # the suffix of a file that has not got its name yet; swept when the vault is opened

FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED: Final = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_SUCH_PLACE: Final = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP, errno.ENAMETOOLONG}
# More than any one step of SQLite's takes at once; its shared-memory file grows by 32 KiB.
_PROBE_BYTES: Final = 64 * 1024


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
        if fault.errno in _NO_SUCH_PLACE:
            raise NotAVault(home=home) from None
        raise DiskFault(what=errno.errorcode.get(fault.errno or 0, "unknown")) from None


def refusal_to_write(home: Path, size: int) -> StoreError | None:
    """Ask the disk for room beyond `size` in a file of its own; return the leaf of its refusal, None when it agrees."""
    probe = home / f"probe{TEMPORARY}"
    try:
        with disk_faults(home), os.fdopen(_make_file(probe, os.O_TRUNC), "wb") as sink:
            sink.seek(size)
            sink.write(bytes(_PROBE_BYTES))
            sink.flush()
            os.fsync(sink.fileno())
    except StoreError as refusal:
        return refusal
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return None


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
def append(path: Path) -> Iterator[BinaryIO]:
    """Write at the end of a private file, made if it is not there; what was written is on the disk in the end."""
    with os.fdopen(_make_file(path, os.O_APPEND), "ab") as sink:
        yield sink
        sink.flush()
        os.fsync(sink.fileno())


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
