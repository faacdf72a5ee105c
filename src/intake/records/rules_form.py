"""V20, V22 and the codes: dates of the profile, references that resolve, words of a vocabulary that is known here."""

from collections import Counter
from collections.abc import Iterator, Mapping

from intake import vocabulary
from intake.errors import BadDate
from intake.records import dates
from intake.records.context import Context, Hit
from intake.records.fields import In, IsDate, Refers
from intake.records.walk import Found

MODES = ("first_account", "search_only", "referral_only")
"""The account modes that may be taken in this version: a full account waits for the rules that make it safe."""


def dates_in_profile(context: Context) -> Iterator[Hit]:
    """V20: every date parses, and nothing ends before it starts."""
    for one in context.marked:
        if isinstance(one.marker, IsDate):
            try:
                dates.parse(one.value)
            except BadDate:
                yield Hit(one.path, "date")
    interview = context.account.interview
    if interview.started_at and interview.ended_at and interview.ended_at < interview.started_at:
        yield Hit("account.interview.ended_at", "order")
    for pause in interview.pauses:
        if pause.to and pause.to < pause.from_:
            yield Hit("account.interview.pauses", "order")


def references_resolve(context: Context) -> Iterator[Hit]:
    """V22: an id names one thing that is there, and a person of the role that the field asks for."""
    targets = _targets(context)
    for one in context.marked:
        if isinstance(one.marker, Refers):
            yield from _resolve(context, targets, one, one.marker)
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
    }


def _resolve(context: Context, targets: Mapping[str, frozenset[str]], found: Found, refers: Refers) -> Iterator[Hit]:
    if found.value not in targets[refers.to]:
        yield Hit(found.path, "missing", {"list": refers.to})
    elif refers.role and refers.role not in context.people[found.value].roles:
        yield Hit(found.path, "role", {"role": refers.role})


def _twice(context: Context) -> Iterator[Hit]:
    """An id that two members of one list share."""
    account, identity = context.account, context.testimony.identity
    lists = {
        "account.people": [one.id for one in account.people],
        "account.places": [one.id for one in account.places],
        "account.incidents": [one.id for one in account.incidents],
        "account.evidence": [one.id for one in account.evidence],
        "account.needs": [one.id for one in account.needs],
        "identity.persons": [one.person_id for one in identity.persons] if identity else [],
    }
    for path, ids in lists.items():
        if len(ids) != len(set(ids)):
            yield from (Hit(f"{path}.{one}", "twice") for one, count in Counter(ids).items() if count > 1)


def form_as_taken_here(context: Context) -> Iterator[Hit]:
    """What this version takes: codes of its own vocabulary, modes whose rules stand, no marks but sealing's."""
    for one in context.marked:
        marker = one.marker
        if isinstance(marker, In) and not any(vocabulary.known(name, one.value) for name in marker.families):
            yield Hit(one.path, "code", {"family": " / ".join(marker.families)})
    if context.account.account_mode not in MODES:
        yield Hit("account.account_mode", "mode")
    if context.account.marks:
        yield Hit("account.marks", "marks")
