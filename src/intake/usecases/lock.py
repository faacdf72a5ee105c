"""`lock`: this program holds no key between two commands, so to lock is to make sure that nothing holds one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Locked:
    """`busy`: another process has the vault open now, so it is not locked."""

    busy: bool


def lock(env: Environment) -> Locked:
    """Say whether anything holds the vault open; needs no passphrase. The caller clears its terminal."""
    raise NotImplementedError
