"""`intake quarantine retry`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import OfSheets, where
from intake.cli.receipted import receipts_told
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.retrying import retry


def command(
    ctx: Context,
    *,
    archive: Annotated[
        Path | None, Option("--archive", metavar="DIR", help="the folder with the archives' keys, for the rest")
    ] = None,
    sheets: OfSheets = False,
) -> None:
    """Try what waited for a key again, from the bundles that were kept."""
    session = Session.of(ctx)
    t = session.t
    done = retry(session.env, where(archive, sheets))
    rows: list[tuple[str, object]] = [
        (t("Items that came in now"), done.opened),
        (t("Items in quarantine"), done.refused or None),
        (t("Items waiting for a key"), done.waiting or None),
    ]
    session.result(done, pairs(rows))
    if done.receipts:
        receipts_told(session, done.receipts)
