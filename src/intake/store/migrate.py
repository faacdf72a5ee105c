"""Migrations: numbered SQL files, run in order, all that are pending in one transaction; `user_version` counts them.

A released file never changes. A vault whose count is above what this program ships was written by a newer one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from intake.errors import NotAVault, VaultTooNew

if TYPE_CHECKING:
    from intake.store.connection import Database

APPLICATION_ID: Final = 0x696E746B  # "intk": tells our database from another one under the same key

_FOLDER: Final = Path(__file__).parent / "migrations"


def known() -> list[Path]:
    """Return the migrations shipped, in order."""
    return sorted(_FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def create(database: Database) -> None:
    """Build the newest shape in an empty database."""
    _run(database, known(), len(known()))


def bring_up_to_date(database: Database, home: Path) -> None:
    """Run what is pending; NotAVault for a database of another program, VaultTooNew for one of a later intake."""
    if database.one("PRAGMA application_id") != (APPLICATION_ID,):
        raise NotAVault(home=home)
    migrations = known()
    (found,) = database.one("PRAGMA user_version") or (0,)
    if found > len(migrations):
        raise VaultTooNew(found=found, known=len(migrations))
    if found < len(migrations):
        _run(database, migrations[found:], len(migrations))


def _run(database: Database, migrations: list[Path], version: int) -> None:
    sql = "\n".join(path.read_text(encoding="utf-8") for path in migrations)
    database.run_script(f"{sql}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {version};")
