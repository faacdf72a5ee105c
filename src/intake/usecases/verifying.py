"""`verify`: is a signed tar genuine? No vault, no passphrase, only the root file and the trust folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from intake.bundle.verify import Report


@dataclass(frozen=True)
class Verified:
    """One file and its report: the verdict, and every check's ID and outcome."""

    path: Path
    report: Report


def verify(paths: Sequence[Path], *, root: Path, trust: Path, at: datetime) -> tuple[Verified, ...]:
    """Verify every file, and every file of each folder, in the order of their sequence."""
    raise NotImplementedError
