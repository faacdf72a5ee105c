"""`intake enrol`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.arguments import read_input
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.enrol import PackTaken, enrol


def command(
    ctx: Context, pack: Annotated[Path, Argument(metavar="PACK", help="the pack that the coordinator wrote")]
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
        (t("Until"), taken.until),
    ]
    session.result(taken, pairs(rows))
    for line in _what_now(taken):
        session.note(t(line))


def _what_now(taken: PackTaken) -> Iterator[str]:
    if taken.revoked is not None:
        yield "This laptop was revoked: nothing it signs counts any more. Hand it in; what is sealed here is not lost."
    elif taken.principal.startswith("d-"):
        yield "Drafts can be taken and sealed now: intake interview"
    elif taken.first:
        yield "This is a coordinator's vault now. What came before comes by the other's export: intake import DIR"
    if taken.joined:
        yield "Both coordinators had signed apart; the files here follow both. Write packs for all: intake org pack"
    if taken.form_refused:
        yield "The questionnaire in this pack is not one for this version of intake; the one that was here stays"
