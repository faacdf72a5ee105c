"""`intake quarantine discard`."""

from typing import Annotated

from typer import Argument, Context

from intake.cli.session import Session
from intake.usecases.releasing import discard_kept


def command(
    ctx: Context, which: Annotated[str, Argument(metavar="NUMBER", help="of the list, or the entry's id")]
) -> None:
    """Let go of a copy that is damaged for certain, with a reason; never of what may be sound."""
    session = Session.of(ctx)
    done = discard_kept(session.env, which)
    session.result(
        done, [session.t("Discarded: entry {number}, stopped by {check}", number=done.number, check=done.check)]
    )
