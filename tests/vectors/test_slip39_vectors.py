"""The official vectors of SLIP-39, through our own door: valid ones give their secret, others a typed error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from intake.errors import DamagedSheet, SheetsDoNotFit
from intake.keys.shares import parse, restore

PAGE: dict[str, Any] = json.loads((Path(__file__).parent / "slip39" / "vectors.json").read_text("utf-8"))
VECTORS: list[dict[str, Any]] = PAGE["vectors"]
# Of the invalid ones: those of which no single sheet is one. The rest are sheets that do not belong together.
NO_SHEET = ("invalid checksum", "invalid padding", "greater group threshold", "insufficient length", "invalid master")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_official_vector(vector: dict[str, Any]) -> None:
    """Whole words, and the first four letters of each; a valid one gives exactly its secret."""
    for typed in (vector["sheets"], [" ".join(word[:4] for word in one.split()) for one in vector["sheets"]]):
        if vector["secret"]:
            assert restore([parse(one) for one in typed], b"TREZOR").hex() == vector["secret"]
            continue
        expected = DamagedSheet if any(why in vector["name"] for why in NO_SHEET) else SheetsDoNotFit
        with pytest.raises(expected):
            restore([parse(one) for one in typed], b"TREZOR")


def test_all_of_them_are_here() -> None:
    """Fifteen that give a secret, thirty that do not."""
    assert [vector["name"].split(".")[0] for vector in VECTORS] == [str(n) for n in range(1, 46)]
    assert sum(bool(vector["secret"]) for vector in VECTORS) == 15
