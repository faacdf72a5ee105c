"""`intake export`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.render import pairs, size
from intake.cli.session import Session
from intake.errors import SealedFilesDamaged
from intake.usecases.exporting import export


def command(
    ctx: Context,
    *,
    to: Annotated[
        Path | None, Option("--to", metavar="DIR", help="the stick or folder; asked for when it is not given")
    ] = None,
) -> int:
    """One carried file, written, read back and compared."""
    session = Session.of(ctx)
    t = session.t
    done = export(session.env, to)
    rows: list[tuple[str, object]] = [
        (t("File"), done.path),
        (t("Testimonies"), done.testimonies),
        (t("Items"), done.items),
        (t("Size"), size(done.size_bytes)),
        (t("Bundle"), done.bundle),
        (t("Number"), done.seq),
    ]
    session.result(done, pairs(rows))
    if done.checked:
        session.note(t("Written, read back and compared. Keep the stick apart from the laptop."))
    else:
        session.note(t("Written, but not read back past this system's cache: take the stick out, and look again."))
    if done.archive_only:
        session.note(t("Only the archive can open it; take a newer mission pack soon."))
    if done.left:
        session.note(t("Did not fit into one bundle: {n}. Export again; they come first then.", n=done.left))
    for case in done.damaged:
        session.note(t("{case}: a sealed file of it was damaged on this disk and is left out", case=case))
    if done.damaged:
        session.note(t("Do not throw this laptop away: tell your coordinator which cases these are."))
    return SealedFilesDamaged.exit_code if done.damaged else 0
