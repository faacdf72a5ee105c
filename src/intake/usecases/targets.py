"""Targets of `sync` as one vault knows them: the last one used, and what each needs, asked once and kept here.

Secrets of targets are secrets of the vault: never on a command line, in a file or in the environment, and overwritten
when they are forgotten. They are kept only after the server took them. Reasons: docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.store.vault import Vault
    from intake.transports.carrier import Carrier
    from intake.transports.target import Target
    from intake.usecases.environment import Environment


def chosen(vault: Vault, text: str | None) -> Target:
    """The target that was named, or the last one used; TargetFault where there is neither."""
    raise NotImplementedError


@contextmanager
def opened(env: Environment, vault: Vault, target: Target) -> Iterator[Carrier]:
    """A carrier, after asking for what is not kept yet; remembered as the last one used."""
    raise NotImplementedError


def forget(vault: Vault, target: Target) -> bool:
    """Overwrite what is kept for a target; False where nothing was."""
    raise NotImplementedError
