"""`intake interview`."""

from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import OptionalCase
from intake.cli.interviewing import walk
from intake.cli.session import Session
from intake.errors import UsageFault
from intake.usecases.interview import interview


def command(
    ctx: Context,
    case: OptionalCase = None,
    *,
    mode: Annotated[
        str | None,
        Option(
            "--mode", metavar="MODE", help="first_account, search_only, referral_only, full_account; else it is asked"
        ),
    ] = None,
    again: Annotated[
        str | None, Option("--again", metavar="ID", help="a second interview: the case code of the first one")
    ] = None,
) -> None:
    """A new interview, or an old one at the question where it stopped."""
    session = Session.of(ctx)
    if case is not None and mode is not None:
        raise UsageFault(what="a draft goes on in its own mode; the review (=, then m) changes it")
    if case is not None and again is not None:
        raise UsageFault(what="a second interview is a new draft: either its own case code or --again, not both")
    walk(session, interview(session.env, case, mode, again), ask_mode=case is None and mode is None)
