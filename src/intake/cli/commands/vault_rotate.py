"""`intake vault rotate`."""

from typer import Context

from intake.cli.arguments import NewPassphraseFile
from intake.cli.session import Session
from intake.usecases.passphrase import rotate


def command(ctx: Context, new_passphrase_file: NewPassphraseFile = None) -> None:
    """A new passphrase and a new key; the whole vault is written anew."""
    session = Session.of(ctx)
    session.ask.new_passphrase_file = new_passphrase_file
    done = rotate(session.env)
    t = session.t
    session.result(done, [t("The vault is written anew under a new key. No earlier copy of its slots opens it.")])
    if done.recovery:
        session.note(t("The organisation can still open it for you: the recovery slot is new too."))
