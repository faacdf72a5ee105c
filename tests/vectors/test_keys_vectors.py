"""Every vector of tests/vectors/keys ends as it says, by the rule it is named after (docs/spec/keys-v1.md)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from intake.errors import IntakeError
from intake.keys.directory import check_succession, parse_directory
from intake.keys.recipients import parse_recipients
from intake.keys.times import parse_json_time
from intake.keys.trust import Trust, load_root

FOLDER = Path(__file__).parent / "keys"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "base")
UNDECIDED = {"K24", "K25", "K29"}
GRAMMAR = [f"K{number:02}" for number in (*range(1, 16), *range(20, 34), *range(90, 96))]


def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


def _bytes(files: dict[str, str | None]) -> dict[str, bytes]:
    return {name: text.encode("latin-1") for name, text in files.items() if text is not None}


def _run(vector: dict[str, Any]) -> None:
    files = _bytes(vector["files"])
    if vector["kind"] == "officers":
        parse_directory(files["officers"], "officers")
    elif vector["kind"] == "root":
        load_root(files["root"])
    elif vector["kind"] == "recipients":
        parse_recipients(files["recipients"])
    elif vector["kind"] == "succession":
        older = parse_directory(_bytes(vector["older"])["roster"], "roster")
        check_succession(older, parse_directory(files["roster"], "roster"))
    else:
        at = parse_json_time(vector["at"])
        assert at is not None
        whole = _bytes(_read("base") | vector["files"])
        whole |= {name: base64.b64decode(text) for name, text in vector.get("bytes", {}).items()}
        Trust.load(whole.pop("root"), whole, at)


@pytest.mark.parametrize("name", NAMES)
def test_each_vector_ends_as_it_says(name: str) -> None:
    """One fault, one rule: the error's code, and for a grammar the rule that the vector is named after."""
    vector = _read(name)
    expect = vector["expect"]
    if not expect:
        _run(vector)
        return
    with pytest.raises(IntakeError) as caught:
        _run(vector)
    assert caught.value.code == expect["code"]
    if "rule" in expect:
        assert caught.value.fields["rule"] == expect["rule"] == name.partition("-")[0]
    verdict = getattr(caught.value, "verdict", None)
    assert verdict == ("undecided" if name.partition("-")[0] in UNDECIDED else "invalid")


def test_every_rule_of_a_file_has_a_vector() -> None:
    """K01 to K15, K20 to K33, K90 to K95: a rule without a vector that breaks it would be a wish."""
    assert {name.partition("-")[0] for name in NAMES} >= set(GRAMMAR)
