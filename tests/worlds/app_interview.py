"""The interview screen on a real, enrolled laptop whose interviewer is trained for everything.

    def test_x(tmp_path):
        async def story(at): await at.begin(); await at.answer_until("narrative"); assert at.question == "narrative"
        talk(story, laptop(tmp_path))

`python -m tests.worlds.app_interview HOME` is the real thing on a terminal, with a clock that goes.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake.app.base import PrivateScreen
from intake.app.interview import InterviewScreen
from intake.app.interview.answers import Box, Read
from intake.app.start import start
from intake.usecases.environment import Environment
from intake.usecases.org_enrol import Profile
from tests.worlds.app import Sitting, sit
from tests.worlds.loop import LOG_N, PASSPHRASE, found
from tests.worlds.questionnaire import ANSWERS, WITH_ONE_EACH

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from textual.pilot import Pilot

    from intake.app.application import IntakeApp
    from intake.i18n import Language
    from intake.questionnaire.scenes import Asked

TRAINED = Profile(trained_full=True, trained_child=True, trained_sv=True)
KINDS = ("first_account", "search_only", "referral_only", "full_account")  # as the screen numbers them
BRIEF = frozenset({"fill", "echo", "save", "default"})  # groups of workers that wait for no key


@cache
def _made(profile: Profile) -> Path:
    """An organisation with one laptop; made once a run."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    found(folder).laptop("laptop", profile)
    return folder


def laptop(folder: Path, profile: Profile = TRAINED) -> Path:
    """The home of a copy of that laptop."""
    return Path(shutil.copytree(_made(profile) / "laptop", folder / "laptop"))


class Talking(Sitting):
    """Somebody who takes an interview."""

    async def settle(self) -> None:
        """Until nothing is under way but what waits for a key."""
        quiet = 0
        for _ in range(1000):
            await self.pilot.pause(0.003)
            busy = any(one.is_running and one.group in BRIEF for one in self.app.workers)
            screens = [one for one in self.app.screen_stack if isinstance(one, PrivateScreen)]
            lines = [one.line for one in screens if isinstance(one, InterviewScreen)]
            busy = busy or any(one._working for one in screens) or any(line._since for line in lines)
            quiet = 0 if busy else quiet + 1
            if quiet == 3:
                return
        raise AssertionError("it never comes to rest")

    @property
    def screen(self) -> InterviewScreen:
        """The interview, wherever it is in the stack."""
        return next(one for one in self.app.screen_stack if isinstance(one, InterviewScreen))

    @property
    def asked(self) -> Asked:
        """What is asked."""
        assert self.screen.page is not None
        assert self.screen.page.asked is not None
        return self.screen.page.asked

    @property
    def question(self) -> str:
        """The id of the question that is shown; empty at the end."""
        page = self.screen.page
        return page.asked.key.split("@")[0] if page and page.asked else ""

    async def begin(self, kind: str = KINDS[0]) -> None:
        """Unlock; from Home, a new testimony of that kind."""
        await self.unlock()
        await self.press("1", str(KINDS.index(kind) + 1))

    async def unlock_again(self) -> None:
        """The passphrase, and the interview."""
        await self.type(PASSPHRASE)
        await self.until("InterviewScreen")

    async def write(self, text: str) -> None:
        """Letter by letter, as on a keyboard; nothing is handed in."""
        for sign in text:
            await self.pilot.press("enter" if sign == "\n" else sign)
        await self.settle()

    async def clear(self) -> None:
        """Take out what stands in the line."""
        await self.press("end", *["backspace"] * len(str(getattr(self.screen._answer, "text", ""))))

    async def answer(self, typed: str) -> None:
        """What the tables of tests.worlds.questionnaire say for lines, with the keys of the screen."""
        asked, widget = self.asked, self.screen._answer
        if isinstance(widget, Read):
            while not widget.was_read:
                await self.press("pagedown")
            await self.write(typed)
            await self.press("enter")
        elif isinstance(widget, Box):
            await self.write(typed)
            await self.press("tab")
        elif asked.choices and asked.kind != "place":
            await self._choose(typed, many=asked.many, is_long=asked.choices[-1].number > 9)
        else:
            await self.write(typed)
            await self.press("enter")

    async def _choose(self, typed: str, *, many: bool, is_long: bool) -> None:
        numbers = typed.split() if many and typed[0].isdecimal() else [typed]
        for number in numbers:
            await self.write(number)
            if is_long or not number.isdecimal():
                await self.press("enter")
        if many:
            await self.press("tab")

    async def answer_until(self, stop: str = "", answers: Mapping[str, str] | None = None) -> None:
        """Answer by the tables, one member of each repeat, until a question is shown, the end, or another screen."""
        typed, gates = ANSWERS | dict(answers or {}), dict(WITH_ONE_EACH)
        for _ in range(300):
            asked, before = self.question, self.screen.page
            if asked in (stop, ""):
                return
            if asked.endswith("+"):
                await self.answer(gates.pop(asked, "2"))
            elif asked in typed:
                await self.answer(typed[asked])
                if self.question == asked and self.asked.kind == "place":
                    await self.press("tab")  # the words are there; which of the codifier's it is, is left open
            else:
                await self.press("tab")
            if self.app.screen is not self.screen:
                return
            assert self.screen.page is not before, f"stays at {asked}:\n{self.shown}"
        raise AssertionError(asked)

    def draft(self) -> dict[str, Any]:
        """What the vault holds of it now."""
        vault = self.app.session.env.vault
        assert vault is not None
        kept = vault.drafts.get(self.screen.case)
        return {} if kept is None else {path: one.value for path, one in vault.drafts.values(kept.id).items()}


def talk(
    story: Callable[[Talking], Awaitable[None]],
    home: Path,
    *,
    lang: Language = "uk",
    size: tuple[int, int] = (80, 24),
) -> IntakeApp:
    """Run the story in a sitting of its own."""

    async def told(at: Sitting) -> None:
        pilot: Pilot[int] = at.pilot
        await story(Talking(at.app, pilot, at.seconds))

    return sit(told, home, lang=lang, size=size)


def main(home: str) -> int:
    """On a terminal; the passphrase is typed there."""
    return start(
        lambda t, ask, progress: Environment(home=Path(home), t=t, ask=ask, progress=progress, log_n=LOG_N), "uk"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
