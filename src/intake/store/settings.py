"""Two small tables of names: settings (JSON) and secrets (bytes: seeds of keys).

The store does not know what a name means; the use cases choose them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.store.connection import Database
    from intake.store.rows import Json


class Settings:
    """JSON values by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, default: Json = None) -> Json:
        """Return the value, or `default` when there is none."""
        row = self._database.one("SELECT value FROM settings WHERE key = ?", (key,))
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Json) -> None:
        """Write the value over any earlier one."""
        with self._database.transaction():
            self._database.run("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (key, json.dumps(value)))


class Secrets:
    """Secret bytes by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, value: bytes) -> None:
        """Write the secret over any earlier one."""
        with self._database.transaction():
            self._database.run("INSERT OR REPLACE INTO secrets (name, value) VALUES (?, ?)", (name, value))

    def get(self, name: str) -> bytes | None:
        """Return the secret, or None."""
        row = self._database.one("SELECT value FROM secrets WHERE name = ?", (name,))
        return None if row is None else bytes(row[0])

    def names(self) -> list[str]:
        """Return the names, sorted; never a value."""
        return [row[0] for row in self._database.all("SELECT name FROM secrets ORDER BY name")]

    def remove(self, name: str) -> None:
        """Destroy the secret (inside the caller's transaction, where there is one): its bytes are overwritten."""
        with self._database.transaction():
            self._database.run("DELETE FROM secrets WHERE name = ?", (name,))

    def flush(self) -> None:
        """Empty the write-ahead log, so that no page with a removed secret stays in it; after the transaction."""
        self._database.truncate_log()
