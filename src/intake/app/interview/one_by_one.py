"""Keys, one at a time: the next one goes out only when everything that the one before it led to is done.

Textual hands a key to the widget that has the focus when the key arrives. A key that is read together with the Tab
before it would land in the question that is being left, and be lost. Here it waits, and lands in the next one.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, cast

from textual.events import Key, Paste
from textual.message import Message

if TYPE_CHECKING:
    from textual.events import Event
    from textual.screen import Screen
    from textual.widget import Widget as Mixed
else:
    Mixed = object  # Textual looks for the look of a widget along its first base that is one

AT_MOST_SECONDS = 10.0  # then the next key goes out whatever became of the one before it: never a dead keyboard


class Passed(Message):
    """Follows a key through the same queues, so it arrives where the key has been dealt with."""


class Line:
    """The queue of one screen."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._waiting: deque[Event] = deque()
        self._since = 0.0  # when the one that is out went; 0: none is

    def take(self, event: Event) -> None:
        """A key arrived."""
        self._waiting.append(event)
        if not self._since or time.monotonic() - self._since > AT_MOST_SECONDS:
            self._next()

    def passed(self) -> None:
        """The one that was out came up to the screen; the application's own keys (arrows) still come after it."""
        self._screen.app.call_later(self._next)

    def _next(self) -> None:
        self._since = 0.0
        while self._waiting and not self._since:
            event = self._waiting.popleft()
            target = self._screen.focused or self._screen
            event._set_forwarded()  # noqa: SLF001  as Textual marks what is on its way
            target.post_message(event)
            if target.post_message(Passed()):
                self._since = time.monotonic()


class InLine(Mixed):
    """A widget that takes its keys through the screen's queue; to be named before Textual's own class."""

    def _forward_event(self, event: Event) -> None:
        line = getattr(self.screen, "line", None)
        if isinstance(event, Key | Paste) and not event.is_forwarded and line is not None:
            cast("Line", line).take(event)
        else:
            super()._forward_event(event)
