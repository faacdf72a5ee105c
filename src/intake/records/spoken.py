"""When it was, as people say it: words in Ukrainian, Russian or English to EDTF, and EDTF back to words.

Nothing is guessed: without a year, with two readings, or with a word that is not in the table, the answer is a reason.
Must not: replace the person's own words, which stand beside the date; read a clock (today is given).
Spec: docs/spec/record-v1.md, "Dates".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from intake.i18n import Language


class Reason(StrEnum):
    """Why a text gave no date: what to ask next."""

    NO_YEAR = "no_year"
    TWO_READINGS = "two_readings"  # `Unclear.readings` has them, as EDTF
    NOT_A_DATE = "not_a_date"
    OUT_OF_RANGE = "out_of_range"  # no such day, or a year outside 1900 to 2100
    BACKWARDS = "backwards"  # ends before it begins, or its parts exclude each other


@dataclass(frozen=True, slots=True)
class Understood:
    """A date of our profile, and the first and last day it may mean (None: open or unknown)."""

    edtf: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """No date, and why. `readings`: the EDTF texts to choose from, for TWO_READINGS only."""

    reason: Reason
    readings: tuple[str, ...] = ()


def understand(text: str, *, today: date, lang: Language | None = None) -> Understood | Unclear:
    """What the text means; all three languages are always understood.

    `today` is the day of the interview, for "yesterday" and the like. `lang` only decides how 03/05/2022 is read: day
    first in Ukrainian and Russian, two readings otherwise.
    """
    raise NotImplementedError


def echo(edtf: str, lang: Language) -> str:
    """The date in words that `understand` takes back to the same EDTF; BadDate if it is none of the profile."""
    raise NotImplementedError
