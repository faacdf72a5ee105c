"""`intake request`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.session import Session
from intake.usecases.requesting import carry_request


def command(
    ctx: Context, to: Annotated[Path, Argument(metavar="DIR", help="the stick, or any folder, to write it to")]
) -> None:
    """Copy this laptop's request there, read back and compared."""
    session = Session.of(ctx)
    carried = carry_request(session.env, to)
    session.result({"file": str(carried.path), "state": carried.state}, [str(carried.path)])
    session.note(session.t("Carry the request to the coordinator, and compare its words by voice or face to face."))
