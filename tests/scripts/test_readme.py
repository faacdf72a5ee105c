"""What the README tells a newcomer to paste is pasted, in a copy of what it needs, and holds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from intake.cli.table import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.uk.md")
COMMAND_LINES = 6


def blocks(page: str) -> list[str]:
    """The shell blocks of a page, in order."""
    return re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_two_commands_one_preparation_and_six_commands(page: str) -> None:
    """The page keeps its promise: a line for the tour, a line for the tests, a preparation, six commands."""
    tour, tests, preparation, six = blocks(page)
    assert [block.count("\n") for block in (tour, tests, preparation, six)] == [1, 1, 1, COMMAND_LINES]
    assert tour.rstrip().endswith("intake tour")
    assert "tools/check.py" in tests


def test_the_pages_say_the_same_commands() -> None:
    """Ukrainian and English differ in words, never in what is run."""
    english, ukrainian = (re.sub(r"INTAKE_LANG=..|'[^']*'", "", "".join(blocks(page))) for page in PAGES)
    assert english == ukrainian


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_exists(page: str) -> None:
    """No page names a command that the program does not have."""
    text = "".join(blocks(page))
    named = re.findall(r"bin/intake (?:--home \S+ )?((?:org )?[a-z]+)", text)
    assert named
    assert set(named) <= {entry.name for entry in COMMANDS}


@pytest.mark.slow
def test_six_commands_end_in_a_valid_bundle(tmp_path: Path) -> None:
    """Pasted line by line as they stand, with no terminal, each succeeds, and the last one says VALID."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "intake").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m intake "$@"\n')
    (tmp_path / ".venv" / "bin" / "intake").chmod(0o755)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    preparation, six = blocks("README.md")[2:]
    done = subprocess.run(
        ["bash", "-e", "-c", preparation + six],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^[0-9a-f]{32}\.tar: VALID$", done.stdout, re.MULTILINE)
