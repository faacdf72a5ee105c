"""The rows of a table that a stranger wrote, from CSV or XLSX: bytes in, cells out, within limits, or one error.

A workbook is a zip of XML: what would unpack to much, names entities or is encrypted is refused before openpyxl sees
it; macros and links to other workbooks are never followed. openpyxl is imported here and nowhere else.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from itertools import islice
from typing import TYPE_CHECKING, Final

from intake.errors import MalformedOccupationList

if TYPE_CHECKING:
    from collections.abc import Iterator

Cells = tuple[str, ...]

MAX_ROWS: Final = 100_000  # the ministry's list has 3,200
MAX_COLUMNS: Final = 32
MAX_CELL: Final = 2_000
_PARTS: Final = 200
_UNPACKED: Final = 64 << 20
_ZIP: Final = b"PK\x03\x04"
_XML: Final = re.compile(rb"[\xef\xbb\xbf\xff\xfe\x00\s]*<")  # by its bytes: a sheet may have any name
_OTHER_ENCODING: Final = re.compile(rb"[^>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY", b"\x00")  # NUL: XML in two bytes a letter, where the others would hide


def read_rows(data: bytes) -> list[Cells]:
    """Every row of every sheet, in order, each cell as text without space around it; MalformedOccupationList."""
    try:
        cells = _workbook(data) if data.startswith(_ZIP) else _csv(data)
        rows = [tuple(cell.strip() for cell in row) for row in islice(cells, MAX_ROWS + 1)]
    except Exception:  # noqa: BLE001  whatever a hostile workbook makes the parsers raise, it is no list
        raise MalformedOccupationList from None
    if len(rows) > MAX_ROWS or any(len(cell) > MAX_CELL for row in rows for cell in row):
        raise MalformedOccupationList
    return rows


def _csv(data: bytes) -> Iterator[list[str]]:
    text = data.decode("utf-8-sig")
    if "\0" in text:
        raise MalformedOccupationList
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
        yield row[:MAX_COLUMNS]


def _workbook(data: bytes) -> Iterator[list[str]]:
    _check_parts(data)
    import openpyxl  # noqa: PLC0415  a fifth of a second that only this command pays

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True):
            yield [_text(value) for value in row]


def _check_parts(data: bytes) -> None:
    """Look into every part of the zip before anything parses one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
            raise MalformedOccupationList
        for part in parts:
            content = archive.read(part)
            if _XML.match(content) and (_OTHER_ENCODING.match(content) or any(word in content for word in _FORBIDDEN)):
                raise MalformedOccupationList


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
