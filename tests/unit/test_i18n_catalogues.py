"""The words in three languages: nothing missing, nothing left over, every placeholder where it belongs."""

import pytest
from tools.catalogues import Key, keys, load, mistakes

from intake.i18n import Translator, choose

WANTED = keys()


@pytest.mark.parametrize("lang", ["uk", "ru"])
def test_catalogue_is_whole(lang: str) -> None:
    """Every sentence of the source has a translation with the same placeholders, and no translation is unused."""
    assert list(mistakes(WANTED, load(lang))) == []


def test_sentences_are_found() -> None:
    """The tool sees translators, plurals, errors and help texts: one of each that must be there."""
    assert {"error:", "{n} days", "interrupted", "destroy a draft", "imported"} <= WANTED.keys()


@pytest.mark.parametrize(
    ("catalogue", "fault"),
    [
        ({}, "missing: a {b}"),
        ({"a {b}": "а {b}", "x": "y"}, "unused: x"),
        ({"a {b}": "а {в}"}, "empty, or other placeholders: a {b}"),
        ({"a {b}": " "}, "empty, or other placeholders: a {b}"),
        ({"a {b}": ["{b}", "{b}", "{b}"]}, "three forms where it counts, else one: a {b}"),
        ({"{n} days": "{n}"}, "three forms where it counts, else one: {n} days"),
    ],
)
def test_mistakes_are_found(catalogue: dict[str, str | list[str]], fault: str) -> None:
    """A catalogue with one thing wrong is told so."""
    wanted = {"a {b}": Key("here", plural=False), "{n} days": Key("here", plural=True)}
    assert fault in list(mistakes(wanted, catalogue))


@pytest.mark.parametrize(
    ("n", "uk"),
    [(1, "1 день"), (2, "2 дні"), (5, "5 днів"), (11, "11 днів"), (21, "21 день"), (22, "22 дні"), (112, "112 днів")],
)
def test_three_forms(n: int, uk: str) -> None:
    """Ukrainian counts in three forms, and teens are the third."""
    assert Translator("uk").plural("{n} day", "{n} days", n=n) == uk


def test_what_has_no_translation_is_said_in_english() -> None:
    """A sentence that is missing is better in English than not at all, and a missing field does not stop it."""
    assert Translator("ru")("no such key {x}", x=1) == "no such key 1"
    assert Translator("ru")("no such key {x}", y=1) == "no such key ?"
    assert Translator("en").plural("{n} day", "{n} days", n=1) == "1 day"


@pytest.mark.parametrize("wish", ["uk", "uk_UA.UTF-8", "uk-UA"])
def test_choose(wish: str) -> None:
    """A locale's name is enough; a word that only begins like one is not."""
    assert choose("ukrainisch", None, "", wish, "en") == "uk"
    assert choose("english") == "uk"
