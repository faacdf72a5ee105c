"""Commands off any keyboard: the wrong layout is understood, and answers are not taken for commands."""

from __future__ import annotations

import pytest

from intake.cli.keyboard import command
from intake.i18n.layouts import other_layouts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("q", "quit"), ("й", "quit"), ("Й", "quit"), ("quit", "quit"), ("йгше", "quit"), ("вийти", "quit"),
        ("dbqnb", "quit"),
        ("выйти", "quit"), ("dsqnb", "quit"),
        ("<", "back"), ("Б", "back"), ("б", "back"), ("назад", "back"), ("yfpfl", "back"), ("ифсл", "back"),
        ("?", "help"), (",", "help"), ("&", "help"), ("довідка", "help"), ("help", "help"), ("рудз", "help"),
        ("!", "hide"), ("сховати", "hide"), ("-", "skip"), ("—", "skip"), ("=", "review"),
        ("огляд", "review"), ("+", "more"),
        (" < ", "back"),
    ],
)  # fmt: skip
def test_a_command_is_understood_on_any_layout(typed: str, meant: str | None) -> None:
    """Signs, words in three languages, and what their keys give under another layout."""
    assert command(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "т", "н", "д", "y", "n", "так", "ні", "1", "12", "назад дороги не було", "quit it", "ю"]
)
def test_answers_are_no_commands(typed: str) -> None:
    """Yes and no in every language, numbers, and sentences that begin like a command stay answers."""
    assert command(typed) is None


def test_other_layouts_of_digits_are_nothing() -> None:
    """Digits are the same on every layout."""
    assert other_layouts("12 3") == ()


def test_other_layouts_of_a_word() -> None:
    """A Ukrainian word typed with the Latin layout on is among the readings."""
    assert "прихисток" in other_layouts("ghb[bcnjr")
