"""`intake status`."""

from typer import Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.status import status


def command(ctx: Context) -> None:
    """Counts and dates, no content."""
    session = Session.of(ctx)
    t = session.t
    found = status(session.env)
    rows: list[tuple[str, object]] = [
        (t("Vault of"), t(found.role)),
        (t("Organisation"), found.name),
        (t("Its fingerprint"), found.org),
        (t("Purpose"), t(found.purpose) if found.purpose else None),
        (
            t("Enrolled as"),
            found.principal or t("not enrolled yet: drafts can be taken, sealing waits for a mission pack"),
        ),
    ]
    if found.role == "interviewer":
        rows += [
            (t("Drafts"), found.drafts),
            (t("Oldest draft, days"), found.oldest_draft_days),
            (t("Sealed"), found.sealed),
            (t("Not handed over yet"), found.not_exported),
            (t("Without a receipt"), found.not_receipted),
        ]
    else:
        rows += [
            (t("Bundles received"), found.bundles),
            (t("Testimonies"), found.records),
            (t("In quarantine"), found.quarantined),
            (t("Waiting for a key"), found.awaiting_key),
        ]
    session.result(found, pairs(rows))
