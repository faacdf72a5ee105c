"""Ids and case codes. An id is a random UUID (version 4: the others leak the machine or the hour).

A case code is nine random digits and a check digit (Damm), `742-118-365-8`: spoken over any phone line, typed on any
keyboard layout, never built from a name, a date or a place. It is a label, never a key.
"""

import secrets
import unicodedata
import uuid

from intake.errors import BadCaseCode

DIGITS = 10  # nine of them random

# Damm, "Total anti-symmetrische Quasigruppen" (2004): catches every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def new_id() -> str:
    """A random UUID, version 4."""
    return str(uuid.uuid4())


def new_case_code() -> str:
    """Nine random digits and their check digit."""
    digits = f"{secrets.randbelow(10**9):09d}"
    return _spaced(f"{digits}{check_digit(digits)}")


def check_digit(digits: str) -> int:
    """The Damm check digit; 0 for digits that already end in theirs."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def normalise_case_code(typed: str) -> str:
    """The code as it is stored, from any spacing, dashes or digits; BadCaseCode when it can't be one."""
    digits = "".join(_digit(char) for char in typed)
    if len(digits) != DIGITS or check_digit(digits) != 0:
        raise BadCaseCode
    return _spaced(digits)


def _digit(char: str) -> str:
    """A digit of any script as 0-9; nothing for what only separates."""
    value = unicodedata.decimal(char, None)
    if value is not None:
        return str(value)
    if char.isspace() or char in "._/\u2212" or unicodedata.category(char) in {"Pd", "Cf"}:
        return ""
    raise BadCaseCode


def _spaced(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]}-{digits[9]}"
