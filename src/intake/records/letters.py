"""Letters that stand for each other: apostrophes, stress marks, and Latin look-alikes among Cyrillic.

For comparing and understanding only: what a person said or typed is stored as it was.
Spec: docs/decisions/0010-dates-and-names.md.
"""

from __future__ import annotations

import unicodedata

APOSTROPHE = "\u02bc"
_STRESS = "\u0301"
_TO_APOSTROPHE = str.maketrans(
    dict.fromkeys("'`\u00b4\u2018\u2019\u201b\u2032\uff07\u02b9\u02bb\u02bd\u02c8", APOSTROPHE)
)
_LATIN, _CYRILLIC = "ABCEHIKMOPTXaceiopxyï", "АВСЕНІКМОРТХасеіорхуї"
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN)


def normal_apostrophes(text: str) -> str:
    """Every sign typed for a Ukrainian apostrophe as U+02BC: for comparing only, never for what is stored."""
    return text.translate(_TO_APOSTROPHE)


def plain(text: str) -> str:
    """NFC, one kind of apostrophe, no stress marks."""
    return unicodedata.normalize("NFC", normal_apostrophes(text)).replace(_STRESS, "")


def all_cyrillic(word: str) -> str:
    """The word with its Latin look-alikes made Cyrillic."""
    return word.translate(_TO_CYRILLIC)


def all_latin(word: str) -> str:
    """The word with its Cyrillic look-alikes made Latin."""
    return word.translate(_TO_LATIN)
