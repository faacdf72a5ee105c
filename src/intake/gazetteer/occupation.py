"""When a place was occupied, or in the zone of hostilities: a hint with the date of its edition, never a finding.

Two tables have one form: the small one that ships (`data/occupation.tsv`, by oblast and raion), and the ministry's
dated list that a coordinator loads and packs carry. Where a table is silent the answer is `unknown`, never "free".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

Kind = Literal["occupied", "hostilities"]
Status = Literal["occupied", "partly", "hostilities", "outside", "unknown"]
"""`partly`: for a part of the place or of the time; `outside`: the table has the place, with other dates."""


@dataclass(frozen=True, slots=True)
class Row:
    """One period of one unit; `until` None: not ended in this edition. `parts`: not all of the unit."""

    code: str
    since: dt.date
    until: dt.date | None
    kind: Kind
    parts: bool = False


@dataclass(frozen=True, slots=True)
class OccupationTable:
    """Rows with the source and the edition they come from."""

    edition: str
    source: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """What the table says of a place at a time, the rows that say it, and the table's edition and source."""

    status: Status
    rows: tuple[Row, ...]
    edition: str
    source: str


def shipped() -> OccupationTable:
    """The small table of this version."""
    raise NotImplementedError


def read_table(data: bytes) -> OccupationTable:
    """A table from its bytes; anything else is refused whole."""
    raise NotImplementedError


def occupation(
    code: str, earliest: dt.date | None, latest: dt.date | None, table: OccupationTable | None = None
) -> Hint:
    """What `table` (the shipped one when None) says of a unit at some time between the two days, both included."""
    raise NotImplementedError
