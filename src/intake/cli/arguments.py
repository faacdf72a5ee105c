"""Arguments that several commands share, and how a file that was named is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from intake.errors import BadOption, MissingWord
from intake.keys.times import parse_json_time
from intake.usecases.files import read_file
from intake.usecases.offline import CUSTOMARY, FILES, Sheets

if TYPE_CHECKING:
    from datetime import datetime

    from typer import Context

    from intake.keys.shares import KeySet
    from intake.usecases.offline import Where

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
    Path | None,
    Option("--offline", metavar="DIR", help="the folder with the organisation's keys that org init wrote"),
]
OfSheets = Annotated[
    bool,
    Option("--sheets", help="custodians type their sheets: for keys that were split, and are in no folder"),
]

KeySets = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="NAME",
        help="root, archive, identity-archive or recovery; may be repeated; else the first three",
    ),
]

JudgedAt = Annotated[
    str | None, Option("--at", metavar="TIME", help="judge as of then, as 2026-11-21T17:40:00Z; else now")
]

MAX_INPUT_BYTES = 16 * 1024 * 1024  # cards, packs and requests are a few kilobytes; a pack of ten thousand laptops fits


def where(folder: Path | None, sheets: bool) -> Where | None:
    """Where the organisation's keys come from, by `--offline` (or `--archive`) and `--sheets`; None: by neither."""
    return Sheets(folder) if sheets else folder


def chosen_sets(ctx: Context, names: list[str] | None) -> tuple[KeySet, ...]:
    """What `--set` named; else what is customary."""
    if not set(names or ()) <= FILES.keys():
        raise BadOption(command=ctx.command_path, option="--set")
    return tuple(one for one in FILES if one in names) if names else CUSTOMARY


def needed(ctx: Context, folder: Path | None, sheets: bool) -> Where:
    """The same, where there has to be one."""
    found = where(folder, sheets)
    if found is None:
        raise MissingWord(command=ctx.command_path, what="--offline DIR")
    return found


def judged_at(ctx: Context, at: str | None) -> datetime | None:
    """The time that was named; BadOption for what is none."""
    found = parse_json_time(at) if at else None
    if at and found is None:
        raise BadOption(command=ctx.command_path, option="--at")
    return found


def read_input(path: Path) -> bytes:
    """A small file named on the command line, whole."""
    return read_file(path, MAX_INPUT_BYTES)
