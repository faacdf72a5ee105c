"""`intake receipts`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import NothingToDo
from intake.usecases.receipts import receipts
from intake.usecases.saying import receipts_sums, receipts_told


def command(
    ctx: Context,
    paths: Annotated[list[Path], Argument(metavar="FILE|DIR…", help="receipts, or folders of them")],
) -> int:
    """Apply what can be believed, delete what it covers and nothing else, and say which is which."""
    session = Session.of(ctx)
    report = receipts(session.env, paths)
    if all(one.state == "not-for-us" for one in report.receipts):
        raise NothingToDo(what="no receipt for this laptop is there")
    session.result(report, [*receipts_told(report, session.t), *pairs(receipts_sums(report, session.t))])
    return max(one.error.exit_code if one.error else 0 for one in report.receipts)
