"""`intake interview`."""

from typer import Context

from intake.cli.arguments import OptionalCase
from intake.cli.interviewing import walk
from intake.cli.session import Session
from intake.usecases.interview import interview


def command(ctx: Context, case: OptionalCase = None) -> None:
    """A new interview, or an old one at the question where it stopped."""
    session = Session.of(ctx)
    walk(session, interview(session.env, case))
