"""What a person should see before a draft is sealed: what was agreed to, what is missing, who will be able to read it.

Changes nothing. `seal` asks for what has to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.usecases.drafts import find_draft, testimony_json
from intake.usecases.environment import Environment, Words, open_vault
from intake.usecases.gaps import Gap, findings_of, gaps_of
from intake.usecases.questions import questions_of
from intake.usecases.territories import in_force
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.store.rows import Value


@dataclass(frozen=True)
class Beforehand:
    """`decisions`: scope -> decision, as far as they were discussed. `epoch` None: only the archive will open it."""

    case: str
    decisions: Mapping[str, str]
    gaps: tuple[Gap, ...]
    reader: str
    epoch: str | None
    words: Words


def before_sealing(env: Environment, case: str) -> Beforehand:
    """Look at one draft; NoOrganisation and NotEnrolled say that this laptop can't seal yet."""
    with open_vault(env, "interviewer") as vault, in_force(vault):
        here, draft = station(vault), find_draft(vault, case)
        values = vault.drafts.values(draft.id)
        epoch = here.trust.recipients.epoch(env.clock())
        return Beforehand(
            case=draft.case_code,
            decisions=_decisions(values),
            gaps=gaps_of(questions_of(env, vault, draft, values), findings_of(vault, draft)),
            reader=here.card.facts.name,
            epoch=here.trust.recipients.label(env.clock()) if epoch else None,
            words=Words.of(here.card, env.t),
        )


def _decisions(values: Mapping[str, Value]) -> dict[str, str]:
    """Scope -> decision; a draft that is not in shape may hold anything there."""
    tree = testimony_json(dict(values)).get("account", {}).get("consent", {})
    said = tree.get("decisions", {}) if isinstance(tree, dict) else {}
    found = {scope: one.get("decision") for scope, one in said.items() if isinstance(one, dict)}
    return {scope: decision for scope, decision in found.items() if isinstance(decision, str)}
