"""`intake log publish`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.log_publish import log_publish


def command(
    ctx: Context,
    *,
    to: Annotated[Path, Option("--to", metavar="DIR", help="the folder for auditors")],
    stamped: Annotated[
        bool, Option("--stamped", help="an outside authority has stamped a checkpoint; doctor counts from today")
    ] = False,
) -> None:
    """Every entry and the signed checkpoint; nothing but codes and digests is in it."""
    session = Session.of(ctx)
    t = session.t
    done = log_publish(session.env, to, stamped=stamped)
    rows: list[tuple[str, object]] = [
        (t("Folder"), done.folder),
        (t("Entries"), done.size),
        (t("Published there before"), done.before),
        (t("Root"), done.root),
    ]
    session.result(done, pairs(rows))
    session.note(t("Give it to whoever should be able to tell that nothing went missing, and tell them the root."))
