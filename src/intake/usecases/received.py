"""`received`: the signed tars and the trust files, for auditors, who need no key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Received:
    """What lies in the folder now: `root`, `trust/…`, `bundles/*.tar`."""

    folder: Path
    bundles: tuple[Path, ...]
    trust: tuple[Path, ...]


def received(env: Environment, to: Path) -> Received:
    """Write every received bundle's signed tar, with the trust files, into a folder."""
    raise NotImplementedError
