"""Former and Russian names that no folding finds, each with the act it comes from: `data/aliases.tsv`.

Only names with a source stand there. What differs from the official name in spelling alone needs no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

Kind = Literal["former", "russian"]

_DATA: Final = Path(__file__).parent / "data" / "aliases.tsv"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit, what kind of name it is, and where that is written."""

    code: str
    kind: Kind
    name: str
    source: str


@cache
def all_aliases() -> tuple[Alias, ...]:
    """Every row of the table, in its order, with the words of its source."""
    sources: dict[str, str] = {}
    found = []
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith("# source "):
            source, words = line.split(" ", 3)[2:]
            sources[source] = words
        elif not line.startswith("#"):
            code, kind, name, source = line.split("\t")
            found.append(Alias(code, cast("Kind", kind), name, sources[source]))
    return tuple(found)


def aliases(code: str) -> tuple[Alias, ...]:
    """The other names of one unit."""
    return tuple(alias for alias in all_aliases() if alias.code == code)
