"""`quarantine list`: what did not come in, kept aside and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.usecases.environment import Environment, kept_time, open_vault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.store import rows
    from intake.store.vault import Vault


@dataclass(frozen=True)
class Quarantined:
    """One bundle (`item` None) or one item of it that was refused; `reason` is an English key with `fields`."""

    number: int
    id: str
    file_name: str
    bundle: str | None
    item: str | None
    check: str
    reason: str
    fields: Mapping[str, object]
    since: datetime
    size_bytes: int
    kept: bool  # False: there was no room for the bytes of a file that nobody vouches for


def quarantine_list(env: Environment) -> tuple[Quarantined, ...]:
    """Everything in quarantine, oldest first."""
    with open_vault(env, "coordinator") as vault:
        return listed(vault)


def listed(vault: Vault) -> tuple[Quarantined, ...]:
    """The same in an open vault."""
    bids = {bundle.digest: bundle.bid for bundle in vault.ledger.summaries()}
    return tuple(_row(number, row, bids) for number, row in enumerate(vault.quarantine.list(), start=1))


def _row(number: int, row: rows.Quarantined, bids: Mapping[str, str]) -> Quarantined:
    return Quarantined(
        number=number,
        id=row.id,
        file_name=row.details["file"],
        bundle=bids.get(row.bundle_digest) if row.bundle_digest else None,
        item=row.item,
        check=row.reason,
        reason=row.details["why"],
        fields=row.details["fields"],
        since=kept_time(row.added_at),
        size_bytes=row.details["size"],
        kept=row.item is not None or row.blob_id is not None,
    )
