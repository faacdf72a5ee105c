"""The vault: one folder, one database, one key, two slots; the door to every repository of the store.

    <home>/store.db  slots/passphrase.age  slots/recovery.age  blobs/  outbox/  lock

Opening never repairs and never guesses: a wrong passphrase is told from damage by the slot's own authentication, and
damage from a foreign file. One process at a time. Spec: docs/decisions/0004-store.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from intake.crypto.age import Recipient
    from intake.store.rows import Role


class Vault:
    """An open vault. `with Vault.open(home, passphrase) as vault: vault.drafts.save(…)`.

    Repositories: settings, secrets, drafts, attachments, blobs, sealed, outbox, chain, trust, ledger, records,
    quarantine, log.
    """

    home: Path
    role: Role

    @classmethod
    def create(cls, home: Path, passphrase: str, *, role: Role, log_n: int) -> Self:
        """Make a vault in an absent or empty folder (or where an earlier attempt was cut short) and open it."""
        raise NotImplementedError

    @classmethod
    def open(cls, home: Path, passphrase: str) -> Self:
        """Open: NoVault, NotAVault, VaultBusy, WrongPassphrase, DamagedVault, VaultTooNew, ReadOnlyFolder, DiskFull."""
        raise NotImplementedError

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether there is a finished vault in `home`; asks for no passphrase, opens nothing."""
        raise NotImplementedError

    def transaction(self) -> AbstractContextManager[None]:
        """Group writes of several repositories: all or nothing, one commit."""
        raise NotImplementedError

    def write_recovery_slot(self, recipient: Recipient) -> None:
        """Write slots/recovery.age, over an earlier one, so that the organisation can open the vault too."""
        raise NotImplementedError

    def close(self) -> None:
        """Close; a second close does nothing."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
