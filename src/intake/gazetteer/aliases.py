"""Former names of places, each with the act that changed it: `data/aliases.tsv`.

Only names with a source stand there. What a Russian or an older spelling writes differently needs no row: folding
brings that together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data" / "aliases.tsv"
_SOURCE: Final = "# source "


@dataclass(frozen=True, slots=True)
class Alias:
    """A former name of a unit: what it is called now, what it was called, and the act that says so."""

    code: str
    now: str
    former: str
    source: str


@cache
def all_aliases() -> tuple[Alias, ...]:
    """Every row of the table, in the order of codes."""
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    acts = dict(line.removeprefix(_SOURCE).split(" ", 1) for line in lines if line.startswith(_SOURCE))
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple(Alias(code, now, former, acts[act]) for code, now, former, act in rows)


def aliases(code: str) -> tuple[Alias, ...]:
    """The former names of one unit."""
    return tuple(alias for alias in all_aliases() if alias.code == code)
