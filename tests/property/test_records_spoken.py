"""Dates as spoken: any text gives a date or a reason, what is said back is understood again, and all of it is EDTF."""

from __future__ import annotations

from datetime import date, datetime

from edtf import parse_edtf
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from intake.errors import BadDate
from intake.i18n import LANGUAGES
from intake.records import dates, spoken, spoken_words
from intake.records.spoken import Unclear, Understood

TODAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31))
WORDS = st.sampled_from(sorted({form for form, _ in spoken_words.meanings()}))
NUMBERS = st.one_of(
    st.integers(0, 40).map(str),
    st.integers(1890, 2110).map(str),
    st.dates(date(1890, 1, 1), date(2110, 12, 31)).map(lambda day: day.strftime("%d.%m.%Y")),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(lambda day: day.strftime("%d/%m/%y")),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(lambda day: day.strftime("%Y-%m")),
)
SIGNS = st.sampled_from([",", "-", " – ", "?", "~", "%", "..", "/", "(", ")", "XX", "."])
SAID = st.lists(st.one_of(WORDS, WORDS, NUMBERS, SIGNS), max_size=8).map(" ".join)

FORMS: dict[str, list[str]] = {}
for form, token in spoken_words.meanings():
    FORMS.setdefault(token.kind, []).append(form)
SENTENCES = [
    "{number} {month} {year}",
    "{day} {month} {year}",
    "{about} {month} {year}",
    "{maybe} {number} {month} {year}",
    "{season} {year}",
    "{about} {season} {year}",
    "{part} {month} {year}",
    "{part} {season} {year}",
    "{part} {year}",
    "{day} {half} {month} {year}",
    "{from} {number} {to} 28 {month} {year}",
    "{between} {number} {and} 28 {month} {year}, {about}",
    "{month} {year} - {month} 2100",
    "{number} {month} {year} - {day} {month} 2100",
    "{from} {month} {year} {still}",
    "{after} {number} {month} {year}",
    "{before} {month} {year}",
    "{month} {year} {and} {later}",
    "{number} {days} {ago}",
    "{count} {weeks} {ago}",
    "{number} {months} {ago}",
    "{halfyear} {ago}",
    "{back_days}",
    "{season} {back_years}",
    "{which} {weeks}",
    "{which} {months}",
    "{number} {month} {which} {yearword}",
    "{feast} {year}",
    "{season} {year}, {after} {feast}",
    "{year} {yearword}, {number} {month}",
]
SENSIBLE = st.sampled_from(SENTENCES).flatmap(
    lambda sentence: st.fixed_dictionaries(
        {kind: st.sampled_from(forms) for kind, forms in FORMS.items()}
        | {"number": st.integers(1, 28).map(str), "year": st.integers(1901, 2099).map(str)}
    ).map(lambda words: sentence.format(**words))
)

YEAR = st.integers(1900, 2100).map(str)
ONE = st.one_of(
    YEAR,
    st.tuples(YEAR, st.integers(1, 12)).map(lambda made: f"{made[0]}-{made[1]:02}"),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(str),
)
SEASON = st.tuples(YEAR, st.integers(21, 24)).map(lambda made: f"{made[0]}-{made[1]}")
SIGN = st.sampled_from(["", "?", "~", "%"])
END = st.one_of(st.tuples(ONE, SIGN).map("".join), SEASON)
UNKNOWN = st.tuples(ONE, st.sampled_from(["-XX", "-XX-XX"]), SIGN).map("".join)
MOMENT = st.tuples(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)), st.sampled_from(["Z", "+03:00"])).map(  # noqa: DTZ001 -- the offset is added as text
    lambda made: made[0].isoformat(timespec="seconds") + made[1]
)
OPEN = st.sampled_from(["", ".."])
SPAN = st.tuples(st.one_of(END, OPEN), st.one_of(END, OPEN)).map("/".join)
PROFILE = st.one_of(END, UNKNOWN, MOMENT, SPAN)


@settings(deadline=None, max_examples=300)
@given(st.one_of(SENSIBLE, SAID, st.text(max_size=40), st.text("0123456789 .-/,XхTZ:+~?%()", max_size=24)), TODAYS)
def test_any_text_gives_a_date_or_a_reason(text: str, today: date) -> None:
    """Never an exception; never a date that our parser or another reader of EDTF would refuse."""
    for lang in (None, *LANGUAGES):
        found = spoken.understand(text, today=today, lang=lang)
        edtfs = found.readings if isinstance(found, Unclear) else (found.edtf,)
        for edtf in edtfs:
            assert dates.parse(edtf).text == edtf
            parse_edtf(edtf)


@settings(deadline=None, max_examples=300)
@given(st.one_of(SENSIBLE, SENSIBLE, SAID), TODAYS)
def test_what_is_said_back_is_what_was_understood(text: str, today: date) -> None:
    """Whoever agrees to the echo agrees to the very date that is stored, in each of the three languages."""
    found = spoken.understand(text, today=today, lang="uk")
    if isinstance(found, Unclear):
        return
    for lang in LANGUAGES:
        assert spoken.understand(spoken.echo(found.edtf, lang), today=today, lang=lang) == found


@settings(deadline=None, max_examples=300)
@given(PROFILE, TODAYS)
@example("2000-01-01/2000", date(2000, 1, 1))  # the year alone is no bare day of that month
@example("1900-24/1901-21", date(2000, 1, 1))  # a winter named by two years takes no third from the spring
def test_every_date_that_can_be_stored_can_be_said(edtf: str, today: date) -> None:
    """The echo loses nothing of the profile: precision, doubt of either end, open and unknown ends, hours."""
    try:
        parsed = dates.parse(edtf)
    except BadDate:
        assume(False)
        return
    for lang in LANGUAGES:
        back = spoken.understand(spoken.echo(edtf, lang), today=today, lang=lang)
        assert back == Understood(edtf, parsed.earliest, parsed.latest)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), TODAYS)
def test_bounds_agree_with_another_reader(day: date, today: date) -> None:
    """Days, months and years: the first and last day are those of the `edtf` package, where its bounds are sound."""
    for text in (str(day), str(day)[:7], str(day)[:4]):
        found = spoken.understand(text, today=today)
        other = parse_edtf(text)
        assert isinstance(found, Understood)
        assert found.earliest == date(*other.lower_strict()[:3])
        assert found.latest == date(*other.upper_strict()[:3])
