"""`lock`: this program holds no key between two commands, so to lock is to make sure that nothing holds one now.

There is no daemon and no key agent: a vault is open only while a command runs. What is left to do is to say whether one
is running, and to have the caller clear its terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import NoVault, VaultBusy
from intake.store.lock import Lock
from intake.store.vault import Vault

if TYPE_CHECKING:
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Locked:
    """`busy`: another process has the vault open now, so it is not locked."""

    busy: bool


def lock(env: Environment) -> Locked:
    """Say whether anything holds the vault open; needs no passphrase. The caller clears its terminal."""
    if not Vault.exists(env.home):
        raise NoVault(home=env.home)
    try:
        Lock(env.home / "lock").release()
    except VaultBusy:
        return Locked(busy=True)
    return Locked(busy=False)
