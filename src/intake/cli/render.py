"""Results as lines and as JSON. Plain text, no colour, no boxes; a name or a testimony is never cut or interpreted."""

from __future__ import annotations

import dataclasses
import enum
import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from shutil import get_terminal_size
from typing import TextIO

from intake.errors import IntakeError
from intake.keys.times import json_time

COLUMNS = 80
CLEAR_SCREEN = "\x1b[2J\x1b[3J\x1b[H"  # the screen, its scrollback, and the cursor home
# Control characters (C0 but newline and tab, DEL, C1, bidirectional): text from elsewhere may not move the cursor.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(value: object) -> object:
    """A result as JSON knows it: objects, lists, texts, numbers; times in UTC with a Z."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, IntakeError):
        return {"code": value.code, "exit_code": value.exit_code}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return json_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    return value if value is None or isinstance(value, (str, int, float, bool)) else type(value).__name__


def safe(text: str) -> str:
    """Text of unknown origin, made harmless for a terminal."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def folded(text: str, stream: TextIO, *, beside: int = 0) -> str:
    """Broken between words where somebody reads it; one line where a program does. `beside`: columns that are taken."""
    if not stream.isatty():
        return text
    columns = max(get_terminal_size().columns - 1 - beside, 20)
    lines = (textwrap.wrap(line, columns, break_long_words=False, break_on_hyphens=False) for line in text.split("\n"))
    return "\n".join("\n".join(line) for line in lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Columns as wide as their widest cell; nothing is cut."""
    cells = [list(heads), *([safe(str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def folded_table(heads: Sequence[str], rows: Sequence[Sequence[object]], stream: TextIO, *, beside: int) -> list[str]:
    """A table whose widest column is folded so that it fits beside what is taken; as it is where a program reads it."""
    lines = table(heads, rows)
    too_much = max(map(len, lines)) + beside - get_terminal_size().columns + 1
    if not stream.isatty() or too_much <= 0:
        return lines
    cells = [list(heads), *([safe(str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    wide = widths.index(max(widths))
    room = max(widths[wide] - too_much, 20)
    split = []
    for row in cells:
        first, *more = textwrap.wrap(row[wide], room) or [""]
        split.append([*row[:wide], first, *row[wide + 1 :]])
        split += [[part if i == wide else "" for i in range(len(row))] for part in more]
    return table(split[0], split[1:])


def pairs(rows: Sequence[tuple[str, object]]) -> list[str]:
    """Names and values, one under the other; a row without a value is left out."""
    kept = [(name, safe(str(value))) for name, value in rows if value is not None]
    width = max((len(name) for name, _ in kept), default=0)
    return [line for name, value in kept for line in _pair(name, value, width)]


def _pair(name: str, value: str, width: int) -> list[str]:
    """One row; a value that does not fit beside its name stands under it, whole."""
    row = f"{name:{width}}  {value}"
    if len(row) <= COLUMNS:
        return [row]
    folded = textwrap.wrap(value, COLUMNS - 4, break_long_words=False, break_on_hyphens=False)
    return [*([name] if name else []), *(f"    {part}" for part in folded)]
