"""Gates that offer another mode, rows of lists, places and dates as they are said: the engine without a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import AnswerMustBeGiven, DiskFull
from intake.questionnaire.model import load
from intake.records import paths
from tests.worlds.questionnaire import Disk, answer_until, question, whole_interview

if TYPE_CHECKING:
    from intake.questionnaire.engine import Session

OTHERS = ("first_account", "search_only", "referral_only")
CARING = ("first_account", "referral_only")


def at(disk: Disk, stop: str, **answers: str) -> Session:
    """A session that stands at a question."""
    session = disk.session()
    answer_until(session, stop, answers)
    assert question(session) == stop
    return session


def one(disk: Disk, ending: str) -> Any:
    """The one value at a path that ends so."""
    (found,) = [value for path, value in disk.values.items() if path.endswith(ending) and "parked." not in path]
    return found


# -- gates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "trained", "answers", "stop", "typed", "offers"),
    [
        ("full_account", {"trained_child": False}, {}, "is_child", "1", OTHERS),
        ("full_account", {"trained_sv": False}, {}, "risk_flags", "sexual_violence", CARING),
        ("full_account", {"trained_sv": False}, {}, "violations", "sxv.sexual_violence", CARING),
        *(
            ("full_account", {}, {}, "prior_accounts", f"ins.{code}", OTHERS)
            for code in ("pgo_ua", "crimea_prosecutor", "investigators_ua", "court_ua", "icc_otp")
        ),
        ("first_account", {}, {"is_child": "1"}, "giver", "nobody", ("search_only", "referral_only")),
        ("first_account", {}, {"is_child": "1", "giver": "1"}, "guardian_safe", "2", ("search_only", "referral_only")),
        ("first_account", {}, {}, "present", "witness", ()),
        ("first_account", {"x": True}, {"present": "1"}, "interpreter_fit", "minor", ()),
        ("first_account", {"x": True}, {"present": "1"}, "interpreter_fit", "accused", ()),
        ("first_account", {}, {}, "present", "victim", ()),
        ("search_only", {}, {"interview_mode": "2"}, "remote_alone", "cannot_tell", ()),
    ],
)  # fmt: skip
def test_a_gate_closes_says_why_and_offers_the_others(
    mode: str, trained: dict[str, bool], answers: dict[str, str], stop: str, typed: str, offers: tuple[str, ...]
) -> None:
    """V05 to V09 and V14 where they are met: nothing is stored by the answer, and the question stays."""
    disk = Disk(mode, **trained)
    session = at(disk, stop, **answers)
    before = dict(disk.values)
    outcome = session.answer(typed)
    assert outcome.stops
    assert outcome.offers == offers
    assert (question(session), disk.values) == (stop, before)


@pytest.mark.parametrize("stop", ["violations", "prior_accounts"])
def test_who_is_trained_for_it_is_not_stopped(stop: str) -> None:
    """The gates of training open with the training; a first account is stopped by neither."""
    typed = {"violations": "sxv.sexual_violence", "prior_accounts": "ins.pgo_ua"}[stop]
    mode = "full_account" if stop == "violations" else "first_account"
    assert not at(Disk(mode), stop).answer(typed).stops


def test_the_way_on_keeps_what_was_typed_and_what_closed_the_gate() -> None:
    """A prosecutor has taken it already: the talk goes on as a first account, and says to whom it was told."""
    disk = Disk("full_account")
    session = at(disk, "prior_accounts")
    session.answer("ins.pgo_ua")
    session.switch(load("first_account"))
    assert disk.values["account.prior_accounts"] == [{"to": "ins.pgo_ua", "official": True}]
    assert disk.values["account.account_mode"] == "first_account"
    assert disk.position["form"] == "first_account"
    assert question(session) == "narrative"


def test_a_change_of_mode_before_consent_saves_nothing() -> None:
    """A child who is alone: the search goes on with the same answers in memory; the disk hears of it with consent."""
    disk = Disk()
    session = at(disk, "giver", is_child="1")
    session.answer("nobody")
    session.switch(load("search_only"))
    assert disk.saves == []
    asked = session.current
    assert asked is not None
    assert (question(session), [choice.code for choice in asked.choices]) == (
        "giver",
        ["guardian_and_assent", "child_alone_vital_interest"],
    )


def test_a_change_that_can_not_be_saved_changes_nothing() -> None:
    """A full disk leaves the form and every answer as they were."""
    disk = Disk()
    session = whole_interview(disk)
    before, disk.full = dict(disk.values), True
    with pytest.raises(DiskFull):
        session.switch(load("referral_only"))
    assert (session.form.mode, disk.values) == ("first_account", before)


def test_a_story_is_not_exported_by_a_referral() -> None:
    """Put aside, not handed on: the referral's record has neither the words nor the coding."""
    disk = Disk()
    session = whole_interview(disk)
    assert session.switch(load("referral_only")) > 0
    account = paths.assemble(disk.values)["account"]
    assert "narrative_original" not in account
    assert not account.get("incidents")
    assert disk.values["parked.account.narrative_original"]


def test_a_search_needs_somebody_who_is_sought() -> None:
    """No is no answer to the first gate of a search."""
    session = at(Disk("search_only"), "searches+")
    with pytest.raises(AnswerMustBeGiven):
        session.answer("2")


def test_consent_is_asked_for_what_the_policy_names() -> None:
    """Each scope by itself, in the policy's order; what it does not name is not discussed, which means no."""
    disk = Disk()
    disk.facts["scopes"] = ["share_lawyer", "share_un", "share_nib_search"]
    whole_interview(disk)
    decided = paths.assemble(disk.values)["account"]["consent"]["decisions"]
    assert set(decided) == {"store_encrypted", "contact_again", "share_lawyer", "share_un", "share_nib_search"}


def test_a_search_asks_for_the_search_alone() -> None:
    """What is given for a search is used for nothing else: no prosecutor is asked about (CED art. 19)."""
    disk = Disk("search_only")
    whole_interview(disk)
    decided = paths.assemble(disk.values)["account"]["consent"]["decisions"]
    assert "share_pgo_ua" not in decided
    assert "share_nib_search" in decided


def test_service_is_not_asked_about_before_the_warning() -> None:
    """V11: where the risk is marked, the questions on service open with the warning, and close with its taking back."""
    disk = Disk("full_account")
    answers = {"risk_flags": "self_incrimination_ua", "self_incrimination_warned": "1", "served": "1"}
    session = whole_interview(disk, **answers, violations="mob.forced_mobilisation")
    assert one(disk, ".service.served") == "yes"
    session.jump("self_incrimination_warned")
    session.answer("2")
    assert not any(path.endswith(".service.served") and not path.startswith("parked.") for path in disk.values)


# -- rows of lists -----------------------------------------------------------------------------------------------------


def test_rows_make_up_a_list_and_an_unfinished_one_stays_out() -> None:
    """A row without what it needs is not in the record, and is not lost either."""
    disk = Disk("full_account")
    session = at(disk, "fact_basis")
    assert "account.facts" not in disk.values
    session.answer("2")
    assert disk.values["account.facts"] == [{"text": "Паспорт видали за день.", "knowledge_basis": "saw"}]
    session.back()
    session.remove()
    assert "account.facts" not in disk.values
    assert question(session) == "facts+"


def test_a_statement_and_a_part_played_name_their_incident() -> None:
    """Chosen from the incidents of this draft, by number or by a part of what was done; an involvement needs it."""
    disk = Disk("full_account")
    session = at(disk, "fact_incident")
    asked = session.current
    assert asked is not None
    (offered,) = asked.choices
    assert "громадянства" in offered.label.lower()
    session.answer("1")
    (incident,) = disk.position["members"]["incidents"]
    assert disk.values["account.facts"][0]["incident_id"] == offered.code == incident
    answer_until(session, "link_incident", {"link_kind": "2"})
    session.answer("громадянства")
    answer_until(session, "link_certainty")
    assert disk.values["account.links"][0]["incident_id"] == incident


def test_no_more_at_the_gate_says_that_there_are_none() -> None:
    """To whom it was reported: nobody is an answer, and not the same as not asked."""
    disk = Disk("search_only")
    session = at(disk, "filings+")
    assert not any(path.endswith("previous_filings") for path in disk.values)
    session.answer("2")
    assert one(disk, "previous_filings") == []


def test_a_list_of_a_document_is_gone_through_row_by_row() -> None:
    """What `add` wrote as one value opens as rows, survives a kill, and keeps the fields that no question asks."""
    written = Disk("full_account")
    whole_interview(written)
    disk = Disk("full_account")
    disk.values = paths.flatten(paths.assemble(written.values))
    disk.values["account.facts"] = [{"text": "а", "knowledge_basis": "saw", "incident_id": "x"}]
    session = disk.session()
    key = next(line.key for line in session.review() if line.key.startswith("fact_basis@"))
    session.jump(key)
    session.answer("1")
    again = disk.session()
    assert disk.values["account.facts"] == [{"text": "а", "knowledge_basis": "experienced", "incident_id": "x"}]
    assert key in {line.key for line in again.review()}


# -- places and dates --------------------------------------------------------------------------------------------------


def test_a_place_keeps_its_words_and_takes_a_code_beside_them() -> None:
    """The words as said; then the codifier's places by number, with its edition and name, and nothing more is asked."""
    disk = Disk()
    session = at(disk, "place")
    assert session.answer("Каховка").stays
    asked = session.current
    assert asked is not None
    assert "Херсонська" in asked.choices[0].label
    session.answer("1")
    assert one(disk, ".text_as_said") == "Каховка"
    assert (one(disk, ".name_uk"), one(disk, ".country"), one(disk, ".precision")) == ("Каховка", "UKR", "settlement")
    assert one(disk, ".katotth").startswith("UA65")
    assert question(session) == "more"


def test_a_place_is_narrowed_by_a_comma() -> None:
    """`, Одеська` looks elsewhere, and is not what the person said."""
    disk = Disk()
    session = at(disk, "place")
    session.answer("Каховка")
    session.answer(", Одеська")
    asked = session.current
    assert asked is not None
    assert all("Одеська" in choice.label for choice in asked.choices)
    assert one(disk, ".text_as_said") == "Каховка"


def test_other_words_are_looked_for_anew() -> None:
    """What one place was narrowed to says nothing of the next: no number picks a place that nobody named."""
    session = at(Disk(), "place")
    session.answer("Іванівка")
    session.answer(", Херсонська")
    session.answer("Мар’їнка")
    asked = session.current
    assert asked is not None
    assert asked.choices[0].label.startswith("Мар’їнка")
    assert not any(choice.label.startswith("Іванівка") for choice in asked.choices)


def test_other_words_take_the_code_away() -> None:
    """A code never stands beside words that it was not picked for."""
    disk = Disk()
    session = at(disk, "place")
    session.answer("Каховка")
    session.answer("1")
    session.back()
    session.answer("Гаряче поле за річкою")
    assert not any(path.endswith((".katotth", ".name_uk", ".katotth_edition")) for path in disk.values)


def test_a_place_under_the_wrong_layout() -> None:
    """The keys of Каховка on a Latin keyboard: taken as that and said back; words stay words."""
    disk = Disk()
    session = at(disk, "place")
    offered = session.suggested("Rf[jdrf")
    outcome = session.answer("Rf[jdrf")
    assert (outcome.understood, one(disk, ".text_as_said")) == ("Каховка", "Каховка")
    assert session.current is not None
    assert [choice.code for choice in offered] == [choice.code for choice in session.current.choices]
    session.answer("zzzzqqqqxxxx")
    assert one(disk, ".text_as_said") == "zzzzqqqqxxxx"


def test_nothing_in_the_gazetteer_stops_nobody() -> None:
    """A place that no codifier knows is words, and the interview goes on at once."""
    session = at(Disk(), "place")
    session.answer("zzzzqqqqxxxx")
    assert question(session) == "place_country"


@pytest.mark.parametrize(
    ("said", "edtf", "echo"),
    [
        ("навесні 2022", "2022-21", "весна 2022 (01.03.2022 \u2013 31.05.2022)"),
        ("між 3 і 9 березня 2022", "2022-03-03/2022-03-09", "03.03.2022 \u2013 09.03.2022"),
        ("після Великодня 2022", "2022-04-24/..", "24.04.2022 і пізніше"),
        ("24.02.2022", "2022-02-24", "24.02.2022"),
    ],
)
def test_a_date_as_it_is_said(said: str, edtf: str, echo: str) -> None:
    """Understood, echoed, and the words stand beside it."""
    disk = Disk()
    session = at(disk, "when")
    outcome = session.answer(said)
    assert outcome.understood == echo
    assert one(disk, ".when") == edtf
    kept = [value for path, value in disk.values.items() if path.endswith("when_precision_note")]
    assert kept == ([said] if any(char.isalpha() for char in said) else [])


def test_a_date_without_a_year_asks_for_it() -> None:
    """The words are kept, no year is guessed, and the question stays."""
    disk = Disk()
    session = at(disk, "when")
    outcome = session.answer("після Великодня")
    assert (outcome.unclear, outcome.words_kept, question(session)) == ("no_year", True, "when")
    assert not any(path.endswith(".when") for path in disk.values)


# -- drafts of other versions ------------------------------------------------------------------------------------------


def test_what_no_question_of_today_asks_stays_as_it_was_said() -> None:
    """A draft of another version of the form: its answer is neither parked nor lost, and still goes into the record."""
    disk = Disk()
    whole_interview(disk)
    speaker = disk.position["subjects"]["speaker"]
    disk.values[f"account.people.{speaker}.languages"] = ["uk"]
    session = disk.session()
    session.jump("speaker_sex")
    session.answer("1")
    session.switch(load("full_account"))
    assert disk.values[f"account.people.{speaker}.languages"] == ["uk"]
