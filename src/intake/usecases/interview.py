"""`interview` and `edit`: a questionnaire session whose every answer is in the vault before the next question.

Nothing is written before the person consented, not even that there was a draft; a refusal leaves date, mode and reason.
The engine (questionnaire/engine.py) decides what is asked; this binds it to the store, one commit per answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intake.errors import ModeNotAllowed, ModeNotOffered, UnknownMode, WrongPassphrase
from intake.keys.times import json_time
from intake.questionnaire.engine import Changes, Position, Session
from intake.questionnaire.model import FIRST, MODES
from intake.records.ids import new_case_code, new_id, normalise_case_code
from intake.store import slots
from intake.store.rows import Draft
from intake.usecases.drafts import NO_QUESTIONNAIRE, find_interview
from intake.usecases.environment import Environment, normal, open_vault
from intake.usecases.gaps import Gap, findings_of, gaps_of
from intake.usecases.mission import policy
from intake.usecases.questions import form_of, host, modes, newest, ready
from intake.usecases.territories import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intake.store.vault import Vault


def _nowhere(mode: str) -> int:
    del mode
    raise ModeNotAllowed


def _no_vault(vault: Vault) -> None:
    del vault


@dataclass(frozen=True)
class Interview:
    """A running session on one draft; `resumed` says that it had begun before.

    `unlock` is called after `!` hid the screen: whether this is the vault's passphrase. It raises nothing. `modes`: the
    kinds of talk that may be taken here, and `switch` goes on in another of them. `gaps`: what is missing as it stands.
    `adopt`: the same vault, opened anew after it was locked; what waited for consent in memory goes there.
    `hides_after`: seconds that nobody touched a key.
    `first`: what keeps the draft from being sealed, where `edit` opened at the question that can mend it.
    """

    session: Session
    unlock: Callable[[str], bool]
    case: str = ""
    resumed: bool = False
    modes: tuple[str, ...] = ()
    switch: Callable[[str], int] = _nowhere
    gaps: Callable[[], tuple[Gap, ...]] = tuple
    adopt: Callable[[Vault], None] = _no_vault
    hides_after: float = 15 * 60
    first: Gap | None = None


@contextmanager
def interview(
    env: Environment, case: str | None = None, mode: str | None = None, again: str | None = None
) -> Iterator[Interview]:
    """A new draft, or an old one, in its own mode, at the question where it stopped; the vault is open meanwhile.

    `again`: the case code of an earlier interview of the same person, taken here or anywhere.
    """
    earlier = None if again is None else normalise_case_code(again)
    with open_vault(env, "interviewer", meanwhile=lambda: ready(mode)) as vault, in_force(vault):
        if case is None:
            yield _begin(env, vault, mode, earlier)
        else:
            yield _Running(env, vault, _found(vault, case)).interview()


@contextmanager
def edit(env: Environment, case: str) -> Iterator[Interview]:
    """The same session, opened at the first question that keeps it from being sealed; else at its review."""
    with open_vault(env, "interviewer", meanwhile=ready) as vault, in_force(vault):
        running = _Running(env, vault, _found(vault, case), {"at": ""})
        at_review = running.interview()
        first = next((gap for gap in at_review.gaps() if gap.key), None)
        if first is not None:
            at_review = _Running(env, vault, _found(vault, case), {"at": first.key}).interview()
        yield replace(at_review, first=first)


def _found(vault: Vault, case: str) -> Draft:
    kept = find_interview(vault, case)
    return Draft(kept.id, kept.case_code, kept.mode, kept.language, kept.created_at, kept.questionnaire)


def _begin(env: Environment, vault: Vault, mode: str | None, earlier: str | None) -> Interview:
    offered = modes(vault)
    mode = mode or next(iter(offered), FIRST)
    if mode not in MODES:
        raise UnknownMode(modes=", ".join(MODES))
    if mode not in offered:
        raise ModeNotAllowed if mode in (policy(vault).modes or MODES) else ModeNotOffered
    draft = Draft(
        id=new_id(),
        case_code=_free_case_code(vault),
        mode=mode,
        language=env.t.lang,
        created_at=json_time(env.clock()),
        questionnaire=newest(vault, mode)[1],
    )
    return _Running(env, vault, draft, earlier=earlier).interview()


def _free_case_code(vault: Vault) -> str:
    while True:
        code = new_case_code()
        if vault.drafts.get(code) is None and not vault.sealed.get(code):
            return code


@dataclass
class _Running:
    """One draft and its session; `draft` changes when the interview goes on in another mode."""

    env: Environment
    vault: Vault
    draft: Draft
    moved: dict[str, Any] = field(default_factory=dict)
    earlier: str | None = None

    def interview(self) -> Interview:
        """The session, at the place where it stopped, or moved from there."""
        kept = self.vault.drafts.get(self.draft.id)
        if kept is None:
            form, values, place = newest(self.vault, self.draft.mode)[0], {}, None
        else:
            form = form_of(self.vault, kept)
            values = {path: value.value for path, value in self.vault.drafts.values(kept.id).items()}
            place = (kept.position or {}) | self.moved
        known = host(self.env, self.vault, self._save)
        if self.earlier is not None:
            known = replace(known, facts={**known.facts, "earlier_case": self.earlier})
        session = Session(form, values, known, lang=self.env.t.lang, position=place)
        return Interview(
            session=session,
            case=self.draft.case_code,
            resumed=kept is not None,
            unlock=self._unlock,
            modes=modes(self.vault),
            switch=lambda mode: self._switch(session, mode),
            gaps=lambda: self._gaps(session),
            adopt=self._adopt,
            hides_after=policy(self.vault).interview_lock_minutes * 60,
        )

    def _adopt(self, vault: Vault) -> None:
        self.vault = vault

    def _save(self, changes: Changes, position: Position) -> None:
        drafts = self.vault.drafts
        with self.vault.transaction():
            kept = drafts.get(self.draft.id)
            if kept is None:
                drafts.create(self.draft)
            elif (kept.mode, kept.questionnaire) != (self.draft.mode, self.draft.questionnaire):
                drafts.set_form(self.draft.id, self.draft.mode, self.draft.questionnaire)
            for path, value in changes.items():
                if value is None:
                    drafts.remove(self.draft.id, path)
                else:
                    drafts.save(self.draft.id, path, value)
            drafts.set_position(self.draft.id, dict(position))

    def _switch(self, session: Session, mode: str) -> int:
        """In one commit with what it parks; a failed one leaves form and draft as they were."""
        form, pin = newest(self.vault, mode)
        before = self.draft
        self.draft = replace(before, mode=mode, questionnaire=pin if before.questionnaire else NO_QUESTIONNAIRE)
        try:
            return session.switch(form)
        except BaseException:
            self.draft = before
            raise

    def _gaps(self, session: Session) -> tuple[Gap, ...]:
        kept = self.vault.drafts.get(self.draft.id)
        with in_force(self.vault):
            return gaps_of(session, findings_of(self.vault, kept) if kept else ())

    def _unlock(self, typed: str) -> bool:
        try:
            slots.open_passphrase(self.vault.home / "slots", normal(typed))
        except WrongPassphrase:
            return False
        return True
