"""When a place was occupied, or in the zone of hostilities: a hint with the date of its edition, never a finding.

Two tables have one form: the small one that ships (`data/occupation.tsv`, by oblast and raion), and the ministry's
dated list that a coordinator loads and packs carry. Where a table is silent the answer is `unknown`, never "free".
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from intake.errors import MalformedOccupationList
from intake.gazetteer.codifier import CODE, prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Kind = Literal["occupied", "hostilities"]
Status = Literal["occupied", "partly", "hostilities", "outside", "unknown"]
"""`partly`: for a part of the place or of the time; `outside`: the table has the place, with other dates."""

KINDS: Final[tuple[Kind, ...]] = ("occupied", "hostilities")
MAX_ROWS: Final = 50_000

_DATA: Final = Path(__file__).parent / "data" / "occupation.tsv"
_HEAD: Final = "# intake-occupation/1"


@dataclass(frozen=True, slots=True)
class Row:
    """One period of one unit; `until` None: not ended in this edition. `parts`: not all of the unit."""

    code: str
    since: dt.date
    until: dt.date | None
    kind: Kind
    parts: bool = False

    def touches(self, earliest: dt.date, latest: dt.date) -> bool:
        """Whether a day between the two, both included, lies in the period."""
        return self.since <= latest and (self.until is None or earliest <= self.until)

    def covers(self, earliest: dt.date, latest: dt.date) -> bool:
        """Whether every day between the two does."""
        return self.since <= earliest and (self.until is None or latest <= self.until)


@dataclass(frozen=True)
class OccupationTable:
    """Rows with the source and the edition they come from."""

    edition: str
    source: str
    rows: tuple[Row, ...]

    @cached_property
    def by_prefix(self) -> dict[str, list[Row]]:
        """The rows of each unit, under what the codes of everything in it begin with; sorted."""
        found: dict[str, list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: (prefix(row.code), row.since)):
            found.setdefault(prefix(row.code), []).append(row)
        return found

    @cached_property
    def prefixes(self) -> list[str]:
        """The same prefixes, for looking into a unit."""
        return list(self.by_prefix)

    def of(self, code: str, kind: Kind) -> list[Row]:
        """The rows of the smallest unit that this one is or lies in."""
        own = prefix(code)
        rows = (self.by_prefix.get(own[:end], []) for end in range(len(own), 0, -1))
        return next((found for unit in rows if (found := [row for row in unit if row.kind == kind])), [])

    def inside(self, code: str) -> list[Row]:
        """The rows of units that lie in this one."""
        own = prefix(code)
        start, end = bisect_right(self.prefixes, own), bisect_left(self.prefixes, own + ":")  # the character after 9
        return [row for one in self.prefixes[start:end] for row in self.by_prefix[one]]


@dataclass(frozen=True, slots=True)
class Hint:
    """What the table says of a place at a time, the rows that say it, and the table's edition and source."""

    status: Status
    rows: tuple[Row, ...]
    edition: str
    source: str


@cache
def shipped() -> OccupationTable:
    """The small table of this version."""
    return read_table(_DATA.read_bytes())


_IN_FORCE: Final[ContextVar[Callable[[], OccupationTable]]] = ContextVar("occupation table", default=shipped)


@contextmanager
def going_by(table: Callable[[], OccupationTable]) -> Iterator[None]:
    """Within this, whoever names no table goes by this one; it is read only when somebody asks."""
    token = _IN_FORCE.set(cache(table))
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def read_table(data: bytes) -> OccupationTable:
    """A table from its bytes; what `write_table` would not write is refused whole."""
    try:
        head, edition, source, *lines = data.decode("utf-8").splitlines()
        table = OccupationTable(
            _after("# edition ", edition), _after("# source ", source), tuple(_row(line) for line in lines)
        )
        dt.date.fromisoformat(table.edition)
    except ValueError:
        raise MalformedOccupationList from None
    if len(table.rows) > MAX_ROWS or head != _HEAD or write_table(table) != data:
        raise MalformedOccupationList
    return table


def write_table(table: OccupationTable) -> bytes:
    """The one way to write a table: a head of three lines, then the rows, sorted."""
    head = [_HEAD, f"# edition {table.edition}", f"# source {table.source}"]
    rows = sorted(
        "\t".join((row.code, str(row.since), str(row.until or "-"), row.kind, "parts" if row.parts else "whole"))
        for row in table.rows
    )
    return "\n".join([*head, *rows, ""]).encode()


def occupation(
    code: str, earliest: dt.date | None, latest: dt.date | None, table: OccupationTable | None = None
) -> Hint:
    """What a table (the one in force when None) says of a unit at some time between the two days, both included.

    A row of the unit itself goes before one of what it lies in; None is a bound that nobody knows.
    """
    table = table or _IN_FORCE.get()()
    when = (earliest or dt.date.min, latest or dt.date.max)
    said = [row for kind in KINDS for row in table.of(code, kind)]
    inside = table.inside(code)
    then = [row for row in said if row.touches(*when)]
    then_inside = [row for row in inside if row.touches(*when)]
    status = _status(then, then_inside, when) or ("outside" if said or inside else "unknown")
    return Hint(status, tuple([*then, *then_inside] or [*said, *inside]), table.edition, table.source)


def _status(then: list[Row], inside: list[Row], when: tuple[dt.date, dt.date]) -> Status | None:
    if any(row.kind == "occupied" and row.covers(*when) and not row.parts for row in then):
        return "occupied"
    if any(row.kind == "occupied" for row in (*then, *inside)):
        return "partly"
    return "hostilities" if then or inside else None


def _after(start: str, line: str) -> str:
    if not line.startswith(start) or not line[len(start) :].isprintable():
        raise ValueError(start)
    return line[len(start) :]


def _row(line: str) -> Row:
    code, since, until, kind, scope = line.split("\t")
    if not CODE.fullmatch(code) or kind not in KINDS or scope not in ("whole", "parts"):
        raise ValueError(scope)
    end = None if until == "-" else dt.date.fromisoformat(until)
    row = Row(code, dt.date.fromisoformat(since), end, kind, scope == "parts")
    if end and end < row.since:
        raise ValueError(until)
    return row
