"""Where the rules draw their lines: what they refuse next to what they let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from intake.records.context import Beside
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from tests.worlds.broken import (
    HASHES,
    ITEM,
    OTHER,
    both,
    child,
    contact,
    custody,
    evidence,
    flags,
    of_teller,
    put,
    with_person,
    without,
    words,
)
from tests.worlds.records import changed, made_id, made_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.records.context import Stage

Json = Any
GOOD = made_up()
TELLER, VICTIM = (person["id"] for person in GOOD["account"]["people"])
FULL = put(account__account_mode="full_account", account__read_back="yes", account__interview__trained_full=True)


def met(rule: str, *changes: Callable[[Json], Json], stage: Stage = "seal", **more: Any) -> list[str]:
    """The fields that one rule names."""
    found = check(parse_testimony(both(*changes)(GOOD)), stage=stage, **more)
    return [one.field for one in found if one.rule == rule]


# -- children ----------------------------------------------------------------------------------------------------------


def test_v04_a_good_guardian_passes() -> None:
    """The neighbour: a guardian who is accused of nothing, and belongs to nobody."""
    assert met("V04", child) == []
    assert met("V04", child, put(account__people__2__affiliation={"actor": "act.unknown"})) == []


def test_v04_by_a_name_among_the_accused() -> None:
    """A guardian whom an incident names as its author needs no role to be refused."""
    guardian = child(GOOD)["account"]["people"][2]["id"]
    assert met("V04", child, put(account__incidents__0__alleged_perpetrator_ids=[guardian]))


def test_v05_two_modes_are_left() -> None:
    """A child alone has a search and a referral."""
    alone = both(child, put(account__consent__giver="child_alone_vital_interest"))
    for mode in ("search_only", "referral_only"):
        assert met("V05", alone, put(account__account_mode=mode)) == []
    for mode in ("first_account", "full_account"):
        assert met("V05", alone, put(account__account_mode=mode)) == ["account.account_mode"]


# -- safety ------------------------------------------------------------------------------------------------------------


def test_v06_training_opens_it() -> None:
    """Trained for it, each of the three; said to be untrained is as good as not said."""
    assert met("V06", FULL) == []
    assert met("V06", FULL, put(account__interview__trained_full=False)) == ["account.interview.trained_full"]
    assert met("V06", FULL, child) == ["account.interview.trained_child"]
    assert met("V06", FULL, child, put(account__interview__trained_child=True)) == []
    assert met("V06", FULL, put(account__incidents__0__violations=["sxv.sexual_violence"])) == [
        "account.interview.trained_sv"
    ]
    assert met("V06", FULL, put(account__incidents__0__sexual_violence={"told_by": "survivor"}))
    assert met("V06", flags("sexual_violence")) == []  # a first account asks for nothing of it


def test_v07_the_teller_is_no_group() -> None:
    """Named among those present, the one who tells is alone; a guardian who saw it too is not."""
    assert met("V07", put(account__interview__persons_present=[{"role": "witness", "person_id": TELLER}])) == []
    assert met("V07", put(account__interview__persons_present=[{"role": "guardian", "person_id": VICTIM}]))
    assert met("V07", put(account__interview__persons_present=[{"role": "support_person"}])) == []


def test_v07_a_search_is_asked_for_together() -> None:
    """Families come together where nobody tells."""
    there = put(account__interview__persons_present=[{"role": "victim"}])
    assert met("V07", there, put(account__account_mode="search_only")) == []


def test_v08_a_grown_up_stranger_interprets() -> None:
    """The neighbour; and a relation that is none."""
    assert met("V08", with_person(OTHER, roles=["interpreter"], is_child=False)) == []
    for relation, close in (("none", False), ("colleague", False), ("friend_neighbour", True), ("co_detainee", True)):
        spoken = put(account__interview__interpreter={"code": "i-1", "relation_to_person": relation})
        assert met("V08", spoken) == ["account.interview.interpreter"] * close


def test_v08_the_interpreter_of_the_consent_counts() -> None:
    """Whoever interpreted the consent is looked at, whatever their role says."""
    named = both(
        with_person(OTHER, roles=["support_person"], age_at_event=12), put(account__consent__interpreter_id=OTHER)
    )
    assert met("V08", named) == [f"account.people.{OTHER}.roles"]


def test_v09_what_was_told_to_no_authority_may_be_told() -> None:
    """Only an official account stops a full one, and only a full one."""
    official = put(account__prior_accounts=[{"to": "ins.pgo_ua", "official": True}])
    assert met("V09", official) == []
    assert met("V09", FULL, put(account__prior_accounts=[{"to": "ins.cso", "official": False}])) == []
    assert met("V09", FULL, official) == ["account.prior_accounts"]


@pytest.mark.parametrize(("text", "fields"), [("x" * 19, ["account.risk.mitigation"]), ("x" * 20, [])])
def test_v10_a_plan_is_a_sentence(text: str, fields: list[str]) -> None:
    """Twenty characters, not nineteen."""
    assert met("V10", flags("in_tot", level="extreme", mitigation=text)) == fields


def test_v11_warned_is_warned() -> None:
    """The warning that was read lets service, the front and work be told; without the flag nobody asks for it."""
    for block in ({"service": {"served": "yes"}}, {"sent_to_fight": {"sent": "yes"}}, {"labour": {"paid": "no"}}):
        told = put(**{f"account__incidents__0__{name}": value for name, value in block.items()})
        assert met("V11", told) == []
        assert len(met("V11", told, flags("self_incrimination_ua"))) == 1
        assert met("V11", told, flags("self_incrimination_ua", self_incrimination_warned=True)) == []


def test_v14_face_to_face_asks_nothing() -> None:
    """Only over a line; and who can't tell is not alone."""
    alone = {"account__interview__remote_alone_confirmed": "cannot_tell"}
    assert met("V14", put(**alone)) == []
    assert met("V14", put(account__interview__mode="remote_video", **alone))
    assert (
        met("V14", put(account__interview__mode="remote_text", account__interview__remote_alone_confirmed="yes")) == []
    )


@pytest.mark.parametrize(("end", "fields"), [("11:00:00", []), ("11:00:01", ["account.interview.pauses"])])
def test_v25_two_hours(end: str, fields: list[str]) -> None:
    """A second more than two hours without a pause; with one, no word of it."""
    lasted = put(account__interview__ended_at=f"2026-10-12T{end}Z")
    assert met("V25", lasted) == fields
    pauses = [{"from": "2026-10-12T10:00:00Z", "to": "2026-10-12T10:10:00Z"}]
    assert met("V25", lasted, put(account__interview__pauses=pauses)) == []


def test_v25_times_of_no_calendar_are_nobody_s_fault() -> None:
    """The thirty-first of February has no length."""
    ended = put(
        account__interview__started_at="2026-02-31T09:00:00Z", account__interview__ended_at="2026-02-31T19:00:00Z"
    )
    assert met("V25", ended) == []


def test_v27_a_reason_closes_too() -> None:
    """A step left out for a reason, or not answered for one."""
    assert (
        met("V27", put(account__interview__closing_done=[], account__interview__closing_reason="почалась тривога"))
        == []
    )
    excused = {"account.interview.closing_done": "not_asked"}
    assert met("V27", without("account", "interview", "closing_done"), put(account__nil=excused)) == []
    assert met("V27", without("account", "interview", "closing_done")) == ["account.interview.closing_done"]


@pytest.mark.parametrize(("day", "late"), [("2027-01-10", False), ("2027-01-11", True)])
def test_v27_ninety_days_for_a_high_risk(day: str, late: bool) -> None:
    """The ninetieth day is in time; a low risk may wait longer."""
    high = flags("in_tot", level="high", mitigation="зв'язок лише через сестру", reassess_on=day)
    assert bool(met("V27", high)) is late
    assert met("V27", flags("in_tot", level="low", reassess_on="2027-09-01")) == []


# -- numbers, names, times ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("+7 (916) 000 00 00", True),
        ("007 916 000-00-00", True),
        ("8 916 000 00 00", True),
        ("916 000 00 00", True),
        ("79160000000", True),
        ("+7-978-000-00-00", True),
        ("тел. +7 949 000 00 00, після шостої", True),
        ("071 000 00 00", True),
        ("+380 72 000 00 00", True),
        ("+380 50 000 00 00", False),
        ("050 000 00 00", False),
        ("+7 701 000 00 00", False),
        ("+48 600 000 000", False),
        ("@somebody", False),
        ("+7", False),
    ],
)
def test_v13_numbers_however_they_are_typed(value: str, says: bool) -> None:
    """Russian and occupied, in every way of writing; Ukraine, Kazakhstan and Poland are neither."""
    assert bool(met("V13", contact(value))) is says


def test_v13_never_says_the_number() -> None:
    """The finding has the person's path and no digit of the number."""
    found = check(parse_testimony(contact("+7 949 123 45 67")(GOOD)), stage="seal")
    assert "123" not in str([(one.message, one.way_on, one.fields) for one in found if one.rule == "V13"])


CLEAN = (
    "24.02.2022 о 05:30, потім 12 годин у дорозі, 350 км.",
    "Заплатили 150000 рублів за 2 роки, до 31.12.2023.",
    "Він каже: 1234 і ще 56.",
    "Дім 7/9, поверх 3; номер 101.",
    "З 2022-03-05 по 2022-04-01 нас було 27.",
    "Рахунок 4111 1111 1111 1112 ні до чого.",
    "GB00 WEST 1234 5698 7654 32 не рахунок.",
)


@pytest.mark.parametrize("text", CLEAN)
def test_v23_dates_and_sums_are_no_secrets(text: str) -> None:
    """What people count and remember is not taken for a number of theirs; a wrong check digit is no card."""
    assert met("V23", words(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "+380501234567",
        "0501234567 телефон",
        "8 916 123-45-67",
        "РНОКПП 1234567890",
        "паспорт 001234567",
        "КВ123456",
        "00 380 50 123 45 67",
        "https://example.org",
        "www.example.org",
        "t.me/somebody",
        "a.b@example.com.ua",
    ],
)
def test_v23_what_may_be_followed(text: str) -> None:
    """Numbers, papers and addresses, wherever they stand in a text."""
    assert met("V23", words(f"Вони сказали: {text}, і пішли.")) == ["account.narrative_original"]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Олена", "Оленою", True),
        ("Ольга", "Ользі", True),
        ("Коваленко", "Коваленкові", True),
        ("Литвин", "Литвина", True),
        ("Середа", "Середою", True),
        ("Сергій", "Сергієм", True),
        ("Знам’янська", "Знам'янської", True),
        ("Petro", "Petro", True),
        ("Олена", "олень", False),
        ("Олена", "Олексій", False),
        ("Марко", "Марківський", False),
        ("Іван", "Іваненків", False),
    ],
)
def test_v23_names_in_any_case(name: str, text: str, says: bool) -> None:
    """Ukrainian and Russian endings and apostrophes; other names and other words are let be."""
    document = of_teller(names=[{"full_original": name}])
    assert bool(met("V23", document, words(f"Тоді сказали: {text} піде."))) is says


def test_v23_looks_into_every_text_once() -> None:
    """A place, a note, a reason for a warning: each is named by its path, and never quoted."""
    document = both(
        put(account__places__0__text_as_said="дім, 050 123 45 67"),
        put(account__incidents__0__coercion_statement="дзвони 050 123 45 67"),
        put(account__reasons=[{"rule": "V25", "field": "account.interview", "reason": "подзвонила 050 123 45 67"}]),
    )(GOOD)
    found = [one for one in check(parse_testimony(document), stage="seal") if one.rule == "V23"]
    assert {one.field.rsplit(".", 1)[1] for one in found} == {"text_as_said", "coercion_statement", "reason"}
    assert "050" not in str([(one.field, one.message, one.way_on, one.fields) for one in found])


def test_v23_waits_for_names_that_are_sealed() -> None:
    """Who can't open the identity part knows no names; who opens it later finds them in the account."""
    document = both(of_teller(names=[{"full_original": "Олена"}]), words("Була там Олена."))(GOOD)
    account = parse_testimony({"account": document["account"]})
    assert check(account, stage="import", identity_sealed=True) == ()
    opened = check(parse_testimony(document), stage="import", account_checked=True)
    assert [(one.rule, one.field) for one in opened] == [("V23", "account.narrative_original")]


def test_v18_a_later_word_does_not_make_the_telling_late() -> None:
    """What is added to the narrative afterwards moves its event, not the event of its style."""
    incident = GOOD["account"]["incidents"][0]["id"]
    counted = {"account.consent.obtained_at": 1, "account.narrative_style": 5, f"account.incidents.{incident}.when": 7}
    assert met("V18", events=counted | {"account.narrative_original": 9}) == []
    assert met("V18", events=counted | {"account.narrative_original": 9, "account.narrative_style": 8})


def test_v18_one_code_before_the_words_is_enough() -> None:
    """What is added to an incident later does not hide that its coding began before the account."""
    incident = f"account.incidents.{GOOD['account']['incidents'][0]['id']}"
    counted = {f"{incident}.violations": 3, "account.narrative_style": 5, f"{incident}.when": 7}
    assert met("V18", events=counted) == [incident]


@pytest.mark.parametrize(
    ("when", "fields"),
    [
        ("2026-10-12", 0),
        ("2026-10-13", 1),
        ("2014-02-20", 0),
        ("2014-02-19", 1),
        ("2014", 0),
        ("2013/2014", 0),
        ("2026-10~", 0),
    ],
)
def test_v19_only_what_cannot_be(when: str, fields: int) -> None:
    """The interview's day and the first of the occupation are in; a vague date counts as the likeliest it may mean."""
    assert len(met("V19", put(account__incidents__0__when=when))) == fields


@pytest.mark.parametrize(
    ("born", "age", "says"),
    [
        ("1979-01", 44, False),
        ("1979-01", 45, False),
        ("1979-01", 43, False),
        ("1979-01", 47, True),
        ("1979-01", 41, True),
    ],
)
def test_v21_a_year_is_forgiven(born: str, age: int, says: bool) -> None:
    """In May 2023 somebody born in January 1979 was 44: a year more or less passes, three do not."""
    document = changed(GOOD, account__people__1__age_at_event=age)
    document["identity"]["persons"][1]["birth_date"] = born
    assert bool([one for one in check(parse_testimony(document), stage="seal") if one.rule == "V21"]) is says


def test_v21_one_incident_that_fits_is_enough() -> None:
    """An age is said of one of the times; nobody is asked why it differs at the others."""
    incident = GOOD["account"]["incidents"][0]
    later = incident | {"id": made_id("later"), "when": "2014-06"}
    document = changed(GOOD, account__incidents=[incident, later])
    document["identity"]["persons"][1]["birth_date"] = "1979-01"
    assert met("V21", lambda _good: document) == []


# -- evidence, consent -------------------------------------------------------------------------------------------------


def test_v17_what_is_no_file_needs_no_digest() -> None:
    """A thing, and an original that was only seen; a file that is attached has its digest from the vault."""
    bare = both(evidence(), without("account", "evidence", "0", "sha256"))
    assert met("V17", bare) == [f"account.evidence.{ITEM}.sha256"]
    assert met("V17", bare, put(account__evidence__0__type="physical_object")) == []
    assert met("V17", bare, put(account__evidence__0__is_original="original_seen_not_kept")) == []
    assert met("V17", bare, beside=Beside(files={ITEM: HASHES[0]})) == []


def test_v17_a_custody_that_hangs_together() -> None:
    """Each step from what the one before left; one that measured nothing breaks nothing; equal times are in order."""
    steps: tuple[dict[str, str], ...] = (
        {"hash_after": HASHES[0]},
        {},
        {"hash_before": HASHES[0], "hash_after": HASHES[1]},
        {"hash_before": HASHES[1]},
    )
    assert met("V17", custody(*steps)) == []
    at = {"at": "2026-10-12T09:00:00Z"}
    assert met("V17", custody(at, at)) == []
    assert met("V17", custody({"hash_before": HASHES[1]})) == [f"account.evidence.{ITEM}.custody"]


def test_v30_a_named_earlier_case_is_no_repeat() -> None:
    """A second interview that says which was the first is known to be one."""
    beside = Beside(repeats=("742-118-365-8",))
    assert met("V30", beside=beside) == [f"identity.persons.{TELLER}.names"]
    assert met("V30", put(account__interview__earlier_case="742-118-365-8"), beside=beside) == []


def test_v30_names_a_few_of_many() -> None:
    """A common name in a large file would name hundreds of cases, in every line of it."""
    known = tuple(f"case-{n}" for n in range(300))
    found = check(parse_testimony(GOOD), stage="add", beside=Beside(repeats=known))
    (said,) = [one.fields["cases"] for one in found if one.rule == "V30"]
    assert said == "case-0, case-1, case-2, case-3, case-4, …"


@pytest.mark.parametrize(
    "text", ["a" * 400_000 + " @", "a@" * 200_000, "0 " * 200_000, "4-" * 200_000, "AB12" * 100_000]
)
def test_v23_ends_on_any_text(text: str) -> None:
    """A text made to be slow for patterns is read once; who doubts it, multiplies and waits."""
    assert set(met("V23", words(text))) <= {"account.narrative_original"}
