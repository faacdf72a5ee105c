"""V15, V16, V24, V28, V29 and V30: what leaves, to whom, and what may follow a record that is sealed.

They ask what stands beside a testimony (`context.Beside`). V10 is with the rules of safety.
"""

from collections.abc import Iterator

from intake.records.consent import SCOPE_OF, Given
from intake.records.context import Context, Hit
from intake.records.rules_child import is_child

PUBLIC = frozenset({"public_named", "publish_search"})
EXPOSED = ("child", "in_tot", "relative_in_custody")
"""Flags of a risk with which nothing is published under a name."""
SUBJECTS = frozenset({"victim", "sought_person", "witness", "requester"})
MILITARY = frozenset(
    {"share_partner_ngo", "public_anonymous", "public_named", "publish_search", "statistics_by_hromada"}
)
"""The purposes for which a record with military information is not used."""

MOST_CASES = 5  # that are named of possible repeats: a common name in a large file names hundreds


def published_safely(context: Context) -> Iterator[Hit]:
    """V15: no name in public of a child, of people within reach, of a source that is never named at all."""
    beside = context.beside
    if beside.sealed_source:
        yield Hit("account", "sealed_source")
    if SCOPE_OF.get(beside.purpose, beside.purpose) not in PUBLIC:
        return
    flags = context.account.risk.flags or ()
    exposed = [flag for flag in EXPOSED if flag in flags]
    if "child" not in exposed and any(
        SUBJECTS & set(one.roles) and is_child(context, one) for one in context.account.people
    ):
        exposed.append("child")
    for flag in exposed:
        yield Hit("account.risk.flags", "exposed", {"flag": flag})


def shared_as_agreed(context: Context) -> Iterator[Hit]:
    """V16: the scope is given today, nobody asked to keep it from this recipient, and no withdrawal waits."""
    beside, consent = context.beside, context.account.consent
    scope = SCOPE_OF.get(beside.purpose, beside.purpose)
    where = f"account.consent.decisions.{scope}"
    if beside.restricted:
        yield Hit("account", "restricted")
    elif not consent.allows(beside.purpose, beside.on):
        decided = consent.decided(scope)
        says = "expired" if decided in Given else "withdrawn" if decided == "withdrawn" else "not_given"
        yield Hit(where, says)
    for person in context.account.people:
        if beside.recipient in person.confidential_from:
            yield Hit(f"account.people.{person.id}.confidential_from", "kept_from")


def no_military_information(context: Context) -> Iterator[Hit]:
    """V24: what may say where soldiers are goes to nobody who would pass it on."""
    purpose = context.beside.purpose
    if "military_information" in (context.account.risk.flags or ()) and {purpose, SCOPE_OF.get(purpose)} & MILITARY:
        yield Hit("account.risk.flags", "military")


def never_rewritten(context: Context) -> Iterator[Hit]:
    """V28: what is sealed stays as it was sealed; more is said beside it."""
    if context.beside.sealed:
        yield Hit("case", "sealed")


def erased_or_held(context: Context) -> Iterator[Hit]:
    """V29: nothing under a legal hold is erased, and of what is erased only the tombstone goes out."""
    beside = context.beside
    if context.stage == "share" and beside.erased:
        yield Hit("account", "erased")
    if context.stage == "amend" and beside.erasure_asked and beside.legal_hold:
        yield Hit("account", "hold")


def not_heard_before(context: Context) -> Iterator[Hit]:
    """V30: perhaps the same person was heard already. People look; nothing is merged."""
    known = context.account.interview.earlier_case
    cases = [case for case in context.beside.repeats if case != known]
    teller = context.interviewee
    if cases and teller is not None:
        shown = [*cases[:MOST_CASES], *(["…"] if len(cases) > MOST_CASES else [])]
        yield Hit(f"identity.persons.{teller.id}.names", "repeat", {"cases": ", ".join(shown)})
