"""A testimony as a flat map, path -> JSON value, which is how a draft stands in the vault.

`account.narrative_original`, `account.people.<id>.sex`, `account.consent.decisions.share_icc_otp.decision`,
`identity.persons.<id>.names`. Objects are opened up; members of a list are called by their `id` (`person_id` in
`identity.persons`); a list whose members have neither is one value. Spec: docs/spec/record-v1.md, "Draft paths".
"""

from collections.abc import Mapping
from typing import Any


def flatten(testimony: Mapping[str, Any]) -> dict[str, Any]:
    """Every value under its path, consent first: that is the order in which a document's parts count as given."""
    raise NotImplementedError


def assemble(values: Mapping[str, Any]) -> dict[str, Any]:
    """The tree again. List members stand in the order in which they first appear. `parked.…` paths are left out."""
    raise NotImplementedError
