"""Nothing is lost: what stands in the answer goes into the vault while it is typed, and at once before it is hidden.

A text is saved as the answer that it is; anything else as what was begun at its question, which is no answer, and comes
back with it (`Session.save_partial`). What could not be saved stays on the screen, which says so, and is tried again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from intake.app.interview.written import Box
from intake.errors import IntakeError, Interrupted

if TYPE_CHECKING:
    from intake.app.interview.answer import Answer
    from intake.app.interview.screen import InterviewScreen
    from intake.app.interview.talk import Page
    from intake.questionnaire.talk import Json

KEEP_SECONDS = 0.6  # from the first key that is not saved; a busy disk has the rest of the two seconds


class Keeper:
    """Of one interview screen. `failed`: the last try; what is on the screen is all there is then."""

    def __init__(self, screen: InterviewScreen) -> None:
        self._screen = screen
        self._answer: Answer | None = None
        self._kept: Json = None
        self._due = False
        self._saving = False
        self.failed = False

    def drawn(self, page: Page, answer: Answer | None) -> None:
        """A question is shown: what the engine has of it is put back."""
        self._answer = answer
        self._kept = page.unfinished
        if answer is None or page.asked is None:
            return
        if isinstance(answer, Box):
            self._kept = str(page.asked.value or "")
        answer.put_back(page.unfinished)

    @property
    def begun(self) -> bool:
        """Whether something is typed or marked that has to be handed in to be an answer."""
        return self._answer is not None and not isinstance(self._answer, Box) and self._answer.unfinished is not None

    @property
    def is_kept(self) -> bool:
        """Whether all of it is where the engine has it."""
        return self._answer is None or self._answer.unfinished == self._kept

    def edited(self) -> None:
        """A key: save soon."""
        if not self._due:
            self._due = True
            self._screen.set_timer(KEEP_SECONDS, self._begin)

    def _begin(self) -> None:
        self._due = False
        if not self._saving:
            self._screen.run_worker(self._save(), group="save")

    async def _save(self) -> None:
        """Beside the typing; what is typed meanwhile is saved next."""
        page, answer = self._screen.page, self._answer
        if page is None or answer is None or self.is_kept:
            return
        self._saving, typed = True, answer.unfinished
        try:
            kept = await asyncio.to_thread(self._screen.intake.session.do, self._screen.talk.keep, page.turn, typed)
        except Interrupted:
            return
        except IntakeError as error:
            self.failed = True
            self._screen.refuse(error)
        else:
            if kept and answer is self._answer:
                self._kept = typed
                self._screen.wrote()
        finally:
            self._saving = False
        if not self.is_kept:
            self.edited()

    def now(self) -> None:
        """Before the question is left or hidden."""
        page, answer = self._screen.page, self._answer
        if page is None or answer is None or self.is_kept:
            return
        typed = answer.unfinished
        try:
            if self._screen.intake.session.do(self._screen.talk.keep, page.turn, typed):
                self._kept = typed
        except IntakeError:
            self.failed = True
