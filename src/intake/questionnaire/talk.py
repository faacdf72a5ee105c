"""What goes in and out of a session: what it needs from outside, what an answer did, a row of the review, an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Json = Any
Changes = Mapping[str, Json]
"""Path -> new value; None takes the path away. One `Changes` is one commit."""
Position = Mapping[str, Json]
"""Where the interview stands, and its repeats; JSON, opaque to the store."""
Answered = Literal["answered", "skipped", "open", "required"]


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
    """What a session needs from outside. `facts`: what nobody is asked for.

    `interviewer`, `device`, `app`; `scopes`, of the mission's policy; `trained_full`, `trained_child`, `trained_sv`.
    """

    save: Save
    clock: Clock
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What an answer did. `understood`: the echo of what was stored; `stays`: it may be made more exact.

    `words_kept`: the person's words are, a date is not; `unclear` says why, `readings` what they may mean. `stops`: the
    gate is closed, and asks whether to `stop()` really or to `switch` to a mode it `offers`; `keeps`: whether what was
    answered stays when it is stopped.
    """

    understood: str = ""
    stays: bool = False
    words_kept: bool = False
    unclear: str = ""
    readings: tuple[str, ...] = ()
    parked: int = 0
    stops: str = ""
    keeps: bool = False
    offers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """The session is over: `reason` code; `kept` is False when nothing but date, mode and reason remains."""

    reason: str
    kept: bool


@dataclass(frozen=True)
class Group:
    """What there may be one more of: the key of its gate, and what one is called."""

    gate: str
    title: str


@dataclass(frozen=True)
class Line:
    """One row of the review; `aside`: nobody was asked, and what stands there was taken as usual."""

    key: str
    section: str
    label: str
    about: str
    state: Answered
    shown: str
    aside: bool = False
