"""Finding places by what somebody types: a beginning, a former name, Latin letters, Russian spelling.

Each line of the codifier carries its two keys, so that a search is a search through bytes, and nothing is built first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from intake.gazetteer import codifier
from intake.gazetteer.aliases import aliases, all_aliases
from intake.gazetteer.folding import consonants, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.gazetteer.codifier import Unit

_ORDER: Final = "KMOXCPBH"  # among names equally near: where people say they are, then what they lie in
_FEWEST_CONSONANTS: Final = 2
_KIND: Final = re.compile(
    r"^\s*(?:(?:смт|пгт|с-ще|сел|пос|село|селище|місто|посёлок|поселок|город|village|city|town)\b\.?|[мсгп]\.)\s*",
    re.IGNORECASE,
)
_SAME, _NEAR, _BEGINNING, _INSIDE, _FAR = range(5)
"""How near a name is. A city by its consonants alone (Харьков: Харків) is near; a village so found stands last."""


def search(text: str, *, limit: int = 20, within: str | None = None) -> list[Unit]:
    """The units that `text` may mean, best first; `within` is the code of a unit that they must lie in.

    "Іванівка, Херсонська" narrows by what follows the comma. `path` and `label` tell namesakes apart.
    """
    name, *places = [skeleton(_KIND.sub("", part)) for part in text.split(",")]
    if not name:
        return []
    found: dict[str, tuple[int, Unit]] = {}
    for rank, unit in (*_former(name, within), *_named(name, within)):
        if unit.code not in found or rank < found[unit.code][0]:
            found[unit.code] = (rank, unit)
    chosen: list[Unit] = []
    for _, unit in sorted(found.values(), key=_rank):
        if len(chosen) < limit and all(_lies_in(unit, place) for place in places if place):
            chosen.append(unit)
    return chosen


def is_name(text: str) -> bool:
    """Whether a place is called just that, as far as folding can tell; what follows a comma narrows."""
    name = skeleton(_KIND.sub("", text.split(",", maxsplit=1)[0]))
    former = (alias.former for unit in search(text, limit=3) for alias in aliases(unit.code))
    return bool(name) and name in {*(unit.keys[0] for unit in search(text, limit=3)), *map(skeleton, former)}


def _named(name: str, within: str | None) -> Iterator[tuple[int, Unit]]:
    """Units whose official name may be meant."""
    data, bare = codifier.data(), consonants(name)
    start, end = codifier.place_of(within) if within else (0, len(data))
    needles = [f"\t{name}", f" {name}", *([f"|{bare}\n"] if len(bare) >= _FEWEST_CONSONANTS else [])]
    for needle in needles:
        at = start
        while (at := data.find(needle.encode(), at, end)) >= 0:
            line = data[data.rfind(b"\n", 0, at) + 1 : data.find(b"\n", at + 1)]
            at += 1
            if line.startswith(b"UA"):
                unit = codifier.unit_of(line)
                yield _nearness(unit.keys[0], name, unit), unit


def _former(name: str, within: str | None) -> Iterator[tuple[int, Unit]]:
    """Units of which a former name may be meant."""
    inside = codifier.prefix(within) if within else ""
    for alias in all_aliases():
        key = skeleton(alias.former)
        meant = key.startswith(name) or f" {name}" in key or consonants(key) == consonants(name)
        unit = codifier.by_code(alias.code) if meant and alias.code.startswith(inside) else None
        if unit:
            yield (_SAME if key == name else max(_INSIDE, _nearness(key, name, unit))), unit


def _nearness(key: str, name: str, unit: Unit) -> int:
    if key == name:
        return _SAME
    if key.startswith(name):
        return _BEGINNING
    if f" {name}" in key:
        return _INSIDE
    return _NEAR if unit.category in "KM" else _FAR


def _rank(found: tuple[int, Unit]) -> tuple[int, int, bool, str, str]:
    nearness, unit = found
    return nearness, _ORDER.index(unit.category), not _names_its_oblast(unit), unit.keys[0], unit.code


def _names_its_oblast(unit: Unit) -> bool:
    """Миколаїв of Миколаївська oblast goes before its namesake elsewhere."""
    return unit.category == "M" and codifier.path(unit.code)[0].keys[1].startswith(unit.keys[1])


def _lies_in(unit: Unit, place: str) -> bool:
    return any(above.keys[0].startswith(place) for above in codifier.path(unit.code))
