"""What came after a backup, taken into the restored vault before anybody reads it.

Bundles at a desk, receipts on a laptop; by the same checks as always. Whatever does not pass them is left where it is,
and named by a later import.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from intake.errors import BundleError, CryptoError, FileUnreadable
from intake.usecases.carried import files_of, in_order
from intake.usecases.files import open_file
from intake.usecases.intaking import Intaker
from intake.usecases.receipts import receipts
from intake.usecases.retrying import with_archive
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intake.store.vault import Vault
    from intake.usecases.environment import Environment
    from intake.usecases.offline import Offline


def replay(env: Environment, vault: Vault, paths: Sequence[Path], offline: Offline) -> int:
    """How many files were taken in; at a desk with the archive's keys too, because no backup holds an epoch's."""
    if vault.role == "interviewer":
        done = receipts(env, paths).receipts
        return sum(one.state in ("applied", "already-applied") for one in done)
    here = station(vault)
    intaker = with_archive(Intaker.at_desk(vault, here, env.clock()), here, offline)
    carried = in_order([file for path in paths for file in files_of(path)], intaker.sealed, lambda _n: None)
    return sum(_take(intaker, path) for path in carried)


def _take(intaker: Intaker, path: Path) -> bool:
    try:
        with closing(open_file(path)) as source:
            return intaker.take(path, source).state in ("imported", "already-imported")
    except (BundleError, CryptoError, FileUnreadable):
        return False
