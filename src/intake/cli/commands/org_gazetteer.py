"""`intake org gazetteer`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import read_input
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import MalformedOccupationList
from intake.usecases.org_gazetteer import ORDER, org_gazetteer

WHY = {
    "unknown-code": "the codifier of this version has no such code",
    "bad-date": "a date is missing or is none",
    "dates-reversed": "a period ends before it begins, or begins before the one before it ended",
    "no-heading": "no heading above it names its columns",
}


def command(
    ctx: Context,
    file: Annotated[Path, Argument(metavar="FILE", help="the ministry's dated list, CSV or XLSX")],
    *,
    edition: Annotated[str, Option("--edition", metavar="DATE", help="the day the list is of, as 2025-05-07")],
    source: Annotated[str, Option("--source", metavar="TEXT", help="the act it comes from; else order 376")] = ORDER,
) -> int:
    """Keep the list; the packs of laptops enrolled from now on carry it."""
    session = Session.of(ctx)
    t = session.t
    done = org_gazetteer(session.env, read_input(file), edition, source)
    rows: list[tuple[str, object]] = [
        (t("Edition"), done.edition),
        (t("Source"), done.source),
        (t("Periods"), done.periods),
    ]
    session.result(done, pairs(rows))
    for bad in done.bad:
        session.note(t("row {row}: not taken: {why}", row=bad.row, why=t(WHY[bad.why])))
    for row in done.parts:
        session.note(
            t("row {row}: leaves parts of its territory out; a place in it is told as partly occupied", row=row)
        )
    session.note(t("The packs of laptops enrolled from now on carry this list."))
    return MalformedOccupationList.exit_code if done.bad else 0
