"""Thirty faults in one file get thirty named refusals in one run: by line, rule and field, in each language."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from intake.i18n import LANGUAGES
from intake.records.testimony import rest_of, to_json
from intake.usecases.interview import interview
from tests.worlds.broken import BROKEN, both, of_teller, put, without
from tests.worlds.cli import Desk, seat
from tests.worlds.loop import environment
from tests.worlds.questionnaire import answer_until
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from intake.i18n import Language

GOOD = made_up()

SHAPES: dict[str, Callable[[Any], Any]] = {
    "account.?": put(account__nickname="х"),
    "account.people[0].sex": put(account__people__0__sex=7),
    "account.risk.flags": put(account__risk__flags="in_tot"),
    "account.narrative_original": put(account__narrative_original=""),
    "account.people[0].id": put(account__people__0__id="особа-1"),
    "account.interview.mode": put(account__interview__mode="Наживо!"),
    "case": lambda document: {**document, "case": "742-118-365-1"},
}
"""Faults of form, by the field that is named."""

RULES = (
    ("V01", "store"),
    ("V01", "understood"),
    ("V03", "giver"),
    ("V04", "accused"),
    ("V05", "alone"),
    ("V06", "trained_full"),
    ("V06", "trained_sv"),
    ("V07", "group"),
    ("V08", "child"),
    ("V09", "official"),
    ("V10", "mitigation"),
    ("V11", "warned"),
    ("V12", "missing"),
    ("V14", "not_alone"),
    ("V17", "missing"),
    ("V17", "times"),
    ("V20", "date"),
    ("V20", "order"),
    ("V22", "missing"),
    ("V22", "self"),
    ("V26", "empty"),
    ("V27", "closing"),
    ("shape", "code"),
)
"""Faults that rules name."""

EXPECTED = [rule for rule, _ in RULES] + ["shape"] * len(SHAPES)
DOCUMENTS = [BROKEN[key](GOOD) for key in RULES] + [change(GOOD) for change in SHAPES.values()]
FILE = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in DOCUMENTS)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A laptop."""
    return seat(tmp_path)


def test_thirty_lines_thirty_refusals(desk: Desk) -> None:
    """Each line is refused by its own rule at its own field, and not one of them is stored."""
    assert len(DOCUMENTS) == 30
    done = desk.run("laptop-1", "--json", "add", "-", stdin=FILE)
    assert done.code == 40
    refused = done.json["refused"]
    assert done.json["drafts"] == []
    assert [one["line"] for one in refused] == list(range(1, 31))
    for one, rule in zip(refused, EXPECTED, strict=True):
        assert rule in {finding["rule"] for finding in one["findings"]}
        assert all(finding["field"] and finding["message"] for finding in one["findings"])
    for one, field in zip(refused[len(RULES) :], SHAPES, strict=True):
        assert [finding["field"] for finding in one["findings"]] == [field]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_each_language(desk: Desk, lang: Language) -> None:
    """Line, rule and field stand in the text of each language, and every sentence is of that language."""
    done = desk.run("laptop-1", "add", "-", stdin=FILE, lang=lang)
    assert done.code == 40
    words = {"uk": "рядок", "ru": "строка", "en": "line"}[lang]
    assert re.findall(rf"^{words} (\d+)\b", done.err, re.MULTILINE) == [str(line) for line in range(1, 31)]
    assert set(re.findall(r"^  (V\d\d|shape) ", done.err, re.MULTILINE)) == set(EXPECTED)
    said = re.sub(r"[a-z_]+(?:[.\[\]][\w.\[\]-]+)+|sha256|SHA-256|account|JSON|intake|schema\w*", "", done.err)
    if lang != "en":
        assert not re.search(r"\b(the|this|person|answer|guardian)\b", said)


def test_one_line_tells_all_its_faults(desk: Desk) -> None:
    """Nobody mends a file one refusal at a time."""
    broken = both(
        BROKEN["V01", "understood"],
        BROKEN["V07", "group"],
        BROKEN["V20", "date"],
        BROKEN["V27", "closing"],
        without("account", "consent", "capacity"),
    )(GOOD)
    done = desk.run("laptop-1", "--json", "add", "-", stdin=json.dumps(broken))
    (refused,) = done.json["refused"]
    assert {one["rule"] for one in refused["findings"]} == {"V01", "V07", "V20", "V26", "V27"}


def test_one_document_tells_thirty_of_every_kind(desk: Desk) -> None:
    """What has no right shape hides nothing else: codes, dates and rules are told in the same run."""
    document = made_up()
    account, incident, teller = (
        document["account"],
        document["account"]["incidents"][0],
        document["account"]["people"][0],
    )
    account |= {"language_of_account": [], "account_mode": "whole", "nickname": "x", "narrative_style": 7}
    account["risk"] |= {"level": "extreme", "reassess_on": "2030-99-99", "flags": ["in_tot", "nope"]}
    account["consent"] |= {"understood": "no", "capacity": "perhaps", "giver": "neighbour", "method": "nod"}
    account["interview"] |= {"mode": "pigeon", "trained_full": "no", "closing_done": ["read_back"], "recorded": "film"}
    account["interview"] |= {"started_at": "2026-10-12T10:00:00Z", "ended_at": "2026-10-12T09:00:00Z"}
    account["interview"]["persons_present"] = [{"role": "victim"}]
    teller |= {"sex": "f", "age_at_event": -5, "current_country": "Україна", "roles": []}
    incident |= {
        "violations": ["cit.imposed"],
        "mechanisms": ["mec.nope"],
        "when": "2023-13",
        "choice_offered": "maybe",
    }
    incident |= {"actor_codes": [], "certainty_of_coder": "sure", "coded_at": "noon", "citizenship": {"basis": "born"}}
    account["needs"] = [{"id": "x"}]
    document["extra"] = True
    done = desk.run("laptop-1", "--json", "add", "-", stdin=json.dumps(document))
    (refused,) = done.json["refused"]
    told = {(one["rule"], one["field"], one["message"]) for one in refused["findings"]}
    assert len(told) >= 30
    assert {"shape", "V01", "V10", "V20", "V26", "V27"} <= {rule for rule, _, _ in told}
    assert not any(field.endswith("current_country") and rule == "V26" for rule, field, _ in told)


@pytest.mark.parametrize("value", [7, [], "x", {}, {"account": 7}, {"account": {"people": [{}, {"id": "x"}, 3]}}])
def test_what_is_left_of_anything_is_a_testimony_or_nothing(value: Any) -> None:
    """Whatever stands there, and it stays as it was."""
    before = deepcopy(value)
    rest = rest_of(value)
    assert rest is None or to_json(rest) is not None
    assert value == before


def test_a_warning_is_stored_and_told(desk: Desk) -> None:
    """It refuses nothing; stdout has the case code, stderr what will be asked, and the text itself stands nowhere."""
    document = BROKEN["V23", "phone"](GOOD)
    done = desk.run("laptop-1", "add", "-", stdin=json.dumps(document, ensure_ascii=False))
    assert done.code == 0
    assert re.fullmatch(r"\d{3}-\d{3}-\d{3}-\d\n", done.out)
    assert "V23 account.narrative_original" in done.err
    assert "000-00-00" not in done.err
    told = desk.run("laptop-1", "--json", "add", "-", stdin=json.dumps(document, ensure_ascii=False)).json["drafts"][0]
    assert [(one["rule"], one["level"]) for one in told["warnings"] if one["rule"] == "V23"] == [("V23", "warn")]


def test_a_seal_without_a_person_names_what_needs_a_reason(desk: Desk) -> None:
    """With --no-input a warning stops the seal: rule, field and both ways to give the reason; then --yes is none."""
    document = BROKEN["V23", "phone"](GOOD)
    case = desk.run("laptop-1", "add", "-", stdin=json.dumps(document, ensure_ascii=False)).out.strip()
    for way in (["--no-input"], ["--no-input", "--yes"]):
        done = desk.run("laptop-1", *way, "seal", case)
        assert done.code == 41
        assert "V23" in done.err
        assert '{"rule": "V23", "field": "account.narrative_original", "reason": "…"}' in done.err
        assert f"intake edit {case}" in done.err
    assert desk.run("laptop-1", "seal", case, stdin="так сказала сама\n").code == 0


def test_a_reason_in_the_document_is_enough(desk: Desk) -> None:
    """What a document says in account.reasons is not asked again, and goes with the record."""
    reasons = [{"rule": "V23", "field": "account.narrative_original", "reason": "номер гарячої лінії"}]
    document = both(BROKEN["V23", "phone"], put(account__reasons=reasons))(GOOD)
    added = desk.run("laptop-1", "--json", "add", "-", stdin=json.dumps(document, ensure_ascii=False)).json["drafts"][0]
    assert added["warnings"] == []
    assert desk.run("laptop-1", "--no-input", "seal", added["case"]).code == 0


def test_gaps_asks_who_may_have_been_heard_before(desk: Desk) -> None:
    """V30 by the command, as a seal would: the other case's code, in text and as JSON, and it ends well."""
    for n, name in enumerate(("Коваленко Сергій", "Сергей Коваленко")):
        document = of_teller(names=[{"full_original": name}], birth_date="1984")(made_up(n=n))
        desk.run("laptop-1", "add", "-", stdin=json.dumps(document, ensure_ascii=False))
    first, second = sorted(row["case"] for row in desk.run("laptop-1", "--json", "list").json)
    done = desk.run("laptop-1", "--json", "gaps", first)
    assert done.code == 0
    (found,) = [gap for gap in done.json["gaps"] if gap.get("rule") == "V30"]
    assert found["level"] == "warn"
    assert second in desk.run("laptop-1", "gaps", first).out


def test_show_of_an_ended_interview_says_what_is_left(desk: Desk) -> None:
    """Consent refused: the code, the day and why, and that there is nothing else."""
    with interview(environment(desk.folder / "laptop-1")) as running:
        answer_until(running.session, "prior_accounts")
        running.session.jump(running.session.opening)
        running.session.answer("2")
        running.session.stop()
    done = desk.run("laptop-1", "show", running.case, "--plaintext", lang="en")
    assert done.out.splitlines()[0] == running.case
    assert "ended: no consent. Nothing else of it is kept." in " ".join(done.out.split())
