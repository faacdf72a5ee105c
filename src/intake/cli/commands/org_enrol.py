"""`intake org enrol`."""

import re
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import WordsMatch, read_input
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.org_enrol import Profile, org_enrol

TRAININGS = frozenset({"full", "child", "sv"})
CODE = re.compile(r"[A-Za-z0-9-]{1,32}")  # as the pack's profile takes it


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    request: Annotated[Path, Argument(metavar="REQUEST", help="the request that the laptop made")],
    *,
    to: Annotated[Path | None, Option("--to", metavar="DIR", help="where the mission pack goes")] = None,
    name: Annotated[
        str | None, Option("--name", metavar="d-NAME", help="the laptop's pseudonym; else the next free number")
    ] = None,
    interviewer: Annotated[
        str, Option("--interviewer", metavar="CODE", help="the interviewer's code, never a name; else the laptop's")
    ] = "",
    trained: Annotated[
        list[str] | None,
        Option(
            "--trained",
            metavar="full|child|sv",
            help="what the interviewer was trained for; may be repeated",
        ),
    ] = None,
    words_match: WordsMatch = False,
) -> None:
    """Admit the laptop and write its pack."""
    session = Session.of(ctx)
    t = session.t
    training = frozenset(trained or ())
    if not training <= TRAININGS:
        raise BadOption(command=ctx.command_path, option="--trained")
    if interviewer and not CODE.fullmatch(interviewer):
        raise BadOption(command=ctx.command_path, option="--interviewer")
    profile = Profile(interviewer, "full" in training, "child" in training, "sv" in training)
    data = read_input(request)
    done = org_enrol(session.env, data, profile, name=name, to=to, words_match=words_match)
    rows: list[tuple[str, object]] = [
        (t("Enrolled as"), done.principal),
        (t("Mission pack"), done.pack),
        (t("Roster number"), done.serial),
    ]
    session.result(done, pairs(rows))
    session.note(t("Carry the pack to the laptop; there: intake enrol PACK"))
