"""What the vocabulary says: its families, the terms of one, or one code with its meaning and the law's words.

Opens no vault and reads nothing but the program's own data. The name of a family or a code tells nothing about anybody,
so it may be an argument; words to search by never are. Data: `vocabulary/data/*.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from intake import vocabulary
from intake.errors import UnknownTerm

if TYPE_CHECKING:
    from intake.vocabulary import Family, Group, LegalReference, Term

NEAREST = 3


@dataclass(frozen=True)
class Overview:
    """Every family with the number of its terms."""

    edition: str
    digest: str
    families: tuple[FamilyRow, ...]


@dataclass(frozen=True)
class FamilyRow:
    """One family, and how many terms it has."""

    family: Family
    terms: int


@dataclass(frozen=True)
class FamilyShown:
    """One family, whole, in its order."""

    family: Family
    groups: tuple[Group, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class CodeShown:
    """One code; lists share codes such as `other`, so that there may be several."""

    terms: tuple[TermShown, ...]


@dataclass(frozen=True)
class TermShown:
    """A term in its family, with what is narrower and what the law says."""

    family: str
    term: Term
    narrower: tuple[str, ...]
    law: tuple[LegalReference, ...]


def terms(word: str | None = None) -> Overview | FamilyShown | CodeShown:
    """All families, or what the word names: a family before a code."""
    names = vocabulary.families()
    if word is None:
        rows = tuple(FamilyRow(vocabulary.head(name), len(vocabulary.codes(name))) for name in names)
        return Overview(vocabulary.edition(), vocabulary.digest(), rows)
    word = word.strip().casefold()
    if word in names:
        return FamilyShown(vocabulary.head(word), vocabulary.groups(word), tuple(vocabulary.family(word).values()))
    found = tuple(_shown(name, word) for name in names if vocabulary.known(name, word))
    if not found:
        raise UnknownTerm(nearest=", ".join(_nearest(word)))
    return CodeShown(found)


def _shown(name: str, code: str) -> TermShown:
    family = vocabulary.family(name)
    narrower = tuple(one.code for one in family.values() if one.broader == code)
    law = tuple(vocabulary.legal()[reference] for reference in family[code].legal)
    return TermShown(name, family[code], narrower, law)


def _nearest(word: str) -> list[str]:
    """What begins so; else what looks alike."""
    known = sorted(
        {*vocabulary.families(), *(code for name in vocabulary.families() for code in vocabulary.codes(name))}
    )
    begins = [name for name in known if word and name.startswith(word)]
    return begins[:NEAREST] or get_close_matches(word, known, n=NEAREST, cutoff=0)
