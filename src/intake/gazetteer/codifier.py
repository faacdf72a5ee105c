"""The official codifier: 24 oblasts and Crimea, two cities of their own, raions, hromadas, settlements, city districts.

`data/codifier.tsv` is plain text sorted by code; `tools/gazetteer.py` builds it from the ministry's spreadsheet. A code
says where it belongs: UA, oblast (2 digits), raion (2), hromada (3), settlement (3), district (2), five of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from intake.gazetteer.aliases import aliases

if TYPE_CHECKING:
    from intake.i18n import Language

CODE: Final = re.compile(r"UA\d{17}")

CATEGORIES: Final[dict[str, dict[Language, str]]] = {
    "O": {"uk": "область", "ru": "область", "en": "oblast"},
    "K": {
        "uk": "місто зі спеціальним статусом",
        "ru": "город со специальным статусом",
        "en": "city with special status",
    },
    "P": {"uk": "район", "ru": "район", "en": "raion"},
    "H": {"uk": "громада", "ru": "громада", "en": "hromada"},
    "M": {"uk": "місто", "ru": "город", "en": "city"},
    "X": {"uk": "селище", "ru": "посёлок", "en": "settlement"},
    "C": {"uk": "село", "ru": "село", "en": "village"},
    "B": {"uk": "район у місті", "ru": "район в городе", "en": "city district"},
}
"""The codifier's letters and what they mean; the order is that of the hierarchy."""

CRIMEA: Final = "UA01000000000013043"  # among the oblasts, and none: its name says what it is
_FORMERLY: Final[dict[Language, str]] = {"uk": "раніше", "ru": "ранее", "en": "formerly"}
_TOP: Final = 4  # where the digits of the oblast end
_LEVELS: Final = (
    (14, 12),
    (12, 9),
    (9, 6),
    (6, _TOP),
)  # where those of district, settlement, hromada, raion do, and begin
_DATA: Final = Path(__file__).parent / "data" / "codifier.tsv"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which edition of the codifier this is: its date (ISO), and the act it comes from."""

    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One object of the codifier; `name` is the official Ukrainian one."""

    code: str
    category: str
    name: str
    keys: tuple[str, str] = ("", "")  # as folding makes them: skeleton, consonants


@cache
def data() -> bytes:
    """The file, read once."""
    return _DATA.read_bytes()


@cache
def lines() -> list[bytes]:
    """Its lines, sorted by code; parsed only where somebody looks."""
    return [line for line in data().split(b"\n") if line.startswith(b"UA")]


def unit_of(line: bytes) -> Unit:
    """One line of the data, parsed."""
    code, category, name, keys = line.decode().split("\t")
    skeleton, _, consonants = keys.partition("|")
    return Unit(code, category, name, (skeleton, consonants))


def span(code: str) -> slice:
    """Where in `lines` a unit stands, with everything in it."""
    start = prefix(code).encode()
    return slice(bisect_left(lines(), start), bisect_left(lines(), start + b":"))  # the character after 9


def place_of(code: str) -> tuple[int, int]:
    """Where in `data` the lines of a unit and of everything in it begin and end."""
    found = lines()[span(code)] or [b""]
    return data().find(found[0]), data().find(found[-1]) + len(found[-1]) + 1


def prefix(code: str) -> str:
    """What the codes of everything in a unit begin with."""
    return code[: next((end for end, begin in _LEVELS if code[begin:end].strip("0")), _TOP)]


@cache
def edition() -> Edition:
    """The edition that is shipped."""
    date, source = (line.decode().split(" ", 2)[2] for line in data().split(b"\n", 2)[:2])
    return Edition(date, source)


def by_code(code: str) -> Unit | None:
    """The unit with this code, or None when this edition doesn't have it."""
    at = bisect_left(lines(), code.encode()) if CODE.fullmatch(code) else len(lines())
    found = unit_of(lines()[at]) if at < len(lines()) else None
    return found if found and found.code == code else None


def valid(code: str) -> bool:
    """Whether this edition has the code."""
    return by_code(code) is not None


def path(code: str) -> tuple[Unit, ...]:
    """The units this one lies in, oblast first, itself not among them."""
    own = prefix(code)
    above = (own[:end] for end in (_TOP, *(end for end, _ in reversed(_LEVELS))) if end < len(own))
    found = (_first(start) for start in above)
    return tuple(unit for unit in found if unit) if valid(code) else ()


def _first(start: str) -> Unit | None:
    """The unit whose own prefix this is; a city that is no oblast's has neither raion nor hromada."""
    unit = unit_of(lines()[bisect_left(lines(), start.encode())])
    return unit if prefix(unit.code) == start else None


def children(code: str = "") -> tuple[Unit, ...]:
    """The units directly below, in the order of the codifier; of nothing: the oblasts and the cities of their own."""
    if code and not valid(code):
        return ()
    whole = span(code) if code else slice(-1, len(lines()))
    found = []
    at = whole.start + 1
    while at < whole.stop:
        found.append(unit_of(lines()[at]))
        at = span(found[-1].code).stop
    return tuple(found)


def label(unit: Unit, lang: Language) -> str:
    """One line that tells a unit apart from its namesakes: name, kind, former names, oblast, raion, hromada.

    A row that is cut short still says which oblast. Namesakes of one hromada are told apart by their codes, which stand
    early for the same reason.
    """
    former = ", ".join(alias.former for alias in aliases(unit.code))
    about = [_kind(unit, lang), f"{_FORMERLY[lang]} {former}" if former else "", unit.code if _is_twin(unit) else ""]
    inside = "; ".join(part for part in about if part)
    own = f"{unit.name} ({inside})" if inside else unit.name
    return ", ".join([own, *(_in_words(above, lang) for above in path(unit.code))])


def _is_twin(unit: Unit) -> bool:
    """Whether another of that name and kind lies in the same unit."""
    above = path(unit.code)
    name = f"\t{unit.category}\t{unit.name}\t".encode()
    return bool(above) and unit.category in "XC" and sum(name in line for line in lines()[span(above[-1].code)]) > 1


def _kind(unit: Unit, lang: Language) -> str:
    return "" if unit.code == CRIMEA else CATEGORIES[unit.category][lang]


def _in_words(above: Unit, lang: Language) -> str:
    """A unit that others lie in: the names of oblasts, raions and hromadas are adjectives, those of towns are not."""
    return f"{above.name} {_kind(above, lang)}".strip() if above.category in "OPH" else above.name
