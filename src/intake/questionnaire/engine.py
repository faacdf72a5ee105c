"""Walks an interview: which question is next, what an answer changes, where to come back to.

It knows no terminal, no store and no clock: a `Host` of three callables is passed in. What must hold:
- an answer is saved before the next question is shown (`Host.save` returns only after the commit);
- nothing is saved before consent: earlier answers wait in memory and go to the store in one save with the consent;
- a refused or withdrawn consent takes every saved answer back and ends the session with a reason code;
- an answer whose branch closed is parked under `parked.`, comes back when the branch reopens, and is never exported.
Decision page: docs/decisions/0006-form-engine.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from intake.i18n import Language
from intake.questionnaire.model import Questionnaire

Json = Any
Values = Mapping[str, Json]
Changes = Mapping[str, Json | None]
"""Path -> new value; None takes the path away. One `Changes` is one commit."""
Position = Mapping[str, Json]
"""Where the interview stands, and its repeats; JSON, opaque to the store."""


class Save(Protocol):
    """Commits the changes and the position together, and returns only when they are durable."""

    def __call__(self, changes: Changes, position: Position) -> None:
        """One transaction."""
        ...


class Clock(Protocol):
    """Now, as `2026-11-21T17:40:00Z`."""

    def __call__(self) -> str:
        """The time as text."""
        ...


@dataclass(frozen=True)
class Host:
    """What a session needs from outside. `facts`: path -> value that nobody is asked for (interviewer, versions)."""

    save: Save
    clock: Clock
    facts: Mapping[str, Json]


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `number` is what is typed."""

    number: int
    code: str
    label: str


@dataclass(frozen=True)
class Asked:
    """A question as it is to be shown now, in the session's language."""

    key: str
    kind: str
    section: str
    number: int
    total: int
    label: str
    hint: str
    help: str
    text: str
    about: str
    choices: tuple[Choice, ...]
    many: bool
    required: bool
    value: Json | None
    shown: str
    skip_reasons: tuple[Choice, ...]


@dataclass(frozen=True)
class Outcome:
    """What an answer did: `moved` to the next question or not; `understood` is the echo of what was stored."""

    moved: bool
    understood: str = ""
    words_kept: bool = False
    parked: int = 0


@dataclass(frozen=True)
class Ended:
    """The session is over: `reason` code; `kept` False when consent was refused or taken back (nothing remains)."""

    reason: str
    kept: bool
    label: str


@dataclass(frozen=True)
class Line:
    """One row of the review."""

    key: str
    section: str
    label: str
    about: str
    state: str
    shown: str


class Session:
    """One interview on one draft."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        values: Values,
        host: Host,
        *,
        lang: Language,
        position: Position | None = None,
    ) -> None:
        raise NotImplementedError

    @property
    def current(self) -> Asked | None:
        """The question to show; None when the interview is through its last question or has ended."""
        raise NotImplementedError

    @property
    def ended(self) -> Ended | None:
        """Why the session is over, once it is."""
        raise NotImplementedError

    @property
    def consented(self) -> bool:
        """True once consent is stored: from then on every answer is on the disk before the next question."""
        raise NotImplementedError

    @property
    def position(self) -> Position:
        """What resumes here."""
        raise NotImplementedError

    def answer(self, typed: str | Sequence[str]) -> Outcome:
        """Take what was typed, save it, go on. Raises an `AnswerRefused` leaf, and stays, when it can't be an answer."""
        raise NotImplementedError

    def save_partial(self, text: str) -> None:
        """Save an unfinished narrative; the question stays open."""
        raise NotImplementedError

    def next(self) -> None:
        """Go on without changing the answer; refused where a required one is missing."""
        raise NotImplementedError

    def back(self) -> None:
        """The question before."""
        raise NotImplementedError

    def skip(self, reason: str) -> Outcome:
        """No answer, and why: a code of the `nil_reason` list, or its number."""
        raise NotImplementedError

    def jump(self, key: str) -> None:
        """To a question of the review."""
        raise NotImplementedError

    def review(self) -> Sequence[Line]:
        """Every question that is open to this interview, with its state: answered, skipped, open, required."""
        raise NotImplementedError
