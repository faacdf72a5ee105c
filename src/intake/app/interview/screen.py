"""The interview screen: the sections at the left, one question in the middle, its state always in sight.

An answer is stored before the next question is drawn; what is not handed in yet is saved while it is typed
(keeping.py). What an answer means, what comes next and what is missing is the engine's (`talk.Talk`); here it is shown.
What leads away from a question for a moment is in errands.py.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from intake.app.base import READ_ON, PrivateScreen
from intake.app.interview import views
from intake.app.interview.chosen import Chosen
from intake.app.interview.errands import Errands
from intake.app.interview.keeping import Keeper
from intake.app.interview.one_by_one import Line, Passed
from intake.app.interview.read_out import Read
from intake.app.interview.talk import Page, Talk
from intake.app.interview.typed import Typed
from intake.app.interview.written import Box
from intake.app.keys import Key
from intake.app.widgets import Words
from intake.errors import AnswerMustBeGiven, AnswerNeeded, AnswerRefused, Declined, IntakeError, Interrupted
from intake.usecases.outcomes import TIMES, reminder_words, told
from intake.usecases.saying import error_words, sentence
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.widgets import OptionList

    from intake.app.interview.answer import Answer, Edited, Given
    from intake.app.interview.talk import Act
    from intake.questionnaire.engine import Outcome, Session

COUNT_SECONDS = 0.4  # its words are counted that long after a key
REMIND_SECONDS = 30.0

CHOOSE = Key((), "", "1-9", "choose")
FORWARD = Key(("tab",), "forward", "Tab", "go on")
BACK = Key(("f2",), "before", "F2", "back")
WITHOUT = Key(("f3",), "errand('without')", "F3", "not asked/refused/does not know")
PAUSE = Key(("f4",), "errand('pause')", "F4", "pause")
MORE = Key(("f5",), "errand('more')", "F5", "more")
REVIEW = Key(("f9",), "errand('review')", "F9", "review")
HELP = Key(("f1",), "errand('help')", "F1", "help")
LEAVE = Key(("enter", "f2", "f4"), "leave_it", "Enter", "leave")


class InterviewScreen(PrivateScreen[None]):
    """One sitting. `talk`: one that was hidden, to go on with."""

    CSS_PATH = "look.tcss"
    in_interview: ClassVar[bool] = True

    def __init__(self, case: str = "", talk: Talk | None = None) -> None:
        super().__init__(case)
        self.line = Line(self)
        self.talk = talk or Talk(case)
        self.page: Page | None = None
        self._answer: Answer | None = None
        self._errands = Errands(self)
        self._keeper = Keeper(self)
        self._begun = False
        self._state_shown = ""
        self._counts = False

    async def fill(self) -> None:
        """Begin, the first time it is shown; afterwards everything here is drawn when it changes."""
        if not self._begun:
            self._begun = True
            self.run_worker(self._begin(), group="errand")

    async def _begin(self) -> None:
        """Open the draft where it stopped; a new one asks first which kind of talk it is."""
        is_new = not self.case
        page = await self.do(self.talk.open)
        if page is None:
            self.dismiss(None)
            return
        self.case = page.case
        if is_new and len(page.modes) > 1 and not await self._errands.first_kind(page):
            self.dismiss(None)
            return
        if self.page is None:
            await self.draw(page)
        if page.paused_since and page.ended is None:
            await self._errands.paused()

    # -- drawing -------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The two lines of every screen; between them the sections and the question."""
        yield Horizontal(Static("", id="head", markup=False), Static("", id="state", markup=False), id="top")
        with Horizontal(id="talk"):
            yield Static("", id="sections", markup=False)
            yield Vertical(id="pane")
        yield Static("", id="reminder", markup=False)
        yield Static("", id="working", markup=False)
        yield Static("", id="keys", markup=False)

    def on_mount(self) -> None:
        """The question, and what goes on beside it."""
        self.set_interval(REMIND_SECONDS, self._remind)

    async def draw(self, page: Page, said: Sequence[str] = ()) -> None:
        """This page, and what is to be said above it."""
        if not self.is_attached or self.intake.session.locked:
            return
        self.page = page
        shown = views.pane(page, said, self.t, has_read=self.talk.has_read)
        self._answer = shown.answer
        pane = self.query_one("#pane", Vertical)
        with self.app.batch_update():
            await pane.remove_children()
            await pane.mount_all(shown.widgets)
            self.query_one("#sections", Static).update(views.outline(page))
            self._keeper.drawn(page, shown.answer)
            self.set_focus(shown.answer.place if shown.answer is not None else shown.menu)
            self._show_reminder(page)
            self._count()
            self.show_lines()

    def reworded(self) -> None:
        """In the language chosen now."""
        self.set_aside()
        self.run_worker(self.again(), group="errand")

    async def again(self, said: Sequence[str] = ()) -> None:
        """The page as it is now."""
        page = await self.do(self.talk.page)
        if page is not None:
            await self.draw(page, said)

    async def looked(self) -> None:
        """What is typed is saved, and the page is read anew; nothing moves on the screen."""
        self.set_aside()
        self.page = await self.do(self.talk.page) or self.page

    def keys(self) -> Iterable[Key]:
        """By what is on the screen."""
        if self.page is None:
            return (BACK,)
        if self.page.ended is not None:
            return (LEAVE,)
        asked = self.page.asked
        if asked is None:
            return (CHOOSE, BACK, PAUSE, MORE, REVIEW)
        if isinstance(self._answer, Read) and not self._answer.was_read:
            return (READ_ON, BACK, PAUSE, MORE, REVIEW, HELP)
        skips = (WITHOUT,) if asked.skippable or asked.removable else ()
        return (FORWARD, BACK, *skips, PAUSE, MORE, REVIEW, HELP)

    def saved(self) -> str:
        """Whether what is on the screen is in the vault."""
        t, page = self.t, self.page
        if page is None or page.ended is not None:
            return ""
        if self._keeper.failed:
            return t("NOT SAVED")
        if not page.consented:
            return t("in memory only")
        if self._keeper.begun:
            return t("begun, saved") if self._keeper.is_kept else t("not saved yet")
        return t("saved")

    def show_lines(self) -> None:
        """Head, state and keys."""
        self._state_shown = self.saved()
        super().show_lines()

    def _head(self) -> str:
        mode = label(self.page.mode, self.t.lang, family_name="account_mode") if self.page else ""
        return " · ".join(part for part in (self.case, mode) if part) or "intake"

    def refuse(self, error: IntakeError) -> None:
        """Why it was not taken, above the question; what was typed stays where it is."""
        message, hint = error_words(error, self.t)
        if isinstance(error, AnswerMustBeGiven) and self.page is not None and not self.page.consented:
            hint = self.t("answer it, or leave with F4: before consent nothing is saved")
        elif isinstance(error, AnswerNeeded):
            hint = self.t("F3 goes on without one, with a reason")
            if isinstance(self._answer, Chosen) and not self._answer.is_many:
                hint = f"{self.t('Enter chooses the row at ▸')}; {hint}"
        for words in self.query("#refused").results(Words):
            words.update(f"■ {sentence(message)} {sentence(hint)}")
            words.display = True
        self.show_lines()

    # -- an answer -----------------------------------------------------------------------------------------------------

    async def on_given(self, event: Given) -> None:
        """Hand it in."""
        event.stop()
        await self._hand_in(event.texts)

    async def action_forward(self) -> None:
        """Tab: what stands there is the answer; what was not changed stays."""
        if self._answer is not None:
            await self._hand_in(self._answer.given())

    async def action_before(self) -> None:
        """F2: the question before; what was begun here is there again when it comes back."""
        before = self.page.asked if self.page else None
        self.set_aside()
        if await self.turn(lambda session: session.back()) and before is not None:
            now = self.page.asked if self.page else None
            if now is not None and now.key == before.key:
                await self.again([self.t("This is the first question. F4 leaves.")])

    async def _hand_in(self, texts: Sequence[str]) -> None:
        def act(session: Session) -> Outcome | None:
            outcome = None
            for text in texts:
                outcome = session.answer(text)
                if not outcome.stays:
                    break
            else:
                if not texts:
                    session.next()
            return outcome

        if self.page is None or self.page.asked is None:
            return
        if isinstance(self._answer, Read) and self._answer.was_read:
            self.talk.has_read.add(self.page.asked.text)
        await self.turn(act)

    async def turn(self, act: Act, said: Sequence[str] = ()) -> bool:
        """One step of the engine, committed before anything else is shown; False if it was refused."""
        before = self.page.asked if self.page else None
        try:
            outcome, page = await self.attempt(self.talk.turn, act)
        except (Declined, Interrupted):
            return False
        except IntakeError as error:
            self._keeper.failed = not isinstance(error, AnswerRefused)
            self.refuse(error)
            return False
        self._keeper.failed = False
        if outcome is not None and outcome.stops:
            self.page = page
            self.run_worker(self._errands.closed(outcome), group="errand")
            return True
        kind = before.kind if before else ""
        tells = outcome is not None and (kind in TIMES or outcome.stays or outcome.parked)
        await self.draw(page, [*said, *(told(outcome, kind, self.t) if outcome is not None and tells else ())])
        return True

    # -- while it is typed ---------------------------------------------------------------------------------------------

    def on_edited(self, event: Edited) -> None:
        """Say what is understood so far, and whether it is saved."""
        event.stop()
        answer = self._answer
        self._keeper.edited()
        if isinstance(answer, Box):
            if not self._counts:
                self._counts = True
                self.set_timer(COUNT_SECONDS, self._count)
        elif isinstance(answer, Typed):
            self.run_worker(self._echo(answer), group="echo", exclusive=True)
        elif isinstance(answer, Chosen):
            for words in self.query("#search").results(Words):
                views.look_for(words, answer, self.t)
        if self.saved() != self._state_shown:
            self.show_lines()

    def _count(self) -> None:
        self._counts = False
        if isinstance(self._answer, Box) and self._answer.is_attached:
            self.query_one("#foot", Static).update(views.words(self._answer.text, self.t))

    async def _echo(self, answer: Typed) -> None:
        asked, typed = (self.page.asked if self.page else None), answer.text.strip()
        if asked is None:
            return
        if asked.kind == "place":
            if typed and not typed.isdecimal() and not typed.startswith(","):
                found = await self._beside(self.talk.suggested, typed)
                if found is not None and answer.is_attached and answer.text.strip() == typed:
                    answer.offer(found)
        elif asked.kind in TIMES:
            outcome = await self._beside(self.talk.understood, asked.key, typed) if typed else None
            if answer.is_attached and answer.text.strip() == typed:
                answer.echo(views.echoed(outcome, self.t))

    async def _beside(self, deed: Callable[..., Any], *args: str) -> Any:
        """Ask the engine while something is typed; what it refuses is said when it is handed in."""
        try:
            return await asyncio.to_thread(self.intake.session.do, deed, *args)
        except IntakeError:
            return None

    # -- nothing is lost -----------------------------------------------------------------------------------------------

    def wrote(self) -> None:
        """What stands in the answer is in the vault."""
        if self._keeper.failed:
            self._keeper.failed = False
            for words in self.query("#refused").results(Words):
                words.display = False
        if self.saved() != self._state_shown:
            self.show_lines()

    def set_aside(self) -> None:
        """Before the question is left or hidden."""
        self._keeper.now()

    def leave(self) -> Callable[[], None] | None:
        """Save now; after the unlocking the same question, with what was typed."""
        if self.page is None or self.page.ended is not None:
            return None
        self.set_aside()
        app, talk = self.intake, self.talk
        if self.page.consented:  # it is all in the vault: nothing of it stays in memory
            talk = Talk(talk.case, has_read=talk.has_read)

        def come_back() -> None:
            app.push_screen(InterviewScreen(talk.case, talk))

        return come_back

    # -- beside --------------------------------------------------------------------------------------------------------

    def _remind(self) -> None:
        self.show_lines()
        if self.page is not None and not self._working and self.page.ended is None:
            self.run_worker(self._look_at_the_clock(), group="remind", exclusive=True)

    async def _look_at_the_clock(self) -> None:
        page = await self._beside(self.talk.page)
        if page is not None:
            self._show_reminder(page)

    def _show_reminder(self, page: Page) -> None:
        shown = self.query_one("#reminder", Static)
        shown.update(f"● {reminder_words(page.reminder, self.t)}" if page.reminder else "")
        shown.display = page.reminder is not None

    def action_errand(self, name: str) -> None:
        """F1, F3, F4, F5, F9: away from the question, and back to it."""
        if self.page is not None:
            self.run_worker(getattr(self._errands, name)(), group="errand")

    def action_leave_it(self) -> None:
        """Away from here; what is saved goes on another time."""
        self.dismiss(None)

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """At the end: a gap to mend, or what to do with it."""
        event.stop()
        self.run_worker(self._errands.at_the_end(str(event.option.id or "")), group="errand")

    def on_passed(self, event: Passed) -> None:
        """A key was dealt with; the next."""
        event.stop()
        self.line.passed()
