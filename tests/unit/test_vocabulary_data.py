"""The terms as data: whole, in three languages, and pointing only at what is there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from intake import vocabulary
from intake.i18n import LANGUAGES

FAMILIES = vocabulary.families()
DAY = r"\d{4}-\d\d-\d\d"


def test_all_terms_and_lists_are_here() -> None:
    """Seven families with 218 terms and 33 lists came over from the field's page, and none was lost since."""
    sizes = {name: len(vocabulary.family(name)) for name in vocabulary.DOTTED_FAMILIES}
    assert sum(sizes.values()) - sizes["legal_layer"] == 218
    assert len(FAMILIES) == len(vocabulary.DOTTED_FAMILIES) + 33


@pytest.mark.parametrize("name", FAMILIES)
def test_every_term_has_its_words_in_three_languages(name: str) -> None:
    """No label is empty, none is in the wrong script's alphabet, and each file says what the family is for."""
    for said in (vocabulary.head(name), *vocabulary.groups(name), *vocabulary.family(name).values()):
        assert all(said.label(lang).strip() for lang in LANGUAGES), said
        assert not re.search("[ыэёъЫЭЁЪ]", said.uk), said
        assert not re.search("[іїєґІЇЄҐ]", said.ru), said
        assert not re.search("[а-яА-Я]", said.en), said


@pytest.mark.parametrize("name", FAMILIES)
def test_a_note_stands_in_all_three_languages_or_in_none(name: str) -> None:
    """Nobody misreads a label because its definition is in a language they do not read."""
    for term in vocabulary.family(name).values():
        assert len({bool(term.note(lang)) for lang in LANGUAGES}) == 1, term.code
        assert not re.search("[ыэёъ]", term.note_uk), term.code
        assert not re.search("[іїєґ]", term.note_ru), term.code


@pytest.mark.parametrize("name", FAMILIES)
def test_dates_are_dates(name: str) -> None:
    """Since when a term stands, and from when it is no longer chosen, never the other way round."""
    for term in vocabulary.family(name).values():
        assert re.fullmatch(DAY, term.since), term.code
        assert not term.deprecated or term.since <= term.deprecated <= vocabulary.edition(), term.code


@pytest.mark.parametrize("name", FAMILIES)
def test_codes_look_like_codes_and_references_resolve(name: str) -> None:
    """A code fits the record's pattern; a legal reference and a broader term that are named exist."""
    for code, term in vocabulary.family(name).items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9_.+-]{0,63}", code)
        assert set(term.legal) <= set(vocabulary.legal()), code
        assert not term.broader or term.broader in vocabulary.family(name), code


@pytest.mark.parametrize("name", FAMILIES)
def test_the_tree_shows_every_term_once(name: str) -> None:
    """A term without its group's heading, or in a circle of broader terms, would be shown nowhere."""
    shown = [one.code for _, one in vocabulary.tree(name) if isinstance(one, vocabulary.Term)]
    assert sorted(shown) == sorted(vocabulary.family(name))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_quick_reading_of_codes_finds_the_same(name: str) -> None:
    """What checks a record reads lines, not TOML: it knows every code of the family and no other."""
    assert vocabulary.codes(name) == tuple(vocabulary.family(name))


@pytest.mark.parametrize("name", [*FAMILIES, "legal"])
def test_the_quick_reading_finds_what_toml_says(name: str) -> None:
    """A field that the loader's plain reading would miss or misread (over two lines, in other quotes) fails here."""
    table = tomllib.loads((vocabulary.DATA / f"{name}.toml").read_text("utf-8"))
    entries = [row for kind in ("group", "reference", "term") for row in table.pop(kind, [])]
    first, *rest = vocabulary._parts(name)
    assert first == table
    assert sorted(rest, key=repr) == sorted(entries, key=repr)


def test_a_dotted_code_stands_in_one_family_only() -> None:
    """`term` can find a code without being told its family."""
    codes = [code for name in vocabulary.DOTTED_FAMILIES for code in vocabulary.family(name)]
    assert len(codes) == len(set(codes))
    found = vocabulary.term("mob.summons_served")
    assert found is not None
    assert found.uk == "Вручення повістки"


def test_an_unknown_code_is_shown_as_not_known_here() -> None:
    """A code of a newer vocabulary is neither a crash nor an empty label, and nobody takes it for a word of ours."""
    assert vocabulary.term("mob.from_next_year") is None
    assert vocabulary.label("mob.from_next_year", "en") == "code not known here: mob.from_next_year"
    assert vocabulary.label("mob.from_next_year", "uk") == "код, якого ця версія не знає: mob.from_next_year"
    assert vocabulary.label("nobody", "ru", family_name="person_role") == "код, которого эта версия не знает: nobody"
    assert not vocabulary.known("violation", "witness")


def test_labels_come_in_the_language_asked_for() -> None:
    """A list's code needs its family, because lists share codes such as `other`."""
    assert vocabulary.label("witness", "uk", family_name="person_role") == "Свідок"
    assert vocabulary.label("mob.summons_served", "en") == "Military summons served"


def test_an_unknown_family_is_an_error() -> None:
    """A misspelt family never looks like an empty one."""
    with pytest.raises(FileNotFoundError):
        vocabulary.family("violations")


def test_genocide_is_never_an_interviewers_choice() -> None:
    """Violations are acts as people tell them: no term is a legal finding that needs proof of intent."""
    words = " ".join(f"{term.code} {term.en} {term.uk} {term.ru}" for term in vocabulary.family("violation").values())
    assert not re.search("genocid|геноцид|crimes? against humanity", words, re.IGNORECASE)


def test_legal_references_say_what_and_when() -> None:
    """Each reference names the article, what it says, its edition, and how that was checked."""
    assert len(vocabulary.legal()) == 114
    for reference in vocabulary.legal().values():
        assert reference.ref
        assert reference.says
        assert re.fullmatch(DAY, reference.edition)
        assert reference.check


def test_the_digest_names_all_data() -> None:
    """A record says with which vocabulary it was taken."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", vocabulary.digest())


def test_importing_parses_nothing() -> None:
    """A command that shows no term pays for none: no family is read before it is asked for."""
    code = "import intake.vocabulary as v; print(v.family.cache_info().currsize, v.legal.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
