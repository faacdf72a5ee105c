"""What is said of a sync, by the command line and the application alike: sentences, and nothing of what was carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.usecases.saying import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.i18n import Translator
    from intake.usecases.syncing import Synced


def synced_sums(done: Synced, t: Translator) -> list[tuple[str, object]]:
    """What went and came, as names and numbers; None is not worth a row."""
    return [
        (t("Place"), done.target),
        (t("Bundles sent, read back and compared"), len(done.sent) or None),
        (t("Size"), size(sum(one.size_bytes for one in done.sent), t) if done.sent else None),
        (t("Packs taken"), len(done.packs) or None),
        (t("Packs sent"), done.packs_given or None),
        (t("Receipts sent"), done.receipts_given or None),
        (t("Files that are not all there yet"), len(done.incomplete) or None),
    ]


def synced_told(done: Synced, t: Translator) -> Iterator[str]:
    """What somebody has to know; the reason why it stopped comes last."""
    if done.gone:
        yield t(
            "Bundles of this vault that are no longer there: {n}. If the next sync misses them too, all goes again.",
            n=done.gone,
        )
    for case in done.damaged:
        yield t("{case}: a sealed file of it was damaged on this disk and is left out", case=case)
    if done.damaged:
        yield t("Do not throw this laptop away: tell your coordinator which cases these are.")
    for refused in done.refused:
        why = t(refused.error.message, **refused.error.fields) if refused.error else t("it is not for this vault")
        yield t("{file}… there can't be taken: {why}", file=refused.file, why=why)
    if done.stopped is not None:
        yield t("The sync stopped early. What was done is kept; the next one goes on from here.")
        yield t(done.stopped.message, **done.stopped.fields)
        yield t(done.stopped.hint, **done.stopped.fields)
    elif not done.anything:
        yield t("Nothing was due, either way.")
