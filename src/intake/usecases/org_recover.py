"""`org recover`: a forgotten passphrase. The organisation opens a laptop's vault, and a new passphrase is typed.

Needs the folder with the organisation's keys, and the laptop's home folder or a copy of it; or only its
slots/recovery.age, brought on a stick: then a slot to carry back is written beside it. The recovery key is in memory
only; of the vault the passphrase slot is written anew, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.store import slots
from intake.store.vault import Vault
from intake.usecases import custody
from intake.usecases.environment import new_passphrase
from intake.usecases.glance import PRINCIPAL
from intake.usecases.offline import Offline, Where

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Recovered:
    """`slot` opens by the new passphrase. Counts of what is in the vault; None where only its slot was brought."""

    slot: Path
    principal: str | None = None
    drafts: int | None = None
    sealed: int | None = None


def org_recover(env: Environment, laptop: Path, offline: Where) -> Recovered:
    """Open `laptop` (its home, or its recovery slot alone) and give it a new passphrase.

    NoRecoverySlot, ForeignRecovery, DamagedVault, and what `Offline` says.
    `env.home` is not looked at: the coordinator's own vault stays closed.
    """
    recovery = Offline.ask(env, offline).recovery()
    if laptop.is_file():
        slots.open_recovery(laptop, recovery)  # before somebody thinks of a passphrase
        return Recovered(slots.rewrap(laptop, recovery, _new(env), env.log_n))
    with Vault.recover(laptop, recovery) as vault:
        passphrase = _new(env)
        custody.note(vault, env.clock(), "recovered")
        vault.change_passphrase(passphrase, env.log_n)
        slot = laptop / "slots" / slots.PASSPHRASE
        return Recovered(slot, vault.settings.get(PRINCIPAL), len(vault.drafts.list()), len(vault.sealed.list()))


def _new(env: Environment) -> str:
    return new_passphrase(env, env.t("A new passphrase for the recovered vault"))
