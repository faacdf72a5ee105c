"""`export`: a signed, encrypted bundle of what is sealed and not yet receipted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Exported:
    """One carried file, written, read back and compared."""

    path: Path
    bundle: str
    digest: str
    seq: int
    testimonies: int
    items: int
    size_bytes: int
    archive_only: bool


def export(env: Environment, to: Path) -> Exported:
    """Write the bundle into the folder `to`; nothing to hand over is an error of its own."""
    raise NotImplementedError
