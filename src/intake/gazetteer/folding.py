"""Two keys that bring the ways to write one place name together: for searching only, never for what is stored.

`skeleton`: small Latin letters, one spelling for what Ukrainian, Russian and romanised forms write differently (Херсон,
Kherson; Куп'янськ, Купянск, Kupiansk). `consonants`: the skeleton without its vowels, for forms that differ in these
alone (Харків, Харьков, Kharkov). No transliteration for anybody to read: the names of records have that.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "є": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "ы": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "э": "e", "ю": "iu", "я": "ia", "ь": "", "ъ": "",
    "g": "h", "y": "i", "j": "i", "w": "v", "-": " ", "–": " ", "—": " ",
    **dict.fromkeys("'’ʼ‘`´ʹ′\"", ""),
}  # fmt: skip
_TO_LATIN = str.maketrans(_LETTERS)
_LOOK_ALIKES = str.maketrans("aceiopxyk", "асеіорхук")
_MIXED = re.compile(r"[а-яёіїєґ][a-z]|[a-z][а-яёіїєґ]")
_ONE_SPELLING = (("ie", "e"), ("shch", "sch"), ("mikola", "nikola"), ("kostiantin", "konstantin"))
_DOUBLE = re.compile(r"(zh|[a-z])\1+")
_OTHER = re.compile(r"[^a-z0-9]+")
_VOWELS = re.compile(r"[aeiou ]")


def skeleton(text: str) -> str:
    """The name as it sounds, roughly: letters a to z, digits, single spaces."""
    small = unicodedata.normalize("NFC", text).casefold()
    words = (word.translate(_LOOK_ALIKES) if _MIXED.search(word) else word for word in small.split())
    latin = unicodedata.normalize("NFKD", " ".join(words).translate(_TO_LATIN))
    plain = "".join(letter for letter in latin if not unicodedata.combining(letter))
    for one, other in _ONE_SPELLING:
        plain = plain.replace(one, other)
    return _DOUBLE.sub(r"\1", _OTHER.sub(" ", plain)).strip()


def consonants(key: str) -> str:
    """What a skeleton keeps when its vowels and spaces are gone; doubled letters that meet then are one."""
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", key))
