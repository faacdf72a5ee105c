"""Writes schemas/*.json from the models; `--check` says whether what is committed is what the models say.

A released schema never changes: a new shape gets a new version, and a new row in the table below.
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
TAKES_KNOWN_CODES = {"testimony-v1"}
"""What people type: there the schema lists the codes. What was sealed may know codes of a newer vocabulary."""


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one row."""
    made = SCHEMAS[name].model_json_schema(by_alias=True, mode="validation")
    if name in TAKES_KNOWN_CODES:
        _list_codes(made)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}/{name}.json",
        **made,
        "title": name,
    }


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
    stale = [name for name in SCHEMAS if not _same(name)]
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
