"""The unlocked vault of one sitting: opened once with the passphrase, lent to every deed, closed by `lock`.

Whatever touches the vault for longer than a moment runs through `do`, in a thread of its own and one at a time; a
screen's thread only draws. Nothing here knows a screen. The passphrase is used and dropped.
"""

from __future__ import annotations

from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from intake.errors import Interrupted, WrongRole
from intake.store.vault import Vault
from intake.usecases.environment import normal

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.i18n import Translator
    from intake.usecases.environment import Environment

P = ParamSpec("P")
T = TypeVar("T")


class AppSession:
    """The world of every deed of the application."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._turn = RLock()  # held while a deed runs: the vault is never closed under it

    @property
    def env(self) -> Environment:
        """The world as it is now; its `vault` is None while it is locked."""
        return self._env

    @property
    def t(self) -> Translator:
        """The words of the language chosen."""
        return self._env.t

    @property
    def locked(self) -> bool:
        """Whether no vault is open."""
        return self._env.vault is None

    @property
    def has_vault(self) -> bool:
        """Whether there is a vault to unlock at all."""
        return Vault.exists(self._env.home)

    def speak(self, t: Translator) -> None:
        """From now on in another language."""
        self._env = replace(self._env, t=t)

    def unlock(self, passphrase: str) -> None:
        """Open the vault; slow on purpose, so call it in a thread. Raises as `Vault.open` does, and WrongRole."""
        with self._turn:
            if self._env.vault is not None:
                return
            vault = Vault.open(self._env.home, normal(passphrase))
            if vault.role != "interviewer":
                vault.close()
                raise WrongRole(role=vault.role)
            self._env = replace(self._env, vault=vault)

    def lock(self) -> None:
        """Close the vault, after the deed that is under way if there is one; locked already is as good."""
        with self._turn:
            vault, self._env = self._env.vault, replace(self._env, vault=None)
            if vault is not None:
                vault.close()

    def do(self, deed: Callable[Concatenate[Environment, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Run one use case in this world, alone. `Interrupted` if it was locked before its turn came."""
        was_open = not self.locked
        with self._turn:
            if was_open and self.locked:
                raise Interrupted
            return deed(self._env, *args, **named)
