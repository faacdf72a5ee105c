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
    "legal_hold": "a legal hold is on it",
    "hold_lifted": "the legal hold is lifted",
    "quarantine_released": "it was let through",
}
"""What each kind of decision says."""
UNITS = {lang: ("Б", "кБ", "МБ", "ГБ", "ТБ") for lang in ("uk", "ru")} | {"en": ("B", "kB", "MB", "GB", "TB")}
CYRILLIC = ("Б", "кБ", "МБ", "ГБ", "ТБ")
UNITS = {"uk": CYRILLIC, "ru": CYRILLIC, "en": ("B", "kB", "MB", "GB", "TB")}
RECEIPT_STATES: tuple[State, ...] = ("not-for-us", "already-applied", "applied", "refused", "unreadable")
"""In the order in which they are told: the worse, the nearer to the end."""


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


def day(stamp: str) -> str:
    """A day of a stamp of ours, as people write it: 24.02.2022."""
    return ".".join(reversed(stamp[:10].split("-")))


def remains(n: int, t: Translator) -> str:
    """What is still on this laptop, because nobody signed for it."""
    return t.plural("{n} testimony stays here without a receipt.", "{n} testimonies stay here without a receipt.", n=n)
