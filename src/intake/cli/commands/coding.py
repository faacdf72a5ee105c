"""`intake coding`."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.arguments import Case
from intake.cli.session import Session
from intake.usecases.coding import code
from intake.usecases.files import read_file


def command(
    ctx: Context,
    case: Case,
    file: Annotated[
        str | None, Argument(metavar="FILE|-", help="the coding as JSON; - is stdin; asked for when it is not given")
    ] = None,
) -> None:
    """Code a testimony: legal qualification, sensitivity, what was checked. The account stays as it was told."""
    session = Session.of(ctx)
    document = None if file is None else sys.stdin.buffer.read() if file == "-" else read_file(Path(file))
    done = code(session.env, case, document)
    t = session.t
    session.result(done, [t("{case}: coded, version {version}. Signed.", case=done.case, version=done.version)])
    session.note(t("The other coordinators learn of it by: intake export"))
