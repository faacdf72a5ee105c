"""`intake status`."""

from collections.abc import Iterator

from typer import Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.usecases.status import SealedHere, Waiting, status


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
            *_sealed(session, found.states),
        ]
    else:
        rows += [
            (t("Bundles received"), found.bundles),
            (t("Testimonies"), found.records),
            (t("In quarantine"), found.quarantined),
            (t("Waiting for a key"), found.awaiting_key),
            (t("Erasures by others, waiting for: intake decide"), found.unconfirmed or None),
        ]
    session.result(found, pairs(rows))


def _sealed(session: Session, states: SealedHere) -> Iterator[tuple[str, object]]:
    """Each state with the age of its oldest; those nobody needs to act on only when there are some."""
    t = session.t
    said: tuple[tuple[str, Waiting, bool], ...] = (
        (t("Not handed over yet"), states.not_exported, True),
        (t("  of them withdrawals"), states.withdrawals, False),
        (t("Handed over, without a receipt"), states.handed_over, True),
        (t("  of them not heard of"), states.not_heard_of, False),
        (t("  arrived damaged"), states.damaged, False),
        (t("  held there unopened"), states.held, False),
        (t("Receipted"), states.receipted, True),
        (t("Destroyed without a receipt"), states.destroyed, False),
    )
    for name, waiting, always in said:
        if waiting.count or always:
            yield name, _aged(session, waiting)


def _aged(session: Session, waiting: Waiting) -> str:
    if not waiting.count:
        return "0"
    days = session.t.plural("{n} day", "{n} days", n=waiting.oldest_days or 0)
    return session.t("{count}, the oldest {age}", count=waiting.count, age=days)
