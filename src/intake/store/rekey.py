"""A new key for the whole vault: a new database beside the old one, new slots beside the old ones, one rename between.

Why not only new slots: flash keeps what was overwritten, and an old slot with its old passphrase would still open the
database. What is on the disk says how far it came, so that a vault killed at any point opens:

    store.db.next                   being written: nothing happened yet, thrown away
    store.db.next  slots/next/      nothing happened yet either: slots/next goes first, then the database
                   slots/next/      the new database has its name: its slots take theirs
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from intake.errors import VaultBusy
from intake.store import files, slots
from intake.store.connection import Database

if TYPE_CHECKING:
    from pathlib import Path

    from intake.crypto.age import Recipient

_NEXT: Final = ".next"
_SLOTS_NEXT: Final = "next"
_COMPANIONS: Final = ("-wal", "-shm")


def prepare(old: Database, home: Path, passphrase: str, log_n: int, recovery: Recipient | None) -> None:
    """Write the new database and its slots beside the old ones; nothing of the vault is changed yet."""
    key = slots.new_key()
    database = _database_next(home)
    _drop(database)
    files.make_empty(database)
    old.export_to(database, key)
    Database(database, key).close()  # it opens under its new key, or this fails
    making = home / "slots" / f"{_SLOTS_NEXT}{files.TEMPORARY}"
    shutil.rmtree(making, ignore_errors=True)
    files.make_folder(making)
    slots.write_passphrase(making, key, passphrase, log_n)
    if recovery is not None:
        slots.write_recovery(making, key, recovery)
    making.rename(_slots_next(home))
    files.sync_folder(home / "slots")


def commit(home: Path) -> None:
    """The one step that counts. The old database must be closed: a log of the old one would be read into the new."""
    for path in (home / f"store.db{end}" for end in _COMPANIONS):
        if path.exists() and path.stat().st_size:
            raise VaultBusy  # somebody reads the old one still
        path.unlink(missing_ok=True)
    _database_next(home).replace(home / "store.db")
    files.sync_folder(home)


def settle(home: Path) -> None:
    """Finish or throw away what a cut left; called before a vault is opened, and after `commit`."""
    fresh = _slots_next(home)
    if _database_next(home).exists():
        shutil.rmtree(fresh, ignore_errors=True)
        files.sync_folder(home / "slots")
        _drop(_database_next(home))
    elif fresh.exists():
        for name in (slots.RECOVERY, slots.PASSPHRASE):
            if (fresh / name).exists():
                (fresh / name).replace(home / "slots" / name)
        files.sync_folder(home / "slots")
        shutil.rmtree(fresh)


def _drop(database: Path) -> None:
    for end in ("", *_COMPANIONS):
        database.with_name(database.name + end).unlink(missing_ok=True)


def _database_next(home: Path) -> Path:
    return home / f"store.db{_NEXT}"


def _slots_next(home: Path) -> Path:
    return home / "slots" / _SLOTS_NEXT
