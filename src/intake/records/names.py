"""Names across scripts: passport transliteration, and a key that brings the spellings of one name together.

Pure functions, no models. What they say is a hint for people, never a ground to merge. A key is as identifying as the
name: must not leave the identity part. Spec: docs/decisions/0010-dates-and-names.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

SIMILAR = 88  # measured: the same person in two scripts scores this or more
Script = Literal["Cyrl", "Latn", "Arab", "other"]


def normal_apostrophes(text: str) -> str:
    """Every sign typed for a Ukrainian apostrophe as U+02BC: for comparing only, never for what is stored."""
    raise NotImplementedError


def script(text: str) -> Script:
    """The script of all its letters; "other" where there are several, another, or none."""
    raise NotImplementedError


def kmu2010(text: str) -> str:
    """Ukrainian to Latin letters as Ukrainian passports have it (Cabinet of Ministers, resolution 55 of 2010)."""
    raise NotImplementedError


def icao(text: str) -> str:
    """Russian to Latin letters as Russian passports have it (ICAO Doc 9303, part 3)."""
    raise NotImplementedError


def latin_forms(name: str, lang: str | None = None) -> tuple[str, ...]:
    """The Latin spellings to expect in documents, the likeliest first; `lang` as the record has it (uk, ru, crh ...)."""
    raise NotImplementedError


def fold(name: str) -> str:
    """The match key of a name: equal for spellings of one name in either script, in any order of its words."""
    raise NotImplementedError


def similar(a: str, b: str) -> int:
    """How alike two names are, 0 to 100; from `SIMILAR` on a hint, if birth year or settlement agrees as well."""
    raise NotImplementedError


def match_key(names: Iterable[str], birth_edtf: str | None) -> tuple[str, str | None]:
    """The folded names of one person and the year of birth, where it is one year: equal keys, perhaps one person."""
    raise NotImplementedError
