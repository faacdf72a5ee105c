"""The interview screen on a real, enrolled laptop whose interviewer is trained for everything.

    def test_x(tmp_path):
        async def story(at): await at.begin(); await at.answer_until("narrative"); assert at.question == "narrative"
        talk(story, laptop(tmp_path))

`python -m tests.worlds.app_interview HOME` is the real thing on a terminal, with a clock that goes.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.events import Key
from textual.keys import _character_to_key

from intake.app.interview import InterviewScreen
from intake.app.interview.read_out import Read
from intake.app.interview.written import Box
from intake.app.start import start
from intake.usecases.environment import Environment
from intake.usecases.interview import interview
from intake.usecases.org_enrol import Profile
from tests.worlds.app import Sitting, sit
from tests.worlds.loop import LOG_N, PASSPHRASE, environment, found
from tests.worlds.questionnaire import ANSWERS, answer_until, at_gate, question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from textual.pilot import Pilot

    from intake.app.application import IntakeApp
    from intake.i18n import Language
    from intake.questionnaire.scenes import Asked

TRAINED = Profile(trained_full=True, trained_child=True, trained_sv=True)
KINDS = ("first_account", "search_only", "referral_only", "full_account")  # as the screen numbers them
BEFORE_CONSENT = frozenset(
    {"present", "languages", "risk_flags", "consent_text", "store"}
)  # of those that tests begin at
CHARACTERS = {"enter": "\r", "tab": "\t", "space": " "}
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


@cache
def _halfway(stop: str, kind: str) -> tuple[Path, str]:
    """That laptop with one draft which stands at a question, answered in lines; and its case code."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = laptop(folder)
    env = environment(home)
    with interview(env, mode=kind) as running:
        answer_until(running.session, stop)
        assert question(running.session) == stop
    return home, running.case


def halfway(folder: Path, stop: str, kind: str = KINDS[0]) -> tuple[Path, str]:
    """A copy of it, and the case code."""
    home, case = _halfway(stop, kind)
    return Path(shutil.copytree(home, folder / "laptop")), case


class Talking(Sitting):
    """Somebody who takes an interview."""

    async def press(self, *keys: str) -> None:
        """Key by key; what each sets in motion is waited for."""
        for key in keys:
            self.app.post_message(
                Key(*((_character_to_key(key), key) if len(key) == 1 else (key, CHARACTERS.get(key))))
            )
            await self.settle()

    async def settle(self) -> None:
        """Until nothing is under way but what waits for a key."""
        quiet = 0
        for _ in range(3000):
            await asyncio.sleep(0.002)
            quiet = 0 if self._busy() else quiet + 1
            if quiet == 3:
                await self.pilot.pause()
                if not self._busy():
                    return
                quiet = 0  # the clock ticked meanwhile
        raise AssertionError("it never comes to rest")

    def _busy(self) -> bool:
        top = self.app.screen
        working = getattr(top, "_working", 0) or not (top._message_queue.empty() and self.app._message_queue.empty())
        line = top.line if isinstance(top, InterviewScreen) else None
        waits = line is not None and (line._since or line._waiting)
        return bool(
            working
            or waits
            or any(one.is_running and one.group in BRIEF and one.node is top for one in self.app.workers)
        )

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

    async def open(self, case: str) -> None:
        """Unlock; the draft, where it stopped."""
        await self.unlock()
        self.app.open_interview(case)
        await self.settle()

    async def begin(self, kind: str = KINDS[0]) -> None:
        """Unlock; from Home, a new testimony of that kind."""
        await self.unlock()
        await self.press("1", str(KINDS.index(kind) + 1))

    async def unlock_again(self) -> None:
        """The passphrase, and the interview."""
        await self.type(PASSPHRASE)
        await self.until("InterviewScreen")

    async def write(self, text: str) -> None:
        """Letter by letter, faster than anybody types; nothing is handed in."""
        for sign in text:
            self.app.post_message(Key("enter", "\r") if sign == "\n" else Key(_character_to_key(sign), sign))
        await self.settle()

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

    async def answer_until(
        self, stop: str = "", answers: Mapping[str, str] | None = None, *, once: bool = False
    ) -> None:
        """Answer by the tables, one member of each repeat, until a question is shown, the end, or another screen.

        `once`: only the question that is shown.
        """
        typed = ANSWERS | dict(answers or {})
        for _ in range(300):
            asked, before = self.question, self.screen.page
            if asked in (stop, ""):
                return
            if asked.endswith("+"):
                await self.answer(at_gate(self.screen.talk.session))
            elif asked in typed:
                await self.answer(typed[asked])
                if self.question == asked and self.asked.kind == "place":
                    await self.press("tab")  # the words are there; which of the codifier's it is, is left open
            else:
                await self.press("tab")
            if self.app.screen is not self.screen:
                return
            assert self.screen.page is not before, f"stays at {asked}:\n{self.shown}"
            if once:
                return
        raise AssertionError(asked)

    def draft(self) -> dict[str, Any]:
        """What the vault holds of it now."""
        vault = self.app.session.env.vault
        assert vault is not None
        kept = vault.drafts.get(self.screen.case)
        return {} if kept is None else {path: one.value for path, one in vault.drafts.values(kept.id).items()}


def talk_at(folder: Path, stop: str, story: Callable[[Talking], Awaitable[None]], kind: str = KINDS[0]) -> Path:
    """Run the story in a sitting that begins at that question; the home."""
    before = stop in BEFORE_CONSENT  # nothing is on the disk then: it is answered by keys
    home, case = (laptop(folder), "") if before else halfway(folder, stop, kind)

    async def told(at: Talking) -> None:
        if before:
            await at.begin(kind)
            await at.answer_until(stop)
        else:
            await at.open(case)
        assert at.question == stop
        await story(at)

    talk(told, home)
    return home


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
