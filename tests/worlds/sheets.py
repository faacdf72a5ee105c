"""Printed sheets read back, as a custodian reads them: the numbered words, in their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ROW = re.compile(r"^ ?\d+ [a-z]+ +\d+ [a-z]+ +\d+ [a-z]+$", re.MULTILINE)
"""One row of words on a sheet of text."""


def words_on(page: Path) -> str:
    """The words of a sheet of text."""
    cells = [cell for row in ROW.findall(page.read_text("utf-8")) for cell in re.findall(r"(\d+) ([a-z]+)", row)]
    assert len(cells) == 33
    return " ".join(word for _, word in sorted((int(number), word) for number, word in cells))


def typed(paper: Path, key_set: str, *custodians: int, of: int = 3) -> str:
    """A line for each of these custodians' sheets of one set."""
    pages = (paper / f"custodian-{number}" / f"{key_set}-{number}-of-{of}.txt" for number in custodians)
    return "".join(f"{words_on(page)}\n" for page in pages)
