"""`intake status`."""

from typer import Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.status import Waiting, status


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
            *((name, _aged(session, waiting)) for name, waiting in found.states.rows(t)),
        ]
    else:
        rows += [
            (t("Bundles received"), found.bundles),
            (t("Testimonies"), found.records),
            (t("In quarantine"), found.quarantined),
            (t("Waiting for a key"), found.awaiting_key),
            (t("Erasures by others, waiting for: intake decide"), found.unconfirmed or None),
        ]
    rows.append((t("Bundles on their way: intake sync goes on with them"), found.sending or None))
    session.result(found, pairs(rows))


def _aged(session: Session, waiting: Waiting) -> str:
    if not waiting.count:
        return "0"
    days = session.t.plural("{n} day", "{n} days", n=waiting.oldest_days or 0)
    return session.t("{count}, the oldest {age}", count=waiting.count, age=days)
