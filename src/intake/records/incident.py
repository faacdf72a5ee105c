"""An incident: one thing that was done, and what is asked about acts of its kind.

Each kind of act has a block of its own, so that facts which the law tells apart stand apart: a summons, a contract,
service and being sent to fight are four blocks, and each may be there without the others. All are coded after the
narrative and never shown to the person. Sexual violence has no field for what was done: nobody is to ask.
`when` of a block is EDTF and may be an interval. Spec: docs/spec/record-v1.md, "Incidents".
"""

from typing import Annotated, Literal

from pydantic import Field

from intake.records.fields import (
    CodeText,
    Count,
    EdtfText,
    Flag,
    Id,
    In,
    Line,
    Many,
    Model,
    PersonRef,
    Principal,
    Refers,
    Text,
    Time,
)

Certainty = Literal["certain", "probable", "possible"]
YesNo = Literal["yes", "no", "unknown"]
Channel = Literal["in_person", "call", "message", "letter", "online", "through_others", "other", "unknown"]

PlaceRef = Annotated[Id, Refers("account.places")]
EvidenceRef = Annotated[Id, Refers("account.evidence")]


class DocumentGiven(Model):
    """A paper that was handed over by officials: what it is, not its number."""

    type: Line
    date: EdtfText | None = None
    evidence_id: EvidenceRef | None = None


class Oath(Model):
    """An oath of allegiance that was demanded (Hague Regulations art. 45)."""

    taken: Literal["yes", "no", "refused", "unknown"] | None = None
    wording: Text | None = Field(default=None, description="as far as the person remembers it")
    when: EdtfText | None = None
    place_id: PlaceRef | None = None


class ForcedCitizenship(Model):
    """How Russian citizenship came about this time, and what became of the Ukrainian papers."""

    basis: Annotated[CodeText, In("citizenship_basis")] | None = None
    applied_by: Literal["self", "parent", "guardian", "institution", "authority", "nobody", "unknown"] | None = None
    applied_on: EdtfText | None = None
    issued_on: EdtfText | None = None
    renunciation: Literal["signed", "refused", "demanded", "not_asked", "unknown"] | None = None
    ukrainian_papers: Literal["kept", "hidden", "taken", "destroyed", "unknown"] | None = None


class Summons(Model):
    """A military summons: how it reached the person, and what they did."""

    date: EdtfText | None = None
    place_id: PlaceRef | None = None
    handed_by: Line | None = Field(default=None, description="office or position, no name")
    how: (
        Literal[
            "with_passport",
            "at_home",
            "at_work",
            "in_street",
            "checkpoint",
            "public_place",
            "by_post",
            "by_phone",
            "electronic",
            "through_others",
            "other",
        ]
        | None
    ) = None
    reaction: Text | None = None
    evidence_id: EvidenceRef | None = None


class Contract(Model):
    """A contract of service that was put before the person."""

    when: EdtfText | None = None
    place_id: PlaceRef | None = None
    signed: Literal["yes", "no", "refused", "by_others", "unknown"] | None = None
    wanted: YesNo | None = Field(default=None, description="whether they wanted it; who was pressed answers no")
    pressure: Text | None = Field(default=None, description="what was said or done to make them sign")
    copy_given: YesNo | None = None


class Service(Model):
    """Time in the forces of the occupying Power. The warning on self-incrimination comes first (V11)."""

    served: YesNo | None = None
    when: EdtfText | None = None
    unit: Line | None = None
    place_id: PlaceRef | None = None
    training: YesNo | None = None
    weapon: YesNo | None = None
    wages: YesNo | None = None
    left: Literal["discharged", "escaped", "surrendered", "captured", "wounded", "serving", "other"] | None = None


class SentToFight(Model):
    """Being sent against one's own country: a fact of its own (Rome Statute art. 8(2)(b)(xv))."""

    sent: YesNo | None = None
    when: EdtfText | None = None
    place_id: PlaceRef | None = None
    refused: YesNo | None = None
    order: Text | None = Field(default=None, description="the words of the order")


class HeldAt(Model):
    """One place of a detention, in order."""

    place_id: PlaceRef
    when: EdtfText | None = None
    actor: Annotated[CodeText, In("actor")] | None = None
    conditions: Text | None = None


class Sighting(Model):
    """Who saw somebody, or heard of them, where and when, and how they know."""

    seen_by: PersonRef | None = None
    when: EdtfText | None = None
    place_id: PlaceRef | None = None
    basis: Annotated[CodeText, In("knowledge_basis")] | None = None
    note: Text | None = None


class ProofOfLife(Model):
    """A sign that somebody held was alive on a day."""

    kind: Literal[
        "letter",
        "call",
        "message",
        "photo",
        "video",
        "parcel_accepted",
        "seen",
        "lawyer_visit",
        "official_answer",
        "icrc",
        "other",
    ]
    when: EdtfText | None = None
    evidence_id: EvidenceRef | None = None
    note: Text | None = None


class Detention(Model):
    """Deprivation of liberty: where, on what ground, acknowledged or not, seen by whom, alive when."""

    when: EdtfText | None = None
    held_at: Many[HeldAt] = ()
    charge: Text | None = Field(default=None, description="what the captors said it was for")
    acknowledged: YesNo | None = None
    court_decision: YesNo | None = None
    court: Literal["ukrainian", "russian", "occupation", "other", "unknown"] | None = Field(
        default=None, description="whose court it was: a sentence of Ukraine's own is another thing (GC IV art. 76)"
    )
    contact: tuple[Literal["letters", "calls", "visits", "parcels", "lawyer", "icrc"], ...] | None = None
    seen_by: Many[Sighting] = ()
    proof_of_life: Many[ProofOfLife] = ()
    ended: Literal["held", "released", "exchanged", "escaped", "handed_over", "died", "unknown"] | None = None
    ended_on: EdtfText | None = None


class Deportation(Model):
    """A transfer of people: from, to, by whom asked, and whether there is a way back."""

    from_place_id: PlaceRef | None = None
    to_place_id: PlaceRef | None = None
    route: Text | None = None
    transport: Literal["bus", "train", "plane", "ship", "car", "foot", "other", "unknown"] | None = None
    reason_given: Text | None = None
    consent_asked: YesNo | None = None
    documents_taken: YesNo | None = None
    accompanied_by: Many[PersonRef] = ()
    return_possible: YesNo | None = None


class LastContact(Model):
    """When and how somebody was last heard."""

    when: EdtfText | None = None
    channel: Channel | None = None


class ChildTransfer(Model):
    """What was done with a child: whose hands, which papers, whether anybody looked for the parents."""

    guardian_id: PersonRef | None = Field(default=None, description="the child's own guardian or parent")
    guardian_agreed: YesNo | None = None
    placed_with: (
        Literal["institution", "foster_family", "adoption", "relatives", "camp", "hospital", "other", "unknown"] | None
    ) = None
    institution_place_id: PlaceRef | None = None
    reason_given: Text | None = None
    status_before: Line | None = None
    status_after: Line | None = None
    applied_by: Literal["parent", "guardian", "institution", "authority", "unknown"] | None = None
    parents_searched: YesNo | None = None
    name_changed: YesNo | None = None
    papers: Many[DocumentGiven] = ()
    last_contact: LastContact | None = None


class Filtration(Model):
    """A filtration: its steps, its end, and who was kept apart."""

    steps: (
        tuple[
            Literal[
                "questioned",
                "searched",
                "phone_searched",
                "fingerprints",
                "photographed",
                "undressed",
                "polygraph",
                "other",
            ],
            ...,
        ]
        | None
    ) = None
    outcome: Literal["passed", "held", "sent_back", "deported", "unknown"] | None = None
    separated_from: Many[PersonRef] = ()
    papers: Many[DocumentGiven] = ()


class PropertyLoss(Model):
    """What was taken or destroyed, and on what paper."""

    kind: Literal["home", "land", "vehicle", "business", "documents", "money", "belongings", "other"] | None = None
    what: Line | None = None
    action: (
        Literal["seized", "nationalised", "occupied", "looted", "destroyed", "registration_demanded", "other"] | None
    ) = None
    owner_ids: Many[PersonRef] = ()
    reason_given: Text | None = None
    papers: YesNo | None = Field(default=None, description="whether the owner still has papers")


class Torture(Model):
    """Pain inflicted, in the person's words; no list of methods is ever read out. Grading is a clinician's."""

    as_said: Text | None = None
    purpose: (
        tuple[Literal["information", "confession", "punishment", "intimidation", "discrimination", "other"], ...] | None
    ) = None
    marks_left: YesNo | None = None
    medical_help: Literal["given", "refused", "not_asked", "unknown"] | None = None
    examined: YesNo | None = Field(default=None, description="by a clinician, since")


class SexualViolence(Model):
    """Only what helps: who said it, and whether there was care. There is no field for the act."""

    told_by: Literal["survivor", "witness", "relative", "document"] | None = None
    within_72_hours: YesNo | None = Field(default=None, description="then medical help comes first")
    medical_care: Literal["received", "wanted", "declined", "unknown"] | None = None
    referral_offered: Flag | None = None


class DeniedService(Model):
    """A service that was refused, on which condition, and what came of it."""

    service: Annotated[CodeText, In("violation")]
    condition: Text | None = None
    when: EdtfText | None = None
    result: Text | None = None


class Labour(Model):
    """Work that was forced."""

    work: Line | None = None
    for_whom: Line | None = Field(default=None, description="an authority or a business, no private name")
    when: EdtfText | None = None
    paid: Literal["yes", "no", "partly", "unknown"] | None = None
    could_leave: YesNo | None = None
    threatened_with: Text | None = None


class Incident(Model):
    """One thing that was done: coded after the narrative, never shown to the person."""

    id: Id
    violations: Many[Annotated[CodeText, In("violation")]] = ()
    mechanisms: Many[Annotated[CodeText, In("mechanism")]] = ()
    victim_ids: Many[Annotated[Id, Refers("account.people", "victim")]] = ()
    alleged_perpetrator_ids: Many[Annotated[Id, Refers("account.people", "alleged_perpetrator")]] = ()
    actor_codes: Many[Annotated[CodeText, In("actor")]] = ()
    when: EdtfText | None = None
    when_precision_note: Line | None = Field(default=None, description="the person's own words: after Easter")
    place_id: PlaceRef | None = None
    coercion_statement: Text | None = Field(default=None, description="the exact words officials used")
    choice_offered: Literal["none", "service_or_penalty", "passport_or_loss", "leave_or_passport", "other"] | None = (
        None
    )
    refusal_consequence: Many[Annotated[CodeText, In("violation", "mechanism")]] = ()
    condition_put_to_third_party: Text | None = Field(default=None, description="what was demanded for a hostage")
    services_lost: Many[Annotated[CodeText, In("violation")]] = ()
    denied_services: Many[DeniedService] = ()
    documents_given: Many[DocumentGiven] = ()
    oath: Oath | None = None
    citizenship: ForcedCitizenship | None = None
    summons: Summons | None = None
    contract: Contract | None = None
    service: Service | None = None
    sent_to_fight: SentToFight | None = None
    detention: Detention | None = None
    deportation: Deportation | None = None
    child_transfer: ChildTransfer | None = None
    filtration: Filtration | None = None
    property: PropertyLoss | None = None
    torture: Torture | None = None
    sexual_violence: SexualViolence | None = None
    labour: Labour | None = None
    injury_harm: Text | None = None
    harm: tuple[Literal["body", "mind", "property", "social"], ...] | None = None
    ground_of_targeting: Many[
        Literal[
            "national",
            "ethnic",
            "political",
            "religious",
            "language",
            "gender",
            "profession",
            "family",
            "none",
            "unknown",
        ]
    ] = ()
    witnesses_present: Count | None = None
    status_at_end: Annotated[CodeText, In("liberty_status")] | None = None
    certainty_of_coder: Certainty | None = None
    coded_by: Principal | None = None
    coded_at: Time | None = None
