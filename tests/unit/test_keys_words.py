"""Words are told apart over a bad line, say the whole object, and passphrases that could be guessed are refused."""

from __future__ import annotations

import hashlib
import itertools
import re

import pytest

from intake.errors import WeakPassphrase
from intake.i18n import LANGUAGES, Language
from intake.keys.words import (
    check_passphrase,
    generate_passphrase,
    hex_groups,
    strength_bits,
    word_list,
    words_of,
)

LETTERS = {"uk": r"[абвгдежзийклмнопрстуфхцчшщьюяєії]{4,8}", "ru": r"[а-я]{4,8}", "en": r"[a-z]{4,8}"}


def _holes(word: str) -> set[str]:
    """Two words at edit distance one share one of these."""
    cut = {word[:i] + word[i + 1 :] for i in range(len(word))}
    return {word} | cut | {f"{word[:i]}*{word[i + 1 :]}" for i in range(len(word))}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_list_has_2048_words_of_four_to_eight_plain_letters(lang: Language) -> None:
    """K70: eleven bits a word; small letters of one alphabet, no apostrophe, nothing a keyboard may lack."""
    words = word_list(lang)
    assert len(words) == len(set(words)) == 2048
    assert list(words) == sorted(words)
    assert not [word for word in words if not re.fullmatch(LETTERS[lang], word)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_words_differ_by_one_letter(lang: Language) -> None:
    """K70: one letter misheard never gives another word of the list."""
    words = word_list(lang)
    seen: dict[str, str] = {}
    for word in words:
        for hole in _holes(word):
            if "*" in hole or hole in words:
                other = seen.setdefault(hole, word)
                assert other == word, (other, word)


@pytest.mark.parametrize("lang", ["uk", "ru"])
def test_four_letters_name_a_word(lang: Language) -> None:
    """K70: in Ukrainian and Russian the first four letters are enough when the line breaks up."""
    words = word_list(lang)
    assert len({word[:4] for word in words}) == len(words)


def test_words_are_the_first_88_bits_of_the_digest() -> None:
    """K70: counted again here, bit by bit, from the spec."""
    bits = "".join(f"{byte:08b}" for byte in hashlib.sha256(b"card-v1@intake\x00data").digest())
    expected = [word_list("en")[int(bits[start : start + 11], 2)] for start in range(0, 88, 11)]
    assert list(words_of("card-v1@intake", b"data", "en")) == expected


def test_hex_groups_are_the_whole_digest() -> None:
    """K71: sixteen groups of four digits."""
    groups = hex_groups("card-v1@intake", b"data")
    assert len(groups) == 16
    assert "".join(groups) == hashlib.sha256(b"card-v1@intake\x00data").hexdigest()


def test_another_type_or_one_changed_bit_gives_other_words() -> None:
    """K70: a request's words never pass for a card's, and the last byte counts as much as the first."""
    objects = [("card-v1@intake", b"data"), ("request-v1@intake", b"data"), ("card-v1@intake", b"dat`")]
    said = [words_of(label, data, "uk") for label, data in objects]
    assert all(one != other for one, other in itertools.combinations(said, 2))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_generated_passphrase_is_six_words_and_strong_enough(lang: Language) -> None:
    """K72: what intake offers is never refused by intake."""
    passphrase = generate_passphrase(lang)
    assert len(passphrase.split(" ")) == 6
    assert set(passphrase.split(" ")) <= set(word_list(lang))
    assert len(set(passphrase.split(" "))) < 6 or strength_bits(passphrase) >= 66


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "password",
        "P@ssw0rd123!",
        "Kyiv2022Kharkiv2023!",
        "мама мила раму",
        "слава слава слава слава слава слава",
        "qwertyuiop йцукенгшщз 1234567890",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0987654321 zxcvbnm фівапролдж",
        "чотири випадкові слова мало",
        "!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "24.02.2022 24.02.2022",
    ],
)
def test_a_passphrase_that_could_be_guessed_is_refused(weak: str) -> None:
    """K72: words that belong together, years, keyboard rows and repetition count for little."""
    with pytest.raises(WeakPassphrase) as caught:
        check_passphrase(weak)
    assert not weak or weak not in str(caught.value)


@pytest.mark.parametrize(
    "strong", ["kX9#mQ2$vL7!pR4&", "верба кисіль паркан синус ожеред", "tulip 91 крейда zebra папір 37 ocean"]
)
def test_a_long_or_tangled_passphrase_is_taken(strong: str) -> None:
    """K72: five words that do not belong together, or sixteen signs of every kind."""
    check_passphrase(strong)


def test_saying_a_word_again_adds_next_to_nothing() -> None:
    """K72: repetition is the first thing a guesser tries."""
    assert strength_bits("верба верба") - strength_bits("верба") <= 2
