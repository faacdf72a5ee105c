"""`import`: verify, open, check and store whatever was carried in; one bad item never stops the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.bundle.verify import Report
    from intake.usecases.environment import Environment

ItemState = Literal["imported", "duplicate", "awaiting-key", "quarantined"]
BundleState = Literal["imported", "already-imported", "quarantined", "unreadable"]


@dataclass(frozen=True)
class ItemOutcome:
    """One item of a bundle; `check` and `reason` say why it did not come in."""

    name: str
    kind: str
    case: str | None
    state: ItemState
    check: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class BundleOutcome:
    """One carried file. `report` holds every check's outcome, once the file could be opened at all."""

    path: Path
    state: BundleState
    bundle: str | None
    sender: str | None
    seq: int | None
    log_index: int | None
    report: Report | None
    items: tuple[ItemOutcome, ...]
    error: Exception | None = None


@dataclass(frozen=True)
class ImportReport:
    """What came in, and exactly what did not and why."""

    bundles: tuple[BundleOutcome, ...]


def import_(env: Environment, paths: Sequence[Path]) -> ImportReport:
    """Import every file, and every file of each folder."""
    raise NotImplementedError
