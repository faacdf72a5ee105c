"""A draft as its questionnaire sees it. A module of its own, because the engine costs every command that loads it.

A mission may have a questionnaire of its own, which the pack brings: it takes the place of ours in its mode. A draft
stays with the one it was taken with, by its digest, as long as the vault has it; else it is gone through with the form
of today of that name, and what no question of it asks stays as it was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake import __version__, vocabulary
from intake.errors import UnknownQuestionnaire
from intake.keys.pack import QUESTIONNAIRE
from intake.keys.times import json_time
from intake.questionnaire import model
from intake.questionnaire.engine import Host, Session
from intake.usecases import trusted
from intake.usecases.mission import policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from intake.questionnaire.engine import Changes, Line, Position, Save
    from intake.questionnaire.model import Questionnaire
    from intake.records.faults import Finding
    from intake.store.rows import DraftSummary, Value
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment

ASKED_APART = frozenset({"store_encrypted", "contact_again", "audio_recording", "video_photo", "publish_search"})
"""Scopes of consent with a question of their own."""


def ready(mode: str | None = None) -> None:
    """Read the form now; else the first draft waits for it. Which one an old draft needs is not known yet."""
    model.load(mode if mode in model.MODES else model.FIRST)


def modes(vault: Vault) -> tuple[str, ...]:
    """The modes that may be taken here: those that the mission offers, a full account by who was trained for it."""
    trained, offered = _profile(vault).get("trained_full", False), policy(vault).modes or model.MODES
    return tuple(mode for mode in model.MODES if mode in offered and (trained or mode != "full_account"))


def newest(vault: Vault, mode: str) -> tuple[Questionnaire, str]:
    """The form of a mode from now on, and what pins a draft to it: the mission's own, else ours."""
    kept = vault.trust.newest(trusted.QUESTIONNAIRE)
    if kept is not None:
        own = model.parse(kept.files[QUESTIONNAIRE])
        if own.mode == mode:
            return own, _pin(own.id, model.digest_of(kept.files[QUESTIONNAIRE]))
    return model.load(mode), _pin(mode, model.digest(mode))


def form_of(vault: Vault, draft: DraftSummary) -> Questionnaire:
    """The form that a draft was taken with, or the one of today that has its name or, from `add`, its mode."""
    name, _, digest = draft.questionnaire.partition("@")
    for kept in reversed(vault.trust.all(trusted.QUESTIONNAIRE)):
        if model.digest_of(kept.files[QUESTIONNAIRE]) == digest:
            return model.parse(kept.files[QUESTIONNAIRE])
    try:
        return model.load(name or draft.mode)
    except UnknownQuestionnaire:
        return newest(vault, draft.mode)[0]  # a mission's own, which a vault that was restored may not have


def _pin(name: str, digest: str) -> str:
    return f"{name}@{digest}"


def host(env: Environment, vault: Vault, save: Save) -> Host:
    """What a session needs from this vault: who asks, trained for what, and whom the mission's policy names."""
    profile, device = _profile(vault), vault.settings.get(trusted.PRINCIPAL) or ""
    known = set(vocabulary.codes("consent_scope")) - ASKED_APART
    facts: dict[str, Any] = {
        "interviewer": profile.get("code") or device,
        "device": device,
        "app": f"intake {__version__}",
        "scopes": [scope for scope in policy(vault).scopes if scope in known],
        **{kind: profile.get(kind, False) for kind in ("trained_full", "trained_child", "trained_sv")},
    }
    return Host(save, lambda: json_time(env.clock()), {name: fact for name, fact in facts.items() if fact != ""})


def _profile(vault: Vault) -> dict[str, Any]:
    """The interviewer as the pack has it; nothing before enrolment."""
    return vault.settings.get(trusted.PROFILE) or {}


def questions_of(env: Environment, vault: Vault, draft: DraftSummary, values: Mapping[str, Value]) -> Session:
    """The draft as its questionnaire sees it, for reading only."""

    def refuse(changes: Changes, position: Position) -> None:
        raise AssertionError(len(changes), len(position))  # nobody answers here

    plain = {path: value.value for path, value in values.items()}
    form = form_of(vault, draft)
    return Session(form, plain, host(env, vault, refuse), lang=env.t.lang, position=draft.position or {})


def asked_at(session: Session, findings: Iterable[Finding]) -> dict[str, str]:
    """Field of a finding -> the question that can mend it, as the interviewer knows it."""
    lines = {finding.field: session.asks(finding.field) for finding in findings}
    return {field: named(line) for field, line in lines.items() if line is not None}


def named(line: Line) -> str:
    """A question as the interviewer knows it: its section, whom it is about, its words."""
    return " · ".join(part for part in (line.section, line.about, line.label) if part)
