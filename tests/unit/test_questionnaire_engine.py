"""The form engine: consent before content, nothing lost, nothing stale, resumed where it stopped."""

from __future__ import annotations

import pytest

from intake.errors import (
    AnswerMustBeGiven,
    AnswerNeeded,
    AnswerTooShort,
    BadSkipReason,
    ConsentFirst,
    DateNotUnderstood,
    DiskFull,
    InterviewEnded,
    ManyChoicesMatch,
    NoSuchChoice,
    NotReadOut,
    NotThere,
    OneChoiceOnly,
)
from intake.questionnaire.engine import Host, Session
from intake.questionnaire.model import load
from intake.records import paths, rules
from intake.records.rules_safety import MIN_MITIGATION
from intake.records.testimony import parse_testimony
from tests.worlds.questionnaire import ANSWERS, NOW, STORY, Disk, answer_until, gaps, question, whole_interview


def at(disk: Disk, stop: str, **answers: str) -> Session:
    """A session that stands at a question."""
    session = disk.session()
    answer_until(session, stop, answers)
    assert question(session) == stop
    return session


def key_of(session: Session, name: str) -> str:
    """The key of a question in the review."""
    return next(line.key for line in session.review() if line.key.split("@")[0] == name)


# -- consent -----------------------------------------------------------------------------------------------------------


def test_nothing_is_saved_before_consent() -> None:
    """Up to the consent's last question the store was not called once: no answer, no position, no draft."""
    disk = Disk()
    session = at(disk, "store")
    assert disk.saves == []
    assert not session.consented


def test_what_waited_is_saved_with_the_consent_in_one_commit() -> None:
    """Safety answers, consent and facts arrive together, or a power cut leaves none of them."""
    disk = Disk()
    session = at(disk, "store")
    session.answer("1")
    assert len(disk.saves) == 1
    assert disk.values["account.risk.flags"] == []
    assert disk.values["account.consent.obtained_at"] == NOW
    assert disk.values["account.consent.decisions.store_encrypted.decision"] == "given"
    assert session.consented


def test_a_refusal_leaves_a_reason_and_nothing_else() -> None:
    """No text and no name remain of a talk that was not agreed to: an empty draft and a reason code."""
    disk = Disk()
    session = at(disk, "store")
    outcome = session.answer("2")
    assert outcome.stops
    session.stop()
    assert disk.values == {}
    assert disk.position == {"form": "first_account", "ended": "consent_refused", "kept": False}
    assert session.current is None


def test_a_withdrawal_while_drafting_takes_everything_back() -> None:
    """Whoever changes the decision to no after an hour of talk leaves no answer behind, parked ones included."""
    disk = Disk()
    session = whole_interview(disk)
    session.jump(key_of(session, "store"))
    session.answer("2")
    session.stop()
    assert disk.values == {}
    assert disk.position["ended"] == "consent_refused"
    with pytest.raises(InterviewEnded):
        session.answer("1")


def test_one_wrong_key_does_not_wipe_an_interview() -> None:
    """An answer that would end everything changes nothing until it is said again by `stop`."""
    disk = Disk()
    session = whole_interview(disk)
    before = dict(disk.values)
    session.jump(key_of(session, "store"))
    assert session.answer("2").stops
    assert disk.values == before
    session.answer("1")
    assert disk.values["account.narrative_original"] == STORY


def test_stop_needs_an_answer_that_stops() -> None:
    """Nobody can end an interview by calling stop out of the blue."""
    with pytest.raises(NotThere):
        at(Disk(), "languages").stop()


@pytest.mark.parametrize("way", ["next", "skip", "jump"])
def test_there_is_no_way_round_the_consent(way: str) -> None:
    """Enter, a reason and a jump are all refused at the question that opens the store."""
    session = at(Disk(), "store")
    arguments = {"next": (), "skip": ("1",), "jump": ("narrative",)}[way]
    with pytest.raises((AnswerMustBeGiven, ConsentFirst)):
        getattr(session, way)(*arguments)
    assert question(session) == "store"


def test_consent_does_not_open_while_something_before_it_is_missing() -> None:
    """Jumping back and opening a branch keeps the store closed until the branch is answered."""
    disk = Disk()
    session = at(disk, "store")
    session.jump("present")
    session.answer("1")  # an interpreter is there after all: their code is missing now
    session.back()
    with pytest.raises(ConsentFirst):
        session.jump("store")
    assert disk.saves == []


@pytest.mark.parametrize(
    ("answers", "stop", "typed", "reason"),
    [
        ({"interview_mode": "2"}, "remote_alone", "2", "not_alone"),
        ({}, "capacity", "4", "no_capacity"),
        ({}, "capacity", "3", "not_understood"),
        ({"is_child": "1", "giver": "1"}, "guardian_safe", "2", "child_without_guardian"),
        ({"is_child": "1", "giver": "1", "guardian_safe": "1"}, "child_assent", "2", "child_refused"),
    ],
)
def test_each_gate_stops_and_keeps_nothing(answers: dict[str, str], stop: str, typed: str, reason: str) -> None:
    """A person who is not alone, can't decide, has not understood, a child without a guardian: no account is taken."""
    disk = Disk()
    session = at(disk, stop, **answers)
    assert session.answer(typed).stops
    assert session.stop().reason == reason
    assert disk.values == {}


def test_a_child_with_guardian_and_assent_can_be_heard() -> None:
    """V03's own way on: the whole interview of a child passes the rules of sealing."""
    disk = Disk()
    whole_interview(disk, is_child="1", giver="1", guardian_safe="1", child_assent="1")
    assert rules.check(parse_testimony(paths.assemble(disk.values)), stage="seal") == ()


def test_a_child_can_not_decide_alone() -> None:
    """For a child only the guardian is offered, also when the age turned out later."""
    disk = Disk()
    session = at(disk, "store")
    session.jump("is_child")
    session.answer("1")
    session.jump("giver")
    asked = session.current
    assert asked is not None
    assert [choice.code for choice in asked.choices] == ["guardian_and_assent", "nobody"]
    assert asked.value is None


def test_unknown_age_asks_for_the_looks() -> None:
    """Unknown counts as a child if the person looks like one."""
    session = at(Disk(), "is_child")
    session.skip("unknown")
    assert question(session) == "looks_under_18"
    session.answer("так")
    answer_until(session, "giver")
    asked = session.current
    assert asked is not None
    assert [choice.code for choice in asked.choices] == ["guardian_and_assent", "nobody"]


# -- nothing lost ------------------------------------------------------------------------------------------------------


def test_every_answer_is_saved_before_the_next_question() -> None:
    """After each answer a killed program resumes at the very question that was shown, with all that was answered."""
    disk = Disk()
    session = at(disk, "contact_again")
    gates = {"people+": "2", "incidents+": "2", "needs+": "12"}
    while session.current is not None:
        name = question(session)
        if name in gates:
            session.answer(gates[name][0])
            gates[name] = gates[name][1:]
        elif name not in ANSWERS or session.answer(ANSWERS[name]).stays:
            session.next()
        shown, session = session.current, disk.session()
        assert session.current == shown
    assert rules.check(parse_testimony(paths.assemble(disk.values)), stage="seal") == ()


def test_a_full_disk_changes_nothing_and_the_answer_can_be_given_again() -> None:
    """The question stays, its old value stays, and once there is room the same answer goes in."""
    disk = Disk()
    session = at(disk, "prior_accounts")
    before = dict(disk.values)
    disk.full = True
    with pytest.raises(DiskFull):
        session.answer("0")
    assert (question(session), disk.values) == ("prior_accounts", before)
    disk.full = False
    session.answer("0")
    assert disk.values["account.prior_accounts"] == []


def test_a_full_disk_at_consent_leaves_the_store_closed() -> None:
    """A consent that could not be saved is not there, and is asked again."""
    disk = Disk()
    session = at(disk, "store")
    disk.full = True
    with pytest.raises(DiskFull):
        session.answer("1")
    assert not session.consented
    assert question(session) == "store"


def test_a_full_disk_does_not_end_an_interview() -> None:
    """A withdrawal that could not be saved is not reported as done."""
    disk = Disk()
    session = at(disk, "store")
    session.answer("2")
    disk.full = True
    with pytest.raises(DiskFull):
        session.stop()
    assert session.ended is None


def test_unfinished_text_is_saved_and_resumed() -> None:
    """A narrative cut short in the middle of a word is there after a kill, and its question is still open."""
    disk = Disk()
    session = at(disk, "narrative")
    session.save_partial("Вони прийшли вра")
    resumed = disk.session()
    asked = resumed.current
    assert asked is not None
    assert (asked.kind, asked.value) == ("narrative", "Вони прийшли вра")


def test_what_is_half_typed_is_no_answer_and_comes_back_with_its_question() -> None:
    """Half a date, what is marked of a list: beside the place reached, and nowhere among the values."""
    disk = Disk()
    session = at(disk, "when")
    before, key = dict(disk.values), session.position["at"]
    session.save_partial("24.0")
    assert disk.values == before
    session.back()
    assert session.unfinished is None
    resumed = disk.session()
    resumed.jump(key)
    assert (resumed.unfinished, resumed.begun()) == ("24.0", frozenset({key}))
    resumed.save_partial(["a", "b"])
    assert disk.session().unfinished == ["a", "b"]
    resumed.answer("24.02.2022")
    assert (disk.session().begun(), disk.position.get("unfinished")) == (frozenset(), None)


def test_what_is_half_typed_before_consent_waits_in_memory_and_goes_with_a_refusal() -> None:
    """Nothing is written for it; taken back, nothing of it stays on the disk."""
    disk = Disk()
    session = at(disk, "present")
    session.save_partial(["guard"])
    assert (session.unfinished, disk.saves) == (["guard"], [])
    session = at(disk, "when")
    session.save_partial("24.0")
    session.jump(session.opening)
    assert session.answer("2").stops
    session.stop()
    assert "unfinished" not in disk.position


def test_whoever_is_taken_out_takes_along_what_was_half_typed_about_them() -> None:
    """Also from the place reached; and somebody with a beginning of an answer does not go away by going back."""
    disk = Disk()
    session = at(disk, "narrative")
    session.add(next(group.gate for group in session.groups()))
    key = session.position["at"]
    session.save_partial(["x"])
    session.back()
    assert session.begun() == {key}
    session.jump(key)
    session.remove()
    assert "unfinished" not in disk.position


def test_unfinished_text_that_did_not_change_costs_no_commit() -> None:
    """The timer may fire as often as it likes."""
    disk = Disk()
    session = at(disk, "narrative")
    session.save_partial("а")
    count = len(disk.saves)
    session.save_partial("а")
    assert len(disk.saves) == count


def test_text_is_kept_as_it_was_said() -> None:
    """NFC, and nothing else: three apostrophes stay three; control characters never get in."""
    disk = Disk()
    session = at(disk, "narrative")
    session.answer("пам'ять, пам’ять, памʼять, Ки\u0438\u0306в\x1b[31m\x00\r\nдалі")
    assert disk.values["account.narrative_original"] == "пам'ять, пам’ять, памʼять, Кийв [31m \nдалі"


# -- skip, back, jump --------------------------------------------------------------------------------------------------


def test_a_reason_stands_instead_of_a_value() -> None:
    """Refused, not asked and unknown are data; a later answer replaces the reason."""
    disk = Disk()
    session = at(disk, "prior_accounts")
    session.skip("відмова")
    nil = "account.nil.account.prior_accounts"
    assert disk.values[nil] == "declined"
    session.jump("prior_accounts")
    session.answer("0")
    assert nil not in disk.values


@pytest.mark.parametrize("reason", ["", "99", "бо так", "0"])
def test_a_reason_that_is_not_in_the_list_is_refused(reason: str) -> None:
    """No reason of one's own making gets in."""
    session = at(Disk(), "prior_accounts")
    with pytest.raises(BadSkipReason):
        session.skip(reason)


def test_a_required_question_is_not_passed_with_enter() -> None:
    """Blank is never an answer."""
    session = at(Disk(), "prior_accounts")
    with pytest.raises(AnswerNeeded):
        session.next()


def test_skipping_a_place_takes_the_whole_place() -> None:
    """No place is left behind that nothing refers to."""
    disk = Disk()
    session = at(disk, "more")
    assert any(path.startswith("account.places.") for path in disk.values)
    session.jump(key_of(session, "place"))
    session.skip("3")
    assert not any(path.startswith("account.places.") for path in disk.values)
    assert question(session) != "place_country"


def test_back_goes_through_everything_to_the_first() -> None:
    """Back is always there, and stops at the first question."""
    session = at(Disk(), "risk_flags")
    for _ in range(20):
        session.back()
    assert question(session) == "interview_mode"


def test_back_out_of_an_empty_person_removes_them() -> None:
    """A mistaken "add one more" leaves no empty person in the record."""
    disk = Disk()
    session = at(disk, "needs+", adds="0")
    session.add("people+")
    session.back()
    assert "people" not in [repeat for repeat, ids in disk.position["members"].items() if ids]


def test_removing_a_person_removes_every_mention_of_their_id() -> None:
    """No reference is left that does not resolve (V22), and no name in the identity part."""
    disk = Disk()
    session = at(disk, "when", victims="2")
    person = disk.values[f"account.incidents.{disk.position['members']['incidents'][0]}.victim_ids"][0]
    session.jump(key_of(session, "person_roles"))
    session.remove()
    assert person not in str(disk.values)
    assert question(session) == "people+"


def test_only_members_of_repeats_can_be_removed() -> None:
    """The person who speaks can't be taken out of their own account."""
    session = at(Disk(), "speaker_country")
    with pytest.raises(NotThere):
        session.remove()


def test_a_jump_to_nowhere_is_refused() -> None:
    """A key that this interview does not have."""
    with pytest.raises(NotThere):
        at(Disk(), "narrative").jump("no_such_question")


# -- branches ----------------------------------------------------------------------------------------------------------


def test_answers_of_a_closed_branch_are_parked_and_come_back() -> None:
    """Contact data goes aside with the permission to make contact (V12), is not exported, and returns with it."""
    disk = Disk()
    session = whole_interview(disk)
    session.jump("contact_again")
    outcome = session.answer("2")
    assert outcome.parked > 0
    testimony = parse_testimony(paths.assemble(disk.values))
    assert "+380" not in testimony.model_dump_json()
    assert rules.check(testimony, stage="seal") == ()
    session.jump("contact_again")
    session.answer("1")
    assert "+380" in parse_testimony(paths.assemble(disk.values)).model_dump_json()
    assert not any(path.startswith("parked.") for path in disk.values)


def test_a_plan_too_short_is_refused_where_it_is_typed() -> None:
    """V10 and V26 ask for a sentence: a word is refused at the question, and not first at the seal."""
    session = at(Disk(), "mitigation", risk_level="4")
    with pytest.raises(AnswerTooShort):
        session.answer("домовились")
    assert next(one.least for one in load().questions if one.id == "mitigation") == MIN_MITIGATION


def test_parked_answers_survive_a_kill() -> None:
    """Parked means kept: a resumed session restores them too."""
    disk = Disk()
    session = whole_interview(disk)
    before = dict(disk.values)
    session.jump("contact_again")
    session.answer("2")
    session = disk.session()
    session.jump("contact_again")
    session.answer("1")
    assert disk.values == before


def test_a_branch_inside_a_branch_closes_with_it() -> None:
    """Closing the outer branch parks what hangs on the inner one as well."""
    disk = Disk()
    session = whole_interview(disk, risk_level="3", mitigation="Інший номер, інша адреса, мовчання вдома")
    assert "account.risk.mitigation" in disk.values
    session.jump("risk_level")
    session.answer("1")
    assert "account.risk.mitigation" not in disk.values
    assert disk.values["parked.account.risk.mitigation"]


# -- what was understood -----------------------------------------------------------------------------------------------


def test_the_persons_words_for_a_date_are_kept_and_the_date_asked_again() -> None:
    """`після Великодня` stays as it was said; the EDTF stands beside it, and is echoed in words."""
    disk = Disk()
    session = at(disk, "when")
    assert session.answer("після Великодня").words_kept
    assert question(session) == "when"
    outcome = session.answer("~2022-04")
    assert outcome.understood == "квітень 2022, приблизно"
    assert said_when(disk) == ("2022-04~", "після Великодня")


def said_when(disk: Disk) -> tuple[object, object]:
    """The date of the first incident, and the person's words for it."""
    path = f"account.incidents.{disk.position['members']['incidents'][0]}.when"
    return disk.values.get(path), disk.values.get(f"{path}_precision_note")


@pytest.mark.parametrize(
    ("said", "year", "edtf"),
    [
        ("між 3 і 9 березня", "2022", "2022-03-03/2022-03-09"),
        ("влітку", "23-го", "2023-22"),
        ("після Великодня", "2022 року", "2022-04-24/.."),
        ("5 марта", "22-й", "2022-03-05"),
    ],
)
def test_the_year_that_was_missing_is_answered_alone(said: str, year: str, edtf: str) -> None:
    """`Якого це року?` asks for a year: it completes what was said, and never takes its place."""
    disk = Disk()
    session = at(disk, "when")
    assert session.answer(said).unclear == "no_year"
    session.answer(year)
    assert said_when(disk) == (edtf, said)


def test_a_date_does_not_outlive_the_words_it_was_read_from() -> None:
    """Other words that give no date: what stood there before was about something else."""
    disk = Disk()
    session = at(disk, "when")
    session.answer("навесні 2022")
    session.back()
    session.answer("коли зацвіли вишні")
    assert said_when(disk) == (None, "коли зацвіли вишні")


def test_words_that_gave_no_date_stay_beside_those_that_do() -> None:
    """Nothing that the person said of the time is lost by asking once more; a slip of the fingers is."""
    disk = Disk()
    session = at(disk, "when")
    session.answer("коли зацвіли вишні")
    session.answer("навсні 2022")
    session.answer("навесні 2022")
    assert said_when(disk) == ("2022-21", "навесні 2022")
    session.back()
    session.answer("коли зацвіли вишні")
    session.answer("навесні 2022")
    assert said_when(disk) == ("2022-21", "коли зацвіли вишні; навесні 2022")


@pytest.mark.parametrize(("typed", "edtf"), [("yfdtcys 2022", "2022-21"), ("24ю02ю2022", "2022-02-24")])
def test_a_date_under_the_wrong_layout(typed: str, edtf: str) -> None:
    """The same keys under another layout give a date: it is that one, and no gibberish is kept as words."""
    disk = Disk()
    at(disk, "when").answer(typed)
    found, words = said_when(disk)
    assert found == edtf
    assert words in {None, "навесні 2022"}


@pytest.mark.parametrize("typed", ["31.02.2022", "2022-13", "13/13/2022", "1899", "99"])
def test_a_date_of_digits_that_is_none_is_refused_not_kept_as_words(typed: str) -> None:
    """A slip of the fingers is not what the person said."""
    disk = Disk()
    session = at(disk, "when")
    with pytest.raises(DateNotUnderstood):
        session.answer(typed)
    assert not any(path.endswith("when_precision_note") for path in disk.values)


def test_choosing_a_victim_gives_the_role() -> None:
    """V22 asks that a victim has the role; the interviewer need not know."""
    disk = Disk()
    at(disk, "when", victims="1")
    speaker = disk.position["subjects"]["speaker"]
    assert disk.values[f"account.people.{speaker}.roles"] == ["witness", "victim"]


def test_a_place_named_before_is_taken_by_its_number() -> None:
    """The same words, another place of its own: nothing is shared that a branch could take away."""
    disk = Disk()
    session = at(disk, "incidents+")
    session.answer("1")
    answer_until(session, "place")
    session.answer("1")
    said = [value for path, value in disk.values.items() if path.endswith("text_as_said")]
    assert said == ["Каховка", "Каховка"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [("99", NoSuchChoice), ("щось не те", NoSuchChoice), ("дистанційно", ManyChoicesMatch), ("1 2", OneChoiceOnly)],
)
def test_a_choice_is_never_guessed(typed: str, error: type[Exception]) -> None:
    """Nothing, several or too many: refused, and the question stays."""
    session = Disk().session()
    with pytest.raises(error):
        session.answer(typed)
    assert question(session) == "interview_mode"


@pytest.mark.parametrize("typed", ["2", "відео", "remote, video", "Дистанционно, видео", "remote_video"])
def test_a_choice_is_taken_in_any_language(typed: str) -> None:
    """A number, a code, a part of the label in Ukrainian, Russian or English."""
    session = Disk().session()
    session.answer(typed)
    assert question(session) == "remote_alone"


def test_refusals_never_carry_what_was_typed() -> None:
    """An error may be printed or logged: what was typed is not in it."""
    session = Disk().session()
    with pytest.raises(NoSuchChoice) as refused:
        session.answer("таємниця")
    assert "таємниця" not in f"{refused.value} {refused.value.fields}"


def test_left_out_elements_of_the_consent_carry_their_reason() -> None:
    """Only exceptions are typed: the rest counts as explained, and a later yes takes the exception back."""
    disk = Disk()
    session = at(disk, "store", consent_text="8 людина попросила не читати; 13 вже знає")
    session.answer("1")
    assert len(disk.values["account.consent.explained"]) == 12
    assert disk.values["account.consent.not_explained.may_be_called"] == "людина попросила не читати"
    session.jump("consent_text")
    session.answer("так")
    assert not any("not_explained" in path for path in disk.values)


@pytest.mark.parametrize("typed", ["ні", "8", "99 бо", ""])
def test_a_consent_text_that_was_not_read_is_no_answer(typed: str) -> None:
    """No, a number without a reason and an element that is not there are refused."""
    session = at(Disk(), "consent_text")
    with pytest.raises((NotReadOut, NoSuchChoice)):
        session.answer(typed)


def test_the_consent_text_is_read_in_the_language_chosen_for_it() -> None:
    """The interviewer's screen may be Ukrainian, the text Russian, and the record names the digest of that text."""
    disk = Disk()
    session = at(disk, "consent_text", languages="2")
    asked = session.current
    assert asked is not None
    assert "Согласие" in asked.text or "согласи" in asked.text
    answer_until(session, "narrative")
    ukrainian = Disk()
    at(ukrainian, "narrative")
    assert disk.values["account.consent.form_hash"] != ukrainian.values["account.consent.form_hash"]


def test_another_language_of_the_text_is_another_text() -> None:
    """Corrected after the consent, the digest follows: a record never names a text in a language it was not read in."""
    disk = Disk()
    session = at(disk, "narrative")
    before = disk.values["account.consent.form_hash"]
    session.jump("consent_language")
    session.answer("2")
    assert disk.values["account.consent.form_hash"] != before


def test_writing_after_all_takes_the_reason_back() -> None:
    """A narrative that was skipped and then begun has no reason for its absence any more, not even unfinished."""
    disk = Disk()
    session = at(disk, "narrative")
    session.skip("declined")
    session.jump("narrative")
    session.save_partial("Усе ж")
    assert not any(path.startswith("account.nil.") for path in disk.values)


# -- drafts from elsewhere ---------------------------------------------------------------------------------------------


def test_a_draft_from_a_document_can_be_gone_through() -> None:
    """`add` writes values and no position: its people, incidents and needs are found, and nothing is lost."""
    written = Disk()
    whole_interview(written)
    document = paths.flatten(paths.assemble(written.values))
    disk = Disk()
    disk.values = dict(document)
    session = disk.session()
    assert session.consented
    assert gaps(session) == []
    session.jump(key_of(session, "person_sex"))
    session.answer("1")
    people = paths.assemble(disk.values)["account"]["people"]
    assert [person.get("sex") for person in people].count("female") == 1
    assert len(people) == 2


def test_an_older_position_resumes_at_what_is_missing() -> None:
    """A question that a newer form no longer has: the first one without an answer is shown, not a guess."""
    disk = Disk()
    at(disk, "prior_accounts")
    disk.position["at"] = "a_question_of_another_version"
    assert question(disk.session()) == "prior_accounts"


def test_facts_that_the_laptop_does_not_know_are_left_out() -> None:
    """Before enrolment there is no code: the field stays empty, and is not filled with a placeholder."""
    disk = Disk()
    session = Session(load(), {}, Host(disk.save, lambda: NOW), lang="uk")
    answer_until(session, "narrative")
    assert "account.interview.interviewer_code" not in disk.values
    assert "{" not in str(list(disk.values.values())).replace("{'role", "")


def test_the_language_can_change_in_the_middle() -> None:
    """Labels follow at once; what was answered does not change."""
    session = at(Disk(), "languages")
    session.lang = "en"
    asked = session.current
    assert asked is not None
    assert asked.label == "In which languages does the person speak?"
