"""An answer of one line, and under it what it may be one of: places that were named, or those of the codifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from intake.app.interview.answer import Edited, Given, row
from intake.app.interview.one_by_one import InLine
from intake.app.widgets import Pointed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Key as Pressed
    from textual.widget import Widget

    from intake.questionnaire.choices import Choice
    from intake.questionnaire.scenes import Asked
    from intake.questionnaire.talk import Json

PLAIN = frozenset({"text", "name", "number", "code_word"})  # shown as they are typed


class Entry(InLine, Input):
    """The line itself."""

    def __init__(self, value: str) -> None:
        super().__init__(value=value, compact=True, select_on_focus=False, id="entry")


class Typed(Vertical):
    """One line, and under it what it may be one of: places that were named, or those of the codifier."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(id="answer")
        self._stored = asked.shown if asked.kind in PLAIN else ""
        self._named = asked.choices if asked.kind == "place" else ()
        self._offered: Sequence[Choice] = self._named
        self._entry = Entry(self._stored)
        self._list = Pointed(id="offered", markup=False, compact=True)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        """The line, what is understood, what is offered."""
        yield self._entry
        yield Static("", id="echo", markup=False)
        yield self._list

    def on_mount(self) -> None:
        """Offer what there is."""
        self.echo("")
        self.offer(self._offered)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Other places, none of them marked."""
        self._offered = choices
        self._list.clear_options()
        # A digit names one of those named before; after words it would be a part of them: the arrow leads there.
        numbered = choices is self._named
        self._list.add_options([Option(row(choice, numbered=numbered)) for choice in choices])
        self._list.display = bool(choices)
        self.set_class(bool(choices), "offers")
        self._list.highlighted = None

    def echo(self, said: str) -> None:
        """How it is understood so far."""
        shown = self.query_one("#echo", Static)
        shown.update(said)
        shown.display = bool(said)

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self._entry.value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the screen; what was named before is offered again when nothing is typed."""
        event.stop()
        if not self.text or self.text == self._stored:
            self.offer(self._named)
        self.post_message(Edited())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: what is marked in the list, else what is typed."""
        event.stop()
        at = self._list.highlighted
        chosen = None if at is None else self._offered[at]
        if chosen is None:
            self.post_message(Given(self.given()))
        elif self._offered is self._named:
            self.post_message(Given((str(chosen.number),)))
        else:  # first the words, which always stay; then which of the codifier's they are
            self.post_message(Given((self.text, str(chosen.number))))

    def on_key(self, event: Pressed) -> None:
        """Up and down go through what is offered."""
        if event.key in {"up", "down"} and self._offered:
            event.stop()
            at = self._list.highlighted
            if at is None:
                self._list.highlighted = 0 if event.key == "down" else len(self._offered) - 1
            else:
                self._list.highlighted = (at + (1 if event.key == "down" else -1)) % len(self._offered)

    @property
    def unfinished(self) -> Json:
        """What is typed and not stored."""
        return None if self.text == self._stored else self.text

    def put_back(self, unfinished: Json) -> None:
        """As it was left."""
        if isinstance(unfinished, str):
            self._entry.value = unfinished
            self._entry.cursor_position = len(unfinished)

    def given(self) -> tuple[str, ...]:
        """What is typed; what was not changed leaves the answer as it is."""
        return (self.text,) if self.text.strip() and self.unfinished is not None else ()

    @property
    def place(self) -> Widget:
        """The line."""
        return self._entry
