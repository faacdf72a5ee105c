"""`intake import`."""

from collections import Counter
from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from intake.cli.session import Session
from intake.errors import IntakeError, ItemsKeptAside, NothingToDo
from intake.usecases.importing import BundleOutcome, ItemOutcome, import_

TAKEN = frozenset({"imported", "already-imported"})


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
        for one in report.bundles:
            _say(session, one)
    return max((_exit_code(one) for one in report.bundles), default=0)


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
    """A line for the bundle, and one for each item that is not in."""
    t = session.t
    counts = Counter(item.state for item in one.items)
    told = ", ".join(f"{t(state)}: {counts[state]}" for state in sorted(counts))
    session.say(f"{one.path.name}: {t(one.state)}{f' ({told})' if told else ''}")
    if one.sender is not None:
        session.say(f"  {t('from {sender}, number {seq}', sender=one.sender, seq=one.seq)}")
    if one.report is not None and one.state != "already-imported":
        for check in [one.report.failed] if one.report.failed else one.report.undecided:
            session.say(f"  {check.id}: {t(check.why, **check.fields)}")
    if isinstance(one.error, IntakeError):
        session.say(f"  {t(one.error.message, **one.error.fields)}", f"  {t(one.error.hint, **one.error.fields)}")
    for item in one.items:
        if item.state in {"quarantined", "awaiting-key"}:
            why = f": {item.check or ''} {t(item.reason or '', **item.fields)}".rstrip(": ")
            session.say(f"  {item.case or item.name} {t(item.state)}{why}")
