"""The narrative in lines: many paragraphs, held in memory, saved while they are typed.

Every finished line is saved at once and an unfinished one every 1.5 seconds. A line with a single dot, or Ctrl-D, ends
it; `=` shows all of it, `=3` retypes the third paragraph. To begin a line with one of the signs, type a space first.
After each paragraph the screen is drawn anew: the heading stays in sight, and nothing gathers above it.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from intake.cli.keyboard import END_OF_TEXT, Command, command
from intake.cli.line_terminal import COLUMNS, EndOfText
from intake.errors import IntakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intake.cli.line_terminal import Terminal
    from intake.i18n import Translator
    from intake.questionnaire.engine import Session

LAST_SHOWN = 3  # paragraphs, before writing goes on
NUMBERED = "{:>3}  "
ROWS_ABOVE = 14  # at most: the heading, the question, the signs, and three rows to write in


class Narrative:
    """The paragraphs so far; what could not be saved stays here and is tried again with the next line."""

    def __init__(self, session: Session, terminal: Terminal, t: Translator, text: str) -> None:
        self._session = session
        self._terminal = terminal
        self._t = t
        self._paragraphs = text.split("\n") if text else []
        self._retyping = 0  # the number of the paragraph being retyped, also while the screen is hidden

    def write(self, show: Callable[[], None], typed: str = "") -> Command | IntakeError | None:
        """Line by line, until the end of the text (None), a command, or a refusal of the whole.

        `show` draws the question; `typed` stands in the first line already: it was unfinished when the screen was
        hidden.
        """
        self._begin(show)
        while True:
            if self._retyping:
                self._retype(typed)
                self._begin(show)
                typed = ""
                continue
            try:
                line = self._terminal.read(self._number, watch=self._save_with, typed=typed)
            except EndOfText:
                line = "."
            typed = ""
            if line in END_OF_TEXT:
                return self._finish()
            given = self._take(line, show)
            if given is not None and self._keep(self._text()):
                return given

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self._text().split())

    @property
    def _number(self) -> str:
        return NUMBERED.format(len(self._paragraphs) + 1)

    def _begin(self, show: Callable[[], None]) -> None:
        """The question, how this works, and the last paragraphs, as many as there are rows for."""
        show()
        how = self._t(
            "Enter: a new paragraph. A dot on a line of its own: the end. "
            "Not more than two seconds of the text are ever unsaved."
        )
        self._terminal.write("\n".join(textwrap.wrap(how, self._columns)) + "\n\n")
        rooms = self._terminal.size[1] - ROWS_ABOVE if self._terminal.size else 1000
        shown = [self._rows(number) for number in range(1, len(self._paragraphs) + 1)][-LAST_SHOWN:]
        while len(shown) > 1 and sum(map(len, shown)) > rooms:
            shown.pop(0)
        self._print([row for rows in shown for row in rows][-max(rooms, 1) :])

    def _take(self, line: str, show: Callable[[], None]) -> Command | None:
        """A command for whoever asked; `=` and `=3` are done here; everything else is a paragraph."""
        chosen = re.fullmatch(r"=\s*(\d{1,5})", line)
        if chosen is not None:
            self._choose(int(chosen[1]))
        elif line == "=":
            self._read_back(show)
        elif line and " " not in line and command(line) is not None:
            return command(line)
        else:
            self._paragraphs.append(line.removeprefix(" "))
            if self._keep(self._text()) and self._terminal.size:
                self._begin(show)
        return None

    def _read_back(self, show: Callable[[], None]) -> None:
        """All of it, a screenful at a time, to be read to the person."""
        rows = [row for number in range(1, len(self._paragraphs) + 1) for row in self._rows(number)]
        if not self._terminal.size:
            self._print(rows)
            return
        room = self._terminal.size[1] - 3
        for first in range(0, len(rows), room):
            self._terminal.clear()
            self._print([*rows[first : first + room], ""])
            self._terminal.read(self._t("Enter: go on") + " ")
        self._begin(show)

    def _finish(self) -> IntakeError | None:
        try:
            if self._text().strip():
                self._session.answer(self._text())
            else:
                self._session.next()
        except IntakeError as error:
            return error
        return None

    def _choose(self, number: int) -> None:
        if 0 < number <= len(self._paragraphs):
            self._retyping = number
        else:
            self._print([self._t("There are {n} paragraphs.", n=len(self._paragraphs))])

    def _retype(self, typed: str) -> None:
        """The old paragraph, and a new one over it. Until Enter both are saved: a power cut takes neither."""
        at = self._retyping - 1
        old = self._paragraphs[at]

        def save(unfinished: str) -> None:
            added = [unfinished] if unfinished else []
            self._keep("\n".join([*self._paragraphs[: at + 1], *added, *self._paragraphs[at + 1 :]]))

        self._print(["", *self._rows(at + 1), self._t("Type it anew. Tab: the old text. Enter alone: as it was.")])
        try:
            new = self._terminal.read(NUMBERED.format(at + 1), watch=save, typed=typed, old=old)
        except EndOfText:
            new = ""
        self._retyping = 0
        if new.strip():
            self._paragraphs[at] = new
        self._keep(self._text())

    @property
    def _columns(self) -> int:
        return (self._terminal.size[0] if self._terminal.size else COLUMNS) - 2

    def _rows(self, number: int) -> list[str]:
        """One paragraph with its number, in rows that fit."""
        first = NUMBERED.format(number)
        wrapped = textwrap.wrap(self._paragraphs[number - 1], max(self._columns - len(first), 10)) or [""]
        return [(first + wrapped[0]).rstrip(), *(" " * len(first) + row for row in wrapped[1:])]

    def _print(self, rows: Sequence[str]) -> None:
        self._terminal.write("".join(f"{row}\n" for row in rows))

    def _text(self) -> str:
        return "\n".join(self._paragraphs)

    def _save_with(self, unfinished: str) -> None:
        self._keep("\n".join([*self._paragraphs, *([unfinished] if unfinished else [])]))

    def _keep(self, text: str) -> bool:
        """Save. A failure is said and stops nobody: the text is here, and the next line tries again."""
        try:
            self._session.save_partial(text)
        except IntakeError as error:
            self._terminal.write(f"\n{self._t('NOT SAVED')}: {self._t(error.message, **error.fields)}\n")
            return False
        return True
