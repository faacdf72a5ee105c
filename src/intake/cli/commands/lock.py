"""`intake lock`: no key outlives a command, so locking is clearing the screen and making sure that nothing runs."""

import sys

from typer import Context

from intake.cli.render import CLEAR_SCREEN
from intake.cli.session import Session
from intake.errors import VaultBusy
from intake.usecases.lock import lock


def command(ctx: Context) -> None:
    """Clear the terminal; another process that holds the vault open is an error."""
    session = Session.of(ctx)
    if sys.stderr.isatty():
        sys.stderr.write(CLEAR_SCREEN)
        sys.stderr.flush()
    found = lock(session.env)
    if found.busy:
        raise VaultBusy
    session.result(found, [session.t("Locked: no process of intake holds this vault open.")])
