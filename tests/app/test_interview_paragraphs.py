"""The editor draws a paragraph as Textual's own would, row by row, however long it is."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.widgets import TextArea

from intake.app.interview.written import Box

TEXTS = (
    "",
    "Коротко.",
    "Вони прийшли вранці, коли ми ще спали. " * 40,
    "з\tтабуляцією\tпосеред " * 30,
    "рядок\n" * 30 + "Останній абзац, який не вміщається в один рядок екрана зовсім. " * 5,
    "безпробілів" * 40,
)


class Side(App[None]):
    """One editor."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = []

    def __init__(self, editor: TextArea) -> None:
        super().__init__()
        self.editor = editor

    def compose(self) -> ComposeResult:
        """It alone."""
        yield self.editor


def drawn(editor: TextArea, keys: tuple[str, ...]) -> list[str]:
    """What is on the screen after some keys."""

    async def run() -> list[str]:
        app = Side(editor)
        async with app.run_test(size=(40, 12)) as pilot:
            editor.focus()
            editor.move_cursor(editor.document.end)
            await pilot.press(*keys)
            await pilot.pause()
            return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]

    return asyncio.run(run())


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("keys", [(), ("щ", "backspace", "й"), ("up", "up", "shift+left", "shift+up"), ("home", "ф")])
def test_what_is_drawn_is_what_textual_draws(text: str, keys: tuple[str, ...]) -> None:
    """The same rows, with tabs, a selection, long words and many paragraphs."""
    theirs = TextArea(text, compact=True, highlight_cursor_line=False)
    assert drawn(Box(text, writes=True), keys) == drawn(theirs, keys)
