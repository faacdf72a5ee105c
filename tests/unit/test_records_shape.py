"""Faults of shape: each named by its field, none quoting what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from intake.errors import BadTestimony
from intake.records import faults
from intake.records.testimony import Testimony, parse_testimony, to_json
from tests.worlds.records import changed, made_up

GOOD = made_up()
SAID = "таємниця-Оксана"

SHAPES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a misspelt field": ({"account__narative": SAID}, "account.?", "extra_forbidden"),
    "a name in the account": ({"account__people__0__names": [SAID]}, "account.people[0].names", "extra_forbidden"),
    "a contact in the account": ({"account__people__0__phone": SAID}, "account.people[0].?", "extra_forbidden"),
    "a number for text": ({"account__narrative_original": 5}, "account.narrative_original", "string_type"),
    "empty text": ({"account__narrative_original": ""}, "account.narrative_original", "string_too_short"),
    "a long line": (
        {"account__places__0__text_as_said": SAID * 100},
        "account.places[0].text_as_said",
        "string_too_long",
    ),
    "a code that can't be one": (
        {"account__people__0__sex": SAID},
        "account.people[0].sex",
        "string_pattern_mismatch",
    ),
    "an id that is none": ({"account__people__0__id": SAID}, "account.people[0].id", "string_pattern_mismatch"),
    "an id with a newline": (
        {"account__people__0__id": GOOD["account"]["people"][0]["id"] + "\n"},
        "account.people[0].id",
        "string_pattern_mismatch",
    ),
    "text for a list": ({"account__people": SAID}, "account.people", "tuple_type"),
    "a list for an object": ({"account__risk": [SAID]}, "account.risk", "model_type"),
    "a list for a map": ({"account__nil": [SAID]}, "account.nil", "dict_type"),
    "text for true": ({"account__people__0__is_child": "no"}, "account.people[0].is_child", "bool_type"),
    "1 for true": ({"account__people__0__is_child": 0}, "account.people[0].is_child", "bool_type"),
    "text for a number": ({"account__people__0__age_at_event": "40"}, "account.people[0].age_at_event", "int_type"),
    "an age below 0": (
        {"account__people__0__age_at_event": -1},
        "account.people[0].age_at_event",
        "greater_than_equal",
    ),
    "an age above 120": (
        {"account__people__0__age_at_event": 121},
        "account.people[0].age_at_event",
        "less_than_equal",
    ),
    "an answer of no list": ({"account__read_back": SAID}, "account.read_back", "literal_error"),
    "a local time": (
        {"account__interview__started_at": "2026-10-12T09:00:00+03:00"},
        "account.interview.started_at",
        "string_pattern_mismatch",
    ),
    "hour 25": (
        {"account__interview__started_at": "2026-10-12T25:00:00Z"},
        "account.interview.started_at",
        "string_pattern_mismatch",
    ),
    "Arabic digits": (
        {"account__interview__started_at": "٢٠٢٦-10-12T09:00:00Z"},
        "account.interview.started_at",
        "string_pattern_mismatch",
    ),
    "a scope that is no code": (
        {"account__consent__decisions": {SAID: {"decision": "given"}}},
        "account.consent.decisions.?",
        "string_pattern_mismatch",
    ),
    "a decision without one": (
        {"account__consent__decisions__share_un": {}},
        "account.consent.decisions.share_un.decision",
        "missing",
    ),
    "a nil path that is text": ({"account__nil": {SAID: "declined"}}, "account.nil.?", "string_pattern_mismatch"),
    "a contact without channel": (
        {"identity__persons__0__safe_contact": {"value": SAID}},
        "identity.persons[0].safe_contact.channel",
        "missing",
    ),
    "a key at the top": ({"notes": SAID}, "?", "extra_forbidden"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_fault_of_shape_is_named_and_not_quoted(shape: str) -> None:
    """Field, English sentence, way on; the value stands nowhere in it. The neighbour is the good testimony."""
    change, field, kind = SHAPES[shape]
    parse_testimony(GOOD)
    with pytest.raises(BadTestimony) as caught:
        parse_testimony(changed(GOOD, **change))
    [finding] = caught.value.findings
    assert isinstance(finding, faults.Finding)
    assert (finding.rule, finding.field, finding.message) == ("shape", field, faults.MESSAGES[kind])
    said = (
        f"{finding} {finding.message.format(**finding.fields)} {finding.way_on.format(**finding.fields)} {caught.value}"
    )
    assert "Оксана" not in said


@pytest.mark.parametrize("value", [None, 5, "x", [], [GOOD], True])
def test_what_is_no_object_is_refused(value: Any) -> None:
    """A testimony is an object; whatever else it is, the error is typed."""
    with pytest.raises(BadTestimony) as caught:
        parse_testimony(value)
    [finding] = caught.value.findings
    assert isinstance(finding, faults.Finding)
    assert finding.field == "testimony"


def test_all_faults_are_named_in_one_run() -> None:
    """A document with many faults gets as many findings: nobody corrects one, only to learn of the next."""
    many: dict[str, Any] = {}
    for change, _field, _kind in list(SHAPES.values())[3:8]:
        many |= change
    with pytest.raises(BadTestimony) as caught:
        parse_testimony(changed(GOOD, **many))
    assert len(caught.value.findings) == len(many)


def test_a_misspelt_field_is_told_its_neighbour() -> None:
    """The typed word is not shown, but the field it resembles is."""
    with pytest.raises(BadTestimony) as caught:
        parse_testimony(changed(GOOD, account__narrative_orginal="x"))
    [finding] = caught.value.findings
    assert isinstance(finding, faults.Finding)
    assert finding.fields["nearest"].startswith("narrative_original")


def test_a_kind_of_fault_without_a_sentence_gets_the_general_one() -> None:
    """A fault that a later pydantic invents is still said in our words."""

    class Other(BaseModel):
        url: float

    with pytest.raises(ValidationError) as caught:
        Other.model_validate({"url": SAID})
    [finding] = faults.shape_findings(caught.value, Other)
    assert (finding.field, finding.message) == ("url", faults.OTHERWISE)


def test_every_sentence_is_in_the_list_for_translators() -> None:
    """`sentences` names what findings of shape can say."""
    assert set(faults.MESSAGES.values()) < set(faults.sentences())
    assert all(sentence and not sentence.endswith(".") for sentence in faults.sentences())


def test_values_are_frozen() -> None:
    """A parsed testimony is never changed in place."""
    with pytest.raises(ValidationError):
        parse_testimony(GOOD).account.read_back = "yes"


def test_a_testimony_survives_its_own_json() -> None:
    """What `to_json` writes parses to the same testimony."""
    said = parse_testimony(GOOD)
    assert parse_testimony(to_json(said)) == said
    assert to_json(Testimony()) == {"account": to_json(Testimony())["account"]}
