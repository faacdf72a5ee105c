"""The identity part: names, contacts, documents, file names. Other keys open it; the account never repeats it.

Spec: docs/spec/record-v1.md, "Two parts".
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from intake.records.fields import (
    CodeText,
    Day,
    EdtfText,
    Flag,
    Id,
    In,
    Lang,
    Line,
    Many,
    Model,
    Name,
    PersonRef,
    Refers,
    Text,
)


class PersonName(Model):
    """A name as it was said or printed; nobody is forced to have three parts."""

    full_original: Name
    kind: Literal["legal", "birth", "alias", "nickname", "call_sign", "imposed_document", "transliterated"] = "legal"
    family: Name | None = None
    given: Name | None = None
    patronymic: Name | None = None
    language: Lang | None = None
    document_spelling: Name | None = None


class IdentityDocument(Model):
    """A paper that says who somebody is."""

    type: Line
    number: Line | None = None
    issuer: Line | None = None
    date: EdtfText | None = None
    held_by: Line | None = None


class Window(Model):
    """When it is safe to make contact."""

    model_config = ConfigDict(serialize_by_alias=True)

    days: Many[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = ()
    from_: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(alias="from")
    to: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    time_zone: Line = "Europe/Kyiv"


class SafeContact(Model):
    """How to reach somebody without harming them. `channel = none` says: do not."""

    channel: Annotated[CodeText, In("contact_channel")]
    value: Line | None = None
    windows: Many[Window] = ()
    windows_note: Line | None = Field(default=None, description="the person's words, when no clock times were given")
    who_may_answer: Line | None = None
    what_we_may_say: Line | None = None
    code_phrase: Line | None = None
    language: Lang | None = None
    last_verified: Day | None = None


class IdentityPerson(Model):
    """What is known of who somebody is; `person_id` is the person's id in the account."""

    person_id: PersonRef
    names: Many[PersonName] = ()
    birth_date: EdtfText | None = None
    identity_documents: Many[IdentityDocument] = ()
    rnokpp: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None
    safe_contact: SafeContact | None = None


class NumberedThing(Model):
    """A thing with a number that may lead to somebody: a telephone, a vehicle, a paper."""

    kind: Literal["phone", "imei", "vehicle_plate", "passport", "other"]
    number: Line


class FilingNumber(Model):
    """Under which number an institution keeps a report."""

    institution: Annotated[CodeText, In("institution")]
    number: Line


class IdentitySearch(Model):
    """What a search needs of who somebody is; `search_id` is the request's id in the account."""

    search_id: Annotated[Id, Refers("account.searches")]
    distinguishing_marks: Text | None = None
    photo_ids: Many[Annotated[Id, Refers("account.evidence")]] = ()
    numbered_things: Many[NumberedThing] = ()
    filing_numbers: Many[FilingNumber] = ()


class NamedFile(Model):
    """The file name of an evidence item: a name often says who."""

    evidence_id: Annotated[Id, Refers("account.evidence")]
    file_name: Line


class Signature(Model):
    """How the person signed, if they did."""

    kind: Literal["paper_photo", "audio", "none"]
    evidence_id: Annotated[Id, Refers("account.evidence")] | None = None
    kept_apart: Flag | None = None


class Identity(Model):
    """The identity part of one testimony."""

    persons: Many[IdentityPerson] = ()
    searches: Many[IdentitySearch] = ()
    files: Many[NamedFile] = ()
    signature: Signature | None = None
    code_phrase_said: Line | None = Field(default=None, description="what was said when a withdrawal was asked for")
