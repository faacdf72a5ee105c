"""What the three directories and the recipients file share: ASCII lines, LF only, and the same three lines on top.

Spec: docs/spec/keys-v1.md, rules K01 and K02.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intake.errors import MalformedTrustFile

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 8 << 20  # a laptop takes 2.2 kB of the roster: room for 3,700 of them
HEADER_LINES = 3
MAX_STEP = 1_000_000
_ORG = re.compile(r"# org ([0-9a-f]{64})")
_SERIAL = re.compile(r"# serial ([1-9][0-9]{0,14})")  # 15 digits: below 2^53, which every JSON reader keeps
_FOREIGN = re.compile(rb"[^\x20-\x7e\n]")


class Lines:
    """The lines of one file, numbered from 1; `refuse` makes the error that names file, line and rule."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        self._lines = self._split(data)

    def refuse(self, number: int, rule: str, why: str) -> MalformedTrustFile:
        """The error to raise."""
        return MalformedTrustFile(file=self.file, line=number, rule=rule, why=why)

    def header(self) -> tuple[str, int]:
        """K02: `# intake-FILE/1`, `# org …`, `# serial N`; gives org and serial."""
        if self._lines[0] != f"# intake-{self.file}/1":
            raise self.refuse(1, "K02", "the first line names the format")
        top = [*self._lines[1:HEADER_LINES], "", ""]
        org, serial = _ORG.fullmatch(top[0]), _SERIAL.fullmatch(top[1])
        if org is None:
            raise self.refuse(2, "K02", "the second line names the organisation")
        if serial is None:
            raise self.refuse(3, "K02", "the third line gives the serial")
        return org[1], int(serial[1])

    def body(self) -> Iterator[tuple[int, str]]:
        """Every line below the header, with its number."""
        yield from enumerate(self._lines[HEADER_LINES:], HEADER_LINES + 1)

    def _split(self, data: bytes) -> list[str]:
        if len(data) > MAX_BYTES:
            raise self.refuse(0, "K01", f"larger than {MAX_BYTES} bytes")
        foreign = _FOREIGN.search(data)
        if foreign:
            number = data.count(b"\n", 0, foreign.start()) + 1
            raise self.refuse(number, "K01", "a byte that is neither printable ASCII nor LF")
        lines = data.decode("ascii").split("\n")
        if lines.pop() != "" or not lines:
            raise self.refuse(len(lines) + 1, "K01", "the last line does not end with LF")
        return lines


def check_step(file: str, held: int, serial: int) -> None:
    """K27: no further ahead than anybody signs; else the file of one officer could be the last that there ever is."""
    if serial > held + MAX_STEP:
        raise MalformedTrustFile(file=file, line=HEADER_LINES, rule="K27", why="its serial is too far ahead")


def header_lines(file: str, org: str, serial: int) -> list[str]:
    """The three lines on top of every file."""
    return [f"# intake-{file}/1", f"# org {org}", f"# serial {serial}"]


def join(lines: list[str]) -> bytes:
    """Lines to bytes."""
    return "".join(line + "\n" for line in lines).encode("ascii")
