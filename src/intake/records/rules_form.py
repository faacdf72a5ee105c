"""V20, V22 and the shape: dates of the profile, references that resolve, codes of a vocabulary that is known here."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from intake import vocabulary
from intake.errors import BadDate
from intake.records import dates
from intake.records.context import Context, Hit
from intake.records.fields import In, IsDate, Refers

M = TypeVar("M", In, IsDate, Refers)
Fault = tuple[str, Mapping[str, str]]
"""Which sentence of the rule says what is wrong with a value, and the fields that fill it."""


def dates_in_profile(context: Context) -> Iterator[Hit]:
    """V20: every date parses, and nothing ends before it starts."""
    yield from _faulty(context, IsDate, _fault_of_date)
    interview = context.account.interview
    if interview.started_at and interview.ended_at and interview.ended_at < interview.started_at:
        yield Hit("account.interview.ended_at", "order")
    for pause in interview.pauses:
        if pause.to and pause.to < pause.from_:
            yield Hit("account.interview.pauses", "order")


def _fault_of_date(_marker: IsDate, value: str) -> Fault | None:
    try:
        dates.parse(value)
    except BadDate:
        return "date", {}
    return None


def references_resolve(context: Context) -> Iterator[Hit]:
    """V22: an id names one thing that is there, and a person of the role that the field asks for."""
    targets = _targets(context)
    yield from _faulty(context, Refers, lambda marker, value: _fault_of_reference(context, targets, marker, value))
    yield from _twice(context)
    for link in context.account.links:
        if link.from_id == link.to_id:
            yield Hit("account.links", "self")


def _targets(context: Context) -> Mapping[str, frozenset[str]]:
    account = context.account
    return {
        "account.people": frozenset(context.people),
        "account.places": frozenset(one.id for one in account.places),
        "account.incidents": frozenset(one.id for one in account.incidents),
        "account.evidence": frozenset(one.id for one in account.evidence),
        "account.searches": frozenset(one.id for one in account.searches),
    }


def _fault_of_reference(
    context: Context, targets: Mapping[str, frozenset[str]], marker: Refers, value: str
) -> Fault | None:
    if value not in targets[marker.to]:
        return "missing", {"list": marker.to}
    if marker.role and marker.role not in context.people[value].roles:
        return "role", {"role": marker.role}
    return None


def _twice(context: Context) -> Iterator[Hit]:
    """An id that two members of one list share."""
    account, identity = context.account, context.testimony.identity
    lists = {
        "account.people": [one.id for one in account.people],
        "account.places": [one.id for one in account.places],
        "account.incidents": [one.id for one in account.incidents],
        "account.evidence": [one.id for one in account.evidence],
        "account.needs": [one.id for one in account.needs],
        "account.searches": [one.id for one in account.searches],
        "identity.persons": [one.person_id for one in identity.persons] if identity else [],
        "identity.searches": [one.search_id for one in identity.searches] if identity else [],
    }
    for path, ids in lists.items():
        if len(ids) != len(set(ids)):
            yield from (Hit(f"{path}.{one}", "twice") for one, count in Counter(ids).items() if count > 1)


def form_as_taken_here(context: Context) -> Iterator[Hit]:
    """What is typed here: codes of this version's vocabulary, and no marks, which are sealing's."""
    yield from _faulty(context, In, _fault_of_code)
    if context.account.marks:
        yield Hit("account.marks", "marks")


def _fault_of_code(marker: In, value: str) -> Fault | None:
    if any(vocabulary.known(name, value) for name in marker.families):
        return None
    return "code", {"family": " / ".join(marker.families)}


# -- where a marked value is wrong -------------------------------------------------------------------------------------


def _faulty(context: Context, kind: type[M], fault_of: Callable[[M, str], Fault | None]) -> Iterator[Hit]:
    """A hit wherever a value stands that has a fault. Each value is asked about once, and paths only when one has."""
    faults: dict[tuple[object, str], Fault] = {
        (marker, value): fault
        for marker, values in context.values.items()
        if isinstance(marker, kind)
        for value in values
        if (fault := fault_of(marker, value))
    }
    for one in context.marked if faults else ():
        if (one.marker, one.value) in faults:
            yield Hit(one.path, *faults[one.marker, one.value])
