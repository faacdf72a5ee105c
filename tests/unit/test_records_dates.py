"""EDTF: the profile, its bounds, and everything it refuses (V20)."""

from __future__ import annotations

from datetime import date

import pytest

from intake.errors import BadDate
from intake.records import dates

TAKEN = {
    "2022": ("2022-01-01", "2022-12-31"),
    "2022-03": ("2022-03-01", "2022-03-31"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "2022-03-05": ("2022-03-05", "2022-03-05"),
    "2022-03-05T23:30:00+03:00": ("2022-03-05", "2022-03-05"),
    "2022-03-05T10:00:00Z": ("2022-03-05", "2022-03-05"),
    "2022-03~": ("2022-03-01", "2022-03-31"),
    "2022?": ("2022-01-01", "2022-12-31"),
    "2022-03-05%": ("2022-03-05", "2022-03-05"),
    "2022-03-XX": ("2022-03-01", "2022-03-31"),
    "2022-XX": ("2022-01-01", "2022-12-31"),
    "2022-XX-XX": ("2022-01-01", "2022-12-31"),
    "2022-03-XX~": ("2022-03-01", "2022-03-31"),
    "2022-21": ("2022-03-01", "2022-05-31"),
    "2022-22": ("2022-06-01", "2022-08-31"),
    "2022-23": ("2022-09-01", "2022-11-30"),
    "2022-24": ("2022-12-01", "2023-02-28"),
    "2023-24": ("2023-12-01", "2024-02-29"),
    "2022-03/2022-05": ("2022-03-01", "2022-05-31"),
    "2022-03-20/2022-03": ("2022-03-20", "2022-03-31"),
    "2022-03/..": ("2022-03-01", None),
    "2022-03/": ("2022-03-01", None),
    "../2014-03": (None, "2014-03-31"),
    "/2014-03": (None, "2014-03-31"),
    "2022-04-24/2022-05-31~": ("2022-04-24", "2022-05-31"),
    "2022-24/2023-03": ("2022-12-01", "2023-03-31"),
    "1900": ("1900-01-01", "1900-12-31"),
    "2100-24": ("2100-12-01", "2101-02-28"),
}

REFUSED = [
    "",
    " ",
    "2022 ",
    "20220305",
    "2022-3",
    "2022-13",
    "2022-00",
    "2022-02-30",
    "2023-02-29",
    "2022-XX-05",
    "202X",
    "20XX",
    "XXXX",
    "2022-1X",
    "2022-03-1X",
    "1899",
    "2101",
    "2022-25",
    "2022-21-01",
    "2022-24~",
    "2022-05/2022-03",
    "2022-03-05/2022-03-04",
    "../..",
    "/",
    "../",
    "2022/2023/2024",
    "[2021,2022]",
    "{2021..2022}",
    "2022?-03",
    "?2022",
    "2022??",
    "-2022",
    "2022-03-05T10:00",
    "2022-03-05T10:00:00",
    "2022-03-05T25:00:00Z",
    "2022-03-05T10:00:00+99:00",
    "2022-03-XX/2022-05",
    "2022/2023-XX",
    "2022-03-05T10:00:00Z/2022-03-06",
    "T",
    "навесні 2022",
    "٢٠٢٢",
    "2022\n",
    "2022-03-05T10:00:00Z?",
    "2" * 65,
]


@pytest.mark.parametrize(("text", "bounds"), TAKEN.items())
def test_what_is_taken_has_the_right_bounds(text: str, bounds: tuple[str | None, str | None]) -> None:
    """The first and the last day a date may mean; none where an end is open or unknown."""
    parsed = dates.parse(text)
    assert parsed.text == text
    assert (parsed.earliest, parsed.latest) == tuple(day and date.fromisoformat(day) for day in bounds)


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text: str) -> None:
    """Outside the profile, outside the years, ending before it starts, or not a date at all: one typed error."""
    with pytest.raises(BadDate):
        dates.parse(text)


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [("2022", False, False), ("2022~", True, False), ("2022?", False, True), ("2022%", True, True),
     ("2022-03~/2022-05?", True, True)],
)  # fmt: skip
def test_doubt_is_kept(text: str, approximate: bool, uncertain: bool) -> None:
    """`~` is about, `?` is not sure, `%` is both; neither widens the bounds."""
    parsed = dates.parse(text)
    assert (parsed.approximate, parsed.uncertain) == (approximate, uncertain)
