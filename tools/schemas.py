"""Writes schemas/*.json from the models; `--check` says whether what is committed is what the models say.

A released schema never changes: a new shape gets a new version, and a new row in the table below. `--release` notes in
schemas/released.toml what is as of now; a name noted there is held to its digest by a test, whatever the models say.
What is frozen is the shape: the codes that testimony-v1 lists beside it are the vocabulary's, and grow. One file is a
living one: vocabulary-v1 lists the codes of this edition, family by family, and grows with the vocabulary; to it the
`x-vocabulary` of the other schemas points, `["violation"]` at `vocabulary-v1.json#/$defs/violation`.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake import vocabulary
from intake.bundle.receipt import Receipt
from intake.bundle.statement import Statement
from intake.crypto.hashing import digest
from intake.questionnaire.model import Questionnaire
from intake.records.kinds import Addendum, Coding, Decision, Tombstone, Withdrawal
from intake.records.record import IdentityRecord, Record
from intake.records.search import SearchRequest
from intake.records.testimony import Testimony

if TYPE_CHECKING:
    from pydantic import BaseModel

FOLDER = Path(__file__).parent.parent / "schemas"
BASE = "https://intake.invalid/schemas"  # a name, not an address: nothing is ever fetched

SCHEMAS: dict[str, type[BaseModel]] = {
    "testimony-v1": Testimony,
    "search-request-v1": SearchRequest,
    "record-v1": Record,
    "identity-v1": IdentityRecord,
    "addendum-v1": Addendum,
    "withdrawal-v1": Withdrawal,
    "coding-v1": Coding,
    "decision-v1": Decision,
    "tombstone-v1": Tombstone,
    "statement-v1": Statement,
    "receipt-v1": Receipt,
    "questionnaire-v1": Questionnaire,
}
RELEASED = FOLDER / "released.toml"
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


def shape_digest(name: str) -> str:
    """The digest of a committed schema without the codes that it lists: what a release freezes."""
    held = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    _without_codes(held)
    return digest(json.dumps(held, ensure_ascii=False, sort_keys=True).encode())


def _without_codes(node: Any) -> None:
    if isinstance(node, dict):
        if "x-vocabulary" in node:
            node.pop("enum", None)
        for inner in node.values():
            _without_codes(inner)
    elif isinstance(node, list):
        for inner in node:
            _without_codes(inner)


def released() -> dict[str, str]:
    """Name -> digest of its shape, of every schema that a released version shipped."""
    noted: dict[str, str] = tomllib.loads(RELEASED.read_text(encoding="utf-8"))["schemas"]
    return noted


def _release() -> None:
    """Note every schema that is not noted yet; what is noted is never changed here."""
    noted = {name: shape_digest(name) for name in SCHEMAS} | released()
    head = RELEASED.read_text(encoding="utf-8").split("[schemas]")[0]
    lines = "".join(f'"{name}" = "{noted[name]}"\n' for name in sorted(noted))
    RELEASED.write_text(f"{head}[schemas]\n{lines}", encoding="utf-8")


def main() -> int:
    """Write all schemas; with --check compare them, with --release freeze them."""
    FOLDER.mkdir(exist_ok=True)
    stale = [name for name in (*SCHEMAS, LIVING) if not _same(name)]
    if "--release" in sys.argv[1:] and not stale:
        _release()
        return 0
    if "--check" in sys.argv[1:] or "--release" in sys.argv[1:]:
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
