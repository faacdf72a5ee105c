"""`intake tour`: the events of the tour as lines, marked MADE UP; what is indented stands below such a line."""

import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.render import folded, folded_table, safe
from intake.cli.session import Session
from intake.errors import TourFailed
from intake.usecases.tour.run import tour
from intake.usecases.tour.steps import Ended, Listed, Ran, Scene, Seen, Step, Told


def command(
    ctx: Context,
    *,
    keep: Annotated[
        Path | None,
        Option("--keep", metavar="DIR", help="leave everything in this folder; without it, nothing remains"),
    ] = None,
) -> None:
    """Show the whole loop."""
    session = Session.of(ctx)
    ok = False
    with closing(tour(session.t, keep)) as steps:
        for step in steps:
            if session.json:
                session.data({"step": type(step).__name__.lower(), "event": step})
            else:
                session.say(*(f"{line}" for line in lines(step, session)))
            sys.stdout.flush()
            ok = isinstance(step, Ended) and step.ok
    if not ok:
        raise TourFailed


def lines(step: Step, session: Session) -> list[str]:
    """One event, as it is read."""
    t = session.t
    mark = t("MADE UP")
    match step:
        case Scene():
            return ["", *_marked(mark, f"{step.number}. {step.title}")]
        case Told():
            return _marked(mark, step.text)
        case Ran():
            outcome = t("not on this machine") if not step.found else (t("agrees") if step.ok else t("does not agree"))
            return [
                f"[{mark}] $ {step.command}",
                *_below(step.output.splitlines()),
                f"    = {outcome}",
            ]
        case Seen():
            return [*_marked(mark, step.who), *_below(step.lines)]
        case Listed():
            return [f"    {line}" for line in folded_table(step.header, step.rows, sys.stdout, beside=4)]
        case Ended():
            where = t("Everything is kept in {folder}", folder=step.kept) if step.kept else t("Everything was removed.")
            return ["", *_marked(mark, f"{where} ({step.seconds:.1f} s)")]


def _below(texts: Iterable[str]) -> list[str]:
    """What stands below a marked line."""
    return [f"    {line}" for text in texts for line in folded(safe(text), sys.stdout, beside=4).split("\n")]


def _marked(mark: str, text: str) -> list[str]:
    """The mark on every line that the text takes on this screen."""
    return [f"[{mark}] {line}" for line in folded(text, sys.stdout, beside=len(mark) + 3).split("\n")]
