"""Whatever is typed, in whatever order, in whichever mode: no fault, nothing before consent, disk and screen agree."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import AnswerRefused, BadDate, InterviewEnded
from intake.questionnaire.kinds import KINDS
from intake.questionnaire.kinds_time import as_edtf
from intake.questionnaire.model import MODES, load
from intake.questionnaire.parsing import Scene, clean
from intake.records import dates, paths
from intake.records.testimony import parse_testimony
from tests.worlds.questionnaire import Disk, answer_until

if TYPE_CHECKING:
    from intake.questionnaire.engine import Session

FORM = load("full_account")
STARTS = ["interview_mode", "giver", "narrative", "people+", "violations", "sought_name", "needs+", ""]
TYPED = st.one_of(
    st.sampled_from(["1", "2", "3", "0", "1 2", "так", "2022-03", "18-20", "код-1", "Каховка", ", Херсонська"]),
    st.text(max_size=30),
)
ACTION = st.one_of(
    st.tuples(st.just("answer"), TYPED),
    st.tuples(st.sampled_from(["next", "back", "remove", "stop"]), st.just("")),
    st.tuples(st.just("skip"), st.sampled_from(["1", "declined", "нема"])),
    st.tuples(st.just("jump"), st.integers(0, 90).map(str)),
    st.tuples(st.just("partial"), st.text(max_size=20)),
    st.tuples(st.just("switch"), st.sampled_from(MODES)),
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
    elif action == "switch":
        session.switch(load(typed))
    else:
        getattr(session, action)()


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(MODES), st.sampled_from(STARTS), st.lists(ACTION, max_size=10))
def test_no_order_of_deeds_breaks_an_interview(mode: str, start: str, actions: list[tuple[str, str]]) -> None:
    """From any point on, any deeds end in typed refusals at worst; a kill after any of them loses nothing."""
    disk = Disk(mode)
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


def said(disk: Disk) -> dict[str, object]:
    """Everything that was said, wherever it stands now; facts that a form writes by itself are not said."""
    facts = {path for mode in MODES for path in load(mode).facts}
    own = {path.replace("{speaker}", disk.position["subjects"]["speaker"]) for path in facts}
    return {
        path.removeprefix("parked."): value
        for path, value in disk.values.items()
        if path.removeprefix("parked.") not in own and not _made_up(path)
    }


def _made_up(path: str) -> bool:
    """A list that is one value is made of its rows, which are said."""
    lists = ("links", "facts", "question_log", "held_at", "seen_by", "proof_of_life", "denied_services")
    return path.removeprefix("parked.").endswith(
        (*lists, "documents_given", "sightings", "filings", "_numbers", "things")
    )


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(MODES), st.lists(st.sampled_from(MODES), min_size=1, max_size=4))
def test_no_change_of_mode_loses_an_answer(first: str, others: list[str]) -> None:
    """Through any modes and back: what was said is all there, parked or not, and at the end it stands as it stood."""
    disk = Disk(first)
    session = disk.session()
    answer_until(session)
    before, values = said(disk), dict(disk.values)
    for mode in [*others, first]:
        session.switch(load(mode))
        assert said(disk) == before
        parse_testimony(paths.assemble(disk.values))
        session = disk.session()
    assert disk.values == values


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(["cit", "mob", "det", "chd", "dep", "exp", "tor", "prp", "oth"]), min_size=1, max_size=4)
)
def test_a_branch_that_closes_is_parked_and_comes_back(families: list[str]) -> None:
    """Coded otherwise and back again: the details are what they were, and a closed branch's are never exported."""
    disk = Disk("full_account")
    session = disk.session()
    answer_until(session, answers={"violations": "mob.forced_mobilisation, det.arbitrary_detention"})
    before = paths.assemble(disk.values)
    key = next(line.key for line in session.review() if line.key.startswith("violations@"))
    for family in families:
        session.jump(key)
        session.answer(next(c.code for c in session.current.choices if c.code.startswith(f"{family}.")))  # type: ignore[union-attr]  # it was jumped to
        incident = paths.assemble(disk.values)["account"]["incidents"][0]
        assert ("detention" in incident) == (family == "det")
        assert "parked" not in str(paths.assemble(disk.values))
    session.jump(key)
    session.answer("mob.forced_mobilisation, det.arbitrary_detention")
    assert paths.assemble(disk.values) == before


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
                assert parsed.value is not None or parsed.words or parsed.readings


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
