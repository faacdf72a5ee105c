"""A copy of the vault's database as it is at one moment, encrypted under a key of its own at every moment.

Lies beside the database while a backup is made and is removed afterwards; what a kill leaves of it is removed when the
vault is next opened. Must not hold what the caller says a backup may not hold. Spec: docs/spec/backup-v1.md.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from intake.store import files, slots
from intake.store.connection import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_NAME: Final = "store.db.snapshot"


@dataclass(frozen=True)
class Snapshot:
    """The copy, its key (the text x'<64 hex>'), and the files beside the database that belong to it, by their names."""

    database: Path
    key: str = field(repr=False)
    files: tuple[str, ...]  # blobs/<2>/<id>.age, outbox/<name>, relative to the home folder


@contextmanager
def take(database: Database, home: Path, without: Sequence[str]) -> Iterator[Snapshot]:
    """Copy the open database; `without`: beginnings of names of secrets that the copy must not hold."""
    path, key = home / _NAME, slots.new_key()
    try:
        with files.disk_faults(home):
            sweep(home)
            files.make_empty(path)
            database.export_to(path, key)
            taken = Snapshot(path, key, tuple(_strip(path, key, without)))
        yield taken
    finally:
        with suppress(OSError):
            sweep(home)


def _strip(path: Path, key: str, without: Sequence[str]) -> Iterator[str]:
    """Take the secrets out (secure_delete writes zeros over them), and name the files."""
    fresh = Database(path, key)
    try:
        for start in without:
            fresh.run("DELETE FROM secrets WHERE substr(name, 1, length(?1)) = ?1", (start,))
        yield from files_of(fresh)
        fresh.truncate_log()
    finally:
        fresh.close()


def files_of(database: Database) -> Iterator[str]:
    """The files beside a database that its rows name, relative to the home folder."""
    for (blob,) in database.all("SELECT id FROM blobs ORDER BY id"):
        yield f"blobs/{blob[:2]}/{blob}.age"
    for (name,) in database.all("SELECT name FROM sealed_items WHERE state IN ('sealed', 'exported') ORDER BY number"):
        yield f"outbox/{name}"


def sweep(home: Path) -> None:
    """Remove the copy, and what a kill left of one."""
    for path in home.glob(f"{_NAME}*"):
        path.unlink(missing_ok=True)
