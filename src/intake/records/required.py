"""V26: what a whole testimony may not lack, and where a reason may stand instead of a value.

A row names the owner (one object, or each member of a list), the field, whether a nil reason is enough, and when it
applies. The reason stands in `account.nil` under the field's path. What belongs to consent has no way round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from intake.records.account import Interview, Person, Place, Risk
from intake.records.context import TELLERS, Context, Hit
from intake.records.fields import Model
from intake.records.rules_child import is_child
from intake.records.rules_safety import MIN_MITIGATION
from intake.records.search import SearchRequest

When = Callable[[Context, Any], bool]


def _always(_context: Context, _owner: Model) -> bool:
    return True


def _first_account(context: Context, _owner: Model) -> bool:
    return context.account.account_mode in {"first_account", "full_account"}


def _mode(wanted: str) -> When:
    return lambda context, _owner: context.account.account_mode == wanted


def _child_in_full(context: Context, _owner: Model) -> bool:
    teller = context.interviewee
    return context.account.account_mode == "full_account" and teller is not None and is_child(context, teller)


def _distressed(context: Context, owner: Risk) -> bool:
    return context.account.interview.distress_observed == "strong" or "suicidal_thoughts" in (owner.flags or ())


def _coded(_context: Context, owner: Place) -> bool:
    return owner.katotth is not None


def _of_kind(kind: str) -> When:
    return lambda _context, owner: owner.kind == kind


def _seeks_child(context: Context, owner: SearchRequest) -> bool:
    sought = context.people.get(owner.sought_person_id or "")
    return sought is not None and is_child(context, sought)


def _interpreted(_context: Context, owner: Interview) -> bool:
    return any(one.role == "interpreter" for one in owner.persons_present or ())


def _has_narrative(context: Context, _owner: Model) -> bool:
    return bool(context.account.narrative_original)


def _before_witness(context: Context, _owner: Model) -> bool:
    return context.account.consent.method == "oral_witnessed"


def _remote(context: Context, _owner: Model) -> bool:
    return (context.account.interview.mode or "").startswith("remote")


def _counted(_context: Context, owner: Person) -> bool:
    return owner.counting_unit in {"group", "community"}


def _tells(context: Context, owner: Person) -> bool:
    return owner is context.interviewee


def _age_unknown(context: Context, owner: Person) -> bool:
    return _tells(context, owner) and owner.is_child is None and owner.age_at_event is None


def _accused_by_name(context: Context, owner: Person) -> bool:
    known = context.identities.get(owner.id)
    return "alleged_perpetrator" in owner.roles and known is not None and bool(known.names)


@dataclass(frozen=True, slots=True)
class Required:
    """A field that must be answered; `nil`: a reason for its absence is an answer too."""

    owner: str
    field: str
    nil: bool = True
    when: When = _always


REQUIRED = (
    Required("account", "language_of_account", nil=False),
    Required("account", "people", nil=False),
    Required("account", "narrative_original", when=_first_account),
    Required("account", "narrative_style", when=_has_narrative),
    Required("account", "prior_accounts"),
    Required("account", "read_back", when=_mode("full_account")),
    Required("account", "searches", nil=False, when=_mode("search_only")),
    Required("account", "needs", nil=False, when=_mode("referral_only")),
    Required("account.consent", "giver", nil=False),
    Required("account.consent", "giver_person_id", nil=False),
    Required("account.consent", "capacity", nil=False),
    Required("account.consent", "form_id", nil=False),
    Required("account.consent", "form_version", nil=False),
    Required("account.consent", "form_hash", nil=False),
    Required("account.consent", "language", nil=False),
    Required("account.consent", "method", nil=False),
    Required("account.consent", "obtained_at", nil=False),
    Required("account.consent", "obtained_by", nil=False),
    Required("account.consent", "witness_code", nil=False, when=_before_witness),
    Required("account.consent", "best_interest_note", nil=False, when=_child_in_full),
    Required("account.interview", "interviewer_code", nil=False),
    Required("account.interview", "started_at", nil=False),
    Required("account.interview", "mode", nil=False),
    Required("account.interview", "status", nil=False),
    Required("account.interview", "persons_present"),
    Required("account.interview", "remote_alone_confirmed", when=_remote),
    Required("account.interview", "distress_observed"),
    Required("account.interview", "interpreter", when=_interpreted),
    Required("account.risk", "flags"),
    Required("account.risk", "level"),
    Required("account.risk", "welfare_check_done", when=_distressed),
    Required("account.people", "roles", nil=False),
    Required("account.people", "group_size", when=_counted),
    Required("account.people", "looks_under_18", nil=False, when=_age_unknown),
    Required("account.people", "current_country", when=_tells),
    Required("account.people", "identification_basis", when=_accused_by_name),
    Required("account.places", "text_as_said"),
    Required("account.places", "katotth_edition", nil=False, when=_coded),
    Required("account.links", "incident_id", nil=False, when=_of_kind("involvement")),
    Required("account.links", "involvement", nil=False, when=_of_kind("involvement")),
    Required("account.links", "relation", nil=False, when=_of_kind("relationship")),
    Required("account.incidents", "violations", nil=False),
    Required("account.incidents", "victim_ids"),
    Required("account.incidents", "actor_codes"),
    Required("account.incidents", "when"),
    Required("account.incidents", "place_id"),
    Required("account.evidence", "type"),
    Required("account.evidence", "shows"),
    Required("account.needs", "need", nil=False),
    Required("account.needs", "urgency"),
    Required("account.needs", "for_person"),
    Required("account.searches", "sought_person_id", nil=False),
    Required("account.searches", "requester_id", nil=False),
    Required("account.searches", "category"),
    Required("account.searches", "relation"),
    Required("account.searches", "last_contact"),
    Required("account.searches", "last_seen"),
    Required("account.searches", "circumstances"),
    Required("account.searches", "previous_filings"),
    Required("account.searches", "separation_cause", when=_seeks_child),
)

OWNERS = tuple(dict.fromkeys(row.owner for row in REQUIRED))

_OF_IDENTITY = tuple(row for row in REQUIRED if row.when is _accused_by_name)
"""The rows that an identity part can change."""

NAMED_ROLES = frozenset({"requester", "sought_person"})
"""Whose name is required (or a reason): without it nobody can be searched for, or told."""


def required_fields(context: Context) -> Iterator[Hit]:
    """V26, row by row."""
    owners = {name: _owners(context, name) for name in OWNERS}
    for row in _OF_IDENTITY if context.account_checked else REQUIRED:
        for owner in owners[row.owner]:
            if not getattr(owner, row.field) and _empty(owner, row.field) and row.when(context, owner):
                yield from _missed(context, row, owner)
    yield from _decisions(context)
    yield from _somebody_tells(context)
    yield from _mitigation(context)
    yield from _names(context)


def _missed(context: Context, row: Required, owner: Model) -> Iterator[Hit]:
    """The field by its path, unless a reason stands there and a reason is enough."""
    member = getattr(owner, "id", None)
    where = f"{row.owner}.{member}.{row.field}" if member else f"{row.owner}.{row.field}"
    if not row.nil:
        yield Hit(where, "needed")
    elif where not in context.account.nil:
        yield Hit(where, "empty")


def _owners(context: Context, name: str) -> Sequence[Model]:
    """The object at a path, or the members of the list there."""
    if name == "account":
        return (context.account,)
    owner: Model | tuple[Model, ...] = getattr(context.account, name.removeprefix("account."))
    return owner if isinstance(owner, tuple) else (owner,)


def _empty(owner: Model, field: str) -> bool:
    """None always; an empty list where the field can't tell "none" from "not asked"."""
    value = getattr(owner, field)
    return value is None or (value == () and type(owner).model_fields[field].default is not None)


def _decisions(context: Context) -> Iterator[Hit]:
    """`contact_again` must be asked; V01 asks for `store_encrypted`."""
    if "contact_again" not in context.account.consent.decisions:
        yield Hit("account.consent.decisions.contact_again", "needed")


def _mitigation(context: Context) -> Iterator[Hit]:
    """What is done about a high risk, in a sentence; V10 asks about an extreme one."""
    risk = context.account.risk
    if risk.level == "high" and len(risk.mitigation or "") < MIN_MITIGATION:
        yield Hit("account.risk.mitigation", "plan")


def _somebody_tells(context: Context) -> Iterator[Hit]:
    people = context.account.people
    if people and not any(TELLERS & set(person.roles) for person in people):
        yield Hit("account.people", "teller")


def _names(context: Context) -> Iterator[Hit]:
    """A requester and a sought person have a name, or a reason why not; who can't open the identity part can't say."""
    if context.identity_sealed:
        return
    identity = context.testimony.identity
    named = {one.person_id for one in identity.persons if one.names} if identity else set()
    for person in context.account.people:
        where = f"identity.persons.{person.id}.names"
        if NAMED_ROLES & set(person.roles) and person.id not in named and where not in context.account.nil:
            yield Hit(where, "empty")
