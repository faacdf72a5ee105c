"""Names across scripts: passport spellings against `translitua`, match keys, and where the hint must stay silent."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from translitua import RussianICAO, UkrainianKMU, translit

from intake.records import names

GIVEN = tomllib.loads(Path(names.__file__).with_name("data").joinpath("given_names.toml").read_text(encoding="utf-8"))[
    "groups"
]
SPELLINGS = sorted({word for family in GIVEN.values() for group in family for word in group.split()})
RUSSIAN_ONLY, UKRAINIAN_ONLY = set("ыэёъЫЭЁЪ"), set("іїєґʼ'ІЇЄҐ")
CYRILLIC = [name for name in SPELLINGS if names.script(name.replace("'", "")) == "Cyrl"]

UKRAINIAN_LINES = (
    "Згурський Згоранський Розгон Щербина Щур Короп’є Знам'янка Гайовий Ґалаґан Їжакевич Ївга Кадиївка",
    "Йосипенко Стрий Яценко Юрченко Єнакієве Гаєвич Короп Костянтинів Феодосія Ньютон Комюніке Воробйов",
    "Соловйов Лук'яненко Дем'янчук Марʼян П'ятничук Прокіп'юк В’язовський Солов'яненко Цимбалюк Хоменко",
    "Чорновіл Шевчук Жовтобрюх Жук Кузьменко Біленький Заїка Українець Мар'їнка Згода Згурівка Різдвяний Ящук",
    "Гнатюк Гончар Мельниченко Лисенко Ткач Бойко Кравець Олійник Поліщук Савчук Марченко Руденко Петренко",
    "Захарченко Левченко Коваль Ковальчук Бондаренко Пономаренко Литвиненко Романюк ЗГУРСЬКИЙ ЩЕРБИНА ЮЛІЯ",
    "ЄВГЕН Юлія-Яна Нечуй-Левицький Їжак Ґудзь Дзюба Цюпа Юхно Ящиковський Підгаєцький Згоряни",
)
UKRAINIAN = [name for line in UKRAINIAN_LINES for name in line.split()]
RUSSIAN_LINES = (
    "Подъячев Щукин Объедков Ёлкин Юрьевич Сергей Эдуард Быков Рыжов Хрущёв Цветаева Чайковский Шишкин Жуков",
    "Яковлев Юлия Воробьёв Соловьёв Ильич Пьянов Крымов Съёмщиков Эльдар Энвер Бехтерев Гайдар Йошкин Мышкин",
    "Толстой Достоевский ЩУКИН ЁЛКИН Римский-Корсаков Кьянов Мария Наталья Дарья Игорь Любовь Григорьевна",
    "Юрьевна Эмильевич Цыплаков Чехов",
)
RUSSIAN = [name for line in RUSSIAN_LINES for name in line.split()]


def test_ukrainian_passport_spelling_agrees_with_translitua() -> None:
    """Resolution 55 of 2010, over some hundreds of names, as another implementation has it."""
    tried = {*UKRAINIAN, *(name for name in CYRILLIC if not RUSSIAN_ONLY & set(name))}
    assert len(tried) > 200
    assert {name: names.kmu2010(name) for name in tried} == {name: translit(name, UkrainianKMU) for name in tried}


def test_russian_passport_spelling_agrees_with_translitua() -> None:
    """ICAO Doc 9303, over some hundreds of names, as another implementation has it."""
    tried = {*RUSSIAN, *(name for name in CYRILLIC if not UKRAINIAN_ONLY & set(name))}
    assert len(tried) > 150
    assert {name: names.icao(name) for name in tried} == {name: translit(name, RussianICAO) for name in tried}


def test_case_is_kept_word_by_word() -> None:
    """A surname in capitals stays so, and an initial is not taken for a word in capitals."""
    assert names.kmu2010("ЩЕРБИНА Юлія Я.") == "SHCHERBYNA Yuliia Ya."
    assert names.icao("ЩУКИН Юрий") == "SHCHUKIN Iurii"


def test_latin_names_are_left_alone() -> None:
    """Somebody who has no Cyrillic name keeps the letters that they have."""
    assert names.kmu2010("Anna-Maria Grün") == "Anna-Maria Grün"


@pytest.mark.parametrize(
    ("name", "lang", "forms"),
    [
        ("Сергій", None, ("Serhii",)),
        ("Пыжов", "uk", ("Pyzhov",)),
        ("Марина", "uk", ("Maryna", "Marina")),
        ("Марина", "ru", ("Marina", "Maryna")),
        ("Анна", None, ("Anna",)),
        ("Ayşe", "crh", ("Ayşe",)),
    ],
)
def test_latin_forms_put_the_likeliest_first(name: str, lang: str | None, forms: tuple[str, ...]) -> None:
    """Letters of one alphabet decide; else the language does, and both forms are given."""
    assert names.latin_forms(name, lang) == forms


@pytest.mark.parametrize(
    ("text", "script"),
    [("Юлія", "Cyrl"), ("В'ячеслав", "Cyrl"), ("Ayşe", "Latn"), ("فاطمة", "Arab"), ("Iван", "other"), ("", "other"),
     ("123", "other"), ("李", "other")],
)  # fmt: skip
def test_script_is_that_of_all_letters(text: str, script: str) -> None:
    """A Latin look-alike in a Cyrillic name shows: the script is then neither."""
    assert names.script(text) == script


def test_every_apostrophe_is_one_for_comparing() -> None:
    """Whatever key was pressed, the name is the same name."""
    typed = ["Лук'яненко", "Лук’яненко", "Лукʼяненко", "Лук`яненко", "Лук‘яненко"]
    assert {names.normal_apostrophes(name) for name in typed} == {"Лукʼяненко"}
    assert len({names.fold(name) for name in typed}) == 1


@pytest.mark.parametrize(
    ("own", "imposed"), [("Гриценко", "Gritsenko"), ("Гончаренко", "Goncharenko"), ("Голуб", "Golub")]
)
def test_a_name_and_its_spelling_in_an_imposed_passport_have_one_key(own: str, imposed: str) -> None:
    """The first letter of half of the names: г is h in a Ukrainian passport and g in a Russian one."""
    assert names.fold(own) == names.fold(imposed)


@pytest.mark.parametrize("group", [group for family in GIVEN.values() for group in family])
def test_all_spellings_of_a_group_have_one_key(group: str) -> None:
    """The table works: each spelling folds to that of the first."""
    assert len({names.fold(spelling) for spelling in group.split()}) == 1


def test_no_two_groups_share_a_key() -> None:
    """Two given names must not become one through the folding: that would hint at strangers."""
    groups = [names.fold(group.split()[0]) for family in GIVEN.values() for group in family]
    assert sorted(groups) == sorted(set(groups))


SAME = [
    ("Коваленко Сергій Іванович", "Sergey Kovalenko"),
    ("Юлія Гнатюк", "Iuliia Hnatiuk"),
    ("Щербина", "Sherbina"),
    ("Щербина Олена", "Elena Sherbina"),
    ("Микола Петрович Дорошенко", "Дорошенко Николай Петрович"),
    ("Олексій Миколайович Бондар", "Алексей Николаевич Бондарь"),
    ("Подъячев Юрий", "Podieiachev Iurii"),
    ("Меметов Рефат Серверович", "Memetov Refat"),
    ("Джеміль Ібраїмов", "Cemil İbraimov"),
    ("Оксана Ткач", "Ткач Ксения"),
    ("Євген Хоменко", "Evgeny Khomenko"),
    ("Ольга Іванівна Шевчук", "Шевчук Ольга Ивановна"),
    ("В'ячеслав Яценко", "Viacheslav Yatsenko"),
    ("Ігор Ковальов", "Игорь Ковалёв"),
    ("Дмитро Дмитрович Рудий", "Дмитрий Дмитриевич Рудый"),
    ("КОВАЛЬ ТЕТЯНА", "Татьяна Коваль"),
    ("Кoвaль Тетяна", "Коваль Тетяна"),
]
DIFFERENT = [
    ("Коваленко Сергій", "Кравченко Сергій"),
    ("Сергій Іванович Коваленко", "Сергій Іванович Кравченко"),
    ("Олена Бондар", "Ольга Бондар"),
    ("Ткаченко Анна", "Савченко Анна"),
    ("Андрій Лисенко", "Андрій Власенко"),
    ("Марченко Ірина", "Харченко Ірина"),
    ("Петренко Іван", "Павленко Іван"),
    ("Романюк Олег", "Романенко Олег"),
    ("Іванов Сергій", "Іванова Світлана"),
    ("Анна Коваль", "Яна Коваль"),
    ("Сергій", "Сергій Коваленко"),
    ("", "Сергій Коваленко"),
    ("...", "..."),
]
FALSE_FRIENDS = [
    ("Іваненко Петро", "Іващенко Петро"),
    ("Марія Бойко", "Марина Бойко"),
    ("Мельник Іван", "Мельничук Іван"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_person_in_two_spellings_gives_a_hint(one: str, other: str) -> None:
    """Scripts, document spellings, order of words and a missing patronymic do not hide a repeat interview."""
    assert names.similar(one, other) >= names.SIMILAR
    assert names.similar(one, other) == names.similar(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_people_give_no_hint(one: str, other: str) -> None:
    """A hint that cries at every shared first name would be read past."""
    assert names.similar(one, other) < names.SIMILAR


@pytest.mark.parametrize(("one", "other"), FALSE_FRIENDS)
def test_false_friends_are_known(one: str, other: str) -> None:
    """Letters alone cannot tell these apart: so nothing is merged, and a hint asks for birth year or settlement too."""
    assert names.similar(one, other) >= names.SIMILAR
    assert names.fold(one) != names.fold(other)


@pytest.mark.parametrize(
    ("birth", "year"),
    [("1985", "1985"), ("1985-03-05", "1985"), ("1985~", "1985"), ("1985/1986", None), ("1985/..", None),
     ("1985-24", None), (None, None), ("колись", None)],
)  # fmt: skip
def test_a_match_key_has_a_year_only_where_there_is_one(birth: str | None, year: str | None) -> None:
    """Two years, an open end or no date at all are no year to agree on."""
    assert names.match_key(["Коваль Юлія"], birth) == (names.fold("Коваль Юлія"), year)


def test_a_match_key_does_not_hang_on_the_patronymic() -> None:
    """A Russian paper with three names and a spoken two give one key; a person without a name gives none."""
    full = names.match_key(["Юля", "Коваленко Сергій Іванович"], "1985")
    assert full == names.match_key(["Sergey Kovalenko"], "1985-07-01")
    assert names.match_key(["Іванович"], None)[0]
    assert names.match_key([], None) == ("", None)
