"""What every deed needs from outside: the home folder, the words, the clock, and somebody to ask.

A deed never prints, never reads a terminal and never looks at the wall clock itself: everything it needs is passed in
here, so the command line, the application, the tour and the tests all run the same code. What lies in a home folder is
in docs/architecture.md.
"""

from __future__ import annotations

import unicodedata
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, Protocol, Self

from intake.errors import WrongRole
from intake.keys.times import parse_json_time
from intake.keys.words import check_passphrase, generate_passphrase
from intake.store.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intake.i18n import Translator
    from intake.keys.card import Card
    from intake.keys.officer_request import OfficerRequest
    from intake.keys.request import Request
    from intake.keys.shares import Sheet
    from intake.store.rows import Role

PRODUCTION_LOG_N = 18  # scrypt 2^18: 256 MiB and about 0.7 s, as the vault's format says


@dataclass(frozen=True)
class Words:
    """How two people compare a card or a request: eight words in the chosen language, and the same as hex groups."""

    words: tuple[str, ...]
    hex: str

    @classmethod
    def of(cls, compared: Card | Request | OfficerRequest, t: Translator) -> Self:
        """As both sides show them."""
        return cls(compared.words(t.lang), " ".join(compared.hex_groups()))


class Ask(Protocol):
    """Somebody at a terminal, a file of answers, or a test. `Declined` and `Interrupted` may come out of each."""

    def passphrase(self, prompt: str) -> str:
        """The passphrase of what `prompt` names."""
        ...

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """A new passphrase: the suggested one typed again, or an own one typed twice; the deed measures it."""
        ...

    def sheet(self, prompt: str, take: Callable[[str], Sheet]) -> Sheet:
        """The words of a custodian's sheet, not shown; what `take` refuses may be asked for again."""
        ...

    def password(self, prompt: str) -> str:
        """What another place asks for, typed unseen. Never the passphrase of this vault: it would be sent there."""
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

    def story(self, prompt: str, text: str, keep: Callable[[str], None]) -> str:
        """Several lines, `text` standing there already; `keep` is given all of it again and again while it is typed."""
        ...

    def choose(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> str:
        """The code of one of `(code, label)`."""
        ...


class Progress(Protocol):
    """Long work, shown on a terminal or nowhere."""

    def track(self, what: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
        """A context in which calling `step(n)` says that n more are done; `what` is an English key."""
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


def kept_time(text: str) -> datetime:
    """The time of a text that this vault wrote (`keys.times.json_time`); anything else is a fault of ours."""
    at = parse_json_time(text)
    if at is None:
        raise ValueError("not a time of ours")
    return at


@contextmanager
def open_vault(
    env: Environment, role: Role | None = None, *, meanwhile: Callable[[], object] | None = None
) -> Iterator[Vault]:
    """The vault in the home folder, after asking for its passphrase; refuses a vault of the other role.

    `meanwhile`: loads what the deed needs beyond the vault, and changes nothing.
    """
    if env.vault is not None:
        yield _of_role(env.vault, role)
        return
    # Nobody is asked for the passphrase of a vault that is not there; opening then says which kind of "not there".
    prompt = env.t("Passphrase of this vault")
    passphrase = normal(env.ask.passphrase(prompt)) if Vault.exists(env.home) else ""
    with _beside(meanwhile):
        opened = Vault.open(env.home, passphrase)
    with opened as vault:
        yield _of_role(vault, role)


@contextmanager
def _beside(work: Callable[[], object] | None) -> Iterator[None]:
    """Work beside what follows: deriving a key keeps one processor for most of a second, and leaves Python free."""
    if work is None:
        yield
        return
    thread = Thread(target=_quietly, args=(work,))
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _quietly(work: Callable[[], object]) -> None:
    with suppress(Exception):  # whatever can't be loaded fails again where it is used, and is said there
        work()


def _of_role(vault: Vault, role: Role | None) -> Vault:
    if role is not None and vault.role != role:
        raise WrongRole(role=vault.role)
    return vault


@contextmanager
def new_vault(env: Environment, role: Role) -> Iterator[Vault]:
    """A vault to set up: a new one, or one whose set-up was cut short or is not finished yet."""
    if env.vault is not None or Vault.exists(env.home):
        with open_vault(env, role) as vault:
            yield vault
        return
    passphrase = new_passphrase(env, env.t("A new passphrase for this vault"))
    with Vault.create(env.home, passphrase, role=role, log_n=env.log_n) as vault:
        yield vault


def new_passphrase(env: Environment, prompt: str) -> str:
    """A passphrase that is strong enough: generated, or chosen and measured."""
    passphrase = normal(env.ask.new_passphrase(prompt, generate_passphrase(env.t.lang)))
    check_passphrase(passphrase)
    return passphrase


def normal(passphrase: str) -> str:
    """One byte form for what looks the same: two keyboards may compose the same letter differently."""
    return unicodedata.normalize("NFC", passphrase.strip())
