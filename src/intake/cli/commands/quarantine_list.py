"""`intake quarantine list`."""

from typer import Context

from intake.cli.render import table
from intake.cli.session import Session
from intake.usecases.quarantine import quarantine_list
from intake.usecases.saying import size


def command(ctx: Context) -> None:
    """Everything that was kept aside, oldest first."""
    session = Session.of(ctx)
    t = session.t
    kept = quarantine_list(session.env)
    cells = [
        (
            one.number,
            f"{one.since:%Y-%m-%d}",
            one.file_name,
            one.item or "",
            one.check,
            t(one.reason, **one.fields),
            size(one.size_bytes, t),
        )
        for one in kept
    ]
    heads = (t("No."), t("Since"), t("File"), t("Item"), t("Check"), t("Why"), t("Size"))
    session.result(kept, table(heads, cells) if kept else [])
    if not kept:
        session.note(t("Nothing is in quarantine."))
