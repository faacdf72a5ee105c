"""The narrative in lines: many paragraphs, held in memory, saved while they are typed.

Every finished line is saved at once and an unfinished one every 1.5 seconds. A line with a single dot, or Ctrl-D, ends
it; `=3` retypes the third paragraph. To begin a line with one of the signs, type a space before it.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from intake.cli.keyboard import END_OF_TEXT, Command, command
from intake.cli.line_terminal import EndOfText
from intake.errors import IntakeError

if TYPE_CHECKING:
    from intake.cli.line_terminal import Terminal
    from intake.i18n import Translator
    from intake.questionnaire.engine import Session

LAST_SHOWN = 3
WIDTH = 76


class Narrative:
    """The paragraphs so far; what could not be saved stays here and is tried again with the next line."""

    def __init__(self, session: Session, terminal: Terminal, t: Translator, text: str) -> None:
        self._session = session
        self._terminal = terminal
        self._t = t
        self._paragraphs = text.split("\n") if text else []

    def write(self, typed: str = "") -> Command | IntakeError | None:
        """Line by line, until the end of the text (None), a command, or a refusal of the whole.

        `typed` stands in the first line already: it was unfinished when the screen was hidden.
        """
        self._terminal.write(self._t("Not more than two seconds of the text are ever unsaved.") + "\n\n")
        self._show(len(self._paragraphs) - LAST_SHOWN)
        while True:
            try:
                line = self._terminal.read("", watch=self._save_with, typed=typed)
            except EndOfText:
                line = "."
            typed = ""
            if line in END_OF_TEXT:
                return self._finish()
            given = self._take(line)
            if given is not None and self._keep(self._text()):
                return given

    def _take(self, line: str) -> Command | None:
        """A command for whoever asked; `=` and `=3` are done here; everything else is a paragraph."""
        chosen = re.fullmatch(r"=\s*(\d{1,5})", line)
        if chosen is not None:
            self._retype(int(chosen[1]))
        elif line == "=":
            self._show(0)
        elif line and " " not in line and command(line) is not None:
            return command(line)
        else:
            self._paragraphs.append(line.removeprefix(" "))
            self._keep(self._text())
        return None

    def _finish(self) -> IntakeError | None:
        try:
            if self._text().strip():
                self._session.answer(self._text())
            else:
                self._session.next()
        except IntakeError as error:
            return error
        return None

    def _retype(self, number: int) -> None:
        """The old paragraph, and a new one over it; Enter alone leaves it, Tab brings it into the line."""
        if not 0 < number <= len(self._paragraphs):
            self._terminal.write(self._t("There are {n} paragraphs.", n=len(self._paragraphs)) + "\n")
            return
        old = self._paragraphs[number - 1]
        self._show(number - 1, number)
        new = self._terminal.read(f"{number}> ", old=old)
        if new.strip():
            self._paragraphs[number - 1] = new
            self._keep(self._text())

    def _show(self, first: int, end: int | None = None) -> None:
        for number, paragraph in list(enumerate(self._paragraphs, start=1))[max(first, 0) : end]:
            wrapped = textwrap.wrap(paragraph, WIDTH) or [""]
            self._terminal.write(
                "\n".join([f"{number:>3}  {wrapped[0]}", *(f"     {row}" for row in wrapped[1:])]) + "\n"
            )

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
