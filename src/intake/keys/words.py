"""Words that people say to each other: verification words of a card or request, and generated passphrases.

Must not: print, or keep a passphrase anywhere. Spec: docs/spec/keys-v1.md, "Words", rules K70 to K72.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from intake.errors import WeakPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.i18n import Language

LIST_BITS: Final = 11  # 2,048 words in each language
VERIFICATION_WORDS: Final = 8  # 88 bits: a second object with the same words is out of reach
PASSPHRASE_WORDS: Final = 6  # 66 bits, each guess at 256 MiB and 0.7 s of scrypt
NEEDED_BITS: Final = 50  # 2^50 guesses of that cost: ten million years of one machine
_HEX_GROUP: Final = 4

# What a guesser tries first, and how little it costs them; all on the low side.
_TOKEN_BITS: Final = 11.0  # any word, of a list or not: people choose from few
_LETTER_BITS: Final = 3.0
_DIGIT_BITS: Final = 2.5
_SIGN_BITS: Final = 4.0
_KNOWN_BITS: Final = 2.0  # a keyboard row, a run of one sign, a token said before
_YEAR_BITS: Final = 5.0
_RUNS: Final = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "01234567890", "1qaz2wsx3edc"),
    *(
        "йцукенгшщзхъ",
        "йцукенгшщзхї",
        "фывапролджэ",
        "фівапролджє",
        "ячсмитьбю",
        "абвгдеёжзийклмноп",
        "абвгґдеєжзиіїйкл",
    ),
)
_TOKENS: Final = re.compile(r"[^\W\d_]+|\d+|[^\w\s]+|_+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@cache
def word_list(lang: Language) -> tuple[str, ...]:
    """All words of a language, in order; the index is what counts."""
    text = (Path(__file__).parent / "data" / f"words.{lang}.txt").read_text("utf-8")
    return tuple(text.split())


def words_of(label: str, data: bytes, lang: Language) -> tuple[str, ...]:
    """Eight words: the first 88 bits of SHA-256(label || 0x00 || data), eleven to a word, big-endian (K70)."""
    words = word_list(lang)
    number = int.from_bytes(_digest(label, data)) >> (256 - VERIFICATION_WORDS * LIST_BITS)
    shifts = range((VERIFICATION_WORDS - 1) * LIST_BITS, -1, -LIST_BITS)
    return tuple(words[number >> shift & (1 << LIST_BITS) - 1] for shift in shifts)


def hex_groups(label: str, data: bytes) -> tuple[str, ...]:
    """The same digest whole, as sixteen groups of four hex digits (K71)."""
    text = _digest(label, data).hex()
    return tuple(text[start : start + _HEX_GROUP] for start in range(0, len(text), _HEX_GROUP))


def _digest(label: str, data: bytes) -> bytes:
    return sha256(label.encode("ascii") + b"\x00" + data).digest()


def generate_passphrase(lang: Language, choose: Callable[[int], int] = secrets.randbelow) -> str:
    """Six words with single spaces between them."""
    words = word_list(lang)
    return " ".join(words[choose(len(words))] for _ in range(PASSPHRASE_WORDS))


def check_passphrase(passphrase: str) -> None:
    """Raises WeakPassphrase when the estimate is below 2^50 guesses (K72)."""
    bits = strength_bits(passphrase)
    if bits < NEEDED_BITS:
        raise WeakPassphrase(bits=int(bits), needed=NEEDED_BITS)


def strength_bits(passphrase: str) -> float:
    """A careful (low) estimate of log2 of the guesses needed, by somebody who knows how this estimate works."""
    said: set[str] = set()
    bits = 0.0
    for token in _TOKENS.findall(unicodedata.normalize("NFC", passphrase)):
        folded = token.casefold()
        bits += _KNOWN_BITS if folded in said else _token_bits(token, folded)
        said.add(folded)
    return bits


def _token_bits(token: str, folded: str) -> float:
    if _is_run(folded):
        return _KNOWN_BITS
    if folded.isdigit():
        return _YEAR_BITS if _YEAR.fullmatch(folded) else _DIGIT_BITS * len(folded)
    if not folded.isalpha():
        return min(_SIGN_BITS * len(set(folded)), _TOKEN_BITS)
    shouted = 0.0 if token in (folded, folded.upper(), folded.capitalize()) else 1.0
    return min(_LETTER_BITS * len(folded), _TOKEN_BITS) + shouted


def _is_run(folded: str) -> bool:
    """A piece of a keyboard row, an alphabet or a count, either way round; or one sign again and again."""
    if len(folded) > 1 and len(set(folded)) == 1:
        return True
    return len(folded) >= len("123") and any(folded in run or folded[::-1] in run for run in _RUNS)
