"""Whether a vault is sound, and whether this machine's database library can keep one. Looks, and mends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlcipher

from intake.errors import StoreError
from intake.store.snapshot import files_of

if TYPE_CHECKING:
    from pathlib import Path

    from intake.store.connection import Database


@dataclass(frozen=True)
class Libraries:
    """Versions; `cipher` None: what is installed would write plaintext, and intake opens nothing with it."""

    cipher: str | None
    sqlite: str
    full_text: bool


@dataclass(frozen=True)
class Health:
    """`damaged`: what the database says of itself is wrong. `missing`: files beside it that its rows name."""

    damaged: bool
    missing: tuple[str, ...]


def libraries() -> Libraries:
    """Ask a database in memory."""
    connection = sqlcipher.connect(":memory:")
    try:
        row = connection.execute("PRAGMA cipher_version").fetchone()
        options = {name for (name,) in connection.execute("PRAGMA compile_options")}
    finally:
        connection.close()
    return Libraries(row[0] if row else None, sqlcipher.sqlite_version, "ENABLE_FTS5" in options)


def examine(database: Database, home: Path) -> Health:
    """Every page's HMAC, the structure, and that every file is there."""
    damaged = _damaged(database)
    try:
        named = list(files_of(database))
    except StoreError:
        return Health(damaged=True, missing=())
    return Health(damaged, tuple(name for name in named if not (home / name).is_file()))


def _damaged(database: Database) -> bool:
    try:
        return bool(database.all("PRAGMA cipher_integrity_check")) or database.all("PRAGMA integrity_check") != [
            ("ok",)
        ]
    except StoreError:
        return True
