"""V01, V02, V03 and V12: the rules of consent, of children and of contact. They stop even a sealing cut short."""

from collections.abc import Iterator, Mapping
from datetime import date

from intake import vocabulary
from intake.errors import BadDate
from intake.records import dates
from intake.records.account import Person
from intake.records.consent import Given
from intake.records.context import Context, Hit

CONSENT = "account.consent"
ADULT = 18
UNACCOMPANIED_MODES = ("search_only", "referral_only")

CONTENT = (
    "account.narrative_original",
    "account.narrative_translation",
    "account.read_back_corrections",
    "account.facts",
    "account.incidents",
    "account.places",
    "account.evidence",
    "identity",
)
"""What opens only after consent: narrative, incident, place, evidence, and everything of identity."""


# -- V01 ---------------------------------------------------------------------------------------------------------------


def consent_first(context: Context) -> Iterator[Hit]:
    """V01. A draft without content may still lack its consent; a whole testimony never."""
    if context.stage != "draft" or _has_content(context):
        yield from _consent_gaps(context)


def _has_content(context: Context) -> bool:
    account, identity = context.account, context.testimony.identity
    held = (
        account.narrative_original,
        account.narrative_translation,
        account.read_back_corrections,
        account.facts,
        account.incidents,
        account.places,
        account.evidence,
        identity and (identity.persons or identity.files or identity.signature),
    )
    return any(held)


def _consent_gaps(context: Context) -> Iterator[Hit]:
    consent = context.account.consent
    if consent.decided("store_encrypted") not in Given:
        yield Hit(f"{CONSENT}.decisions.store_encrypted", "store")
    if consent.understood != "yes":
        yield Hit(f"{CONSENT}.understood", "understood")
    for element in vocabulary.codes("consent_element"):
        if element not in consent.explained and element not in consent.not_explained:
            yield Hit(f"{CONSENT}.explained", "explained", {"element": element})


# -- V02 ---------------------------------------------------------------------------------------------------------------


def consent_before_narrative(context: Context) -> Iterator[Hit]:
    """V02, by the draft's own counter. A document has no counter: there, consent that stands whole came first."""
    if not context.events:
        return
    content = {path: event for path, event in context.events.items() if path.startswith(CONTENT)}
    if not content:
        return
    first = min(content, key=lambda path: content[path])
    consented = _consent_event(context.events)
    if consented is None or consented > content[first]:
        yield Hit(first, "order")


def _consent_event(events: Mapping[str, int]) -> int | None:
    """When consent became whole: the save of `obtained_at`, which later answers about consent do not move."""
    obtained = events.get(f"{CONSENT}.obtained_at")
    needed = (f"{CONSENT}.decisions.store_encrypted.decision", f"{CONSENT}.understood", f"{CONSENT}.explained")
    counted = [obtained] if obtained is not None else [events[path] for path in needed if path in events]
    return max(counted, default=None)


# -- V03 ---------------------------------------------------------------------------------------------------------------


def child_safeguards(context: Context) -> Iterator[Hit]:
    """V03: a child's account needs a guardian and the child's own assent, or is a search or a referral."""
    person = context.interviewee
    if person is None or not is_child(context, person):
        return
    consent = context.account.consent
    alone = consent.giver == "child_alone_vital_interest" and context.account.account_mode in UNACCOMPANIED_MODES
    if consent.giver != "guardian_and_assent" and not alone:
        yield Hit(f"{CONSENT}.giver", "giver")
    guardian = context.people.get(consent.guardian_person_id or "")
    if not alone and (guardian is None or "guardian" not in guardian.roles or guardian.id == person.id):
        yield Hit(f"{CONSENT}.guardian_person_id", "guardian")
    if consent.child_assent != "yes":
        yield Hit(f"{CONSENT}.child_assent", "assent")


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
    identity, started = context.testimony.identity, context.account.interview.started_at
    text = next((one.birth_date for one in identity.persons if one.person_id == person.id), None) if identity else None
    if not text or not started:
        return None
    try:
        latest, day = dates.parse(text).latest, date.fromisoformat(started[:10])
    except (BadDate, ValueError):
        return None  # V20 speaks of it
    if latest is None:
        return None
    return (latest.year + ADULT, latest.month, latest.day) > (day.year, day.month, day.day)


# -- V12 ---------------------------------------------------------------------------------------------------------------


def contact_as_decided(context: Context) -> Iterator[Hit]:
    """V12: a way to reach the person stands there exactly when they agreed to be reached."""
    if context.identity_sealed:
        return
    agreed = context.account.consent.decided("contact_again") in Given
    identity = context.testimony.identity
    contacts = [one for one in identity.persons if one.safe_contact] if identity else []
    reachable = [one for one in contacts if one.safe_contact and one.safe_contact.channel != "none"]
    if agreed and not reachable:
        yield Hit("identity.persons", "missing")
    if not agreed:
        for one in reachable:
            yield Hit(f"identity.persons.{one.person_id}.safe_contact", "kept")
