"""Names across scripts: passport transliteration, and a key that brings the spellings of one name together.

Pure functions, no models. What they say is a hint for people, never a ground to merge. A key is as identifying as the
name: must not leave the identity part. Spec: docs/decisions/0010-dates-and-names.md.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from intake.errors import BadDate
from intake.records import dates
from intake.records.letters import APOSTROPHE, all_cyrillic, normal_apostrophes, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["SIMILAR", "fold", "icao", "kmu2010", "latin_forms", "match_key", "normal_apostrophes", "script", "similar"]

SIMILAR = 88  # measured: the same person in two scripts scores this or more
Script = Literal["Cyrl", "Latn", "Arab", "other"]

_SCRIPTS: Mapping[str, Script] = {"CYRILLIC": "Cyrl", "LATIN": "Latn", "ARABIC": "Arab"}
_RUSSIAN, _UKRAINIAN = frozenset("ыэёъ"), frozenset("іїєґ")  # letters that the other one does not have
_WORD = re.compile(r"[^\W\d_]+")

# What Latin letters with a mark stand for, and the spellings of one sound, in this order. Each may bring different
# people together: a hint's right, and why nothing is ever merged by it.
_MARKED = str.maketrans({"ş": "sh", "ç": "ch", "ğ": "h", "\u0131": "i", "š": "sh", "č": "ch", "ž": "zh", "ł": "l"})
_FOLDS = tuple(
    (re.compile(pattern), folded)
    for pattern, folded in (
        ("shch|sch|shc", "sq"),
        ("sh", "s"),
        ("ch|ts|tz", "q"),
        ("kh|gh|g", "h"),
        ("ck|c", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("[jy]", "i"),
        ("(?<=.)i+(?=[aeou])|^i+(?=[eu])", ""),  # Яна and Анна stay apart
        (r"(.)\1+", r"\1"),
        ("ei$", "i"),
    )
)
_PATRONYMIC = re.compile("(.{2,}?)[aeiou]*v(iq|na)")
_VOWELS = "aeiou"


def script(text: str) -> Script:
    """The script of all its letters; "other" where there are several, another, or none."""
    found = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if unicodedata.category(letter)[0] == "L"
             and letter not in normal_apostrophes("'")}  # fmt: skip
    return _SCRIPTS.get(found.pop(), "other") if len(found) == 1 else "other"


def kmu2010(text: str) -> str:
    """Ukrainian to Latin letters as Ukrainian passports have it (Cabinet of Ministers, resolution 55 of 2010)."""
    tables = _data("transliteration")
    return _WORD.sub(lambda word: _spell(word[0], tables["common"] | tables["kmu"], tables["kmu_first"]), plain(text))


def icao(text: str) -> str:
    """Russian to Latin letters as Russian passports have it (ICAO Doc 9303, part 3)."""
    tables = _data("transliteration")
    return _WORD.sub(lambda word: _spell(word[0], tables["common"] | tables["icao"], {}), plain(text))


def _spell(word: str, table: Mapping[str, str], first: Mapping[str, str]) -> str:
    """One word. A word in capitals stays in capitals; else a capital gives one capital."""
    if script(word) == "Latn":
        return word
    word = word.lstrip(APOSTROPHE)
    out = []
    for place, letter in enumerate(word):
        low = letter.lower()
        after = table.get(word[place - 1 : place + 1].lower(), "")[1:] if place else first.get(low, "")
        latin = after or table.get(low, low)
        out.append(latin.capitalize() if letter != low else latin)
    spelt = "".join(out)
    return spelt.upper() if word.isupper() and len(word) > 1 else spelt


def latin_forms(name: str, lang: str | None = None) -> tuple[str, ...]:
    """The Latin spellings to expect in documents, the likeliest first; `lang` as the record has it (uk, ru, crh ...).

    A letter that only one of the two alphabets has decides; else both may stand in somebody's papers.
    """
    if script(name) == "Latn":
        return (plain(name),)
    letters = set(plain(name).lower())
    if letters & _RUSSIAN:
        return (icao(name),)
    if letters & _UKRAINIAN:
        return (kmu2010(name),)
    both = (kmu2010(name), icao(name))
    return tuple(dict.fromkeys(reversed(both) if lang == "ru" else both))


def fold(name: str) -> str:
    """The match key of a name: equal for spellings of one name in either script, in any order of its words."""
    return " ".join(sorted(_words(name)))


def _words(name: str) -> set[str]:
    return {_canonical(folded) for word in _WORD.findall(plain(name)) if (folded := _sound(word))}


@lru_cache(maxsize=2048)  # people share their names
def _sound(word: str) -> str:
    """One word as it sounds, in few Latin letters."""
    word = word if script(word) == "Latn" else all_cyrillic(word)
    low = word.lower().replace(APOSTROPHE, "")
    low = icao(low) if _RUSSIAN & set(low) else kmu2010(low)
    low = unicodedata.normalize("NFD", low.translate(_MARKED))
    low = "".join(letter for letter in low if not unicodedata.combining(letter))
    for pattern, folded in _FOLDS:
        low = pattern.sub(folded, low)
    return low


def _canonical(folded: str) -> str:
    """A given name, or a patronymic made from one, in the one spelling that stands for all of its group."""
    names, stems = _given()
    if folded in names:
        return names[folded]
    patronymic = _PATRONYMIC.fullmatch(folded)
    if not patronymic:
        return folded
    stem = patronymic[1].rstrip(_VOWELS)
    return f"{stems.get(stem, stem)}ov{patronymic[2]}"


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _given() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Folded given name to the folded first of its group; and the same for both without their last vowels."""
    groups = _data("given_names")["groups"]
    names: dict[str, str] = {}
    for group in (line.split() for family in groups.values() for line in family):
        names |= {_sound(spelling): _sound(group[0]) for spelling in group}
    return names, {name.rstrip(_VOWELS): first.rstrip(_VOWELS) for name, first in names.items()}


def similar(a: str, b: str) -> int:
    """How alike two names are, 0 to 100; from `SIMILAR` on a hint, if birth year or settlement agrees as well.

    The words that both have count whole, the rest letter by letter; one who has fewer words (no patronymic) loses
    nothing by it. A single word is compared with the whole of the other name: half the country shares a first name.
    Words that differ must begin alike, or there is no hint: Марченко and Харченко are two families.
    """
    mine, yours = _words(a), _words(b)
    if not mine or not yours:
        return 0
    common = " ".join(sorted(mine & yours))
    left, right = (" ".join([common, *sorted(words - (mine & yours))]).strip() for words in (mine, yours))
    if min(len(mine), len(yours)) == 1:
        return _ratio(left, right)
    score = max(_ratio(left, right), _ratio(common, left), _ratio(common, right))
    fewer, more = sorted(({word[0] for word in words - (mine & yours)} for words in (mine, yours)), key=len)
    return score if fewer <= more else min(score, SIMILAR - 1)


def _ratio(a: str, b: str) -> int:
    """SequenceMatcher's answer hangs on which comes first: always the same one here."""
    first, second = sorted((a, b))
    return int(100 * SequenceMatcher(None, first, second, autojunk=False).ratio()) if first else 0


def match_key(names: Iterable[str], birth_edtf: str | None) -> tuple[str, str | None]:
    """The key of one person's names and the year of birth, where it is one year: equal, perhaps the same person.

    Of several names the one with most words; without the patronymic, which many papers leave out.
    """
    keys = sorted((_without_patronymic(fold(name)) for name in names), key=lambda key: (-len(key.split()), key))
    return (keys[0] if keys else "", _year(birth_edtf))


def _without_patronymic(key: str) -> str:
    words = key.split()
    kept = [word for word in words if not word.endswith(("oviq", "ovna"))]
    return " ".join(kept if len(kept) > 1 else words)


def _year(edtf: str | None) -> str | None:
    if edtf is None:
        return None
    try:
        birth = dates.parse(edtf)
    except BadDate:
        return None
    years = {day.year if day else None for day in (birth.earliest, birth.latest)}
    only = years.pop() if len(years) == 1 else None
    return str(only) if only else None
