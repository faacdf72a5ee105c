"""What the interview in lines shows: the question with its choices and signs, the review, a screen that says nothing.

It fits on 80 by 24 and needs no colour. It decides nothing: which choices, which page and what is said come from
lines.py. Every screen replaces the one before it, scrollback included.
"""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.cli.line_terminal import Terminal
    from intake.i18n import Translator
    from intake.questionnaire.choices import Choice
    from intake.questionnaire.engine import Line
    from intake.questionnaire.scenes import Asked

WIDTH = 79
CHOICES_SHOWN = (4, 12)  # at least, at most: as many as the screen has rows for
MARKS = {"answered": "+", "skipped": "-", "required": "!", "open": " "}


class Screen:
    """One terminal, one language, one case code at the head."""

    def __init__(self, terminal: Terminal, t: Translator, case: str) -> None:
        self._terminal = terminal
        self._t = t
        self._case = case

    def show(self, *lines: str) -> None:
        """These lines and nothing else."""
        self._terminal.clear()
        self._terminal.write("\n".join(lines) + "\n")

    def hidden(self, said: str = "") -> None:
        """A clock, as on any screen that sleeps; `said` says no more than that what was typed was not it."""
        clock = f"{datetime.now().astimezone():%H:%M}"
        lines = ["", "", clock.center(WIDTH).rstrip(), *([said.center(WIDTH).rstrip()] if said else [])]
        self._terminal.clear()
        self._terminal.write("\n".join(lines) + "\n")

    def wrapped(self, text: str, *, narrower: int = 0) -> list[str]:
        """The text in lines that fit."""
        return textwrap.wrap(text, self._columns - narrower)

    def question(self, asked: Asked, said: Sequence[str], offered: Sequence[Choice], *, saved: bool, first: int) -> int:
        """A question, after what is to be said first; returns how many choices one screen holds."""
        told = [line for note in said for line in self.wrapped(note)]
        above = [self.head(asked, saved=saved), "", *told, *([""] if told else []), *self._words(asked)]
        writes = asked.kind == "narrative"
        below = [*([] if writes else self._standing(asked)), "", *self._fitted(self._signs(asked, writes=writes))]
        # Beside the choices: an empty line, how to see more, how to give several, and where the answer is typed.
        rows = (self._terminal.size or (0, 1000))[1] - len(above) - len(below) - 3 - asked.many
        page = min(max(rows, CHOICES_SHOWN[0]), CHOICES_SHOWN[1])
        choices = [] if asked.text else self._choices(offered, first, page, many=asked.many)
        self.show(*above, *choices, *below)
        return page

    def pages(self, text: str) -> list[list[str]]:
        """A long text, cut into screenfuls between its paragraphs; one where nobody looks at a screen.

        A heading stands in the line of its paragraph, and paragraphs hang instead of being parted: fewer screens.
        """
        blocks = [self._hanging(". ".join(block.split("\n"))) for block in text.strip().split("\n\n")]
        rows = self._terminal.size[1] - 5 if self._terminal.size else sum(len(block) for block in blocks)
        pages: list[list[str]] = [[]]
        for block in blocks:
            if pages[-1] and len(pages[-1]) + len(block) > rows:
                pages.append([])
            pages[-1] += block
        # A paragraph longer than the screen is cut after all.
        return [page[first : first + rows] for page in pages for first in range(0, len(page), rows)]

    def _hanging(self, text: str) -> list[str]:
        return textwrap.wrap(text, self._columns, subsequent_indent="    ")

    def review(self, lines: Sequence[Line], first: int, *, through: bool, modes: bool) -> int:
        """All questions with what was answered; returns how many one screen holds."""
        t = self._t
        rows = self._rows_of_review or len(lines)
        gaps = sum(line.state == "required" for line in lines)
        numbered = [f"{number:>4} {_mark(line)} {self._cut(_row(line))}" for number, line in enumerate(lines, start=1)]
        self.show(
            t("All questions: + answered, ~ taken as usual, - no answer and why, ! still needed"),
            "",
            *numbered[first : first + rows],
            "",
            t.plural("{n} is still needed.", "{n} are still needed.", n=gaps) if gaps else t("Nothing is missing."),
            t("A number goes there. + more. Enter: {what}", what=t("finish") if through else t("back"))
            + (" · " + t("m: another kind of talk") if modes else ""),
        )
        return rows

    def page_of(self, row: int) -> int:
        """The first row of the screenful of the review that holds a row."""
        return row - row % self._rows_of_review if self._rows_of_review else 0

    @property
    def _rows_of_review(self) -> int:
        return self._terminal.size[1] - 8 if self._terminal.size else 0

    def head(self, asked: Asked, *, saved: bool) -> str:
        """Where this is, and whether it is saved."""
        t = self._t
        state = t("saved") if saved else t("in memory only, until there is consent")
        return " · ".join(part for part in (self._case, asked.section, f"{asked.number}/{asked.total}", state) if part)

    @property
    def _columns(self) -> int:
        return min(WIDTH, self._terminal.size[0] - 1) if self._terminal.size else WIDTH

    def _signs(self, asked: Asked, *, writes: bool) -> str:
        t = self._t
        if writes:
            return t("= all of it · =3 retypes paragraph 3 · < back · ? help · - no answer · ! hide · q leave")
        skips = asked.skippable or asked.removable
        return " · ".join(
            [
                t("Enter on · < back · ? help"),
                *([t("- no answer")] if skips else []),
                t("= review · * pause · ! hide · q leave"),
            ]
        )

    def _fitted(self, signs: str) -> list[str]:
        """In lines that fit; a sign and its word are not parted."""
        rows = textwrap.wrap(signs.replace(" ", "\u00a0").replace("\u00a0·\u00a0", "\u00a0· "), self._columns)
        return [row.replace("\u00a0", " ") for row in rows]

    def _words(self, asked: Asked) -> list[str]:
        about = [self._cut(asked.about)] if asked.about else []
        note = self.wrapped(f"▲ {asked.note}") if asked.note else []
        return [
            *note,
            *about,
            *self.wrapped(asked.label),
            *(f"  {line}" for line in self.wrapped(asked.hint, narrower=2)),
        ]

    def _choices(self, offered: Sequence[Choice], first: int, page: int, *, many: bool) -> list[str]:
        shown = offered[first : first + page]
        rows = [f"{choice.number:>4}  {self._cut(choice.label)}" for choice in shown]
        if len(offered) > len(shown):
            more = self._t("{n} in the list: + shows more, or type a part of the word", n=len(offered))
            rows.append(f"      … {more}")
        if many:
            rows.append("      " + self._t("Several at once: 1 3"))
        return ["", *rows] if rows else []

    def _standing(self, asked: Asked) -> list[str]:
        """What was answered before."""
        t = self._t
        said = asked.words if asked.kind != "place" else ""
        rows = [t("In the person's words: {words}", words=said)] if said else []
        if asked.shown:
            rows.append(t("Now: {answer}", answer=asked.shown))
        elif asked.skipped:
            rows.append(t("No answer: {why}", why=asked.skipped))
        return ["", *(line for row in rows for line in self.wrapped(row))] if rows else []

    def _cut(self, text: str) -> str:
        limit = self._columns - 8
        return text if len(text) <= limit else text[: limit - 1] + "…"


def _mark(line: Line) -> str:
    return "~" if line.aside and line.state == "answered" else MARKS[line.state]


def _row(line: Line) -> str:
    about = f"{line.about}: " if line.about else ""
    shown = " ".join(line.shown.split())
    return f"{line.section} · {about}{line.label}" + (f" — {shown}" if shown else "")
