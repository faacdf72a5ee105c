"""Names of the settings that a quick look at the vault reads; beside `trusted`, which reads them all and costs more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.store.vault import Vault

PRINCIPAL = "principal"  # who this vault is: c-… or d-…
ORGANISATION = "organisation"  # what the pinned card says of itself: org, name, purpose


@dataclass(frozen=True)
class Organisation:
    """The organisation whose card was believed."""

    org: str
    name: str
    purpose: str


def organisation(vault: Vault) -> Organisation | None:
    """What the pinned card says, without parsing it."""
    kept = vault.settings.get(ORGANISATION)
    return Organisation(**kept) if kept else None
