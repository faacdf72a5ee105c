"""`intake edit`."""

from typer import Context

from intake.cli.arguments import Case
from intake.cli.interviewing import walk
from intake.cli.session import Session
from intake.usecases.interview import edit


def command(ctx: Context, case: Case) -> None:
    """The same interview, opened at its review."""
    session = Session.of(ctx)
    walk(session, edit(session.env, case))
