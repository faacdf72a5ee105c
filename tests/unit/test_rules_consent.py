"""V01, V02, V03, V12: each refuses its failing example and lets the neighbour pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from intake.records.paths import flatten
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from tests.worlds.records import changed, made_id, made_up

if TYPE_CHECKING:
    from intake.records.context import Stage

GOOD = made_up()
TELLER = GOOD["account"]["people"][0]["id"]
GUARDIAN = made_id("guardian")
STAGES: tuple[Stage, ...] = ("draft", "add", "seal", "import")
WHOLE: tuple[Stage, ...] = ("add", "seal", "import")


def findings(document: Any, rule: str, stage: Stage = "seal", **more: Any) -> list[str]:
    """The fields that one rule refuses."""
    return [one.field for one in check(parse_testimony(document), stage=stage, **more) if one.rule == rule]


def without_consent(**account: Any) -> Any:
    """A draft that has nothing but what is given."""
    return {"account": account}


# -- V01 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_a_whole_testimony_passes_every_rule(stage: Stage) -> None:
    """The neighbour of every failing example below: no rule refuses it at any stage."""
    assert check(parse_testimony(GOOD), stage=stage) == ()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account__consent__decisions__store_encrypted": {"decision": "refused"}}, "decisions.store_encrypted"),
        ({"account__consent__decisions__store_encrypted": {"decision": "undecided"}}, "decisions.store_encrypted"),
        ({"account__consent__decisions__store_encrypted": {"decision": "withdrawn"}}, "decisions.store_encrypted"),
        ({"account__consent__understood": "no"}, "understood"),
        ({"account__consent__understood": "partly"}, "understood"),
        ({"account__consent__explained": GOOD["account"]["consent"]["explained"][:-1]}, "explained"),
    ],
)
def test_v01_consent_must_be_whole(stage: Stage, change: dict[str, Any], field: str) -> None:
    """Stored, understood, all fourteen elements: without one of them nothing with content passes any stage."""
    assert findings(changed(GOOD, **change), "V01", stage) == [f"account.consent.{field}"]


def test_v01_a_missing_element_with_a_written_reason_passes() -> None:
    """An exception is typed, not ticked: the reason opens the gate."""
    partly = changed(
        GOOD,
        account__consent__explained=GOOD["account"]["consent"]["explained"][:-1],
        account__consent__not_explained={"other_documenters": "вже пояснив інший працівник, запис є"},
    )
    assert findings(partly, "V01") == []


@pytest.mark.parametrize(
    "content",
    [
        {"narrative_original": "слова"},
        {"narrative_translation": [{"lang": "en", "text": "words"}]},
        {"facts": [{"text": "слова", "knowledge_basis": "saw"}]},
        {"incidents": [{"id": made_id(1)}]},
        {"places": [{"id": made_id(1)}]},
        {"evidence": [{"id": made_id(1)}]},
        {"read_back_corrections": "слова"},
    ],
)
def test_v01_no_content_opens_before_consent(content: dict[str, Any]) -> None:
    """A draft with any content and no consent is refused while it is typed."""
    assert findings(without_consent(**content), "V01", "draft")


def test_v01_no_name_opens_before_consent() -> None:
    """Names and contacts are content too."""
    document = {"identity": {"persons": [{"person_id": TELLER, "names": [{"full_original": "Н. Н."}]}]}}
    assert findings(document, "V01", "draft")


def test_v01_safety_questions_come_before_consent() -> None:
    """Risk, interview and who is in the room may stand in a draft without consent; sealing it may not."""
    early = without_consent(
        risk={"flags": ["in_tot"], "level": "high"},
        interview={"mode": "in_person", "persons_present": []},
        people=[{"id": TELLER, "roles": ["witness"], "looks_under_18": False}],
    )
    assert findings(early, "V01", "draft") == []
    assert findings(early, "V01", "seal")


# -- V02 ---------------------------------------------------------------------------------------------------------------


def events(**moved: int) -> dict[str, int]:
    """The event counter of a draft whose answers were given in the order of the document."""
    counted = {path: number for number, path in enumerate(flatten(GOOD), start=1)}
    return counted | {path.replace("__", "."): event for path, event in moved.items()}


@pytest.mark.parametrize("stage", ["draft", "seal"])
def test_v02_the_counter_decides(stage: Stage) -> None:
    """Narrative with a lower event than consent is refused, whatever the clock says; in order it passes."""
    assert findings(GOOD, "V02", stage, events=events()) == []
    early = events(account__narrative_original=0)
    assert findings(GOOD, "V02", stage, events=early) == ["account.narrative_original"]


def test_v02_without_any_consent_event_is_refused() -> None:
    """Content in a draft that never saved a consent did not come after it."""
    only = {path: event for path, event in events().items() if ".consent." not in path}
    assert findings(GOOD, "V02", "draft", events=only)


def test_v02_later_answers_about_consent_move_nothing() -> None:
    """Asking about one more recipient after the narrative does not make the narrative early."""
    later = events(account__consent__decisions__share_un__decision=9_000, account__consent__understood=9_001)
    assert findings(GOOD, "V02", events=later) == []


def test_v02_without_obtained_at_the_gate_answers_count() -> None:
    """Where the moment itself was not saved, the last answer that consent needs stands for it."""
    counted = events()
    del counted["account.consent.obtained_at"]
    assert findings(GOOD, "V02", events=counted) == []
    counted["account.consent.understood"] = 9_000
    assert findings(GOOD, "V02", events=counted)


def test_v02_a_document_has_no_counter() -> None:
    """`add` takes the document's order: consent that stands whole counts as given first."""
    assert findings(GOOD, "V02", "add") == []
    assert findings(GOOD, "V02", "draft", events={"account.risk.level": 1}) == []


# -- V03 ---------------------------------------------------------------------------------------------------------------


def child(**teller: Any) -> Any:
    """The good testimony, told by somebody of another age."""
    told = {key: value for key, value in GOOD["account"]["people"][0].items() if key != "is_child"}
    return changed(GOOD, account__people__0={**told, **teller}, identity__persons__0={"person_id": TELLER})


def with_guardian(document: Any, assent: str = "yes", roles: tuple[str, ...] = ("guardian",)) -> Any:
    """The same with a guardian who decides together with the child."""
    people = [*document["account"]["people"], {"id": GUARDIAN, "roles": list(roles)}]
    consent = {
        **document["account"]["consent"],
        "giver": "guardian_and_assent",
        "guardian_person_id": GUARDIAN,
        "child_assent": assent,
        "decisions": {"store_encrypted": {"decision": "given"}, "contact_again": {"decision": "refused"}},
    }
    return changed(document, account__people=people, account__consent=consent)


@pytest.mark.parametrize("stage", WHOLE)
@pytest.mark.parametrize(
    "age",
    [{"is_child": True}, {"looks_under_18": True}, {"age_at_event": 15}, {"age_at_event": 17, "looks_under_18": False}],
)
def test_v03_a_child_needs_guardian_and_assent(stage: Stage, age: dict[str, Any]) -> None:
    """By any sign of being under 18, or by looks where the age is unknown: giver, guardian, assent."""
    assert findings(child(**age), "V03", stage) == [
        "account.consent.giver",
        "account.consent.guardian_person_id",
        "account.consent.child_assent",
    ]
    assert findings(with_guardian(child(**age)), "V03", stage) == []


@pytest.mark.parametrize("age", [{"is_child": False}, {"age_at_event": 18}, {"looks_under_18": False}, {}])
def test_v03_adults_decide_alone(age: dict[str, Any]) -> None:
    """Known adults, and people of unknown age who don't look under 18."""
    assert findings(child(**age), "V03") == []


@pytest.mark.parametrize("assent", ["no", "too_young"])
def test_v03_no_is_no(assent: str) -> None:
    """A guardian can't agree in place of the child."""
    assert findings(with_guardian(child(is_child=True), assent), "V03") == ["account.consent.child_assent"]


def test_v03_the_guardian_is_a_guardian_and_somebody_else() -> None:
    """A guardian without the role, or the child as its own guardian, is none."""
    wrong_role = with_guardian(child(is_child=True), roles=("support_person",))
    assert findings(wrong_role, "V03") == ["account.consent.guardian_person_id"]
    own = changed(with_guardian(child(is_child=True)), account__consent__guardian_person_id=TELLER)
    for person in own["account"]["people"]:
        person["roles"] = [*person["roles"], "guardian"]
    assert "account.consent.guardian_person_id" in findings(own, "V03")


def test_v03_the_guardian_who_is_a_witness_too_is_not_taken_for_the_child() -> None:
    """The one who tells is the child, also where the guardian gives the consent and saw it all."""
    document = with_guardian(child(is_child=True), roles=("guardian", "witness"))
    document = changed(document, account__consent__giver_person_id=GUARDIAN, account__consent__child_assent="no")
    assert findings(document, "V03") == ["account.consent.child_assent"]


@pytest.mark.parametrize("mode", ["search_only", "referral_only"])
def test_v03_a_child_alone_may_be_searched_for_or_helped(mode: str) -> None:
    """An unaccompanied child with its own assent passes in these two modes, and in no other."""
    alone = changed(child(is_child=True), account__account_mode=mode)
    alone["account"]["consent"] |= {"giver": "child_alone_vital_interest", "child_assent": "yes"}
    assert findings(alone, "V03") == []
    assert findings(changed(alone, account__account_mode="first_account"), "V03")
    del alone["account"]["consent"]["child_assent"]
    assert findings(alone, "V03") == ["account.consent.child_assent"]


@pytest.mark.parametrize(
    ("born", "refused"),
    [("2008-10-13", True), ("2008-10-12", False), ("2008", True), ("2007", False), ("2010~", True), ("1984/..", False)],
)
def test_v03_a_birth_date_decides_on_the_day_of_the_interview(born: str, refused: bool) -> None:
    """Eighteen on the day is an adult, a day later is not; where the date leaves it open, a child."""
    document = changed(child(), identity__persons__0={"person_id": TELLER, "birth_date": born})
    assert bool(findings(document, "V03")) is refused


def test_v03_a_birth_date_outweighs_the_tick() -> None:
    """Ticking "not a child" does not make an adult of somebody born in 2012."""
    document = changed(child(is_child=False), identity__persons__0={"person_id": TELLER, "birth_date": "2012"})
    assert findings(document, "V03")


@pytest.mark.parametrize("born", ["2012-99", "навесні"])
def test_v03_leaves_a_broken_birth_date_to_v20(born: str) -> None:
    """A date that can't be read says nothing about age, and V20 names it."""
    document = changed(child(is_child=False), identity__persons__0={"person_id": TELLER, "birth_date": born})
    assert findings(document, "V03") == []
    assert findings(document, "V20") == [f"identity.persons.{TELLER}.birth_date"]


def test_v03_with_nobody_who_tells_waits_for_v26() -> None:
    """No witness, no requester: there is no age to ask about, and V26 says who is missing."""
    nobody = changed(GOOD, account__people__0__roles=["other_mentioned"])
    assert findings(nobody, "V03") == []
    assert "account.people" in findings(nobody, "V26")


# -- V12 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", WHOLE)
def test_v12_agreed_without_a_contact(stage: Stage) -> None:
    """A yes to contact needs a way to make it; `none` is no way, and no identity part is none either."""
    nothing = changed(GOOD, identity__persons__0={"person_id": TELLER})
    assert findings(nothing, "V12", stage) == ["identity.persons"]
    silent = changed(GOOD, identity__persons__0__safe_contact={"channel": "none"})
    assert findings(silent, "V12", stage) == ["identity.persons"]
    assert findings({"account": GOOD["account"]}, "V12", stage) == ["identity.persons"]


@pytest.mark.parametrize("stage", WHOLE)
@pytest.mark.parametrize("decision", ["refused", "undecided", "not_discussed", "withdrawn"])
def test_v12_a_contact_without_a_yes(stage: Stage, decision: str) -> None:
    """Anything but a yes means no: contact data may not stand there. Without contact data it passes."""
    refused = changed(GOOD, account__consent__decisions__contact_again={"decision": decision})
    assert findings(refused, "V12", stage) == [f"identity.persons.{TELLER}.safe_contact"]
    assert findings(changed(refused, identity__persons__0={"person_id": TELLER}), "V12", stage) == []
    assert findings(changed(refused, identity__persons__0__safe_contact={"channel": "none"}), "V12", stage) == []


def test_v12_yes_with_limits_is_a_yes() -> None:
    """Limits are for people to read; the contact may stand."""
    limited = {"decision": "given_with_limits", "limits": "лише зранку"}
    assert findings(changed(GOOD, account__consent__decisions__contact_again=limited), "V12") == []


def test_v12_waits_for_who_can_open_the_identity_part() -> None:
    """A coordinator without the identity key can't judge, and is not told that something is wrong."""
    assert findings({"account": GOOD["account"]}, "V12", "import", identity_sealed=True) == []
