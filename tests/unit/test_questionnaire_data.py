"""The first_account questionnaire as data: its order, its words, its fit with the record, and what a bad file meets."""

from __future__ import annotations

import re

import pytest

from intake import vocabulary
from intake.errors import QuestionnaireFault, UnknownQuestionnaire
from intake.questionnaire.kinds import KINDS
from intake.questionnaire.model import NOTHING, Question, Words, digest, load, parse, shipped
from intake.records import paths, rules
from intake.records.testimony import parse_testimony
from tests.worlds.questionnaire import Disk, answer_until, gaps, whole_interview

FORM = load()


def test_a_first_account_passes_the_rules_of_sealing() -> None:
    """Answering every required question gives a testimony that validates and that no rule stops: the ten minutes."""
    disk = Disk()
    session = whole_interview(disk)
    testimony = parse_testimony(paths.assemble(disk.values))
    assert session.current is None
    assert gaps(session) == []
    assert rules.check(testimony, stage="seal") == ()
    assert rules.check(testimony, stage="add") == ()


def test_required_alone_are_enough() -> None:
    """Without a single optional answer, person or need it seals too: nothing is asked "for completeness"."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "people+")
    session.answer("2")
    answer_until(session, "needs+")
    session.answer("2")
    answer_until(session)
    assert rules.check(parse_testimony(paths.assemble(disk.values)), stage="seal") == ()


def test_a_missing_required_answer_is_named_by_the_rules() -> None:
    """What the questionnaire requires is what V26 requires: a place left out is found by both."""
    disk = Disk()
    session = disk.session()
    answer_until(session, "place")
    session.jump(next(line.key for line in session.review() if line.key.startswith("wishes")))
    answer_until(session)
    assert [key.split("@")[0] for key in gaps(session)] == ["place"]
    findings = rules.check(parse_testimony(paths.assemble(disk.values)), stage="seal")
    assert {(finding.rule, finding.field.rsplit(".", 1)[1]) for finding in findings} == {("V26", "place_id")}


def test_the_order_is_the_safeguard() -> None:
    """Safety, consent, own words, and only then the coding."""
    order = [section.id for section in FORM.sections]
    assert order == [
        *("safety", "consent", "before", "narrative", "who", "what", "where", "detail", "facts", "search", "needs"),
        *("contact", "closing"),
    ]
    ids = [question.id for question in FORM.questions]
    opens = next(question.id for question in FORM.questions if question.opens)
    assert ids.index(opens) < ids.index("narrative") < ids.index("violations")


def test_nothing_of_content_or_identity_is_asked_before_consent() -> None:
    """What stands before the opening question is about safety, consent and age only."""
    before = FORM.questions[: next(n for n, question in enumerate(FORM.questions) if question.opens)]
    allowed = re.compile(
        r"account\.(interview|risk|consent|language_of_account|people\.\{(speaker|guardian)\}\.(is_child|looks_under_18))"
        r"|form\."
    )
    assert [question.maps_to for question in before if not allowed.match(question.maps_to)] == []
    assert {question.part for question in before} == {"account"}


def test_every_word_is_there_in_three_languages() -> None:
    """No label is empty, and a hint or help that exists exists in all three."""
    for question in FORM.questions:
        assert all((question.label.uk, question.label.ru, question.label.en)), question.id
        for words in (question.hint, question.help, question.none or NOTHING, *(o.label for o in question.options)):
            assert len({bool(words.uk), bool(words.ru), bool(words.en)}) == 1, question.id


def test_no_two_questions_write_one_field() -> None:
    """Two questions on one path would park each other's answers."""
    targets = [question.maps_to for question in FORM.questions]
    assert len(targets) == len(set(targets))


def test_conditions_look_at_answers_of_earlier_questions() -> None:
    """A condition on a path that nobody writes, or only later, would hide a question for good."""
    written: set[str] = set()
    for question in FORM.questions:
        own = question.relevant.paths() if question.relevant else frozenset()
        offered = frozenset().union(*(condition.paths() for condition in question.only_when.values()))
        assert own | offered <= written, question.id
        written.update(question.paths)


def test_identity_has_its_own_part() -> None:
    """Every question into the identity part says so; no account question writes there."""
    for question in FORM.questions:
        assert question.maps_to.startswith("identity.") == (question.part == "identity"), question.id


def test_each_kind_is_in_the_table_and_used_kinds_exist() -> None:
    """A question can't name a kind that no class answers."""
    assert {question.type for question in FORM.questions} <= set(KINDS)


def test_lists_are_those_of_the_vocabulary() -> None:
    """Families exist, and no deprecated or unknown code is offered."""
    for question in FORM.questions:
        if question.vocabulary:
            assert set(question.only) <= set(vocabulary.family(question.vocabulary)), question.id


def test_the_digest_is_of_the_bytes() -> None:
    """A draft is pinned to the very bytes of its questionnaire."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest())


@pytest.mark.parametrize("name", ["full_account_2099", "../first_account", "", "a/b"])
def test_an_unknown_questionnaire_is_refused(name: str) -> None:
    """A draft of a form this program does not carry is kept, not opened with another form; a path is no name."""
    with pytest.raises(UnknownQuestionnaire):
        shipped(name)


GOOD = shipped("first_account").decode()


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"this is not toml",
        b"[" * 5000,
        GOOD.replace("intake-questionnaire/1", "intake-questionnaire/2").encode(),
        GOOD.replace("opens = true\n", "").encode(),
        GOOD.replace('section = "narrative"', 'section = "nowhere"', 1).encode(),
        GOOD.replace('type = "narrative"', 'type = "telepathy"').encode(),
        GOOD.replace('vocabulary = "sex"', 'vocabulary = "sex"\noptions = 3').encode(),
        GOOD.replace('only = ["interpreter"', 'only = ["nobody_knows"').encode(),
        GOOD.replace('vocabulary = "sex"', 'vocabulary = "no_such_family"').encode(),
        GOOD.replace('maps_to = "account.narrative_original"', 'maps_to = "identity.narrative"').encode(),
        GOOD.replace('mode", is = "in_person" }', 'mode", is = "in_person", has = "b" }').encode(),
        GOOD.replace('id = "recorded"', 'id = "languages"').encode(),
        GOOD.replace('id = "narrative"\nsection', 'id = "narrative"\neval = "1+1"\nsection').encode(),
        b"#" * ((1 << 20) + 1),
    ],
)  # fmt: skip
def test_a_questionnaire_that_does_not_hold_together_is_refused(data: bytes) -> None:
    """Any bytes end in a questionnaire or in QuestionnaireFault: nothing half-understood is ever asked."""
    with pytest.raises(QuestionnaireFault):
        parse(data)


def test_a_question_can_not_choose_without_choices() -> None:
    """A choosing question without a list is a fault of the file, found when it is loaded."""
    words = Words(uk="а", ru="а", en="a")
    with pytest.raises(ValueError, match="choices"):
        Question(id="q", section="s", type="choose", maps_to="account.x", label=words)
