"""`list` and `show`: what the vault holds. A list never shows more than code, state, age and last section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from intake.usecases.environment import Environment

State = Literal["draft", "sealed", "exported", "imported"]


@dataclass(frozen=True)
class Row:
    """One line of a list. `section` is a draft's last section; `id` and `digest` name the signed record, once there is one."""

    case: str
    state: State
    since: datetime
    age_days: int
    section: str | None = None
    id: str | None = None
    digest: str | None = None
    version: int | None = None
    attachments: int = 0
    identity: bool = False
    bundle: str | None = None
    sender: str | None = None


@dataclass(frozen=True)
class Shown:
    """One testimony in the clear: a draft's on its laptop, an imported one's at the coordinator."""

    row: Row
    testimony: dict[str, Any]


def list_(env: Environment) -> tuple[Row, ...]:
    """Every case, drafts first, then by age."""
    raise NotImplementedError


def show(env: Environment, case: str) -> Shown:
    """The testimony; a sealed one can't be read on the laptop that took it, and the error says so."""
    raise NotImplementedError
