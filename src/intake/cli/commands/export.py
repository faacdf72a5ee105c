"""`intake export`."""

from pathlib import Path
from typing import Annotated

from typer import Context, Option

from intake.cli.render import pairs, size
from intake.cli.session import Session
from intake.usecases.exporting import export


def command(
    ctx: Context,
    *,
    to: Annotated[
        Path | None, Option("--to", metavar="DIR", help="the stick or folder; asked for when it is not given")
    ] = None,
) -> None:
    """One carried file, written, read back and compared."""
    session = Session.of(ctx)
    t = session.t
    done = export(session.env, to or Path(session.ask.text(t("Folder to write to"))))
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
