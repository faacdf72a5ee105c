"""V01, V02 and V12: consent before content, and a contact exactly where one was agreed to. They stop any sealing."""

from collections.abc import Iterator, Mapping

from intake import vocabulary
from intake.records import consent_text
from intake.records.consent import Given
from intake.records.context import Context, Hit

CONSENT = "account.consent"

CONTENT = (
    "account.narrative_original",
    "account.narrative_translation",
    "account.read_back_corrections",
    "account.facts",
    "account.incidents",
    "account.places",
    "account.evidence",
    "account.searches",
    "identity",
)
"""What opens only after consent: narrative, incident, place, evidence, search, and everything of identity."""


# -- V01 ---------------------------------------------------------------------------------------------------------------


def consent_first(context: Context) -> Iterator[Hit]:
    """V01. A draft without content may still lack its consent; a whole testimony never."""
    if context.stage != "draft" or _has_content(context):
        yield from _consent_gaps(context)
        yield from _text_read(context)


def _text_read(context: Context) -> Iterator[Hit]:
    """The words that were read: of ours, those of that version and language; of another version nobody can say here."""
    consent = context.account.consent
    form, version, lang, digest = consent.form_id, consent.form_version, consent.language, consent.form_hash
    if form != consent_text.TEXT_ID or not (version and lang and digest):
        return  # an organisation's own text; and V26 speaks of what is missing
    known = consent_text.known_digest(form, version, lang)
    if known is None:
        yield Hit(f"{CONSENT}.form_version", "version", {"version": version, "lang": lang})
    elif known != digest:
        yield Hit(f"{CONSENT}.form_hash", "text")


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
        account.searches,
        identity and (identity.persons or identity.searches or identity.files or identity.signature),
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


# -- V12 ---------------------------------------------------------------------------------------------------------------


def contact_as_decided(context: Context) -> Iterator[Hit]:
    """V12: a way to reach the person stands there exactly when they agreed to be reached."""
    if context.identity_sealed:
        return
    agreed = context.account.consent.decided("contact_again") in Given
    contacts = context.identities.values()
    reachable = [one for one in contacts if one.safe_contact and one.safe_contact.channel != "none"]
    if agreed and not reachable:
        yield Hit("identity.persons", "missing")
    if not agreed:
        for one in reachable:
            yield Hit(f"identity.persons.{one.person_id}.safe_contact", "kept")
