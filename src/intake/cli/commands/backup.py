"""`intake backup`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.backup import backup
from intake.usecases.saying import size


def command(
    ctx: Context,
    file: Annotated[Path, Argument(metavar="FILE", help="a new file, on another medium than this disk")],
) -> None:
    """The vault as it is now, in one file that only the organisation's recovery key opens."""
    session = Session.of(ctx)
    t = session.t
    done = backup(session.env, file)
    rows: list[tuple[str, object]] = [
        (t("File"), done.path),
        (t("Size"), size(done.size_bytes, t)),
        (t("Files of the vault"), done.files),
    ]
    session.result(done, pairs(rows))
    if done.checked:
        session.note(t("Written, read back and compared. It does not open with your passphrase, nor on this machine."))
    else:
        session.note(t("Written, but not read back past this system's cache: take the stick out, and look again."))
    if done.missing:
        session.note(t("Files that the vault has lost, and that are not in the backup: {n}", n=len(done.missing)))
