"""Names: any text has a key and a likeness, and neither hangs on the order of words, case, or the apostrophe's key."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from intake.records import names

LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёъыэАЩЇЄЮabcxyzşçİʼ'’-. "
TEXTS = st.one_of(st.text(max_size=30), st.text(LETTERS, max_size=30))


@given(TEXTS)
def test_any_text_has_a_key_and_passport_spellings(text: str) -> None:
    """Whatever was typed for a name ends in a text, never in an exception; NFC and NFD share a key."""
    assert names.latin_forms(text)
    assert names.script(text) in {"Cyrl", "Latn", "Arab", "other"}
    composed = unicodedata.normalize("NFC", text)
    assert names.fold(composed) == names.fold(unicodedata.normalize("NFD", composed))


@given(st.text(LETTERS, max_size=30))
def test_the_order_of_words_does_not_matter(text: str) -> None:
    """Surname first or last: one key, and wholly alike."""
    turned = " ".join(reversed(text.split()))
    assert names.fold(turned) == names.fold(text)
    assert names.similar(turned, text) == (100 if names.fold(text) else 0)


@given(TEXTS, TEXTS)
def test_likeness_has_no_side(one: str, other: str) -> None:
    """The record that came first and the one that came second give the same hint."""
    assert names.similar(one, other) == names.similar(other, one)
    assert 0 <= names.similar(one, other) <= 100


@given(st.text("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", min_size=1, max_size=20))
def test_passport_letters_are_latin(name: str) -> None:
    """A Ukrainian name leaves nothing in Cyrillic behind; a Latin one is left as it is."""
    latin = names.kmu2010(name)
    assert latin.isascii()
    assert names.kmu2010(latin) == latin
