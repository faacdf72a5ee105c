"""What leads away from a question for a moment: ways to choose from, the review, reading back, a pause.

Each is a screen over the interview and gives back what was chosen; None: back to the question. They change nothing.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import Horizontal, VerticalScroll
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from intake.app.base import PrivateScreen
from intake.app.keys import Key
from intake.app.questions import CHOOSE, Told
from intake.app.widgets import Menu, Pointed, Rows, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from intake.questionnaire.engine import Line

R = TypeVar("R")

F2 = Key(("f2",), "back", "F2", "back")
MARKS = {"answered": "✓", "skipped": "-", "required": "!", "open": " "}
WIDTH = 70  # of a row of the review, on 80 columns
LONGEST = 400  # characters of an answer in the review; the whole stands at its question


class Over(PrivateScreen[R]):
    """A screen over the interview: it says of the talk what the interview says, and not that all is saved."""

    def saved(self) -> str:
        """What the interview says; nothing before there is one."""
        below = (one for one in self.app.screen_stack if isinstance(one, PrivateScreen) and one is not self)
        return next((one.saved() for one in below if one.in_interview), "")


class Ways(Over[str]):
    """A few sentences, and what can be done: by a digit, or the arrows and Enter."""

    KEYS: ClassVar[tuple[Key, ...]] = (CHOOSE, F2)

    def __init__(self, case: str, what: str, head: Sequence[str], rows: Sequence[tuple[str, str]]) -> None:
        super().__init__(case)
        self._what = what
        self._head_lines = head
        self._rows = rows

    def _head(self) -> str:
        return " · ".join(part for part in (self.case, self._what) if part)

    def body(self) -> Iterable[Widget]:
        """What is said, then the ways."""
        for at, line in enumerate(self._head_lines):
            yield Words(line, classes="question" if at == 0 else "")
        yield Menu(self._rows)

    def on_mount(self) -> None:
        """The keys go to the ways."""
        self.set_focus(self.query_one(Menu))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """This one."""
        event.stop()
        self.dismiss(event.option.id)


class Review(Over[str]):
    """All questions with what was answered; Enter goes to one."""

    what: ClassVar[str] = "review"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key((), "", "↑↓", "choose"),
        Key((), "", "Enter", "go there"),
        Key(("f2", "f9"), "back", "F2", "back"),
    )

    def __init__(self, case: str, lines: Sequence[Line], here: str) -> None:
        super().__init__(case)
        self._lines = lines
        self._here = here

    def body(self) -> Iterable[Widget]:
        """The signs and how much is missing, then a row for each question under its section."""
        t = self.t
        missing = sum(line.state == "required" for line in self._lines)
        said = t.plural("{n} is still needed.", "{n} are still needed.", n=missing) if missing else ""
        yield Words(f"{t('✓ answered   - no answer and why   ! still needed')}\n{said}".rstrip(), classes="quiet")
        rows: list[Option] = []
        section = None
        for line in self._lines:
            if line.section != section:
                section = line.section
                rows.append(Option(section.upper(), disabled=True))
            rows.append(Option(_row(line), id=line.key))
        yield Pointed(*rows, id="lines", markup=False, compact=True)

    def on_mount(self) -> None:
        """Begin where the interview is."""
        found = self.query_one(OptionList)
        keys = [option.id for option in found.options]
        wanted = [line.key for line in self._lines if line.key == self._here or line.state == "required"]
        here = self._here if self._here in keys else next(iter(wanted), None)
        found.highlighted = keys.index(here) if here in keys else None
        self.set_focus(found)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go there."""
        event.stop()
        self.dismiss(event.option.id)


def _row(line: Line) -> str:
    about = f"{line.about}: " if line.about else ""
    shown = " ".join(line.shown.split())
    shown = shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"
    asked = textwrap.wrap(f"{about}{line.label}", WIDTH)
    rows = [*asked, *(f"  {row}" for row in textwrap.wrap(shown, WIDTH - 2))]
    return f" {MARKS[line.state]}  " + "\n    ".join(rows)


class Aloud(Over[None]):
    """The person's own words, alone on the screen, to be read to them; under them the facts that they gave."""

    what: ClassVar[str] = "read back"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key((), "", "↑↓", "read on"),
        Key(("enter", "f2"), "back", "Enter", "back"),
    )

    def __init__(self, case: str, text: str, noted: Sequence[Line]) -> None:
        super().__init__(case)
        self._text = text
        self._noted = noted

    def body(self) -> Iterable[Widget]:
        """The text, then what was written down, by section and by whom or what it is about."""
        yield Words(self._text, classes="aloud")
        head = ""
        for line in self._noted:
            above = " · ".join(part for part in (line.section, line.about) if part)
            if above != head:
                head = above
                yield Words(head, classes="head")
            yield Words(f"{line.label} — {line.shown}", classes="noted")

    def compose(self) -> ComposeResult:
        """As every screen; the page itself takes the arrows."""
        for widget in super().compose():
            if isinstance(widget, VerticalScroll):
                widget.can_focus = True
            yield widget

    def on_mount(self) -> None:
        """The arrows move the text."""
        self.set_focus(self.query_one("#page"))


class Pause(Over[str]):
    """Nothing of the talk is on the screen; since when, and how to go on."""

    what: ClassVar[str] = "pause"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key(("enter",), "go_on", "Enter", "go on"),
        Key(("q", "f2"), "leave_it", "q", "leave; it goes on here later"),
    )

    def __init__(self, case: str, since: str) -> None:
        super().__init__(case)
        self._since = since

    def body(self) -> Iterable[Widget]:
        """Since when."""
        t = self.t
        yield Words(t("A pause since {time}.", time=self._since), classes="question")
        yield Words(t("Everything is saved. Water, air, quiet. Nobody has to go on."))

    def action_go_on(self) -> None:
        """The talk goes on."""
        self.dismiss("on")

    def action_leave_it(self) -> None:
        """Another time."""
        self.dismiss("leave")


class Explained(Over[None], Told):
    """The question's own help, and what the keys do: `keys`, a line for each, its name before two blanks."""

    def __init__(self, title: str, keys: str, *lines: str) -> None:
        super().__init__(title, *lines)
        self._printed = [line.partition("  ") for line in keys.split("\n")]

    def body(self) -> Iterable[Widget]:
        """The keys hang: a name at the left, and what it does beside it."""
        yield from super().body()
        yield Rows(*(Horizontal(Words(key, classes="sign key"), Words(does, classes="text"))
                     for key, _, does in self._printed))  # fmt: skip
