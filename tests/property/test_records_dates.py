"""The date parser against the `edtf` package, which knows the whole standard: validity only, its bounds are broken."""

from __future__ import annotations

from datetime import date

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import BadDate
from intake.records import dates

YEARS = st.integers(1880, 2120).map(str)
MONTHS = st.one_of(st.integers(0, 26).map(lambda n: f"{n:02d}"), st.sampled_from(["XX", "1X", "3"]))
DAYS = st.one_of(st.integers(0, 32).map(lambda n: f"{n:02d}"), st.sampled_from(["XX", "3X"]))
MARKS = st.sampled_from(["", "", "?", "~", "%"])
DAY = st.tuples(st.tuples(YEARS, MONTHS, DAYS), st.integers(1, 3), MARKS).map(
    lambda made: "-".join(made[0][: made[1]]) + made[2]
)
MOMENT = st.tuples(st.datetimes().map(lambda at: at.replace(microsecond=0)), st.sampled_from(["Z", "+03:00", ""])).map(
    lambda made: made[0].isoformat() + made[1]
)
INTERVAL = st.tuples(st.one_of(DAY, st.sampled_from(["", ".."])), st.one_of(DAY, st.sampled_from(["", ".."]))).map(
    "/".join
)
TEXTS = st.one_of(DAY, INTERVAL, MOMENT, st.text(max_size=12), st.text("0123456789-/.X?~%T:Z+", max_size=24))


def valid_edtf(text: str) -> bool:
    """What the oracle says; its own crashes on odd input count as a no."""
    try:
        parse_edtf(text)
    except (EDTFParseException, ValueError, TypeError, AttributeError, KeyError):
        return False
    return True


@settings(deadline=None)
@given(TEXTS)
def test_all_that_is_taken_is_edtf(text: str) -> None:
    """Another reader of EDTF can read every date we store; and any text at all gives a date or BadDate."""
    try:
        dates.parse(text)
    except BadDate:
        return
    assert valid_edtf(text), text


@settings(deadline=None)
@given(st.integers(1900, 2100), MONTHS, DAYS, MARKS)
def test_edtf_within_the_profile_is_taken(year: int, month: str, day: str, mark: str) -> None:
    """A date the oracle takes is taken here too, but for what the profile leaves out: level 2, and seasons past 24."""
    text = f"{year}-{month}-{day}{mark}"
    level_2 = "1X" in text or "3X" in text or (month == "XX" and day != "XX") or (month.isdigit() and int(month) > 12)
    # 29 February of a common year: the oracle does not know the calendar.
    real = day == "XX" or month == "XX" or _is_day(year, month, day)
    if valid_edtf(text) and not level_2 and real:
        assert dates.parse(text).text == text


def _is_day(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True


@settings(deadline=None)
@given(DAY, DAY)
def test_bounds_are_in_order(start: str, end: str) -> None:
    """No accepted date ends before it starts, and an interval's bounds are those of its ends."""
    try:
        parsed = dates.parse(f"{start}/{end}")
    except BadDate:
        return
    assert parsed.earliest == dates.parse(start).earliest
    assert parsed.latest == dates.parse(end).latest
    assert parsed.earliest is not None
    assert parsed.latest is not None
    assert parsed.earliest <= parsed.latest
