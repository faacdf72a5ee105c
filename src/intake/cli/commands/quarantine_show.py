"""`intake quarantine show`."""

from typing import Annotated

from typer import Argument, Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.releasing import quarantine_show
from intake.usecases.saying import size


def command(
    ctx: Context, which: Annotated[str, Argument(metavar="NUMBER", help="of the list, or the entry's id")]
) -> None:
    """One entry: where it came from, and which check stopped it; nothing of what is in it."""
    session = Session.of(ctx)
    t = session.t
    one = quarantine_show(session.env, which)
    rows: list[tuple[str, object]] = [
        (t("No."), one.number),
        (t("Since"), f"{one.since:%Y-%m-%d}"),
        (t("File"), one.file_name),
        (t("Bundle"), one.bundle),
        (t("Item"), one.item),
        (t("Check"), one.check),
        (t("Why"), t(one.reason, **one.fields)),
        (t("Size"), size(one.size_bytes, t)),
        (t("Its bytes are kept"), t("yes") if one.kept else t("no")),
        (t("Its number everywhere"), one.id),
    ]
    session.result(one, pairs(rows))
