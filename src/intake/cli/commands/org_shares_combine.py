"""`intake org shares combine`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.arguments import KeySets, NewPassphraseFile, chosen_sets
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.shares_combine import org_combine


def command(
    ctx: Context,
    folder: Annotated[Path, Argument(metavar="DIR", help="where the folder with the keys is made")],
    *,
    sets: KeySets = None,
    new_passphrase_file: NewPassphraseFile = None,
) -> None:
    """Sheets become the folder with the organisation's keys, under a new passphrase."""
    session = Session.of(ctx)
    session.ask.new_passphrase_file = new_passphrase_file or session.ask.new_passphrase_file
    done = org_combine(session.env, folder, chosen_sets(ctx, sets))
    t = session.t
    session.result(done, pairs([(t("Folder"), done.folder), (t("Keys"), ", ".join(done.files))]))
    if not done.compared:
        session.note(
            t("No vault is here to compare them with: whether they are the organisation's shows when they are used.")
        )
    session.note(t("Take it off this machine. When it is not needed any more: intake org shares drill --offline DIR"))
