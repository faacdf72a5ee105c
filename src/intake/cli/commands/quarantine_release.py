"""`intake quarantine release`."""

from typing import Annotated

from typer import Argument, Context

from intake.cli.session import Session
from intake.usecases.releasing import release


def command(
    ctx: Context, which: Annotated[str, Argument(metavar="NUMBER", help="of the list, or the entry's id")]
) -> None:
    """Let through what only a person can judge: a signed decision, with a reason."""
    session = Session.of(ctx)
    done = release(session.env, which)
    said = session.t("Let through: {cases}", cases=", ".join(done.cases) or "-")
    session.result(done, [said])
