"""`intake passphrase`."""

from typer import Context

from intake.cli.arguments import NewPassphraseFile
from intake.cli.session import Session
from intake.usecases.passphrase import change_passphrase


def command(ctx: Context, new_passphrase_file: NewPassphraseFile = None) -> None:
    """Another passphrase for the same vault."""
    session = Session.of(ctx)
    session.ask.new_passphrase_file = new_passphrase_file
    change_passphrase(session.env)
    t = session.t
    session.result({"passphrase": "changed"}, [t("The passphrase is changed. The old one no longer opens this vault.")])
    session.note(t("If somebody may have the old one and a copy of this disk, run intake vault rotate as well."))
