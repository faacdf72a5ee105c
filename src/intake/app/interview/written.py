"""A text of several lines, typed in an editor that lives in memory; the screen saves it while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import TextArea

from intake.app.interview.answer import Edited, Given
from intake.app.interview.one_by_one import InLine
from intake.app.interview.paragraphs import Paragraph

if TYPE_CHECKING:
    from rich.text import Text
    from textual.events import Key as Pressed
    from textual.widget import Widget

    from intake.questionnaire.talk import Json


class Box(InLine, TextArea):
    """Several lines, in memory only. `writes`: Enter is a new paragraph; else it hands in."""

    def __init__(self, text: str, *, writes: bool) -> None:
        super().__init__(text, compact=True, highlight_cursor_line=False, id="answer")
        self._writes = writes
        self._before = text
        self.set_class(not writes, "short")
        self.move_cursor(self.document.end)

    def get_line(self, line_index: int) -> Text:
        """A paragraph to be drawn."""
        return Paragraph(self.document.get_line(line_index))

    async def on_key(self, event: Pressed) -> None:
        """Enter, where it ends the answer."""
        if event.key == "enter" and not self._writes:
            event.stop()
            event.prevent_default()
            self.post_message(Given(self.given()))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the screen, which saves it before two seconds are over."""
        event.stop()
        self.post_message(Edited())

    @property
    def unfinished(self) -> Json:
        """All of it, as it stands."""
        return self.text

    def put_back(self, unfinished: Json) -> None:
        """As it was left."""
        if isinstance(unfinished, str) and unfinished != self.text:
            self.load_text(unfinished)
            self.move_cursor(self.document.end)

    def given(self) -> tuple[str, ...]:
        """The text; what was not changed, or holds nothing, leaves the answer as it is."""
        return (self.text,) if self.text.strip() and (self._writes or self.text != self._before) else ()

    @property
    def place(self) -> Widget:
        """Itself."""
        return self
