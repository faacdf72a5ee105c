"""`status`: what is here, and what has not been handed over or receipted. Counts and dates, never content."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.usecases.environment import Environment, open_vault
from intake.usecases.glance import PRINCIPAL, age_days, has_ended, organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from intake.i18n import Translator
    from intake.store.rows import ItemStatus, Role, SealedItem, Stub
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Waiting:
    """Sealed testimonies in one state, and for how many days the oldest of them has been."""

    count: int
    oldest_days: int | None = None


NONE = Waiting(0)


@dataclass(frozen=True)
class SealedHere:
    """A laptop's testimonies after sealing.

    Each is in one of the first four states: never left; left, and not all of it is receipted; receipted; a part of it
    or all destroyed here without a receipt. The others look at what coordinators said: of those that left, nothing was
    heard of; of a part it was said that it is held unopened, or that it arrived damaged, and it is still here.
    `withdrawals`: those that never left, and that somebody waits for.
    """

    not_exported: Waiting = NONE
    handed_over: Waiting = NONE
    receipted: Waiting = NONE
    destroyed: Waiting = NONE
    not_heard_of: Waiting = NONE
    withdrawals: Waiting = NONE
    held: Waiting = NONE
    damaged: Waiting = NONE

    def rows(self, t: Translator) -> Iterator[tuple[str, Waiting]]:
        """As they are told, a state's parts below it; those nobody needs to act on only when there are some."""
        said: tuple[tuple[str, Waiting, bool], ...] = (
            (t("Not handed over yet"), self.not_exported, True),
            (t("  of them withdrawals"), self.withdrawals, False),
            (t("Handed over, without a receipt"), self.handed_over, True),
            (t("  of them not heard of"), self.not_heard_of, False),
            (t("  arrived damaged"), self.damaged, False),
            (t("  held there unopened"), self.held, False),
            (t("Receipted"), self.receipted, True),
            (t("Destroyed without a receipt"), self.destroyed, False),
        )
        return ((name, waiting) for name, waiting, always in said if waiting.count or always)


@dataclass(frozen=True)
class Status:
    """`org` is None before a laptop knows an organisation; `principal` before enrolment.

    `sealed` counts testimonies; of them `not_exported` never left, `not_receipted` have no receipt yet; `states` tells
    them apart. `sending`: bundles that a sync began to send and did not finish.
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
    states: SealedHere
    bundles: int
    records: int
    quarantined: int
    awaiting_key: int
    unconfirmed: int
    sending: int


def status(env: Environment) -> Status:
    """Count what the vault holds."""
    with open_vault(env) as vault:
        card = organisation(vault)
        drafts = [draft for draft in vault.drafts.list() if not has_ended(draft)]
        stubs = vault.sealed.list()
        states = _states(vault, stubs, env.clock())
        return Status(
            role=vault.role,
            org=card.org if card else None,
            name=card.name if card else None,
            purpose=card.purpose if card else None,
            principal=vault.settings.get(PRINCIPAL),
            drafts=len(drafts),
            oldest_draft_days=max((age_days(draft.created_at, env.clock()) for draft in drafts), default=None),
            sealed=len(stubs),
            not_exported=states.not_exported.count,
            not_receipted=states.not_exported.count + states.handed_over.count,
            states=states,
            bundles=len(vault.ledger.summaries()) if vault.role == "coordinator" else len(vault.chain.sent()),
            records=vault.records.count(),
            quarantined=len(vault.quarantine.list()),
            awaiting_key=vault.ledger.awaiting_key(),
            unconfirmed=_unconfirmed(vault),
            sending=len(vault.sync.outgoing()),
        )


def _unconfirmed(vault: Vault) -> int:
    """How many other officers' erasures wait for a word here."""
    if not vault.records.of_kind("tombstone"):
        return 0
    from intake.usecases.erasing import unconfirmed  # noqa: PLC0415  it loads the models, which all else does without

    return len({one.decision for one in unconfirmed(vault)})


@dataclass(frozen=True)
class _Known:
    """What is known of one sealed record's items."""

    kind: str
    items: Sequence[SealedItem]
    words: Mapping[str, frozenset[ItemStatus]]  # item -> what was said of it

    @property
    def here(self) -> list[SealedItem]:
        return [item for item in self.items if item.state in ("sealed", "exported")]

    def state(self) -> str:
        states = {item.state for item in self.items}
        return next((one for one in ("sealed", "exported", "destroyed") if one in states), "receipted")

    def said(self, status: ItemStatus) -> bool:
        looked_at = self.here if status == "damaged" else self.items
        return any(status in self.words.get(item.name, ()) for item in looked_at)

    def heard_of(self) -> bool:
        return any(item.name in self.words for item in self.items)


_STATES: dict[str, Callable[[_Known], bool]] = {
    "not_exported": lambda known: known.state() == "sealed",
    "withdrawals": lambda known: known.kind == "withdrawal" and known.state() == "sealed",
    "handed_over": lambda known: known.state() == "exported",
    "receipted": lambda known: known.state() == "receipted",
    "destroyed": lambda known: known.state() == "destroyed",
    "not_heard_of": lambda known: known.state() == "exported" and not known.heard_of(),
    "held": lambda known: known.said("held"),
    "damaged": lambda known: known.said("damaged"),
}


def _states(vault: Vault, stubs: Sequence[Stub], at: datetime) -> SealedHere:
    """Every testimony, under each state that is its own."""
    if not stubs:
        return SealedHere()
    words: defaultdict[str, set[ItemStatus]] = defaultdict(set)
    for word in vault.receipts.words():
        words[word.item].add(word.status)
    items: defaultdict[str, list[SealedItem]] = defaultdict(list)
    for item in vault.sealed.all_items():
        items[item.record_digest].append(item)
    said = {name: frozenset(one) for name, one in words.items()}
    known = [(stub, _Known(stub.kind, items[stub.digest], said)) for stub in stubs]
    return SealedHere(
        **{name: _waiting([stub for stub, one in known if is_so(one)], at) for name, is_so in _STATES.items()}
    )


def _waiting(stubs: Sequence[Stub], at: datetime) -> Waiting:
    return Waiting(len(stubs), max((age_days(f"{stub.sealed_on}T00:00:00Z", at) for stub in stubs), default=None))
