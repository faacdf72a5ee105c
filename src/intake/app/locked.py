"""What is on the screen when nobody may read it: the time and a place to type, or nothing at all.

Neither says what this program is, whose it is, or how much is in it.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import Horizontal
from textual.widgets import Static

from intake.app.base import PrivateScreen
from intake.app.widgets import Field, Words
from intake.errors import IntakeError, WrongPassphrase
from intake.usecases.saying import error_words, sentence

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key as Pressed
    from textual.widgets import Input

    from intake.app.keys import Key

CLOCK_SECONDS = 5.0
# Loaded while the passphrase is typed and the key derived, so that the first screen is there at once.
BEFOREHAND = ("intake.app.home", "intake.usecases.gaps")


class Locked(PrivateScreen[None]):
    """The clock and the passphrase."""

    KEYS: ClassVar[tuple[Key, ...]] = ()

    def compose(self) -> ComposeResult:
        """As little as can be."""
        yield Static(self._time(), id="clock", markup=False)
        with Horizontal(id="unlock"):
            yield Words(self.t("Passphrase") + ": ", id="prompt")
            yield Field(secret=True)
        yield Words("", id="refused")

    def on_mount(self) -> None:
        """The clock goes on; the next screens are loaded meanwhile."""
        self.set_interval(CLOCK_SECONDS, self.show_lines)
        self.query_one(Field).focus()
        self.run_worker(lambda: _load(BEFOREHAND), thread=True, exit_on_error=False)

    def show_lines(self) -> None:
        """The clock."""
        for clock in self.query("#clock").results(Static):
            clock.update(self._time())

    def _time(self) -> str:
        return f"{self.intake.session.env.clock().astimezone():%H:%M}"

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try it."""
        del event
        typed = self.query_one(Field).take()
        if typed and not self._working:
            self._unlock(typed)

    @work
    async def _unlock(self, passphrase: str) -> None:
        t = self.t
        refused = self.query_one("#refused", Words)
        refused.update("…")
        try:
            with self.working():
                await asyncio.to_thread(self.intake.session.unlock, passphrase)
        except WrongPassphrase:
            refused.update(t("Not this one."))
        except IntakeError as error:
            refused.update(" ".join(sentence(part) for part in error_words(error, t)))
        else:
            self.intake.call_later(self.intake.unlocked)


class Blank(PrivateScreen[None]):
    """Nothing but the time, while the vault is still open in an interview; any key brings back what was there."""

    KEYS: ClassVar[tuple[Key, ...]] = ()

    def compose(self) -> ComposeResult:
        """The time."""
        yield Static(f"{self.intake.session.env.clock().astimezone():%H:%M}", id="clock", markup=False)

    def on_mount(self) -> None:
        """The clock goes on."""
        self.set_interval(CLOCK_SECONDS, self.show_lines)

    def show_lines(self) -> None:
        """The clock."""
        for clock in self.query("#clock").results(Static):
            clock.update(f"{self.intake.session.env.clock().astimezone():%H:%M}")

    async def on_key(self, event: Pressed) -> None:
        """Whatever key: it does nothing else."""
        event.stop()
        self.dismiss(None)


def _load(modules: tuple[str, ...]) -> None:
    for name in modules:
        importlib.import_module(name)
