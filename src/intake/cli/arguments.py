"""Arguments that several commands share, and how a file that was named is read."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from intake.usecases.files import read_file

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

MAX_INPUT_BYTES = 16 * 1024 * 1024  # cards, packs and requests are a few kilobytes; a pack of ten thousand laptops fits


def read_input(path: Path) -> bytes:
    """A small file named on the command line, whole."""
    return read_file(path, MAX_INPUT_BYTES)
