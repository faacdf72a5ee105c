"""In a real terminal: the door, the screen that is left clean, a kill and the next start, and the same in lines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pexpect
import pytest

from intake.cli import front
from intake.cli.options import Globals
from intake.i18n import Translator
from intake.usecases.listing import list_
from tests.worlds.loop import PASSPHRASE, ready
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INTAKE = [sys.executable, "-m", "intake"]
F10 = "\x1b[21~"


def environ(home: Path, **more: str) -> dict[str, str]:
    """As a person's terminal has it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INTAKE", "LC_", "NO_COLOR"))}
    return {**kept, "TERM": "xterm-256color", "INTAKE_HOME": str(home), "INTAKE_LANG": "uk", "LANG": "C.UTF-8", **more}


def begin(home: Path, *options: str, size: tuple[int, int] = (24, 80), **more: str) -> pexpect.spawn:
    """The program on a terminal of its own."""
    return pexpect.spawn(INTAKE[0], [*INTAKE[1:], *options], env=environ(home, **more), dimensions=size,
                         encoding="utf-8", timeout=30)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A laptop with one draft."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    return laptop.env.home


def test_start_unlock_hide_quit(home: Path) -> None:
    """From the shell to Home, hidden, back, and out with exit code 0; the first screen is given back."""
    child = begin(home)
    child.expect("Пароль")
    child.send(PASSPHRASE + "\r")
    child.expect("Чернетки")
    child.send(F10)
    child.expect("Пароль")
    child.send(PASSPHRASE + "\r")
    child.expect("Чернетки")
    time.sleep(0.3)
    child.send("й")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "\x1b[?1049l" in child.before


def test_told_to_end_it_closes_and_cleans(home: Path) -> None:
    """SIGTERM and a closed window: the vault is closed, the screen given back, nothing printed."""
    child = begin(home)
    child.expect("Пароль")
    child.send(PASSPHRASE + "\r")
    child.expect("Чернетки")
    child.kill(15)
    child.expect(pexpect.EOF)
    child.close()
    assert "Traceback" not in child.before
    assert "\x1b[?1049l" in child.before
    assert child.exitstatus == 130


@pytest.mark.parametrize(("option", "more", "size"), [
    ("--plain", {}, (24, 80)), ("", {"INTAKE_PLAIN": "1"}, (24, 80)), ("", {"TERM": "dumb"}, (24, 80)),
    ("", {"COLUMNS": "70", "LINES": "20"}, (20, 70)),
])  # fmt: skip
def test_line_mode(option: str, more: dict[str, str], size: tuple[int, int], home: Path) -> None:
    """Where it is asked for, or a screen can't be drawn: the same entries with numbers, and commands behind them."""
    child = begin(home, *([option] if option else []), size=size, **more)
    child.expect("ароль")
    child.sendline(PASSPHRASE)
    child.expect("2  Чернетки")
    assert "\x1b[?1000h" not in child.before
    child.expect("> ")
    child.send("2\r")
    child.expect("1  Показати список")
    child.expect("> ")
    child.send("1\r")
    child.expect(r"\d{3}-\d{3}-\d{3}-\d")
    child.expect("до меню")
    child.send("\r")
    child.expect("> ")
    child.send("#\r")
    child.expect("1648")
    child.expect("до меню")
    child.send("\r")
    child.expect("> ")
    child.send("!\r")
    child.expect("ароль")
    child.sendline(PASSPHRASE)
    child.expect("> ")
    child.send("й\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_wrong_answer_in_lines_says_why_and_goes_on(home: Path) -> None:
    """An error of a command is said, and the menu is there again; nothing was destroyed."""
    child = begin(home, "--plain")
    child.expect("ароль")
    child.sendline(PASSPHRASE)
    child.expect("> ")
    child.send("2\r")
    child.expect("> ")
    child.send("8\r")
    child.expect("Код справи")
    child.send("111-111-111-1\r")
    child.expect("помилка")
    child.expect("до меню")
    child.send("\r")
    child.expect("2  Чернетки")
    child.expect("> ")
    child.send("q\r")
    child.expect(pexpect.EOF)


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[str]:
    """A tmux of its own, with one shell in it."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = str(tmp_path / "tmux")
    words = [
        "tmux",
        "-f",
        "/dev/null",
        "-S",
        socket,
        "new-session",
        "-d",
        "-x",
        "80",
        "-y",
        "24",
        "bash --norc --noprofile",
    ]
    subprocess.run(words, check=True, env={**os.environ, "PS1": "$ "})
    yield socket
    subprocess.run(["tmux", "-S", socket, "kill-server"], check=False)


def tmux(socket: str, *words: str) -> str:
    """One command of tmux."""
    return subprocess.run(["tmux", "-S", socket, *words], check=True, capture_output=True, text=True).stdout


def until(socket: str, text: str) -> str:
    """The pane, once it shows that."""
    for _ in range(300):
        shown = tmux(socket, "capture-pane", "-p")
        if text in shown:
            return shown
        time.sleep(0.1)
    pytest.fail(f"{text!r} never came:\n{shown}")


def test_the_next_start_cleans_what_a_kill_left(pane: str, home: Path) -> None:
    """Kill -9 leaves Home on the screen; the next start erases it and gives the shell's own screen back in the end."""
    env = " ".join(f"{name}={value}" for name, value in environ(home).items() if name.startswith(("INTAKE", "LANG")))
    start = f"{env} {' '.join(INTAKE)}"
    tmux(pane, "send-keys", f"echo shell-was-here; {start}", "Enter")
    until(pane, "Пароль")
    tmux(pane, "send-keys", "-l", PASSPHRASE)
    tmux(pane, "send-keys", "Enter")
    until(pane, "Квитанції")
    tmux(pane, "run-shell", "kill -9 $(pgrep -P #{pane_pid})")
    time.sleep(0.5)
    assert "Квитанції" in tmux(pane, "capture-pane", "-p", "-a") + tmux(pane, "capture-pane", "-p")
    tmux(pane, "send-keys", start, "Enter")
    shown = until(pane, "Пароль")
    assert "Квитанції" not in shown
    tmux(pane, "send-keys", "-l", PASSPHRASE)
    tmux(pane, "send-keys", "Enter")
    until(pane, "Квитанції")
    tmux(pane, "send-keys", "q")
    shown = until(pane, "shell-was-here")
    assert "Квитанції" not in shown
    assert "Квитанції" not in tmux(pane, "capture-pane", "-p", "-S", "-")


# -- the door, without a terminal --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "given"), [
    ([], {}), (["--plain"], {"plain": True}), (["--home", "x", "--lang=ru"], {"home": "x", "lang": "ru"}),
    (["list"], None), (["--home"], None), (["--plain=yes"], None), (["--help"], None), (["--nonsense"], None),
    (["--lang", "uk", "org"], None),
])  # fmt: skip
def test_options_alone_open_the_application(words: list[str], given: dict[str, object] | None) -> None:
    """Only global options: the application. Anything else is a command, or an error of the command line."""
    assert front.alone(words) == given


def test_without_a_terminal_there_is_no_application() -> None:
    """In a pipe `intake` shows its commands, as it always did."""
    assert not front.opens([], {})


@pytest.mark.parametrize(("plain", "environment", "drawn"), [
    (False, {"TERM": "xterm"}, True), (True, {"TERM": "xterm"}, False),
    (False, {"TERM": "xterm", "INTAKE_PLAIN": "1"}, False), (False, {"TERM": "xterm", "INTAKE_PLAIN": "0"}, True),
    (False, {"TERM": "dumb"}, False), (False, {}, False),
])  # fmt: skip
def test_when_a_screen_is_drawn(plain: bool, environment: dict[str, str], drawn: bool,
                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Asked for lines, or a terminal that can't: lines; 80x24 is enough for the screen."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    options = Globals(Translator("uk"))
    if plain:
        options.remember("plain", value=True)
    assert front.draws(options, environment) is drawn
    monkeypatch.setenv("COLUMNS", "79")
    assert not front.draws(options, environment)


def test_a_look_changes_nothing(tmp_path: Path) -> None:
    """A sitting that only looked left the vault as it was."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    child = begin(laptop.env.home)
    child.expect("Пароль")
    child.send(PASSPHRASE + "\r")
    child.expect("Чернетки")
    time.sleep(0.3)
    child.send("q")
    child.expect(pexpect.EOF)
    assert [row.state for row in list_(laptop.env)] == ["draft"]
