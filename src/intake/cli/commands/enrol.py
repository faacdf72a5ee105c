"""`intake enrol`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.arguments import read_input
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.enrol import enrol


def command(
    ctx: Context, pack: Annotated[Path, Argument(metavar="PACK", help="the mission pack that the coordinator wrote")]
) -> None:
    """Take the pack, and say who this laptop is now."""
    session = Session.of(ctx)
    t = session.t
    taken = enrol(session.env, read_input(pack))
    rows: list[tuple[str, object]] = [
        (t("Organisation"), taken.name),
        (t("Its fingerprint"), taken.org),
        (t("Purpose"), t(taken.purpose)),
        (t("Enrolled as"), taken.principal),
        (t("Pack number"), taken.serial),
    ]
    session.result(taken, pairs(rows))
    session.note(t("Drafts can be taken and sealed now: intake interview"))
