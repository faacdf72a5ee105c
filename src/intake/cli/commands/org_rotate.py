"""`intake org rotate`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import OfSheets, where
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BadOption
from intake.usecases.destroying import Destroyed, destroy_epochs
from intake.usecases.org_rotate import EPOCH_DAYS, org_rotate, org_rotate_identities, org_rotate_officers


def command(  # noqa: PLR0913  options of a command line, not parameters that travel
    ctx: Context,
    *,
    epoch: Annotated[
        str | None, Option("--epoch", metavar="YYYY-MM", help="the epoch's month; else the next one without a key")
    ] = None,
    days: Annotated[int, Option("--days", metavar="N", help="how long laptops may seal to it")] = EPOCH_DAYS,
    identities: Annotated[bool, Option("--identities", help="a new key to identities instead")] = False,
    officers: Annotated[
        bool, Option("--officers", help="new signing keys instead, under a new name; needs --offline or --sheets")
    ] = False,
    offline: Annotated[
        Path | None, Option("--offline", metavar="DIR", help="the folder with the organisation's root key")
    ] = None,
    sheets: OfSheets = False,
    destroy: Annotated[
        bool, Option("--destroy", help="destroy the keys of epochs that nobody needs any more; with --epoch, one")
    ] = False,
) -> None:
    """Make this coordinator's next key; packs then carry it to the laptops."""
    session = Session.of(ctx)
    t = session.t
    keys = where(offline, sheets)
    if sum((identities, officers, destroy)) > 1 or officers != (keys is not None):
        raise BadOption(command=ctx.command_path, option="--offline" if officers else "--officers")
    if destroy:
        _destroyed(session, destroy_epochs(session.env, epoch))
        return
    if keys is not None:
        done = org_rotate_officers(session.env, keys)
    else:
        done = org_rotate_identities(session.env) if identities else org_rotate(session.env, epoch, days)
    rows: list[tuple[str, object]] = [
        (t("Coordinator"), done.principal),
        (t("Epoch"), done.epoch),
        (t("Sealed to until"), done.until),
        (t("Officers number"), done.officers),
        (t("Roster number"), done.roster),
        (t("Recipients number"), done.recipients),
        (t("Log of the old name, for auditors"), done.log),
    ]
    session.result(done, pairs(rows))
    session.note(t("Laptops learn of it by new packs: intake org pack"))


def _destroyed(session: Session, done: Destroyed) -> None:
    t = session.t
    rows = [(t("Destroyed"), f"{one.label} {one.fingerprint[:16]}") for one in done.destroyed]
    rows += [(t("Kept"), f"{one.label} {one.fingerprint[:16]}") for one in done.kept]
    session.result(done, pairs(rows))
    session.note(t("Why a key is kept: intake org status"))
