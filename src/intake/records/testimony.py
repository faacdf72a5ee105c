"""A testimony before it is sealed: what `intake add` takes, and what a draft assembles to.

The draft is a flat map of paths (`paths.py`); this is the tree. Reading is strict: an unknown field is a fault.
Spec: docs/spec/record-v1.md.
"""

from typing import Any

from pydantic import ValidationError

from intake.errors import BadTestimony
from intake.records.account import Account
from intake.records.faults import shape_findings
from intake.records.fields import CaseCode, Id, Model
from intake.records.identity import Identity


class Testimony(Model):
    """One person's account, and who they are in a part of its own."""

    __test__ = False  # not a test case, whatever its name says to pytest

    id: Id | None = None
    case: CaseCode | None = None
    account: Account = Account.model_construct()
    identity: Identity | None = None


def parse_testimony(value: Any) -> Testimony:
    """A testimony from parsed JSON, or BadTestimony with every fault of its shape as a Finding."""
    try:
        return Testimony.model_validate(value)
    except ValidationError as error:
        findings = shape_findings(error, Testimony)
    raise BadTestimony(findings)


def to_json(testimony: Testimony) -> dict[str, Any]:
    """The testimony as JSON, without what was never said."""
    dumped: dict[str, Any] = testimony.model_dump(mode="json", exclude_none=True)
    return dumped
