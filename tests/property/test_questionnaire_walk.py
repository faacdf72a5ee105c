"""Whatever is typed, in whatever order: no fault, nothing before consent, and disk and screen agree."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import AnswerRefused, BadDate, InterviewEnded
from intake.questionnaire.kinds import KINDS, Scene, as_edtf, clean
from intake.questionnaire.model import load
from intake.records import dates, paths
from intake.records.testimony import parse_testimony
from tests.worlds.questionnaire import Disk, answer_until

if TYPE_CHECKING:
    from intake.questionnaire.engine import Session

FORM = load()
TYPED = st.one_of(
    st.sampled_from(["1", "2", "3", "0", "1 2", "так", "2022-03", "18-20", "код-1"]), st.text(max_size=30)
)
ACTION = st.one_of(
    st.tuples(st.just("answer"), TYPED),
    st.tuples(st.sampled_from(["next", "back", "remove", "stop"]), st.just("")),
    st.tuples(st.just("skip"), st.sampled_from(["1", "declined", "нема"])),
    st.tuples(st.just("jump"), st.integers(0, 90).map(str)),
    st.tuples(st.just("partial"), st.text(max_size=20)),
)


def act(session: Session, action: str, typed: str) -> None:
    """One thing a person may do at any moment."""
    if action in {"answer", "skip"}:
        getattr(session, action)(typed)
    elif action == "jump":
        review = session.review()
        session.jump(review[int(typed) % len(review)].key)
    elif action == "partial":
        session.save_partial(typed)
    else:
        getattr(session, action)()


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["interview_mode", "giver", "narrative", "people+", "violations", ""]),
    st.lists(ACTION, max_size=12),
)
def test_no_order_of_deeds_breaks_an_interview(start: str, actions: list[tuple[str, str]]) -> None:
    """From any point on, any deeds end in typed refusals at worst; a kill after any of them loses nothing."""
    disk = Disk()
    session = disk.session()
    answer_until(session, start)
    for action, typed in actions:
        with suppress(AnswerRefused, InterviewEnded):
            act(session, action, typed)
        resumed = disk.session()
        if session.ended:
            assert session.ended.kept or disk.values == {}
        elif session.consented:
            assert (resumed.current, resumed.review()) == (session.current, session.review())
        else:
            assert disk.saves == []
    parse_testimony(paths.assemble(disk.values))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([question for question in FORM.questions if question.type not in {"person", "people"}]), st.text()
)
def test_any_text_is_an_answer_or_a_typed_refusal(question: object, typed: str) -> None:
    """No kind of question lets another error out, and no refusal carries the text."""
    for asked in FORM.questions:
        if asked is question:
            with suppress(AnswerRefused):
                parsed = KINDS[asked.type].parse(typed, Scene(asked, "uk", today="2026-11-21"))
                assert parsed.value is not None or parsed.words


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_cleaned_text_is_nfc_without_controls(typed: str) -> None:
    """What is stored can't command a terminal, and two spellings of one letter are one."""
    kept = clean(typed, 10_000, lines=True)
    assert unicodedata.is_normalized("NFC", kept)
    assert {unicodedata.category(char) for char in kept if char not in "\n\t"}.isdisjoint({"Cc", "Cs"})


@settings(max_examples=200, deadline=None)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)), st.sampled_from(["", "~", "?"]))
def test_a_day_as_people_here_write_it_is_that_day(day: date, mark: str) -> None:
    """`24.02.2022` is 2022-02-24 for every day there is, also when it is not certain."""
    understood = dates.parse(as_edtf(f"{day.day}.{day.month:02}.{day.year}{mark}"))
    assert understood.earliest == understood.latest == day


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789-/~?.% XTZ:+", max_size=30))
def test_dates_never_escape(typed: str) -> None:
    """Digits in any disorder parse or raise BadDate."""
    with suppress(BadDate):
        dates.parse(as_edtf(typed))
