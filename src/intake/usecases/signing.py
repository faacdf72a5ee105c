"""Trust files that this coordinator signed anew: kept, written into its log, and put where auditors look.

Spec: docs/spec/keys-v1.md; docs/spec/bundle-v1.md, "Log leaves".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.bundle.log import officers_leaf, recipients_leaf, root_leaf, roster_leaf
from intake.crypto.hashing import digest
from intake.usecases import trusted

if TYPE_CHECKING:
    from datetime import datetime

    from intake.keys.trust import Trust
    from intake.store.vault import Vault


def keep_signed(vault: Vault, before: Trust | None, after: Trust, at: datetime) -> None:
    """Keep what is new, each with its entry in the log; within the caller's transaction."""
    trusted.keep_trust(vault, after, at)
    old = before.files() if before else {}
    new = after.files()
    root = after.root.newest
    if root.serial > (before.root.newest.serial if before else 1):
        vault.log.append(root_leaf(after.org, root.serial, digest(root.data), at))
    serials = (
        ("officers", officers_leaf, after.officers.directory.serial),
        ("roster", roster_leaf, after.roster.directory.serial),
        ("recipients", recipients_leaf, after.verified_recipients.recipients.serial),
    )
    for kind, leaf, serial in serials:
        if old.get(kind) != new[kind]:
            vault.log.append(leaf(after.org, serial, digest(new[kind]), at))
