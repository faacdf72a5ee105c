"""The bundle vectors: each fails exactly the check it names; every check has one; no check can be taken out unseen.

Spec: docs/spec/bundle-v1.md. Built by tools/bundle_vectors.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from intake.bundle.envelope import SealedBundle
from intake.bundle.itemchecks import IDENTITY_TABLE, RECORD_TABLE
from intake.bundle.open import (
    ItemResult,
    Keyring,
    RecordStanding,
    Refused,
    VerifiedAttachment,
    VerifiedIdentity,
    VerifiedRecord,
    Waiting,
    open_bundle,
    verify_records,
)
from intake.bundle.report import Link, Links, Outcome, Report, Standing, TrustFiles
from intake.bundle.verify import TABLE, verify
from intake.crypto.age import PostQuantumIdentity
from intake.errors import AttachmentRefused
from intake.usecases.handed import logs_below

FOLDER = Path(__file__).with_name("bundle")
SPEC = Path(__file__).parents[2] / "docs" / "spec" / "bundle-v1.md"


@dataclass(frozen=True)
class Vector:
    """One file, and what its sidecar says must come of it."""

    name: str
    data: bytes
    said: dict[str, Any]

    @property
    def check(self) -> str | None:
        """The one check that stops it."""
        check: str | None = self.said["check"]
        return check


@cache
def vectors() -> tuple[Vector, ...]:
    """All of them, by name."""
    sidecars = sorted(path for path in FOLDER.glob("*.json") if path.name != "keys.json")
    return tuple(
        Vector(
            path.stem, next(FOLDER.glob(path.stem + ".[ta][ag][re]")).read_bytes(), json.loads(path.read_text("utf-8"))
        )
        for path in sidecars
    )


def identities() -> dict[str, PostQuantumIdentity]:
    """The keys that open the items; made up, in a public file."""
    seeds = json.loads((FOLDER / "keys.json").read_text())
    return {name: PostQuantumIdentity.from_seed(bytes.fromhex(seed)) for name, seed in seeds.items()}


def run(vector: Vector, table: Any = TABLE) -> Report:
    """Verify a vector as its sidecar says."""
    said = vector.said
    folder = FOLDER / said["trust"]
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    known = Links(frozenset(Link(*link) for link in said["known"]))
    at = datetime.fromisoformat(said["at"])
    logs = logs_below([FOLDER / said["logs"]]) if "logs" in said else None
    standing = Standing(TrustFiles(files.pop("root"), files), at, known.digests, said["purpose"], log_folders=logs)
    keys = (identities()["epoch"],) if said.get("keys") else ()
    return verify(SealedBundle(BytesIO(vector.data), keys), standing, table=table)


def came_to(result: ItemResult) -> str:
    """A result as sidecars name it."""
    match result:
        case VerifiedRecord():
            return "record"
        case VerifiedIdentity():
            return "identity"
        case VerifiedAttachment():
            try:
                while result.source.read(1 << 16):
                    pass
            except AttachmentRefused as error:
                return result.refused(error).check
            return "attachment"
        case Waiting():
            return "waiting"
        case Refused():
            return result.check


def open_items(vector: Vector, **tables: Any) -> list[str]:
    """What every item of an item vector comes to."""
    bundle = run(vector).bundle
    assert bundle is not None
    held = {one.recipient().fingerprint: one for one in identities().values()}
    records = verify_records(open_bundle(bundle, Keyring(held)), RecordStanding())
    return [came_to(result) for result in (replace(records, **tables) if tables else records)]


def by_name(vector: Vector) -> str:
    """A test's id."""
    return vector.name


@pytest.mark.parametrize("vector", vectors(), ids=by_name)
def test_a_vector_comes_to_the_verdict_it_states(vector: Vector) -> None:
    """The verdict, and the first check that did not pass, are those of the sidecar."""
    report = run(vector)
    stopped = [check for check in report.checks if check.outcome in (Outcome.FAIL, Outcome.UNDECIDED)]
    assert report.verdict == vector.said["verdict"]
    if "items" not in vector.said and vector.check:
        assert [check.id for check in stopped][:1] == [vector.check]
        assert report.failed is None or [check.id for check in stopped] == [vector.check]
        assert stopped[0].why


@pytest.mark.parametrize("vector", vectors(), ids=by_name)
def test_only_a_whole_bundle_of_a_known_sender_may_be_worked_with(vector: Vector) -> None:
    """An INVALID file gives no bundle, nor does one whose sender can't be decided; a missing predecessor does."""
    report = run(vector)
    allowed = report.verdict == "VALID" or vector.check in {"B25", "B26", "B27"}
    assert (report.bundle is not None) == allowed


@pytest.mark.parametrize("vector", [one for one in vectors() if "items" in one.said], ids=by_name)
def test_items_come_to_what_the_vector_states(vector: Vector) -> None:
    """Each item is verified, or refused by the check it names, and none stops another."""
    assert open_items(vector) == vector.said["items"]


@pytest.mark.parametrize("check", [check.id for check in TABLE])
def test_taking_a_row_out_of_the_table_changes_some_verdict(check: str) -> None:
    """No row is idle: without it, some vector's verdict is another one."""
    table = [row for row in TABLE if row.id != check]
    mine = [vector for vector in vectors() if vector.check == check]
    assert any(run(vector, table).verdict != run(vector).verdict for vector in mine)


@pytest.mark.parametrize("check", [row.id for row in RECORD_TABLE])
def test_taking_a_row_out_of_the_records_table_changes_some_result(check: str) -> None:
    """The same for a record's checks: without a row, its vector comes to something else."""
    table = [row for row in RECORD_TABLE if row.id != check]
    mine = [vector for vector in vectors() if vector.check == check]
    assert any(open_items(vector, record_table=table) != vector.said["items"] for vector in mine)


@pytest.mark.parametrize("check", ["I10", "I11", "I12"])
def test_taking_a_row_out_of_the_identity_table_changes_some_result(check: str) -> None:
    """The same for an identity part's own checks."""
    table = [row for row in IDENTITY_TABLE if row.id != check]
    mine = [vector for vector in vectors() if vector.check == check]
    assert any(open_items(vector, identity_table=table) != vector.said["items"] for vector in mine)


def ids_in_code() -> set[str]:
    """Every ID of the three tables."""
    return {row.id for row in TABLE} | {row.id for row in (*RECORD_TABLE, *IDENTITY_TABLE)}


def test_every_check_is_in_spec_code_and_a_vector() -> None:
    """Spec, code and vectors name the same checks."""
    in_spec = set(re.findall(r"^\| ([BI]\d\d) \|", SPEC.read_text("utf-8"), re.MULTILINE))
    in_vectors = {vector.check for vector in vectors() if vector.check}
    assert in_spec == ids_in_code()
    assert in_vectors == ids_in_code()


def test_the_table_is_in_the_order_of_its_ids() -> None:
    """The report's order is the table's, and the IDs rise in it."""
    ids = [row.id for row in TABLE]
    assert ids == sorted(set(ids))


def test_a_report_lists_every_check() -> None:
    """Also those not reached, so that a reader can count them."""
    broken = next(vector for vector in vectors() if vector.name == "B05-version")
    listed = run(broken).to_json()["checks"]
    assert [one["id"] for one in listed] == [row.id for row in TABLE]
    assert [one["outcome"] for one in listed[4:6]] == ["fail", "not-reached"]
