"""What a person agreed to, decision by decision. A scope that was not discussed means no.

`allows` is the one function that sharing asks. Nothing here decides for a person, and no decision has a default.
Spec: docs/spec/record-v1.md, "Consent".
"""

from collections.abc import Mapping
from operator import not_
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from intake.records.fields import (
    CodeText,
    Day,
    Digest,
    Id,
    In,
    Lang,
    Line,
    Many,
    Model,
    PersonRef,
    Principal,
    Refers,
    Text,
    Time,
)

Given = ("given", "given_with_limits")

SCOPE_OF: Mapping[str, str] = MappingProxyType(
    {
        # What is done with a record.
        "search": "share_nib_search",
        "search_notice": "publish_search",
        "statistics": "anonymised_statistics",
        "statistics_by_hromada": "anonymised_statistics",
        # To whom it is disclosed. An institution that is not here can't be agreed to by its name, so it gets nothing.
        "ins.pgo_ua": "share_pgo_ua",
        "ins.crimea_prosecutor": "share_pgo_ua",
        "ins.icc_otp": "share_icc_otp",
        "ins.un_mechanism": "share_un",
        "ins.nib_ua": "share_nib_search",
        "ins.npu_missing": "share_nib_search",
        "ins.icrc_cta": "share_nib_search",
        "ins.eu_state_authority": "share_eu_protection",
        "ins.lawyer": "share_lawyer",
        "ins.cso": "share_partner_ngo",
        "ins.womens_org": "share_partner_ngo",
    }
)
"""Purposes beside the scopes themselves, and the scope that a person must have given for each."""


class Decision(Model):
    """One scope, one decision; `limits` are the person's words, `expires` the last day it holds."""

    decision: Annotated[CodeText, In("consent_decision")]
    limits: Text | None = None
    expires: Day | None = None


class Consent(Model):
    """The whole of it: who decided, what was explained and how it was understood, and each decision."""

    giver: Annotated[CodeText, In("consent_giver")] | None = None
    giver_person_id: PersonRef | None = None
    guardian_person_id: Annotated[Id, Refers("account.people", "guardian")] | None = None
    child_assent: Literal["yes", "no", "too_young"] | None = None
    best_interest_note: Text | None = None
    capacity: Literal["clear", "doubt", "absent"] | None = None
    explained: Many[Annotated[CodeText, In("consent_element")]] = ()
    not_explained: dict[Annotated[CodeText, In("consent_element")], Line] = Field(
        default={}, exclude_if=not_, description="element that was not explained -> the written reason"
    )
    form_id: Line | None = None
    form_version: Line | None = None
    form_hash: Digest | None = None
    language: Lang | None = None
    method: Annotated[CodeText, In("consent_method")] | None = None
    understood: Literal["yes", "no", "partly"] | None = None
    decisions: dict[Annotated[CodeText, In("consent_scope")], Decision] = Field(default={}, exclude_if=not_)
    obtained_at: Time | None = None
    obtained_by: Principal | None = None
    interpreter_id: Annotated[Id, Refers("account.people", "interpreter")] | None = None
    witness_code: Principal | None = None
    legal_basis: Many[
        Literal["consent", "legal_claims", "vital_interest", "public_interest", "legitimate_interest"]
    ] = ("consent",)

    def decided(self, scope: str) -> str:
        """The decision on a scope; `not_discussed` where there is none."""
        decision = self.decisions.get(scope)
        return decision.decision if decision else "not_discussed"

    def allows(self, purpose: str, on: str) -> bool:
        """Whether it may be used for that, on that day (`2026-11-21`): a scope, or a key of SCOPE_OF; else no.

        Limits are for a human to read: see `Decision`.
        """
        decision = self.decisions.get(SCOPE_OF.get(purpose, purpose))
        return decision is not None and decision.decision in Given and not (decision.expires and decision.expires < on)
