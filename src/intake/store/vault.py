"""The vault: one folder, one database, one key, two slots; the door to every repository of the store.

    <home>/store.db  slots/passphrase.age  slots/recovery.age  blobs/  outbox/  outgoing/  lock

Opening never guesses: a wrong passphrase is told from damage by the slot's own authentication, and damage from a
foreign file. One process at a time. A vault is there when `store.db` has its name, which making one gives it last.
Spec: docs/decisions/0004-store.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self, cast

from intake.errors import DamagedVault, NotAVault, NoVault, RestoreUnfinished, VaultExists
from intake.keys.times import json_time
from intake.store import files, health, migrate, rekey, restoring, slots, snapshot, write_ahead
from intake.store.blobs import Blobs
from intake.store.connection import Database
from intake.store.drafts import Attachments, Drafts
from intake.store.erased import Erased
from intake.store.ledger import Ledger, Quarantine
from intake.store.lock import Lock
from intake.store.log import Custody, Log
from intake.store.receipts import Receipts, ReceiptsGiven
from intake.store.received import Records
from intake.store.relays import Relays
from intake.store.sealed import Chain, Outbox, Sealed
from intake.store.settings import Secrets, Settings
from intake.store.sync import Sync, outgoing_name
from intake.store.trust import TrustFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from intake.crypto.age import Identity, PostQuantumRecipient
    from intake.store.rows import Role
    from intake.store.snapshot import Snapshot

_DATABASE: Final = "store.db"
_MAKING: Final = "store.db.making"  # the database before it has its name: its presence marks a vault half made
_SLOTS: Final = "slots"
_BLOBS: Final = "blobs"
_OUTBOX: Final = "outbox"
_OUTGOING: Final = "outgoing"  # bundles on their way to a place that this vault syncs with
_LOCK: Final = "lock"

RECOVERY_SLOT: Final = "recovery-slot"  # a setting: whose slot it is, since nobody can tell from the file

_PAGE_BYTES: Final = 4096  # SQLCipher's; a database is never smaller than one
_PLAIN_SQLITE: Final = b"SQLite format 3\0"


class Vault:
    """An open vault. `with Vault.open(home, passphrase) as vault: vault.drafts.save(…)`."""

    def __init__(self, home: Path, key: str, lock: Lock) -> None:
        """Use `Vault.create` or `Vault.open`."""
        self.home = home
        self._key = key
        self._lock = lock
        cut_short = write_ahead.check(home / (_DATABASE + "-wal"))
        self._database = Database(home / _DATABASE, key)
        try:
            if cut_short:
                self._database.truncate_log()
            self._load()
        except BaseException:
            self._database.close()
            raise

    def _load(self) -> None:
        migrate.bring_up_to_date(self._database, self.home)
        row = self._database.one("SELECT role FROM vault")
        if row is None:
            raise DamagedVault(what=_DATABASE)
        self.role = cast("Role", row[0])
        self.settings = Settings(self._database)
        self.secrets = Secrets(self._database)
        self.blobs = Blobs(self._database, self.home / _BLOBS)
        self.drafts = Drafts(self._database, self.blobs)
        self.attachments = Attachments(self._database, self.blobs)
        self.outbox = Outbox(self.home / _OUTBOX)
        self.sealed = Sealed(self._database, self.drafts, self.blobs)
        self.chain = Chain(self._database)
        self.trust = TrustFiles(self._database)
        self.log = Log(self._database)
        self.custody = Custody(self._database)
        self.receipts = Receipts(self._database)
        self.receipts_given = ReceiptsGiven(self._database)
        self.quarantine = Quarantine(self._database)
        self.ledger = Ledger(self._database, self.log, self.quarantine)
        self.records = Records(self._database)
        self.erased = Erased(self._database, self.blobs)
        self.relays = Relays(self._database)
        self.sync = Sync(self._database)
        self.outgoing = Outbox(self.home / _OUTGOING)
        for folder in (_BLOBS, _OUTBOX, _OUTGOING):
            files.make_folder(self.home / folder)  # copying a vault may have dropped them empty
        self.blobs.sweep()
        self.outbox.sweep(frozenset(item.name for item in self.sealed.with_file()))
        self.sweep_outgoing()

    def sweep_outgoing(self) -> None:
        """Leave what has both its row and its file: a cut, a purge or a restore may have left one of them."""
        sending = {bundle: self.outgoing.path(outgoing_name(bundle)) for bundle in self.sync.outgoing()}
        for bundle, path in sending.items():
            if not path.is_file():
                self.sync.drop(bundle)
        self.outgoing.sweep(frozenset(path.name for path in sending.values()))

    @classmethod
    def create(cls, home: Path, passphrase: str, *, role: Role, log_n: int) -> Self:
        """Make a vault in an absent or empty folder (or where an earlier attempt was cut short) and open it.

        Opening it by the passphrase is also the test that the slot just written does open.
        """
        with files.disk_faults(home):
            _refuse_unless_free(home)
            files.make_folder(home)
            lock = Lock(home / _LOCK)
            try:
                _refuse_unless_free(home)  # again: another init may have ended before we held the lock
                _make(home, passphrase, role, log_n)
            finally:
                lock.release()
        return cls.open(home, passphrase)

    @classmethod
    def open(cls, home: Path, passphrase: str) -> Self:
        """Open: NoVault, NotAVault, VaultBusy, WrongPassphrase, DamagedVault, VaultTooNew, ReadOnlyFolder, DiskFull."""
        return cls._open(home, lambda: slots.open_passphrase(home / _SLOTS, passphrase))

    @classmethod
    def recover(cls, home: Path, identity: Identity) -> Self:
        """Open by the recovery slot, without a passphrase: NoRecoverySlot, ForeignRecovery, or as `open`."""
        return cls._open(home, lambda: slots.open_recovery(home / _SLOTS / slots.RECOVERY, identity))

    @classmethod
    def with_key(cls, home: Path, key: str) -> Self:
        """Open a vault that has no slot yet: one that is being restored."""
        return cls._open(home, lambda: key)

    @classmethod
    def _open(cls, home: Path, find_key: Callable[[], str]) -> Self:
        with files.disk_faults(home):
            _refuse_unless_vault(home)
            lock = Lock(home / _LOCK)
            try:
                rekey.settle(home)
                snapshot.sweep(home)
                return cls(home, find_key(), lock)
            except BaseException:
                lock.release()
                raise

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether there is a finished vault in `home`; asks for no passphrase, opens nothing."""
        with files.disk_faults(home):
            return (home / _DATABASE).is_file()

    def transaction(self) -> AbstractContextManager[None]:
        """Group writes of several repositories: all or nothing, one commit."""
        return self._database.transaction()

    def write_recovery_slot(self, recipient: PostQuantumRecipient) -> None:
        """Write slots/recovery.age, over an earlier one, so that the organisation can open the vault too."""
        with files.disk_faults(self.home):
            slots.write_recovery(self.home / _SLOTS, self._key, recipient)
        self.settings.set(RECOVERY_SLOT, recipient.fingerprint)

    def change_passphrase(self, passphrase: str, log_n: int) -> None:
        """Rewrite the passphrase slot alone. The old slot may survive on flash: `new_key` is the answer to that."""
        with files.disk_faults(self.home):
            slots.write_passphrase(self.home / _SLOTS, self._key, passphrase, log_n)

    def new_key(self, passphrase: str, log_n: int, recovery: PostQuantumRecipient | None) -> None:
        """Write everything anew under a new key, then close: this object's key opens nothing any more.

        `recovery`: the organisation's, for a vault that is enrolled; without it the vault has no recovery slot then.
        """
        if recovery is not None:
            self.settings.set(RECOVERY_SLOT, recovery.fingerprint)
        with files.disk_faults(self.home):
            rekey.prepare(self._database, self.home, passphrase, log_n, recovery)
            self._database.truncate_log()
            self._database.close()
            rekey.commit(self.home)
            rekey.settle(self.home)
            self.close()

    def snapshot(self, without: Sequence[str] = ()) -> AbstractContextManager[Snapshot]:
        """A copy of the database as it is now, gone when the block ends; `without`: see store/snapshot.py."""
        return snapshot.take(self._database, self.home, without)

    def examine(self) -> health.Health:
        """Read every page and look for every file."""
        return health.examine(self._database, self.home)

    def close(self) -> None:
        """Close; a second close does nothing."""
        try:
            self._database.close()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _refuse_unless_free(home: Path) -> None:
    """Only an absent folder, an empty one, or a vault half made may become a vault."""
    if home.exists() and not home.is_dir():
        raise NotAVault(home=home)
    if Vault.exists(home):
        raise VaultExists(home=home)
    if restoring.cut_short(home):
        raise RestoreUnfinished(home=home)
    if home.exists() and not (home / _MAKING).exists() and _has_content(home):
        raise NotAVault(home=home)


def _has_content(home: Path) -> bool:
    return any(path.name != _LOCK for path in home.iterdir())


def _refuse_unless_vault(home: Path) -> None:
    """Tell from the folder alone what is not a vault at all."""
    if not home.exists() or (home / _MAKING).exists():
        raise NoVault(home=home)
    if not home.is_dir():
        raise NotAVault(home=home)
    if not Vault.exists(home):
        if restoring.cut_short(home):
            raise RestoreUnfinished(home=home)
        if (home / _SLOTS).exists():
            raise DamagedVault(what=_DATABASE)
        raise NotAVault(home=home) if _has_content(home) else NoVault(home=home)
    with (home / _DATABASE).open("rb") as database:
        start = database.read(_PAGE_BYTES)
    if start.startswith(_PLAIN_SQLITE):
        raise NotAVault(home=home)
    if len(start) < _PAGE_BYTES:
        # SQLite would take an empty file for a new database.
        raise DamagedVault(what=_DATABASE)


def _make(home: Path, passphrase: str, role: Role, log_n: int) -> None:
    """Everything but the database's name first; what an earlier attempt left is made again."""
    making = home / _MAKING
    for left in ("-wal", "-shm"):
        making.with_name(_MAKING + left).unlink(missing_ok=True)
    files.make_empty(making)
    home.chmod(files.FOLDER_MODE)
    for folder in (_SLOTS, _BLOBS, _OUTBOX):
        files.make_folder(home / folder)
    key = slots.new_key()
    slots.write_passphrase(home / _SLOTS, key, passphrase, log_n)
    database = Database(making, key)
    try:
        migrate.create(database)
        database.run("INSERT INTO vault (one, role, created_at) VALUES (1, ?, ?)", (role, json_time(datetime.now(UTC))))
    finally:
        database.close()
    making.rename(home / _DATABASE)
    files.sync_folder(home)
