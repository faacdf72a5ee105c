"""`intake org recover`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.arguments import NewPassphraseFile, OfflineFolder, OfSheets, needed
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.org_recover import org_recover


def command(
    ctx: Context,
    laptop: Annotated[
        Path, Argument(metavar="HOME|SLOT", help="the laptop's home folder, or a copy; or its slots/recovery.age alone")
    ],
    *,
    offline: OfflineFolder = None,
    sheets: OfSheets = False,
    new_passphrase_file: NewPassphraseFile = None,
) -> None:
    """A forgotten passphrase: the organisation opens a laptop's vault, and a new one is typed."""
    session = Session.of(ctx)
    session.ask.new_passphrase_file = new_passphrase_file or session.ask.new_passphrase_file
    done = org_recover(session.env, laptop, needed(ctx, offline, sheets))
    t = session.t
    rows: list[tuple[str, object]] = [
        (t("Passphrase slot"), done.slot),
        (t("Enrolled as"), done.principal),
        (t("Drafts"), done.drafts),
        (t("Sealed"), done.sealed),
    ]
    session.result(done, pairs(rows))
    if done.drafts is None:
        session.note(t("Carry this file to the laptop, into the folder slots of its vault, over the old one."))
    session.note(t("Nobody else should know the new passphrase: change it with intake passphrase on the laptop."))
