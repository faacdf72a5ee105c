"""`quarantine list`: what did not come in, kept aside and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Quarantined:
    """One bundle (`item` None) or one item of it that was refused, with the check that refused it."""

    number: int
    file_name: str
    bundle: str | None
    item: str | None
    check: str
    reason: str
    since: datetime
    size_bytes: int


def quarantine_list(env: Environment) -> tuple[Quarantined, ...]:
    """Everything in quarantine, oldest first."""
    raise NotImplementedError
