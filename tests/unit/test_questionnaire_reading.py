"""What is read back to the person beside their own words."""

from __future__ import annotations

from intake.questionnaire.model import load
from intake.questionnaire.reading import SAID, read_back
from tests.worlds.questionnaire import Disk, answer_until


def whole() -> Disk:
    """A first account, answered to its end."""
    disk = Disk()
    answer_until(disk.session(), "")
    return disk


def test_facts_that_the_person_gave_are_read_back() -> None:
    """When it was, as it was understood."""
    shown = [line.shown for line in read_back(whole().session())]
    assert any("2022" in one for one in shown)


def test_no_list_of_the_coder_no_name_and_no_contact_is_read_aloud() -> None:
    """What was coded is not the person's, and somebody else may hear who was named and how to reach them."""
    disk = whole()
    questions = {one.id: one for one in load().questions}
    sections = {one.id: one for one in load().sections}
    lines = list(read_back(disk.session()))
    for line in lines:
        asked = questions[line.key.partition("@")[0]]
        assert asked.maps_to.startswith("account.")
        assert asked.type in SAID or not sections[asked.section].note.en
    named = [str(value) for path, value in disk.values.items() if path.startswith("identity.") and len(str(value)) > 3]
    assert not [one for one in named for line in lines if one in line.shown]
