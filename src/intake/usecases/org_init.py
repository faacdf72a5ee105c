"""`org init`: an organisation begins. Root, archive, identity archive and recovery go to a folder that leaves the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from intake.usecases.environment import Environment, Words

Purpose = Literal["real", "made-up"]


@dataclass(frozen=True)
class Founded:
    """A new organisation: `offline` is the folder to move off this machine, `public` is for auditors."""

    org: str
    name: str
    purpose: Purpose
    officer: str
    card: Path
    words: Words
    offline: Path
    public: Path


def org_init(env: Environment, name: str, *, purpose: Purpose = "real") -> Founded:
    """Make the coordinator's vault, the organisation's keys, its card and its first signed trust files."""
    raise NotImplementedError
