"""Writes schemas/*.json from the models; `--check` says whether what is committed is what the models say.

A released schema never changes: a new shape gets a new version, and a new row in the table below. One file is a living
one: vocabulary-v1 lists the codes of this edition, family by family, and grows with the vocabulary; to it the
`x-vocabulary` of the other schemas points, `["violation"]` at `vocabulary-v1.json#/$defs/violation`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake import vocabulary
from intake.bundle.statement import Statement
from intake.records.record import IdentityRecord, Record
from intake.records.testimony import Testimony

if TYPE_CHECKING:
    from pydantic import BaseModel

FOLDER = Path(__file__).parent.parent / "schemas"
BASE = "https://intake.invalid/schemas"  # a name, not an address: nothing is ever fetched

SCHEMAS: dict[str, type[BaseModel]] = {
    "record-v1": Record,
    "identity-v1": IdentityRecord,
    "testimony-v1": Testimony,
    "statement-v1": Statement,
}
LIVING = "vocabulary-v1"
TAKES_KNOWN_CODES = {"testimony-v1"}
"""What people type: there the schema lists the codes. What was sealed may know codes of a newer vocabulary."""


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one row, or the living one."""
    made = _vocabulary() if name == LIVING else SCHEMAS[name].model_json_schema(by_alias=True, mode="validation")
    if name in TAKES_KNOWN_CODES:
        _list_codes(made)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}/{name}.json",
        **made,
        "title": name,
    }


def _vocabulary() -> dict[str, Any]:
    return {
        "description": "The codes of one edition, each with its English label. It grows: a newer one may know more.",
        "x-edition": vocabulary.edition(),
        "x-digest": vocabulary.digest(),
        "$defs": {name: _family(vocabulary.head(name)) for name in vocabulary.families()},
    }


def _family(head: vocabulary.Family) -> dict[str, Any]:
    terms = vocabulary.family(head.name).values()
    return {"title": head.en, "x-chosen-by": head.chosen_by, "oneOf": [_choice(term) for term in terms]}


def _choice(term: vocabulary.Term) -> dict[str, Any]:
    told = {"const": term.code, "title": term.en, "description": term.note_en, "deprecated": bool(term.deprecated)}
    return {key: value for key, value in told.items() if value}


def _list_codes(node: Any) -> None:
    """Put the codes of its families beside every string that is a code, in place of its look."""
    if isinstance(node, dict):
        if "x-vocabulary" in node:
            node.pop("pattern", None)
            node["enum"] = sorted({code for name in node["x-vocabulary"] for code in vocabulary.family(name)})
        for inner in node.values():
            _list_codes(inner)
    elif isinstance(node, list):
        for inner in node:
            _list_codes(inner)


def text(name: str) -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> int:
    """Write all schemas, or with --check compare them."""
    FOLDER.mkdir(exist_ok=True)
    stale = [name for name in (*SCHEMAS, LIVING) if not _same(name)]
    if "--check" in sys.argv[1:]:
        for name in stale:
            print(f"schemas/{name}.json is not what the models say: run tools/schemas.py")
        return bool(stale)
    for name in stale:
        (FOLDER / f"{name}.json").write_text(text(name), encoding="utf-8")
        print(f"wrote schemas/{name}.json")
    return 0


def _same(name: str) -> bool:
    path = FOLDER / f"{name}.json"
    return path.is_file() and path.read_text(encoding="utf-8") == text(name)


if __name__ == "__main__":
    sys.exit(main())
