"""The questionnaires as data: their order, their words, their fit with the record, and what a bad file meets."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from intake import vocabulary
from intake.errors import QuestionnaireFault, UnknownQuestionnaire
from intake.i18n import LANGUAGES
from intake.questionnaire.kinds import KINDS
from intake.questionnaire.model import (
    MODES,
    NOTHING,
    Question,
    Questionnaire,
    Words,
    blocks,
    composed,
    digest,
    digest_of,
    load,
    parse,
    shipped,
)
from intake.records import paths, rules
from intake.records.testimony import parse_testimony
from tests.worlds.paths import fits, rows_of
from tests.worlds.questionnaire import Disk, answer_until, gaps, whole_interview

FORMS = [load(mode) for mode in MODES]
each = pytest.mark.parametrize("form", FORMS, ids=MODES)


@pytest.mark.parametrize("mode", MODES)
def test_a_whole_interview_passes_the_rules_of_sealing(mode: str) -> None:
    """Answering every required question gives, in each mode, a testimony that validates and that no rule stops."""
    disk = Disk(mode)
    session = whole_interview(disk)
    testimony = parse_testimony(paths.assemble(disk.values))
    assert session.current is None
    assert gaps(session) == []
    assert testimony.account.account_mode == mode
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


def screens(answers: dict[str, str]) -> list[str]:
    """The questions of a first account, one screen each."""
    disk = Disk()
    session = disk.session()
    shown = []
    while session.current is not None:
        shown.append(session.current.key.split("@")[0])
        answer_until(session, answers=answers, once=True)
    assert rules.check(parse_testimony(paths.assemble(disk.values)), stage="seal") == ()
    return shown


def test_ten_minutes_stay_ten_minutes() -> None:
    """A first account with nothing added is 25 screens at most (they were 42), with one of each 45 (they were 67).

    Contact is agreed to and two recipients are asked about in both. None of the screens asks a detail of an incident.
    """
    assert len(screens({"adds": "0", "needs+": "2"})) <= 25
    with_one_each = screens({})
    assert len(with_one_each) <= 45
    sections = {one.id: one.section for one in load().questions}
    assert "detail" not in {sections.get(shown) for shown in with_one_each}


def test_what_is_taken_as_usual_stands_in_the_review_and_can_be_changed() -> None:
    """Nobody was asked; each default is shown, told from an answer, and the question is one jump away."""
    disk = Disk()
    session = whole_interview(disk)
    usual = {line.key: line for line in session.review() if line.aside}
    for name in (
        "recorded",
        "consent_language",
        "consent_method",
        "giver",
        "speaker_roles",
        "reassess_on",
        "read_back",
    ):
        assert usual[name].state == "answered", name
        assert usual[name].shown, name
    session.jump("narrative_style")
    session.answer("1")
    assert disk.values["account.narrative_style"] == "verbatim"
    assert session.current is not None
    assert session.current.key == "speaker_country"


def test_nothing_is_taken_as_usual_where_it_may_be_otherwise() -> None:
    """A child, a call, a doubt, a support person in the room, a high risk: then the question is asked."""
    for answers, asked in (
        ({"is_child": "1", "guardian_safe": "1", "child_assent": "1"}, "giver"),
        ({"present": "support_person"}, "giver"),
        ({"capacity": "2"}, "giver"),
        ({"interview_mode": "3", "remote_alone": "1"}, "consent_method"),
        ({"risk_level": "3", "mitigation": "Інший номер, інша адреса, мовчання вдома"}, "reassess_on"),
        ({"closing_done": "2 3 4", "read_back": "2", "closing_reason": "Людина поспішала"}, "read_back"),
    ):
        assert asked in screens(answers), asked
        assert asked not in screens({}), asked


@each
def test_the_order_is_the_safeguard(form: Questionnaire) -> None:
    """Safety, consent, own words, and only then the coding, in every form."""
    order = [section.id for section in form.sections]
    assert order == [
        *("safety", "consent", "before", "narrative", "who", "what", "where", "detail", "facts", "search", "needs"),
        *("contact", "closing"),
    ]
    first, last = form.questions[0], form.questions[-1]
    assert (first.section, last.section) == ("safety", "closing")


@each
def test_coding_is_never_shown_to_the_person(form: Questionnaire) -> None:
    """Every section of coding says so on each of its screens."""
    assert all(form.section(coded).note.uk for coded in ("what", "where", "detail", "facts"))


@each
def test_nothing_of_content_or_identity_is_asked_before_consent(form: Questionnaire) -> None:
    """What stands before the opening question is about safety, consent and age only."""
    before = form.questions[: next(n for n, question in enumerate(form.questions) if question.opens)]
    allowed = re.compile(
        r"account\.(interview|risk|consent|language_of_account|people\.\{(speaker|guardian)\}\.(is_child|looks_under_18))"
        r"|form\.(guardian_safe|interpreter_fit)$"
    )
    assert [question.maps_to for question in before if not allowed.match(question.maps_to)] == []
    assert {question.part for question in before} == {"account"}


@pytest.mark.parametrize(
    ("mode", "never"),
    [
        ("referral_only", ("account.narrative", "account.incidents", "account.searches", "account.places")),
        ("search_only", ("account.narrative", "account.incidents")),
        ("first_account", ("account.searches", "account.facts", "account.links")),
    ],
)
def test_a_mode_asks_no_more_than_it_is_for(mode: str, never: tuple[str, ...]) -> None:
    """Help without a story, a search without a story: the questions are not there at all."""
    form = load(mode)
    written = [path for question in form.questions for path in (question.maps_to, *question.also)]
    assert [path for path in (*written, *(repeat.list for repeat in form.repeats)) if path.startswith(never)] == []


@each
def test_every_word_is_there_in_three_languages(form: Questionnaire) -> None:
    """No label is empty, and what is said in one language is said in all three."""
    said = [("form", form.title), *((section.id, section.label) for section in form.sections)]
    said += [(question.id, question.label) for question in form.questions]
    said += [(repeat.id, words) for repeat in form.repeats if not repeat.over for words in (repeat.ask, repeat.title)]
    said += [(q.id, option.label) for q in form.questions for option in form.options(q)]
    said += [(q.id, stop.say) for q in form.questions for stop in q.stop]
    assert [where for where, words in said if not all(words.say(lang).strip() for lang in LANGUAGES)] == []
    for question in form.questions:
        for words in (question.hint, question.help, question.none or NOTHING, question.new or NOTHING):
            assert len({bool(words.say(lang)) for lang in LANGUAGES}) == 1, question.id


@each
def test_ukrainian_and_russian_are_not_mixed(form: Questionnaire) -> None:
    """No letter of the one alphabet stands in the words of the other; a copy that nobody translated would show."""
    for question in form.questions:
        for words in (question.label, question.hint, question.help, *(o.label for o in form.options(question))):
            assert not set("ыэъё") & set(words.uk.lower()), question.id
            assert not set("іїєґ") & set(words.ru.lower()), question.id


@each
def test_no_two_questions_write_one_field(form: Questionnaire) -> None:
    """Two questions on one path would park each other's answers."""
    targets = [question.maps_to for question in form.questions]
    assert len(targets) == len(set(targets))


@each
def test_conditions_look_at_answers_of_earlier_questions(form: Questionnaire) -> None:
    """A condition on a path that nobody writes, or only later, would hide a question for good."""
    written = {"host.mode", "host.trained_child", "host.trained_sv"}
    for question in form.questions:
        repeat = form.repeat(question.repeat) if question.repeat else None
        owners = [question.relevant, repeat.relevant if repeat else None, form.section(question.section).relevant]
        owners += [*question.only_when.values(), *(stop.when for stop in question.stop)]
        looked_at = frozenset().union(*(condition.paths() for condition in owners if condition))
        left_out = {"form.{incident}.more"} if form.mode == "full_account" else set()
        assert looked_at - left_out <= written, question.id
        written.update(path.replace("{answer}", "{place}") for path in question.paths)  # by `bind`


@each
def test_every_path_is_one_of_the_record(form: Questionnaire) -> None:
    """An answer that the record models have no field for would stop the sealing, an hour after it was given."""
    lists = {repeat.name: rows_of(repeat.list) for repeat in form.repeats if repeat.list}
    for question in form.questions:
        for path in (one for one in question.paths if not one.startswith("form.")):
            assert fits(path), (question.id, path)
        repeat = form.repeat(question.repeat) if question.repeat else None
        if repeat is not None and repeat.list:
            row = lists[repeat.name]
            assert row is not None
            assert question.maps_to.removeprefix(f"form.{{{repeat.name}}}.") in row.model_fields, question.id
    assert [path for path in form.facts if not fits(path)] == []


def test_a_path_that_the_record_does_not_have_is_found() -> None:
    """The check above tells: a slip of one letter is no path."""
    wrong = ("account.narative", "account.people.{p}.shoe_size", "account.people.sex", "identity.persons.{p}.phone")
    assert [path for path in wrong if fits(path)] == []


@each
def test_identity_has_its_own_part(form: Questionnaire) -> None:
    """Every question into the identity part says so; no account question writes there."""
    lists = {repeat.id: repeat.list for repeat in form.repeats}
    for question in form.questions:
        inside = question.maps_to.startswith("identity.") or lists.get(question.repeat or "", "").startswith(
            "identity."
        )
        assert inside or question.part == "account", question.id


@each
def test_kinds_and_lists_are_there(form: Questionnaire) -> None:
    """A question can't name a kind that no class answers, nor a code that is not of its family."""
    assert {question.type for question in form.questions} <= set(KINDS)
    for question in form.questions:
        own = {option.code for option in form.options(question)}
        if question.vocabulary:
            assert set(question.only) <= {*vocabulary.family(question.vocabulary), *own}, question.id
        assert set(question.only_when) <= set(question.only), question.id
        for stop in question.stop:
            assert set(stop.offers) <= set(MODES), question.id


@pytest.mark.parametrize("mode", MODES)
def test_the_shipped_forms_are_what_the_schema_says(mode: str) -> None:
    """By an independent validator: the form as it is written, and as it is composed."""
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "questionnaire-v1.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(tomllib.loads(shipped(mode).decode()))) == []
    assert list(validator.iter_errors(composed(shipped(mode)))) == []
    assert list(validator.iter_errors(tomllib.loads(shipped(mode).decode()) | {"version": "1"}))


def test_the_digest_is_of_all_bytes() -> None:
    """A draft is pinned to its form and to every block of it: another comment in the form is another digest."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest())
    assert len({digest(mode) for mode in MODES}) == len(MODES)
    assert digest_of(shipped("first_account") + b"# a comment\n") != digest()
    names = [name for name, _ in blocks(tomllib.loads(shipped("first_account").decode()))]
    assert names[0] == "sections"
    assert "consent" in names


def test_an_organisations_form_uses_our_blocks_and_its_own_words() -> None:
    """It lists blocks, leaves questions out, and puts its own in the place of ours; the order stays."""
    own = shipped("first_account").decode().replace('id = "first_account"', 'id = "kherson"')
    own = own.replace("version = 1", 'version = 7\nwithout = ["speaker_age"]')
    own += """
[[question]]
id = "speaker_sex"
section = "who"
type = "choose"
vocabulary = "sex"
maps_to = "account.people.{speaker}.sex"
label = { uk = "Стать людини", ru = "Пол человека", en = "The person's sex" }
"""
    form = parse(own.encode())
    ids = [question.id for question in form.questions]
    ours = [question.id for question in load().questions if question.id != "speaker_age"]
    assert ids == ours
    assert next(question for question in form.questions if question.id == "speaker_sex").label.uk == "Стать людини"


@pytest.mark.parametrize("name", ["full_account_2099", "../first_account", "", "a/b", "blocks/safety"])
def test_an_unknown_questionnaire_is_refused(name: str) -> None:
    """A draft of a form this program does not carry is kept, not opened with another form; a path is no name."""
    with pytest.raises(UnknownQuestionnaire):
        shipped(name)


HEAD = re.sub(r"(?s)blocks = \[.*?\]\n", "", shipped("first_account").decode())
GOOD = HEAD + "\n".join(data.decode() for _, data in blocks(tomllib.loads(shipped("first_account").decode())))


def test_a_form_may_be_one_file() -> None:
    """What the next test breaks is whole before it is broken."""
    assert [q.id for q in parse(GOOD.encode()).questions] == [q.id for q in load().questions]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"this is not toml",
        b"[" * 5000,
        b"blocks = 3",
        b'blocks = ["../../secrets"]',
        b'question = "none"',
        GOOD.replace("intake-questionnaire/1", "intake-questionnaire/2").encode(),
        GOOD.replace("opens = true\n", "").encode(),
        GOOD.replace('section = "narrative"', 'section = "nowhere"', 1).encode(),
        GOOD.replace('type = "narrative"', 'type = "telepathy"').encode(),
        GOOD.replace('vocabulary = "sex"', 'vocabulary = "sex"\noptions = 3').encode(),
        GOOD.replace('only = ["interpreter"', 'only = ["nobody_knows"').encode(),
        GOOD.replace('vocabulary = "sex"', 'vocabulary = "no_such_family"').encode(),
        GOOD.replace('list = "countries"', 'list = "planets"', 1).encode(),
        GOOD.replace('repeat = "people"', 'repeat = "crowds"', 1).encode(),
        GOOD.replace('within = "incidents"', 'within = "accidents"', 1).encode(),
        GOOD.replace('mode = "first_account"', 'mode = "interrogation"').encode(),
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
