"""Sheets and the keys behind them, seen from outside by strace: a drill and a ceremony write neither, `combine` no key.

`split` writes sheets where it was told to, one custodian's at a time, and nothing of them anywhere else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pexpect
import pytest

from intake.usecases.offline import CUSTOMARY, Offline
from tests.leakage.test_recovery_leakage import Keys
from tests.worlds.loop import PASSPHRASE
from tests.worlds.processes import Lab
from tests.worlds.sheets import ROW, typed

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.shares import KeySet

pytestmark = pytest.mark.interop


class Custodians(Keys):
    """A split organisation under strace."""

    def __init__(self, lab: Lab, log: Path) -> None:
        super().__init__(lab, log)
        self.paper = lab.folder / "paper"
        words = ("org", "shares", "split", "--need", "2", "--of", "3", "--to", self.paper, "--keep", "--later", "--yes")
        self.run("org", *words, "--offline", self.folder)
        self.sheets = {one: typed(self.paper, one, 1, 2, 3).splitlines() for one in CUSTOMARY}
        self.rows = ROW.findall((self.paper / "custodian-1" / "root-1-of-3.txt").read_text("utf-8"))
        self.written, self.raw = self.calls(), self._log.read_bytes()
        for path in self.paper.rglob("*.*"):
            path.unlink()

    @property
    def folder(self) -> Path:
        """With the organisation's keys."""
        return self.lab.folder / "org" / "offline"

    def typed(self, *sets: KeySet) -> bytes:
        """Two sheets of each."""
        return "".join(f"{line}\n" for one in sets for line in self.sheets[one][:2]).encode()

    def check(self) -> None:
        """As ever; and of a sheet no four words stand together in any call or file."""
        super().check()
        log = self._log.read_bytes()
        for sheet in (sheet for sheets in self.sheets.values() for sheet in sheets):
            part = " ".join(sheet.split()[8:12])
            for form in (part, part.upper()):
                assert "".join(f"\\x{ord(sign):02x}" for sign in form).encode() not in log
                found = [
                    path for path in self.lab.folder.rglob("*") if path.is_file() and form.encode() in path.read_bytes()
                ]
                assert not [path for path in found if path != self._log]


@pytest.fixture
def custodians(tmp_path: Path) -> Custodians:
    """Sheets on paper; the files are still there."""
    return Custodians(Lab.new(tmp_path / "lab"), tmp_path / "calls")


def test_a_split_writes_sheets_where_it_was_told(custodians: Custodians) -> None:
    """Into that folder, and into nothing else; of a key that is split nothing is written at all."""
    seen = [call for call in custodians.written if any(row in call for row in custodians.rows)]
    assert seen
    assert all(f"<{custodians.paper}/custodian-1/" in call for call in seen)
    for key in custodians._keys:
        assert b"".join(b"\\x%02x" % byte for byte in key) not in custodians.raw


def test_a_drill_writes_neither_key_nor_sheet(custodians: Custodians) -> None:
    """All sets typed, proved and compared; then the same once more, and the files go."""
    told = custodians.run("org", "org", "shares", "drill", stdin=custodians.typed(*CUSTOMARY))
    assert "root" in told
    custodians.check()
    words = ("org", "shares", "drill", "--offline", custodians.folder)
    custodians.run("org", *words, stdin=custodians.typed(*CUSTOMARY) + b"destroy\n")
    assert [path.name for path in custodians.folder.iterdir()] == ["recovery.age"]


def test_combine_writes_ciphertext_alone(custodians: Custodians) -> None:
    """The folder is there again; of a key only what its new passphrase opens."""
    again = custodians.lab.folder / "again"
    custodians.run("org", "org", "shares", "combine", again, stdin=custodians.typed(*CUSTOMARY))
    custodians.check()
    assert Offline(again, PASSPHRASE).root() == Offline(custodians.folder, PASSPHRASE).root()


def test_a_ceremony_with_sheets(custodians: Custodians) -> None:
    """The root in memory, and gone with the process."""
    custodians.run("org", "org", "rotate", "--officers", "--sheets", stdin=custodians.typed("root"))
    custodians.check()


def test_words_on_a_screen_are_written_nowhere_else(tmp_path: Path) -> None:
    """`--show`: to the terminal, and into no file."""
    traced = Keys(Lab.new(tmp_path / "lab"), tmp_path / "calls")
    folder = traced.lab.folder / "org" / "offline"
    words = ("split", "--need", "2", "--of", "3", "--set", "root", "--offline", folder, "--show", "--later")
    child = traced.terminal("org", "org", "shares", *words)
    screen = ""
    while child.expect([pexpect.EOF, r"Enter[^\r\n]*: ?$"]):
        screen += child.before
        child.send("\r")
    child.close()
    assert child.exitstatus == 0
    rows = ROW.findall(screen.replace("\r", ""))
    assert len(rows) == 33
    seen = [call for call in traced.calls() if any(row in call for row in rows)]
    assert seen
    assert all(re.match(r"\d+ +write\w*\(\d+<(/dev/pts/|/dev/tty)", call) for call in seen)
    traced.check()
