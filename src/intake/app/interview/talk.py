"""The interview as the screen sees it: one page at a time, made in the same deed as the change that led to it.

Every method is a deed for `AppSession.do`: it runs alone, and the page it returns was read after the commit. Nothing
here draws, and nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intake.errors import Interrupted
from intake.questionnaire.engine import Outcome
from intake.questionnaire.reading import read_back
from intake.usecases.interview import Interview, interview

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from intake.questionnaire.choices import Choice
    from intake.questionnaire.engine import Ended, Group, Line, Session
    from intake.questionnaire.pausing import Reminder
    from intake.questionnaire.scenes import Asked
    from intake.questionnaire.talk import Json
    from intake.usecases.environment import Environment
    from intake.usecases.gaps import Gap

    Act: TypeAlias = Callable[[Session], object]


@dataclass(frozen=True)
class Page:
    """What there is to show. `asked` None: all was asked, and `gaps` is what is missing; or it `ended`.

    `account`: the person's own words, to be read back to them. `unfinished`: what was begun at the question that is
    asked. `turn`: which step of the talk this is; what was typed on an earlier page is not for this one.
    """

    case: str
    mode: str
    asked: Asked | None
    ended: Ended | None
    consented: bool
    lines: Sequence[Line]
    groups: Sequence[Group] = ()
    modes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    reminder: Reminder | None = None
    paused_since: str = ""
    account: str = ""
    unfinished: Json = None
    turn: int = 0


@dataclass
class Talk:
    """One running interview. `has_read`: texts read out to the end; `turns`: steps taken in this sitting."""

    case: str = ""
    running: Interview | None = None
    has_read: set[str] = field(default_factory=set)
    turns: int = 0

    @property
    def session(self) -> Session:
        """The engine's session."""
        if self.running is None:
            raise Interrupted
        return self.running.session

    def open(self, env: Environment) -> Page:
        """Begin, or go on where it stopped; one that waits for consent in memory goes on in the vault opened anew."""
        if self.running is None:
            # The vault is the application's, and stays open behind this.
            with interview(env, self.case or None) as self.running:
                self.case = self.running.case
        elif env.vault is not None:
            self.running.adopt(env.vault)
        return self.page(env)

    def page(self, env: Environment) -> Page:
        """As it stands now, in the language chosen now."""
        session, running = self.session, self.running
        assert running is not None  # noqa: S101  `session` has looked
        session.lang = env.t.lang
        asked = session.current
        return Page(
            case=running.case,
            mode=session.form.mode,
            asked=asked,
            ended=session.ended,
            consented=session.consented,
            lines=() if session.ended else session.review(),
            groups=session.groups(),
            modes=running.modes,
            gaps=running.gaps() if asked is None and session.ended is None else (),
            reminder=session.reminder(),
            paused_since=session.paused_since,
            account=session.account(),
            unfinished=session.unfinished,
            turn=self.turns,
        )

    def turn(self, env: Environment, act: Act) -> tuple[Outcome | None, Page]:
        """One step of the engine, and the page after it."""
        outcome = act(self.session)
        self.turns += 1
        return outcome if isinstance(outcome, Outcome) else None, self.page(env)

    def switch(self, env: Environment, mode: str) -> tuple[int, Page]:
        """Another kind of talk from here on; how many answers were put aside."""
        assert self.running is not None  # noqa: S101  a page was shown
        parked = self.running.switch(mode)
        self.turns += 1
        return parked, self.page(env)

    def keep(self, env: Environment, turn: int, typed: Json) -> bool:
        """What is typed and not handed in; False if the interview has left the question meanwhile."""
        del env
        if turn != self.turns or self.session.current is None:
            return False
        self.session.save_partial(typed)
        return True

    def read_back(self, env: Environment) -> tuple[str, Sequence[Line]]:
        """The person's own words, and what was written down beside them that is read back."""
        self.session.lang = env.t.lang
        return self.session.account(), tuple(read_back(self.session))

    def understood(self, env: Environment, key: str, typed: str) -> Outcome | None:
        """What would be understood; None if the interview has left the question meanwhile."""
        del env
        asked = self.session.current
        return self.session.understood(typed) if asked is not None and asked.key == key else None

    def suggested(self, env: Environment, typed: str) -> Sequence[Choice]:
        """Places of the codifier for what is typed."""
        del env
        return self.session.suggested(typed) if self.session.current is not None else ()
