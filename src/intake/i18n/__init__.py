"""The words of commands and errors, in uk, ru and en.

English is the key and stands in the code where it is used; `uk.json` and `ru.json` beside this file hold the
translations, `"English with {fields}": "text"`, or a list of three forms where the sentence counts something.
JSON rather than gettext: it needs no build step, and any editor will do (docs/decisions/0002-catalogues.md).
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Literal, get_args

Language = Literal["uk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: dict[Language, str] = {"uk": "українська", "ru": "русский", "en": "English"}
"""Each in itself: whoever looks for theirs may read no other."""
DEFAULT: Language = "uk"


@cache
def _catalogue(lang: Language) -> dict[str, str | list[str]]:
    if lang == "en":
        return {}
    # os.path, not pathlib or importlib.resources: those cost more than all of `intake --help`'s other work.
    with open(os.path.join(os.path.dirname(__file__), f"{lang}.json"), "rb") as file:  # noqa: PTH118, PTH120, PTH123
        loaded: dict[str, str | list[str]] = json.loads(file.read())
    return loaded


def choose(*wishes: str | None) -> Language:
    """The first wish that names a language we have (`uk`, `uk_UA.UTF-8`, ...), else Ukrainian."""
    for wish in wishes:
        for lang in LANGUAGES:
            if wish and (wish == lang or wish.lower().startswith((f"{lang}_", f"{lang}-", f"{lang}."))):
                return lang
    return DEFAULT


def _slavic_form(n: int) -> int:
    """Which of the three forms Ukrainian and Russian use for `n` (CLDR: one, few, many)."""
    if n % 10 == 1 and n % 100 != 11:  # noqa: PLR2004  the rule's own numbers
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2  # noqa: PLR2004


class _Gaps(dict[str, object]):
    """A sentence with a field missing must still be said."""

    def __missing__(self, key: str) -> str:
        return "?"


class Translator:
    """Says the program's English sentences in one language."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang

    def __call__(self, english: str, /, **fields: object) -> str:
        """The sentence, with its `{fields}` filled in; English where a translation is missing."""
        text = _catalogue(self.lang).get(english, english)
        if isinstance(text, list):
            text = text[-1]
        return text.format_map(_Gaps(fields)) if fields else text

    def plural(self, one: str, many: str, /, *, n: int, **fields: object) -> str:
        """The form of the sentence that counts `n`; the catalogue's key is the `many` sentence."""
        forms = _catalogue(self.lang).get(many)
        text = forms[_slavic_form(n)] if isinstance(forms, list) else (one if n == 1 else many)
        return text.format_map(_Gaps(fields | {"n": n}))
