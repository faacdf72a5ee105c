"""The codifier as it ships: complete, built from the ministry's sheet, and found by what people type."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path

import pytest
from tools import gazetteer as builder

from intake import gazetteer
from intake.gazetteer import CATEGORIES, Unit, by_code, children, label, path, search, valid
from intake.gazetteer.aliases import all_aliases
from intake.gazetteer.codifier import lines, unit_of
from intake.gazetteer.folding import consonants, skeleton

DATA = Path(gazetteer.__file__).parent / "data"
SETTLEMENTS = "KMXC"


def units() -> list[Unit]:
    """Every unit, parsed."""
    return [unit_of(line) for line in lines()]


def first(text: str) -> Unit:
    """The best find."""
    return search(text)[0]


def names(text: str) -> list[str]:
    """All finds, by name."""
    return [unit.name for unit in search(text, limit=50)]


def test_the_codifier_is_complete() -> None:
    """All 31,744 objects of the edition, 29,701 settlements and the two cities among them counted by kind."""
    kinds = Counter(unit.category for unit in units())
    assert kinds == {"O": 25, "K": 2, "P": 136, "H": 1772, "M": 461, "X": 1979, "C": 27261, "B": 108}
    assert kinds["M"] + kinds["X"] + kinds["C"] == 29_701
    assert set(kinds) == set(CATEGORIES)
    assert len({unit.code for unit in units()}) == 31_744


def test_the_data_file_is_the_one_that_was_measured() -> None:
    """A byte changed by hand is seen: the data file's digest stands here; a new edition gets a new one."""
    data = (DATA / "codifier.tsv").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "1f22627233e2f90dc15c6d545ce27b17e03c5cf99713cc959b191ab102da8b4b"
    assert gazetteer.edition().date == "2026-07-07"
    assert "№ 290" in gazetteer.edition().source
    assert sum(file.stat().st_size for file in DATA.iterdir()) < 3_000_000


def test_the_lines_are_sorted_and_their_keys_are_what_folding_makes() -> None:
    """Looking up by halves needs the order, and search needs the keys: neither can be stale."""
    assert lines() == sorted(lines())
    assert all(unit.keys == (skeleton(unit.name), consonants(skeleton(unit.name))) for unit in units())


def test_the_ministrys_sheet_gives_the_same_bytes() -> None:
    """Where the spreadsheet is at hand (INTAKE_CODIFIER_SHEET), building again changes not one byte."""
    sheet = os.environ.get("INTAKE_CODIFIER_SHEET")
    if not sheet:
        pytest.skip("INTAKE_CODIFIER_SHEET names no spreadsheet")
    assert builder.build(Path(sheet)) == (DATA / "codifier.tsv").read_bytes()


def test_every_unit_has_its_whole_path() -> None:
    """No parent is missing: each unit lies in one of every level that its code names."""
    for unit in units():
        above = path(unit.code)
        assert bool(above) == (unit.category not in "OK"), unit
        if unit.category in "MXC" and unit.code[4:6] != "00":
            assert [one.category for one in above][-3:] == ["O", "P", "H"], unit


def test_cascading_from_the_oblasts_reaches_every_unit() -> None:
    """What `children` offers, step by step, is the whole codifier, each unit once."""
    seen: list[str] = []
    stack = list(children())
    assert len(stack) == 27
    while stack:
        unit = stack.pop()
        seen.append(unit.code)
        stack += children(unit.code)
    assert len(seen) == len(set(seen)) == 31_744


@pytest.mark.parametrize(
    "code",
    ["", "UA", "UA44140090170018091", "UA99000000000000000", "ua44140090170018090", "UA4414009017001809",
     "UA00000000000000000",
     "UA4414009017001809٠", "UA44140090170018090\n"],
)  # fmt: skip
def test_what_is_no_code_of_the_edition_is_not_valid(code: str) -> None:
    """A wrong digit, a short code, digits of another script, a line end: none is a place, none is an exception."""
    assert not valid(code)
    assert by_code(code) is None
    assert path(code) == ()
    assert not code or children(code) == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Херсон", "UA65100150010064384"), ("херсон", "UA65100150010064384"), ("Kherson", "UA65100150010064384"),
        ("м. Херсон", "UA65100150010064384"), ("Хepсон", "UA65100150010064384"),  # two Latin letters in it
        ("Куп'янськ", "UA63080090010026457"), ("Купʼянськ", "UA63080090010026457"), ("Купянск", "UA63080090010026457"),
        ("Kupiansk", "UA63080090010026457"), ("Kupyansk", "UA63080090010026457"),
        ("Харьков", "UA63120270010096107"), ("Kharkov", "UA63120270010096107"), ("Киев", "UA80000000000093317"),
        ("Николаев", "UA48060150010035747"), ("Можняковка", "UA44140030080083115"),
        ("Mozhnikivka", "UA44140030080083115"),
        ("Лисичанск", "UA44120050010021900"), ("Lysychansk", "UA44120050010021900"), ("Soledar", "UA14020090010053316"),
        ("Feodosiya", "UA01180710010062019"), ("Симферополь", "UA01160330010074014"), ("Алушта", "UA01200030010082401"),
        ("Счастье", "UA44160090010046671"),
    ],
)  # fmt: skip
def test_a_place_is_found_however_it_is_written(typed: str, code: str) -> None:
    """Ukrainian, Russian, romanised, with look-alike letters or another apostrophe: the same place stands first."""
    assert first(typed).code == code


@pytest.mark.parametrize(
    ("former", "now"),
    [("Krasnoperekopsk", "Яни Капу"), ("Красноперекопск", "Яни Капу"), ("Severodonetsk", "Сіверськодонецьк"),
     ("Сєвєродонецьк", "Сіверськодонецьк"), ("Артёмовск", "Бахмут"), ("Красноград", "Берестин"), ("Торез", "Чистякове"),
     ("Днепропетровск", "Дніпро"), ("Червоноград", "Шептицький"), ("Цюрупинск", "Олешки")],
)  # fmt: skip
def test_a_former_name_leads_to_the_place(former: str, now: str) -> None:
    """What people still say, and what articles say, is found under today's name."""
    assert first(former).name == now


def test_kirovske_is_three_places_and_says_so() -> None:
    """One former name of several places gives all of them: nobody decides for the person which was meant."""
    assert {"Іслям-Терек", "Хрестівка", "Голубівка"} <= set(names("Кировское"))


def test_every_alias_is_of_a_unit_that_bears_that_name_now_and_names_its_act() -> None:
    """A row for a wrong code, or without a source, does not stand."""
    for alias in all_aliases():
        unit = by_code(alias.code)
        assert unit is not None
        assert unit.name == alias.now
        assert skeleton(alias.former) != skeleton(alias.now)
        assert "Верховної Ради України від " in alias.source


def test_namesakes_are_told_apart_by_their_path() -> None:
    """119 times Іванівка: labels differ, by the code for three pairs in one hromada; a comma or a cascade narrows."""
    found = [unit for unit in search("Іванівка", limit=500) if unit.name == "Іванівка"]
    assert len(found) == 119
    assert len({label(unit, "uk") for unit in found}) == 119
    kherson = "UA65000000000030969"
    narrowed = search("Іванівка, Херсонська", limit=500)
    assert narrowed
    assert all(path(unit.code)[0].code == kherson for unit in narrowed)
    assert {unit.code for unit in narrowed} == {unit.code for unit in search("Іванівка", limit=500, within=kherson)}


def test_a_name_that_begins_so_stands_before_one_that_holds_it() -> None:
    """`Нова Іванівка` is not what `Іван` most likely means."""
    names = [unit.name for unit in search("Іванів", limit=500) if unit.category == "C"]
    begins = [name.startswith("Іванів") for name in names]
    assert begins == sorted(begins, reverse=True)
    assert False in begins


def test_the_label_says_kind_former_name_and_where() -> None:
    """In the language asked for; the names stay the official ones."""
    unit = first("Severodonetsk")
    assert label(unit, "uk").startswith("Сіверськодонецьк (місто; раніше Сєвєродонецьк), Луганська область, ")
    assert label(unit, "en").endswith("Сіверськодонецька hromada")
    assert "Автономна Республіка Крим" in label(first("Яни Капу"), "ru")


def test_a_row_cut_short_still_says_which_oblast() -> None:
    """80 columns do not hold every label: of 119 times Іванівка, what is cut never is the oblast."""
    for unit in search("Іванівка", limit=500):
        oblast = path(unit.code)[0].name if path(unit.code) else ""
        assert oblast in label(unit, "uk")[:70]


@pytest.mark.parametrize("typed", ["", "  ", ",", "'", "щщщщщ", "\x00", "смт", "🙂", "x" * 10_000, ", Херсонська"])
def test_nothing_is_found_where_nothing_was_meant(typed: str) -> None:
    """Empty, senseless, hostile: an empty list, never an exception."""
    assert search(typed) == []


def test_the_limit_holds_and_the_near_stand_first() -> None:
    """A city before a village of the name, the name itself before what only begins with it."""
    assert len(search("к", limit=7)) == 7
    assert names("Херсон")[:2] == ["Херсон", "Херсонська"]
    assert search("Херсон", limit=0) == []
