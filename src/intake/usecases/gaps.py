"""`gaps`: what is missing before the witness leaves, in the order of the interview, each with its way on.

Two things make a gap: a required question with neither an answer nor a reason, and a rule that would stop the sealing.
It changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.records.faults import Finding
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the question that can mend it (its key, and as it is asked), and the rule, if any.

    A gap that no question mends has no `key` and no `question`.
    """

    key: str
    question: str
    finding: Finding | None


def gaps(env: Environment, case: str) -> tuple[Gap, ...]:
    """Every gap of a draft, in the order of the interview; none: it can be sealed."""
    raise NotImplementedError
