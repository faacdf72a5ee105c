"""`log gap`: a coordinator says, in the signed log, that a numbered bundle will not come: its stick was lost.

Never done by itself at import: that a number is missing is what an auditor must be told, until a person answers for it.
The entry names the sender's newest bundle when that one brings everything that was ever named; else it names none, and
audits go on saying that something is missing. Spec: docs/spec/log-v1.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.limits import LIMITS
from intake.bundle.log import Gap, GapReason, gap_leaf
from intake.bundle.statement import parse_statement
from intake.errors import Declined, NothingToDo, NotInVault, UsageFault
from intake.usecases import custody
from intake.usecases.environment import Environment, open_vault
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intake.store.rows import ReceivedBundle
    from intake.store.vault import Vault

REASONS: Mapping[GapReason, str] = {
    "lost": "the carrier was lost",
    "broken": "the carrier can't be read any more",
    "taken": "the carrier was taken away",
    "other": "another reason",
}


@dataclass(frozen=True)
class Closed:
    """What the entry says, and where in the log it stands; `covering` None: the gap stays open in audits."""

    index: int
    gap: Gap


def log_gap(
    env: Environment, sender: str, seq: int, *, chain: str | None = None, reason: GapReason | None = None
) -> Closed:
    """Write the entry: NotInVault for an unknown sender, NothingToDo when nothing is missing there."""
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        newest = vault.ledger.newest_of(sender)
        if newest is None:
            raise NotInVault(what="sender", name=sender)
        gap_chain = chain or _chain(vault, sender, seq)
        if vault.ledger.digests(sender, gap_chain, seq):
            raise NothingToDo(what="that bundle is here")
        covering = newest.digest if _covers(vault, newest, gap_chain, seq) else None
        choices = tuple((code, env.t(why)) for code, why in REASONS.items())
        chosen = reason or env.ask.choose(env.t("Why will this bundle not come?"), choices)
        question = env.t(
            "Say in the log, for good, that number {seq} of {sender} will not come?", seq=seq, sender=sender
        )
        if not env.ask.confirm(question):
            raise Declined
        gap = Gap(sender, gap_chain, seq, seq, covering, chosen)  # type: ignore[arg-type]  # one of REASONS
        with vault.transaction():
            index = vault.log.append(gap_leaf(here.card.org, gap, env.clock()))
            custody.note(vault, env.clock(), "gap", sender=sender, chain=gap_chain, seq=seq, reason=chosen)
        return Closed(index, gap)


def _chain(vault: Vault, sender: str, seq: int) -> str:
    """The one chain in which that number is missing before others that came."""
    places = vault.ledger.places(sender)
    chains = {chain for chain, number in places if number > seq and (chain, seq) not in places}
    if not chains:
        raise NothingToDo(what="no later bundle of that sender shows that this number is missing")
    if len(chains) > 1:
        raise UsageFault(what="that number is missing in several chains: name one with --chain")
    return chains.pop()


def _covers(vault: Vault, newest: ReceivedBundle, chain: str, seq: int) -> bool:
    if newest.chain == chain and newest.seq < seq:
        return False
    named = parse_statement(newest.statement, LIMITS).unreceipted
    return vault.ledger.missing_items([one.removeprefix("sha256:") for one in named]) == 0
