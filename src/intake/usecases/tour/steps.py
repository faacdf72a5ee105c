"""What a tour tells: typed events, in the chosen language already. Whoever renders them marks every screen MADE UP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Scene:
    """A new chapter begins: who is where, and does what."""

    number: int
    title: str


@dataclass(frozen=True)
class Told:
    """One or two sentences on what just happened and why."""

    text: str


@dataclass(frozen=True)
class Ran:
    """A stock tool was run on the files; `found` is false where this machine does not have it."""

    command: str
    found: bool
    ok: bool
    output: str


@dataclass(frozen=True)
class Seen:
    """What somebody who must not know sees: a thief, a customs officer."""

    who: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A small table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Ended:
    """The last event: how it went, and where everything is kept (None: it is gone)."""

    ok: bool
    seconds: float
    kept: Path | None


Step = Scene | Told | Ran | Seen | Listed | Ended
