"""A vault that comes back from a backup: built whole in a folder below its home, and given its place by one rename.

    restoring/                nothing counts yet: no passphrase opens it, and beginning again throws it away
    restoring/store.db        the rest is being moved up; the database goes last
    store.db                  there is a vault

Must not touch a home that holds anything else. Spec: docs/spec/backup-v1.md, "Restoring".
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from intake.errors import NotEmpty, VaultExists
from intake.store import files

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = "restoring"
_DATABASE: Final = "store.db"
_MOVED: Final = ("blobs", "outbox", "slots")


def begin(home: Path) -> Path:
    """Return an empty folder to build the vault in; VaultExists, NotEmpty, or what the disk says."""
    with files.disk_faults(home):
        if (home / _DATABASE).exists():
            raise VaultExists(home=home)
        if (home / FOLDER).exists():
            for name in (*_MOVED, FOLDER):
                shutil.rmtree(home / name, ignore_errors=True)
        elif home.exists() and any(home.iterdir()):
            raise NotEmpty(folder=home)
        files.make_folder(home)
        for name in _MOVED:
            files.make_folder(home / FOLDER / name)
    return home / FOLDER


def finish(home: Path) -> None:
    """Move the closed vault up to its home; the database's rename is the step that counts."""
    folder = home / FOLDER
    with files.disk_faults(home):
        for name in _MOVED:
            (folder / name).rename(home / name)
        files.sync_folder(home)
        (folder / _DATABASE).rename(home / _DATABASE)
        files.sync_folder(home)
    with suppress(OSError):
        shutil.rmtree(folder)


def cut_short(home: Path) -> bool:
    """Whether a restore began here and never ended."""
    return (home / FOLDER).exists() and not (home / _DATABASE).exists()
