"""`log publish`: this officer's log into a folder, for anybody to hold: entries, checkpoint, both signatures.

Append-only: an earlier publication that this log does not begin with is left as it is, and nothing is written. The
folder is made beside and changes its name when it is whole; a cut between the two renames leaves the earlier one under
another name, which the next run puts back. Spec: docs/spec/log-v1.md.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle import logbook
from intake.bundle.log import Checkpoint
from intake.bundle.receipt import sign_checkpoint
from intake.crypto import merkle
from intake.errors import FileUnreadable, FolderUnwritable, PublishedLogDiffers
from intake.keys.times import json_time
from intake.usecases import custody
from intake.usecases.doctor_vault import STAMPED_AT
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import read_file, write_file
from intake.usecases.receipting import log_origin
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from pathlib import Path

    from intake.store.rows import LogLeaf
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station


@dataclass(frozen=True)
class Published:
    """Where the log is, and what its checkpoint says; `root` in hex, `before`: the size of the earlier publication."""

    folder: Path
    origin: str
    size: int
    root: str
    before: int | None


def log_publish(env: Environment, to: Path, *, stamped: bool = False) -> Published:
    """Write the log as it is now: PublishedLogDiffers, FolderUnwritable.

    `stamped`: somebody outside has stamped an earlier checkpoint since; the day is noted, and `doctor` counts from it.
    """
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        leaves, checkpoint = current(vault, here)
        folder = to / logbook.folder_name(checkpoint.origin)
        entries = logbook.entries_bytes(leaf.leaf for leaf in leaves)
        before = _earlier(folder, entries)
        signed = sign_checkpoint(checkpoint, here.signer)
        _replace(folder, {logbook.ENTRIES: entries, **signed.files()})
        root = checkpoint.root.hex()
        custody.note(
            vault, env.clock(), "log-published", origin=checkpoint.origin, size=checkpoint.size, root=f"sha256:{root}"
        )
        if stamped:
            vault.settings.set(STAMPED_AT, json_time(env.clock()))
        return Published(folder, checkpoint.origin, checkpoint.size, root, before)


def current(vault: Vault, here: Station) -> tuple[list[LogLeaf], Checkpoint]:
    """The log as it is, and the checkpoint that says so."""
    leaves = vault.log.leaves()
    return leaves, Checkpoint(log_origin(vault, here), len(leaves), merkle.root([leaf.hash for leaf in leaves]))


def _earlier(folder: Path, entries: bytes) -> int | None:
    """How many entries were published there, after it was seen that the log begins with them."""
    old = folder.with_name(folder.name + ".old")
    try:
        if old.is_dir() and not folder.exists():
            old.rename(folder)
        if not folder.exists():
            return None
        published = read_file(folder / logbook.ENTRIES, logbook.ENTRIES_BYTES)
    except FileUnreadable:
        raise PublishedLogDiffers(folder=folder) from None
    except OSError:
        raise FolderUnwritable(folder=folder) from None
    if not entries.startswith(published) or (published and not published.endswith(b"\n")):
        raise PublishedLogDiffers(folder=folder)
    return published.count(b"\n")


def _replace(folder: Path, files: dict[str, bytes]) -> None:
    new, old = (folder.with_name(folder.name + end) for end in (".part", ".old"))
    try:
        for left in (new, old):
            if left.exists():
                shutil.rmtree(left)
        for name, data in files.items():
            write_file(new / name, data)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        if old.exists():
            shutil.rmtree(old)
    except OSError:
        raise FolderUnwritable(folder=folder) from None
