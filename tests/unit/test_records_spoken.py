"""Dates as people say them: what is understood, what is asked again and why, and how it is said back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from intake.errors import BadDate
from intake.records import dates, spoken, spoken_words
from intake.records.spoken import Reason, Unclear, Understood

if TYPE_CHECKING:
    from intake.i18n import Language

TODAY = date(2026, 11, 21)  # a Saturday

UNDERSTOOD = {
    # plain
    "24.02.2022": "2022-02-24",
    " 24.2.22. ": "2022-02-24",
    "24/02/22": "2022-02-24",
    "24/02/22?": "2022-02-24?",
    "24-02-2022": "2022-02-24",
    "2022-03-05": "2022-03-05",
    "2022.03.05": "2022-03-05",
    "05.03 2022": "2022-03-05",
    "03.2022": "2022-03",
    "5 березня 2022": "2022-03-05",
    "5-го марта 2022 года": "2022-03-05",
    "5 Марта 2022 г.": "2022-03-05",
    "у 2022 році, 5 березня": "2022-03-05",
    "March 5, 2022": "2022-03-05",
    "the 5th of March 2022": "2022-03-05",
    "двадцять четвертого лютого 2022 року": "2022-02-24",
    "двадцать четвёртое февраля 2022": "2022-02-24",
    "twenty-fourth of February 2022": "2022-02-24",
    "п’яте березня 2022": "2022-03-05",
    "24 лютого 2022 вранці": "2022-02-24",
    "в марте 2022": "2022-03",
    "березень 2022 року": "2022-03",
    "2022": "2022",
    "у 2022 році": "2022",
    "в 22-м году": "2022",
    "5.3.85": "1985-03-05",
    "24.02.2022р.": "2022-02-24",
    # doubt
    "~2022-03": "2022-03~",
    "приблизно в березні 2022": "2022-03~",
    "десь у березні 2022": "2022-03~",
    "около 5 марта 2022": "2022-03-05~",
    "about March 2022": "2022-03~",
    "maybe 2022?": "2022?",
    "не пам'ятаю точно, приблизно березень 2022": "2022-03%",
    "где-то в марте 2022": "2022-03~",
    # seasons
    "навесні 2022": "2022-21",
    "весной 2022": "2022-21",
    "spring 2022": "2022-21",
    "взимку 2022-2023": "2022-24",
    "взимку 2022 – 2023": "2022-24",
    "зимой 2022/23": "2022-24",
    "взимку 2022-2023 років": "2022-24",
    "зимой 2022/23 года": "2022-24",
    "у 2014–2015 роках": "2014/2015",
    "з 2014 по 2022 рік": "2014/2022",
    "приблизно навесні 2022": "2022-03~/2022-05~",
    "весна-літо 2022": "2022-21/2022-22",
    "зима-весна 2022": "2021-24/2022-21",
    # parts
    "на початку березня 2022": "2022-03-01~/2022-03-10~",
    "в середине марта 2022": "2022-03-11~/2022-03-20~",
    "наприкінці лютого 2022": "2022-02-21~/2022-02-28~",
    "в конце марта 2022": "2022-03-21~/2022-03-31~",
    "mid-March 2022": "2022-03-11~/2022-03-20~",
    "late March 2022": "2022-03-21~/2022-03-31~",
    "перша половина березня 2022": "2022-03-01~/2022-03-15~",
    "вторая половина 2022 года": "2022-07~/2022-12~",
    "на початку 2022": "2022-01~/2022-04~",
    "в конце лета 2022": "2022-08~",
    # spans
    "між 3 і 9 березня 2022": "2022-03-03/2022-03-09",
    "з 3 по 9 березня 2022": "2022-03-03/2022-03-09",
    "от 3 до 9 марта 2022": "2022-03-03/2022-03-09",
    "3–9 березня 2022": "2022-03-03/2022-03-09",
    "from March 3 to 9, 2022": "2022-03-03/2022-03-09",
    "between March 3 and March 9, 2022": "2022-03-03/2022-03-09",
    "з 24.02 по 05.03.2022": "2022-02-24/2022-03-05",
    "з 5 березня 2022 по 9": "2022-03-05/2022-03-09",
    "березень–травень 2022": "2022-03/2022-05",
    "15 лютого 2022 – 23 березня 2022": "2022-02-15/2022-03-23",
    "двадцятого–двадцять п'ятого березня 2022": "2022-03-20/2022-03-25",
    "кінець березня – початок квітня 2022": "2022-03-21~/2022-04-10~",
    "у лютому-березні 2022": "2022-02/2022-03",
    "кінець 2022 - початок 2023": "2022-09~/2023-04~",
    "24.02-31.03.2022": "2022-02-24/2022-03-31",
    "восени 2022 року, у жовтні": "2022-10",
    "2022/23 рік": "2022/2023",
    "у 2022 році між 3 і 9 березня": "2022-03-03/2022-03-09",
    "2014-2022": "2014/2022",
    "2022/23": "2022/2023",
    "з березня 2022 і досі": "2022-03/..",
    "с марта 2022 до сих пор": "2022-03/..",
    "since March 2022": "2022-03/..",
    "до березня 2022": "../2022-03",
    "before March 2022": "../2022-03",
    "після 24 лютого 2022": "2022-02-24/..",
    "не раніше 5 березня 2022 і не пізніше 10 березня 2022": "2022-03-05/2022-03-10",
    "березень 2022 – невідомо": "2022-03/",
    "2022-04-24/2022-05-31~": "2022-04-24/2022-05-31~",
    "24.04.2022 – 31.05.2022 (приблизно)": "2022-04-24/2022-05-31~",
    # from today
    "сьогодні": "2026-11-21",
    "вчора": "2026-11-20",
    "позавчера": "2026-11-19",
    "the day before yesterday": "2026-11-19",
    "3 days ago": "2026-11-18~",
    "двадцять п'ять днів тому": "2026-10-27~",
    "тиждень тому": "2026-11-14~",
    "два тижні тому": "2026-11-07~",
    "две недели назад": "2026-11-07~",
    "місяць тому": "2026-10~",
    "полгода назад": "2026-05~",
    "a year ago": "2025~",
    "2 года назад": "2024~",
    "last week": "2026-11-09~/2026-11-15~",
    "минулого тижня": "2026-11-09~/2026-11-15~",
    "в прошлом месяце": "2026-10",
    "last month": "2026-10",
    "минулого року": "2025",
    "торік": "2025",
    "позаторік восени": "2024-23",
    "цього року": "2026",
    "цієї весни": "2026-21",
    "у березні минулого року": "2025-03",
    # feasts
    "на Великдень 2022": "2022-04-24",
    "Пасха 2024": "2024-05-05",
    "на Трійцю 2022": "2022-06-12",
    "після Великодня 2022": "2022-04-24/..",
    "навесні 2022, після Великодня": "2022-04-24/2022-05-31~",
    "весной 2022 после Пасхи": "2022-04-24/2022-05-31~",
    "in spring 2022, after Easter": "2022-04-24/2022-05-31~",
    "5 березня 2022, до Великодня": "2022-03-05",
    # hands and keyboards
    "БЕРЕЗЕНЬ 2022": "2022-03",
    "Бepeзень 2022": "2022-03",
    "Маrch 2022": "2022-03",
    "c 3 по 9 марта 2022": "2022-03-03/2022-03-09",
    "березень\u00a02022…": "2022-03",
    "у бе\u0301резні 2022": "2022-03",
}

UNCLEAR = {
    "24 лютого": Reason.NO_YEAR,
    "05.03": Reason.NO_YEAR,
    "десь у березні": Reason.NO_YEAR,
    "з 3 по 9 березня": Reason.NO_YEAR,
    "навесні": Reason.NO_YEAR,
    "після Великодня": Reason.NO_YEAR,
    "березень 12": Reason.NO_YEAR,
    "у ніч на 24 лютого 2022": Reason.NOT_A_DATE,
    "5 березня, 22": Reason.NO_YEAR,
    "з грудня 2021 по лютий": Reason.NO_YEAR,
    "5 березня, після 2022": Reason.NO_YEAR,
    "31.02.2022": Reason.OUT_OF_RANGE,
    "24.13.2022": Reason.OUT_OF_RANGE,
    "5 березня 1822": Reason.OUT_OF_RANGE,
    "Великдень 0000": Reason.OUT_OF_RANGE,
    "300 років тому": Reason.OUT_OF_RANGE,
    "9–3 березня 2022": Reason.BACKWARDS,
    "грудень – лютий 2022": Reason.BACKWARDS,
    "березень, квітень 2022": Reason.BACKWARDS,
    "": Reason.NOT_A_DATE,
    "?": Reason.NOT_A_DATE,
    "приблизно": Reason.NOT_A_DATE,
    "не пам'ятаю": Reason.NOT_A_DATE,
    "коли прийшли солдати": Reason.NOT_A_DATE,
    "5 березня 2022 вночі": Reason.NOT_A_DATE,
    "не в березні 2022": Reason.NOT_A_DATE,
    "3 і 9 березня 2022": Reason.NOT_A_DATE,
    "п'ять днів після 24 лютого 2022": Reason.NOT_A_DATE,
    "about 5 days after 24 February 2022": Reason.NOT_A_DATE,
    "22 березня квітня 2022": Reason.NOT_A_DATE,
    "5 років": Reason.NOT_A_DATE,
    "2 года": Reason.NOT_A_DATE,
    "минулої весни": Reason.NOT_A_DATE,
    "24-02-22": Reason.NOT_A_DATE,
    "2022/05": Reason.NOT_A_DATE,
    "в октябре или ноябре 2022": Reason.NOT_A_DATE,
    "через тиждень після Великодня 2022": Reason.NOT_A_DATE,
    "2022/XX": Reason.NOT_A_DATE,
    "навесні 2022-23": Reason.NOT_A_DATE,
    "20220305": Reason.NOT_A_DATE,
    "перша половина весни 2022": Reason.NOT_A_DATE,
    "[2021,2022]": Reason.NOT_A_DATE,
    "2022-03-05T10:00:00Z – 2022-03-06": Reason.NOT_A_DATE,
    "приблизно 05.03.2022 10:00:00+02:00": Reason.NOT_A_DATE,
    "березень 2022 " * 20: Reason.NOT_A_DATE,
}

TWO = {
    "03/05/2022": ("2022-05-03", "2022-03-05"),
    "взимку 2022": ("2021-24", "2022-24"),
    "на Різдво 2022": ("2022-01-07", "2022-12-25"),
    "2022-23": ("2022-23", "2022/2023"),
    "2020-21": ("2020-21", "2020/2021"),
}

ECHOES = {
    "2022-02-24": ("24.02.2022", "24.02.2022", "24.02.2022"),
    "2022-03~": ("березень 2022, приблизно", "март 2022, приблизительно", "March 2022, approximately"),
    "2022%": ("2022, приблизно, непевно", "2022, приблизительно, неуверенно", "2022, approximately, uncertain"),
    "2022-24": ("зима 2022–2023", "зима 2022–2023", "winter 2022–2023"),
    "2022-03/..": ("березень 2022 і пізніше", "март 2022 и позже", "March 2022 and later"),
    "../2022-03": ("березень 2022 і раніше", "март 2022 и раньше", "March 2022 and earlier"),
    "2022-03/": ("березень 2022 – невідомо", "март 2022 – неизвестно", "March 2022 – unknown"),
    "2022-03-11~/2022-03-20~": (
        "11.03.2022 – 20.03.2022, приблизно",
        "11.03.2022 – 20.03.2022, приблизительно",
        "11.03.2022 – 20.03.2022, approximately",
    ),
    "2022-04-24/2022-05-31~": (
        "24.04.2022 – 31.05.2022 (приблизно)",
        "24.04.2022 – 31.05.2022 (приблизительно)",
        "24.04.2022 – 31.05.2022 (approximately)",
    ),
    "2022-XX-XX": ("XX.XX.2022", "XX.XX.2022", "XX.XX.2022"),
}


@pytest.mark.parametrize(("text", "edtf"), UNDERSTOOD.items())
def test_what_people_say_is_understood(text: str, edtf: str) -> None:
    """One text, one date, with the bounds that our own parser gives."""
    parsed = dates.parse(edtf)
    assert spoken.understand(text, today=TODAY, lang="uk") == Understood(edtf, parsed.earliest, parsed.latest)


@pytest.mark.parametrize(
    ("said", "edtf"),
    [
        ("березень 22", "2022-03"),
        ("у ніч з 3 на 4 березня 2022", "2022-03-03/2022-03-04"),
        ("в ночь с 28 февраля на 1 марта 2022", "2022-02-28/2022-03-01"),
        ("24 лютого 2022 о 5 ранку", "2022-02-24"),
        ("о п\u2019ятій ранку 24.02.2022", "2022-02-24"),
        ("в 2 часа дня 3 марта 2022", "2022-03-03"),
        ("24.02.2022 о 05:30", "2022-02-24"),
    ],
)
def test_turns_of_speech(said: str, edtf: str) -> None:
    """A month by its short year, a night between two days; a clock time is no part of the date, and changes none."""
    found = spoken.understand(said, today=TODAY)
    assert isinstance(found, Understood)
    assert found.edtf == edtf


@pytest.mark.parametrize(("text", "reason"), UNCLEAR.items())
def test_what_is_not_clear_is_asked_again(text: str, reason: Reason) -> None:
    """No year is made up, no word passed over, no impossible day mended: the reason says what to ask."""
    assert spoken.understand(text, today=TODAY) == Unclear(reason)


@pytest.mark.parametrize(("text", "readings"), TWO.items())
def test_of_two_readings_a_person_chooses(text: str, readings: tuple[str, ...]) -> None:
    """Where two people would write down two dates, neither is taken."""
    assert spoken.understand(text, today=TODAY, lang="en") == Unclear(Reason.TWO_READINGS, readings)


@pytest.mark.parametrize(
    ("text", "lang", "edtf"),
    [("03/05/2022", "uk", "2022-05-03"), ("03/05/2022", "ru", "2022-05-03"), ("03/25/2022", "en", "2022-03-25"),
     ("03/25/2022", "uk", "2022-03-25"), ("05/05/2022", "en", "2022-05-05"), ("05.03.2022", "en", "2022-03-05"),
     ("взимку 2022, до 24 лютого 2022", "uk", "2021-12-01~/2022-02-24")],
)  # fmt: skip
def test_a_second_reading_that_cannot_be_is_none(text: str, lang: Language, edtf: str) -> None:
    """With dots the day comes first in any language; with strokes the language, or the calendar, may decide."""
    found = spoken.understand(text, today=TODAY, lang=lang)
    assert isinstance(found, Understood)
    assert found.edtf == edtf


@pytest.mark.parametrize(("edtf", "words"), ECHOES.items())
def test_a_date_is_said_back_in_the_language_of_the_screen(edtf: str, words: tuple[str, str, str]) -> None:
    """Days as 24.02.2022, months by name, doubt in words."""
    assert (spoken.echo(edtf, "uk"), spoken.echo(edtf, "ru"), spoken.echo(edtf, "en")) == words


@pytest.mark.parametrize("edtf", ["", "2022-13", "навесні 2022", "2022-24~", "[2021,2022]"])
def test_only_a_date_of_ours_is_said_back(edtf: str) -> None:
    """What could not be stored can't be echoed as if it had been understood."""
    with pytest.raises(BadDate):
        spoken.echo(edtf, "uk")


def test_no_word_has_two_meanings() -> None:
    """A form that stands twice in the table with two meanings would be read by the order of lines."""
    found: dict[str, spoken_words.Token] = {}
    twice = [form for form, token in spoken_words.meanings() if found.setdefault(form, token) != token]
    assert twice == []


def test_every_form_of_the_table_is_reached() -> None:
    """A form that the spelling rules or a longer phrase would never let through is a dead line."""
    reading = spoken_words.Reading(TODAY, second=False, day_first=True)
    made_at_once = {"back_days", "back_years", "filler"}  # these are another token, or none, already
    unreached = [
        form
        for form, token in spoken_words.meanings()
        if token.kind not in made_at_once and spoken_words.tokens(form, reading) != [token]
    ]
    assert unreached == []


@pytest.mark.parametrize(
    ("text", "first", "last", "inside"),
    [("2022-03", "2022-03-31", "2022-04-30", True), ("2022-03", "2022-04-01", None, False),
     ("2022-03", None, "2022-02-28", False), ("2022-03/..", "2030-01-01", None, True),
     ("../2022-03", "2022-04-01", None, False), ("2022-03/", None, None, True)],
)  # fmt: skip
def test_a_filter_takes_what_may_have_been_then(text: str, first: str | None, last: str | None, inside: bool) -> None:
    """A date that may fall between two days is not lost from a list; one that can't is not in it."""
    days = [day and date.fromisoformat(day) for day in (first, last)]
    assert dates.parse(text).overlaps(days[0] or None, days[1] or None) is inside


def test_dates_sort_by_their_first_day() -> None:
    """Open beginnings first; of two with one first day the narrower."""
    texts = ["2022-03/..", "2022-03", "../2023", "2022-03-01", "2021"]
    assert sorted(texts, key=lambda text: dates.parse(text).sort_key) == [
        "../2023", "2021", "2022-03-01", "2022-03", "2022-03/..",
    ]  # fmt: skip
