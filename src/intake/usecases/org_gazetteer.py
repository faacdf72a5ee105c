"""`org gazetteer`: a coordinator loads the ministry's dated list of occupied territories; packs carry it to laptops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from intake.errors import UsageFault
from intake.gazetteer import read_table, write_table
from intake.gazetteer.listing import read_listing
from intake.gazetteer.sheets import read_rows
from intake.usecases.environment import Environment, open_vault
from intake.usecases.territories import keep_list

if TYPE_CHECKING:
    from intake.gazetteer.listing import BadRow

ORDER: Final = "Наказ Міністерства розвитку громад та територій України від 28.02.2025 № 376"


@dataclass(frozen=True)
class GazetteerLoaded:
    """What was taken of the list; rows are numbered as in the file."""

    edition: str
    source: str
    periods: int
    bad: tuple[BadRow, ...]
    parts: tuple[int, ...]
    passed_over: int


def org_gazetteer(env: Environment, data: bytes, edition: str, source: str = ORDER) -> GazetteerLoaded:
    """Read the list, keep what is good of it, and say which rows are not."""
    if not _is_day(edition) or not source or not source.isprintable():
        raise UsageFault(what="the edition of the list is a day as 2025-05-07, its source one line of text")
    listed = read_listing(read_rows(data), edition, source)
    table = write_table(listed.table)
    read_table(table)  # as every laptop will
    with open_vault(env, "coordinator") as vault:
        keep_list(vault, table, env.clock())
    return GazetteerLoaded(edition, source, len(listed.table.rows), listed.bad, listed.parts, listed.passed_over)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
