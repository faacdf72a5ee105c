"""Reading the ministry's dated list of territories: rows of cells in, a table and what was wrong with which row out.

Columns are found by the words of their headings, which also say what the dates are of; a file may hold several tables
below each other. Territories of *possible* hostilities are passed over. A bad row stops only itself.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from intake.errors import MalformedOccupationList
from intake.gazetteer import codifier
from intake.gazetteer.occupation import KINDS, Kind, OccupationTable, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.gazetteer.sheets import Cells

Fault = Literal["unknown-code", "bad-date", "dates-reversed", "no-heading"]

_CODE: Final = re.compile(r"UA\d+")
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00:00)?|(\d\d)\.(\d\d)\.(\d{4})")
_PARTS: Final = re.compile(r"за винятком|крім|частин|except", re.IGNORECASE)
_OF: Final[tuple[tuple[str, Kind | None], ...]] = (
    ("окупац", "occupied"),
    ("occupation", "occupied"),
    ("можлив", None),
    ("бойов", "hostilities"),
    ("hostilit", "hostilities"),
)
_BEGINS: Final = ("початк", "виникнен", "begin", "start", "from")
_ENDS: Final = ("заверш", "припинен", "кінц", "end", "until")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken, by its number in the file, and why."""

    row: int
    why: Fault


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file gave: the table, rows not taken, rows that leave parts of their unit out, rows passed over."""

    table: OccupationTable
    bad: tuple[BadRow, ...]
    parts: tuple[int, ...]
    passed_over: int


@dataclass(frozen=True, slots=True)
class _Heading:
    code: int
    name: int
    begin: int
    end: int
    kind: Kind | None


def read_listing(rows: Iterable[Cells], edition: str, source: str) -> Listed:
    """The table of a file's rows; MalformedOccupationList when it has none that could be taken."""
    heading: _Heading | None = None
    taken: dict[Row, None] = {}
    bad: list[BadRow] = []
    parts: list[int] = []
    passed_over = 0
    for number, cells in enumerate(rows, start=1):
        heading = _heading(cells) or heading
        if not any(_CODE.fullmatch(cell) for cell in cells):
            continue
        if heading is not None and heading.kind is None:
            passed_over += 1
            continue
        read = _periods(cells, heading)
        if isinstance(read, str):
            bad.append(BadRow(number, read))
            continue
        taken.update(dict.fromkeys(read))
        parts += [number] if read[0].parts else []
    if not taken:
        raise MalformedOccupationList
    return Listed(OccupationTable(edition, source, tuple(taken)), tuple(bad), tuple(parts), passed_over)


def _heading(cells: Cells) -> _Heading | None:
    """The columns, if this row names them."""
    words = [" ".join(cell.lower().split()) for cell in cells]
    code = _column(words, ("код", "code"))
    begin, end = _column(words, _BEGINS), _column(words, _ENDS)
    if code is None or begin is None or end is None:
        return None
    name = _column(words, ("найменув", "назва", "name"))
    return _Heading(code, code if name is None else name, begin, end, _kind(words[begin]))


def _kind(word: str) -> Kind | None:
    """What the dates of a column are of; a list that does not say is one of occupation."""
    return next((kind for part, kind in _OF if part in word), KINDS[0])


def _column(words: list[str], starts: tuple[str, ...]) -> int | None:
    return next((n for n, word in enumerate(words) if any(start in word for start in starts)), None)


def _periods(cells: Cells, heading: _Heading | None) -> list[Row] | Fault:
    """The periods of one row: its dates stand below each other in their cells."""
    if heading is None or heading.kind is None or len(cells) <= max(heading.code, heading.begin):
        return "no-heading"
    code = cells[heading.code]
    if not codifier.valid(code):
        return "unknown-code"
    begins, ends = _dates(cells[heading.begin]), _dates(cells[heading.end] if len(cells) > heading.end else "")
    if begins is None or ends is None or not begins or len(ends) > len(begins):
        return "bad-date"
    parts = _PARTS.search(cells[heading.name]) is not None
    until: list[dt.date | None] = [*ends, *([None] * (len(begins) - len(ends)))]
    periods = [Row(code, begin, end, heading.kind, parts) for begin, end in zip(begins, until, strict=True)]
    return periods if _in_order(periods) else "dates-reversed"


def _in_order(periods: list[Row]) -> bool:
    """Each ends after it began; only the last one may be open, and none begins before the one before it ended."""
    closed = all(row.until is not None and row.since <= row.until for row in periods[:-1])
    follow = all(later.since >= (row.until or later.since) for row, later in pairwise(periods))
    return closed and follow and (periods[-1].until is None or periods[-1].since <= periods[-1].until)


def _dates(cell: str) -> list[dt.date] | None:
    """The dates of a cell, or None when something in it is none."""
    found = []
    for text in re.split(r"[\s;,]+", cell.replace(" 00:00:00", "")):
        match = _DATE.fullmatch(text)
        if match:
            year, month, day, *turned = match.groups()
            numbers = (year, month, day) if year else tuple(reversed(turned))
            try:
                found.append(dt.date(*(int(number) for number in numbers)))
            except ValueError:
                return None
        elif text not in ("", "-", "–", "*"):
            return None
    return found
