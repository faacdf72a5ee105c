"""An organisation and enrolled laptops in temp folders, made through the use cases with a cheap key derivation.

`world = found(tmp_path)`; `laptop = world.laptop("laptop-1")`; `laptop.add([document])`, `laptop.seal()`,
`laptop.export()`, `world.import_()`. Passphrases are the same everywhere; every "are these the words" is a yes unless a
test says otherwise.
"""

from __future__ import annotations

import atexit
import io
import json
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake import transports, usecases
from intake.i18n import Translator
from intake.usecases.add import Added, add
from intake.usecases.enrol import enrol
from intake.usecases.environment import Environment, Words
from intake.usecases.exporting import Exported, export
from intake.usecases.importing import ImportReport, import_
from intake.usecases.init import init
from intake.usecases.org_enrol import Profile, org_enrol
from intake.usecases.org_init import org_init
from intake.usecases.seal import SealReport, seal
from tests.worlds import kills

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intake.keys.shares import Sheet

PASSPHRASE = "correct horse battery staple lantern orchid"  # noqa: S105  of made-up vaults in temp folders
NOW = datetime(2026, 11, 21, 17, 40, tzinfo=UTC)
LOG_N = 10


@dataclass
class Answers:
    """Somebody who answers: the passphrase, yes, and what a test put into `texts` and `choices`, in order."""

    texts: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    yes: bool = True
    match: bool = True
    secret: str = PASSPHRASE
    seen: list[Words] = field(default_factory=list)

    def passphrase(self, prompt: str) -> str:
        """The one of this world."""
        assert prompt
        return self.secret

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """The one of this world, not the suggested one."""
        assert prompt
        assert suggested
        return self.secret

    def sheet(self, prompt: str, take: Callable[[str], Sheet]) -> Sheet:
        """The next of `sheets`; when there are none left, nothing is typed."""
        assert prompt
        return take(self.sheets.pop(0) if self.sheets else "")

    def password(self, prompt: str) -> str:
        """The next text: no place but the vault is told its passphrase."""
        return self.text(prompt)

    def confirm(self, question: str) -> bool:
        """What `yes` says."""
        assert question
        return self.yes

    def words_match(self, question: str, words: Words) -> bool:
        """What `match` says; the words are kept for the test to look at."""
        assert question
        self.seen.append(words)
        return self.match

    def text(self, prompt: str) -> str:
        """The next text."""
        assert prompt
        return self.texts.pop(0)

    def story(self, prompt: str, text: str, keep: Callable[[str], None]) -> str:
        """The next texts, until an empty one."""
        lines = [text] if text else []
        while line := self.text(prompt):
            lines.append(line)
            keep("\n".join(lines))
        return "\n".join(lines)

    def choose(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> str:
        """The next choice, which must be offered."""
        assert prompt
        chosen = self.choices.pop(0)
        assert chosen in dict(choices)
        return chosen


def environment(home: Path, *, lang: str = "uk", ask: Answers | None = None, at: datetime = NOW) -> Environment:
    """The world of one deed, with a clock that stands still."""
    translator = Translator(lang)  # type: ignore[arg-type]  # tests name languages that exist
    return Environment(home=home, t=translator, ask=ask or Answers(), clock=lambda: at, log_n=LOG_N)


@dataclass(frozen=True)
class Laptop:
    """An enrolled laptop, and the stick that goes between it and the coordinator."""

    env: Environment
    principal: str
    stick: Path

    def add(self, documents: Sequence[Any]) -> Added:
        """Testimonies as JSON Lines."""
        return add(self.env, io.BytesIO(lines(documents)))

    def seal(self, cases: Sequence[str] | None = None, *, interrupted: str | None = None) -> SealReport:
        """The drafts named, or all."""
        return seal(self.env, cases, interrupted=interrupted)

    def export(self) -> Exported:
        """To the stick."""
        self.stick.mkdir(parents=True, exist_ok=True)
        return export(self.env, self.stick)


@dataclass(frozen=True)
class World:
    """The organisation, at its coordinator's desk."""

    env: Environment
    card: Path
    folder: Path

    def laptop(self, name: str, profile: Profile | None = None) -> Laptop:
        """A new laptop, from `init` to `enrol`."""
        env = replace(self.env, home=self.folder / name)
        ready = init(env, self.card.read_bytes())
        assert ready.request is not None
        enrolled = org_enrol(self.env, ready.request.read_bytes(), profile)
        enrol(env, enrolled.pack.read_bytes())
        return Laptop(env, enrolled.principal, self.folder / "stick")

    def import_(self, *paths: Path) -> ImportReport:
        """What is on the stick, or the files named."""
        return import_(self.env, paths or (self.folder / "stick",))


def found(folder: Path, *, name: str = "Вигаданий осередок", made_up: bool = True) -> World:
    """A new organisation."""
    env = environment(folder / "org")
    founded = org_init(env, name, purpose="made-up" if made_up else "real")
    return World(env, founded.card, folder)


@cache
def _made() -> tuple[World, dict[str, Laptop]]:
    """One organisation with two laptops, made once a run; removed when Python ends."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = found(folder)
    return world, {name: world.laptop(name) for name in ("laptop-1", "laptop-2")}


def ready(folder: Path) -> tuple[World, Laptop, Laptop]:
    """A copy of that organisation and its two laptops: much quicker than a new one, and as good for most tests."""
    made, laptops = _made()
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    world = World(replace(made.env, home=folder / "org"), folder / "org" / "card", folder)
    first, second = (
        Laptop(replace(one.env, home=folder / name), one.principal, folder / "stick") for name, one in laptops.items()
    )
    return world, first, second


def lines(documents: Sequence[Any]) -> bytes:
    """JSON Lines of the documents."""
    return b"".join(json.dumps(document, ensure_ascii=False).encode() + b"\n" for document in documents)


# The store has such tests of its own.
run_and_kill_at_line = partial(kills.run_and_kill_at_line, rooms=(usecases, transports))


def killed_at_every(work: Callable[[int], bool], step: int) -> int:
    """Call `work(line)` for every `step`-th line until it was not killed; how many times it was."""
    kills = 0
    while work(1 + kills * step):
        kills += 1
    return kills
