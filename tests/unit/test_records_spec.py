"""The record's spec is not prose about the code: its example is built, its rules and fields are looked up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

from intake.crypto.hashing import digest
from intake.records import consent_text
from intake.records.fields import Model
from intake.records.incident import Incident
from intake.records.kinds import DecisionKind, Effect, RequestedBy
from intake.records.record import KINDS, BuiltRecord, Digests, Sealing, build_full, parse_full, parse_identity
from intake.records.required import REQUIRED
from intake.records.rules import check
from intake.records.rules_table import RULES
from intake.records.testimony import parse_testimony

SPEC = (Path(__file__).parents[2] / "docs" / "spec" / "record-v1.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)\n```$", SPEC, re.MULTILINE | re.DOTALL)


def example() -> BuiltRecord:
    """The record that the spec's testimony becomes."""
    sealing = Sealing(
        org="a" * 64,
        author="d-3",
        case="742-118-365-8",
        id="d4776cf1-aa03-4802-9b0e-6cc4a67989d3",
        digests=Digests(consent_text=consent_text.text_digest("uk")),
        salt=bytes(range(32)),
        identity_salt=bytes(range(32, 64)),
    )
    return build_full(parse_testimony(json.loads(BLOCKS[0])), sealing)


def test_the_worked_example_is_what_the_program_writes() -> None:
    """Byte for byte, and both digests."""
    built = example()
    assert [BLOCKS[1].encode(), BLOCKS[2].encode()] == [built.record, built.identity]
    assert f"`{built.digest}`" in SPEC
    assert f"`{digest(BLOCKS[2].encode())}`" in SPEC


def test_the_worked_example_is_a_whole_testimony() -> None:
    """It breaks no rule, before and after."""
    assert check(parse_testimony(json.loads(BLOCKS[0])), stage="add") == ()
    record = parse_full(BLOCKS[1].encode())
    assert check(record.testimony(parse_identity(BLOCKS[2].encode())), stage="import") == ()


def test_the_spec_names_every_rule_kind_and_required_field() -> None:
    """A rule, kind or required field that is added to the code and not to the spec fails here."""
    for rule in RULES:
        assert f"| {rule.id} |" in SPEC
    for kind in KINDS:
        assert f"`{kind}`" in SPEC
    for row in REQUIRED:
        assert re.search(rf"[`.]{row.field}`", SPEC), row.field


def test_the_spec_names_every_block_of_an_incident() -> None:
    """Each block has its row; a block that is taken out of the code leaves none behind."""
    rows = set(re.findall(r"^\| `(\w+)` \|", SPEC.split("## Incidents")[1].split("## Searches")[0], re.MULTILINE))
    blocks = {name for name, info in Incident.model_fields.items() if any(map(_is_model, _parts(info.annotation)))}
    assert rows == blocks


def test_the_spec_names_every_field_of_the_later_kinds() -> None:
    """Fields, effects and kinds of decision: what is added to the code and not to the spec fails here."""
    section = SPEC.split("## Kinds")[1].split("## Folding")[0]
    for kind, model in KINDS.items():
        body = model.model_fields["body"].annotation
        if kind != "full" and isinstance(body, type):
            for field in body.model_fields:
                assert f"`{field}`" in section, (kind, field)
    for word in (*get_args(DecisionKind), *get_args(Effect), *get_args(RequestedBy)):
        assert f"`{word}`" in section, word


def _parts(annotation: object) -> list[object]:
    return [annotation, *(inner for part in get_args(annotation) for inner in _parts(part))]


def _is_model(part: object) -> bool:
    return isinstance(part, type) and issubclass(part, Model)
