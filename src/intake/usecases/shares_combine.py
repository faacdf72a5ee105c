"""`org shares combine`: sheets become the folder with the organisation's keys again, for a succession or a disaster.

A key is in memory, and on the disk only as an age file under a new passphrase. Most ceremonies don't need this: they
take `--sheets`. Spec: docs/spec/keys-v1.md, "Split keys".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.age import ScryptRecipient
from intake.errors import KeyFileThere
from intake.keys.shares import SETS
from intake.store.vault import Vault
from intake.usecases import custody, trusted
from intake.usecases.environment import new_passphrase, open_vault
from intake.usecases.offline import CUSTOMARY, FILES, put
from intake.usecases.shares import check_todays, from_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from intake.keys.shares import KeySet
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class Combined:
    """`compared`: with the keys that the organisation of this vault has today; without a vault nobody can."""

    folder: Path
    files: tuple[str, ...]
    compared: bool


def org_combine(env: Environment, folder: Path, sets: Sequence[KeySet] = ()) -> Combined:
    """Ask for the sheets of each set, or of those named, and write the folder, under a new passphrase."""
    wanted = [one for one in SETS if one in (sets or CUSTOMARY)]
    for one in wanted:
        if (folder / FILES[one]).exists():
            raise KeyFileThere(file=FILES[one], folder=folder)
    if env.vault is None and not Vault.exists(env.home):
        _write(env, folder, {one: from_sheets(env, one) for one in wanted})
        return Combined(folder, tuple(FILES[one] for one in wanted), compared=False)
    with open_vault(env, "coordinator") as vault:
        trust = trusted.station(vault).trust
        secrets: dict[KeySet, bytes] = {}
        for one in wanted:
            secrets[one] = from_sheets(env, one)
            check_todays(trust, one, secrets[one])
        _write(env, folder, secrets)
        custody.note(vault, env.clock(), "shares_combined", sets=[*wanted])
    return Combined(folder, tuple(FILES[one] for one in wanted), compared=True)


def _write(env: Environment, folder: Path, secrets: Mapping[KeySet, bytes]) -> None:
    passphrase = new_passphrase(env, env.t("A new passphrase for the folder with the organisation's keys"))
    recipient = ScryptRecipient(passphrase.encode(), env.log_n)
    for key_set, secret in secrets.items():
        put(folder, key_set, secret, recipient)
