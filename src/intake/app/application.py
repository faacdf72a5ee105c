"""The application itself: which screen is on top, the clock nobody has touched a key by, hiding, and the crash door.

`IntakeApp(make_env, lang)`: `make_env` gets the translator, somebody to ask and the progress, and gives the world of
every deed. What Textual would let out is closed here: a crash says a place and no value, nothing is copied to the
terminal's clipboard, there is no command palette and no screenshot.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.worker import WorkerFailed

from intake.app.asking import AppAsk, AppProgress
from intake.app.base import PrivateScreen
from intake.app.locked import Blank, Locked
from intake.app.look import THEME
from intake.app.questions import Explained, Failed
from intake.app.session import AppSession
from intake.app.timing import CHECK_SECONDS, Timing
from intake.i18n import LANGUAGES, Language, Translator
from intake.usecases.environment import Ask, Environment, Progress
from intake.usecases.mission import here

if TYPE_CHECKING:
    from textual.screen import Screen

    from intake.errors import IntakeError

MakeEnvironment = Callable[[Translator, Ask, Progress], Environment]
_ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))


class IntakeApp(App[int]):
    """One sitting at a laptop."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS_PATH = "look.tcss"
    TITLE = "intake"
    # Textual's own are left out: Ctrl+Q is no key of ours, and Ctrl+C tells of Ctrl+Q.
    BINDINGS: ClassVar = [
        Binding("f10", "hide", show=False, priority=True),
        Binding("f7", "numbers", show=False, priority=True),
        Binding("ctrl+q,ctrl+c", "nothing", show=False, priority=True),
    ]

    def __init__(self, make_env: MakeEnvironment, lang: Language, timing: Timing | None = None) -> None:
        super().__init__()
        self.asking = AppAsk(self)
        self.session = AppSession(make_env(Translator(lang), self.asking, AppProgress(self)))
        self.timing = timing or Timing()
        self.crashed: BaseException | None = None
        self._touched = self.timing.monotonic()
        self._resume: Callable[[], None] | None = None
        self._bindings.key_to_bindings.pop("ctrl+p", None)
        self.register_theme(THEME)
        self.theme = THEME.name

    # -- beginning and end ---------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        """The first screen, and the clock."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, _context: None)  # its own would print a traceback with its message
        if not self.is_headless:
            for number in _ENDS:
                try:
                    loop.add_signal_handler(number, self._end)
                except (NotImplementedError, RuntimeError):  # Windows; or not the main thread
                    break
        self.set_interval(CHECK_SECONDS, self.check_time)
        await self.push_screen(self.first_screen())

    def first_screen(self) -> PrivateScreen[Any]:
        """The passphrase; or, where there is no vault, how to make one."""
        # Late: each screen knows others, and the first to be shown is the passphrase.
        from intake.app.first_run import FirstRun  # noqa: PLC0415

        return Locked() if self.session.has_vault else FirstRun()

    def _end(self) -> None:
        """A polite kill or a closed window: save, close, leave the terminal clean."""
        self._save()
        self.exit(130)

    async def on_unmount(self) -> None:
        """Nobody is asked any more; the vault is closed after the deed that may be under way, which is waited for."""
        self.asking.close()
        await asyncio.to_thread(self.session.lock)

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print every local variable. Ours is kept, and the door of the program says its place only."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self.crashed = error.error if isinstance(error, WorkerFailed) else error
        self._close_messages_no_wait()

    def copy_to_clipboard(self, text: str) -> None:
        """Within the application only: the terminal's clipboard would keep it."""
        self._clipboard = text

    # -- hiding --------------------------------------------------------------------------------------------------------

    @property
    def hidden(self) -> bool:
        """Whether the screen says nothing now."""
        return isinstance(self.screen, Locked | Blank)

    async def action_hide(self) -> None:
        """F10, from anywhere: off the screen at once, saved, locked."""
        if not isinstance(self.screen, Locked) and self.session.has_vault:
            await self.lock()

    async def lock(self) -> None:
        """Save, show nothing, forget what was shown, close the vault."""
        self._resume = self._save() or self._resume
        self.asking.decline_all()
        self._clipboard = ""
        await self.show_only(Locked())
        self.run_worker(asyncio.to_thread(self.session.lock), exit_on_error=True)

    def _save(self) -> Callable[[], None] | None:
        """Let every screen save, the topmost first; how to come back to the topmost that knows."""
        ways = [screen.leave() for screen in reversed(self.screen_stack) if isinstance(screen, PrivateScreen)]
        return next((way for way in ways if way is not None), None)

    async def show_only(self, *screens: PrivateScreen[Any]) -> None:
        """These and nothing under them."""
        with self.batch_update():
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            for screen in screens:
                await self.push_screen(screen)

    def follow_mission(self) -> None:
        """The minutes of the mission's policy, from now on."""
        self.timing = self.timing.by(self.session.do(lambda env: here(env.vault)))

    async def unlocked(self) -> None:
        """Home, and on it whatever stood there when it was hidden."""
        from intake.app.home import Home  # noqa: PLC0415  loaded while the passphrase is typed

        self.touch()
        self.follow_mission()
        await self.show_only(Home())
        resume, self._resume = self._resume, None
        if resume is not None:
            resume()

    # -- time ----------------------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = self.timing.monotonic()

    async def on_event(self, event: Any) -> None:
        """Every key says that somebody is there."""
        if type(event).__name__ in {"Key", "MouseDown", "Paste"}:
            self.touch()
        await super().on_event(event)

    async def check_time(self) -> None:
        """Blank or lock, if nobody touched a key for so long."""
        idle = self.timing.monotonic() - self._touched
        if self.session.locked or isinstance(self.screen, Locked):
            return
        if idle >= self.timing.lock_after(in_interview=self.in_interview):
            await self.lock()
        elif idle >= self.timing.blank_after and not self.hidden:
            self._save()
            await self.push_screen(Blank())

    @property
    def in_interview(self) -> bool:
        """Whether an interview is open, under whatever stands above it."""
        return any(screen.in_interview for screen in self.screen_stack if isinstance(screen, PrivateScreen))

    # -- what every screen uses ----------------------------------------------------------------------------------------

    def action_nothing(self) -> None:
        """A key that must not do what it does elsewhere."""

    async def action_numbers(self) -> None:
        """Where a person can call for help, from every screen but those that say nothing."""
        from intake.app.phones import Phones  # noqa: PLC0415  needed rarely

        if isinstance(self.screen, Phones):
            self.screen.dismiss(None)
        elif not self.hidden:
            await self.push_screen(Phones())

    def open_place(self, place: str) -> None:
        """One of Home's entries."""
        if place == "new":
            self.open_interview(None)
        else:
            module, _, name = OPENS[place].partition(":")
            self.push_screen(getattr(import_module(module), name)())

    def open_interview(self, case: str | None) -> None:
        """A new interview, or one that goes on at the question where it stopped."""
        open_it: Callable[[IntakeApp, str | None], None] = import_module("intake.app.interview").open_interview
        open_it(self, case)

    @property
    def following(self) -> Language:
        """The language that comes next."""
        return LANGUAGES[(LANGUAGES.index(self.session.t.lang) + 1) % len(LANGUAGES)]

    def next_language(self) -> None:
        """Ukrainian, Russian, English, and again; every screen is drawn anew."""
        self.session.speak(Translator(self.following))
        for screen in self.screen_stack:
            if isinstance(screen, PrivateScreen):
                screen.reworded()

    def explain(self, screen: PrivateScreen[Any]) -> None:
        """What the screen is for."""
        t = self.session.t
        own = t(screen.explained).split("\n") if screen.explained else []
        self.push_screen(Explained(t(screen.what) if screen.what else "intake", *own, t(GENERAL)))

    def failed(self, error: IntakeError, message: str, hint: str) -> PrivateScreen[None]:
        """The screen of an error; here, because every screen shows it and it is one itself."""
        return Failed(error, (message, hint))

    def show_progress(self, what: str, done: int, total: int | None) -> None:
        """A deed's step, on the screen that is on top."""
        screen: Screen[Any] = self.screen
        if isinstance(screen, PrivateScreen):
            screen.say_progress(self.session.t(what), done, total)


# Where each entry of `usecases.desk` leads, but a new interview; imported when it is opened, or by `locked` beforehand.
OPENS: dict[str, str] = {
    "drafts": "intake.app.drafts:Drafts",
    "sealed": "intake.app.sealed:Sealed",
    "hand-over": "intake.app.hand_over:HandOver",
    "packs": "intake.app.packs:Packs",
    "laptop": "intake.app.laptop:Laptop",
}

GENERAL = (
    "Digits choose, arrows move, Enter goes on, F2 goes back.\n"
    "F10 hides everything at once: what you typed is saved, and the vault is locked.\n"
    "F7 shows numbers where a person can get help."
)
