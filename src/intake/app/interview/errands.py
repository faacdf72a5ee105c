"""What leads away from a question for a moment, and back: no answer and why, a pause, more, the review, a closed gate.

Each is asked on a screen of its own, and what was chosen is done by the engine or a use case. Run from a worker.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from intake.app.interview import views
from intake.app.interview.detours import Aloud, Explained, Pause, Review, Ways
from intake.app.places import Place
from intake.app.questions import Told
from intake.app.sealing import Sealing
from intake.errors import IntakeError
from intake.i18n import NAMES
from intake.questionnaire.pausing import HALTS
from intake.usecases.attach import attach
from intake.usecases.outcomes import aside_words
from intake.usecases.saying import size
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.app.interview.screen import InterviewScreen
    from intake.app.interview.talk import Page
    from intake.i18n import Translator
    from intake.questionnaire.engine import Outcome

REMOVE, CONSENT, LEAVE, BACK, STOP = "do:remove", "do:consent", "do:leave", "do:back", "do:stop"
ATTACH, ALOUD, KIND, SEAL, LANGUAGE = "do:attach", "do:aloud", "do:kind", "do:seal", "do:language"
STOPS = {
    "stopped_by_person": "The person wants to stop",
    "stopped_for_welfare": "Stop, so that the person is not harmed",
    "interrupted": "We have to leave at once",
}


class Errands:
    """Of one interview screen."""

    def __init__(self, screen: InterviewScreen) -> None:
        self._screen = screen

    @property
    def _t(self) -> Translator:
        return self._screen.t

    @property
    def _page(self) -> Page:
        assert self._screen.page is not None  # noqa: S101  an errand begins at a page
        return self._screen.page

    async def _ways(self, what: str, head: Sequence[str], rows: Sequence[tuple[str, str]]) -> str | None:
        self._screen.set_aside()
        chosen: str | None = await self._screen.ask(Ways(self._screen.case, what, head, rows))
        return chosen

    # -- no answer -----------------------------------------------------------------------------------------------------

    async def without(self) -> None:
        """Why there is no answer; for somebody or something of a repeat also the way to take them out."""
        t, asked = self._t, self._page.asked
        if asked is None or not (asked.skippable or asked.removable):
            return
        rows = [(reason.code, reason.label) for reason in asked.reasons]
        if asked.removable:
            rows.append((REMOVE, t("Take out: {what}", what=asked.about)))
        chosen = await self._ways(t("no answer"), [t("Why is there no answer?"), asked.label], rows)
        if chosen == REMOVE:
            await self._screen.turn(lambda session: session.remove())
        elif chosen is not None:
            why = dict(rows)[chosen]
            await self._screen.turn(lambda session: session.skip(chosen), [t("No answer: {why}", why=why)])

    # -- pause and stop ------------------------------------------------------------------------------------------------

    async def pause(self) -> None:
        """A pause, a stop, consent taken back, or to go on another time."""
        t, page = self._t, self._page
        if not page.consented:
            head = [t("Leave? Before consent nothing is saved: nothing of this talk remains.")]
            if await self._ways(t("pause"), head, [(LEAVE, t("Leave")), (BACK, t("Back to the question"))]) == LEAVE:
                self._screen.action_leave_it()
            return
        rows = [
            ("paused", t("A pause")),
            *((code, t(said)) for code, said in STOPS.items()),
            (CONSENT, t("The person takes consent back")),
            (LEAVE, t("Leave; it goes on here later")),
        ]
        chosen = await self._ways(t("pause"), [t("Pause or stop. Everything is saved.")], rows)
        if chosen == LEAVE:
            self._screen.action_leave_it()
        elif chosen == CONSENT:
            await self._screen.turn(lambda session: session.jump(session.opening))
        elif chosen in HALTS and await self._screen.turn(lambda session: session.halt(str(chosen))):
            await (self.paused() if chosen == "paused" else self._stopped(str(chosen)))

    async def paused(self) -> None:
        """Until somebody goes on, or leaves."""
        since = datetime.fromisoformat(self._page.paused_since).replace(tzinfo=UTC).astimezone()
        if await self._screen.ask(Pause(self._screen.case, f"{since:%H:%M}")) == "on":
            await self._screen.turn(lambda session: session.go_on())
        else:
            self._screen.action_leave_it()

    async def _stopped(self, status: str) -> None:
        t = self._t
        head = [t("The talk has stopped. Everything is saved."), t("It can be sealed as it is, or go on another day.")]
        rows = [
            (SEAL, t("Seal it as it is")),
            (LEAVE, t("Leave it a draft")),
            (BACK, t("It goes on after all")),
        ]
        chosen = await self._ways(t("stopped"), head, rows)
        if chosen == SEAL:
            chosen = LEAVE if await self._screen.ask(Sealing(self._screen.case, interrupted=status)) else None
        if chosen == LEAVE:
            self._screen.action_leave_it()
        elif chosen == BACK:
            await self._screen.turn(lambda session: session.go_on())
        else:
            await self._stopped(status)

    # -- a closed gate, another kind of talk ---------------------------------------------------------------------------

    async def closed(self, outcome: Outcome) -> None:
        """Why the gate is closed, and the ways on: other kinds of talk, to stop, back to the question."""
        t = self._t
        gone = t("If you stop here, only a date, the kind of account and a reason code remain of the talk.")
        kept = t("If you stop here, what was answered is kept.")
        modes = [mode for mode in outcome.offers if mode in self._page.modes]
        offer = [t("Possible: another kind of talk. What was answered is kept.")] if modes else []
        rows = [
            *((mode, self._kind(mode)) for mode in modes),
            (STOP, t("Stop here")),
            (BACK, t("Back to the question")),
        ]
        head = [f"■ {outcome.stops}", *offer, kept if outcome.keeps else gone]
        chosen = await self._screen.ask(Ways(self._screen.case, t("not here"), head, rows))
        if chosen == STOP:
            await self._screen.turn(lambda session: session.stop())
        elif chosen in modes:
            await self._switch(str(chosen))

    async def first_kind(self, page: Page) -> bool:
        """Before the first question: which kind of talk it is; False to leave."""
        t = self._t
        rows = [(mode, self._kind(mode)) for mode in page.modes]
        chosen = await self._screen.ask(Ways("", t("New testimony"), [t("Which kind of talk is it?")], rows))
        if chosen is None:
            return False
        if chosen == page.mode:
            await self._screen.draw(page)
        else:
            await self._switch(str(chosen), quiet=True)
        return True

    async def _other_kind(self) -> None:
        t, now = self._t, self._page.mode
        rows = [(mode, self._kind(mode)) for mode in self._page.modes if mode != now]
        head = [t("Which kind of talk is it?"), t("Now: {answer}", answer=self._kind(now))]
        chosen = await self._ways(t("another kind of talk"), head, rows)
        if chosen is not None:
            await self._switch(chosen)

    async def _switch(self, mode: str, *, quiet: bool = False) -> None:
        try:
            parked, page = await self._screen.attempt(self._screen.talk.switch, mode)
        except IntakeError as error:
            self._screen.refuse(error)
            return
        said = [] if quiet else [f"{self._kind(mode)}.", aside_words(parked, self._t)]
        await self._screen.draw(page, said)

    def _kind(self, mode: str) -> str:
        return label(mode, self._t.lang, family_name="account_mode")

    # -- more ----------------------------------------------------------------------------------------------------------

    async def more(self) -> None:
        """What can be done in the middle of anything; afterwards the same question comes back."""
        await self._screen.looked()
        t, page = self._t, self._page
        rows = [(group.gate, t("Add: {what}", what=group.title)) for group in page.groups]
        rows += [(ATTACH, t("Attach a file"))] if page.consented else []
        rows += [(ALOUD, t("Read the account aloud"))] if page.account else []
        rows += [(KIND, t("Another kind of talk"))] if len(page.modes) > 1 else []
        rows += [(LANGUAGE, t("Language: {language}", language=NAMES[self._screen.intake.following]))]
        head = [t("In the middle of anything; then it goes on at this question.")]
        chosen = await self._ways(t("more"), head, rows)
        if chosen == ATTACH:
            await self._attach()
        elif chosen == ALOUD:
            await self._read_back()
        elif chosen == KIND:
            await self._other_kind()
        elif chosen == LANGUAGE:
            self._screen.intake.next_language()
        elif chosen is not None:
            await self._screen.turn(lambda session: session.add(chosen))

    async def _read_back(self) -> None:
        back = await self._screen.do(self._screen.talk.read_back)
        if back is not None:
            await self._screen.ask(Aloud(self._screen.case, *back))

    async def _attach(self) -> None:
        t, screen = self._t, self._screen
        path = await screen.ask(Place(t("Which file?"), "file"))
        done = await screen.do(attach, screen.case, (path,)) if path else None
        if done is not None:
            lines = [f"{t(one.part)} · {size(one.size_bytes, t)} · SHA-256 {one.sha256}" for one in done]
            kept = t("The originals stay where they were, unencrypted: keep the medium safe, or destroy them.")
            await screen.ask(Told(t("Attached"), *lines, kept))

    # -- the whole of it -----------------------------------------------------------------------------------------------

    async def review(self) -> None:
        """All questions; one is gone to."""
        await self._screen.looked()
        asked = self._page.asked
        chosen = await self._screen.ask(Review(self._screen.case, self._page.lines, asked.key if asked else ""))
        if chosen is not None:
            await self._screen.turn(lambda session: session.jump(chosen))

    async def at_the_end(self, chosen: str) -> None:
        """A gap to mend, or what to do with the whole."""
        if chosen == views.SEAL:
            if await self._screen.ask(Sealing(self._screen.case)):
                self._screen.action_leave_it()
            else:
                await self._screen.again()
        elif chosen == views.ALOUD:
            await self._read_back()
        elif chosen == views.REVIEW:
            await self.review()
        elif chosen == views.LEAVE:
            self._screen.action_leave_it()
        elif chosen:
            await self._screen.turn(lambda session: session.jump(chosen))

    async def help(self) -> None:
        """The question's own help, and the keys."""
        t, asked = self._t, self._page.asked
        title = asked.label if asked else t("All questions and answers")
        about = [asked.help or asked.hint] if asked and (asked.help or asked.hint) else []
        await self._screen.ask(Explained(title, t(KEYS_EXPLAINED), *about))


KEYS_EXPLAINED = (
    "Tab  hand the answer in and go on; without an answer, go on without one\n"
    "F2  the question before; what was begun here is kept\n"
    "F3  no answer, and why: not asked, refused, does not know, left out for safety\n"
    "F4  a pause, a stop, or leave; everything is saved\n"
    "F5  add a person or an incident, attach a file, read the account aloud, another kind of talk, another language\n"
    "F7  numbers where a person can get help\n"
    "F9  all questions and answers\n"
    "F10  hide at once; the passphrase brings back this question"
)
