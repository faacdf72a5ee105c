"""`status`: what is here, and what has not been handed over or receipted. Counts and dates, never content."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.usecases.environment import Environment, open_vault
from intake.usecases.glance import PRINCIPAL, age_days, has_ended, organisation

if TYPE_CHECKING:
    from intake.store.rows import Role
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Status:
    """`org` is None before a laptop knows an organisation; `principal` before enrolment.

    `sealed` counts testimonies; of them `not_exported` never left, `not_receipted` have no receipt yet.
    """

    role: Role
    org: str | None
    name: str | None
    purpose: str | None
    principal: str | None
    drafts: int
    oldest_draft_days: int | None
    sealed: int
    not_exported: int
    not_receipted: int
    bundles: int
    records: int
    quarantined: int
    awaiting_key: int


def status(env: Environment) -> Status:
    """Count what the vault holds."""
    with open_vault(env) as vault:
        card = organisation(vault)
        drafts = [draft for draft in vault.drafts.list() if not has_ended(draft)]
        states = _item_states(vault)
        stubs = vault.sealed.list()
        return Status(
            role=vault.role,
            org=card.org if card else None,
            name=card.name if card else None,
            purpose=card.purpose if card else None,
            principal=vault.settings.get(PRINCIPAL),
            drafts=len(drafts),
            oldest_draft_days=max((age_days(draft.created_at, env.clock()) for draft in drafts), default=None),
            sealed=len(stubs),
            not_exported=sum("sealed" in states[stub.digest] for stub in stubs),
            not_receipted=sum(bool(states[stub.digest] - {"receipted"}) for stub in stubs),
            bundles=len(vault.ledger.summaries()) if vault.role == "coordinator" else len(vault.chain.sent()),
            records=vault.records.count(),
            quarantined=len(vault.quarantine.list()),
            awaiting_key=vault.ledger.awaiting_key(),
        )


def _item_states(vault: Vault) -> defaultdict[str, set[str]]:
    """Record digest -> the states its items are in; nothing for a record whose items are purged."""
    states: defaultdict[str, set[str]] = defaultdict(set)
    for item in vault.sealed.all_items():
        states[item.record_digest].add(item.state)
    return states
