"""Controlled terms in Ukrainian, Russian and English: a lazy reader of `data/*.toml`, one file per family.

To add a term, add one entry to one file; prompts, `intake add`, the schemas, `intake terms` and reports then have it.
Released codes are never renamed or reused; a term that is no longer to be chosen gets `deprecated`. A family is parsed
when first asked for, so that a command pays only for what it shows.

A file begins with what the family is for and who may choose from it: an `interviewer`, or only a `coder`, who works on
a sealed record afterwards. Legal qualifications are a coder's; `violation` holds acts as people tell them. Fields of an
entry: `uk`, `ru`, `en`; `note_uk` ... where the label could be misread; `broader`, a code of the same family; `legal`,
codes of legal.toml; `since` and `deprecated`, dates; `source`, the articles the project started from, 000 to 004 (a
term without one is our extension); `huridocs`, the micro-thesaurus code where one fits. The words and the legal
references await a native and a lawyer's review (docs/spec/record-v1.md, "Limits").
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intake.i18n import Language

DOTTED_FAMILIES = (
    "violation",
    "mechanism",
    "actor",
    "person_category",
    "need",
    "remedy",
    "institution",
    "legal_layer",
)
"""The families whose codes say what they are (`mob.summons_served`): no code stands in two of them."""

DATA = Path(__file__).parent / "data"  # not importlib.resources: it costs its import
_CODE = re.compile(r'^code = "(.+)"$', re.MULTILINE)
_FIELD = re.compile(r"^(\w+) = (.+)$", re.MULTILINE)
_DATED = re.compile(r'^(?:since|deprecated|edition) = "(.+)"$', re.MULTILINE)
_FOLDED = str.maketrans(dict.fromkeys("'`\u2018\u2019", "\u02bc") | {"\u0451": "\u0435"})
_UNKNOWN: dict[Language, str] = {
    "uk": "код, якого ця версія не знає: {code}",
    "ru": "код, которого эта версия не знает: {code}",
    "en": "code not known here: {code}",
}


class _InThreeLanguages:
    """What carries its own words."""

    __slots__ = ()
    uk: str
    ru: str
    en: str

    def label(self, lang: Language) -> str:
        """The words in one language."""
        return {"uk": self.uk, "ru": self.ru, "en": self.en}[lang]


@dataclass(frozen=True, slots=True)
class Family(_InThreeLanguages):
    """The head of a file: what the family is for, and who may choose from it."""

    name: str
    uk: str
    ru: str
    en: str
    chosen_by: Literal["interviewer", "coder"]


@dataclass(frozen=True, slots=True)
class Group(_InThreeLanguages):
    """The terms of a family whose codes begin alike, under one heading."""

    prefix: str
    uk: str
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Term(_InThreeLanguages):
    """One code, its words, and what the law says about it (codes of `legal()`)."""

    code: str
    uk: str
    ru: str
    en: str
    since: str
    note_uk: str = ""
    note_ru: str = ""
    note_en: str = ""
    broader: str = ""
    deprecated: str = ""
    huridocs: str = ""
    legal: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    def note(self, lang: Language) -> str:
        """What the label means, where it could be misread."""
        return {"uk": self.note_uk, "ru": self.note_ru, "en": self.note_en}[lang]


@dataclass(frozen=True, slots=True)
class LegalReference:
    """An article of law: what it says, in short and in our words, and what to beware of; no official translation."""

    code: str
    ref: str
    says: str
    says_uk: str
    says_ru: str
    edition: str
    check: str = ""
    caution: str = ""
    caution_uk: str = ""
    caution_ru: str = ""

    def said(self, lang: Language) -> str:
        """What it says, in one language."""
        return {"uk": self.says_uk, "ru": self.says_ru, "en": self.says}[lang]

    def beware(self, lang: Language) -> str:
        """What to beware of; empty where there is nothing."""
        return {"uk": self.caution_uk, "ru": self.caution_ru, "en": self.caution}[lang]

    @property
    def checked(self) -> bool:
        """Whether somebody held it against a source; a lawyer has reviewed none yet."""
        return not self.check.startswith("from memory")


def _read(name: str) -> bytes:
    return (DATA / f"{name}.toml").read_bytes()


def _parts(name: str) -> list[dict[str, Any]]:
    """The head of a file, then its entries: terms, and before their terms the groups.

    TOML of the plainest kind, a field on each line, its value written as JSON has it too: so read, it takes a twentieth
    of tomllib's time. A test reads all files both ways.
    """
    parts = re.split(r"^\[\[\w+\]\]$", _read(name).decode("utf-8"), flags=re.MULTILINE)
    return [{key: json.loads(value) for key, value in _FIELD.findall(part)} for part in parts]


@cache
def _files() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in DATA.glob("*.toml")))


@cache
def families() -> tuple[str, ...]:
    """The names of all families and lists, sorted."""
    return tuple(name for name in _files() if name != "legal")


@cache
def head(name: str) -> Family:
    """What a family is for, and who may choose from it."""
    return Family(name=name, **_parts(name)[0])


@cache
def groups(name: str) -> tuple[Group, ...]:
    """The headings of a family, in order; most families have none."""
    return tuple(Group(**row) for row in _parts(name)[1:] if "prefix" in row)


@cache
def family(name: str) -> Mapping[str, Term]:
    """The terms of one family, code -> Term, in the order they are shown in."""
    terms = (_term(row) for row in _parts(name)[1:] if "code" in row)
    return MappingProxyType({term.code: term for term in terms})


def _term(row: dict[str, str | list[str]]) -> Term:
    return Term(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})  # type: ignore[arg-type]  # the data's test holds each row to Term


@cache
def codes(name: str) -> tuple[str, ...]:
    """The codes of one family in order, without reading its terms: a tenth of the time, and enough to check by."""
    return tuple(_CODE.findall(_read(name).decode("utf-8")))


def known(name: str, code: str) -> bool:
    """Whether this version's family has the code; a newer vocabulary may know more."""
    return code in codes(name)


def term(code: str) -> Term | None:
    """The term of a dotted code, in whichever family it stands; None when this version doesn't know it."""
    return next((family(name)[code] for name in DOTTED_FAMILIES if code in codes(name)), None)


def label(code: str, lang: Language, *, family_name: str = "") -> str:
    """The words for a code; of one that this version doesn't know, the code, and that it is not known here."""
    found = family(family_name).get(code) if family_name else term(code)
    return found.label(lang) if found else _UNKNOWN[lang].format(code=code)


def tree(name: str) -> Iterator[tuple[int, Group | Term]]:
    """A family as it is shown: its groups, the terms of each, below a term what is narrower; with the depth of each."""
    for group in groups(name):
        yield 0, group
        yield from _below("", name, 1, f"{group.prefix}.")
    if not groups(name):
        yield from _below("", name, 0, "")


def _below(broader: str, name: str, depth: int, begins: str) -> Iterator[tuple[int, Term]]:
    for one in family(name).values():
        if one.broader == broader and one.code.startswith(begins):
            yield depth, one
            yield from _below(one.code, name, depth + 1, "")


def fold(text: str) -> str:
    """Text for comparing, never for storing: NFC, one apostrophe, the Russian yo as ye, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().translate(_FOLDED).split())


def search(text: str, lang: Language, names: Iterable[str]) -> list[Term]:
    """The terms of these families that carry every word of the text in their code or in one language's label.

    The nearest first: the code itself, labels of the language that begin so, words that begin so, the other languages.
    What is deprecated is not offered.
    """
    sought = fold(text)
    if not sought:
        return []
    found = [
        (_rank(sought, said, lang), one) for name in names for one, said in _folded(name) if _carries(sought, said)
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


@cache
def _folded(name: str) -> tuple[tuple[Term, dict[str, str]], ...]:
    terms = (one for one in family(name).values() if not one.deprecated)
    return tuple((one, {key: fold(getattr(one, key)) for key in ("uk", "ru", "en", "code")}) for one in terms)


def _carries(sought: str, said: dict[str, str]) -> bool:
    return any(all(word in words for word in sought.split()) for words in said.values())


def _rank(sought: str, said: dict[str, str], lang: Language) -> tuple[bool, ...]:
    own = said[lang]
    return (
        sought != said["code"],
        not own.startswith(sought),
        f" {sought}" not in own,
        not all(word in own for word in sought.split()),
    )


@cache
def legal() -> Mapping[str, LegalReference]:
    """The legal references that terms point at."""
    return MappingProxyType({row["code"]: LegalReference(**row) for row in _parts("legal")[1:]})


@cache
def edition() -> str:
    """The day of the newest entry of all files."""
    return max(str(day) for name in _files() for day in _DATED.findall(_read(name).decode("utf-8")))


@cache
def digest() -> str:
    """The digest of all data files, which a record carries: SHA-256 over `sha256(file)  name` lines, sorted by name."""
    lines = (f"{hashlib.sha256(_read(name)).hexdigest()}  {name}.toml\n" for name in _files())
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
