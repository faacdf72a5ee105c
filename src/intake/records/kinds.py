"""The kinds of record that come after a testimony: what they hold and how they are built. Nothing is ever overwritten.

`addendum` and `withdrawal` are the person's, taken on any laptop, also one that can't read the testimony or never held
it; `coding` a coordinator's, `decision` an officer's, `tombstone` what stays of an erased record. What they come to
together is `folding.py`. Spec: docs/spec/record-v1.md, "Kinds".
"""

from typing import Annotated, Literal

from pydantic import Field

from intake.records.account import Account, Interview, Told
from intake.records.consent import Consent
from intake.records.envelope import (
    RECORD_NAME,
    BuiltRecord,
    Envelope,
    IdentityRecord,
    M,
    Sealing,
    Version,
    as_json,
    build,
    opened,
    shaped,
    signed_files,
    with_files,
)
from intake.records.fields import CaseCode, CodeText, Day, Digest, Id, In, Many, Model, Principal, Text, Time
from intake.records.identity import Identity
from intake.records.testimony import Testimony

RequestedBy = Literal["person", "guardian", "family", "interviewer"]
Effect = Literal["stop_sharing", "restrict", "erase_identity", "erase_all"]
DecisionKind = Literal[
    "link",
    "not_same",
    "fork_resolved",
    "conflict_resolved",
    "withdrawal_confirmed",
    "erase",
    "erase_identity",
    "erase_confirmed",
    "erase_refused",
    "legal_hold",
    "hold_lifted",
    "quarantine_released",
]
Once = Annotated[int, Field(strict=True, ge=1, le=1)]  # not Literal[1], to which true is 1
AccountPath = Annotated[str, Field(max_length=200, pattern=r"^account(\.[a-z0-9_-]{1,64})+$", description="draft path")]


class Of(Model):
    """Which testimony is meant: its case code, and what the laptop still knows beside it."""

    case: CaseCode
    id: Id | None = None
    record: Digest | None = None


# -- addendum ----------------------------------------------------------------------------------------------------------


class Correction(Model):
    """One field of the account as the person says it is now; the sealed one stays as it was.

    Names are said anew in the identity part, decisions in the consent.
    """

    field: AccountPath
    was: Text | None = Field(default=None, description="what stood there, as the person remembers it")
    now: Text


class AddendumBody(Model):
    """What the person adds or corrects. `adds` has people, places and ids of its own."""

    of: Of
    amendment: Annotated[CodeText, In("amendment")]
    requested_by: RequestedBy
    reason: Text
    adds: Told = Told.model_construct()
    corrects: Many[Correction] = ()
    interview: Interview = Interview.model_construct()


class Addendum(Envelope):
    """More of a testimony, said later; its consent holds the decisions that changed, or is null."""

    kind: Literal["addendum"]
    consent: Consent | None
    body: AddendumBody

    def testimony(self, identity: IdentityRecord | None = None) -> Testimony:
        """What was added as a testimony of its own, for whatever looks into testimonies."""
        account = Account.model_construct(
            **self.body.adds.__dict__, interview=self.body.interview, consent=self.consent or Consent()
        )
        said = identity.body if identity else None
        return Testimony.model_construct(id=self.id, case=self.case, account=account, identity=said)

    def files(self, identity: IdentityRecord | None = None) -> dict[str, str]:
        """Evidence id -> SHA-256 of the file that was signed with it, as far as its part could be opened."""
        return signed_files(self.body.adds.evidence, self.attachments, identity)


def build_addendum(
    body: AddendumBody, sealing: Sealing, *, consent: Consent | None = None, identity: Identity | None = None
) -> BuiltRecord:
    """Its bytes. Without a stub of the testimony, `sealing` has a fresh id and no `prev`."""
    whole = body.model_copy(update={"adds": with_files(body.adds, sealing)})
    return _checked(Addendum, build("addendum", as_json(whole), sealing, consent=consent, identity=identity))


# -- withdrawal --------------------------------------------------------------------------------------------------------


class WithdrawalBody(Model):
    """What is taken back. No scope means every scope; storage is taken back by name or by `erase_all` only."""

    of: Of
    scopes: Many[Annotated[CodeText, In("consent_scope")]] = ()
    effect: Effect
    requested_by: RequestedBy
    at: Time | None = None
    reason: Text | None = None


class Withdrawal(Envelope):
    """A consent taken back. The code phrase that was said is in the identity part (`code_phrase_said`)."""

    kind: Literal["withdrawal"]
    attachments: tuple[()]
    consent: None
    body: WithdrawalBody


def build_withdrawal(body: WithdrawalBody, sealing: Sealing, *, identity: Identity | None = None) -> BuiltRecord:
    """Its bytes. Without a stub of the testimony, `sealing` has a fresh id and no `prev`."""
    return _checked(Withdrawal, build("withdrawal", as_json(body), sealing, consent=None, identity=identity))


# -- what an organisation says of a testimony --------------------------------------------------------------------------


class Office(Envelope):
    """A record of the organisation's own: no files, no identity part, no consent."""

    attachments: tuple[()]
    identity: None
    consent: None


class Verification(Model):
    """How far the account was checked, and against what."""

    status: Annotated[CodeText, In("verification")]
    on: Day | None = None
    sources: Text | None = None


class Recoded(Model):
    """One incident as the coordinator codes it. Legal qualifications stand here and nowhere else."""

    incident_id: Id
    violations: Many[Annotated[CodeText, In("violation")]] = ()
    mechanisms: Many[Annotated[CodeText, In("mechanism")]] = ()
    legal: Many[Annotated[CodeText, In("legal_layer")]] = ()
    note: Text | None = None


class CodingBody(Model):
    """A coordinator's reading of one record version."""

    of: Digest
    sensitivity: Annotated[CodeText, In("sensitivity")] | None = None
    verification: Verification | None = None
    incidents: Many[Recoded] = ()
    retention_review: Day | None = None
    note: Text | None = None


class Coding(Office):
    """One version of a coordinator's coding; its chain is its author's own, for one record."""

    kind: Literal["coding"]
    body: CodingBody


class DecisionBody(Model):
    """What an officer decided on which records; `head` is the one that stands, where one of several does."""

    kind: DecisionKind
    of: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=1_000)]
    head: Digest | None = None
    reason: Text


class Decision(Office):
    """An officer's decision. It stands alone: another one may answer it, none follows it."""

    kind: Literal["decision"]
    version: Once
    prev: None
    body: DecisionBody


class TombstoneBody(Model):
    """Which record was erased, when, by whom, by which decision. Nothing of a person.

    `part`: its identity part alone, with the files that belong to it; absent, all of it.
    """

    of: Digest
    part: Literal["identity"] | None = None
    id: Id
    version: Version
    erased_at: Time
    by: Principal
    decision: Digest


class Tombstone(Office):
    """What stays of an erased record."""

    kind: Literal["tombstone"]
    version: Once
    prev: None
    body: TombstoneBody


def build_coding(body: CodingBody, sealing: Sealing) -> BuiltRecord:
    """Its bytes."""
    return _checked(Coding, build("coding", as_json(body), sealing, consent=None, identity=None))


def build_decision(body: DecisionBody, sealing: Sealing) -> BuiltRecord:
    """Its bytes."""
    return _checked(Decision, build("decision", as_json(body), sealing, consent=None, identity=None))


def build_tombstone(body: TombstoneBody, sealing: Sealing) -> BuiltRecord:
    """Its bytes."""
    return _checked(Tombstone, build("tombstone", as_json(body), sealing, consent=None, identity=None))


def _checked(model: type[M], built: BuiltRecord) -> BuiltRecord:
    """What we can't read back is never signed."""
    shaped(model, opened(built.record, RECORD_NAME))
    return built
