"""`interview` and `edit`: a questionnaire session whose every answer is in the vault before the next question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.questionnaire.engine import Session
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Interview:
    """A running session on one draft; `resumed` says that it had begun before.

    `unlock` is called after `!` hid the screen: whether this is the vault's passphrase. It raises nothing.
    """

    session: Session
    case: str
    resumed: bool
    unlock: Callable[[str], bool]


@contextmanager
def interview(env: Environment, case: str | None = None) -> Iterator[Interview]:
    """A new draft, or an old one at the question where it stopped. The vault is open while the context is."""
    raise NotImplementedError
    yield


@contextmanager
def edit(env: Environment, case: str) -> Iterator[Interview]:
    """The same session, opened at its review."""
    raise NotImplementedError
    yield
