"""Finding places by what somebody types: a beginning, a former name, Latin letters, Russian spelling.

Each line of the codifier carries its two keys, so that a search is one pass over lines of bytes with nothing built first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from intake.gazetteer import codifier
from intake.gazetteer.aliases import all_aliases
from intake.gazetteer.codifier import Unit
from intake.gazetteer.folding import consonants, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORDER: Final = "KMOXCPBH"  # among names equally near: where people say they are, then what they lie in
_FEWEST_CONSONANTS: Final = 2
_KIND: Final = re.compile(
    r"^\s*(?:(?:смт|пгт|с-ще|сел|пос|село|селище|місто|посёлок|поселок|город|village|city|town)\b\.?|[мсгп]\.)\s*",
    re.IGNORECASE,
)
_SAME, _BEGINNING, _INSIDE, _CONSONANTS = range(4)  # how near a name is, nearest first


def search(text: str, *, limit: int = 20, within: str | None = None) -> list[Unit]:
    """The units that `text` may mean, best first; `within` is the code of a unit that they must lie in.

    "Іванівка, Херсонська" narrows by what follows the comma. `path` and `label` tell namesakes apart.
    """
    name, *places = [skeleton(_KIND.sub("", part)) for part in text.split(",")]
    if not name:
        return []
    found: dict[str, tuple[int, Unit]] = {}
    for nearness, unit in (*_by_alias(name, within), *_by_name(name, within)):
        if unit.code not in found or nearness < found[unit.code][0]:
            found[unit.code] = (nearness, unit)
    ranked = sorted(found.values(), key=_rank)
    chosen = (unit for _, unit in ranked if all(_lies_in(unit, place) for place in places if place))
    return [unit for unit, _ in zip(chosen, range(limit), strict=False)]


def _by_name(name: str, within: str | None) -> Iterator[tuple[int, Unit]]:
    key, bare = name.encode(), consonants(name).encode()
    needles = (b"\t" + key, b" " + key)
    tail = b"\t" + bare if len(bare) >= _FEWEST_CONSONANTS else None
    lines = codifier.lines()[codifier.span(within)] if within else codifier.lines()
    for line in lines:
        if needles[0] in line or needles[1] in line or (tail and line.endswith(tail)):
            unit = codifier.unit_of(line)
            yield _nearness(unit.keys[0], name), unit


def _by_alias(name: str, within: str | None) -> Iterator[tuple[int, Unit]]:
    inside = codifier.prefix(within) if within else ""
    for alias in all_aliases():
        key = skeleton(alias.name)
        nearness = _nearness(key, name)
        if alias.code.startswith(inside) and (nearness < _CONSONANTS or consonants(key) == consonants(name)):
            unit = codifier.by_code(alias.code)
            if unit:
                yield nearness, unit


def _nearness(key: str, name: str) -> int:
    if key == name:
        return _SAME
    if key.startswith(name):
        return _BEGINNING
    return _INSIDE if f" {name}" in key else _CONSONANTS


def _rank(found: tuple[int, Unit]) -> tuple[int, int, str, str]:
    nearness, unit = found
    return nearness, _ORDER.index(unit.category), unit.keys[0], unit.code


def _lies_in(unit: Unit, place: str) -> bool:
    return any(above.keys[0].startswith(place) for above in codifier.path(unit.code))
