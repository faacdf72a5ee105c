"""`intake received`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.session import Session
from intake.usecases.received import received


def command(
    ctx: Context, *, to: Annotated[Path, Option("--to", metavar="DIR", help="the folder for auditors")]
) -> None:
    """The signed tars and the trust files; neither holds anything that can be read."""
    session = Session.of(ctx)
    t = session.t
    written = received(session.env, to)
    session.result(written, [str(path) for path in written.bundles])
    session.note(
        t.plural(
            "{n} signed bundle is in {folder}.",
            "{n} signed bundles are in {folder}.",
            n=len(written.bundles),
            folder=to,
        ),
        t("An auditor checks them with: intake verify BUNDLES --root FILE --trust DIR"),
    )
