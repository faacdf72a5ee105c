"""V20, V22, V26, codes and modes; stages, marks, and the words of the table."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from intake import vocabulary
from intake.records.paths import flatten
from intake.records.required import REQUIRED
from intake.records.rules import INTERRUPTED, STOPS_INTERRUPTED, check, marks_of, sentences, stops
from intake.records.rules_table import RULES
from intake.records.testimony import parse_testimony
from tests.worlds.records import VIOLATIONS, changed, made_id, made_up

if TYPE_CHECKING:
    from intake.records.context import Stage

GOOD = made_up()
TELLER, VICTIM = (person["id"] for person in GOOD["account"]["people"])
INCIDENT = GOOD["account"]["incidents"][0]["id"]
PLACE = GOOD["account"]["places"][0]["id"]
NEED = GOOD["account"]["needs"][0]["id"]
NOBODY = made_id("nobody")
WHOLE: tuple[Stage, ...] = ("add", "seal", "import")


def findings(document: Any, rule: str, stage: Stage = "seal", **more: Any) -> list[str]:
    """The fields that one rule refuses."""
    return [one.field for one in check(parse_testimony(document), stage=stage, **more) if one.rule == rule]


@pytest.mark.parametrize("violation", VIOLATIONS)
@pytest.mark.parametrize("n", range(4))
def test_the_made_up_testimonies_break_no_rule(violation: str, n: int) -> None:
    """What other tests build on is whole at every stage."""
    for stage in ("draft", *WHOLE):
        assert check(parse_testimony(made_up(violation, n)), stage=stage) == ()


# -- V20 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", WHOLE)
@pytest.mark.parametrize("date", ["2022-05/2022-03", "1812", "2022-13", "{2022..2023}", "навесні", "24.02.2022"])
def test_v20_a_date_outside_the_profile(stage: Stage, date: str) -> None:
    """Wherever a date stands, it parses or is refused by its path; the neighbour with a good date passes."""
    field = f"account.incidents.{INCIDENT}.when"
    assert findings(changed(GOOD, account__incidents__0__when=date), "V20", stage) == [field]
    assert findings(changed(GOOD, account__incidents__0__when="2022-03/2022-05~"), "V20", stage) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"identity__persons__0__birth_date": "84"}, f"identity.persons.{TELLER}.birth_date"),
        ({"account__prior_accounts": [{"to": "ins.cso", "when": "торік"}]}, "account.prior_accounts.when"),
        (
            {"account__people__1__liberty_status": {"status": "in_custody", "as_of": "now"}},
            f"account.people.{VICTIM}.liberty_status.as_of",
        ),
        (
            {"account__incidents__0__documents_given": [{"type": "паспорт", "date": "2022-99"}]},
            f"account.incidents.{INCIDENT}.documents_given.date",
        ),
        ({"account__interview__ended_at": "2026-10-12T08:59:59Z"}, "account.interview.ended_at"),
        (
            {"account__interview__pauses": [{"from": "2026-10-12T09:10:00Z", "to": "2026-10-12T09:09:00Z"}]},
            "account.interview.pauses",
        ),
    ],
)
def test_v20_holds_everywhere(change: dict[str, Any], field: str) -> None:
    """Every date field of the models, and the interview's own times, are found."""
    assert findings(changed(GOOD, **change), "V20") == [field]


def test_v20_a_pause_without_an_end_is_fine() -> None:
    """An interview cut short in a pause has no end of it."""
    assert findings(changed(GOOD, account__interview__pauses=[{"from": "2026-10-12T09:10:00Z"}]), "V20") == []


# -- V22 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", WHOLE)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account__incidents__0__victim_ids": [NOBODY]}, f"account.incidents.{INCIDENT}.victim_ids"),
        ({"account__incidents__0__victim_ids": [TELLER]}, f"account.incidents.{INCIDENT}.victim_ids"),
        (
            {"account__incidents__0__alleged_perpetrator_ids": [VICTIM]},
            f"account.incidents.{INCIDENT}.alleged_perpetrator_ids",
        ),
        ({"account__incidents__0__place_id": TELLER}, f"account.incidents.{INCIDENT}.place_id"),
        ({"account__needs__0__for_person": NOBODY}, f"account.needs.{NEED}.for_person"),
        ({"account__consent__interpreter_id": TELLER}, "account.consent.interpreter_id"),
        ({"account__consent__giver_person_id": NOBODY}, "account.consent.giver_person_id"),
        (
            {"account__facts": [{"text": "x", "knowledge_basis": "saw", "incident_id": PLACE}]},
            "account.facts.incident_id",
        ),
        (
            {"account__links": [{"from_id": TELLER, "to_id": TELLER, "kind": "relationship"}]},
            "account.links",
        ),
        (
            {"identity__persons__1__person_id": NOBODY},
            f"identity.persons.{NOBODY}.person_id",
        ),
        ({"identity__files": [{"evidence_id": NOBODY, "file_name": "x.jpg"}]}, "identity.files.evidence_id"),
        (
            {"account__interview__persons_present": [{"role": "support_person", "person_id": NOBODY}]},
            "account.interview.persons_present.person_id",
        ),
    ],
)
def test_v22_references_resolve_and_roles_fit(stage: Stage, change: dict[str, Any], field: str) -> None:
    """An id of nobody, of the wrong list, or of a person without the role, is named by its path."""
    assert findings(changed(GOOD, **change), "V22", stage) == [field]


@pytest.mark.parametrize("entity", ["people", "places", "incidents", "needs"])
def test_v22_ids_are_unique(entity: str) -> None:
    """Two members of one list can't share an id."""
    members = GOOD["account"][entity]
    twice = changed(GOOD, **{f"account__{entity}": [*members, members[0]]})
    assert f"account.{entity}.{members[0]['id']}" in findings(twice, "V22")


def test_v22_an_identity_may_stand_once() -> None:
    """Two identities of one person would let a name hide behind another."""
    persons = GOOD["identity"]["persons"]
    assert f"identity.persons.{TELLER}" in findings(changed(GOOD, identity__persons=[*persons, persons[0]]), "V22")


# -- V26 ---------------------------------------------------------------------------------------------------------------

BETWEEN = {"from_id": TELLER, "to_id": VICTIM}
CONDITIONAL = {"account.searches", "account.links", "account.places"}
HARD = [
    row
    for row in REQUIRED
    if not row.nil
    and row.owner not in CONDITIONAL
    and row.field not in {"witness_code", "looks_under_18", "searches", "needs", "best_interest_note"}
]


def cleared(document: Any, owner: str, field: str) -> Any:
    """The document with one required field taken out, wherever it stands first."""
    copy: Any = json.loads(json.dumps(document))
    node = copy
    for part in owner.split("."):
        node = node[part]
    node = node[0] if isinstance(node, list) else node
    node.pop(field, None)
    return copy


@pytest.mark.parametrize("stage", WHOLE)
@pytest.mark.parametrize("row", HARD, ids=lambda row: f"{row.owner}.{row.field}")
def test_v26_what_has_no_way_round(stage: Stage, row: Any) -> None:
    """Each required field is missed by its path; a nil reason does not help."""
    lacking = cleared(GOOD, row.owner, row.field)
    [field] = [one for one in findings(lacking, "V26", stage) if one.endswith(f".{row.field}")]
    assert re.fullmatch(rf"{re.escape(row.owner)}(\.[0-9a-f-]{{36}})?\.{row.field}", field)
    excused = changed(lacking, account__nil={field: "declined"})
    assert field in findings(excused, "V26", stage)


SOFT = {
    "account.narrative_original": ("account", "narrative_original"),
    "account.narrative_style": ("account", "narrative_style"),
    "account.prior_accounts": ("account", "prior_accounts"),
    "account.interview.distress_observed": ("account.interview", "distress_observed"),
    "account.risk.level": ("account.risk", "level"),
    "account.risk.flags": ("account.risk", "flags"),
    f"account.people.{TELLER}.current_country": ("account.people", "current_country"),
    f"account.places.{PLACE}.text_as_said": ("account.places", "text_as_said"),
    f"account.incidents.{INCIDENT}.when": ("account.incidents", "when"),
    f"account.incidents.{INCIDENT}.victim_ids": ("account.incidents", "victim_ids"),
    f"account.incidents.{INCIDENT}.place_id": ("account.incidents", "place_id"),
    f"account.incidents.{INCIDENT}.actor_codes": ("account.incidents", "actor_codes"),
    f"account.needs.{NEED}.urgency": ("account.needs", "urgency"),
    f"identity.persons.{TELLER}.names": ("identity.persons", "names"),
}


@pytest.mark.parametrize("stage", WHOLE)
@pytest.mark.parametrize("field", SOFT)
def test_v26_a_reason_is_an_answer(stage: Stage, field: str) -> None:
    """Absence is data: the field is missed without a reason, and passes with one."""
    lacking = cleared(GOOD, *SOFT[field])
    assert field in findings(lacking, "V26", stage)
    assert findings(changed(lacking, account__nil={field: "declined"}), "V26", stage) == []


def test_v26_asked_and_none_is_an_answer_too() -> None:
    """An empty list where the question was asked is not a gap."""
    assert findings(changed(GOOD, account__prior_accounts=[], account__risk__flags=[]), "V26") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account__consent__method": "oral_witnessed"}, "account.consent.witness_code"),
        ({"account__interview__mode": "remote_voice"}, "account.interview.remote_alone_confirmed"),
        ({"account__people__1__counting_unit": "group"}, f"account.people.{VICTIM}.group_size"),
        (
            {"account__people__1__roles": ["victim", "alleged_perpetrator"]},
            f"account.people.{VICTIM}.identification_basis",
        ),
        ({"account__evidence": [{"id": NOBODY}]}, f"account.evidence.{NOBODY}.type"),
        ({"account__people__0__is_child": None}, f"account.people.{TELLER}.looks_under_18"),
        ({"account__account_mode": "full_account"}, "account.read_back"),
        ({"account__account_mode": "search_only"}, "account.searches"),
        ({"account__account_mode": "referral_only", "account__needs": []}, "account.needs"),
        (
            {"account__account_mode": "full_account", "account__people__0__is_child": True},
            "account.consent.best_interest_note",
        ),
        ({"account__interview__distress_observed": "strong"}, "account.risk.welfare_check_done"),
        ({"account__risk__flags": ["suicidal_thoughts"]}, "account.risk.welfare_check_done"),
        ({"account__risk__level": "high"}, "account.risk.mitigation"),
        ({"account__risk": {"flags": [], "level": "high", "mitigation": "ні"}}, "account.risk.mitigation"),
        ({"account__interview__persons_present": [{"role": "interpreter"}]}, "account.interview.interpreter"),
        ({"account__places__0__katotth": "UA65100150000012345"}, f"account.places.{PLACE}.katotth_edition"),
        ({"account__links": [BETWEEN | {"kind": "relationship"}]}, "account.links.relation"),
        ({"account__links": [BETWEEN | {"kind": "involvement"}]}, "account.links.involvement"),
        ({"account__links": [BETWEEN | {"kind": "involvement"}]}, "account.links.incident_id"),
        *(
            ({"account__searches": [{"id": NOBODY}]}, f"account.searches.{NOBODY}.{field}")
            for field in (
                "sought_person_id",
                "requester_id",
                "category",
                "relation",
                "last_contact",
                "last_seen",
                "circumstances",
                "previous_filings",
            )
        ),
    ],
)
def test_v26_conditions(change: dict[str, Any], field: str) -> None:
    """What is required only then is missed then; the good testimony shows that it is not missed otherwise."""
    assert field in findings(changed(GOOD, **change), "V26")


def test_v26_search_and_referral_need_no_narrative() -> None:
    """The two modes without a story are whole without one."""
    for mode in ("search_only", "referral_only"):
        document = changed(cleared(cleared(GOOD, "account", "narrative_original"), "account", "narrative_style"))
        assert "account.narrative_original" not in findings(changed(document, account__account_mode=mode), "V26")


def test_v26_a_sought_child_has_a_cause_of_separation() -> None:
    """It is asked for a child, and not for an adult."""
    sought = {"id": NOBODY, "sought_person_id": VICTIM}
    field = f"account.searches.{NOBODY}.separation_cause"
    assert field not in findings(changed(GOOD, account__searches=[sought]), "V26")
    assert field in findings(changed(GOOD, account__searches=[sought], account__people__1__is_child=True), "V26")


def test_v26_names_wait_for_who_can_open_them() -> None:
    """A coordinator without the identity key does not find the requester nameless."""
    account = {"account": GOOD["account"]}
    assert f"identity.persons.{TELLER}.names" in findings(account, "V26", "import")
    assert findings(account, "V26", "import", identity_sealed=True) == []


# -- codes, modes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account__incidents__0__violations": ["mob.from_next_year"]}, f"account.incidents.{INCIDENT}.violations"),
        ({"account__people__0__roles": ["witness", "hero"]}, f"account.people.{TELLER}.roles"),
        ({"account__consent__decisions__share_all": {"decision": "given"}}, "account.consent.decisions.share_all"),
        ({"account__nil": {"account.read_back": "forgot"}}, "account.nil.account.read_back"),
        ({"account__account_mode": "hearsay"}, "account.account_mode"),
        ({"account__marks": [{"rule": "V26", "field": "account.risk"}]}, "account.marks"),
    ],
)
def test_what_is_typed_here_is_known_here(change: dict[str, Any], field: str) -> None:
    """Typed, a code of no list or a mark is refused; imported, it survives."""
    document = changed(GOOD, **change)
    for stage in ("draft", "add"):
        assert field in findings(document, "shape", stage)
    assert findings(document, "shape", "import") == []


def test_a_consequence_may_be_an_act_or_a_mechanism() -> None:
    """A field of two vocabularies takes codes of both."""
    both = changed(GOOD, account__incidents__0__refusal_consequence=["acc.pension", "mec.raid"])
    assert findings(both, "shape", "add") == []
    assert findings(changed(GOOD, account__incidents__0__refusal_consequence=["ins.icj"]), "shape", "add")


# -- sealing cut short -------------------------------------------------------------------------------------------------


def cut_short() -> Any:
    """An interview that ended in the middle, with consent stored: dates wrong, references loose, fields empty."""
    document = changed(
        GOOD,
        account__interview__status="interrupted",
        account__incidents__0__when="якось восени",
        account__incidents__0__place_id=NOBODY,
    )
    return cleared(document, "account.risk", "level")


def test_a_draft_with_stored_consent_can_always_be_sealed() -> None:
    """V20, V22 and V26 become marks; what stops a whole sealing does not stop one cut short."""
    found = check(parse_testimony(cut_short()), stage="seal")
    assert {one.rule for one in found} == {"V20", "V22", "V26"}
    assert stops(found, interrupted=False) == found
    assert stops(found, interrupted=True) == ()
    assert {(mark.rule, mark.field) for mark in marks_of(found)} == {(one.rule, one.field) for one in found}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"account__consent__understood": "no"}, "V01"),
        ({"account__people__0__is_child": True}, "V03"),
        ({"account__consent__decisions__contact_again": {"decision": "refused"}}, "V12"),
    ],
)
def test_consent_and_child_rules_stop_even_that(change: dict[str, Any], rule: str) -> None:
    """V01 to V03 and V12 are never marks."""
    found = check(parse_testimony(changed(cut_short(), **change)), stage="seal")
    assert {one.rule for one in stops(found, interrupted=True)} == {rule}
    assert rule not in {mark.rule for mark in marks_of(found)}


def test_v02_stops_even_that() -> None:
    """A narrative before consent is not sealed by giving up."""
    counted = dict.fromkeys(flatten(GOOD), 5) | {"account.narrative_original": 1}
    found = check(parse_testimony(cut_short()), stage="seal", events=counted)
    assert "V02" in {one.rule for one in stops(found, interrupted=True)}


def test_import_takes_what_its_marks_admit() -> None:
    """A record cut short comes in with its marks; a fault that no mark admits is found."""
    document = cut_short()
    marks = [{"rule": one.rule, "field": one.field} for one in check(parse_testimony(document), stage="seal")]
    marked = changed(document, account__marks=marks)
    assert check(parse_testimony(marked), stage="import") == ()
    assert len(check(parse_testimony(changed(marked, account__marks=marks[1:])), stage="import")) == 1


def test_import_takes_no_marks_on_a_finished_interview() -> None:
    """Marks are for interviews cut short: a completed one can't excuse its gaps with them."""
    document = changed(cut_short(), account__interview__status="completed")
    marks = [{"rule": one.rule, "field": one.field} for one in check(parse_testimony(document), stage="seal")]
    assert check(parse_testimony(changed(document, account__marks=marks)), stage="import")


def test_import_takes_no_mark_for_the_rules_of_consent() -> None:
    """A forged mark does not let a record in without consent."""
    document = changed(cut_short(), account__consent__understood="no")
    marks = [{"rule": one.rule, "field": one.field} for one in check(parse_testimony(document), stage="seal")]
    left = check(parse_testimony(changed(document, account__marks=marks)), stage="import")
    assert {one.rule for one in left} == {"V01"}


# -- the table ---------------------------------------------------------------------------------------------------------


def test_every_rule_says_what_and_a_way_on() -> None:
    """Each sentence is there, in the house's style, and its fields are filled by every finding."""
    ids = {rule.id for rule in RULES}
    assert ids == {f"V{n:02}" for n in range(1, 31)} | {"shape"}
    assert len(RULES) == len(ids)
    assert ids >= STOPS_INTERRUPTED
    assert len(sentences()) == 2 * sum(len(rule.says) for rule in RULES)
    for sentence in sentences():
        assert sentence
        assert not sentence.endswith(".")


def test_findings_never_carry_what_was_said() -> None:
    """A finding names paths, rules, families and roles; no value of the testimony stands in any of them."""
    broken = changed(
        cut_short(),
        account__people__0__roles=["witness", "oksana"],
        account__consent__explained=[],
        account__interview__status="dovhopolov",
    )
    for one in check(parse_testimony(broken), stage="add"):
        said = f"{one.message} {one.way_on} {one.field} {dict(one.fields)}"
        assert "якось" not in said
        assert "oksana" not in said
        assert "dovhopolov" not in said
        one.message.format(**one.fields)
        one.way_on.format(**one.fields)


def test_the_states_of_an_interview_cut_short_are_terms() -> None:
    """What `seal --interrupted` takes are codes of the list, and `completed` is none of them."""
    assert set(vocabulary.family("interview_status")) >= INTERRUPTED
    assert "completed" not in INTERRUPTED
