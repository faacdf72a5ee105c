"""`intake receipts`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import IntakeError, NothingToDo
from intake.usecases.receipts import ReceiptOutcome, ReceiptsReport, State, receipts

# In the order in which they are told: the worse, the nearer to the end.
STATES: tuple[State, ...] = ("not-for-us", "already-applied", "applied", "refused", "unreadable")


def command(
    ctx: Context,
    paths: Annotated[list[Path], Argument(metavar="FILE|DIR…", help="receipts, or folders of them")],
) -> int:
    """Apply what can be believed, delete what it covers and nothing else, and say which is which."""
    session = Session.of(ctx)
    report = receipts(session.env, paths)
    if all(one.state == "not-for-us" for one in report.receipts):
        raise NothingToDo(what="no receipt for this laptop is there")
    session.result(report, [*_told(session, report), *pairs(_sums(session, report))])
    return max(one.error.exit_code if one.error else 0 for one in report.receipts)


def _told(session: Session, report: ReceiptsReport) -> Iterator[str]:
    """A line for each reason, and each testimony that is not safe yet."""
    t = session.t
    for one in sorted(report.receipts, key=lambda one: STATES.index(one.state)):
        if one.error:
            yield f"{one.path.name}: {t(one.state)}"
            yield from (f"  {line}" for line in _why(session, one, one.error))
        for case in one.damaged:
            yield t("{case}: a part of it arrived damaged; it stays here, and goes with the next export", case=case)


def _why(session: Session, one: ReceiptOutcome, error: IntakeError) -> Iterator[str]:
    t = session.t
    yield f"{one.check}: {t(one.why, **one.fields)}" if one.why else t(error.message, **error.fields)
    yield t(error.hint, **error.fields)


def _sums(session: Session, report: ReceiptsReport) -> list[tuple[str, object]]:
    t = session.t
    files = Counter(one.state for one in report.receipts)
    said = sum((Counter(one.said) for one in report.receipts), Counter[str]())
    return [
        (t("Files"), len(report.receipts)),
        *((f"  {t(state)}", files[state] or None) for state in STATES),
        (t("Items said to be safe"), said.total() - said["damaged"] or None),
        (t("Items that arrived damaged"), said["damaged"] or None),
        (t("Sealed files deleted here"), report.purged),
        (t("Testimonies no longer on this laptop"), len(report.cases) or None),
    ]
