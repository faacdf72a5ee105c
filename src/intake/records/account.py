"""The account: who did what to whom, where, when, how. Its incidents are in `incident.py`, its searches in `search.py`.

Nothing in here can hold a name, a contact, a document number or a file name: those fields exist only in
`identity.py`. Almost everything may be missing, because an interview may be cut short at any answer; what a whole
record needs is a rule (V26, `rules.py`), not a shape. Field names are the field's own (docs/spec/record-v1.md).
"""

from operator import not_
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from intake.records.consent import Consent
from intake.records.fields import (
    CaseCode,
    CodeText,
    Count,
    Country,
    Day,
    EdtfText,
    Flag,
    Id,
    In,
    Lang,
    Line,
    Many,
    Model,
    Narrative,
    Path,
    PersonRef,
    Principal,
    Refers,
    Sha256,
    Size,
    Text,
    Time,
)
from intake.records.incident import Certainty, Incident
from intake.records.search import SearchRequest

RuleId = Annotated[str, Field(pattern=r"^V[0-9]{2}$")]
Age = Annotated[int, Field(strict=True, ge=0, le=120)]


class Pause(Model):
    """A break in the interview."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Time = Field(alias="from")
    to: Time | None = None
    reason: Line | None = None


class PersonPresent(Model):
    """Who else was in the room, by role; a code for colleagues, an id for people of the record."""

    role: Annotated[CodeText, In("person_role")]
    person_id: PersonRef | None = None
    code: Principal | None = None


class Interpreter(Model):
    """Through whom the words went."""

    code: Principal
    languages: Many[Lang] = ()
    relation_to_person: Annotated[CodeText, In("relation")] | None = None
    oath_read: Flag | None = None


class QuestionAsked(Model):
    """A question put in the interviewer's own words, and its kind: shows how the account arose."""

    text: Line
    kind: Annotated[CodeText, In("question_kind")]
    at: Time | None = None


class Interview(Model):
    """Who recorded, when, how, with whom present. No address."""

    interviewer_code: Principal | None = None
    trained_full: Flag | None = None
    trained_child: Flag | None = None
    trained_sv: Flag | None = None
    started_at: Time | None = None
    ended_at: Time | None = None
    clock_unreliable: Flag | None = None
    pauses: Many[Pause] = ()
    status: Annotated[CodeText, In("interview_status")] | None = None
    resume_of: Id | None = None
    earlier_case: CaseCode | None = Field(default=None, description="a second interview: the case code of the first")
    mode: Annotated[CodeText, In("interview_mode")] | None = None
    remote_alone_confirmed: Literal["yes", "no", "cannot_tell"] | None = None
    persons_present: tuple[PersonPresent, ...] | None = None
    interpreter: Interpreter | None = None
    languages_used: Many[Lang] = ()
    place_type: Literal["office", "home", "shelter", "public", "clinic", "detention", "online", "other"] | None = None
    recorded: Literal["none", "audio", "video"] | None = None
    question_log: Many[QuestionAsked] = ()
    intermediary: Principal | None = None
    distress_observed: Literal["none", "mild", "strong"] | None = None
    closing_done: tuple[Literal["read_back", "next_steps", "emergency_contacts", "questions"], ...] | None = None
    closing_reason: Line | None = Field(default=None, description="why a step of the closing was left out")
    device_id: Principal | None = None
    app_version: Line | None = None


class Risk(Model):
    """What could happen to the person and to those near them. An empty `flags` says that none was found."""

    flags: tuple[Annotated[CodeText, In("risk_flag")], ...] | None = None
    level: Annotated[CodeText, In("risk_level")] | None = None
    level_reason: Line | None = Field(default=None, description="why it was set lower or higher than the flags say")
    mitigation: Text | None = None
    self_incrimination_warned: Flag | None = None
    welfare_check_done: Flag | None = None
    reassess_on: Day | None = None
    assessed_by: Principal | None = None
    at: Time | None = None


class Citizenship(Model):
    """A citizenship, and whether it is held or only claimed by somebody."""

    country: Country
    kind: Literal["held", "claimed"] = "held"


class Liberty(Model):
    """Where somebody stands between free and held, and as of when."""

    status: Annotated[CodeText, In("liberty_status")]
    as_of: EdtfText | None = None


class Affiliation(Model):
    """Whom an alleged perpetrator belonged to, as alleged."""

    actor: Annotated[CodeText, In("actor")] | None = None
    unit: Line | None = None
    rank: Line | None = None
    position: Line | None = None


class Person(Model):
    """Somebody in the account, without a name. One person may hold several roles."""

    id: Id
    roles: Many[Annotated[CodeText, In("person_role")]] = ()
    counting_unit: Literal["individual", "family", "group", "community"] = "individual"
    group_size: Count | None = None
    sex: Annotated[CodeText, In("sex")] | None = None
    age_at_event: Age | None = None
    age_estimated: Flag | None = None
    is_child: Flag | None = Field(default=None, description="under 18 at the interview")
    looks_under_18: Flag | None = Field(default=None, description="asked when the age is not known")
    citizenships: Many[Citizenship] = ()
    ru_citizenship_basis: Annotated[CodeText, In("citizenship_basis")] | None = None
    ethnicity_or_label: Line | None = Field(default=None, description="only when it was the ground, or volunteered")
    affected_categories: Many[Annotated[CodeText, In("person_category")]] = ()
    liberty_status: Liberty | None = None
    current_country: Country | None = None
    languages: Many[Lang] = ()
    accessibility: Many[Literal["hearing", "sight", "literacy", "mobility", "cognitive", "other"]] = ()
    affiliation: Affiliation | None = None
    identification_basis: Many[Annotated[CodeText, In("identification_basis")]] = ()
    description: Text | None = None
    confidential_from: Many[Annotated[CodeText, In("institution")]] = ()


class Point(Model):
    """Degrees as decimal text, north and east; two decimals (about a kilometre) unless the place is nobody's home."""

    lat: Annotated[str, Field(pattern=r"^-?[0-9]{1,2}\.[0-9]{2,5}$")]
    lon: Annotated[str, Field(pattern=r"^-?[0-9]{1,3}\.[0-9]{2,5}$")]


class Place(Model):
    """A place in the person's words first; the codifier's code and everything else beside them, never instead."""

    id: Id
    text_as_said: Line | None = None
    katotth: Annotated[str, Field(pattern=r"^UA[0-9]{17}$", description="code of the official codifier")] | None = None
    katotth_edition: Day | None = Field(default=None, description="codes and names change: whose they were")
    name_uk: Line | None = Field(default=None, description="the codifier's name, of that edition")
    former_name: Line | None = None
    country: Country | None = None
    type: Annotated[CodeText, In("place_type")] | None = None
    precision: Annotated[CodeText, In("place_precision")] | None = None
    point: Point | None = None
    facility_name: Line | None = None


class Fact(Model):
    """One thing that was said, and how the speaker knows it."""

    text: Text
    knowledge_basis: Annotated[CodeText, In("knowledge_basis")]
    incident_id: Annotated[Id, Refers("account.incidents")] | None = None


class Link(Model):
    """Between two people of the record: a relation, or a part somebody had in an incident."""

    from_id: PersonRef
    to_id: PersonRef
    kind: Literal["involvement", "relationship", "source_of", "represents", "same_as"]
    relation: Annotated[CodeText, In("relation")] | None = None
    involvement: Annotated[CodeText, In("involvement")] | None = None
    incident_id: Annotated[Id, Refers("account.incidents")] | None = None
    certainty: Certainty = "certain"


class Translation(Model):
    """The narrative in another language; the original stays as it is."""

    lang: Lang
    text: Narrative
    translator_id: Principal | None = None
    date: Day | None = None


class PriorAccount(Model):
    """To whom the person has told this before."""

    to: Annotated[CodeText, In("institution")]
    when: EdtfText | None = None
    recorded: Flag | None = None
    official: Flag | None = None


class CustodyEvent(Model):
    """One step in the life of an evidence item: who had it, who got it, and its digest before and after."""

    event: Annotated[CodeText, In("custody_event")]
    at: Time
    by: Principal
    handed_by: PersonRef | None = None
    handed_to: Principal | None = None
    hash_before: Sha256 | None = None
    hash_after: Sha256 | None = None


class Evidence(Model):
    """A file or thing that was shown or handed over. In the account it has no file name and no title."""

    id: Id
    type: Annotated[CodeText, In("evidence_type")] | None = None
    part: Literal["account", "identity"] = "identity"
    attachment: Count | None = Field(default=None, description="index among the attachments of its part")
    sha256: Sha256 | None = Field(default=None, description="as first measured, also where the file itself is not kept")
    size: Size | None = None
    is_original: Literal["original_seen_not_kept", "copy", "screenshot", "export"] | None = None
    obtained_from: PersonRef | None = None
    obtained_how: Line | None = None
    obtained_at: Time | None = None
    created_at_item: EdtfText | None = None
    shows: (
        tuple[
            Literal[
                "faces_adult", "faces_child", "nudity", "injury", "military", "location", "id_document", "signature"
            ],
            ...,
        ]
        | None
    ) = None
    creator: PersonRef | None = None
    device_metadata_kept: Flag | None = Field(default=None, description="the bytes are as they came, EXIF and all")
    custody: Many[CustodyEvent] = ()
    consent_scopes: Many[Annotated[CodeText, In("consent_scope")]] = ()


class Need(Model):
    """What somebody needs, and how soon."""

    id: Id
    need: Annotated[CodeText, In("need")] | None = None
    urgency: Literal["immediate", "days", "weeks", "none"] | None = None
    for_person: PersonRef | None = None
    recipient: Annotated[CodeText, In("institution")] | None = None
    consent_referral: Flag | None = None
    minimum_data: Many[Path] = Field(default=(), description="paths of the fields that may be handed on; no others")
    status: Annotated[CodeText, In("referral_status")] | None = None
    offered_on: Day | None = None
    answered_on: Day | None = None
    feedback: Text | None = None


class Mark(Model):
    """A rule that did not hold when an interrupted interview was sealed, for a coordinator to see."""

    rule: RuleId
    field: Path


class Reason(Model):
    """Why a warning was let stand: its rule, its field, and the interviewer's words."""

    rule: RuleId
    field: Path
    reason: Line


class Told(Model):
    """What a person tells, in the interview or later: an addendum holds no more than this."""

    language_of_account: Many[Lang] = ()
    people: Many[Person] = ()
    places: Many[Place] = ()
    incidents: Many[Incident] = ()
    links: Many[Link] = ()
    narrative_original: Narrative | None = None
    narrative_style: Annotated[CodeText, In("account_style")] | None = None
    narrative_translation: Many[Translation] = ()
    facts: Many[Fact] = ()
    evidence: Many[Evidence] = ()
    needs: Many[Need] = ()
    searches: Many[SearchRequest] = ()
    wishes_to_talk_to: tuple[Annotated[CodeText, In("institution")], ...] | None = None
    remedies: tuple[Annotated[CodeText, In("remedy")], ...] = Field(
        default=(), exclude_if=not_, description="what they want negotiators to see to"
    )


class Body(Told):
    """All of the account but the consent, which a record carries in a place of its own."""

    account_mode: Annotated[CodeText, In("account_mode")] = "first_account"
    interview: Interview = Interview.model_construct()
    risk: Risk = Risk.model_construct()
    read_back: Literal["yes", "no", "refused"] | None = None
    read_back_corrections: Text | None = None
    prior_accounts: tuple[PriorAccount, ...] | None = None
    nil: dict[
        Annotated[str, Field(max_length=200, pattern=r"^(account|identity)(\.[a-z0-9_-]{1,64})+$")],
        Annotated[CodeText, In("nil_reason")],
    ] = Field(default={}, exclude_if=not_, description="path of a field without a value -> why")
    reasons: Many[Reason] = ()
    marks: tuple[Mark, ...] = Field(default=(), exclude_if=not_, description="written by sealing only")


class Account(Body):
    """The account as it is taken, consent included."""

    consent: Consent = Consent.model_construct()
