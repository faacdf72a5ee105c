"""A request to search for somebody: a child, a prisoner of war, a civilian hostage, a relocated or transported person.

What tells who they are (names, marks, photographs, tax and paper numbers) stands in the identity part, under the same
id. What is given for a search is used for nothing else (CED art. 19). Spec: docs/spec/record-v1.md, "Searches".
"""

from typing import Annotated, Literal

from pydantic import Field

from intake.records.fields import (
    WORDS,
    CodeText,
    Day,
    EdtfText,
    Flag,
    Id,
    In,
    Line,
    Many,
    Model,
    PersonRef,
    Refers,
    Text,
)
from intake.records.incident import LastContact, PlaceRef, Sighting


class LastSeen(Model):
    """Where and with whom somebody was last seen."""

    when: EdtfText | None = None
    place_id: PlaceRef | None = None
    with_ids: Many[PersonRef] = ()


class Filing(Model):
    """To whom the disappearance was reported before. Its number is in the identity part."""

    institution: Annotated[CodeText, In("institution")]
    date: EdtfText | None = None


class SearchResult(Model):
    """What an enquiry brought, so far."""

    status: Annotated[CodeText, In("search_status")] = "not_filed"
    on: Day | None = None
    source: Annotated[CodeText, In("institution")] | None = None


class MilitaryData(Model):
    """Of a prisoner of war, and no more than GC III art. 17 asks; never in a public notice."""

    rank: Line | None = None
    unit: Line | None = None


class SearchRequest(Model):
    """One person is sought by one request."""

    id: Id
    sought_person_id: Annotated[Id, Refers("account.people", "sought_person")] | None = None
    category: Annotated[CodeText, In("person_category")] | None = None
    requester_id: Annotated[Id, Refers("account.people", "requester")] | None = None
    relation: Annotated[CodeText, In("relation")] | None = None
    lived_together_before: Flag | None = None
    last_contact: LastContact | None = None
    last_seen: LastSeen | None = None
    circumstances: Text | None = None
    taken_by: Annotated[CodeText, In("actor")] | None = None
    separation_cause: Annotated[CodeText, In("separation_cause")] | None = None
    sightings: Many[Sighting] = ()
    clothing: Line | None = None
    medical_needs: Text | None = None
    military_data: MilitaryData | None = None
    previous_filings: tuple[Filing, ...] | None = None
    result: SearchResult | None = None
    dna_sample_given: Literal["yes", "no", "unknown"] | None = None
    publish: Flag | None = Field(default=None, description="whether the requester wishes a public notice; V15 decides")
    message_to_person: Annotated[str, WORDS, Field(min_length=1, max_length=200)] | None = None
