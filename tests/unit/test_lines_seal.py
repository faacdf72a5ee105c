"""From the lines to the seal: what an interview leaves can be sealed, or the screen says what to do and where."""

from __future__ import annotations

import pytest

from intake.cli.findings import as_lines
from intake.i18n import Translator
from intake.questionnaire.model import load
from intake.records import paths
from intake.records.faults import Finding
from intake.records.rules import check, stops
from intake.records.testimony import parse_testimony
from intake.usecases.saying import finding_in_one
from tests.worlds.questionnaire import Disk, answer_until, question, whole_interview

AFTER_CONSENT = [one.id for one in load().questions[[q.id for q in load().questions].index("store") + 1 :]]


def findings(disk: Disk, status: str = "") -> tuple[Finding, ...]:
    """What stands in the way of a seal; with a status, of one cut short."""
    values = disk.values | ({"account.interview.status": status} if status else {})
    return stops(check(parse_testimony(paths.assemble(values)), stage="seal"), interrupted=bool(status))


@pytest.mark.parametrize("contact", ["1", "2", "3"])
def test_any_decision_on_contact_ends_in_a_seal(contact: str) -> None:
    """V12 never surprises: yes asks for a contact, no and undecided do not."""
    disk = Disk()
    whole_interview(disk, contact_again=contact)
    assert findings(disk) == ()


def test_contact_taken_back_takes_the_contact_away() -> None:
    """A yes that becomes a no after the number was written down: the number goes, and the seal is not refused."""
    disk = Disk()
    session = whole_interview(disk)
    session.jump("contact_again")
    assert session.answer("2").parked
    assert findings(disk) == ()
    assert "+380" not in str(paths.assemble(disk.values))


def test_a_child_heard_with_a_guardian_ends_in_a_seal() -> None:
    """V03: the guardian is somebody of the record, and the child said yes."""
    disk = Disk()
    whole_interview(disk, is_child="1", giver="1", guardian_safe="1", child_assent="1")
    assert findings(disk) == ()


@pytest.mark.parametrize("stopped_at", AFTER_CONSENT)
def test_whoever_leaves_in_the_middle_can_be_sealed_as_interrupted(stopped_at: str) -> None:
    """After consent, at any question: only a contact that was promised and not given stands in the way (V12)."""
    disk = Disk()
    answer_until(disk.session(), stopped_at)
    assert {one.rule for one in findings(disk, "interrupted")} <= {"V12"}
    session = disk.session()
    for one in findings(disk, "interrupted"):
        line = session.asks(one.field)
        assert line is not None
        assert line.key in {"contact_channel", "contact_value", "contact_again"}
        session.jump("contact_again")
        session.answer("2")
    assert findings(disk, "interrupted") == ()


def test_every_gap_of_a_seal_leads_to_its_question() -> None:
    """A draft left right after consent: each finding names an open question, with its label and its path."""
    disk = Disk()
    answer_until(disk.session(), "narrative")
    session = disk.session()
    found = findings(disk)
    assert found
    for one in found:
        line = session.asks(one.field)
        assert line is not None, one.field
        session.jump(line.key)
        assert session.current is not None
        assert session.current.label == line.label


def test_nobody_tells_leads_to_the_roles() -> None:
    """A rule that speaks of a whole list leads to the question that is still open, not to the first of the list."""
    disk = Disk()
    answer_until(disk.session(), "narrative")
    line = disk.session().asks("account.people")
    assert line is not None
    assert line.key == "speaker_roles"


def test_a_field_that_nobody_asks_for_has_no_question() -> None:
    """A draft from `add` may hold what this form does not ask."""
    assert Disk().session().asks("account.evidence.x.type") is None


def test_a_finding_is_said_by_label_and_path_once_its_way() -> None:
    """The question, the field's path, the rule, and one way on for two findings that share it."""
    shared = [Finding("V26", f"account.risk.{name}", "this is still empty", "answer it") for name in ("level", "flags")]
    lines = as_lines(shared, Translator("en"), {"account.risk.level": "Closing · How great is the risk?"})
    assert lines == [
        "  V26 Closing · How great is the risk?",
        "     account.risk.level: this is still empty",
        "     answer it",
        "  V26 account.risk.flags: this is still empty",
    ]
    assert finding_in_one(shared[0], Translator("en")) == "V26: This is still empty. Answer it."


def test_asking_never_moves_the_interview() -> None:
    """Looking a question up changes neither the place nor the answers."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "narrative")
    before = dict(disk.values)
    session.asks("account.risk.level")
    session.covers()
    assert (question(session), disk.values) == ("narrative", before)


def test_a_code_in_a_finding_is_said_by_its_label() -> None:
    """Nobody reads `may_stop`: the element of the consent is named as the list names it."""
    one = Finding("V01", "account.consent.explained", "left out: {element}", "read it out", {"element": "voluntary"})
    assert as_lines([one], Translator("uk"))[0].endswith("left out: Участь добровільна")
