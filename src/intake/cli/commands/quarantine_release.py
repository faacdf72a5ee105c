"""`intake quarantine release`."""

from typing import Annotated

from typer import Argument, Context

from intake.cli.receipted import receipts_told
from intake.cli.session import Session
from intake.usecases.releasing import release


def command(
    ctx: Context, which: Annotated[str, Argument(metavar="NUMBER", help="of the list, or the entry's id")]
) -> None:
    """Let through what only a person can judge: a signed decision, with a reason."""
    session = Session.of(ctx)
    done = release(session.env, which)
    t = session.t
    said = [t("Let through: {cases}", cases=", ".join(done.cases) or "-")]
    if done.waiting:
        said.append(
            t("Items waiting for a key: {n}. They are tried at every import, and by quarantine retry", n=done.waiting)
        )
    session.result(done, said)
    receipts_told(session, done.receipts)
