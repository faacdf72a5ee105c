"""What every deed needs from outside: the home folder, the words, the clock, and somebody to ask.

A deed never prints, never reads a terminal and never looks at the wall clock itself: everything it needs is passed in
here, so the command line, the application, the tour and the tests all run the same code. Which folder holds what is in
docs/spec/keys-v1.md and the vault section of docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from intake.i18n import Translator
    from intake.store.vault import Vault

Role = Literal["interviewer", "coordinator"]
PRODUCTION_LOG_N = 18  # scrypt 2^18: 256 MiB and about 0.7 s, the vault section of the format


@dataclass(frozen=True)
class Words:
    """How two people compare a card or a request: eight words in the chosen language, and the same as hex groups."""

    words: tuple[str, ...]
    hex: str


class Ask(Protocol):
    """Somebody at a terminal, a file of answers, or a test. `Declined` and `Interrupted` may come out of each."""

    def passphrase(self, prompt: str) -> str:
        """The passphrase of what `prompt` names."""
        ...

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """A new passphrase: the suggested one typed again, or an own one typed twice; the deed measures it."""
        ...

    def confirm(self, question: str) -> bool:
        """Yes or no."""
        ...

    def words_match(self, question: str, words: Words) -> bool:
        """Shows the words, and asks whether the other side sees the same; never answered by `--yes` alone."""
        ...

    def text(self, prompt: str) -> str:
        """One line of text: a name, a path, a reason."""
        ...

    def choose(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> str:
        """The code of one of `(code, label)`."""
        ...


class Progress(Protocol):
    """Long work, shown on a terminal or nowhere."""

    def track(self, what: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
        """A context in which calling `step(n)` says that n more are done."""
        ...


class NoProgress:
    """Shows nothing: pipes, tests."""

    @contextmanager
    def track(self, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Ignore the steps."""
        del what, total
        yield lambda _n: None


def now() -> datetime:
    """The wall clock, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Environment:
    """The world of one deed. `vault`: one that is open already (the application, the tour); deeds leave it open."""

    home: Path
    t: Translator
    ask: Ask
    clock: Callable[[], datetime] = now
    progress: Progress = field(default_factory=NoProgress)
    log_n: int = PRODUCTION_LOG_N
    vault: Vault | None = None

    def with_vault(self, vault: Vault) -> Environment:
        """The same world with an open vault in it."""
        return replace(self, vault=vault)


@contextmanager
def open_vault(env: Environment, role: Role | None = None) -> Iterator[Vault]:
    """The vault in the home folder, after asking for its passphrase; refuses a vault of the other role."""
    raise NotImplementedError
    yield
