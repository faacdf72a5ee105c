"""Words that people say to each other: verification words of a card or request, and generated passphrases.

Must not: print, or keep a passphrase anywhere. Spec: docs/spec/keys-v1.md, "Words".
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Language = Literal["uk", "ru", "en"]


def word_list(lang: Language) -> tuple[str, ...]:
    """All words of a language, in order; the index is what counts."""
    raise NotImplementedError


def words_of(label: str, data: bytes, lang: Language) -> tuple[str, ...]:
    """Eight words over SHA-256(label || 0x00 || data)."""
    raise NotImplementedError


def hex_groups(label: str, data: bytes) -> tuple[str, ...]:
    """The same digest as sixteen groups of four hex digits."""
    raise NotImplementedError


def generate_passphrase(lang: Language, choose: Callable[[int], int] = secrets.randbelow) -> str:
    """Six words with single spaces between them."""
    raise NotImplementedError


def check_passphrase(passphrase: str) -> None:
    """Raises WeakPassphrase when an estimate of the guesses needed is below 2^50."""
    raise NotImplementedError


def strength_bits(passphrase: str) -> float:
    """A careful (low) estimate of log2 of the guesses needed."""
    raise NotImplementedError
