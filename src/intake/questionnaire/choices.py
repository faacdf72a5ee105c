"""What can be chosen, and what was meant by what was typed.

A choice is taken by its number, its code, or a part of its label in any of the three languages: an interviewer may
speak one language and type in another. Nothing is guessed: a part that several share is refused, naming their numbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import AnswerNeeded, ManyChoicesMatch, NoSuchChoice, OneChoiceOnly

if TYPE_CHECKING:
    from intake.questionnaire.model import Words

APOSTROPHES = str.maketrans(dict.fromkeys("'`\u2018\u2019", "\u02bc"))  # all the ways it is typed
MANY_SHOWN = 8


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `number` is what is typed."""

    number: int
    code: str
    label: str
    words: Words


def fold(text: str) -> str:
    """Text made comparable: NFC, one apostrophe, no case, single spaces. For comparing only, never for storing."""
    return " ".join(unicodedata.normalize("NFC", text).translate(APOSTROPHES).casefold().split())


def choose_one(typed: str, choices: tuple[Choice, ...]) -> Choice:
    """The one choice meant."""
    chosen = choose_many(typed, choices)
    if len(chosen) != 1:
        raise OneChoiceOnly
    return chosen[0]


def choose_many(typed: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices meant, each once, in the order of the list: `1 3`, `1,3`, or parts of labels between commas."""
    numbers = re.fullmatch(r"[\d\s,;.]+", typed) is not None
    if not numbers and matching(typed.strip(), choices):  # a label may hold a comma itself
        wishes = [typed.strip()]
    else:
        wishes = [wish.strip() for wish in re.split(r"[\s,;.]+" if numbers else r"[,;]", typed)]
    meant = {_meant(wish, choices).number for wish in wishes if wish}
    if not meant:
        raise AnswerNeeded
    return tuple(choice for choice in choices if choice.number in meant)


def _meant(wish: str, choices: tuple[Choice, ...]) -> Choice:
    if wish.isdecimal():
        by_number = [choice for choice in choices if choice.number == int(wish[:9])]
        return _only(by_number)
    folded = fold(wish)
    exact = [choice for choice in choices if folded in {fold(said) for said in _names(choice)}]
    if len(exact) == 1:
        return exact[0]
    begins = [choice for choice in choices if any(fold(said).startswith(folded) for said in _names(choice))]
    return begins[0] if len(begins) == 1 else _only(matching(wish, choices))


def matching(part: str, choices: tuple[Choice, ...]) -> list[Choice]:
    """Every choice that carries each word of the part, or a piece of one, in one of its labels."""
    words = fold(part).split()
    return [choice for choice in choices if any(all(word in fold(said) for word in words) for said in _names(choice))]


def _only(found: list[Choice]) -> Choice:
    if not found:
        raise NoSuchChoice
    if len(found) > 1:
        numbers = ", ".join(str(choice.number) for choice in found[:MANY_SHOWN])
        raise ManyChoicesMatch(numbers=numbers + (", …" if len(found) > MANY_SHOWN else ""))
    return found[0]


def _names(choice: Choice) -> tuple[str, ...]:
    return (choice.code, choice.label, choice.words.uk, choice.words.ru, choice.words.en)
