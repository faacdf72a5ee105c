"""Dates with honest uncertainty: EDTF, level 0 and a part of level 1, with the bounds that sorting and export need.

Taken: `2022`, `2022-03`, `2022-03-05`, a date and time with offset; a `?`, `~` or `%` at the end of a date;
`2022-03-XX`, `2022-XX`, `2022-XX-XX`; seasons `2022-21` to `2022-24`; intervals with a known, open (`..`) or unknown
(empty) end, without X. Years 1900 to 2100. Everything else is refused. `~` and `?` never widen the bounds: what
"about" means is for people to judge. Winter is December to February: EDTF does not say, so `2022-24` is the winter
that begins in 2022.
Spec: docs/spec/record-v1.md, "Dates".
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from intake.errors import BadDate

FIRST_YEAR, LAST_YEAR = 1900, 2100
MAX_CHARS = 64
DECEMBER = 12
SEASONS = {21: 3, 22: 6, 23: 9, 24: DECEMBER}  # the month each begins with; three months long
WINTER = 24

_DAY = re.compile(r"(\d{4})(?:-(\d\d|XX)(?:-(\d\d|XX))?)?([?~%]?)", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as written, and the first and last day it may mean (None: open or unknown)."""

    text: str
    earliest: date | None
    latest: date | None
    approximate: bool = False
    uncertain: bool = False

    @property
    def sort_key(self) -> tuple[date, date]:
        """By the first day it may mean, then by the last; what has no beginning comes first."""
        return (self.earliest or date.min, self.latest or date.max)

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Whether it may have been between two days, both counted; None: no limit on that side."""
        earliest, latest = self.sort_key
        return earliest <= (last or date.max) and latest >= (first or date.min)


@lru_cache(maxsize=4096)
def parse(text: str) -> Edtf:
    """The date, or BadDate."""
    if len(text) > MAX_CHARS:
        raise BadDate
    if "T" in text:
        return _moment(text)
    return _interval(text) if "/" in text else _day(text)


def _moment(text: str) -> Edtf:
    """A date and time with offset: the day is the day where it happened."""
    if not _MOMENT.fullmatch(text):
        raise BadDate
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        raise BadDate from None
    _year(day.year)
    return Edtf(text, day, day)


def _interval(text: str) -> Edtf:
    """Two dates, of which one may be open or unknown; one that ends before it starts is refused."""
    start, _, end = text.partition("/")
    open_ends = ("", "..")
    if (start in open_ends and end in open_ends) or "X" in text:
        raise BadDate  # an end of unknown day is written as its month: readers differ on X in an interval
    first = None if start in open_ends else _day(start)
    last = None if end in open_ends else _day(end)
    earliest = first.earliest if first else None
    latest = last.latest if last else None
    if earliest and latest and earliest > latest:
        raise BadDate
    sides = [side for side in (first, last) if side]
    return Edtf(
        text,
        earliest,
        latest,
        approximate=any(side.approximate for side in sides),
        uncertain=any(side.uncertain for side in sides),
    )


def _day(text: str) -> Edtf:
    """One date of any precision."""
    match = _DAY.fullmatch(text)
    if not match:
        raise BadDate
    earliest, latest = _bounds(_year(int(match[1])), match[2], match[3])
    if match[4] and match[2] and match[2] != "XX" and int(match[2]) in SEASONS:
        raise BadDate  # a season is vague already, and other readers of EDTF refuse a qualified one
    return Edtf(text, earliest, latest, approximate=match[4] in {"~", "%"}, uncertain=match[4] in {"?", "%"})


def _bounds(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None or month == "XX":
        if day not in {None, "XX"}:
            raise BadDate  # a day of an unknown month is level 2
        return date(year, 1, 1), date(year, DECEMBER, 31)
    if int(month) in SEASONS:
        if day is not None:
            raise BadDate
        return _season(year, int(month))
    if not 1 <= int(month) <= DECEMBER:
        raise BadDate
    if day is None or day == "XX":
        return date(year, int(month), 1), month_end(year, int(month))
    try:
        known = date(year, int(month), int(day))
    except ValueError:
        raise BadDate from None
    return known, known


def _season(year: int, season: int) -> tuple[date, date]:
    first = SEASONS[season]
    last = month_end(year + 1, 2) if season == WINTER else month_end(year, first + 2)
    return date(year, first, 1), last


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadDate
    return year
