"""`intake terms`: families, one family, one code, in three languages, without a vault; and the search of prompts."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from intake import vocabulary
from intake.cli.shell import run
from intake.errors import UnknownTerm
from intake.i18n import LANGUAGES
from intake.usecases.terms import CodeShown, FamilyShown, Overview, terms
from tests.unit.test_cli_shell import HEAVY, MODULES_AFTER, python

if TYPE_CHECKING:
    from pathlib import Path

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home that can't be: whoever opened it would fail."""
    monkeypatch.setenv("INTAKE_HOME", str(tmp_path / "nothing" / "here"))
    monkeypatch.setenv("INTAKE_LANG", "en")


def printed(capsys: Captured, *words: str) -> str:
    """What the command prints on stdout."""
    assert run(["terms", *words]) == 0
    return capsys.readouterr().out


# -- the deed ----------------------------------------------------------------------------------------------------------


def test_all_families_are_counted() -> None:
    """Each family once, with as many terms as its file has entries."""
    shown = terms()
    assert isinstance(shown, Overview)
    assert {row.family.name: row.terms for row in shown.families} == {
        name: len(vocabulary.family(name)) for name in vocabulary.families()
    }
    assert shown.digest == vocabulary.digest()


def test_a_family_is_shown_whole() -> None:
    """With its groups, in its order."""
    shown = terms("violation")
    assert isinstance(shown, FamilyShown)
    assert [term.code for term in shown.terms] == list(vocabulary.codes("violation"))
    assert shown.groups[0].prefix == "cit"


def test_a_code_says_what_the_law_says() -> None:
    """Every reference of the term, each with its article, edition, caution, and whether it was checked."""
    shown = terms("mob.sent_to_fight")
    assert isinstance(shown, CodeShown)
    (one,) = shown.terms
    assert one.family == "violation"
    assert [reference.code for reference in one.law] == list(one.term.legal)
    by_code = {reference.code: reference for reference in one.law}
    assert by_code["RS-8b-xv"].caution == "Needs participation in operations against own country"
    assert by_code["RS-8b-xv"].checked
    assert not by_code["RS-8a-v"].checked


def test_a_code_of_several_lists_is_shown_in_each() -> None:
    """`unknown` means what its list says; none of the lists is left out."""
    shown = terms("unknown")
    assert isinstance(shown, CodeShown)
    assert {one.family for one in shown.terms} >= {"age_band", "place_type", "liberty_status"}
    assert all(one.term.code == "unknown" for one in shown.terms)


def test_broader_and_narrower_agree() -> None:
    """What is said to be broader names the term as narrower."""
    shown, above = terms("mob.ethnic_targeting"), terms("mob.forced_mobilisation")
    assert isinstance(shown, CodeShown)
    assert isinstance(above, CodeShown)
    assert shown.terms[0].term.broader == "mob.forced_mobilisation"
    assert "mob.ethnic_targeting" in above.terms[0].narrower


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("mob.sumons_servd", "mob.summons_served"),
        ("violatoin", "violation"),
        ("det", "det.arbitrary_detention"),
        ("катування", ""),
        ("", ""),
        ("../legal", ""),
        ("legal", "legal_layer"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest(typed: str, nearest: str) -> None:
    """A slip is answered with what was meant; no word reads a file that is no family, and none is repeated."""
    with pytest.raises(UnknownTerm) as refused:
        terms(typed)
    assert refused.value.exit_code == 2
    offered = str(refused.value.fields["nearest"]).split(", ")
    assert nearest in (*offered, "")
    assert typed not in offered


def test_capitals_and_spaces_are_forgiven() -> None:
    """A code pasted from a table is found."""
    assert terms(" MOB.Summons_served ") == terms("mob.summons_served")


# -- the command -------------------------------------------------------------------------------------------------------


def test_it_opens_nothing(capsys: Captured, tmp_path: Path) -> None:
    """No home, no vault and no passphrase, and none is made."""
    assert "violation" in printed(capsys)
    assert "mob.summons_served" in printed(capsys, "violation")
    assert list(tmp_path.iterdir()) == []


def test_it_loads_nothing_heavy() -> None:
    """It is typed in the middle of an interview: neither models nor crypto nor the store are imported for it."""
    loaded = python(MODULES_AFTER.format(arguments=["terms", "violation"])).stderr
    assert "'intake.vocabulary'" in loaded
    assert not [name for name in HEAVY if f"'{name}'" in loaded]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_code_in_three_languages_whichever_is_spoken(lang: str, capsys: Captured) -> None:
    """Label in all three, the meaning in the one that is spoken."""
    shown = printed(capsys, "det.hostage_taking", "--lang", lang)
    term = vocabulary.family("violation")["det.hostage_taking"]
    assert all(words in shown for words in (term.uk, term.ru, term.en))
    told = {other: term.note(other).split()[-1] in shown for other in LANGUAGES}  # a note is folded, its words are not
    assert told[lang]  # type: ignore[index]  # one of LANGUAGES
    assert "GC IV art. 34" in shown


def test_a_family_is_a_tree(capsys: Captured) -> None:
    """Headings of groups, their terms below them, what is narrower below its term."""
    lines = printed(capsys, "violation").splitlines()
    at = {line.split()[0]: (number, len(line) - len(line.lstrip())) for number, line in enumerate(lines) if line}
    assert [at[code][1] for code in ("mob.", "mob.forced_mobilisation", "mob.ethnic_targeting")] == [0, 2, 4]
    assert at["mob."] < at["mob.forced_mobilisation"] < at["mob.ethnic_targeting"] < at["det."]


def test_deprecated_terms_are_marked(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old records may hold them, so they are shown; whoever reads sees that they are no longer chosen."""
    old = vocabulary.Term("old", "Давнє", "Давнее", "Old", since="2025-01-01", deprecated="2026-01-01")
    monkeypatch.setattr(vocabulary, "family", lambda _name: {"old": old})
    assert "old   Old (no longer chosen since 2026-01-01)" in printed(capsys, "sex")


@pytest.mark.parametrize("words", [(), ("violation",), ("mob.summons_served",), ("unknown",)])
def test_json_is_one_value_for_machines(words: tuple[str, ...], capsys: Captured) -> None:
    """Nothing but JSON on stdout, the same in every language."""
    said = [printed(capsys, *words, "--json", "--lang", lang) for lang in LANGUAGES]
    assert len(set(said)) == 1
    value: Any = json.loads(said[0])
    assert set(value) in ({"edition", "digest", "families"}, {"family", "groups", "terms"}, {"terms"})


def test_an_unknown_word_is_a_usage_error(capsys: Captured) -> None:
    """Exit code 2, nothing on stdout, and what was typed is not said again: it may have been meant for elsewhere."""
    assert run(["terms", "Зозуля"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Зозуля" not in err


def test_a_pipe_gets_whole_lines(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal long words are folded to its width; a program gets one line for each term, and no colour."""
    monkeypatch.setenv("COLUMNS", "60")
    lines = printed(capsys, "institution").splitlines()
    assert sum("ins." in line for line in lines) == len(vocabulary.family("institution"))
    assert "\x1b" not in "".join(lines)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert max(map(len, printed(capsys, "institution").splitlines())) < 60


# -- the search of prompts ---------------------------------------------------------------------------------------------


def codes_of(text: str, *names: str, lang: str = "uk") -> list[str]:
    """The codes that a search finds, nearest first."""
    return [term.code for term in vocabulary.search(text, lang, names or ("violation",))]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["повістк", "ПОВІСТКИ", "повестк", "summons", "mob.summons_served", "вручення повіст"])
def test_a_term_is_found_in_any_language_and_by_its_code(text: str) -> None:
    """An interviewer may speak one language and type in another."""
    assert "mob.summons_served" in codes_of(text)


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ", "‘", "`"])
def test_apostrophes_are_one(apostrophe: str) -> None:
    """Keyboards differ; the label is found with each of them."""
    assert codes_of(f"в{apostrophe}язнених") == codes_of("в’язнених")
    assert "mob.prisoner_recruitment" in codes_of(f"ув{apostrophe}язнених")


def test_yo_and_decomposed_letters_are_found() -> None:
    """Russian typed without its dots, and text as some systems compose it."""
    assert codes_of("ребенка", lang="ru") == codes_of("ребёнка", lang="ru") != []
    assert codes_of(unicodedata.normalize("NFD", "військовополонений")) == ["pow.held_without_registration"]


def test_the_nearest_comes_first() -> None:
    """The code itself, then what begins so in the language that is spoken."""
    assert codes_of("det.isolation")[0] == "det.isolation"
    assert codes_of("катування")[0] == "tor.torture"
    assert codes_of("threat of execution", "violation", "mechanism", lang="en")[0] == "lif.execution_threat"


@pytest.mark.parametrize("text", ["", "   ", "такого тут немає", "%", "[", "\x00"])
def test_what_is_nowhere_finds_nothing(text: str) -> None:
    """Neither an empty wish nor any odd letters find everything, or fail."""
    assert codes_of(text) == []


def test_deprecated_terms_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is led to choose what is no longer chosen."""
    old = vocabulary.Term("old", "Давнє", "Давнее", "Old", since="2025-01-01", deprecated="2026-01-01")
    monkeypatch.setattr(vocabulary, "family", lambda _name: {"old": old})
    vocabulary._folded.cache_clear()
    assert codes_of("old", "sex") == []
    vocabulary._folded.cache_clear()
