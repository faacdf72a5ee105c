"""`intake org appoint`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli.arguments import OfSheets, WordsMatch, needed, read_input
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.org_appoint import Office, org_appoint, org_take_office


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    request: Annotated[
        Path | None, Argument(metavar="REQUEST", help="the request of the coming coordinator's machine")
    ] = None,
    *,
    offline: Annotated[
        Path | None, Option("--offline", metavar="DIR", help="the folder with the organisation's root key")
    ] = None,
    sheets: OfSheets = False,
    trust: Annotated[
        Path | None,
        Option("--trust", metavar="DIR", help="no coordinator is left: take office here, by these public files"),
    ] = None,
    name: Annotated[
        str | None, Option("--name", metavar="c-NAME", help="the coordinator's pseudonym; else the next free number")
    ] = None,
    no_identities: Annotated[
        bool, Option("--no-identities", help="this coordinator may not know who the witnesses are")
    ] = False,
    to: Annotated[Path | None, Option("--to", metavar="DIR", help="where the pack goes")] = None,
    words_match: WordsMatch = False,
) -> None:
    """Have the root give a coordinator office, and write its pack; or take office here."""
    session = Session.of(ctx)
    t = session.t
    office = Office(name, not no_identities)
    if (request is None) == (trust is None):
        raise BadOption(command=ctx.command_path, option="--trust")
    keys = needed(ctx, offline, sheets)
    if request is not None:
        done = org_appoint(session.env, read_input(request), keys, office, to=to, words_match=words_match)
    elif trust is not None:
        done = org_take_office(session.env, trust, keys, office)
    rows: list[tuple[str, object]] = [
        (t("Coordinator"), done.principal),
        (t("Pack"), done.pack),
        (t("Card, to give to laptops"), done.card),
        (t("Officers number"), done.serial),
    ]
    session.result(done, pairs(rows))
    if done.pack is not None:
        session.note(
            t("Carry the pack to the coordinator's machine; there: intake enrol PACK"),
            t("Then write new packs for the laptops: intake org pack"),
            t("And what came before: intake export --to DIR, to import there."),
        )
    session.note(t("Put the folder with the root key away again.") if offline else t("Put the sheets away again."))
