"""A text to be read aloud to its end; only there it is asked whether all of it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from intake.app.interview.answer import Edited, Given
from intake.app.interview.one_by_one import InLine
from intake.app.interview.typed import Entry

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key as Pressed
    from textual.widget import Widget

    from intake.questionnaire.scenes import Asked
    from intake.questionnaire.talk import Json


class Read(Vertical):
    """A text to be read aloud, whole; only at its end it is asked whether all of it was said."""

    KEYS_DOWN: ClassVar[frozenset[str]] = frozenset({"space", "enter", "pagedown"})

    def __init__(self, asked: Asked, *, was_read: bool) -> None:
        super().__init__(id="answer")
        self._text = asked.text
        self.was_read = was_read
        self._entry = Entry("")

    def compose(self) -> ComposeResult:
        """The text, and the line under it."""
        with _Page(id="text", can_focus=True):
            yield Static(self._text, markup=False)
        yield self._entry

    def on_mount(self) -> None:
        """The line comes when all was seen."""
        self._entry.display = self.was_read
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        page = self.query_one(_Page)
        if not self.was_read and page.scroll_target_y >= page.max_scroll_y:
            self.was_read = True
            self._entry.display = True
            self.screen.set_focus(self._entry)
            self.post_message(Edited())

    def on_key(self, event: Pressed) -> None:
        """Down to the end; from the line too, up and down move the text."""
        page, in_line = self.query_one(_Page), self._entry.has_focus
        if event.key in {"up", "pageup"}:
            page.scroll_relative(y=-1 if event.key == "up" else 1 - page.size.height, animate=False)
        elif event.key == "down" or (event.key in self.KEYS_DOWN and not in_line) or event.key == "pagedown":
            page.scroll_relative(y=1 if event.key == "down" else page.size.height - 1, animate=False)
        else:
            return
        event.stop()
        event.prevent_default()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What was typed."""
        event.stop()
        self.post_message(Given(self.given()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(Edited())

    @property
    def unfinished(self) -> Json:
        """What is typed."""
        return self._entry.value or None

    def put_back(self, unfinished: Json) -> None:
        """As it was left."""
        self._entry.value = unfinished if isinstance(unfinished, str) else ""

    def given(self) -> tuple[str, ...]:
        """What is typed."""
        return (self._entry.value,) if self._entry.value.strip() else ()

    @property
    def place(self) -> Widget:
        """The text until it was read, then the line."""
        return self._entry if self.was_read else self.query_one(_Page)


class _Page(InLine, VerticalScroll):
    """A long text."""
