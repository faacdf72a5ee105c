"""Every sentence of the table has a testimony that it refuses, at every stage of its rule, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from intake.records.context import NOTHING_BESIDE
from intake.records.paths import flatten
from intake.records.rules import STOPS_INTERRUPTED, check, marks_of, stops, warnings
from intake.records.rules_table import RULES
from intake.records.testimony import parse_testimony
from tests.worlds.broken import BESIDE, BROKEN, events
from tests.worlds.records import changed, made_up

if TYPE_CHECKING:
    from intake.records.context import Stage
    from intake.records.faults import Finding

GOOD = made_up()
BY_ID = {rule.id: rule for rule in RULES}
ONLY_AT: dict[tuple[str, str], frozenset[Stage]] = {
    ("V10", "mitigation"): frozenset({"add", "seal", "import"}),
    ("V10", "share"): frozenset({"share"}),
    ("V17", "no_file"): frozenset({"import"}),
    ("V18", "codes_first"): frozenset({"draft", "seal"}),
    ("V27", "reassess"): frozenset({"seal"}),
    ("V27", "late"): frozenset({"seal"}),
    ("V29", "erased"): frozenset({"share"}),
    ("V29", "hold"): frozenset({"amend"}),
}
"""Sentences that are said at some stages of their rule only."""
WHERE = [(key, stage) for key in BROKEN for stage in sorted(ONLY_AT.get(key, BY_ID[key[0]].stages))]


def found(key: tuple[str, str], stage: Stage) -> tuple[Finding, ...]:
    """What the broken testimony meets at a stage."""
    return asked(key, BROKEN[key](GOOD), stage)


def asked(key: tuple[str, str], document: Any, stage: Stage) -> tuple[Finding, ...]:
    """What a document meets with the order and the surroundings of that fault."""
    beside = BESIDE.get(key, NOTHING_BESIDE)
    return check(parse_testimony(document), stage=stage, events=events(key, document), beside=beside)


def test_every_sentence_has_its_broken_testimony() -> None:
    """A rule or a sentence that is added without one fails here."""
    assert set(BROKEN) == {(rule.id, says) for rule in RULES for says in rule.says}
    assert [rule.id for rule in RULES[:-1]] == [f"V{number:02}" for number in range(1, 31)]


@pytest.mark.parametrize(("key", "stage"), WHERE, ids=lambda one: "-".join(one) if isinstance(one, tuple) else one)
def test_each_sentence_is_said(key: tuple[str, str], stage: Stage) -> None:
    """The rule speaks with that very sentence, at its level, and its fields are all filled."""
    rule, says = key
    said = BY_ID[rule].says[says]
    mine = [one for one in found(key, stage) if (one.rule, one.message) == (rule, said.message)]
    assert mine
    for one in mine:
        assert one.level == said.level
        assert one.way_on.format(**one.fields)
        assert "{" not in one.message.format(**one.fields)


@pytest.mark.parametrize(("key", "stage"), WHERE, ids=lambda one: "-".join(one) if isinstance(one, tuple) else one)
def test_each_fault_is_told_alone(key: tuple[str, str], stage: Stage) -> None:
    """One fault is one rule's: what was broken for it offends no other, so that no refusal hides behind another."""
    allowed = {key[0], *ALSO.get(key, ())}
    assert {one.rule for one in found(key, stage)} <= allowed


ALSO = {
    ("V05", "alone"): {"V03"},  # without a guardian both are said: who decides, and which mode is left
    ("V10", "share"): {"V16"},
    ("V15", "sealed_source"): {"V16"},
    ("V29", "erased"): {"V16"},
    ("V26", "teller"): {"V22", "V30"},
}
"""Rules that one fault breaks together."""


@pytest.mark.parametrize("stage", ["draft", "add", "seal", "import", "amend"])
def test_the_whole_one_passes(stage: Stage) -> None:
    """The neighbour of them all breaks nothing."""
    assert check(parse_testimony(GOOD), stage=stage) == ()


@pytest.mark.parametrize("key", [key for key in BROKEN if BY_ID[key[0]].says[key[1]].level == "warn"], ids="-".join)
def test_a_warning_with_a_reason_stands(key: tuple[str, str]) -> None:
    """It stops nothing by itself; a reason for its rule and field silences it, a reason for another field does not."""
    document = BROKEN[key](GOOD)
    first = asked(key, document, "seal")
    assert stops(first, interrupted=False) == ()
    assert warnings(first) == first
    reasons = [{"rule": one.rule, "field": one.field, "reason": "так було"} for one in first]
    assert asked(key, changed(document, account__reasons=reasons), "seal") == ()
    elsewhere = [one | {"field": "account.risk"} for one in reasons]
    assert asked(key, changed(document, account__reasons=elsewhere), "seal") == first


@pytest.mark.parametrize("key", [key for key in BROKEN if BY_ID[key[0]].says[key[1]].level == "block"], ids="-".join)
def test_no_reason_lets_a_block_stand(key: tuple[str, str]) -> None:
    """What blocks is not talked away."""
    rule = BY_ID[key[0]]
    stage = next(iter(ONLY_AT.get(key, rule.stages)))
    first = [one for one in found(key, stage) if one.rule == rule.id]
    reasons = [{"rule": one.rule, "field": one.field, "reason": "так було"} for one in first if one.rule != "shape"]
    document = changed(BROKEN[key](GOOD), account__reasons=reasons)
    assert [one for one in asked(key, document, stage) if one.rule == rule.id] == first


@pytest.mark.parametrize("key", [key for key in BROKEN if "seal" in BY_ID[key[0]].stages], ids="-".join)
def test_cut_short_only_four_rules_stop(key: tuple[str, str]) -> None:
    """Interrupted, every other fault is a mark with its rule and its field."""
    if "seal" not in ONLY_AT.get(key, {"seal"}):
        return
    findings = found(key, "seal")
    assert {one.rule for one in stops(findings, interrupted=True)} <= STOPS_INTERRUPTED
    marked = {(one.rule, one.field) for one in marks_of(findings)}
    assert marked == {(one.rule, one.field) for one in findings if one.rule not in STOPS_INTERRUPTED}


def test_a_document_counts_its_consent_and_its_words_first() -> None:
    """What `add` stores has the order that V02 and V18 ask for, whatever order the file had."""
    paths = list(flatten(GOOD))
    counted = {path: number for number, path in enumerate(paths, start=1)}
    assert check(parse_testimony(GOOD), stage="seal", events=counted) == ()
