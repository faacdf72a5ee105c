"""The words and signs of a spoken date as tokens: data/spoken.toml, ways to write numbers, and tokens that make one.

"Two weeks ago" is one token here; what tokens mean together is the grammar's (`spoken_grammar`).

Spec: docs/spec/record-v1.md, "Dates".
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from intake.records.letters import APOSTROPHE, all_cyrillic, all_latin, plain
from intake.records.spoken_idioms import plainly

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from intake.i18n import Language

LANGUAGES: tuple[Language, ...] = ("uk", "ru", "en")  # the order of data/spoken.toml
_ENDINGS = ("ий,ого,ому,им,е,а,ої,ій,у", "ый,ого,ому,ым,ое,ая,ой,ую", "")
_PHRASE = 4  # words in the longest phrase of the table
_MONTHS = 12
WINTER = 24
MAX_CHARS = 200


class Token(NamedTuple):
    """A word's meaning: a heading of data/spoken.toml, or one of the kinds made here, and its value."""

    kind: str
    value: Any = None


class Reading(NamedTuple):
    """How to read what can be read in two ways: 03/05/2022, 2022-23, winter 2022, Christmas."""

    today: date
    second: bool
    day_first: bool


class Reason(StrEnum):
    """Why a text gave no date: what to ask next."""

    NO_YEAR = "no_year"
    TWO_READINGS = "two_readings"  # `Unclear.readings` has them, as EDTF
    NOT_A_DATE = "not_a_date"
    OUT_OF_RANGE = "out_of_range"  # no such day, or a year outside 1900 to 2100
    BACKWARDS = "backwards"  # ends before it begins, or its parts exclude each other


class NoDateError(Exception):
    """No date in this reading; stays within the four modules of spoken dates."""

    def __init__(self, reason: Reason = Reason.NOT_A_DATE) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def _data() -> Mapping[str, Mapping[str, Sequence[str]]]:
    data: dict[str, dict[str, list[str]]] = tomllib.loads(
        (Path(__file__).parent / "data" / "spoken.toml").read_text(encoding="utf-8")
    )
    return data


def said(kind: str, value: object, lang: Language) -> str:
    """The word that is said back."""
    return _data()[kind][str(value)][LANGUAGES.index(lang)].split()[0].replace("_", " ")


def meanings() -> list[tuple[str, Token]]:
    """Every form of every word with what it means."""
    return [
        (form, Token(kind, int(value) if value.isdigit() else value))
        for kind, values in _data().items()
        for value, languages in values.items()
        for forms, endings in zip(languages, _ENDINGS, strict=True)
        for form in _forms(forms, endings)
    ]


def _forms(text: str, endings: str) -> list[str]:
    """All forms of `text`: stem(a,b), stem~, and words as they are, in the spelling that is looked up."""
    found = []
    for word in text.split():
        stem, _, ends = word.replace("~", f"({endings})").partition("(")
        found += [_spelling(stem + end) for end in ends.rstrip(")").split(",")]
    return found


def _spelling(word: str) -> str:
    return plain(word).replace(APOSTROPHE, "").replace("_", " ").lower().replace("\u0451", "\u0435")


@cache
def _table() -> Mapping[str, Token]:
    return dict(meanings())


@cache
def _months_alone() -> tuple[str, ...]:
    """The names of months as nobody says them with a day; in English there is no such form."""
    return tuple(forms.split()[0] for languages in _data()["month"].values() for forms in languages[:2])


def _look_up(word: str) -> Token | None:
    """A word or phrase in any case, with any apostrophe, with Latin letters among its Cyrillic or the other way."""
    tries = (_spelling(spelt) for spelt in (word, all_cyrillic(word), all_latin(word)))
    return next((_table()[spelt] for spelt in tries if spelt in _table()), None)


# Numbers and signs, the longest first; each makes its tokens from the match.
_XX = "(\\d{1,2}|[x\u0445]{2})"
_TIME = r"(\d\d:\d\d:\d\d(?:z|[+-]\d\d:\d\d))"
_SUFFIX = (
    "(?:-?(?:\u0433\u043e|\u043e\u0433\u043e|\u043c\u0443|\u043e\u043c\u0443|\u043c|\u0442\u0435|\u0435|\u0439|\u0438\u0439|"
    "\u0430|\u0433\u0430|\u0448\u0430|\u044f|st|nd|rd|th)(?![^\\W\\d_]))?"
)


def _fields(**fields: str) -> list[Token]:
    return [Token("fields", {name: int(text) if text.isdigit() else "XX" for name, text in fields.items()})]


def _day_month(found: re.Match[str], reading: Reading) -> list[Token]:
    """`24.02.2022`, `24/02/22`, `05.03`: with a stroke, Americans put the month first."""
    first, mark, second, year = found["first"], found["mark"], found["second"], found.groupdict().get("year")
    if year is not None and len(year) == 2:  # noqa: PLR2004 -- digits
        if mark == "-":
            raise NoDateError  # 24-02-22 has a day at either end
        year = str(century(int(year), reading))
    if mark == "/" and reading.second and not (reading.day_first and _is_month(second)):
        first, second = second, first
    return _fields(day=first, month=second, **({"year": year} if year else {}))


def _is_month(text: str) -> bool:
    return not text.isdigit() or int(text) <= _MONTHS


def _year_month(found: re.Match[str], _: Reading) -> list[Token]:
    """`2022-03`; a number past 12, or after a stroke, is the end of two years: `2022-23`, `2022/23`."""
    if _is_month(found[3]) and found[2] != "/":
        return _fields(year=found[1], month=found[3])
    if not found[3].isdigit():
        raise NoDateError
    return [Token("pair", (int(found[1]), int(found[3])))]


def _number(found: re.Match[str], _: Reading) -> list[Token]:
    kind = {4: "year", 3: "count"}.get(len(found[1]), "num")
    return [Token(kind, int(found[1]))]


_SIGNS = {"~": Token("sign", "~"), "\u2248": Token("sign", "~"), "?": Token("sign", "?"), "%": Token("sign", "~?"),
          "/": Token("dash"), "-": Token("dash"), ",": Token("comma"), ";": Token("comma"),
          "(": Token("open"), ")": Token("close")}  # fmt: skip

_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Reading], list[Token]]], ...] = tuple(
    (re.compile(shape, re.IGNORECASE), make)
    for shape, make in (
        (r"/\.\.", lambda _, __: [Token("dash"), Token("still")]),
        (r"\.\./", lambda _, __: [Token("still"), Token("dash")]),
        (r"\s+|[.\u2026](?!\d)", lambda _, __: []),
        (rf"(\d{{4}}-\d\d-\d\d)T{_TIME}", lambda m, _: [Token("exact", f"{m[1]}T{m[2].upper()}")]),
        (rf"(\d\d)\.(\d\d)\.(\d{{4}}) {_TIME}",
         lambda m, _: [Token("exact", f"{m[3]}-{m[2]}-{m[1]}T{m[4].upper()}")]),
        (rf"(\d{{4}})([-./]){_XX}\2{_XX}(?!\d)", lambda m, _: _fields(year=m[1], month=m[3], day=m[4])),
        (rf"(?P<first>{_XX})(?P<mark>[./-])(?P<second>{_XX})(?P=mark)(?P<year>\d{{4}}|\d\d)(?!\d)", _day_month),
        (rf"(\d{{4}})([-./]){_XX}(?!\d)", _year_month),
        (rf"{_XX}[./-](\d{{4}})(?!\d)", lambda m, _: _fields(month=m[1], year=m[2])),
        (rf"(?P<first>{_XX})(?P<mark>[./])(?P<second>{_XX})(?!\d)", _day_month),
        (rf"(\d{{1,4}}){_SUFFIX}(?!\d)", _number),
        (r"[~\u2248?%/,;()-]", lambda m, _: [_SIGNS[m[0]]]),
    )
)  # fmt: skip
_WORD = re.compile(rf"[^\W\d_]+(?:[-\s]+[^\W\d_]+){{0,{_PHRASE - 1}}}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def tokens(text: str, reading: Reading) -> list[Token]:
    """The text as tokens, without fillers; NoDateError if anything in it is neither word nor sign of a date."""
    if len(text) > MAX_CHARS:
        raise NoDateError
    text = plainly(_DASHES.sub("-", plain(text)), _months_alone(), reading.today.year)
    text = " ".join(text.split())
    found: list[Token] = []
    at = 0
    while at < len(text):
        made, at = _word(text, at) or _shape(text, at, reading)
        found += made
    return _together([token for token in found if token.kind != "filler"], reading)


def _word(text: str, at: int) -> tuple[list[Token], int] | None:
    """The longest phrase of the table that stands here."""
    words = _WORD.match(text, at)
    while words:
        token = _look_up(words[0])
        if token:
            return [token], words.end()
        joint = max(words[0].rfind(" "), words[0].rfind("-"))
        words = _WORD.match(text, at, at + joint) if joint > 0 else None
    return None


def _shape(text: str, at: int, reading: Reading) -> tuple[list[Token], int]:
    for shape, make in _SHAPES:
        found = shape.match(text, at)
        if found:
            return make(found, reading), found.end()
    raise NoDateError


def century(year: int, reading: Reading) -> int:
    """The last year that ended so: 22 is 2022, 85 is 1985."""
    return year + (2000 if 2000 + year <= reading.today.year else 1900)


# Tokens that make one, tried in this order. A maker returns None where the values don't fit.


def _sum(values: Sequence[Any]) -> int | None:
    tens, ones = values[0], values[-1]
    return tens + ones if tens in {20, 30} and 0 < ones < 10 else None  # noqa: PLR2004 -- twenty and thirty


def _tens_day(values: Sequence[Any], _: Reading) -> list[Token] | None:
    day = _sum(values)
    return [Token("day", day)] if day else None


def _tens_count(values: Sequence[Any], _: Reading) -> list[Token] | None:
    count = _sum(values)
    return [Token("count", count)] if count else None


def _halves(values: Sequence[Any], _: Reading) -> list[Token] | None:
    return [Token("part", f"half{values[0]}")] if values[0] in {1, 2} else None


def _days_ago(count: int) -> Callable[[Sequence[Any], Reading], list[Token]]:
    def make(values: Sequence[Any], reading: Reading) -> list[Token]:
        days = timedelta(days=count * (values[0] if len(values) == 3 else 1))  # noqa: PLR2004 -- count, unit, ago
        return [Token("exact", f"{reading.today - days}~")]

    return make


def _months_ago(count: int) -> Callable[[Sequence[Any], Reading], list[Token]]:
    def make(values: Sequence[Any], reading: Reading) -> list[Token]:
        months = count * (values[0] if len(values) == 3 else 1)  # noqa: PLR2004 -- count, unit, ago
        text = _month_back(reading.today, months)
        return [Token("exact", f"{text[:4] if count == _MONTHS else text}~")]

    return make


def _month_back(today: date, months: int) -> str:
    year, month = divmod(today.year * _MONTHS + today.month - 1 - months, _MONTHS)
    return f"{year:04}-{month + 1:02}"


def _which_week(values: Sequence[Any], reading: Reading) -> list[Token]:
    monday = reading.today - timedelta(days=reading.today.weekday() + 7 * values[0])
    return [Token("exact", f"{monday}~/{monday + timedelta(days=6)}~")]


def _this(values: Sequence[Any], reading: Reading, kind: str) -> list[Token] | None:
    """This spring, this March: of this year. The last one may be of either year."""
    return None if values[0] else [Token(kind, values[1]), Token("year", reading.today.year)]


def _two_years(values: Sequence[Any], _: Reading) -> list[Token] | None:
    """`2022-23`: two years, where it isn't EDTF's autumn of 2022."""
    first, last = values[0]
    return [Token("exact", f"{first}/{first + 1}")] if (first + 1) % 100 == last else None


def _winter(values: Sequence[Any], _: Reading) -> list[Token] | None:
    """Winter 2022-23, or 2022 - 2023: named by both its years, there is no doubt which."""
    season, first, last = (values[0], *values[1]) if len(values) == 2 else (values[0], values[1], values[3])  # noqa: PLR2004
    follows = last in {first + 1, (first + 1) % 100}
    return [Token("exact", f"{first}-{WINTER}")] if season == WINTER and follows else None


_RULES: tuple[tuple[str, Any], ...] = (
    ("count dash day", _tens_day),
    ("count day", _tens_day),
    ("count dash count", _tens_count),
    ("count count", _tens_count),
    ("day half", _halves),
    ("num half", _halves),
    *((f"{count}{unit} ago", make)
      for count in ("num ", "count ", "")
      for unit, make in (("days", _days_ago(1)), ("weeks", _days_ago(7)), ("months", _months_ago(1)),
                         ("years", _months_ago(_MONTHS)), ("yearword", _months_ago(_MONTHS)))),
    ("halfyear ago", _months_ago(6)),
    ("back_days", lambda v, r: [Token("exact", f"{r.today - timedelta(days=v[0])}")]),
    ("back_years", lambda v, r: [Token("year", r.today.year - v[0])]),
    ("which weeks", _which_week),
    ("which months", lambda v, r: [Token("exact", _month_back(r.today, v[0]))]),
    ("which yearword", lambda v, r: [Token("year", r.today.year - v[0])]),
    ("which season", lambda v, r: _this(v, r, "season")),
    ("which month", lambda v, r: _this(v, r, "month")),
    ("year yearword", lambda v, _: [Token("year", v[0])]),
    ("year years", lambda v, _: [Token("year", v[0])]),
    ("fields yearword", lambda v, _: [Token("fields", v[0])]),
    ("yearword year", lambda v, _: [Token("year", v[1])]),
    ("num yearword", lambda v, r: [Token("year", century(v[0], r))] if v[0] >= 10 else None),  # noqa: PLR2004
    ("pair yearword", lambda v, _: [Token("pair", v[0])]),
    ("pair years", lambda v, _: [Token("pair", v[0])]),
    ("season year dash year", _winter),
    ("season pair", _winter),
    ("pair", _two_years),
    ("month months", lambda v, _: [Token("month", v[0])]),
    ("part dash", lambda v, _: [Token("part", v[0])]),
    ("open about close", lambda _, __: [Token("sign", "~")]),
    ("open maybe close", lambda _, __: [Token("sign", "?")]),
    ("open about comma maybe close", lambda _, __: [Token("sign", "~?")]),
)  # fmt: skip


def _together(found: list[Token], reading: Reading) -> list[Token]:
    for kinds, make in _RULES:
        length = len(kinds.split())
        for at in range(len(found) - length, -1, -1):
            run = found[at : at + length]
            if " ".join(token.kind for token in run) == kinds:
                made = make([token.value for token in run], reading)
                found = found if made is None else [*found[:at], *made, *found[at + length :]]
    return found
