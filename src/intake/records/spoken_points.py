"""One date from what was said of it: its year, month, day, season, part or feast, and the sign of doubt.

Spec: docs/spec/record-v1.md, "Dates".
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from intake.records import dates
from intake.records.spoken_words import WINTER, NoDateError, Reading, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPEN = ("", "..")
SIGNS = {"~": ("about",), "?": ("maybe",), "%": ("about", "maybe")}


def split(end: str) -> tuple[str, str]:
    """One end of a date, and the sign after it."""
    return (end[:-1], end[-1]) if end[-1:] in SIGNS else (end, "")


def point(slots: Mapping[str, Any], year: int | None, reading: Reading) -> str:
    """One date as EDTF."""
    sign = slots.get("sign", "")
    slots = {name: value for name, value in slots.items() if name != "sign"}
    make = _POINTS.get(frozenset(slots))
    if make is None and slots and frozenset({*slots, "year"}) in _POINTS:
        if year is None:
            raise NoDateError(Reason.NO_YEAR)
        return point({**slots, "year": year, "sign": sign}, None, reading)
    if make is None:
        raise NoDateError
    if not dates.FIRST_YEAR <= slots.get("year", dates.FIRST_YEAR) <= dates.LAST_YEAR:
        raise NoDateError(Reason.OUT_OF_RANGE)
    try:
        return signed(make(slots, reading), set(sign))
    except (KeyError, TypeError):  # half of a season, the start of a month XX
        raise NoDateError from None
    except ValueError:
        raise NoDateError(Reason.OUT_OF_RANGE) from None


def _date(slots: Mapping[str, Any], _: Reading) -> str:
    numbers = (slots[name] for name in ("year", "month", "day") if name in slots)
    return "-".join(number if number == "XX" else f"{number:02}" for number in numbers)


def _season(slots: Mapping[str, Any], reading: Reading) -> str:
    """Winter 2022 may be the one that ends in that year, or the one that begins."""
    year = slots["year"] - (slots["season"] == WINTER and not reading.second)
    return f"{year}-{slots['season']}"


_OF_MONTH = {"start": (1, 10), "middle": (11, 20), "end": (21, 31), "half1": (1, 15), "half2": (16, 31)}
_OF_YEAR = {"start": (1, 4), "middle": (5, 8), "end": (9, 12), "half1": (1, 6), "half2": (7, 12)}
_OF_SEASON = {"start": 0, "middle": 1, "end": 2}


def _part_of_month(slots: Mapping[str, Any], _: Reading) -> str:
    year, month = slots["year"], slots["month"]
    first, last = _OF_MONTH[slots["part"]]
    end = dates.month_end(year, month)
    return f"{end.replace(day=first)}~/{end.replace(day=min(last, end.day))}~"


def _part_of_season(slots: Mapping[str, Any], reading: Reading) -> str:
    month = _months(_season(slots, reading))[_OF_SEASON[slots["part"]]]
    return f"{month}~"


def _part_of_year(slots: Mapping[str, Any], _: Reading) -> str:
    first, last = _OF_YEAR[slots["part"]]
    return f"{slots['year']}-{first:02}~/{slots['year']}-{last:02}~"


def _months(season: str) -> list[str]:
    """The three months of a season."""
    year, number = (int(part) for part in season.split("-"))
    months = range(dates.SEASONS[number], dates.SEASONS[number] + 3)
    return [f"{year + (month - 1) // 12}-{(month - 1) % 12 + 1:02}" for month in months]


def _feast(slots: Mapping[str, Any], reading: Reading) -> str:
    """Easter as Ukrainian churches keep it; Christmas is kept on two days."""
    year = slots["year"]
    if slots["feast"] == "christmas":
        return f"{year}-12-25" if reading.second else f"{year}-01-07"
    return str(_easter(year) + timedelta(days={"easter": 0, "pentecost": 49}[slots["feast"]]))


def _easter(year: int) -> date:
    """Meeus' rule for the Julian calendar, brought to the Gregorian one for the years of our profile."""
    moon = (19 * (year % 19) + 15) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + sunday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13 if year < dates.LAST_YEAR else 14)


_POINTS: Mapping[frozenset[str], Callable[[Mapping[str, Any], Reading], str]] = {
    frozenset(names.split()): make
    for names, make in (
        ("exact", lambda slots, _: str(slots["exact"])),
        ("year", _date),
        ("year month", _date),
        ("year month day", _date),
        ("year month part", _part_of_month),
        ("year season", _season),
        ("year season part", _part_of_season),
        ("year part", _part_of_year),
        ("year feast", _feast),
    )
}


def signed(edtf: str, doubt: set[str]) -> str:
    """The date with the sign after each known end; a season, which takes none, becomes its months."""
    if not doubt:
        return edtf
    if "T" in edtf:
        raise NoDateError  # nor does an hour
    ends = edtf.split("/")
    if len(ends) == 1 and is_season(edtf):
        ends = [_months(edtf)[0], _months(edtf)[-1]]
    ready: list[str] = []
    for text, sign in map(split, ends):
        bare = _months(text)[-len(ready)] if is_season(text) else text
        both = "".join(sorted({*sign.replace("%", "?~"), *doubt}))
        ready.append(text if text in OPEN else bare + ("%" if len(both) > 1 else both))
    return "/".join(ready)


def is_season(text: str) -> bool:
    """One of the four, without a sign."""
    return text[4:] in {f"-{season}" for season in dates.SEASONS}
