"""`attach`: files into a draft, encrypted as they are read. The original stays where it was, and that is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.usecases.environment import Environment

Part = Literal["account", "identity"]


@dataclass(frozen=True)
class Attached:
    """One file that is in the draft now. Its original still lies at `original`."""

    original: Path
    part: Part
    type: str
    size_bytes: int
    sha256: str


def attach(
    env: Environment, case: str, paths: Sequence[Path] = (), *, part: Part | None = None
) -> tuple[Attached, ...]:
    """Attach the files; no path given means that it is asked for. `part` None: asked what the file shows."""
    raise NotImplementedError
