"""The audit vectors: each folder comes to the findings it names; every row has one; no row can be taken out unseen.

Spec: docs/spec/audit-v1.md. Built by tools/audit_vectors.py.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from intake.bundle.audit_table import TABLE
from intake.usecases.auditing import Audited, audit

FOLDER = Path(__file__).with_name("audit")
SPEC = Path(__file__).parents[2] / "docs" / "spec" / "audit-v1.md"


@cache
def said(name: str) -> dict[str, Any]:
    """What must come of a vector."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def run(name: str, table: Any = TABLE) -> Audited:
    """Audit a vector as its sidecar says."""
    at = datetime.fromisoformat(said(name)["at"])
    trust = FOLDER / said(name)["trust"]
    return audit(FOLDER / name / "handed", root=FOLDER / "root", trust=trust, at=at, table=table)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_comes_to_the_findings_it_states(name: str) -> None:
    """The verdict, and exactly these rows: nothing is found beside what is wrong."""
    done = run(name)
    assert [finding.id for finding in done.findings] == said(name)["findings"]
    assert done.verdict == said(name)["verdict"]


@pytest.mark.parametrize("row", [row.id for row in TABLE])
def test_taking_a_row_out_of_the_table_changes_some_finding(row: str) -> None:
    """No row is idle: without it, some folder comes to other findings."""
    table = [one for one in TABLE if one.id != row]
    mine = [name for name in NAMES if row in said(name)["findings"]]
    assert any(run(name, table).findings != run(name).findings for name in mine)


def test_every_row_is_in_spec_and_code_with_the_same_level() -> None:
    """The page's table is the code's."""
    in_spec = re.findall(r"^\| ([AN]\d\d) \| (\w+) \|", SPEC.read_text("utf-8"), re.MULTILINE)
    assert in_spec == [(row.id, row.level.upper() if row.level != "note" else "note") for row in TABLE]
