"""What a coordinator received: the ledger of bundles and items, written once per import in one transaction.

Idempotent by digest: a bundle is in the ledger once, a record version once, an identity part once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.store.connection import Database
    from intake.store.log import Log
    from intake.store.rows import ChainHead, ImportedBundle, Quarantined, ReceivedBundle, ReceivedItem


class Ledger:
    """Bundles received."""

    def __init__(self, database: Database, log: Log) -> None:
        self._database = database
        self._log = log

    def seen(self, digest: str) -> ReceivedBundle | None:
        """Return the bundle if it was imported before."""
        raise NotImplementedError

    def list(self) -> list[ReceivedBundle]:
        """Return all bundles, in the order of their log entries."""
        raise NotImplementedError

    def items(self, bundle_digest: str) -> list[ReceivedItem]:
        """Return what became of each item of one bundle."""
        raise NotImplementedError

    def head(self, sender: str, chain: str) -> ChainHead | None:
        """Return the highest bundle of a sender's chain."""
        raise NotImplementedError

    def at(self, sender: str, chain: str, seq: int) -> list[str]:
        """Return the digests of the bundles at one place of a chain (two are a fork)."""
        raise NotImplementedError

    def chains(self, sender: str) -> list[str]:
        """Return the chains of a sender, in the order they were first seen."""
        raise NotImplementedError

    def known_items(self, sha256s: Iterable[str]) -> frozenset[str]:
        """Return which of these items were received before and kept (whatever became of them)."""
        raise NotImplementedError

    def record_import(self, imported: ImportedBundle) -> int:
        """Write everything of one import, and its log entry, in one transaction; return the log index."""
        raise NotImplementedError


class Quarantine:
    """What was stopped: kept, listed, never silently dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: Quarantined) -> None:
        """Keep a row; the same id again: AlreadyInVault."""
        raise NotImplementedError

    def list(self) -> list[Quarantined]:
        """Return all, oldest first."""
        raise NotImplementedError

    def get(self, quarantine_id: str) -> Quarantined | None:
        """Return one."""
        raise NotImplementedError
