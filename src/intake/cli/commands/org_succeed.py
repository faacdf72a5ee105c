"""`intake org succeed`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.arguments import OfSheets, needed
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.org_succeed import org_succeed


def command(
    ctx: Context,
    *,
    offline: Annotated[
        Path | None, Option("--offline", metavar="OLD", help="the folder with the root key until today")
    ] = None,
    sheets: OfSheets = False,
    to: Annotated[Path, Option("--to", metavar="NEW", help="a new folder for the new keys; it leaves this machine")],
    renew: Annotated[
        bool, Option("--renew", help="new archives and recovery key as well, as when one of them was stolen")
    ] = False,
    packs: Annotated[Path | None, Option("--packs", metavar="DIR", help="where the packs go")] = None,
) -> None:
    """Make the root that counts from now on; the organisation keeps its name, and what was signed stays good."""
    session = Session.of(ctx)
    t = session.t
    done = org_succeed(session.env, needed(ctx, offline, sheets), to, renew=renew, packs=packs)
    rows: list[tuple[str, object]] = [
        (t("Organisation"), done.org[:16]),
        (t("Root number"), done.serial),
        (t("Its fingerprint"), done.root[:16]),
        (t("Officers number"), done.officers),
        (t("Folder of the new keys"), done.folder),
        (t("In it"), ", ".join(t(name) for name in done.kept)),
        (t("Card, to give to laptops"), done.card),
        (t("Packs written"), len(done.packs.written)),
    ]
    session.result(done, pairs(rows))
    for one in done.packs.without:
        session.note(t("{name}: no pack can be written here yet; intake org pack {name} says why", name=one))
    session.note(
        t("Bring the packs to the laptops and to the other coordinators, and the public folder to auditors."),
        t("Move the new folder off this machine, to the custodians; split it anew if the old one was split."),
    )
    session.note(
        t("Keep the old folder without its root: only it opens what was sealed to the old archives.")
        if done.renewed
        else t("Then destroy the old root and its sheets; what the new folder does not hold stays as it is.")
    )
