"""The interview in a real terminal on a real vault, typed in Ukrainian: killed, hung up, hidden, resumed, left clean.

Why: an interviewer's laptop dies in the middle of a sentence, and somebody may look at the screen afterwards.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from tests.worlds.line_interview import BEFORE_NARRATIVE
from tests.worlds.questionnaire import ANSWERS
from tests.worlds.store import PASSPHRASE, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CLEAR = "\x1b[2J\x1b[3J\x1b[H"


class Laptop:
    """A vault in a folder, and the program on a terminal of 80 by 24."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "vault"
        self.user = folder / "user"
        self.user.mkdir()
        new_vault(self.home).close()
        self.running: list[Any] = []

    def start(self, case: str = "") -> Any:
        """The program, as the interviewer starts it."""
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.user),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
        }
        arguments = ["-m", "tests.worlds.line_interview", str(self.home), *([case] if case else [])]
        child = pexpect.spawn(
            sys.executable,
            arguments,
            cwd=str(self.user),
            env=environ,
            encoding="utf-8",
            dimensions=(24, 80),
            timeout=15,
        )
        child.delaybeforesend = None
        self.running.append(child)
        return child

    def to_the_narrative(self) -> Any:
        """Through safety and consent, answering what the screen asks."""
        child = self.start()
        for name in BEFORE_NARRATIVE:
            while name == "consent_text" and child.expect(["Прочитайте вголос", r"Enter[^\r\n]{3,40}$"]) == 1:
                child.send("\r")
            child.expect("> $")
            child.send(ANSWERS[name] + "\r")
        child.expect("Своїми словами")
        return child

    def draft(self) -> tuple[str, dict[str, Any]]:
        """The case code of the one draft, and what is saved of it; the program must be gone."""
        with open_vault(self.home) as vault:
            (draft,) = vault.drafts.list()
            values = {path: value.value for path, value in vault.drafts.values(draft.id).items()}
        return draft.case_code, values


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """One laptop; whatever still runs on it afterwards is ended."""
    made = Laptop(tmp_path)
    yield made
    for child in made.running:
        child.close(force=True)


def saved_soon(child: Any) -> None:
    """Two seconds and a bit: what the product promises for text that is being typed."""
    assert child.expect([pexpect.TIMEOUT], timeout=2.2) == 0


def test_kill_9_in_the_middle_of_a_line_loses_two_seconds_at_most(laptop: Laptop) -> None:
    """An unfinished line, older than two seconds, is in the vault; the same question opens with it."""
    child = laptop.to_the_narrative()
    child.send("Вони прийшли вранці.\r")
    child.send("Сказали, що без паспорта не бу")
    saved_soon(child)
    child.kill(signal.SIGKILL)
    child.wait()
    case, values = laptop.draft()
    assert values["account.narrative_original"] == "Вони прийшли вранці.\nСказали, що без паспорта не бу"
    again = laptop.start(case)
    again.expect("Своїми словами")
    again.expect("2  Сказали, що без паспорта не бу")
    again.send("де ліків.\r.\r")
    again.expect("У якій країні")


def test_a_line_typed_without_a_pause_is_saved_too(laptop: Laptop) -> None:
    """Keys that never stop don't put the save off: it is due 1.5 seconds after the first unsaved key."""
    child = laptop.to_the_narrative()
    for letter in "говорить і говорить і говорить":
        child.send(letter)
        child.expect([pexpect.TIMEOUT], timeout=0.1)
    child.kill(signal.SIGKILL)
    child.wait()
    _, values = laptop.draft()
    assert values["account.narrative_original"].startswith("говорить і")


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_terminal_that_goes_away_saves_first(laptop: Laptop, end: signal.Signals) -> None:
    """A closed window, a shutdown, Ctrl-C: the unfinished line is saved at once, not after its second and a half."""
    child = laptop.to_the_narrative()
    child.send("Недописан")
    child.expect("Недописан")
    child.kill(end)
    child.expect(pexpect.EOF)
    assert laptop.draft()[1]["account.narrative_original"] == "Недописан"


def test_a_closed_window_saves_first(laptop: Laptop) -> None:
    """The terminal itself is gone, nothing can be shown any more: the unfinished line is saved."""
    child = laptop.to_the_narrative()
    child.send("Недописан")
    child.expect("Недописан")
    os.close(child.child_fd)
    os.waitpid(child.pid, 0)
    laptop.running.remove(child)
    assert laptop.draft()[1]["account.narrative_original"] == "Недописан"


def test_kill_9_before_consent_leaves_no_draft(laptop: Laptop) -> None:
    """What was said about safety is gone with the power: there was no consent to keep it."""
    child = laptop.start()
    for name in BEFORE_NARRATIVE[:4]:
        child.expect("> $")
        child.send(ANSWERS[name] + "\r")
    child.expect("> $")
    child.kill(signal.SIGKILL)
    child.wait()
    with open_vault(laptop.home) as vault:
        assert vault.drafts.list() == []


@pytest.mark.parametrize("key", ["!", "\x1b[21~"])
def test_hide_is_one_key_and_takes_the_scrollback_too(laptop: Laptop, key: str) -> None:
    """`!` or F10 without Enter: a clock and a prompt; the passphrase brings the text back, another does not."""
    child = laptop.to_the_narrative()
    child.send("Вони прийшли вранці.\r")
    child.expect("вранці")
    child.send(key)
    child.expect_exact(CLEAR)
    child.expect(r"\d\d:\d\d\r\n")
    child.send("не той пароль\r")
    child.expect_exact(CLEAR)
    shown = child.before
    child.send(PASSPHRASE + "\r")
    child.expect("1  Вони прийшли вранці.")
    assert "Вони" not in shown
    assert PASSPHRASE not in child.before


def test_hidden_in_the_middle_of_a_line_the_line_goes_on(laptop: Laptop) -> None:
    """F10 with half a sentence typed: it is saved before the screen is cleared, and stands in the line afterwards."""
    child = laptop.to_the_narrative()
    child.send("Половина ре")
    child.send("\x1b[21~")
    child.expect(r"\d\d:\d\d\r\n")
    child.send(PASSPHRASE + "\r")
    child.expect("Половина ре")
    child.send("чення\r.\r")
    child.expect("У якій країні")
    child.send("q\r")
    child.expect(pexpect.EOF)
    assert laptop.draft()[1]["account.narrative_original"] == "Половина речення"


def test_the_wrong_layout_leaves_and_the_screen_is_clean(laptop: Laptop) -> None:
    """йгше is quit; what comes after the last clearing of screen and scrollback holds nothing of the interview."""
    child = laptop.to_the_narrative()
    child.send("Вони прийшли вранці.\r")
    child.send("йгше\r")
    child.expect(pexpect.EOF)
    after = child.before.rsplit(CLEAR, 1)[1]
    case, values = laptop.draft()
    assert values["account.narrative_original"] == "Вони прийшли вранці."
    assert after.split() == [case, "left"]


def test_kill_9_at_one_prompt_after_another_resumes_there(laptop: Laptop) -> None:
    """Killed at each question in turn, started again: the question that was on the screen is on it again."""
    child = laptop.to_the_narrative()
    child.send("Коротко.\r.\r")
    prompts = ["У якій країні", "Ім’я, як людина", "Що з розповіді", "Додати потребу"]
    for prompt, typed in zip(prompts, ["1", "Ганна", "0", "2"], strict=True):
        child.expect(prompt)
        child.kill(signal.SIGKILL)
        child.wait()
        child = laptop.start(laptop.draft()[0])
        child.expect(prompt)
        child.expect("> $")
        child.send(typed + "\r")
    child.expect("З ким людина")
    child.kill(signal.SIGKILL)
    child.wait()
    assert "UKR" in laptop.draft()[1].values()


def test_nothing_readable_is_on_the_disk(laptop: Laptop) -> None:
    """No file of the vault or of the home holds a word of it; no history file appears; readline is not loaded."""
    child = laptop.to_the_narrative()
    child.send("Каравела стоїть біля причалу.\r.\r")
    child.expect("У якій країні")
    maps = Path(f"/proc/{child.pid}/maps")
    if maps.exists():
        assert "readline" not in maps.read_text()
    child.kill(signal.SIGKILL)
    child.wait()
    word = "Каравела".encode()
    assert not [file for file in laptop.home.rglob("*") if file.is_file() and word in file.read_bytes()]
    assert list(laptop.user.iterdir()) == []


def test_a_line_is_edited_over_the_edge_of_the_screen(laptop: Laptop) -> None:
    """A paragraph over three rows, erased back into the first and typed on: what is saved is what was meant."""
    child = laptop.to_the_narrative()
    child.send("слово " * 40)
    child.send("\x7f" * 180)
    child.send("і крапка\r.\r")
    child.expect("У якій країні")
    child.send("q\r")
    child.expect(pexpect.EOF)
    assert laptop.draft()[1]["account.narrative_original"] == "слово " * 10 + "і крапка"
