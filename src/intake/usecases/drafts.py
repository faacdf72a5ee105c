"""What several deeds do with a draft: find it by what was typed, and read it as a testimony."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intake.errors import NotInVault, SealedHere
from intake.questionnaire import model
from intake.questionnaire.engine import Host, Session
from intake.records.ids import normalise_case_code
from intake.records.paths import assemble
from intake.records.testimony import Testimony, parse_testimony
from intake.usecases.environment import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intake.questionnaire.engine import Changes, Position
    from intake.records.faults import Finding
    from intake.store.rows import DraftSummary, Value
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment

FORM = "first_account"
NO_QUESTIONNAIRE = ""  # of a draft that came by `add`


def find_draft(vault: Vault, typed: str) -> DraftSummary:
    """The draft of a case code (any spacing, any dashes); a sealed case has an error of its own."""
    case = normalise_case_code(typed)
    draft = vault.drafts.get(case)
    if draft is not None:
        return draft
    if vault.sealed.get(case):
        raise SealedHere(case=case)
    raise NotInVault(what="case", name=case)


def testimony_json(values: dict[str, Value]) -> dict[str, Any]:
    """The answers as one tree."""
    return assemble({path: value.value for path, value in values.items()})


def testimony_of(values: dict[str, Value]) -> Testimony:
    """The answers as a testimony; BadTestimony names the fields that are not as they should be."""
    return parse_testimony(testimony_json(values))


def questions_of(env: Environment, draft: DraftSummary, values: Mapping[str, Value]) -> Session:
    """The draft as its questionnaire sees it, for reading only."""

    def refuse(changes: Changes, position: Position) -> None:
        raise AssertionError(len(changes), len(position))  # nobody answers here

    form = model.load(draft.questionnaire.partition("@")[0] or FORM)
    plain = {path: value.value for path, value in values.items()}
    host = Host(refuse, lambda: stamp(env.clock()))
    return Session(form, plain, host, lang=env.t.lang, position=draft.position or {})


def asked_at(session: Session, findings: Iterable[Finding]) -> dict[str, str]:
    """Field of a finding -> the question that can mend it, as the interviewer knows it."""
    lines = {finding.field: session.asks(finding.field) for finding in findings}
    return {
        field: " · ".join(part for part in (line.section, line.about, line.label) if part)
        for field, line in lines.items()
        if line is not None
    }


def events_of(values: dict[str, Value]) -> dict[str, int]:
    """In which order the answers were given (V02)."""
    return {path: value.event for path, value in values.items()}
