"""`status`: what is here, and what has not been handed over or receipted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment, Role


@dataclass(frozen=True)
class Status:
    """Counts and dates, no content. `org` is None before a laptop knows an organisation; `principal` before enrolment."""

    role: Role
    org: str | None
    name: str | None
    purpose: str | None
    principal: str | None
    drafts: int
    oldest_draft_days: int | None
    sealed: int
    not_exported: int
    not_receipted: int
    bundles: int
    records: int
    quarantined: int
    awaiting_key: int


def status(env: Environment) -> Status:
    """Count what the vault holds."""
    raise NotImplementedError
