"""`show`: one testimony in the clear, a draft's on its laptop or an imported one's at the coordinator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intake.crypto import strictjson
from intake.errors import CaseNotUnique, NotInVault
from intake.records.ids import normalise_case_code
from intake.records.limits import MAX_RECORD_BYTES
from intake.usecases import custody
from intake.usecases.drafts import find_draft, testimony_json
from intake.usecases.environment import Environment, open_vault
from intake.usecases.listing import Row, draft_row, imported_row

if TYPE_CHECKING:
    from datetime import datetime

    from intake.questionnaire.engine import Line
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Shown:
    """One testimony in the clear: a draft's on its laptop, an imported one's at the coordinator.

    `answers`: of a draft, what its questionnaire asks and what was answered; `beside`: what it holds beside that.
    """

    row: Row
    testimony: dict[str, Any]
    answers: tuple[Line, ...] = ()
    beside: dict[str, Any] = field(default_factory=dict)


def show(env: Environment, case: str) -> Shown:
    """The testimony; a sealed one can't be read on the laptop that took it, and the error says so."""
    with open_vault(env, meanwhile=_load) as vault:
        if vault.role == "coordinator":
            shown = _show_imported(vault, case, env.clock())
            custody.note(vault, env.clock(), custody.VIEW, case=shown.row.case, record=shown.row.digest)
            return shown
        draft = find_draft(vault, case)
        values = vault.drafts.values(draft.id)
        # Late, so that it is loaded while the vault's key is derived.
        from intake.usecases.questions import questions_of  # noqa: PLC0415

        session = questions_of(env, vault, draft, values)
        answers = tuple(line for line in session.review() if line.shown)
        covered = session.covers()
        beside = {path: value for path, value in values.items() if path not in covered}
        row = draft_row(env, draft, env.clock())
        return Shown(row, testimony_json(values), answers, testimony_json(beside))


def _load() -> None:
    from intake.usecases import questions  # noqa: PLC0415  as above

    questions.ready()


def _show_imported(vault: Vault, case: str, now: datetime) -> Shown:
    """The newest version of the one record with this case code or id."""
    versions = vault.records.get(case) or vault.records.get(normalise_case_code(case))
    if not versions:
        raise NotInVault(what="case code", name=case)
    ids = sorted({version.record_id for version in versions})
    if len(ids) > 1:
        raise CaseNotUnique(n=len(ids), case=versions[0].case_code, ids=", ".join(ids))
    record = versions[-1]
    identity = vault.records.identity(record.digest)
    # Signed bytes, shown as they stand: nothing is re-serialised, nothing a newer version wrote is dropped.
    testimony = {"record": strictjson.loads(record.record, max_bytes=MAX_RECORD_BYTES)}
    if identity is not None:
        testimony["identity"] = strictjson.loads(identity.identity, max_bytes=MAX_RECORD_BYTES)
    return Shown(imported_row(vault.records.summary(record.digest), now), testimony)
