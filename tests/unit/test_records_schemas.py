"""The published schemas are what the models say, and an independent validator agrees with them on the examples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from tools import schemas

from intake import vocabulary
from intake.errors import BadTestimony, RecordFault
from intake.records.record import KINDS, Digests, FilePart, Sealing, build_full, parse_record
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from tests.worlds.records import changed, made_id, made_up

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = schemas.FOLDER.parent / "examples"
VECTORS = schemas.FOLDER.parent / "tests" / "vectors" / "bundle" / "receipt"
WHOLE = json.loads((EXAMPLES / "testimony.json").read_text(encoding="utf-8"))
LINES = [json.loads(line) for line in (EXAMPLES / "testimonies.jsonl").read_text(encoding="utf-8").splitlines()]
MODES = {
    mode: json.loads((EXAMPLES / f"{mode}.json").read_text(encoding="utf-8"))
    for mode in ("search_only", "referral_only", "full_account")
}
LATER = sorted((EXAMPLES / "kinds").glob("*.json"))


def validator(name: str) -> Draft202012Validator:
    """The committed schema in a validator that is not ours."""
    return Draft202012Validator(json.loads((schemas.FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def built() -> dict[str, Any]:
    """Record and identity part of the long example, as parsed JSON."""
    files = [FilePart(made_id("x"), "account", "1" * 64, 5, "image/jpeg", "x.jpg", "photo")]
    made = build_full(parse_testimony(WHOLE), Sealing("a" * 64, "d-1", "742-118-365-8", made_id(1), Digests(), files))
    return {"record-v1": json.loads(made.record), "identity-v1": json.loads(made.identity or b"")}


@pytest.mark.parametrize("name", [*schemas.SCHEMAS, schemas.LIVING])
def test_what_is_committed_is_what_the_models_say(name: str) -> None:
    """A changed model with an unchanged schema fails here: run tools/schemas.py."""
    assert (schemas.FOLDER / f"{name}.json").read_text(encoding="utf-8") == schemas.text(name)


@pytest.mark.parametrize("name", [*schemas.SCHEMAS, schemas.LIVING])
def test_a_schema_is_one(name: str) -> None:
    """Valid by its own standard, with a name, and closed: no object of ours takes unknown keys."""
    held = validator(name)
    Draft202012Validator.check_schema(held.schema)
    assert held.schema["$id"].endswith(f"/{name}.json")
    objects = [held.schema, *held.schema.get("$defs", {}).values()]
    assert all(one["additionalProperties"] is False for one in objects if "properties" in one)


@pytest.mark.parametrize("document", [WHOLE, *LINES, *MODES.values()])
def test_the_examples_are_whole(document: Any) -> None:
    """Schema, models and every rule of `add` and `seal` take them."""
    assert list(validator("testimony-v1").iter_errors(document)) == []
    for stage in ("add", "seal"):
        assert check(parse_testimony(document), stage=stage) == ()


def test_there_is_an_example_of_every_mode() -> None:
    """The fourth is the long one, a first account."""
    taken = {one["account"]["account_mode"] for one in (WHOLE, *MODES.values())}
    assert taken == set(vocabulary.codes("account_mode"))
    assert all(one["account"]["account_mode"] == mode for mode, one in MODES.items())


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.stem)
def test_the_examples_of_later_kinds_are_records(path: Path) -> None:
    """Their schema and the reader take them as they stand; neither takes one more key, nor a body of another kind."""
    data = path.read_bytes()
    value = json.loads(data)
    record = parse_record(data)
    held = validator(f"{record.kind}-v1")
    assert list(held.iter_errors(value)) == []
    for spoilt in ({**value, "extra": 1}, {**value, "body": {**value["body"], "extra": 1}}):
        assert list(held.iter_errors(spoilt))
        with pytest.raises(RecordFault):
            parse_record(json.dumps(spoilt).encode())


def test_there_is_an_example_of_every_kind() -> None:
    """One of each that comes after a testimony, and an addendum by the case code alone."""
    kinds = [parse_record(path.read_bytes()).kind for path in LATER]
    assert set(kinds) == set(KINDS) - {"full"}
    assert len(kinds) == len(KINDS)


def test_the_examples_are_several_stories() -> None:
    """Eight lines of different length, across the kinds of violations of the articles."""
    families = {
        code.split(".")[0] for one in LINES for act in one["account"].get("incidents", []) for code in act["violations"]
    }
    assert len(LINES) == 8
    assert families >= {"cit", "acc", "mob", "det", "dep", "chd", "tor", "fam"}
    assert len({len(json.dumps(one)) for one in LINES}) == len(LINES)


def test_a_receipt_and_a_search_validate() -> None:
    """The frozen receipt of the bundle's vectors, and a search request of the examples; neither with a key more."""
    receipt = json.loads((VECTORS / "receipt.json").read_text(encoding="utf-8"))
    search = MODES["search_only"]["account"]["searches"][0]
    for name, value in (("receipt-v1", receipt), ("search-request-v1", search)):
        assert list(validator(name).iter_errors(value)) == []
        assert list(validator(name).iter_errors({**value, "extra": 1}))


def test_what_was_released_never_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each schema that a release noted has the shape that it had; one that lost or won a field is found."""
    assert {name: schemas.shape_digest(name) for name in schemas.released()} == schemas.released()
    for path in (*schemas.FOLDER.glob("*.json"), schemas.RELEASED):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(schemas, "FOLDER", tmp_path)
    monkeypatch.setattr(schemas, "RELEASED", tmp_path / "released.toml")
    monkeypatch.setattr("sys.argv", ["schemas", "--release"])
    assert schemas.main() == 0
    noted = schemas.released()
    assert set(noted) == set(schemas.SCHEMAS)
    for name, grown in (("record-v1", {"new": {"type": "string"}}), ("testimony-v1", {})):
        held = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        held["$defs"]["Incident"]["properties"] |= grown
        held["$defs"]["Incident"]["properties"]["violations"]["items"]["enum"] = ["mob.from_next_year"]
        (tmp_path / f"{name}.json").write_text(json.dumps(held), encoding="utf-8")
    assert schemas.shape_digest("record-v1") != noted["record-v1"]
    assert schemas.shape_digest("testimony-v1") == noted["testimony-v1"]  # a term more is no other shape


@pytest.mark.parametrize("name", ["record-v1", "identity-v1"])
def test_what_we_build_is_what_we_publish(name: str) -> None:
    """The bytes of a sealed record validate against the published schema; an unknown key does not."""
    value = built()[name]
    assert list(validator(name).iter_errors(value)) == []
    assert list(validator(name).iter_errors({**value, "extra": 1}))
    assert list(validator(name).iter_errors({**value, "salt": "00"}))


BROKEN: dict[str, dict[str, Any]] = {
    "an unknown violation": {"account__incidents__0__violations": ["mob.from_next_year"]},
    "an unknown scope": {"account__consent__decisions": {"share_all": {"decision": "given"}}},
    "a name in the account": {"account__people__0__names": ["Н."]},
    "a number for text": {"account__narrative_original": 1},
    "an id that is none": {"account__people__0__id": "1"},
    "a local time": {"account__interview__started_at": "2026-10-12T09:00:00+03:00"},
    "an age of 300": {"account__people__0__age_at_event": 300},
}


@pytest.mark.parametrize("fault", BROKEN)
def test_both_refuse_what_is_broken(fault: str) -> None:
    """Schema and models draw the same line."""
    document = changed(made_up(), **BROKEN[fault])
    assert list(validator("testimony-v1").iter_errors(document))
    try:
        assert check(parse_testimony(document), stage="add")
    except BadTestimony as refused:
        assert refused.findings  # noqa: PT017  one of the two ways to be refused


def test_a_new_term_shows_up_in_the_schema() -> None:
    """One entry of one vocabulary file is all: the schema of what is typed lists the family's codes."""
    listed = schemas.schema("testimony-v1")["$defs"]["Incident"]["properties"]["violations"]["items"]["enum"]
    assert listed == sorted(vocabulary.family("violation"))
    kept = schemas.schema("record-v1")["$defs"]["Incident"]["properties"]["violations"]["items"]
    assert "enum" not in kept
    assert kept["x-vocabulary"] == ["violation"]
