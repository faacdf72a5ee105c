"""`intake purge`."""

from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.purging import REASONS, purge


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
    if reason not in {None, *REASONS}:
        raise BadOption(command=ctx.command_path, option="--reason")
    session = Session.of(ctx)
    t = session.t
    done = purge(session.env, case, reason)
    said = t.plural(
        "{n} sealed file of {case} is destroyed.",
        "{n} sealed files of {case} are destroyed.",
        n=done.items,
        case=done.case,
    )
    session.result(done, [said])
    session.note(t("Your next export tells the organisation that it was done, and the reason from the list."))
