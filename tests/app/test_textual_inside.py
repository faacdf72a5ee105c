"""What the application uses of Textual and Rich that they promise nobody.

Each is here with what it is for. A version that has changed one fails here, with a sentence that says where to look,
and not in the middle of an interview.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
import textual
from rich.text import Text
from textual.app import App
from textual.events import Key
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import TextArea

if TYPE_CHECKING:
    from collections.abc import Callable

INSIDE: tuple[tuple[str, Callable[..., object], tuple[str, ...], str], ...] = (
    ("app/interview/one_by_one.py", Key._set_forwarded, ("self",), "marks a key that is on its way"),
    ("app/interview/one_by_one.py", Widget._forward_event, ("self", "event"), "hands a key to who has the focus"),
    ("app/interview/paragraphs.py", TextArea.get_line, ("self", "line_index"), "gives a paragraph to be drawn"),
    ("app/interview/paragraphs.py", Text.divide, ("self", "offsets"), "cuts a paragraph into its rows"),
    ("app/application.py", App._handle_exception, ("self", "error"), "would print every local variable"),
    ("app/application.py", MessagePump._close_messages_no_wait, ("self",), "ends the application after a crash"),
)


@pytest.mark.parametrize(("file", "used", "takes", "what"), INSIDE, ids=lambda one: getattr(one, "__name__", None))
def test_what_is_nobodys_promise_is_still_there(
    file: str, used: Callable[..., object], takes: tuple[str, ...], what: str
) -> None:
    """The name, and what it is called with."""
    has = tuple(inspect.signature(used).parameters)[: len(takes)]
    assert has == takes, (
        f"Textual {textual.__version__} has changed {used.__qualname__}, which {what}: it takes {has}, not {takes}. "
        f"src/intake/{file} leans on it; look there before this version is taken."
    )


@pytest.mark.parametrize("name", ["_exception", "_exception_event", "_return_code", "_bindings", "_clipboard"])
def test_what_the_application_sets_is_still_read_by_textual(name: str) -> None:
    """Set by app/application.py; nobody would notice if Textual went by another name."""
    source = inspect.getsource(App) + inspect.getsource(App.__mro__[1])
    assert f"self.{name}" in source, f"Textual {textual.__version__} no longer has App.{name}: see app/application.py"


def test_a_paragraph_is_cut_once_for_a_row_that_is_drawn() -> None:
    """The editor still asks for one row of what `divide` gives; else app/interview/paragraphs.py gains nothing."""
    source = inspect.getsource(TextArea)
    assert ".divide(" in source, (
        f"Textual {textual.__version__} no longer cuts a paragraph by Text.divide: app/interview/paragraphs.py is of "
        "no use then, and an account of 20,000 words is slow or drawn wrong. Measure it: python bench/app_typing.py"
    )
