"""`passphrase` and `vault rotate`: another passphrase for the vault, and another key under it.

A new passphrase rewrites one small file. Whoever had the old one, and a copy of the old file, still has the key.
Rotating is for that: it writes everything anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.usecases.environment import Environment, new_passphrase, open_vault
from intake.usecases.trusted import held_card, held_trust

if TYPE_CHECKING:
    from intake.crypto.age import PostQuantumRecipient
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Rotated:
    """The vault is under a new key; `recovery`: and the organisation can still open it."""

    recovery: bool


def change_passphrase(env: Environment) -> None:
    """Ask for the old passphrase, then for a new one, and rewrite the slot."""
    with open_vault(env) as vault:
        vault.change_passphrase(_new(env), env.log_n)


def rotate(env: Environment) -> Rotated:
    """Ask for the old passphrase and a new one, and write the vault anew under a new key."""
    with open_vault(env) as vault:
        recovery = _recovery(vault)
        passphrase = _new(env)
        with env.progress.track("writing the vault anew", None):
            vault.new_key(passphrase, env.log_n, recovery)
    return Rotated(recovery is not None)


def _new(env: Environment) -> str:
    return new_passphrase(env, env.t("A new passphrase for this vault"))


def _recovery(vault: Vault) -> PostQuantumRecipient | None:
    """The organisation's, for a laptop that has a recovery slot; a coordinator's vault has none."""
    card = held_card(vault) if vault.role == "interviewer" else None
    trust = held_trust(vault, card) if card else None
    return trust.recipients.recovery if trust else None
