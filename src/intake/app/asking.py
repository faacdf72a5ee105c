"""Asking and progress for deeds that run in a thread: every question becomes a screen, every step a line.

Hiding the screen answers every open question with `Declined`: the deed ends as if nobody had agreed.
"""

from __future__ import annotations

from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from intake.app import questions
from intake.errors import Declined, IntakeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intake.app.amending import Telling
    from intake.app.application import IntakeApp
    from intake.app.base import PrivateScreen
    from intake.keys.shares import Sheet
    from intake.usecases.environment import Words

KEEP_SECONDS = 0.6  # of a story: as in an interview


class AppAsk:
    """`usecases.environment.Ask`, on the screen."""

    def __init__(self, app: IntakeApp) -> None:
        self._app = app
        self._open: set[Future[Any]] = set()
        self._closed = False

    def passphrase(self, prompt: str) -> str:
        """A passphrase, not shown."""
        return str(self._ask(lambda: questions.Secret(prompt)))

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """The suggested one typed again, or an own one twice."""
        return str(self._ask(lambda: questions.NewSecret(prompt, suggested)))

    def sheet(self, prompt: str, take: Callable[[str], Sheet]) -> Sheet:
        """A custodian's words, not shown."""
        return take(self.passphrase(prompt))

    def password(self, prompt: str) -> str:
        """What another place asks for, not shown."""
        return self.passphrase(prompt)

    def confirm(self, question: str) -> bool:
        """Yes or no."""
        return bool(self._ask(lambda: questions.YesNo(question)))

    def words_match(self, question: str, words: Words) -> bool:
        """Eight words, compared with the other side's."""
        return bool(self._ask(lambda: questions.Compare(question, words)))

    def text(self, prompt: str) -> str:
        """One line."""
        return str(self._ask(lambda: questions.Line(prompt)))

    def story(self, prompt: str, text: str, keep: Callable[[str], None]) -> str:
        """Several lines, in the editor of an interview; saved here, in the deed's thread, while they are typed."""
        # Late: few deeds ask for one, and the editor costs its import.
        from intake.app.amending import Story, Telling  # noqa: PLC0415

        telling = Telling(text, text)
        with self._asked(lambda: Story(prompt, telling)) as future:
            while not future.done():
                wait((future,), KEEP_SECONDS)
                _keep(telling, keep)
            given = future.result()
        if given is None:
            raise Declined
        return telling.text

    def choose(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> str:
        """One of several."""
        return str(self._ask(lambda: questions.Choose(prompt, choices)))

    def close(self) -> None:
        """The application is being left: no question is shown any more, and every one is declined."""
        self._closed = True
        self.decline_all()

    def decline_all(self) -> None:
        """Nobody is there any more."""
        for future in tuple(self._open):
            _settle(future, None)

    def _ask(self, make: Callable[[], PrivateScreen[Any]]) -> Any:
        with self._asked(make) as future:
            given = future.result()
        if given is None:
            raise Declined
        return given

    @contextmanager
    def _asked(self, make: Callable[[], PrivateScreen[Any]]) -> Iterator[Future[Any]]:
        if self._closed:
            raise Declined
        future: Future[Any] = Future()
        self._open.add(future)
        try:
            self._app.call_from_thread(lambda: self._show(make(), future))
            yield future
        finally:
            self._open.discard(future)

    def _show(self, screen: PrivateScreen[Any], future: Future[Any]) -> None:
        if self._closed or self._app.hidden:
            _settle(future, None)
        else:
            self._app.push_screen(screen, lambda given: _settle(future, given))


def _keep(telling: Telling, keep: Callable[[str], None]) -> None:
    """What was typed since; a failure is said on the screen, and tried again."""
    text = telling.text
    if text == telling.kept and not telling.failed:
        return
    try:
        keep(text)
    except IntakeError:
        telling.failed = True
    else:
        telling.kept, telling.failed = text, False


def _settle(future: Future[Any], given: Any) -> None:
    if not future.done():
        future.set_result(given)


class AppProgress:
    """`usecases.environment.Progress`, as one line of the screen that is on top."""

    def __init__(self, app: IntakeApp) -> None:
        self._app = app

    @contextmanager
    def track(self, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Name the step, and how much of it is done."""
        done = 0

        def step(n: int) -> None:
            nonlocal done
            done += n
            self._say(what, done, total)

        self._say(what, 0, total)
        yield step

    def _say(self, what: str, done: int, total: int | None) -> None:
        with suppress(RuntimeError):  # the application is being left; the deed goes on to its end all the same
            self._app.call_from_thread(self._app.show_progress, what, done, total)
