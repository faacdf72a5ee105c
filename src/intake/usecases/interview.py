"""`interview` and `edit`: a questionnaire session whose every answer is in the vault before the next question.

Nothing is written before the person consented, not even that there was a draft; a refusal leaves date, mode and reason.
The engine (questionnaire/engine.py) decides what is asked; this binds it to the store, one commit per answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from intake import __version__
from intake.errors import BadTestimony, WrongPassphrase
from intake.keys.times import json_time
from intake.questionnaire import model
from intake.questionnaire.engine import Changes, Host, Position, Session
from intake.records.faults import Finding
from intake.records.ids import new_case_code, new_id
from intake.records.rules import check
from intake.store import slots
from intake.store.rows import Draft
from intake.usecases import trusted
from intake.usecases.drafts import events_of, find_draft
from intake.usecases.environment import Environment, normal, open_vault
from intake.usecases.glance import has_ended
from intake.usecases.questions import FORM, questions_of
from intake.usecases.territories import in_force
from intake.usecases.testimonies import testimony_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intake.store.vault import Vault

MODE = "first_account"


@dataclass(frozen=True)
class Interview:
    """A running session on one draft; `resumed` says that it had begun before.

    `unlock` is called after `!` hid the screen: whether this is the vault's passphrase. It raises nothing. `finding`:
    what keeps the draft from being sealed, where `edit` opened at the question that can mend it.
    """

    session: Session
    case: str
    resumed: bool
    unlock: Callable[[str], bool]
    finding: Finding | None = None


@contextmanager
def interview(env: Environment, case: str | None = None) -> Iterator[Interview]:
    """A new draft, or an old one at the question where it stopped. The vault is open while the context is."""
    with open_vault(env, "interviewer") as vault, in_force(vault):
        yield _begin(env, vault) if case is None else _resume(env, vault, case, position=None)


@contextmanager
def edit(env: Environment, case: str) -> Iterator[Interview]:
    """The same session, opened at the first question that keeps it from being sealed; else at its review."""
    with open_vault(env, "interviewer") as vault, in_force(vault):
        at, finding = _to_mend(env, vault, case)
        yield replace(_resume(env, vault, case, position={"at": at}), finding=finding)


def _to_mend(env: Environment, vault: Vault, case: str) -> tuple[str, Finding | None]:
    """The key of the question, and what is wrong there; no key where nothing is, or where no question is asked."""
    draft = find_draft(vault, case)
    values = vault.drafts.values(draft.id)
    if has_ended(draft):
        return "", None
    try:
        findings: Sequence[object] = check(testimony_of(values), stage="seal", events=events_of(values))
    except BadTestimony as fault:
        findings = fault.findings
    session = questions_of(env, draft, values)
    order = [line.key for line in session.review()]
    asked = [(session.asks(one.field), one) for one in findings if isinstance(one, Finding)]
    found = [(order.index(line.key), line.key, one) for line, one in asked if line is not None]
    _, key, finding = min(found, key=lambda one: one[0], default=(0, "", None))
    return key, finding


def _begin(env: Environment, vault: Vault) -> Interview:
    draft = Draft(
        id=new_id(),
        case_code=_free_case_code(vault),
        mode=MODE,
        language=env.t.lang,
        created_at=json_time(env.clock()),
        questionnaire=f"{FORM}@{model.digest(FORM)}",
    )
    return _running(vault, draft, Session(model.load(FORM), {}, _host(env, vault, draft), lang=env.t.lang), False)


def _resume(env: Environment, vault: Vault, case: str, *, position: dict[str, Any] | None) -> Interview:
    """`position`: what to change of the place where it stopped."""
    kept = find_draft(vault, case)
    form = model.load(kept.questionnaire.partition("@")[0] or FORM)
    values = {path: value.value for path, value in vault.drafts.values(kept.id).items()}
    draft = Draft(kept.id, kept.case_code, kept.mode, kept.language, kept.created_at, kept.questionnaire)
    place = (kept.position or {}) | (position or {})
    session = Session(form, values, _host(env, vault, draft), lang=env.t.lang, position=place)
    return _running(vault, draft, session, True)


def _running(vault: Vault, draft: Draft, session: Session, resumed: bool) -> Interview:
    def unlock(typed: str) -> bool:
        try:
            slots.open_passphrase(vault.home / "slots", normal(typed))
        except WrongPassphrase:
            return False
        return True

    return Interview(session, draft.case_code, resumed, unlock)


def _free_case_code(vault: Vault) -> str:
    while True:
        code = new_case_code()
        if vault.drafts.get(code) is None and not vault.sealed.get(code):
            return code


def _host(env: Environment, vault: Vault, draft: Draft) -> Host:
    def save(changes: Changes, position: Position) -> None:
        with vault.transaction():
            if vault.drafts.get(draft.id) is None:
                vault.drafts.create(draft)
            for path, value in changes.items():
                if value is None:
                    vault.drafts.remove(draft.id, path)
                else:
                    vault.drafts.save(draft.id, path, value)
            vault.drafts.set_position(draft.id, dict(position))

    profile = vault.settings.get(trusted.PROFILE) or {}
    device = vault.settings.get(trusted.PRINCIPAL) or ""
    facts = {"interviewer": profile.get("code") or device, "device": device, "app": f"intake {__version__}"}
    return Host(save, lambda: json_time(env.clock()), {name: fact for name, fact in facts.items() if fact})
