"""The one JSON we write, and a reader that takes nothing two programs could read differently.

Refused: a byte order mark, bytes that are not UTF-8, a key twice in one object, NaN and Infinity, lone surrogates,
more than 64 levels, more values than anything of ours holds, numbers that a 53-bit reader would change. Verbatim
bytes are what is signed; `dumps` is only for making new ones.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from intake.errors import JsonFault

MAX_DEPTH = 64  # a testimony nests 6 deep; Python's own parser recurses and would give up at about 1,000
MAX_NUMBER = 2**53 - 1  # the largest whole number every JSON reader keeps (RFC 8259, section 6)
# Every value costs many times its bytes once it is read, and again when a shape refuses it: megabytes of "{}," would
# take gigabytes. The largest of ours, a statement of 10,000 items, holds some 300,000.
MAX_VALUES = 500_000
MAX_MEMBERS = 10_000  # of one object; the widest of ours has some hundreds
_ONE_KIND = bytes.maketrans(b"[]", b"{}")
_NO_MARK = bytes(set(range(256)) - set(b'[]{},"'))
_BEFORE_VALUES = (b",", b"[", b"{")
_MAX_DIGITS = 32  # no number we know is longer; keeps int() off hostile megabyte-long numerals


def loads(data: bytes, *, max_bytes: int) -> Any:
    """Parse strict JSON of at most max_bytes, or raise JsonFault; the fault never quotes the input."""
    if len(data) > max_bytes:
        raise JsonFault(why=f"larger than {max_bytes} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonFault(why="not UTF-8") from None
    if text.startswith("\ufeff"):
        raise JsonFault(why="a byte order mark")
    _check_values(data)
    _check_depth(data)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonFault(why=f"broken at line {error.lineno}, column {error.colno}") from None
    _check_surrogates(data, value)
    return value


def dumps(value: Any) -> bytes:
    """Write our JSON: UTF-8, sorted keys, no spaces, no final newline."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return text.encode("utf-8")
    except (ValueError, TypeError, RecursionError):  # UnicodeEncodeError is a ValueError
        raise JsonFault(why="a value that JSON can't say") from None


def _check_depth(data: bytes) -> None:
    """Refuse deep brackets before the recursive parser sees them; every step is linear, and in C.

    A backslash outside a string is a fault the parser stops at, and up to there it sees what stands here. What is not
    balanced is a fault too, found no deeper than twice the bound.
    """
    brackets = _outside_strings(data).translate(_ONE_KIND, b",")
    for _ in range(MAX_DEPTH):
        flatter = brackets.replace(b"{}", b"")  # takes the innermost level away
        if flatter == brackets:
            break
        brackets = flatter
    if b"{}" in brackets or brackets.count(b"{") > MAX_DEPTH:
        raise JsonFault(why=f"nested deeper than {MAX_DEPTH}")


def _check_values(data: bytes) -> None:
    """Refuse more values than MAX_VALUES before one is made: each but the first of its list or object has a comma."""
    if len(data) <= MAX_VALUES:
        return
    outside = _outside_strings(data)
    if sum(map(outside.count, _BEFORE_VALUES)) > MAX_VALUES:
        raise JsonFault(why=f"more than {MAX_VALUES} values")


def _outside_strings(data: bytes) -> bytes:
    """The brackets and commas that stand in no string; right up to the first fault of form, where the parser stops."""
    if b"\\" in data:
        data = data.replace(rb"\\", b"").replace(rb"\"", b"")
    marks = data.translate(None, _NO_MARK).replace(b'""', b"")  # two quotes side by side change nothing for the others
    return b"".join(marks.split(b'"')[::2])


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a key that stands twice: two readers would keep different ones."""
    if len(pairs) > MAX_MEMBERS:
        raise JsonFault(why=f"an object of more than {MAX_MEMBERS} members")
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonFault(why="a key stands twice in one object")
    return members


def _no_constant(_name: str) -> NoReturn:
    """Refuse NaN and the infinities, which are not JSON."""
    raise JsonFault(why="NaN or Infinity")


def _whole(digits: str) -> int:
    """Read a whole number that no reader changes."""
    value = int(digits) if len(digits) <= _MAX_DIGITS else MAX_NUMBER + 1
    if abs(value) > MAX_NUMBER:
        raise JsonFault(why="a number beyond 53 bits")
    return value


def _fraction(digits: str) -> float:
    """Read a number with a fraction or exponent; its size is bound as a whole number's is."""
    value = float(digits) if len(digits) <= _MAX_DIGITS else math.inf
    if abs(value) > MAX_NUMBER:
        raise JsonFault(why="a number beyond 53 bits, or too long")
    return value


def _check_surrogates(data: bytes, value: Any) -> None:
    r"""Refuse half of a \\uD800 pair: it can be held in memory and never written as UTF-8."""
    # Only an escape can make one; UTF-8 itself can't. One byte is found much faster than two, and most have none.
    if b"\\" not in data or b"\\u" not in data:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise JsonFault(why="half of a surrogate pair") from None


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_int=_whole, parse_float=_fraction
)
