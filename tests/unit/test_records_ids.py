"""Case codes and ids."""

from __future__ import annotations

import re
import uuid

import pytest

from intake.errors import BadCaseCode
from intake.records import ids


def test_a_new_code_is_nine_digits_and_a_check_digit() -> None:
    """What is made is what is accepted."""
    for _ in range(200):
        code = ids.new_case_code()
        assert re.fullmatch(r"\d{3}-\d{3}-\d{3}-\d", code)
        assert ids.normalise_case_code(code) == code


def test_codes_and_ids_are_random() -> None:
    """No counter, no clock: two hundred codes differ, and an id is a version 4 UUID."""
    assert len({ids.new_case_code() for _ in range(200)}) == 200
    assert uuid.UUID(ids.new_id()).version == 4


def test_damm_agrees_with_the_published_example() -> None:
    """572 has the check digit 4 (Damm's thesis)."""
    assert ids.check_digit("572") == 4
    assert ids.check_digit("5724") == 0


@pytest.mark.parametrize(
    "typed",
    [
        "7421183658",
        " 742 118 365 8 ",
        "742—118—365—8",
        "742.118.365.8",
        "742−118−365.8",
        "٧٤٢-١١٨-٣٦٥-٨",
        "７４２１１８３６５８",
        "742\u00a0118\u2009365\u200b8",
    ],
)
def test_any_spacing_dash_and_digit_is_understood(typed: str) -> None:
    """A code read over the phone and typed on any layout is the same code."""
    assert ids.normalise_case_code(typed) == "742-118-365-8"


@pytest.mark.parametrize(
    "typed",
    ["", "742-118-365", "742-118-365-2", "742-118-3651-0", "742-118-36O-8", "Олена", "742-118-365-8;", "²42-118-365-8"],
)
def test_anything_else_is_refused(typed: str) -> None:
    """Too short, too long, a letter, a wrong check digit: one typed error, which does not repeat what was typed."""
    with pytest.raises(BadCaseCode) as caught:
        ids.normalise_case_code(typed)
    assert typed not in str(caught.value) or not typed


def test_every_wrong_digit_and_every_swap_is_caught() -> None:
    """The two mistakes people make on the phone never lead to somebody else's record."""
    code = ids.new_case_code().replace("-", "")
    for place in range(10):
        for digit in "0123456789":
            wrong = code[:place] + digit + code[place + 1 :]
            if wrong != code:
                with pytest.raises(BadCaseCode):
                    ids.normalise_case_code(wrong)
    for place in range(9):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            with pytest.raises(BadCaseCode):
                ids.normalise_case_code(swapped)
