"""`wipe`: this vault can never be opened again. Needs no passphrase, because there may be no time for one.

What was carried away before stays safe where it is; what was not is lost, so the deed says what it can count first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.errors import NoVault, OtherWordTyped, WipeIncomplete
from intake.store import wipe as store_wipe

if TYPE_CHECKING:
    from intake.usecases.environment import Environment

WORDS = frozenset({"wipe", "стерти", "стереть"})
"""Any of the three, whatever the language of the screen."""


@dataclass(frozen=True)
class Wiped:
    """`sealed_files`: how many waited in the outbox; `key_only`: the unreadable rest is still there."""

    sealed_files: int
    key_only: bool


def sealed_waiting(env: Environment) -> int:
    """Sealed files that no receipt covers yet, counted without the passphrase; drafts can't be."""
    return store_wipe.sealed_files(env.home)


def wipe(env: Environment, *, key_only: bool = False) -> Wiped:
    """Destroy the vault in the home folder after a word was typed: NoVault, OtherWordTyped, WipeIncomplete."""
    # A wipe cut short left no database or no slots: it is run again.
    if not any((env.home / name).exists() for name in ("store.db", "slots", "blobs", "outbox", "restoring")):
        raise NoVault(home=env.home)
    waiting = sealed_waiting(env)
    typed = env.ask.text(
        env.t("Type the word {word} to destroy this vault; nothing brings it back", word=env.t("wipe"))
    )
    if typed.strip().lower() not in WORDS:
        raise OtherWordTyped
    left = store_wipe.wipe(env.home, key_only=key_only)
    if left:
        raise WipeIncomplete(n=len(left))
    return Wiped(waiting, key_only)
