"""Controlled terms in Ukrainian, Russian and English: a lazy reader of `data/*.toml`, one file per family.

To add a term, add one entry to one file. Released codes are never renamed or reused; a term that is no longer to be
chosen gets `deprecated`. A family is parsed when first asked for, so that a command pays only for what it shows.
`source` names the articles the project started from, 000 to 004 (a term without one is our extension); `huridocs` the
micro-thesaurus code where one fits. The words and legal references await
a native and a lawyer's review (docs/spec/record-v1.md, "Limits").
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.i18n import Language

DOTTED_FAMILIES = ("violation", "mechanism", "actor", "person_category", "need", "remedy", "institution")
"""The families whose codes say what they are (`mob.summons_served`): no code stands in two of them."""


_DATA = Path(__file__).parent / "data"  # not importlib.resources: it costs its import
_CODE = re.compile(r'^code = "(.+)"$', re.MULTILINE)
_FIELD = re.compile(r"^(\w+) = (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Term:
    """One code, its words, and what the law says about it (codes of `legal()`)."""

    code: str
    uk: str
    ru: str
    en: str
    since: str
    note: str = ""
    broader: str = ""
    deprecated: str = ""
    huridocs: str = ""
    legal: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    def label(self, lang: Language) -> str:
        """The words in one language."""
        return {"uk": self.uk, "ru": self.ru, "en": self.en}[lang]


@dataclass(frozen=True, slots=True)
class LegalReference:
    """An article of law: what it says, in short, and what to beware of."""

    code: str
    ref: str
    says: str
    edition: str
    check: str = ""
    caution: str = ""


def _read(name: str) -> bytes:
    return (_DATA / f"{name}.toml").read_bytes()


def _parts(name: str) -> list[dict[str, Any]]:
    """The head of a file, then its entries.

    TOML of the plainest kind, a field on each line, its value written as JSON has it too: so read, it takes a twentieth
    of tomllib's time. A test reads all files both ways.
    """
    parts = re.split(r"^\[\[\w+\]\]$", _read(name).decode("utf-8"), flags=re.MULTILINE)
    return [{key: json.loads(value) for key, value in _FIELD.findall(part)} for part in parts]


@cache
def _files() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _DATA.glob("*.toml")))


@cache
def families() -> tuple[str, ...]:
    """The names of all families and lists, sorted."""
    return tuple(name for name in _files() if name != "legal")


@cache
def family(name: str) -> Mapping[str, Term]:
    """The terms of one family, code -> Term, in the order they are shown in."""
    terms = (_term(row) for row in _parts(name)[1:])
    return MappingProxyType({term.code: term for term in terms})


def _term(row: dict[str, str | list[str]]) -> Term:
    return Term(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})  # type: ignore[arg-type]  # the data's test holds each row to Term


@cache
def title(name: str) -> str:
    """What a family is for, in English."""
    return str(_parts(name)[0]["title"])


@cache
def codes(name: str) -> tuple[str, ...]:
    """The codes of one family in order, without reading its terms: a tenth of the time, and enough to check by."""
    return tuple(_CODE.findall(_read(name).decode("utf-8")))


def known(name: str, code: str) -> bool:
    """Whether this version's family has the code; a newer vocabulary may know more."""
    return code in codes(name)


def term(code: str) -> Term | None:
    """The term of a dotted code, in whichever family it stands; None when this version doesn't know it."""
    return next((family(name)[code] for name in DOTTED_FAMILIES if code in family(name)), None)


def label(code: str, lang: Language, *, family_name: str = "") -> str:
    """The words for a code, or the code itself in brackets when this version doesn't know it."""
    found = family(family_name).get(code) if family_name else term(code)
    return found.label(lang) if found else f"[{code}]"


@cache
def legal() -> Mapping[str, LegalReference]:
    """The legal references that terms point at."""
    return MappingProxyType({row["code"]: LegalReference(**row) for row in _parts("legal")[1:]})


@cache
def digest() -> str:
    """The digest of all data files, which a record carries: SHA-256 over `sha256(file)  name` lines, sorted by name."""
    lines = (f"{hashlib.sha256(_read(name)).hexdigest()}  {name}.toml\n" for name in _files())
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
