"""`interview` and `edit`: a questionnaire session whose every answer is in the vault before the next question.

Nothing is written before the person consented, not even that there was a draft; a refusal leaves date, mode and reason.
The engine (questionnaire/engine.py) decides what is asked; this binds it to the store, one commit per answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake import __version__
from intake.errors import WrongPassphrase
from intake.questionnaire import model
from intake.questionnaire.engine import Changes, Host, Position, Session
from intake.records.ids import new_case_code, new_id
from intake.store import slots
from intake.store.rows import Draft
from intake.usecases import trusted
from intake.usecases.drafts import find_draft
from intake.usecases.environment import Environment, normal, open_vault, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intake.store.vault import Vault

FORM = "first_account"
MODE = "first_account"


@dataclass(frozen=True)
class Interview:
    """A running session on one draft; `resumed` says that it had begun before.

    `unlock` is called after `!` hid the screen: whether this is the vault's passphrase. It raises nothing.
    """

    session: Session
    case: str
    resumed: bool
    unlock: Callable[[str], bool]


@contextmanager
def interview(env: Environment, case: str | None = None) -> Iterator[Interview]:
    """A new draft, or an old one at the question where it stopped. The vault is open while the context is."""
    with open_vault(env, "interviewer") as vault:
        yield _begin(env, vault) if case is None else _resume(env, vault, case, position=None)


@contextmanager
def edit(env: Environment, case: str) -> Iterator[Interview]:
    """The same session, opened at its review: every answer of it can be jumped to."""
    with open_vault(env, "interviewer") as vault:
        yield _resume(env, vault, case, position={"at": ""})


def _begin(env: Environment, vault: Vault) -> Interview:
    draft = Draft(
        id=new_id(),
        case_code=_free_case_code(vault),
        mode=MODE,
        language=env.t.lang,
        created_at=stamp(env.clock()),
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
    return Host(save, lambda: stamp(env.clock()), {name: fact for name, fact in facts.items() if fact})
