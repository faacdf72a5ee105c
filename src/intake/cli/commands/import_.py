"""`intake import`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from intake.cli import salvaged
from intake.cli.arguments import OfSheets, where
from intake.cli.findings import as_json, as_lines
from intake.cli.receipted import receipts_told
from intake.cli.render import pairs
from intake.cli.session import Session
from intake.errors import (
    BundleInvalid,
    BundleUndecided,
    DiskFull,
    IntakeError,
    ItemsKeptAside,
    MissingWord,
    NothingToDo,
)
from intake.usecases.importing import BundleOutcome, ImportReport, ItemOutcome, import_
from intake.usecases.intaking import NOT_OURS, BundleState

TAKEN = frozenset({"imported", "already-imported"})
# In the order in which they are told: the worse, the nearer to the end.
STATES: tuple[BundleState, ...] = (*sorted(NOT_OURS), "already-imported", "imported", "quarantined", "unreadable")
LATER = {
    "addendum": "New addenda",
    "withdrawal": "New withdrawals: nobody reads or uses these cases",
    "coding": "New codings",
    "decision": "New decisions",
    "tombstone": "New tombstones",
}
GRAVEST = (DiskFull.exit_code, BundleInvalid.exit_code, BundleUndecided.exit_code)


def command(
    ctx: Context,
    paths: Annotated[list[Path] | None, Argument(metavar="FILE|DIR…", help="carried files, or folders of them")] = None,
    *,
    receipts_to: Annotated[
        Path | None, Option("--receipts-to", metavar="DIR", help="the stick that goes back: receipts are copied there")
    ] = None,
    archive: Annotated[
        Path | None,
        Option("--archive", metavar="DIR", help="the folder with the archives' keys, for what no other key opens"),
    ] = None,
    sheets: OfSheets = False,
    salvage: Annotated[
        Path | None,
        Option("--salvage", metavar="DIR", help="instead: the home of a laptop that is dead, or a copy of its outbox"),
    ] = None,
) -> int:
    """Take in what can be believed, keep the rest aside, and say exactly which is which."""
    session = Session.of(ctx)
    if salvage is not None:
        return salvaged.run(session, salvage, where(archive, sheets))
    if not paths:
        raise MissingWord(command=ctx.command_path, what="FILE|DIR…")
    report = import_(session.env, paths, receipts_to, where(archive, sheets))
    if not report.bundles:
        raise NothingToDo(what="no bundles are there")
    if session.json:
        session.data(as_data(session, report))
    return told(session, report)


def as_data(session: Session, report: ImportReport) -> dict[str, object]:
    """What came in, for machines."""
    bundles = [_as_json(session, one) for one in report.bundles]
    return {"bundles": bundles, "receipts": report.receipts, "retried": report.retried}


def told(session: Session, report: ImportReport, *, by_sync: bool = False) -> int:
    """Say what came in, and what did not; returns the gravest exit code of all.

    `by_sync`: the receipts go back the same way, and nobody has to carry them.
    """
    if not session.json:
        for one in sorted(report.bundles, key=lambda one: STATES.index(one.state)):
            _say(session, one)
        _sum_up(session, report)
    _warn(session, report)
    receipts_told(session, replace(report.receipts, written=()) if by_sync else report.receipts)
    codes = {*map(_exit_code, report.bundles), report.receipts.error.exit_code if report.receipts.error else 0}
    return next((code for code in GRAVEST if code in codes), max(codes))


def _exit_code(one: BundleOutcome) -> int:
    """0 when all of it is in; a bundle's own verdict; else 36, some items were kept aside."""
    if one.state not in TAKEN and one.state not in NOT_OURS:
        if isinstance(one.error, IntakeError):
            return one.error.exit_code
        return one.report.exit_code if one.report else 1
    return ItemsKeptAside.exit_code if any(_kept_aside(item) for item in one.items) else 0


def _kept_aside(item: ItemOutcome) -> bool:
    return item.state == "quarantined"


def _as_json(session: Session, one: BundleOutcome) -> dict[str, object]:
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
        "items": [asdict(item) | {"warnings": as_json(item.warnings, session.t)} for item in one.items],
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
    records = {item.name: item.record for one in report.bundles for item in one.items if item.state == "imported"}
    kinds = Counter(records.values())
    rows: list[tuple[str, int | None]] = [
        (t("Files"), len(report.bundles)),
        *((f"  {t(state)}", files[state] or None) for state in STATES),
        (t("New testimonies"), kinds["full"]),
        *((t(name), kinds[kind] or None) for kind, name in LATER.items()),
        (t("Items of what was erased, not taken in"), states["erased"] or None),
        (t("Items in quarantine"), states["quarantined"] or None),
        (t("Items waiting for a key"), states["awaiting-key"] or None),
        (t("Items of earlier bundles that came in now"), report.retried.opened or None),
    ]
    session.say(*pairs(rows))


def _warn(session: Session, report: ImportReport) -> None:
    """What came in, and what the rules ask a person to look at: nothing was refused for it."""
    t = session.t
    for item in (item for one in report.bundles for item in one.items if item.warnings):
        session.note(t("{case}: came in; to be looked at", case=item.case or item.name), *as_lines(item.warnings, t))
