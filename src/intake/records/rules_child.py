"""V03, V04 and V05: a child is heard with a guardian who is on its side, or not heard but searched for and helped."""

from collections.abc import Iterator
from datetime import date

from intake.errors import BadDate
from intake.records import dates
from intake.records.account import Person
from intake.records.context import Context, Hit
from intake.records.rules_consent import CONSENT

ADULT = 18
UNACCOMPANIED_MODES = ("search_only", "referral_only")
ALONE = "child_alone_vital_interest"
HOLDERS_OF_CHILDREN = frozenset({"act.child_institution", "act.ru_child_ombudsman", "act.occupation_authority"})
"""Whoever acts for one of these is no guardian against it."""


def child_safeguards(context: Context) -> Iterator[Hit]:
    """V03: a child's account needs a guardian and the child's own assent, or is a search or a referral."""
    person = context.interviewee
    if person is None or not is_child(context, person):
        return
    consent = context.account.consent
    alone = consent.giver == ALONE and context.account.account_mode in UNACCOMPANIED_MODES
    if consent.giver != "guardian_and_assent" and not alone:
        yield Hit(f"{CONSENT}.giver", "giver")
    guardian = context.people.get(consent.guardian_person_id or "")
    if not alone and (guardian is None or "guardian" not in guardian.roles or guardian.id == person.id):
        yield Hit(f"{CONSENT}.guardian_person_id", "guardian")
    if consent.child_assent != "yes":
        yield Hit(f"{CONSENT}.child_assent", "assent")


def guardian_without_conflict(context: Context) -> Iterator[Hit]:
    """V04: who decides for a child is neither accused of anything here nor part of what holds the child."""
    guardian = context.people.get(context.account.consent.guardian_person_id or "")
    if guardian is None:
        return
    where = f"{CONSENT}.guardian_person_id"
    accused = any(guardian.id in incident.alleged_perpetrator_ids for incident in context.account.incidents)
    if accused or "alleged_perpetrator" in guardian.roles:
        yield Hit(where, "accused")
    elif guardian.affiliation and guardian.affiliation.actor in HOLDERS_OF_CHILDREN:
        yield Hit(where, "institution")
    elif "guardian_conflict" in (context.account.risk.flags or ()):
        yield Hit(where, "conflict")


def child_alone(context: Context) -> Iterator[Hit]:
    """V05: without a guardian there is no account."""
    if context.account.consent.giver == ALONE and context.account.account_mode not in UNACCOMPANIED_MODES:
        yield Hit("account.account_mode", "alone")


def is_child(context: Context, person: Person) -> bool:
    """Under 18 at the interview by any sign; where the age is not known at all, by whether the person looks it."""
    born = _child_by_birth_date(context, person)
    if person.is_child or born:
        return True
    if born is False or person.is_child is False or (person.age_at_event or 0) >= ADULT:
        return False
    return bool(person.looks_under_18) or person.age_at_event is not None


def _child_by_birth_date(context: Context, person: Person) -> bool | None:
    """Whether 18 years had surely passed since birth when the interview began; None when that can't be told."""
    identity, started = context.identities.get(person.id), context.account.interview.started_at
    if identity is None or not identity.birth_date or not started:
        return None
    try:
        latest, day = dates.parse(identity.birth_date).latest, date.fromisoformat(started[:10])
    except (BadDate, ValueError):
        return None  # V20 speaks of it
    if latest is None:
        return None
    return (latest.year + ADULT, latest.month, latest.day) > (day.year, day.month, day.day)
