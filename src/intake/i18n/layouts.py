"""Keyboards: what the same keys give under another layout (ЙЦУКЕН, Ukrainian and Russian, against QWERTY).

Somebody who writes in Cyrillic does not change the layout to press `q`: by the place of its key `й` is meant as well.
Letters of answers are never folded in what is stored.
"""

from __future__ import annotations

QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю"
RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю"

TO_LATIN = str.maketrans(UKRAINIAN + RUSSIAN, QWERTY * 2)
TO_UKRAINIAN = str.maketrans(QWERTY, UKRAINIAN)
TO_RUSSIAN = str.maketrans(QWERTY, RUSSIAN)


def key_of(typed: str) -> str:
    """The key of the Latin layout that gave this letter, whatever the layout; other signs as they are."""
    return typed.lower().translate(TO_LATIN)


def other_layouts(typed: str) -> tuple[str, ...]:
    """What the same keys give under the other layouts; nothing where that changes nothing."""
    line = typed.lower()
    folded = (line.translate(table) for table in (TO_LATIN, TO_UKRAINIAN, TO_RUSSIAN))
    return tuple(dict.fromkeys(other for other in folded if other != line))
