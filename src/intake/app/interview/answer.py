"""What every way of answering has in common, and how it tells the screen.

Each widget gives what is to be handed to the engine as if it were typed in lines: a number, words, numbers between
spaces. What stands there and is not handed in yet can be taken out (`unfinished`) and put back, for a question that is
left, hidden or killed, and comes again. None of them knows what an answer means.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget

    from intake.questionnaire.choices import Choice
    from intake.questionnaire.talk import Json

WIDTH = 56  # of a row of choices, on 80 columns


@dataclass
class Given(Message):
    """The answer is to be handed in: one text after the other; none at all: go on without changing it."""

    texts: tuple[str, ...] = ()


class Edited(Message):
    """Something was typed or marked that is not handed in yet."""


class Answer(Protocol):
    """What the screen does with each of them."""

    @property
    def unfinished(self) -> Json:
        """What would be lost if the laptop died now; None where nothing would."""
        ...

    def put_back(self, unfinished: Json) -> None:
        """The same, where the question comes again."""
        ...

    def given(self) -> tuple[str, ...]:
        """What Tab hands in."""
        ...

    @property
    def place(self) -> Widget:
        """Which widget takes the keys."""
        ...


def row(choice: Choice, mark: str = "", width: int = WIDTH, *, numbered: bool = True) -> str:
    """Number, or else the key that leads there, mark and label; a long label is broken under itself."""
    head = f" {choice.number if numbered else '↓':>2}  {mark}"
    rows = textwrap.wrap(choice.label, max(width - len(head) - 2, 20)) or [""]
    return head + ("\n" + " " * len(head)).join(rows)
