"""What an interview does beside answering: somebody added in the middle, pauses and stops, what would be understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intake.errors import DateNotUnderstood, DiskFull, NotThere
from intake.questionnaire.pausing import LONG_MINUTES, PAUSES, REST_MINUTES, STATUS, Reminder, reminder
from tests.worlds.questionnaire import ANSWERS, NOW, Disk, answer_until, question, whole_interview

if TYPE_CHECKING:
    from intake.questionnaire.engine import Session


def at(stop: str, **answers: str) -> tuple[Disk, Session]:
    """An interview that stands at a question."""
    disk = Disk()
    session = disk.session()
    answer_until(session, stop, answers)
    return disk, session


def test_a_person_added_in_the_middle_is_asked_about_and_then_the_same_question_comes_back() -> None:
    """From far behind the people: every question about the new one, and back."""
    disk, session = at("needs+")
    before = session.current
    session.add("people+")
    assert question(session) == "person_roles"
    assert disk.position["back_to"] == "needs+"
    asked = []
    while session.current is not None and session.current.key.endswith(disk.position.get("added", "-")):
        asked.append(question(session))
        session.answer("1") if question(session) == "person_roles" else session.next()
    assert len(asked) > 1
    assert len(asked) == len(set(asked))
    assert session.current is not None
    assert before is not None
    assert session.current.key == before.key
    assert "added" not in disk.position


def test_an_incident_added_during_the_account_leads_back_to_the_account() -> None:
    """From before its section: what happened is asked, and the account goes on."""
    _, session = at("narrative")
    session.add("incidents+")
    assert question(session) == "violations"
    session.answer("1")
    for _ in range(40):
        if question(session) == "narrative":
            break
        typed = ANSWERS.get(question(session), "2")
        if not (session.current and session.current.required) or session.answer(typed).stays:
            session.next()
    assert question(session) == "narrative"


def test_back_from_the_first_question_of_somebody_added_forgets_them_and_returns() -> None:
    """A slip of the key leaves nobody behind."""
    disk, session = at("needs+")
    session.add("people+")
    session.back()
    assert question(session) == "needs+"
    assert len(disk.position["members"]["people"]) == 1


def test_an_addition_outlives_a_kill() -> None:
    """Where to come back to is saved with everything else."""
    disk, session = at("needs+")
    session.add("people+")
    again = disk.session()
    assert question(again) == "person_roles"
    again.answer("1")
    while question(again) != "needs+":
        again.next()


def test_taking_out_somebody_just_added_returns_too() -> None:
    """The question before comes back, not the gate of the people."""
    _, session = at("needs+")
    session.add("people+")
    session.remove()
    assert question(session) == "needs+"


def test_nothing_is_added_before_consent_or_at_a_question_that_is_no_gate() -> None:
    """Refused, and nothing changes."""
    session = Disk().session()
    assert session.groups() == ()
    with pytest.raises(NotThere):
        session.add("people+")
    _, later = at("narrative")
    with pytest.raises(NotThere):
        later.add("narrative")
    assert [group.gate for group in later.groups()]


def test_a_failed_save_adds_nobody() -> None:
    """The disk is full: the interview stands where it stood."""
    disk, session = at("needs+")
    disk.full = True
    with pytest.raises(DiskFull):
        session.add("people+")
    assert question(session) == "needs+"


def test_a_pause_is_written_when_it_begins_and_when_it_ends() -> None:
    """Status and pauses, at the same question."""
    disk, session = at("narrative")
    session.halt("paused")
    assert disk.values[STATUS] == "paused"
    assert disk.values[PAUSES] == [{"from": NOW}]
    assert session.paused_since == NOW
    session.halt("stopped_by_person")
    assert disk.values[PAUSES] == [{"from": NOW}], "one pause, whatever it came to"
    assert disk.session().paused_since == NOW
    session.go_on()
    assert disk.values[STATUS] == "in_progress"
    assert disk.values[PAUSES] == [{"from": NOW, "to": NOW}]
    assert question(session) == "narrative"


def test_a_completed_talk_stays_completed_through_a_pause() -> None:
    """A pause after the closing says nothing about how it ended."""
    disk = Disk()
    session = whole_interview(disk)
    session.halt("paused")
    session.go_on()
    assert disk.values[STATUS] == "completed"


def test_before_consent_no_pause_is_written() -> None:
    """Nothing is saved before consent, a pause neither; and no other state can be written."""
    with pytest.raises(NotThere):
        Disk().session().halt("paused")
    disk, session = at("narrative")
    with pytest.raises(NotThere):
        session.halt("completed")
    assert disk.values[STATUS] == "in_progress"


@pytest.mark.parametrize(
    ("values", "now", "said"),
    [
        ({}, "2026-11-21T18:59:00Z", None),
        ({}, "2026-11-21T19:00:00Z", Reminder("rest", REST_MINUTES)),
        ({}, "2026-11-21T19:30:00Z", Reminder("long", LONG_MINUTES)),
        ({PAUSES: [{"from": "x", "to": "2026-11-21T19:00:00Z"}]}, "2026-11-21T19:30:00Z", None),
        ({PAUSES: [{"from": NOW}]}, "2026-11-21T23:30:00Z", None),
        ({STATUS: "completed"}, "2026-11-21T23:30:00Z", None),
        ({"account.interview.distress_observed": "strong"}, "2026-11-21T18:10:00Z", Reminder("distress", 10)),
        ({"account.interview.started_at": "soon"}, "2026-11-21T23:30:00Z", None),
    ],
)
def test_a_rest_is_due_after_an_hour_and_after_strong_distress(
    values: dict[str, object], now: str, said: Reminder | None
) -> None:
    """Counted from the last pause, or from when this sitting began."""
    assert reminder(values, now, NOW) == said


def test_what_is_typed_is_understood_without_being_saved() -> None:
    """A date is shown back while it is typed; words that can't be one are refused as they would be."""
    disk, session = at("when")
    before = len(disk.saves)
    assert "24.02.2022" in session.understood("24.02.2022").understood
    assert session.understood("навесні").unclear == "no_year"
    with pytest.raises(DateNotUnderstood):
        session.understood("12.")
    assert len(disk.saves) == before


def test_places_are_suggested_as_they_will_be_numbered() -> None:
    """What the codifier has for the words typed so far is what the numbers mean once the words are stored."""
    _, session = at("place")
    offered = session.suggested("Каховка")
    session.answer("Каховка")
    assert session.current is not None
    assert [choice.code for choice in offered] == [choice.code for choice in session.current.choices]
    assert offered
    _, other = at("when")
    assert other.suggested("Каховка") == ()


def test_the_account_and_the_consent_are_found_for_reading_back_and_taking_back() -> None:
    """By what they are, not by where they stand."""
    disk = Disk()
    session = whole_interview(disk)
    assert session.account().startswith("Вони прийшли")
    session.jump(session.opening)
    assert question(session) == "store"
    assert session.answer("2").stops
