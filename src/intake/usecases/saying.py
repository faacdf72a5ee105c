"""What the command line and the application both say of a result, so that it is said once and in one way.

Sentences only, in the language chosen; who shows them, and where, is theirs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.errors import IntakeError
    from intake.i18n import Translator
    from intake.records.faults import Finding
    from intake.usecases.exporting import Exported
    from intake.usecases.gaps import Gap
    from intake.usecases.listing import Row
    from intake.usecases.receipts import ReceiptOutcome, ReceiptsReport, State

LABELLED = {"element": "consent_element", "role": "person_role", "flag": "risk_flag"}
ENDED = {
    "not_alone": "the person was not alone",
    "no_capacity": "the person could not decide",
    "not_understood": "the consent was not understood",
    "child_without_guardian": "a child without a guardian",
    "child_refused": "the child did not want to",
    "consent_refused": "no consent",
    "consent_undecided": "consent not decided yet",
}
"""Why an interview ended that left nothing else."""
RECORD_KINDS = {
    "full": "the testimony",
    "addendum": "an addendum",
    "withdrawal": "a withdrawal",
    "coding": "a coding",
    "decision": "a decision",
    "tombstone": "a tombstone",
}
DECISIONS = {
    "link": "this belongs to it",
    "not_same": "this does not belong to it",
    "fork_resolved": "of a fork this one stands",
    "conflict_resolved": "of what contradicts itself this stands",
    "withdrawal_confirmed": "the withdrawal is the person's",
    "erase": "it is erased",
    "erase_identity": "names and contacts are erased, the account stays",
    "erase_confirmed": "another officer's erasure is confirmed",
    "erase_refused": "another officer's erasure is refused",
    "legal_hold": "a legal hold is on it",
    "hold_lifted": "the legal hold is lifted",
    "quarantine_released": "it was let through",
}
"""What each kind of decision says."""
CYRILLIC = ("Б", "кБ", "МБ", "ГБ", "ТБ")
UNITS = {"uk": CYRILLIC, "ru": CYRILLIC, "en": ("B", "kB", "MB", "GB", "TB")}
RECEIPT_STATES: tuple[State, ...] = ("not-for-us", "already-applied", "applied", "refused", "unreadable")
"""In the order in which they are told: the worse, the nearer to the end."""


def ended_said(row: Row, t: Translator) -> str:
    """What is left of an interview that ended without an account: when, why, and that there is nothing else."""
    why = t(ENDED.get(row.section or "", row.section or ""))
    day = f"{row.since:%d.%m.%Y}"
    return t("The interview of {day} ended: {why}. Nothing else of it is kept.", day=day, why=why)


def error_words(error: IntakeError, t: Translator) -> tuple[str, str]:
    """What happened, and what to do, as the catalogue has them: no capital, no full stop."""
    fields = {key: t(value) if isinstance(value, str) else value for key, value in error.fields.items()} or {"": ""}
    return t(error.message, **fields), t(error.hint, **fields)


def sentence(text: str) -> str:
    """With a capital and a full stop: what is said on a screen stands alone."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "…", ":", "!")) else ".")


def size(count: int | None, t: Translator) -> str:
    """A number of bytes for people, decimal as disks are sold; the comma is the language's own."""
    if count is None:
        return "?"
    amount, units = float(count), list(UNITS[t.lang])
    while amount >= 1000 and len(units) > 1:  # noqa: PLR2004  decimal units
        amount /= 1000
        units.pop(0)
    text = f"{count}" if count < 1000 else f"{amount:.1f}"  # noqa: PLR2004  whole bytes have no fraction
    return f"{text if t.lang == 'en' else text.replace('.', ',')} {units[0]}"


def finding_words(finding: Finding, t: Translator) -> tuple[str, str]:
    """What is wrong, and the way on (empty where there is none); a code of a vocabulary by its label."""
    fields = {
        name: label(value, t.lang, family_name=LABELLED[name]) if name in LABELLED else value
        for name, value in finding.fields.items()
    }
    return t(finding.message, **fields), t(finding.way_on, **fields) if finding.way_on else ""


def finding_in_one(finding: Finding, t: Translator) -> str:
    """One finding where its question stands on the screen already."""
    return f"{finding.rule}: " + " ".join(sentence(text) for text in finding_words(finding, t) if text)


def gap_said(gap: Gap, t: Translator) -> str:
    """What is wrong at a question, where the question stands on the screen already."""
    if gap.finding:
        return finding_in_one(gap.finding, t)
    return t("Something was typed here and not handed in.") if gap.begun else t("This is still to be answered.")


def section_words(row: Row, t: Translator) -> str:
    """The last section of a draft; of an interview that ended, why; of what came in, what must be known of it."""
    if row.kind in ("addendum", "withdrawal") and not row.marks:
        return t(RECORD_KINDS[row.kind])
    section = row.section or ""
    first = t(ENDED[section]) if section in ENDED else section
    more = t.plural("{n} addendum", "{n} addenda", n=row.addenda)
    marks = [more if one == "added to" else t(one) for one in row.marks]
    return " · ".join([*([first] if first else []), *marks])


def exported_words(done: Exported, t: Translator) -> Iterator[str]:
    """What somebody has to know who carries it away."""
    if done.checked:
        yield t("Written, read back and compared. Keep the stick apart from the laptop.")
    else:
        yield t("Written, but not read back past this system's cache: take the stick out, and look again.")
    if done.archive_only:
        yield t("Only the archive can open it; take a newer mission pack soon.")
    if done.left:
        yield t("Did not fit into one bundle: {n}. Export again; they come first then.", n=done.left)
    for case in done.damaged:
        yield t("{case}: a sealed file of it was damaged on this disk and is left out", case=case)
    if done.damaged:
        yield t("Do not throw this laptop away: tell your coordinator which cases these are.")


def receipts_told(report: ReceiptsReport, t: Translator) -> Iterator[str]:
    """A line for each reason, and each testimony that is not safe yet."""
    for one in sorted(report.receipts, key=lambda one: RECEIPT_STATES.index(one.state)):
        if one.error:
            yield f"{one.path.name}: {t(one.state)}"
            yield from (f"  {line}" for line in _why(one, one.error, t))
        for case in one.damaged:
            yield t("{case}: a part of it arrived damaged; it stays here, and goes with the next export", case=case)


def _why(one: ReceiptOutcome, error: IntakeError, t: Translator) -> Iterator[str]:
    yield f"{one.check}: {t(one.why, **one.fields)}" if one.why else t(error.message, **error.fields)
    yield t(error.hint, **error.fields)


def receipts_sums(report: ReceiptsReport, t: Translator) -> list[tuple[str, object]]:
    """What came of all of them, as names and numbers; None is not worth a row."""
    files = Counter(one.state for one in report.receipts)
    said = sum((Counter(one.said) for one in report.receipts), Counter[str]())
    return [
        (t("Files"), len(report.receipts)),
        *((f"  {t(state)}", files[state] or None) for state in RECEIPT_STATES),
        (t("Items said to be safe"), said.total() - said["damaged"] or None),
        (t("Items that arrived damaged"), said["damaged"] or None),
        (t("Sealed files deleted here"), report.purged),
        (t("Testimonies no longer on this laptop"), len(report.cases) or None),
    ]


def day(stamp: str) -> str:
    """A day of a stamp of ours, as people write it: 24.02.2022."""
    return ".".join(reversed(stamp[:10].split("-")))


def remains(n: int, t: Translator) -> str:
    """What is still on this laptop, because nobody signed for it."""
    return t.plural("{n} testimony stays here without a receipt.", "{n} testimonies stay here without a receipt.", n=n)


def age_words(days: int, t: Translator) -> str:
    """How old something is."""
    return t.plural("{n} day", "{n} days", n=days) if days else t("today")
