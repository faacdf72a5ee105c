"""To make a vault unreadable, in the order that counts when somebody is at the door: slots first, then the rest.

Without its slots a database is noise, whatever else of it remains. Files are overwritten before they are unlinked,
which is all that can be done from here: flash may keep older copies (SECURITY.md says so). Needs no passphrase and no
lock: whoever has to run this can wait for nothing.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from intake.store import files, restoring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SLOTS: Final = "slots"
_FOLDERS: Final = ("outbox", "outgoing", "incoming", "blobs")
_FIRST_BYTES: Final = 1 << 16  # of each other file: its beginning is what opens it, and time is short


def sealed_files(home: Path) -> int:
    """How many sealed files wait in the outbox: what can be counted without a passphrase."""
    folder = home / "outbox"
    return sum(1 for _ in folder.glob("*.age")) if folder.is_dir() else 0


def wipe(home: Path, *, key_only: bool) -> tuple[Path, ...]:
    """Destroy the slots, then (unless `key_only`) everything of the vault; returns what could not be destroyed."""
    slots = (*_files(home / _SLOTS), *_files(home / restoring.FOLDER / _SLOTS))
    left = [path for path in slots if not _destroy(path, path.stat().st_size)]
    with suppress(OSError):
        files.sync_folder(home / _SLOTS)
    if key_only:
        return tuple(left)
    left += [path for path in _of_the_vault(home) if not _destroy(path, _FIRST_BYTES)]
    for folder in (*sorted((home / "blobs").glob("*")), *(home / name for name in (_SLOTS, *_FOLDERS))):
        with suppress(OSError):
            folder.rmdir()
    if not left:
        shutil.rmtree(home / restoring.FOLDER, ignore_errors=True)  # of a restore that was cut short
    with suppress(OSError):
        files.sync_folder(home)
    return tuple(left)


def destroy_file(path: Path) -> bool:
    """One small secret file, overwritten as a whole; False when it is still there."""
    return not path.exists() or _destroy(path, path.stat().st_size)


def _of_the_vault(home: Path) -> Iterator[Path]:
    yield from sorted(home.glob("store.db*"))
    for folder in (*_FOLDERS, restoring.FOLDER):
        yield from _files(home / folder)
    yield from (path for path in (home / "request.age", home / "lock") if path.exists())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _destroy(path: Path, most: int) -> bool:
    """Overwrite the beginning with noise, on the disk; then take the name away, also where writing was refused."""
    with suppress(OSError), path.open("r+b", buffering=0) as sink:
        sink.write(secrets.token_bytes(min(most, path.stat().st_size)))
        os.fsync(sink.fileno())
    with suppress(OSError):
        path.unlink(missing_ok=True)
    return not path.exists()
