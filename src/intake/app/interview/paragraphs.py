"""A paragraph as the editor draws it, row by row, however long it is.

Textual cuts a whole paragraph into all of its rows for each row that it draws: in an account that somebody types
without ever pressing Enter, a key would take a fifth of a second. This cuts out the one row that is drawn. Nothing here
changes a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


NOTHING = Text()


class Paragraph(Text):
    """What `TextArea.get_line` gives: the same as a Text of it, whose `divide` cuts when a piece is asked for."""

    def __init__(self, line: str) -> None:
        super().__init__("", end="", no_wrap=True)
        self._hold(line)

    def _hold(self, line: str) -> None:
        """Without looking at every letter: control characters are no part of what is typed or pasted here."""
        self._text = [line]
        self._length = len(line)

    def set_length(self, new_length: int) -> None:
        """Blanks at the end, or less of it."""
        self._hold(self.plain[:new_length].ljust(new_length))

    def divide(self, offsets: Iterable[int]) -> Pieces:  # type: ignore[override]  # all that is asked of it is an item
        """The rows, none of them cut yet."""
        return Pieces(self, (0, *offsets, len(self)))


class Pieces:
    """The rows of a paragraph: first the one that is drawn is asked for, then those before it, for their tabs only."""

    def __init__(self, paragraph: Paragraph, edges: Sequence[int]) -> None:
        self._paragraph = paragraph
        self._edges = edges
        self._drawn = False

    def __getitem__(self, at: int) -> Text:
        """One row, with what marks it; nothing for the others, where there is no tab at all."""
        if self._drawn and "\t" not in self._paragraph.plain:
            return NOTHING
        self._drawn = True
        start, end = self._edges[at], self._edges[at + 1]
        row = Text(self._paragraph.plain[start:end], end="", no_wrap=True)
        for span in self._paragraph.spans:
            if span.start < end and span.end > start:
                row.spans.append(Span(max(span.start, start) - start, min(span.end, end) - start, span.style))
        return row
