"""The interview in lines: one question at a time on a plain terminal, on the form engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from intake.i18n import Translator
from intake.questionnaire.engine import Session


class Terminal(Protocol):
    """Where lines are read and written: `TtyTerminal` for a real one, `StreamTerminal` for tests and pipes."""

    def write(self, text: str) -> None:
        """Show the text at once."""
        ...


@dataclass(frozen=True)
class Left:
    """How the interview was left: `finished` (all asked), `left` (saved, to be resumed), or `ended` (see the session)."""

    how: str


def open_terminal() -> Terminal:
    """The terminal of this process: keys one by one where it is a real one, lines elsewhere."""
    raise NotImplementedError


def run_lines(
    session: Session, terminal: Terminal, t: Translator, *, unlock: Callable[[str], bool], case: str = ""
) -> Left:
    """Ask until the end, `q`, or the end of input. `unlock` checks the passphrase after `!` (hide)."""
    raise NotImplementedError
