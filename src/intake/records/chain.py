"""Whether a record stands where it says it stands: after what its `prev` names, and belonging to what its `of` names.

Pure, and about two records only: that the one before is here, signed and of this organisation's, is for who asks. What
all records of a case come to is `folding.py`. Spec: docs/spec/record-v1.md, "Kinds".
"""

from collections.abc import Mapping
from types import MappingProxyType

from intake.records.kinds import Addendum, Withdrawal
from intake.records.record import AnyRecord

TESTIMONY = frozenset({"full", "addendum", "withdrawal"})
FOLLOWS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"addendum": TESTIMONY, "withdrawal": TESTIMONY, "coding": frozenset({"coding"})}
)
"""Which kinds each may follow; a kind that is not here follows none: a testimony is never written over (V28)."""


def misplaced(record: AnyRecord, before: AnyRecord | None) -> str:
    """Why it can't stand there, as an English key; empty: it can. `before`: the record its `prev` names, if here."""
    if (why := contradicts_itself(record)) or record.prev is None:
        return why
    return _can_follow(record, before) if before else "the version it follows is not here"


def contradicts_itself(record: AnyRecord) -> str:
    """What is wrong with its place whatever else is here, or comes later; as an English key, empty: nothing."""
    if (record.version == 1) != (record.prev is None):
        return "the first version of a record follows none, every other follows one"
    if record.prev is not None and record.kind not in FOLLOWS:
        return "a record of this kind can't follow the one that it names"
    return _of_another(record) if isinstance(record, Addendum | Withdrawal) else ""


def _of_another(record: Addendum | Withdrawal) -> str:
    """Its body may not name another testimony than the one it stands behind."""
    of = record.body.of
    same_record = record.prev is None or of.record in (None, record.prev)
    same_id = record.prev is None or of.id in (None, record.id)
    if of.case == record.case and same_record and same_id:
        return ""
    return "it names one testimony and stands behind another"


def _can_follow(record: AnyRecord, before: AnyRecord) -> str:
    if before.kind not in FOLLOWS.get(record.kind, ()):
        return "a record of this kind can't follow the one that it names"
    if (before.org, before.id, before.case, before.version + 1) != (
        record.org,
        record.id,
        record.case,
        record.version,
    ):
        return "the version it follows is another record's, or not the one before"
    if record.kind == "coding" and before.author != record.author:
        return "the coding it follows is another coordinator's"
    return ""
