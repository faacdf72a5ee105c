"""`intake attach`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import Case
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.attach import attach
from intake.usecases.saying import size


def command(
    ctx: Context,
    case: Case,
    files: Annotated[list[Path] | None, Argument(metavar="FILE…", help="asked for when none is given")] = None,
    *,
    part: Annotated[
        str | None,
        Option(
            "--part",
            metavar="account|identity",
            help="identity for what shows a document, a face or a signature; asked for when it is not given",
        ),
    ] = None,
) -> None:
    """Encrypt the files into the draft."""
    session = Session.of(ctx)
    t = session.t
    if part not in {None, "account", "identity"}:
        raise BadOption(command=ctx.command_path, option="--part")
    attached = attach(session.env, case, files or (), part=part)  # type: ignore[arg-type]  # checked on the line above
    rows: list[tuple[str, object]] = []
    for one in attached:
        rows += [(t("File"), one.original.name), (t("Part"), t(one.part)), (t("Size"), size(one.size_bytes, t))]
        rows += [("SHA-256", one.sha256)]
    session.result(attached, pairs(rows))
    session.note(t("The originals stay where they were, unencrypted: keep the medium safe, or destroy them."))
