"""A vault that comes back from a backup: built whole in a folder below its home, and given its place by one rename.

    restoring/                nothing counts yet: no passphrase opens it, and beginning again throws it away
    restoring/store.db        the rest is being moved up; the database goes last
    store.db                  there is a vault

Must not touch a home that holds anything else. Spec: docs/spec/backup-v1.md, "Restoring".
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from intake.errors import NotEmpty, VaultExists
from intake.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER: Final = "restoring"
_DATABASE: Final = "store.db"
_FOLDERS: Final = ("blobs", "outbox", "slots")
_MOVED: Final = (*_FOLDERS, "card", "public")  # the last two are a coordinator's


@contextmanager
def place(home: Path) -> Iterator[Path]:
    """An empty folder to build the vault in; when the block ends well, the closed vault moves up to its home.

    VaultExists, NotEmpty, or what the disk says. When the block fails, nothing of it is left.
    """
    with files.disk_faults(home):
        _make_room(home)
    try:
        yield home / FOLDER
        with files.disk_faults(home):
            _move_up(home)
    except BaseException:
        if cut_short(home):
            _drop(home)
        raise


def _make_room(home: Path) -> None:
    if (home / _DATABASE).exists():
        raise VaultExists(home=home)
    if cut_short(home):
        _drop(home)
    elif home.exists() and any(home.iterdir()):
        raise NotEmpty(folder=home)
    files.make_folder(home)
    for name in _FOLDERS:
        files.make_folder(home / FOLDER / name)


def _move_up(home: Path) -> None:
    for name in _MOVED:
        if (home / FOLDER / name).exists():
            (home / FOLDER / name).rename(home / name)
    files.sync_folder(home)
    (home / FOLDER / _DATABASE).rename(home / _DATABASE)  # the step that counts
    files.sync_folder(home)
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def _drop(home: Path) -> None:
    """The folder last: it is what says that the rest is a restore's, and may go."""
    (home / "card").unlink(missing_ok=True)
    for name in (*_MOVED, FOLDER):
        shutil.rmtree(home / name, ignore_errors=True)


def cut_short(home: Path) -> bool:
    """Whether a restore began here and never ended."""
    return (home / FOLDER).exists() and not (home / _DATABASE).exists()
