"""What a quick look at a vault reads: `status` and `list` are typed all day, and their start is measured.

Imports no model and no key (bench/startup.py, tests/unit/test_cli_shell.py); `trusted` and `drafts` do, beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.usecases.environment import kept_time

if TYPE_CHECKING:
    from datetime import datetime

    from intake.store.rows import DraftSummary
    from intake.store.vault import Vault

PRINCIPAL = "principal"  # who this vault is: c-… or d-…
ORGANISATION = "organisation"  # what the pinned card says of itself: org, name, purpose


@dataclass(frozen=True)
class Organisation:
    """The organisation whose card was believed."""

    org: str
    name: str
    purpose: str


def organisation(vault: Vault) -> Organisation | None:
    """What the pinned card says, without parsing it."""
    kept = vault.settings.get(ORGANISATION)
    return Organisation(**kept) if kept else None


def has_ended(draft: DraftSummary) -> bool:
    """Whether consent was refused or taken back: only date, mode and reason are left, and nothing can be sealed."""
    return bool((draft.position or {}).get("ended"))


def age_days(since: str, at: datetime) -> int:
    """Whole days since a stamp; a clock that was set back gives none, never a negative."""
    return max(0, (at - kept_time(since)).days)
