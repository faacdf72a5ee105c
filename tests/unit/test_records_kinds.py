"""The kinds that come after a testimony: what each may hold, and what all of them come to together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from intake.crypto import strictjson
from intake.crypto.hashing import digest
from intake.errors import RecordFault
from intake.records import kinds
from intake.records.chain import misplaced
from intake.records.consent import Consent
from intake.records.folding import Withdrawn, fold
from intake.records.identity import Identity
from intake.records.kinds import Addendum, AddendumBody, DecisionBody, Withdrawal, WithdrawalBody
from intake.records.record import FilePart, parse_identity, parse_record
from intake.records.rules import check
from tests.worlds.case import CASE, Case
from tests.worlds.records import made_id

SCOPE = "share_icc_otp"


def whole() -> tuple[Case, dict[str, str]]:
    """One record of each kind."""
    case = Case()
    full = case.full()
    made = {
        "full": full,
        "addendum": case.addendum(full, share_un="given"),
        "coding": case.coding(full, sensitivity="restricted"),
        "decision": case.decision("legal_hold", full),
    }
    made["withdrawal"] = case.withdrawal(made["addendum"], SCOPE)
    made["tombstone"] = case.tombstone(made["addendum"], made["decision"])
    return case, made


def edited(data: bytes, **changes: Any) -> bytes:
    """The same bytes with some keys of envelope (or `body__key`) replaced; `...` takes a key away."""
    value = json.loads(data)
    for key, inner in changes.items():
        node, last = (value["body"], key[6:]) if key.startswith("body__") else (value, key)
        node.pop(last, None) if inner is ... else node.update({last: inner})
    return strictjson.dumps(value)


# -- each kind as bytes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["full", "addendum", "withdrawal", "coding", "decision", "tombstone"])
def test_each_kind_comes_back_as_what_it_is(kind: str) -> None:
    """One reader for all: the kind it names is the type it gets, and its bytes are canonical."""
    case, made = whole()
    built = case.built[made[kind]]
    record = parse_record(built.record)
    assert type(record).__name__.lower().replace("record", "full") == kind
    assert built.digest == digest(built.record)
    assert strictjson.dumps(json.loads(built.record)) == built.record


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "an addendum without a case": ("addendum", {"body__of": {}}),
    "an addendum without a reason": ("addendum", {"body__reason": ...}),
    "an addendum with a consent of another form": ("addendum", {"consent": {"given": True}}),
    "an addendum that corrects a name": (
        "addendum",
        {"body__corrects": [{"field": "identity.persons.x.names", "now": "x"}]},
    ),
    "an addendum with marks": ("addendum", {"body__adds": {"marks": []}}),
    "an addendum with a name in it": ("addendum", {"body__adds": {"people": [{"id": made_id(1), "names": ["x"]}]}}),
    "a withdrawal without an effect": ("withdrawal", {"body__effect": ...}),
    "a withdrawal that decides": ("withdrawal", {"consent": {"decisions": {SCOPE: {"decision": "given"}}}}),
    "a withdrawal with the code phrase in the open": ("withdrawal", {"body__code_phrase_said": "синій чайник"}),
    "a withdrawal with a file": (
        "withdrawal",
        {"attachments": [{"index": 0, "sha256": "1" * 64, "size": 5, "type": "image/png"}]},
    ),
    "a coding of nothing": ("coding", {"body__of": ...}),
    "a coding with an identity part": ("coding", {"identity": "sha256:" + "1" * 64}),
    "a coding with a legal word of its own": (
        "coding",
        {"body__incidents": [{"incident_id": made_id(1), "legal": ["genocide of the people"]}]},
    ),
    "a decision of no kind": ("decision", {"body__kind": "pardon"}),
    "a decision on nothing": ("decision", {"body__of": []}),
    "a decision that follows another": ("decision", {"prev": "sha256:" + "1" * 64}),
    "a second version of a decision": ("decision", {"version": 2}),
    "a decision of version true": ("decision", {"version": True}),
    "a tombstone with words": ("tombstone", {"body__note": "Олена"}),
    "a tombstone with consent": ("tombstone", {"consent": {}}),
    "a tombstone without its decision": ("tombstone", {"body__decision": ...}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_record_with_one_fault_is_refused(fault: str) -> None:
    """The good bytes parse, the same with one fault do not, and the error quotes nothing."""
    kind, changes = FAULTS[fault]
    case, made = whole()
    data = case.built[made[kind]].record
    parse_record(data)
    with pytest.raises(RecordFault) as caught:
        parse_record(edited(data, **changes))
    assert "чайник" not in str(caught.value)
    assert "Олена" not in str(caught.value)


def test_the_code_phrase_is_in_the_identity_part_only() -> None:
    """Who may read accounts never sees the phrase by which a withdrawal is believed."""
    case, made = whole()
    built = case.built[made["withdrawal"]]
    assert built.identity is not None
    assert parse_identity(built.identity).body.code_phrase_said == "синій чайник"
    assert "чайник" not in built.record.decode()
    assert case.record(made["withdrawal"]).identity == digest(built.identity)


def test_an_addendum_brings_files_and_names_in_their_parts() -> None:
    """As a testimony does: an evidence item for the file, its name in the identity part."""
    case = Case()
    full = case.full()
    photo = FilePart(made_id("photo"), "account", "1" * 64, 12, "image/jpeg", "сад_Коваленко.jpg", "photo")
    sealing = case.sealing(full)
    body = AddendumBody.model_validate(
        {"of": case.of(full), "amendment": "addition_by_person", "requested_by": "person", "reason": "фото саду"}
    )
    with_file = replace(sealing, files=(photo,))
    built = kinds.build_addendum(body, with_file, identity=Identity())
    record = parse_record(built.record)
    assert isinstance(record, Addendum)
    assert [(one.id, one.attachment) for one in record.body.adds.evidence] == [(photo.evidence_id, 0)]
    assert "Коваленко" not in built.record.decode()
    assert [one.file_name for one in parse_identity(built.identity or b"").body.files] == ["сад_Коваленко.jpg"]
    assert built.account_files == (photo,)


def test_what_an_addendum_adds_can_be_looked_into_as_a_testimony() -> None:
    """References and dates of what was added are found by the same rules, with the same paths."""
    case = Case()
    full = case.full()
    lost = {"incidents": [{"id": made_id("i"), "place_id": made_id("nowhere"), "when": "коли сніг"}]}
    record = case.record(case.addendum(full, {"adds": lost}))
    assert isinstance(record, Addendum)
    found = {(one.rule, one.field.rsplit(".", 1)[-1]) for one in check(record.testimony(), stage="import")}
    assert {("V20", "when"), ("V22", "place_id")} <= found


def test_nothing_is_built_that_could_not_be_read_back() -> None:
    """A fault of ours stops before anything is signed."""
    case = Case()
    body = WithdrawalBody.model_validate({"of": {"case": CASE}, "effect": "restrict", "requested_by": "person"})
    with pytest.raises(RecordFault):
        kinds.build_withdrawal(body, replace(case.sealing(None), author="d 1"))
    with pytest.raises(ValidationError):
        DecisionBody.model_validate({"kind": "erase", "of": [], "reason": "x"})


# -- one after another -------------------------------------------------------------------------------------------------


def test_each_kind_may_stand_where_it_was_built() -> None:
    """With a stub, by the case code alone, a coordinator's second coding, an officer's decision."""
    case, made = whole()
    again = case.coding(made["full"], made["coding"], note="ще раз")
    loose = case.addendum(None)
    for name in (*made.values(), again, loose):
        record = case.record(name)
        assert misplaced(record, case.record(record.prev) if record.prev else None) == ""


MISPLACED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a first version that follows": ("full", {"prev": "sha256:" + "1" * 64}, "follows none"),
    "a second version that follows nothing": ("addendum", {"prev": None}, "follows none"),
    "a version left out": ("addendum", {"version": 7}, "not the one before"),
    "another testimony's addendum": ("addendum", {"id": made_id("other")}, "another"),
    "an addendum of another case": ("addendum", {"case": "000-000-000-0"}, "another"),
    "an addendum that names another record": (
        "addendum",
        {"body__of": {"case": CASE, "record": "sha256:" + "2" * 64}},
        "stands behind another",
    ),
    "a withdrawal that names another case": ("withdrawal", {"body__of": {"case": "000-000-000-0"}}, "behind another"),
    "an organisation that is not ours": ("withdrawal", {"org": "b" * 64}, "another record's"),
}


@pytest.mark.parametrize("fault", MISPLACED)
def test_a_record_that_stands_elsewhere_is_told_why(fault: str) -> None:
    """Its neighbour is the record as it was built, which may stand there."""
    kind, changes, why = MISPLACED[fault]
    case, made = whole()
    prev = case.record(made[kind]).prev
    before = case.record(prev) if prev else None
    assert why in misplaced(parse_record(edited(case.built[made[kind]].record, **changes)), before)


def test_chains_do_not_cross() -> None:
    """A testimony is not written over, an addendum follows no coding, a coding no other's; what it follows is here."""
    case = Case()
    full = case.full()
    coding, more, over = case.coding(full), case.addendum(full), case.full(full)
    after = case.coding(full, coding)
    strayed = edited(case.built[more].record, prev=coding, body__of={"case": CASE})
    assert "this kind" in misplaced(parse_record(strayed), case.record(coding))
    assert "this kind" in misplaced(case.record(over), case.record(full))
    from_another_laptop = parse_record(edited(case.built[more].record, author="d-2"))
    assert misplaced(from_another_laptop, case.record(full)) == ""
    theirs = parse_record(edited(case.built[after].record, author="c-2"))
    assert "another coordinator" in misplaced(theirs, case.record(coding))
    assert "not here" in misplaced(case.record(more), None)


# -- together ----------------------------------------------------------------------------------------------------------


def test_a_testimony_alone_is_its_own_head() -> None:
    """And its consent is the one that was given."""
    case = Case()
    full = case.full()
    view = fold(case.pairs)
    assert (view.heads, view.orphans, view.addenda, view.erased) == ((full,), (), (), ())
    assert view.consents["share_pgo_ua"].choice.decision == "given"
    assert view.consents["share_pgo_ua"].by == (full,)


def test_a_changed_decision_is_the_last_and_says_which_record_changed_it() -> None:
    """Yes after no, and no after yes: what follows counts, also when it allows more."""
    case = Case()
    full = case.full(share_icc_otp="refused", share_un="given")
    second = case.addendum(full, share_icc_otp="given", share_un="refused")
    view = fold(case.pairs)
    assert (view.consents[SCOPE].choice.decision, view.consents[SCOPE].by) == ("given", (second,))
    assert view.consents["share_un"].choice.decision == "refused"
    assert view.heads == (second,)


def test_an_addendum_by_the_case_code_alone_changes_decisions_too() -> None:
    """It comes after the testimony it names by case, and waits as an orphan until somebody attaches it."""
    case = Case()
    full = case.full(share_icc_otp="refused")
    loose = case.addendum(None, share_icc_otp="given")
    view = fold(case.pairs)
    assert (view.heads, view.orphans, view.addenda) == ((full,), (loose,), (loose,))
    assert view.consents[SCOPE].by == (loose,)


def test_an_addendum_before_its_testimony_waits() -> None:
    """Sticks cross: what came first is kept and shown, and finds its place when the testimony comes."""
    case = Case()
    full = case.full()
    more = case.addendum(full)
    early = fold([(more, case.record(more))])
    assert (early.heads, early.orphans) == ((), (more,))
    assert fold(case.pairs).heads == (more,)


def test_of_two_side_by_side_the_one_that_allows_less_counts() -> None:
    """Two laptops, two answers: nobody is exposed by the order in which sticks arrive."""
    case = Case()
    full = case.full()
    yes, no = case.addendum(full, share_un="given"), case.addendum(full, share_un="refused")
    view = fold(case.pairs)
    assert view.heads == tuple(sorted((yes, no)))
    assert view.consents["share_un"].choice.decision == "refused"
    resolved = case.decision("conflict_resolved", yes, no, head=yes)
    view = fold(case.pairs)
    assert (view.consents["share_un"].choice.decision, view.decisions) == ("given", (resolved,))


def test_two_officers_who_contradict_each_other_decide_nothing() -> None:
    """The conflict stays open, and the one that allows less counts."""
    case = Case()
    full = case.full()
    yes, no = case.addendum(full, share_un="given"), case.addendum(full, share_un="refused")
    case.decision("conflict_resolved", yes, no, head=yes)
    case.decision("conflict_resolved", yes, no, head=no)
    assert fold(case.pairs).consents["share_un"].choice.decision == "refused"


def test_limits_side_by_side_hold_all() -> None:
    """The limits of both, to the first end of either."""
    case = Case()
    full = case.full()
    for limits in ({"limits": "без назви вулиці"}, {"expires": "2027-01-01"}):
        body = {"of": case.of(full), "amendment": "consent_changed", "requested_by": "person", "reason": "уточнила"}
        said = Consent.model_validate({"decisions": {SCOPE: {"decision": "given_with_limits", **limits}}})
        case.keep(kinds.build_addendum(AddendumBody.model_validate(body), case.sealing(full), consent=said))
    choice = fold(case.pairs).consents[SCOPE].choice
    assert (choice.decision, choice.limits, choice.expires) == ("given_with_limits", "без назви вулиці", "2027-01-01")


def test_a_fork_is_kept_until_an_officer_says_which_stands() -> None:
    """Both versions are shown; the decision takes one away from the heads and from nothing else."""
    case = Case()
    full = case.full()
    one, two = case.addendum(full), case.addendum(full, share_un="refused")
    assert fold(case.pairs).heads == tuple(sorted((one, two)))
    case.decision("fork_resolved", one, two, head=one)
    view = fold(case.pairs)
    assert view.heads == (one,)
    assert two in view.records


def test_a_withdrawal_stops_at_once_and_erases_nothing() -> None:
    """Everything that may be shared is taken back, storage is not; nobody has confirmed it yet."""
    case = Case()
    full = case.full()
    gone = case.withdrawal(full)
    view = fold(case.pairs)
    assert view.withdrawals == (Withdrawn(gone, (), "stop_sharing", confirmed=False),)
    assert {scope for scope, one in view.consents.items() if one.choice.decision != "withdrawn"} == {"store_encrypted"}
    assert not view.standing(full).restricted
    case.decision("withdrawal_confirmed", gone)
    assert fold(case.pairs).withdrawals[0].confirmed


def test_a_withdrawal_that_asks_for_erasure_takes_storage_back() -> None:
    """And restricts all use until an officer has decided."""
    case = Case()
    full = case.full()
    case.withdrawal(full, effect="erase_all")
    view = fold(case.pairs)
    assert view.consents["store_encrypted"].choice.decision == "withdrawn"
    assert view.standing(full).restricted


def test_a_withdrawal_of_one_scope_leaves_the_others() -> None:
    """What was not named stays as it was; what the person says later counts again."""
    case = Case()
    full = case.full(share_un="given")
    gone = case.withdrawal(full, "share_un")
    assert fold(case.pairs).consents["share_pgo_ua"].choice.decision == "given"
    case.addendum(gone, share_un="given")
    assert fold(case.pairs).consents["share_un"].choice.decision == "given"


def test_a_withdrawal_that_was_not_the_persons_is_set_aside() -> None:
    """By a signed decision, which names it; until then it holds."""
    case = Case()
    full = case.full()
    false = case.withdrawal(full, effect="restrict")
    case.decision("conflict_resolved", full, false, head=full)
    view = fold(case.pairs)
    assert (view.withdrawals, view.consents["share_pgo_ua"].choice.decision) == ((), "given")
    assert isinstance(view.records[false], Withdrawal)


def test_codings_are_each_coordinators_last() -> None:
    """A chain of its own for each; the testimony's head is untouched, and a sealed source is seen."""
    case = Case()
    full = case.full()
    first = case.coding(full, sensitivity="standard")
    second = case.coding(full, first, sensitivity="sealed_source")
    other = case.coding(full, author="c-2")
    view = fold(case.pairs)
    assert set(view.codings) == {second, other}
    assert view.heads == (full,)
    assert view.standing(full).sealed_source


def test_a_hold_lasts_until_it_is_lifted_by_name() -> None:
    """Lifting one leaves the other."""
    case = Case()
    full = case.full()
    one, two = case.decision("legal_hold", full), case.decision("legal_hold", full)
    assert fold(case.pairs).legal_hold == tuple(sorted((one, two)))
    case.decision("hold_lifted", one)
    view = fold(case.pairs)
    assert view.legal_hold == (two,)
    assert view.standing(full).legal_hold


def test_what_was_erased_counts_as_withdrawn_and_does_not_come_back() -> None:
    """An old backup brings the bytes again: the view is the same as without them."""
    case = Case()
    full = case.full(share_un="given")
    stone = case.tombstone(full, case.decision("erase", full))
    view = fold(case.pairs)
    assert (view.erased, view.heads) == ((full,), ())
    assert full not in view.records
    assert stone in view.records
    assert view.standing(full).erased
    assert view == fold(pair for pair in case.pairs if pair[0] != full)


def test_erasing_a_refusal_does_not_bring_the_yes_before_it_back() -> None:
    """What follows from an erased record is less, never more."""
    case = Case()
    full = case.full(share_un="given")
    no = case.addendum(full, share_un="refused")
    case.tombstone(no, case.decision("erase", no))
    assert fold(case.pairs).consents["share_un"].choice.decision == "withdrawn"


def test_a_standing_is_the_testimony_with_the_consent_of_today() -> None:
    """What sharing asks about is the account as sealed, under the decisions as they stand."""
    case = Case()
    full = case.full(share_un="given")
    case.addendum(full, share_un="refused")
    standing = fold(case.pairs).standing(full)
    consent = standing.testimony.account.consent
    assert consent.decided("share_un") == "refused"
    assert consent.giver == "self_adult"
    assert standing.testimony.account.narrative_original
    flags = (standing.restricted, standing.legal_hold, standing.erased, standing.sealed_source)
    assert flags == (False,) * 4
