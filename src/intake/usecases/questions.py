"""A draft as its questionnaire sees it. A module of its own, because the engine costs every command that loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.keys.times import json_time
from intake.questionnaire import model
from intake.questionnaire.engine import Host, Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intake.questionnaire.engine import Changes, Position
    from intake.records.faults import Finding
    from intake.store.rows import DraftSummary, Value
    from intake.usecases.environment import Environment

FORM = "first_account"


def ready() -> None:
    """Read the form now; else the first draft waits for it."""
    model.load(FORM)


def questions_of(env: Environment, draft: DraftSummary, values: Mapping[str, Value]) -> Session:
    """The draft as its questionnaire sees it, for reading only."""

    def refuse(changes: Changes, position: Position) -> None:
        raise AssertionError(len(changes), len(position))  # nobody answers here

    form = model.load(draft.questionnaire.partition("@")[0] or FORM)
    plain = {path: value.value for path, value in values.items()}
    host = Host(refuse, lambda: json_time(env.clock()))
    return Session(form, plain, host, lang=env.t.lang, position=draft.position or {})


def asked_at(session: Session, findings: Iterable[Finding]) -> dict[str, str]:
    """Field of a finding -> the question that can mend it, as the interviewer knows it."""
    lines = {finding.field: session.asks(finding.field) for finding in findings}
    return {
        field: " · ".join(part for part in (line.section, line.about, line.label) if part)
        for field, line in lines.items()
        if line is not None
    }
