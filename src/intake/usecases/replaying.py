"""What came after a backup, taken into the restored vault before anybody reads it.

Bundles at a desk, receipts on a laptop; by the same checks as always. Whatever does not pass them is left where it is,
and named by a later import.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from intake.errors import BundleError, CryptoError, FileUnreadable
from intake.usecases.carried import files_of, in_order
from intake.usecases.files import open_file
from intake.usecases.intaking import Intaker
from intake.usecases.receipts import receipts
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intake.crypto.age import PostQuantumIdentity
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment


def replay(env: Environment, vault: Vault, paths: Sequence[Path], keys: Sequence[PostQuantumIdentity]) -> int:
    """How many files were taken in. `keys`: the archive's, in memory, for what lost epoch keys would have opened."""
    if vault.role == "interviewer":
        done = receipts(replace(env, vault=vault), paths).receipts
        return sum(one.state in ("applied", "already-applied") for one in done)
    desk = Intaker.at_desk(vault, station(vault), env.clock())
    intaker = replace(desk, identities={**desk.identities, **{key.recipient().fingerprint: key for key in keys}})
    carried = in_order([file for path in paths for file in files_of(path)], intaker.sealed, lambda _n: None)
    return sum(_take(intaker, path) for path in carried)


def _take(intaker: Intaker, path: Path) -> bool:
    try:
        with closing(open_file(path)) as source:
            return intaker.take(path, source).state in ("imported", "already-imported")
    except (BundleError, CryptoError, FileUnreadable):
        return False
