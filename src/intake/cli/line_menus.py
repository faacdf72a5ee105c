"""Menus of the interview in lines: what a closed gate offers, a pause, the kinds of talk, the gaps at the end.

Each fills the screen, takes a number, and says what the next screen is to say first. Nothing that was answered is lost
by any of them: `stop` is asked for once more, and another kind of talk puts aside what it does not ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from intake.cli.keyboard import command
from intake.cli.line_terminal import EndOfText
from intake.errors import IntakeError
from intake.usecases.outcomes import aside_words
from intake.usecases.saying import gap_said
from intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.cli.line_screen import Screen
    from intake.cli.line_terminal import Terminal
    from intake.i18n import Translator
    from intake.questionnaire.engine import Outcome
    from intake.usecases.gaps import Gap
    from intake.usecases.interview import Interview

STOP, BACK, CONSENT = "stop", "back", "consent"
STOPS = {
    "stopped_by_person": "The person wants to stop",
    "stopped_for_welfare": "Stop, so that the person is not harmed",
    "interrupted": "We have to leave at once",
}
"""Status of a talk that stops for good -> how it is said."""
ROWS_BESIDE_GAPS = 5  # the head, the foot, the empty rows between, and where the answer is typed


@dataclass(frozen=True)
class Left:
    """How the interview was left: through its last question, to be resumed, or ended (the session says why)."""

    how: Literal["finished", "left", "ended"]


class Menus:
    """One sitting's menus."""

    def __init__(self, interview: Interview, terminal: Terminal, t: Translator, screen: Screen) -> None:
        self._interview = interview
        self._terminal = terminal
        self._t = t
        self._screen = screen

    @property
    def offers_modes(self) -> bool:
        """Whether there is another kind of talk to go on in."""
        return len(self._interview.modes) > 1 and self._interview.session.ended is None

    # -- a closed gate -------------------------------------------------------------------------------------------------

    def closed(self, outcome: Outcome) -> str:
        """Why the gate is closed, and the ways on: other kinds of talk, to stop, back to the question."""
        t, session = self._t, self._interview.session
        modes = [mode for mode in outcome.offers if mode in self._interview.modes]
        ways = [
            *((mode, self._mode(mode)) for mode in modes),
            (BACK, t("Back to the question")),
            (STOP, t("Stop here")),
        ]
        offer = [t("Possible: another kind of talk. What was answered is kept.")] if modes else []
        chosen = self._choose([f"■ {outcome.stops}", "", *offer, self._if_stopped(outcome)], ways, back=BACK)
        if chosen == STOP:
            session.stop()
        elif chosen != BACK:
            return self._go_on(chosen)
        return ""

    def _if_stopped(self, outcome: Outcome) -> str:
        """What would remain of the talk."""
        t = self._t
        if outcome.keeps:
            return t("If you stop here, what was answered is kept.")
        if self._interview.session.consented:
            return t(
                "If you stop here, what was saved of the talk is destroyed; "
                "only a date, the kind of account and a reason code remain."
            )
        return t("If you stop here, only a date, the kind of account and a reason code remain of the talk.")

    # -- a pause, a stop, one more -------------------------------------------------------------------------------------

    def pause(self) -> Left | None:
        """A pause or a stop, written down; one more of a group; consent taken back."""
        t, session = self._t, self._interview.session
        if not session.consented:
            said = t("Before consent nothing is saved, a pause neither: q leaves, and nothing of this talk remains.")
            self._choose([said], [(BACK, t("Back to the question"))], back=BACK)
            return None
        ways = [
            ("paused", t("A pause")),
            *((status, t(said)) for status, said in STOPS.items()),
            *((group.gate, t("Add: {what}", what=group.title)) for group in session.groups()),
            (CONSENT, t("The person takes consent back")),
        ]
        chosen = self._choose([t("Pause or stop. Everything is saved."), "", t("Enter: back")], ways, back="")
        if chosen == CONSENT:
            session.jump(session.opening)
        elif chosen == "paused" or chosen in STOPS:
            session.halt(chosen)
            return Left("left") if chosen in STOPS else self.paused()
        elif chosen:
            session.add(chosen)
        return None

    def paused(self) -> Left | None:
        """A pause that still runs: nothing of the talk is on the screen until somebody goes on, or leaves."""
        t, session = self._t, self._interview.session
        since = datetime.fromisoformat(session.paused_since).astimezone()
        self._screen.show("", t("A pause since {time}.", time=f"{since:%H:%M}"), t("Enter: go on · q leave"), "")
        if command(self._terminal.read("> ")) == "quit":
            return Left("left")
        session.go_on()
        return None

    def due(self) -> str:
        """That a rest is due, and how it is written down; empty where none is."""
        t, due = self._t, self._interview.session.reminder()
        if due is None:
            return ""
        if due.why == "distress":
            return t("This is hard for the person, and no pause is written down. Offer one: *")
        said = t.plural("{n} minute without a pause.", "{n} minutes without a pause.", n=due.minutes)
        offer = t("Stop for a while, or end for today: *") if due.why == "long" else t("Offer a rest: *")
        return f"{said} {offer}"

    # -- the kind of talk ----------------------------------------------------------------------------------------------

    def mode(self) -> str:
        """Which kind of talk it is; Enter leaves it as it is."""
        t, now = self._t, self._interview.session.form.mode
        head = [t("Which kind of talk is it?"), "", t("Enter: {what}", what=self._mode(now))]
        ways = [(mode, self._mode(mode)) for mode in self._interview.modes]
        chosen = self._choose(head, ways, back=now)
        return self._go_on(chosen) if chosen != now else ""

    def _mode(self, mode: str) -> str:
        return label(mode, self._t.lang, family_name="account_mode")

    def _go_on(self, mode: str) -> str:
        try:
            parked = self._interview.switch(mode)
        except IntakeError as error:
            return f"■ {self._t(error.message, **error.fields)}"
        return " ".join(part for part in (self._mode(mode) + ".", aside_words(parked, self._t)) if part)

    # -- the end -------------------------------------------------------------------------------------------------------

    def gaps(self) -> Left | str | None:
        """What is missing: the key of a question to go to, `review`, how it was left; None where nothing is."""
        t, found, first = self._t, self._interview.gaps(), 0
        if not found:
            return None
        while True:
            blocks = [self._gap(number, gap) for number, gap in enumerate(found, start=1)]
            shown = self._fitting(blocks[first:])
            head = t.plural(
                "{n} thing is missing, or asks for a look:", "{n} things are missing, or ask for a look:", n=len(found)
            )
            more = " · " + t("+ more") if shown < len(found) else ""
            foot = t("A number goes there · = review · Enter: finish as it is") + more
            self._screen.show(head, "", *(row for block in blocks[first : first + shown] for row in block), "", foot)
            typed = self._terminal.read("> ").strip()
            given = command(typed)
            if given == "more":
                first = first + shown if first + shown < len(found) else 0
            elif given == "review":
                return "review"
            elif given == "back":
                return found[-1].key or "review"
            elif typed.isdecimal():
                key = next((gap.key for number, gap in enumerate(found, start=1) if number == int(typed[:6])), "")
                if key:
                    return key
            else:
                return Left("left" if given == "quit" else "finished")

    def _gap(self, number: int, gap: Gap) -> list[str]:
        said = gap_said(gap, self._t)
        rows = [
            f"{number:>3}  {row}" if at == 0 else f"     {row}" for at, row in enumerate(self._wrapped(gap.question))
        ]
        rows = rows or [f"{number:>3}"]
        return [*rows, *(f"     {row}" for row in self._wrapped(said))]

    def _wrapped(self, text: str) -> list[str]:
        return self._screen.wrapped(text, narrower=6)

    def _fitting(self, blocks: Sequence[Sequence[str]]) -> int:
        """How many of these fit on the screen; one at least."""
        room = self._terminal.size[1] - ROWS_BESIDE_GAPS if self._terminal.size else 1000
        rows = 0
        for count, block in enumerate(blocks):
            rows += len(block)
            if rows > room:
                return max(count, 1)
        return len(blocks)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _choose(self, head: Sequence[str], ways: Sequence[tuple[str, str]], *, back: str) -> str:
        """One of the ways, by its number; `<` and, where it is offered above, Enter: back; `q` leaves."""
        rows = [row for line in head for row in (self._screen.wrapped(line) or [""])]
        numbered = [f"  {number}  {said}" for number, (_, said) in enumerate(ways, start=1)]
        while True:
            self._screen.show(*rows, "", *numbered, "")
            typed = self._terminal.read("> ").strip()
            if typed.isdecimal() and 0 < int(typed[:6]) <= len(ways):
                return ways[int(typed[:6]) - 1][0]
            if command(typed) == "quit":
                raise EndOfText
            if command(typed) == "back" or (not typed and back != BACK):
                return back
