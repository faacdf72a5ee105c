"""`intake import --salvage`, told: what came in of a laptop that is dead, and what did not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from intake.cli.render import pairs
from intake.errors import ItemsKeptAside
from intake.usecases.salvaging import FileState, Salvaged, salvage

if TYPE_CHECKING:
    from pathlib import Path

    from intake.cli.session import Session
    from intake.usecases.offline import Where

STATES: dict[FileState, str] = {
    "taken": "taken in",
    "already-here": "here already",
    "refused": "refused by a check, in quarantine",
    "awaiting-key": "waiting for a key",
    "no-record": "of a record that is not here",
    "damaged": "damaged, and left where they are",
    "unreadable": "could not be read",
}
WELL = frozenset({"taken", "already-here"})


def run(session: Session, folder: Path, archive: Where | None) -> int:
    """Salvage, say how many files came to what, name those that did not come in; 36 when there are such."""
    t, done = session.t, salvage(session.env, folder, archive)
    counts = Counter(one.state for one in done.files)
    rows: list[tuple[str, object]] = [
        (t("Sealed files"), len(done.files)),
        *((f"  {t(label)}", counts[state] or None) for state, label in STATES.items()),
        (t("New testimonies"), _testimonies(done)),
    ]
    left = [one for one in done.files if one.state not in WELL]
    said = {"bundles": [one.bundle for one in done.bundles], "files": done.files, "drafts_may_be": done.drafts_may_be}
    session.result(said, [*(f"{one.name}: {t(STATES[one.state])}" for one in left), *pairs(rows)])
    if left:
        session.note(t("Keep that medium as it is: what did not come in is only there, or in quarantine here."))
    if done.drafts_may_be:
        session.note(t("A vault lies there too: intake org recover may give its drafts back, and then it can export."))
    return ItemsKeptAside.exit_code if left else 0


def _testimonies(done: Salvaged) -> int:
    items = (item for bundle in done.bundles for item in bundle.items)
    return sum(item.kind == "record" and item.state == "imported" for item in items)
