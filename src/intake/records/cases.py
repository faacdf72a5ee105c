"""Which of the records under one case code are about one testimony. A code is a label, and two may bear the same.

Pure, as the fold is. What was said later by the code alone belongs to every testimony of the code, until an officer's
`link` or `not_same` says to which. Spec: docs/spec/record-v1.md, "Folding".
"""

from collections.abc import Collection, Mapping

from intake.records.kinds import Addendum, Coding, Decision, DecisionKind, Tombstone, Withdrawal
from intake.records.record import AnyRecord, Record


def testimonies(records: Mapping[str, AnyRecord]) -> tuple[str, ...]:
    """The ids of the testimonies that are here."""
    return tuple(sorted({one.id for one in records.values() if isinstance(one, Record)}))


def about(records: Mapping[str, AnyRecord], testimony: str) -> dict[str, AnyRecord]:
    """What is about this one: all but what is another's."""
    mine = {digest for digest, one in records.items() if isinstance(one, Record) and one.id == testimony}
    others = set(testimonies(records)) - {testimony}
    away = {digest for digest, one in records.items() if one.id in others or _is_sent_away(digest, one, records, mine)}
    return {digest: one for digest, one in records.items() if digest not in away and not _of_those(one, away, others)}


def _is_sent_away(digest: str, one: AnyRecord, records: Mapping[str, AnyRecord], mine: Collection[str]) -> bool:
    """Whether officers said that what came by the code alone is another's, or is not this one's."""
    if not isinstance(one, Addendum | Withdrawal) or one.id in testimonies(records):
        return False
    linked = _named_with(digest, "link", records)
    if linked:
        return linked.isdisjoint(mine)
    return not _named_with(digest, "not_same", records).isdisjoint(mine)


def _named_with(digest: str, kind: DecisionKind, records: Mapping[str, AnyRecord]) -> set[str]:
    """The testimonies that decisions of a kind name together with a record."""
    decided = (one.body for one in records.values() if isinstance(one, Decision) and one.body.kind == kind)
    named = {other for body in decided if digest in body.of for other in body.of}
    return {other for other in named if isinstance(records.get(other), Record)}


def _of_those(one: AnyRecord, away: Collection[str], ids: Collection[str]) -> bool:
    """Whether an organisation's record is about another's records only."""
    match one:
        case Coding():
            return one.body.of in away
        case Decision():
            return all(digest in away for digest in one.body.of)
        case Tombstone():
            return one.body.of in away or one.body.id in ids
    return False
