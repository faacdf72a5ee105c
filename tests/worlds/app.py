"""The application on a real vault, driven by Textual's own driver, with a clock that only a test moves.

    def test_x(tmp_path):
        async def story(at): await at.unlock(); assert "Чернетки" in at.shown
        sit(story, laptop.env.home)

Keys are sent apart, and every deed is waited for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.events import Paste

from intake.app.application import IntakeApp
from intake.app.locked import Locked
from intake.app.timing import Timing
from intake.usecases.environment import Environment
from tests.worlds.loop import LOG_N, NOW, PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from intake.i18n import Language


@dataclass
class Seconds:
    """A clock of seconds that stands still."""

    now: float = 1000.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


@dataclass
class Sitting:
    """Somebody at the keys."""

    app: IntakeApp
    pilot: Pilot[int]
    seconds: Seconds = field(default_factory=Seconds)

    @property
    def shown(self) -> str:
        """The screen as text, rows without the blanks at their end."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def words(self) -> str:
        """The same in one line, so that a sentence is found wherever it was broken."""
        return " ".join(self.shown.split())

    @property
    def name(self) -> str:
        """Which screen is on top."""
        return type(self.app.screen).__name__

    async def press(self, *keys: str) -> None:
        """Key by key; what each sets in motion is waited for."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str, *, enter: bool = True) -> None:
        """A line; pasted, because a key takes Textual's driver some milliseconds."""
        focused = self.app.focused
        assert focused is not None
        focused.post_message(Paste(text))
        await self.pilot.pause()
        await self.press(*(["enter"] if enter else []))

    async def settle(self) -> None:
        """Until no deed is running, or one waits for an answer."""
        for _ in range(400):
            await self.pilot.pause()
            screen = self.app.screen
            busy = getattr(screen, "_working", 0) or any(
                worker.is_running and worker.group in ("fill", "default") and worker.node is screen
                for worker in self.app.workers
            )
            if not busy:
                break
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    async def until(self, name: str) -> None:
        """Until that screen is on top."""
        for _ in range(500):
            if self.name == name:
                break
            await self.pilot.pause(0.01)
        await self.settle()
        assert self.name == name, f"{self.name}\n{self.shown}"

    async def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """The passphrase, and Home."""
        await self.type(passphrase)
        await self.until("Home")

    async def idle(self, seconds: float) -> None:
        """Nobody touches a key for so long."""
        self.seconds.now += seconds
        await self.app.check_time()
        await self.settle()


def sit(
    story: Callable[[Sitting], Awaitable[None]],
    home: Path,
    *,
    lang: Language = "uk",
    size: tuple[int, int] = (80, 24),
) -> IntakeApp:
    """Run the story in a sitting of its own; the application is left, and its vault closed, when it ends."""
    seconds = Seconds()
    app = IntakeApp(
        lambda t, ask, progress: Environment(
            home=home, t=t, ask=ask, progress=progress, clock=lambda: NOW, log_n=LOG_N
        ),
        lang,
        Timing(monotonic=seconds),
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(Sitting(app, pilot, seconds))

    asyncio.run(run())
    return app


def hidden(at: Sitting) -> bool:
    """Whether nothing can be read but the time and where to type."""
    return isinstance(at.app.screen, Locked) and at.words in {"17:40 Пароль:", f"{at.words[:5]} Пароль:"}
