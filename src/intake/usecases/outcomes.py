"""What is said of an answer just taken, so that the interview in lines and the one full screen say it in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.i18n import Translator
    from intake.questionnaire.engine import Outcome
    from intake.questionnaire.pausing import Reminder

TIMES = frozenset({"date", "day", "hours"})  # kinds of question of which it is said how they were understood


def told(outcome: Outcome, kind: str, t: Translator) -> Iterator[str]:
    """How it was understood, or what is still asked; and what was put aside by it."""
    if outcome.unclear:
        yield unclear_words(outcome, t)
    elif outcome.stays:
        if outcome.understood:  # the same keys under another layout
            yield t("Taken: {what}", what=outcome.understood)
        yield t("The words are kept. If it is one of these, its number; if not, Enter. Narrow it: , oblast")
    elif outcome.understood:
        what = outcome.understood
        yield t("Understood: {what}", what=what) if kind in TIMES else t("Taken: {what}", what=what)
    if outcome.parked:
        yield aside_words(outcome.parked, t)


def unclear_words(outcome: Outcome, t: Translator) -> str:
    """Why words gave no date."""
    says = {
        "no_year": t("The person's words are kept. Of which year?"),
        "two_readings": t("It may be {readings}. Type the one that was meant.", readings=" / ".join(outcome.readings)),
        "out_of_range": t("There is no such day. Type the date once more."),
        "backwards": t("This ends before it begins. Type the date once more."),
    }
    return says.get(outcome.unclear, t("The person's words are kept. Now the date itself, as near as it is known."))


def aside_words(parked: int, t: Translator) -> str:
    """How many answers were put aside."""
    if not parked:
        return ""
    count = t.plural("{n} answer is put aside.", "{n} answers are put aside.", n=parked)
    return f"{count} {t('They come back if this is changed again.')}"


def reminder_words(due: Reminder, t: Translator) -> str:
    """That a rest is due; calm, and said as an offer."""
    if due.why == "distress":
        return t("This is hard for the person, and no pause is written down. Offer one: F4. Numbers for help: F7.")
    said = t.plural("{n} minute without a pause.", "{n} minutes without a pause.", n=due.minutes)
    if due.why == "long":
        return f"{said} {t('Stop for a while, or end for today: F4.')}"
    return f"{said} {t('Offer a rest: F4.')}"
