"""`intake import`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import BundleInvalid, BundleUndecided, DiskFull, IntakeError, ItemsKeptAside, NothingToDo
from intake.usecases.importing import BundleOutcome, ImportReport, ItemOutcome, import_
from intake.usecases.intaking import BundleState

TAKEN = frozenset({"imported", "already-imported"})
# In the order in which they are told: the worse, the nearer to the end.
STATES: tuple[BundleState, ...] = ("already-imported", "imported", "quarantined", "unreadable")
GRAVEST = (DiskFull.exit_code, BundleInvalid.exit_code, BundleUndecided.exit_code)


def command(
    ctx: Context,
    paths: Annotated[list[Path], Argument(metavar="FILE|DIR…", help="carried files, or folders of them")],
) -> int:
    """Take in what can be believed, keep the rest aside, and say exactly which is which."""
    session = Session.of(ctx)
    report = import_(session.env, paths)
    if not report.bundles:
        raise NothingToDo(what="no bundles are there")
    if session.json:
        session.data({"bundles": [_as_json(one) for one in report.bundles]})
    else:
        for one in sorted(report.bundles, key=lambda one: STATES.index(one.state)):
            _say(session, one)
        _sum_up(session, report)
    codes = {_exit_code(one) for one in report.bundles}
    return next((code for code in GRAVEST if code in codes), max(codes))


def _exit_code(one: BundleOutcome) -> int:
    """0 when all of it is in; a bundle's own verdict; else 36, some items were kept aside."""
    if one.state not in TAKEN:
        if isinstance(one.error, IntakeError):
            return one.error.exit_code
        return one.report.exit_code if one.report else 1
    return ItemsKeptAside.exit_code if any(_kept_aside(item) for item in one.items) else 0


def _kept_aside(item: ItemOutcome) -> bool:
    return item.state == "quarantined"


def _as_json(one: BundleOutcome) -> dict[str, object]:
    verdict = one.report.to_json() if one.report else {"verdict": None, "checks": []}
    return {
        "file": one.path,
        "state": one.state,
        "bundle": one.bundle,
        "sender": one.sender,
        "seq": one.seq,
        "log_index": one.log_index,
        "verdict": verdict["verdict"],
        "checks": verdict["checks"],
        "items": one.items,
        "error": one.error,
    }


def _say(session: Session, one: BundleOutcome) -> None:
    """What there is to say of a file that is not wholly in: a verdict, and a line for each reason and item."""
    t, said = session.t, list(_why(session, one))
    if not said:
        return
    verdict = f", {one.report.verdict.value}" if one.report else ""
    session.say(f"{one.path.name}: {t(one.state)}{verdict}")
    if one.sender is not None:
        session.say(f"  {t('from {sender}, number {seq}', sender=one.sender, seq=one.seq)}")
    session.say(*(f"  {line}" for line in said))


def _why(session: Session, one: BundleOutcome) -> Iterator[str]:
    t = session.t
    if one.report is not None:
        for check in [one.report.failed] if one.report.failed else one.report.undecided:
            yield f"{check.id}: {t(check.why, **check.fields)}"
    if isinstance(one.error, IntakeError):
        yield t(one.error.message, **one.error.fields)
        yield t(one.error.hint, **one.error.fields)
    for item in one.items:
        if item.state in {"quarantined", "awaiting-key"}:
            why = f": {item.check or ''} {t(item.reason or '', **item.fields)}".rstrip(": ")
            yield f"{item.case or item.name} {t(item.state)}{why}"


def _sum_up(session: Session, report: ImportReport) -> None:
    """Every file under one state, so that they add up; an item that came in many bundles counts once."""
    t = session.t
    files = Counter(one.state for one in report.bundles)
    items = {(item.state, item.name): item.kind for one in report.bundles for item in one.items}
    states = Counter(state for state, _name in items)
    rows: list[tuple[str, int | None]] = [
        (t("Files"), len(report.bundles)),
        *((f"  {t(state)}", files[state] or None) for state in STATES),
        (t("New testimonies"), sum(key[0] == "imported" and kind == "record" for key, kind in items.items())),
        (t("Items in quarantine"), states["quarantined"] or None),
        (t("Items waiting for a key"), states["awaiting-key"] or None),
    ]
    session.say(*pairs(rows))
