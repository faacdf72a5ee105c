"""`discard`: a draft is destroyed, with its attachments' keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment


def discard(env: Environment, case: str) -> None:
    """Destroy one draft, after its case code was typed again."""
    raise NotImplementedError
