"""What every screen has: one line above, one line of keys below, and nothing that names anybody.

Above: the case code (if any), what this is, whether it is saved, and how to hide. Below: the keys. A screen says what
it shows in `body`, which keys it has in `KEYS`, and runs every deed through `do`, which shows an error as what
happened, whether anything was lost, and what to do. Look: look.tcss. Why so: docs/decisions/0016-application.md.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from intake.app.keys import HELP_SIGNS, LANGUAGE, ON_KEYBOARD, Key
from intake.errors import Declined, IntakeError, Interrupted
from intake.usecases.saying import error_words, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual.app import ComposeResult
    from textual.events import Key as Pressed
    from textual.widget import Widget

    from intake.app.application import IntakeApp
    from intake.i18n import Translator
    from intake.usecases.environment import Environment

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

UNTIL_SEEN_SECONDS = 0.2
SCROLLS = {"pagedown": 1, "pageup": -1}

GO_BACK = Key(("f2", "left"), "back", "F2", "back")
WIDEST = 92  # columns, as look.tcss says
READ_ON = Key((), "", "PgDn", "read on")
SPEAK = Key((LANGUAGE,), "language", "'", "language")
EXPLAIN = Key(tuple(HELP_SIGNS), "help", "?", "help")


class PrivateScreen(Screen[R]):
    """The base of every screen. `what` and `explained` are English keys of the catalogue."""

    what: ClassVar[str] = ""
    explained: ClassVar[str] = ""
    KEYS: ClassVar[tuple[Key, ...]] = (GO_BACK, EXPLAIN)
    AUTO_FOCUS: ClassVar[str | None] = ""
    in_interview: ClassVar[bool] = False  # locks later, because listening touches no key

    def __init__(self, case: str = "") -> None:
        super().__init__()
        self.case = case
        self._working = 0

    # -- what it is given ----------------------------------------------------------------------------------------------

    @property
    def intake(self) -> IntakeApp:
        """The application, as what it is."""
        return cast("IntakeApp", self.app)

    @property
    def t(self) -> Translator:
        """The words of the language chosen now."""
        return self.intake.session.t

    # -- what a screen says of itself ----------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The widgets between the two lines."""
        return ()

    def keys(self) -> Iterable[Key]:
        """The commands that work now; the key line shows those with a label."""
        return self.KEYS

    def saved(self) -> str:
        """Whether what is here is saved, in the language chosen; shown at the right of the top line."""
        return self.t("saved")

    def leave(self) -> Callable[[], None] | None:
        """Called before the screen is hidden or the language changes: save now, at once.

        What comes back is called after the unlocking, to stand where this stood; None: Home will do.
        """
        return None

    # -- drawing -------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The two lines, and the body between them."""
        yield Horizontal(Static(self._head(), id="head", markup=False), Static("", id="state", markup=False), id="top")
        with VerticalScroll(id="page"), Vertical(id="body"):
            yield from self.body()
        yield Static("", id="working", markup=False)
        yield Static("", id="keys", markup=False)

    def on_screen_resume(self) -> None:
        """On top, for the first time or again: what is under it may have changed."""
        self.show_lines()
        if self.focused is None:
            self.focus_first()
        self.run_worker(self.fill(), group="fill", exclusive=True)

    def focus_first(self) -> None:
        """What is chosen or typed in; else the page itself, which the arrows scroll."""
        for widget in (*self.query("Menu"), *self.query("Field"), *self.query("#page")):
            if widget.focusable:
                widget.focus()
                return

    async def fill(self) -> None:
        """Read what is shown, through `look`: when the screen appears, comes back, or speaks another language."""

    def reworded(self) -> None:
        """Draw it in the language chosen now."""
        self.run_worker(self._again(), group="fill", exclusive=True)

    async def _again(self) -> None:
        await self.recompose()
        self.show_lines()
        await self.fill()

    def show_lines(self) -> None:
        """Draw head, state and keys anew: after a save, after another focus."""
        t, now = self.t, self.intake.session.env.clock().astimezone()
        self.query_one("#head", Static).update(self._head())
        state = (self.saved(), f"{now:%H:%M}", t("F10 hide"))
        self.query_one("#state", Static).update(" · ".join(part for part in state if part))
        shown = [f"{_printed(key.shown, t)} {t(key.label)}" for key in self.keys() if key.label]
        columns = min(self.app.size.width, WIDEST) - 2
        self.query_one("#keys", Static).update(_rows_of([*shown, t("F7 numbers")], columns))

    def _head(self) -> str:
        return " · ".join(part for part in (self.case, self.t(self.what)) if part) or "intake"

    # -- keys ----------------------------------------------------------------------------------------------------------

    async def on_key(self, event: Pressed) -> None:
        """A key, before the widget that has the focus deals with it as a binding of its own."""
        typing = isinstance(self.focused, Input | TextArea)
        if not typing and event.key in SCROLLS and self._scroll(event.key):
            event.stop()
            event.prevent_default()
            return
        for key in self.keys():
            if key.means(event, typing=typing):
                event.stop()
                event.prevent_default()
                if not self._working:
                    await self.run_action(f"screen.{key.action}")
                return

    def _scroll(self, key: str) -> bool:
        """The page, where it is longer than the window; whichever list has the focus."""
        for page in self.query("#page").results(VerticalScroll):
            if page.max_scroll_y:
                page.scroll_relative(y=SCROLLS[key] * (page.size.height - 1), animate=False)
                return True
        return False

    def action_back(self) -> None:
        """To the screen before."""
        self.dismiss(None)

    def action_language(self) -> None:
        """The next of the three languages."""
        self.intake.next_language()

    def action_help(self) -> None:
        """What this screen is for, and what its keys do."""
        self.intake.explain(self)

    # -- deeds ---------------------------------------------------------------------------------------------------------

    async def do(self, deed: Callable[Concatenate[Environment, P], T], *args: P.args, **named: P.kwargs) -> T | None:
        """Run one use case in a thread; None after an error, which has been shown then, or when it was declined."""
        try:
            return await self.attempt(deed, *args, **named)
        except (Declined, Interrupted):
            return None
        except IntakeError as error:
            message, hint = error_words(error, self.t)
            await self.ask(self.intake.failed(error, sentence(message), sentence(hint)))
            return None

    async def look(self, deed: Callable[Concatenate[Environment, P], T], *args: P.args, **named: P.kwargs) -> T | None:
        """Run one that only looks; an error is one line above the keys, so that it can't come back for ever.

        Into a locked vault nobody looks: the deed would ask for the passphrase.
        """
        if self.intake.session.locked:
            return None
        failed = ""
        try:
            return await self.attempt(deed, *args, **named)
        except (Declined, Interrupted):
            return None
        except IntakeError as error:
            failed = "■ " + " ".join(sentence(part) for part in error_words(error, self.t))
            return None
        finally:
            self.say_working(failed)

    async def attempt(self, deed: Callable[Concatenate[Environment, P], T], *args: P.args, **named: P.kwargs) -> T:
        """The same, for who shows the error themselves."""
        try:
            with self.working():
                return await asyncio.to_thread(lambda: self.intake.session.do(deed, *args, **named))
        finally:
            self.stop_if_gone()

    def stop_if_gone(self) -> None:
        """Hidden meanwhile: what was going to be shown, or asked, is not; the worker that is running ends here."""
        if self not in self.app.screen_stack:
            raise asyncio.CancelledError

    @contextmanager
    def working(self) -> Iterator[None]:
        """Meanwhile no key of this screen counts, but F10."""
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
            self.say_working("")

    def say_progress(self, what: str, done: int, total: int | None) -> None:
        """A step of the deed; screens with a bar of their own show it there."""
        self.say_working(f"{what}: {done * 100 // total} %" if total else f"{what}…")

    def say_working(self, line: str) -> None:
        """One line above the keys: what is being done, and how far it is."""
        for static in self.query("#working").results(Static):
            static.update(line)

    async def ask(self, screen: PrivateScreen[Any]) -> Any:
        """Show another screen and wait for what it gives; from a worker only, and never over a blank screen."""
        while self.intake.hidden:
            self.stop_if_gone()
            await asyncio.sleep(UNTIL_SEEN_SECONDS)
        return await self.app.push_screen_wait(screen)


def _rows_of(signs: Iterable[str], columns: int) -> str:
    """Keys and their words in rows that fit; a key and its word are not parted."""
    rows: list[str] = []
    for sign in signs:
        longer = f"{rows[-1]} · {sign}" if rows else sign
        if rows and len(longer) <= columns:
            rows[-1] = longer
        else:
            rows.append(sign)
    return "\n".join(rows)


def _printed(shown: str, t: Translator) -> str:
    """A key as it is printed on the keyboard of the language."""
    return ON_KEYBOARD[t.lang] if shown == LANGUAGE else shown
