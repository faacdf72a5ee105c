"""The interview screen in a real terminal, typed in Ukrainian and killed at random moments.

Why: a laptop dies in the middle of a sentence. What was typed is there again, at the same question, but for what the
last two seconds held; and no file anywhere holds a readable word of it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from intake.store.vault import Vault
from tests.worlds.app_interview import halfway
from tests.worlds.loop import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NARRATIVE = "account.narrative_original"
SAID = "вони прийшли вранці, коли ми спали, без паспорта не буде ліків; мати плакала, сусідка бачила з подвір'я"
WORDS = SAID.split()
CANARIES = ("подвір'я", "плакала", "сусідка")
AT_RISK_SECONDS = 2.0  # as promised, from the key that was sent to the disk
A_KEY_SECONDS = 1.0  # at most until it is drawn, as fast as that is
LONG = "\n".join(" ".join(WORDS[at % len(WORDS)] for at in range(100)) for _ in range(200))


class Terminal:
    """The program on a terminal of 80 by 24 at a question, and what was typed at it when."""

    def __init__(self, folder: Path, question: str = "narrative") -> None:
        self.home, self.case = halfway(folder, question)
        self.user, self.tmp = folder / "user", folder / "tmp"
        self.user.mkdir()
        self.tmp.mkdir()
        self.typed: list[tuple[float, str]] = []
        self.child: Any = None

    def start(self, *shown: str) -> None:
        """As an interviewer comes back to it: the passphrase, the drafts, the only one of them, go on."""
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.user),
            "TMPDIR": str(self.tmp),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        }
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "tests.worlds.app_interview", str(self.home)],
            cwd=str(self.user),
            env=environ,
            encoding="utf-8",
            dimensions=(24, 80),
            timeout=60,
        )
        self.child.delaybeforesend = None
        self.child.expect("Пароль")
        self.child.send(f"{PASSPHRASE}\r")
        self.child.expect("Чернетки")
        self.child.send("2")
        self.child.expect(self.case)
        self.child.send("1")
        self.child.expect("Запечатати")
        self.child.send("1")
        for text in shown or ("Своїми словами", "під ризиком"):
            self.child.expect_exact(text)
        self.typed = []

    def type_for(self, seconds: float, chance: random.Random) -> None:
        """Words, as fast as nobody types, the screen being read meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            word = chance.choice(WORDS) + chance.choice((" ", " ", " ", ". ", "\r"))
            for sign in word:
                self.type(sign)
                self.read(A_KEY_SECONDS)

    def type(self, sign: str) -> None:
        """One key."""
        self.child.send(sign)
        self.typed.append((time.monotonic(), "\n" if sign == "\r" else sign))
        self.read()

    def write_before(self, text: str) -> None:
        """An account that is there already."""
        with Vault.open(self.home, PASSPHRASE) as vault:
            (draft,) = vault.drafts.list()
            vault.drafts.save(draft.id, NARRATIVE, text)

    def begun(self) -> Any:
        """What was begun at the question where it stands, as it is on the disk."""
        with Vault.open(self.home, PASSPHRASE) as vault:
            (draft,) = vault.drafts.list()
            position = vault.drafts.position(draft.id)
            return position.get("unfinished", {}).get(position["at"])

    def read(self, at_most: float = 0) -> None:
        """Whatever the program drew: a terminal never lets it wait, and nobody types on who sees nothing of it."""
        with suppress(pexpect.TIMEOUT, pexpect.EOF):
            while True:
                self.child.read_nonblocking(65536, timeout=at_most)
                at_most = 0

    def kill(self) -> float:
        """As a flat battery does; when."""
        os.kill(self.child.pid, signal.SIGKILL)
        at = time.monotonic()
        self.child.close(force=True)
        return at

    def kept(self) -> str:
        """The account as it is on the disk."""
        with Vault.open(self.home, PASSPHRASE) as vault:
            (draft,) = vault.drafts.list()
            found = vault.drafts.values(draft.id).get(NARRATIVE)
            return str(found.value) if found else ""

    def readable(self) -> list[str]:
        """Files that hold a word of it, in any of the ways that a text is written."""
        found = []
        for folder in (self.home, self.user, self.tmp):
            for path in folder.rglob("*"):
                data = path.read_bytes() if path.is_file() else b""
                for word in CANARIES:
                    ways = (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("cp1251"))
                    found += [f"{path}: {word}" for way in ways if way in data]
        return found


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """One laptop."""
    made = Terminal(tmp_path)
    yield made
    if made.child is not None and made.child.isalive():
        made.child.close(force=True)


def killed_and_reopened(terminal: Terminal, times: int, chance: random.Random) -> None:
    """Again and again: reopened, typed at, killed; nothing but the last moments is ever missing."""
    before = terminal.kept()
    for _ in range(times):
        terminal.start()
        terminal.type_for(chance.uniform(0.1, 6.0), chance)
        at = terminal.kill()
        kept = terminal.kept()
        typed = "".join(sign for _, sign in terminal.typed)
        safe = sum(when < at - AT_RISK_SECONDS for when, _ in terminal.typed)
        assert kept.startswith(before), "what was saved before is as it was"
        assert (before + typed).startswith(kept), "nothing is there that was not typed, in the order it was typed"
        assert len(kept) >= len(before) + safe, "what was typed earlier than the last moments is there"
        assert terminal.readable() == []
        before = kept


def test_killed_in_the_middle_of_a_sentence_only_the_last_moments_are_missing(terminal: Terminal) -> None:
    """A handful of kills; the text grows through all of them, and no file holds a readable word of it."""
    killed_and_reopened(terminal, 4, random.Random(11))  # noqa: S311  moments, not secrets
    terminal.start()


@pytest.mark.slow
@pytest.mark.parametrize("before", ["", LONG], ids=["short", "20000_words"])
def test_killed_a_hundred_times(terminal: Terminal, before: str) -> None:
    """The same at a hundred random moments; also where 20,000 words stand there already."""
    terminal.write_before(before)
    killed_and_reopened(terminal, 100, random.Random())  # noqa: S311


def test_killed_in_an_account_of_20000_words(terminal: Terminal) -> None:
    """A longer text takes longer to save; not more of it is at risk."""
    terminal.write_before(LONG)
    killed_and_reopened(terminal, 2, random.Random(7))  # noqa: S311


def test_killed_in_the_middle_of_a_line_it_is_there_again_and_no_answer(tmp_path: Path) -> None:
    """Half a date: not among the answers, and in its line when the interview is opened again."""
    terminal = Terminal(tmp_path, "when")
    terminal.start("Коли це")
    for sign in "17.03":
        terminal.type(sign)
    time.sleep(AT_RISK_SECONDS)
    terminal.type("9")
    terminal.kill()
    assert terminal.begun() in ("17.03", "17.039")
    assert terminal.readable() == []
    terminal.start("17.03")
    terminal.kill()


def test_killed_while_several_are_marked_the_marks_are_there_again(tmp_path: Path) -> None:
    """`[x]` of a long list, not handed in."""
    terminal = Terminal(tmp_path, "violations")
    terminal.start("[ ]")
    for sign in "\r":
        terminal.type(sign)
    time.sleep(AT_RISK_SECONDS)
    terminal.kill()
    assert len(terminal.begun()) == 1
    terminal.start("[x]")
    terminal.kill()


def test_a_word_of_the_account_would_be_found_if_it_were_readable(terminal: Terminal) -> None:
    """The search for readable words finds one that is there: it does not pass because it looks nowhere."""
    (terminal.tmp / "swap").write_bytes(b"\0" * 99 + "сусідка".encode("utf-16-le"))
    assert terminal.readable()


def test_a_closed_window_saves_and_comes_back_to_the_same_question(terminal: Terminal) -> None:
    """SIGHUP right after the last letter: nothing at all is missing."""
    terminal.start()
    terminal.type_for(0.5, random.Random(3))  # noqa: S311
    time.sleep(0.3)
    terminal.child.kill(signal.SIGHUP)
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    typed = "".join(sign for _, sign in terminal.typed)
    assert terminal.kept().rstrip() == typed.rstrip()
    terminal.start()
