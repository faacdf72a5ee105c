"""Dates with honest uncertainty: EDTF, level 0 and a part of level 1, with the bounds that sorting and export need.

Taken: `2022`, `2022-03`, `2022-03-05`, a date and time with offset; a `?`, `~` or `%` at the end; `2022-03-XX`,
`2022-XX`, `2022-XX-XX`; seasons 21 to 24; intervals with a known, open (`..`) or unknown (empty) end. Years 1900 to
2100. Everything else is refused. Spec: docs/spec/record-v1.md, "Dates".
"""

from dataclasses import dataclass
from datetime import date

from intake.errors import BadDate


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as written, and the first and last day it may mean (None: open or unknown)."""

    text: str
    earliest: date | None
    latest: date | None
    approximate: bool = False
    uncertain: bool = False


def parse(text: str) -> Edtf:
    """The date, or BadDate."""
    raise BadDate
