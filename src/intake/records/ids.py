"""Ids and case codes. An id is a random UUID (version 4: the others leak the machine or the hour).

A case code is nine random digits and a check digit (Damm), `742-118-365-1`: spoken over any phone line, typed on any
keyboard layout, never built from a name, a date or a place. It is a label, never a key.
"""

from intake.errors import BadCaseCode


def new_id() -> str:
    """A random UUID, version 4."""
    raise NotImplementedError


def new_case_code() -> str:
    """Nine random digits and their check digit."""
    raise NotImplementedError


def normalise_case_code(typed: str) -> str:
    """The code as it is stored, from any spacing, dashes or digits; BadCaseCode when it can't be one."""
    raise BadCaseCode
