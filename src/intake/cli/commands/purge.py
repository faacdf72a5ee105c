"""`intake purge`."""

from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.usecases.purging import purge


def command(
    ctx: Context,
    case: Case,
    *,
    reason: Annotated[
        str | None,
        Option("--reason", metavar="CODE", help="danger, withdrawn, mistake, other-way or other; asked for otherwise"),
    ] = None,
) -> None:
    """Destroy the sealed files of one case without a receipt; the organisation is told with the next export."""
    session = Session.of(ctx)
    t = session.t
    done = purge(session.env, case, reason)
    one, many = "{n} sealed file of {case} is destroyed.", "{n} sealed files of {case} are destroyed."
    session.result(done, [t.plural(one, many, n=done.items, case=done.case)])
    session.note(t("Your next export tells the organisation that it was done, and the reason from the list."))
