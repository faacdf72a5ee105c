"""`intake tour`: the events of the tour as lines, every one of them marked MADE UP."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.render import safe, table
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
            return ["", f"[{mark}] {step.number}. {step.title}"]
        case Told():
            return [f"[{mark}] {step.text}"]
        case Ran():
            outcome = t("not on this machine") if not step.found else (t("agrees") if step.ok else t("does not agree"))
            return [
                f"[{mark}] $ {step.command}",
                *(f"    {safe(line)}" for line in step.output.splitlines()),
                f"    = {outcome}",
            ]
        case Seen():
            return [f"[{mark}] {step.who}", *(f"    {safe(line)}" for line in step.lines)]
        case Listed():
            return [f"[{mark}] {line}" for line in table(step.header, step.rows)]
        case Ended():
            where = t("Everything is kept in {folder}", folder=step.kept) if step.kept else t("Everything was removed.")
            return ["", f"[{mark}] {where} ({step.seconds:.1f} s)"]
