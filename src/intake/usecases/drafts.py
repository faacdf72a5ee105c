"""What several deeds do with a draft: find it by what was typed, and read its answers. No model is loaded here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.errors import AddendumHere, BadCaseCode, NotInVault, SealedHere
from intake.records.ids import normalise_case_code
from intake.records.paths import assemble

if TYPE_CHECKING:
    from intake.store.rows import DraftSummary, Value
    from intake.store.vault import Vault

NO_QUESTIONNAIRE = ""  # of a draft that came by `add`
ADDENDUM = "addendum"  # the mode of a draft of what was said later


def find_draft(vault: Vault, typed: str) -> DraftSummary:
    """The draft of a case code (any spacing, any dashes); a sealed case has an error of its own."""
    case = normalise_case_code(typed)
    draft = vault.drafts.get(case)
    if draft is not None:
        return draft
    if vault.sealed.get(case):
        raise SealedHere(case=case)
    raise NotInVault(what="case code", name=case)


def find_interview(vault: Vault, typed: str) -> DraftSummary:
    """The same for who goes through a questionnaire: an addendum has none."""
    draft = find_draft(vault, typed)
    if draft.mode == ADDENDUM:
        raise AddendumHere(case=draft.case_code)
    return draft


def same_case(typed: str, case: str) -> bool:
    """Whether what was typed to confirm is this case code."""
    try:
        return normalise_case_code(typed) == case
    except BadCaseCode:
        return False


def testimony_json(values: dict[str, Value]) -> dict[str, Any]:
    """The answers as one tree."""
    return assemble({path: value.value for path, value in values.items()})


def events_of(values: dict[str, Value]) -> dict[str, int]:
    """In which order the answers were given (V02)."""
    return {path: value.event for path, value in values.items()}
