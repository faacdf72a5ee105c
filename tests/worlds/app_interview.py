"""The application on a real, enrolled laptop in a temp folder, driven by Textual's own driver.

`async with sitting(folder) as at:` unlocks it; `at.press("f2")`, `at.type("слова")`, `at.shows()` (the screen as text).
Keys are sent apart, each dealt with before the next. `python -m tests.worlds.app_interview HOME [PASSPHRASE]` is the
real thing on a terminal, with a clock that goes.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from intake.app.application import IntakeApp
from intake.app.base import PrivateScreen
from intake.app.interview import InterviewScreen
from intake.app.interview.answers import Box, Read
from intake.app.interview.detours import Ways
from intake.app.start import start
from intake.store.vault import Vault
from intake.usecases.environment import Environment, now
from intake.usecases.org_enrol import Profile
from tests.worlds.loop import LOG_N, NOW, PASSPHRASE, World, environment, found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime
    from typing import Any

    from textual.pilot import Pilot

    from intake.i18n import Language, Translator
    from intake.usecases.environment import Ask, Progress

TRAINED = Profile(trained_full=True, trained_child=True, trained_sv=True)
SHORTEST = {"uk": "Перша стисла розповідь"}


@cache
def _made() -> Path:
    """An organisation with one laptop whose interviewer is trained for everything; made once a run."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world: World = found(folder)
    world.laptop("laptop", TRAINED)
    return folder


def laptop(folder: Path) -> Path:
    """A copy of that laptop."""
    home = folder / "laptop"
    shutil.copytree(_made() / "laptop", home)
    return home


@dataclass
class Sitting:
    """Somebody at the keyboard."""

    app: IntakeApp
    pilot: Pilot[int]
    home: Path

    async def press(self, *keys: str) -> None:
        """One after the other, each dealt with before the next."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Letter by letter."""
        for sign in text:
            await self.pilot.press({"\n": "enter", " ": "space"}.get(sign, sign))
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is under way but what waits for a key."""
        quiet = 0
        for _ in range(500):
            await self.pilot.pause(0.003)
            busy = any(one.is_running and one.group in BRIEF for one in self.app.workers)
            screens = [one for one in self.app.screen_stack if isinstance(one, PrivateScreen)]
            lines = [one.line for one in screens if isinstance(one, InterviewScreen)]
            busy = busy or any(one._working for one in screens) or any(line._since for line in lines)
            quiet = 0 if busy else quiet + 1
            if quiet == 3:
                return
        raise AssertionError("it never comes to rest")

    async def unlock(self) -> None:
        """The passphrase."""
        for _ in range(50):
            if self.app.screen.query("Field"):
                break
            await self.pilot.pause(0.02)
        self.app.screen.query_one("Field").value = PASSPHRASE  # type: ignore[attr-defined]
        await self.pilot.press("enter")
        for _ in range(200):
            await self.pilot.pause(0.02)
            if not self.app.session.locked and not self.app.hidden:
                break
        await self.settle()

    @property
    def screen(self) -> InterviewScreen:
        """The interview, wherever it is in the stack."""
        return next(one for one in self.app.screen_stack if isinstance(one, InterviewScreen))

    @property
    def question(self) -> str:
        """The id of the question that is shown; empty at the end."""
        page = self.screen.page
        return page.asked.key.split("@")[0] if page and page.asked else ""

    def shows(self) -> str:
        """What can be read on the screen."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        assert len(lines) <= height
        return "\n".join("".join(segment.text for segment in strip).rstrip()[:width] for strip in lines)

    async def begin(self, kind: int = 1) -> None:
        """From Home: a new testimony of that kind."""
        await self.press("1", str(kind))

    async def answer(self, typed: str) -> None:
        """What the tables of tests.worlds.questionnaire say for lines, with the keys of the screen."""
        asked = self.screen.page.asked if self.screen.page else None
        assert asked is not None
        widget = self.screen._answer
        if isinstance(widget, Read):
            while not widget.was_read:
                await self.press("pagedown")
            await self.type(typed)
            await self.press("enter")
        elif isinstance(widget, Box):
            await self.type(typed)
            await self.press("tab")
        elif asked.choices and asked.kind != "place":
            await self._choose(typed, many=asked.many, is_long=asked.choices[-1].number > 9)
        else:
            await self.type(typed)
            await self.press("enter")

    async def _choose(self, typed: str, *, many: bool, is_long: bool) -> None:
        if not many:
            await self.type(typed)
            if is_long or not typed.isdecimal():
                await self.press("enter")
            return
        for number in typed.split() if typed[0].isdecimal() else [typed]:
            await self.type(number)
            if is_long or not number.isdecimal():
                await self.press("enter")
        await self.press("tab")

    async def answer_until(self, stop: str = "", answers: Mapping[str, str] | None = None, *, members: int = 1) -> None:
        """Answer by the tables (one member of each repeat) until a question is shown, or the end."""
        from tests.worlds.questionnaire import ANSWERS, WITH_ONE_EACH  # noqa: PLC0415  long tables

        typed, gates = ANSWERS | dict(answers or {}), dict(WITH_ONE_EACH) if members else {}
        for _ in range(300):
            asked = self.question
            if asked in (stop, "") or self.app.screen is not self.screen:
                return
            before = self.screen.page
            if asked.endswith("+"):
                await self.answer(gates.pop(asked, "2"))
            elif asked in typed:
                await self.answer(typed[asked])
            else:
                await self.press("tab")
            if self.screen.page is not before and self.question == asked and asked == "place":
                await self.press("tab")
            assert self.screen.page is not before or self.app.screen is not self.screen, f"stays at {asked}"
        raise AssertionError(asked)

    def draft(self) -> dict[str, Any]:
        """What the vault holds of it now, read beside the application."""
        vault = self.app.session.env.vault
        assert vault is not None
        kept = vault.drafts.get(self.screen.case)
        return {} if kept is None else {path: one.value for path, one in vault.drafts.values(kept.id).items()}


BRIEF = frozenset({"fill", "echo", "save"})


def make_env(home: Path, at: datetime | None) -> Any:
    """What the application asks for its world."""

    def make(t: Translator, ask: Ask, progress: Progress) -> Environment:
        clock = now if at is None else lambda: at
        return Environment(home=home, t=t, ask=ask, clock=clock, progress=progress, log_n=LOG_N)

    return make


@asynccontextmanager
async def sitting(
    folder: Path, *, lang: Language = "uk", size: tuple[int, int] = (80, 24), home: Path | None = None
) -> AsyncIterator[Sitting]:
    """The application, unlocked, at Home."""
    home = home or laptop(folder)
    app = IntakeApp(make_env(home, NOW), lang)
    async with app.run_test(size=size) as pilot:
        at = Sitting(app, pilot, home)
        await at.unlock()
        yield at


def main(home: str, passphrase: str = PASSPHRASE) -> int:
    """On a terminal; the passphrase is typed there."""
    del passphrase
    return start(make_env(Path(home), None), "uk")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
