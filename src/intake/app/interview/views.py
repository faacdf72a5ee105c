"""What stands in the pane for a page: the question with its answer, the end with its gaps, or that it has ended.

Widgets and words only; nothing is asked of the engine here.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from intake.app.interview.chosen import Chosen
from intake.app.interview.read_out import Read
from intake.app.interview.typed import Typed
from intake.app.interview.written import Box
from intake.app.widgets import Menu, Words
from intake.usecases.saying import gap_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from textual.widget import Widget

    from intake.app.interview.answer import Answer
    from intake.app.interview.talk import Page
    from intake.i18n import Translator
    from intake.questionnaire.engine import Outcome
    from intake.questionnaire.scenes import Asked

SEAL, ALOUD, REVIEW, LEAVE = "deed:seal", "deed:aloud", "deed:review", "deed:leave"
HERE = "▸"
SECTION_COLUMNS = 13  # beside the sign, in what look.tcss leaves them
SHOWN_COLUMNS = 300  # of what stands there already


@dataclass(frozen=True)
class Pane:
    """The widgets, and which of them takes an answer or a choice."""

    widgets: Sequence[Widget]
    answer: Answer | None = None
    menu: Menu | None = None


def pane(page: Page, said: Sequence[str], t: Translator, *, has_read: AbstractSet[str]) -> Pane:
    """Everything to be mounted for a page; `said` stands above it, `has_read` are the texts that were read out."""
    if page.ended is not None:
        return Pane(list(_ended(page, t)))
    if page.asked is None:
        menu = Menu(list(_ways_on(page, t)), id="ways")
        return Pane([*_through(page, said, t), menu], menu=menu)
    answer = _answer(page.asked, was_read=page.asked.text in has_read)
    above = list(_question(page.asked, said))
    if isinstance(answer, Chosen):
        above.append(look_for(Words(id="search"), answer, t))
    return Pane([*above, answer, *_below(page.asked, answer, t)], answer=answer)


def outline(page: Page) -> Content:
    """The sections: done, here, still needed."""
    lines = list(page.lines)
    here = next((at for at, line in enumerate(lines) if page.asked and line.key == page.asked.key), len(lines))
    rows = []
    for section in dict.fromkeys(line.section for line in lines):
        places = [at for at, line in enumerate(lines) if line.section == section]
        states = {lines[at].state for at in places}
        if page.asked is not None and section == page.asked.section:
            sign = HERE
        elif "required" in states:
            sign = "!" if max(places) < here else " "
        else:
            sign = "✓" if max(places) < here or states <= {"answered", "skipped"} else " "
        name = "\n  ".join(textwrap.wrap(section, SECTION_COLUMNS))
        rows.append(Content.styled(f"{sign} {name}", "bold $foreground" if sign == HERE else ""))
    return Content("\n").join(rows)


def echoed(outcome: Outcome | None, t: Translator) -> str:
    """How what is typed would be understood."""
    if outcome is None or not (outcome.understood or outcome.readings):
        return ""
    if outcome.readings:
        return t("It may be {readings}. Type the one that was meant.", readings=" / ".join(outcome.readings))
    return t("understood as: {what}", what=outcome.understood)


def searched(answer: Chosen, t: Translator) -> str:
    """How to mark and to search; while something is looked for, what, and how many there are."""
    if answer.typed:
        found = t("nothing like it") if not answer.found else t("found: {n}", n=answer.found)
        return f"⌕ {answer.typed}▏ {found}"
    mark = t("the number and Enter, or Space: [x]") if answer.is_long else t("digit or Space: [x]")
    how = [mark] if answer.is_many else []
    how += [t("a part of the word narrows the list")] if answer.is_long else []
    return " · ".join(how)


def look_for(words: Words, answer: Chosen, t: Translator) -> Words:
    """Those words, where there are any: also a short list says why it is empty."""
    said = searched(answer, t)
    words.update(said)
    words.display = bool(said)
    return words


def words(text: str, t: Translator) -> str:
    """How long a text is, and what of it could be lost."""
    count = t.plural("{n} word", "{n} words", n=len(text.split()))
    return f"{count} · {t('of this text not more than 2 seconds are at risk')}"


def _question(asked: Asked, said: Sequence[str]) -> Iterator[Widget]:
    if asked.note:
        yield Words(f"▲ {asked.note}", classes="note")
    for one in said:
        if one:
            yield Words(one, classes="said")
    yield _refused()
    if asked.about:
        yield Words(asked.about, classes="about")
    yield Words(asked.label, classes="question")
    if asked.hint:
        yield Words(asked.hint, classes="hint")


def _answer(asked: Asked, *, was_read: bool) -> Box | Chosen | Typed | Read:
    if asked.text:
        return Read(asked, was_read=was_read)
    if asked.keeps_partial:
        return Box(str(asked.value or ""), writes=asked.kind == "narrative")
    return Chosen(asked) if asked.choices and asked.kind != "place" else Typed(asked)


def _below(asked: Asked, answer: Answer, t: Translator) -> Iterator[Widget]:
    """What stands there already; under a text, how long it is."""
    if isinstance(answer, Box):
        yield Static("", id="foot", markup=False)
        return
    stands = [t("In the person's words: {words}", words=_cut(asked.words))] if asked.words else []
    if asked.shown:
        stands.append(t("Now: {answer}", answer=_cut(asked.shown)))
    elif asked.skipped:
        stands.append(t("No answer: {why}", why=asked.skipped))
    if stands:
        yield Words("\n".join(stands), classes="standing")


def _refused() -> Widget:
    """Room for why an answer was not taken."""
    refused = Words("", id="refused", classes="refused")
    refused.display = False
    return refused


def _through(page: Page, said: Sequence[str], t: Translator) -> Iterator[Widget]:
    for one in said:
        if one:
            yield Words(one, classes="said")
    yield _refused()
    if not page.gaps:
        yield Words(t("All was asked. Nothing is missing."), classes="question")
        yield Words(t("Read the account back, thank the person, and seal it."), classes="hint")
        return
    missing = len(page.gaps)
    head = t.plural(
        "{n} thing is missing, or asks for a look:", "{n} things are missing, or ask for a look:", n=missing
    )
    yield Words(head, classes="question")
    yield Words(t("Enter goes to the question. What can't be mended now may stay, with a reason."), classes="hint")


def _ways_on(page: Page, t: Translator) -> Iterator[tuple[str, str]]:
    for gap in page.gaps:
        said = gap_said(gap, t)
        yield gap.key, f"{gap.question}\n{said}" if gap.question else said
    if page.account:
        yield ALOUD, t("Read the account aloud")
    yield REVIEW, t("All questions and answers")
    yield SEAL, t("Seal it")
    yield LEAVE, t("Leave it a draft")


def _ended(page: Page, t: Translator) -> Iterator[Widget]:
    kept = t("The interview has ended; what was answered is kept.")
    nothing = t("The interview has ended. Only its date, its kind and a reason code remain.")
    yield Words(kept if page.ended and page.ended.kept else nothing, classes="question")
    yield Words(t("Thank the person. Numbers where they can get help: F7."), classes="hint")


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_COLUMNS else flat[: SHOWN_COLUMNS - 1] + "…"
