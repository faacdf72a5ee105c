"""The dated list of occupied territories that a vault has: loaded by a coordinator, or brought by a pack.

It is kept among the trust files, version after version: none is overwritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from intake.gazetteer import OccupationTable, going_by, read_table, shipped
from intake.keys.pack import OCCUPATION
from intake.keys.times import json_time

if TYPE_CHECKING:
    import datetime as dt
    from contextlib import AbstractContextManager

    from intake.store.vault import Vault

_KIND: Final = "gazetteer"


def keep_list(vault: Vault, table: bytes, at: dt.datetime) -> None:
    """Keep a list as the newest; the one that is the newest already changes nothing."""
    newest = vault.trust.newest(_KIND)
    if newest is None or newest.files[OCCUPATION] != table:
        vault.trust.put(_KIND, newest.serial + 1 if newest else 1, {OCCUPATION: table}, json_time(at))


def kept_list(vault: Vault) -> bytes | None:
    """The list as a pack carries it, if one was loaded here."""
    newest = vault.trust.newest(_KIND)
    return newest.files[OCCUPATION] if newest else None


def occupation_table(vault: Vault) -> OccupationTable:
    """What this vault goes by: the list it has, or else the small one of this version."""
    kept = kept_list(vault)
    return read_table(kept) if kept else shipped()


def in_force(vault: Vault) -> AbstractContextManager[None]:
    """Within this, the rules go by this vault's list."""
    return going_by(lambda: occupation_table(vault))
