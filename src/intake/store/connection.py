"""The one connection to the encrypted database: opened closed-by-default, every fault of it turned into a leaf.

It must not know a table. The order of the pragmas counts (docs/decisions/0004-store.md): the key before anything that
reads a page, and no work at all unless SQLCipher answers for itself, because plain SQLite ignores a key
and writes plaintext.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from intake.errors import (
    AlreadyInVault,
    DamagedVault,
    DiskFault,
    DiskFull,
    IntakeError,
    NoCipher,
    ReadOnlyFolder,
    StoreFailed,
    VaultBusy,
)
from intake.store.files import refusal_to_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

# How long another process may hold the database before we say so. Short: two intakes never wait for each other.
BUSY_SECONDS: Final = 1.0

# Prepared statements kept. Each holds a part of SQLite's small fixed store for short-lived memory; past it every step
# of a statement asks the system, and with cipher_memory_security each such piece is locked and unlocked by two calls.
_STATEMENTS: Final = 8

# After the key; each in the order the specification gives. trusted_schema=OFF and cell_size_check=ON make a database
# that was tampered with before encryption (by who holds the key) less of a lever.
_PRAGMAS: Final = (
    "cipher_memory_security=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "mmap_size=0",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)

# Shorter rows never leave their page (981 bytes, where it is narrowest; a character is up to four).
_LONG: Final = 200

Row = tuple[Any, ...]


def _is_long(row: Row) -> bool:
    return sum(len(column) for column in row if isinstance(column, str | bytes)) > _LONG


class Database:
    """A guarded connection: one thread at a time, one transaction at a time, typed faults only."""

    def __init__(self, path: Path, key: str) -> None:
        """Open `path` under `key` (the text x'<64 hex>'); the file must exist already."""
        self._faults = _Faults(path)
        self._lock = threading.RLock()
        self._afterwards: list[Callable[[], None]] = []
        with self._faults:
            # isolation_level None: transactions are ours to begin. uri mode=rw: never make an empty database by typo.
            self._connection = sqlcipher.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
        try:
            self._unlock(key)
        except BaseException:
            self._connection.close()
            raise

    def _unlock(self, key: str) -> None:
        with self._faults:
            if self._connection.execute("PRAGMA cipher_version").fetchone() is None:
                raise NoCipher
            self._connection.execute("PRAGMA cipher_log_level=NONE")
            self._connection.set_key(key)
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """Return the first row, or None."""
        with self._lock, self._faults:
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
            if row is not None and _is_long(row):
                self._refuse_silent_damage()
            return row

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Return all rows."""
        with self._lock, self._faults:
            rows: list[Row] = self._connection.execute(sql, parameters).fetchall()
            if any(map(_is_long, rows)):
                self._refuse_silent_damage()
            return rows

    def _refuse_silent_damage(self) -> None:
        # A row too long for its page ends in overflow pages. When the last page of a statement is such a one and fails
        # its HMAC, SQLCipher hands out zeros and reports it only with the next page that it decrypts. So one more is
        # decrypted before the row is given away: the cache is dropped, and a page of another table read.
        self._connection.execute("PRAGMA shrink_memory")
        self._connection.execute("SELECT count(*) FROM vault").fetchone()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement; return how many rows it changed."""
        with self._lock, self._faults:
            changed: int = self._connection.execute(sql, parameters).rowcount
            return changed

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement once per row, prepared once."""
        with self._lock, self._faults:
            self._connection.executemany(sql, rows)

    def run_script(self, sql: str) -> None:
        """Run many statements of our own as one transaction."""
        with self._lock:
            try:
                with self._faults:
                    self._connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nCOMMIT;")
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner transaction is a part of the outer one. The commit is on the disk when this ends."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            except BaseException:
                self._afterwards.clear()
                self._roll_back()
                raise
            while self._afterwards:
                self._afterwards.pop(0)()

    def afterwards(self, work: Callable[[], None]) -> None:
        """Do what can't be undone once the transaction under way is on the disk, never if it is not; else at once."""
        with self._lock:
            if self._connection.in_transaction:
                self._afterwards.append(work)
            else:
                work()

    def _roll_back(self) -> None:
        # SQLite may have rolled back by itself already (disk full), and must not hide the first fault by a second.
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlcipher.Error:
                self._connection.close()

    def export_to(self, path: Path, key: str) -> None:
        """Copy everything into the empty database at `path`, under another key (the text x'<64 hex>')."""
        with self._lock, self._faults:
            # Rows come table by table: a reference may come before what it refers to.
            self._connection.execute("PRAGMA foreign_keys=OFF")
            try:
                self._connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(path.absolute()), key))
                try:
                    self._connection.execute("SELECT sqlcipher_export('fresh')")
                    for number in ("user_version", "application_id"):  # which the export leaves out
                        (value,) = self._connection.execute(f"PRAGMA main.{number}").fetchone()
                        self._connection.execute(f"PRAGMA fresh.{number} = {int(value)}")
                finally:
                    self._connection.execute("DETACH DATABASE fresh")
            finally:
                self._connection.execute("PRAGMA foreign_keys=ON")

    def truncate_log(self) -> None:
        """Move everything into the database and empty the write-ahead log, so that no old page stays in it."""
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close; the write-ahead log is folded in and removed."""
        with self._lock, self._faults:
            self._connection.close()


class _Faults:
    """Turns SQLite's faults into leaves. A class and one instance, not a generator: every statement goes through it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(fault, sqlcipher.Error):
            # `from None`: SQLite's own sentence may quote a value, and a traceback must not.
            raise self._leaf(fault) from None

    def _leaf(self, fault: sqlcipher.Error) -> IntakeError:
        name: str = getattr(fault, "sqlite_errorname", None) or type(fault).__name__
        home = self._path.parent
        if name in {"SQLITE_IOERR", "SQLITE_CANTOPEN"}:
            # SQLite keeps the system's reason to itself: the disk is asked again.
            largest = max(path.stat().st_size for path in home.glob(f"{self._path.name}*"))
            return refusal_to_write(home, largest) or DiskFault(what=name)
        if str(fault).startswith("Could not decode"):
            # Zeros of a damaged page, met in the middle of a letter; the sentence goes on with the text itself.
            return DamagedVault(what=self._path.name)
        if name == "SQLITE_CONSTRAINT" and str(fault).startswith("UNIQUE"):
            return AlreadyInVault(what="entry", name=str(fault).rpartition(" ")[2])  # table.column, never a value
        return {
            "SQLITE_FULL": DiskFull(),
            "SQLITE_BUSY": VaultBusy(),
            "SQLITE_LOCKED": VaultBusy(),
            "SQLITE_READONLY": ReadOnlyFolder(home=home),
            "SQLITE_PERM": ReadOnlyFolder(home=home),
            "SQLITE_NOTADB": DamagedVault(what=self._path.name),
            "SQLITE_CORRUPT": DamagedVault(what=self._path.name),
        }.get(name, StoreFailed(what=name))
