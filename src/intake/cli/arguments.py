"""Arguments that several commands share, and how a file that was named is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from intake.errors import BadOption
from intake.keys.times import parse_json_time
from intake.usecases.files import read_file

if TYPE_CHECKING:
    from datetime import datetime

    from typer import Context

Case = Annotated[str, Argument(metavar="ID", help="the case code, typed with or without dashes")]
OptionalCase = Annotated[str | None, Argument(metavar="ID", help="the case code, typed with or without dashes")]
WordsMatch = Annotated[
    bool,
    Option("--words-match", help="the eight words were compared already; without it they are shown and asked about"),
]

NewPassphraseFile = Annotated[
    Path | None,
    Option("--new-passphrase-file", metavar="FILE", help="its first line is the new passphrase; else it is asked for"),
]

OfflineFolder = Annotated[
    Path,
    Option("--offline", metavar="DIR", help="the folder with the organisation's keys that org init wrote"),
]

JudgedAt = Annotated[
    str | None, Option("--at", metavar="TIME", help="judge as of then, as 2026-11-21T17:40:00Z; else now")
]

MAX_INPUT_BYTES = 16 * 1024 * 1024  # cards, packs and requests are a few kilobytes; a pack of ten thousand laptops fits


def judged_at(ctx: Context, at: str | None) -> datetime | None:
    """The time that was named; BadOption for what is none."""
    found = parse_json_time(at) if at else None
    if at and found is None:
        raise BadOption(command=ctx.command_path, option="--at")
    return found


def read_input(path: Path) -> bytes:
    """A small file named on the command line, whole."""
    return read_file(path, MAX_INPUT_BYTES)
