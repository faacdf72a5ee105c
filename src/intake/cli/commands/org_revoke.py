"""`intake org revoke`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import OfSheets, where
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.keys.times import parse_json_time
from intake.usecases.org_revoke import Case, org_revoke


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    name: Annotated[str, Argument(metavar="NAME", help="a laptop d-… or a coordinator c-…")],
    *,
    reason: Annotated[
        str, Option("--reason", metavar="WORD", help="one word, as lost, stolen, left; it will be public")
    ],
    at: Annotated[
        str | None, Option("--at", metavar="TIME", help="from when, as 2026-11-21T17:40:00Z; else from now on")
    ] = None,
    offline: Annotated[
        Path | None, Option("--offline", metavar="DIR", help="for a coordinator: the folder with the root key")
    ] = None,
    sheets: OfSheets = False,
    to: Annotated[Path | None, Option("--to", metavar="DIR", help="where the others' packs go")] = None,
) -> None:
    """From then on nothing counts that it signs; what was logged before stays good."""
    session = Session.of(ctx)
    t = session.t
    since = parse_json_time(at) if at else None
    if at and since is None:
        raise BadOption(command=ctx.command_path, option="--at")
    done = org_revoke(session.env, name, Case(reason, since, where(offline, sheets)), to=to)
    rows: list[tuple[str, object]] = [
        (t("Revoked"), done.principal),
        (t("From"), f"{done.at:%Y-%m-%d %H:%M} UTC"),
        (t("Counts below"), ", ".join(f"{officer}:{size}" for officer, size in done.logs) or "-"),
        (t("Packs written"), len(done.packs.written)),
    ]
    session.result(done, pairs(rows))
    for one in done.packs.without:
        session.note(t("{name}: no pack can be written here yet; intake org pack {name} says why", name=one))
    session.note(t("Bring the packs to the laptops and to the other coordinators, and the public folder to auditors."))
