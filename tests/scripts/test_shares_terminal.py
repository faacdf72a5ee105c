"""A ceremony at a real terminal: words on a screen that keeps nothing, typed back unseen, mistakes told at once."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.worlds.processes import Lab
from tests.worlds.sheets import ROW

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pexpect")

TO_CYRILLIC = str.maketrans("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфівапролдячсмить")


class Terminal:
    """`intake org shares …` on a terminal of 80x24, in English."""

    def __init__(self, lab: Lab, *words: str) -> None:
        command = lab.words("org", "org", "shares", *words)
        self.child = pexpect.spawn(
            command[0], command[1:], env=lab.environ(), cwd=str(lab.folder / "working"), encoding="utf-8", timeout=60,
            dimensions=(24, 80),
        )  # fmt: skip

    def until(self, text: str) -> str:
        """What came before the text."""
        self.child.expect_exact(text)
        return str(self.child.before)

    def type(self, keys: str) -> None:
        """Keys, as they are pressed."""
        self.child.send(keys)


def shown(screen: str) -> str:
    """The words on it."""
    cells = [cell for row in ROW.findall(screen.replace("\r", "")) for cell in re.findall(r"(\d+) ([a-z]+)", row)]
    assert len(cells) == 33
    return " ".join(word for _, word in sorted((int(number), word) for number, word in cells))


def test_shown_and_typed_back(tmp_path: Path) -> None:
    """Two of three by `--show`; then the drill: a wrong word, Cyrillic keys, a sheet twice, a scanner; then proof."""
    lab = Lab.new(tmp_path / "lab")
    folder = lab.folder / "org" / "offline"
    words = ("split", "--need", "2", "--of", "3", "--set", "root", "--offline", str(folder), "--show")
    terminal = Terminal(lab, *words)
    sheets = []
    for number in (1, 2, 3):
        terminal.until(f"Custodian {number} of 3 alone before the screen?")
        terminal.type("\r")
        sheets.append(shown(terminal.until("Written down, and compared word by word?")))
        terminal.type("\r")
    terminal.until("\x1b[2J\x1b[?1049l")
    terminal.until("The words of a sheet of the set root:")
    first = sheets[1].split()
    terminal.until("  1 ")
    terminal.type("zzzz ")
    assert "?" in terminal.until("  1 ")
    terminal.type(" ".join(word[:4].translate(TO_CYRILLIC) for word in first) + "\r")
    drawn = terminal.until("The words of another sheet of the set root, 2 of the 2 that are needed:")
    assert not any(word in drawn for word in first if len(word) > 4)
    terminal.until("  1 ")
    terminal.type(sheets[1].upper() + "\r")
    terminal.until("sheet 2 was typed already; nothing is lost")
    terminal.until("  1 ")
    terminal.type("\r".join(sheets[2].split()) + "\r")
    terminal.until("Type the word destroy to destroy the files; Enter alone keeps them")
    terminal.type("destroy\r")
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert terminal.child.exitstatus == 0, terminal.child.before
    assert sorted(path.name for path in folder.iterdir()) == ["archive.age", "identity-archive.age", "recovery.age"]
    assert not lab.strays()


def test_ctrl_c_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    """While words stand there: the screen is cleared, the files are as they were, the vault knows of no split."""
    lab = Lab.new(tmp_path / "lab")
    folder = lab.folder / "org" / "offline"
    terminal = Terminal(lab, "split", "--need", "2", "--of", "3", "--offline", str(folder), "--show")
    terminal.until("alone before the screen?")
    terminal.type("\r")
    terminal.until("Written down, and compared word by word?")
    terminal.type("\x03")
    terminal.until("\x1b[2J\x1b[?1049l")
    terminal.child.expect(pexpect.EOF)
    terminal.child.close()
    assert terminal.child.exitstatus == 130
    assert len(list(folder.iterdir())) == 4
    assert "no such key was split in this vault" in lab.intake("org", "org", "shares", "drill").told
