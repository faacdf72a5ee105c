"""A testimony before it is sealed: what `intake add` takes, and what a draft assembles to.

The draft is a flat map of paths (`paths.py`); this is the tree. Reading is strict: an unknown field is a fault.
Spec: docs/spec/record-v1.md.
"""

from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from intake.errors import BadTestimony
from intake.records.account import Account
from intake.records.faults import shape_findings
from intake.records.fields import CaseCode, Id, Model
from intake.records.identity import Identity

MOST_PRUNINGS = 8  # what misses a part may be a part that is missed


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


def rest_of(value: Any) -> Testimony | None:
    """What is left when everything without its right shape is taken out, so that rules can tell the other faults too.

    Never stored. None where nothing is left that could be looked at.
    """
    rest = deepcopy(value)
    for _ in range(MOST_PRUNINGS):
        try:
            return Testimony.model_validate(rest)
        except ValidationError as error:
            found = {_standing(rest, fault["loc"]) for fault in error.errors(include_url=False, include_input=False)}
        if () in found:
            return None
        # From the end of each list on: what is taken out moves what comes after it.
        for place in sorted(found, key=lambda one: [f"{part:>9}" for part in one], reverse=True):
            if not any(place[:length] in found for length in range(1, len(place))):
                _take_out(rest, place)
    return None


def _standing(tree: Any, place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """As much of a place as there is: of something missing, what misses it."""
    for depth, part in enumerate(place):
        there = part in tree if isinstance(tree, dict) else isinstance(tree, list) and part in range(len(tree))
        if not there:
            return place[:depth]
        tree = tree[part]
    return place


def _take_out(tree: Any, place: tuple[int | str, ...]) -> None:
    for part in place[:-1]:
        tree = tree[part]
    del tree[place[-1]]


def to_json(testimony: Testimony) -> dict[str, Any]:
    """The testimony as JSON, without what was never said."""
    dumped: dict[str, Any] = testimony.model_dump(mode="json", exclude_none=True)
    return dumped
