"""Every file, write, process and connection of the real command line, seen from outside by strace.

No canary (tests/worlds/processes.py) in any write but to a terminal, in any file name, in any argument or environment;
no file made outside the vault and the folder named; no network. Each command runs as it is typed.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from intake.usecases.environment import now
from intake.usecases.tour import made_up
from tests.worlds.crypto import need
from tests.worlds.line_interview import BEFORE_NARRATIVE
from tests.worlds.loop import PASSPHRASE
from tests.worlds.processes import CANARIES, NAME, WORD, Lab, canaries_in, canary, canary_lines
from tests.worlds.questionnaire import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.interop

CALLS = "trace=%file,%network,%process,write,writev,pwrite64,pwritev,sendfile,copy_file_range"
TERMINALS = ("/dev/pts/", "/dev/tty")
HEXED = re.compile(r"(?:\\x[0-9a-f]{2})+")
MAKES = ("mkdir", "rename", "link", "symlink", "mknod")


class Traced:
    """Runs commands under strace and keeps what it saw."""

    def __init__(self, lab: Lab, log: Path) -> None:
        self.lab = lab
        self._log = log
        self._strace = [need("strace"), "-f", "-qq", "-y", "-v", "-xx", "-s", "1000000", "-e", CALLS, "-o", str(log)]

    def run(self, home: str, *words: str | Path, stdin: bytes = b"") -> str:
        """One command without a terminal; its stdout."""
        ended = self.lab.intake(home, *words, stdin=stdin, before=self._strace)
        assert ended.code == 0, ended.told
        return ended.out.decode()

    def terminal(self, home: str, *words: str | Path) -> Any:
        """One command on a terminal of its own."""
        command = [*self._strace, *self.lab.words(home, *words)]
        folder = str(self.lab.folder / "working")
        environ = self.lab.environ(INTAKE_LANG="uk")
        return pexpect.spawn(
            command[0], command[1:], cwd=folder, env=environ, encoding="utf-8", timeout=60, dimensions=(24, 80)
        )

    def calls(self) -> list[str]:
        """What the last command asked of the system; texts decoded."""
        text = self._log.read_text(encoding="ascii")
        assert "execve(" in text, "strace saw nothing"
        return [HEXED.sub(lambda hit: _decoded(hit[0]), line) for line in text.splitlines()]

    def check(self) -> None:
        """Nothing readable but to a terminal, nothing made outside, nobody called."""
        for call in self.calls():
            seen = re.match(r"\d+ +(?:<\.\.\. |\+\+\+ |--- )?(\w+)(?:\(\d+<([^>]*)>)?", call)
            assert seen, call[:200]
            name, fd = seen.groups()
            if not (name.startswith("write") and fd and fd.startswith(TERMINALS)):
                assert not [word for word in CANARIES if word in call], call[:200]
            assert not re.search(r"AF_INET|AF_NETLINK|AF_PACKET", call), call[:200]
            if ("O_CREAT" in call or name.startswith(MAKES)) and " = -1 " not in call:
                self._inside(call)
        assert not self.lab.strays()
        assert not canaries_in(self.lab.folder)

    def _inside(self, call: str) -> None:
        here = re.search(r"AT_FDCWD<([^>]*)>", call)
        made = [Path(here[1] if here else "/", text) for text in re.findall(r'"([^"]*)"', call)]
        assert made, call[:200]
        for path in made:
            assert path.is_relative_to(self.lab.folder) or str(path).startswith("/dev/"), call[:200]


def _decoded(hexed: str) -> str:
    return bytes.fromhex(hexed.replace("\\x", "")).decode("utf-8", "replace").replace('"', "'")


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """An organisation, two laptops, a stick, and strace."""
    folder = tmp_path_factory.mktemp("traced")
    yield Traced(Lab.new(folder / "lab"), folder / "calls")
    shutil.rmtree(folder)


def test_the_loop_without_a_terminal(traced: Traced, tmp_path: Path) -> None:
    """Add (stdin, a file), attach, list, seal, export, import, received: ciphertext is all that is written."""
    lab = traced.lab
    (tmp_path / "drafts.jsonl").write_bytes(canary_lines(2))
    (tmp_path / "photo.txt").write_text(f"{WORD} {NAME}", encoding="utf-8")
    case = traced.run("laptop-1", "add", "-", stdin=json.dumps(canary(7), ensure_ascii=False).encode()).strip()
    traced.check()
    for words in (
        ("add", tmp_path / "drafts.jsonl"),
        ("attach", case, tmp_path / "photo.txt", "--part", "identity"),
        ("list",),
        ("seal", "--all", "--yes"),
        ("export", "--to", lab.stick),
    ):
        traced.run("laptop-1", *words)
        traced.check()
    for at_desk in (("import", lab.stick), ("list", "--json"), ("received", "--to", lab.folder / "auditor")):
        traced.run("org", *at_desk)
        traced.check()
    assert len(lab.cases("org")) == 3


def test_show_on_a_terminal(traced: Traced) -> None:
    """The testimony is written to the terminal alone; the passphrase that is typed is written nowhere."""
    case = traced.lab.intake("laptop-2", "add", "-", stdin=canary_lines(1)).out.decode().strip()
    child = traced.terminal("laptop-2", "show", case, "--passphrase-file", "")
    child.expect(": ")
    child.sendline(PASSPHRASE)
    for _ in range(20):
        if child.expect([pexpect.EOF, r"\x1b\[2J\x1b\[H|Enter[^\r\n]*: ?$"]) == 0:
            break
        child.send("\r")
    child.close()
    assert child.exitstatus == 0
    shown = [call for call in traced.calls() if WORD in call]
    assert shown, "the testimony was shown"
    traced.check()


def test_an_interview_in_ukrainian(traced: Traced) -> None:
    """Typed through consent into the narrative and left: what was typed is on the terminal and in the vault only."""
    child = traced.terminal("laptop-2", "interview", "--mode", "first_account")
    for name in BEFORE_NARRATIVE:
        while name == "consent_text" and child.expect(["Прочитайте вголос", r"Enter[^\r\n]{3,40}$"]) == 1:
            child.send("\r")
        child.expect("> $")
        child.send(ANSWERS[name] + "\r")
    child.expect("Своїми словами")
    child.send(f"Тут стоїть {WORD}.\r{NAME}")
    assert child.expect([pexpect.TIMEOUT, pexpect.EOF], timeout=2) == 0
    child.send("\r.\r")
    child.expect("> $")
    child.send("йгше\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    traced.check()


@pytest.mark.slow
def test_the_tour(traced: Traced) -> None:
    """The tools that the tour runs are given nothing readable; afterwards its folder is gone."""
    words = made_up.telling_words(made_up.testimonies(now()))
    printed = traced.run("laptop-1", "tour", "--json")
    assert json.loads(printed.splitlines()[-1])["event"]["ok"]
    calls = [call for call in traced.calls() if not re.match(r"\d+ +write\([12]<", call)]
    assert not [call[:200] for call in calls if any(word in call for word in words)]
    assert not traced.lab.strays()
    traced.check()
