"""`received`: the signed tars and the trust files, for auditors, who need no key.

What is written holds nothing readable: every item in a tar is encrypted, and the rest is public. A tar that is there
already, whole, is left alone, so that the folder can be brought up to date as bundles come in.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.hashing import BLOCK_BYTES, digest_of
from intake.errors import FolderUnwritable
from intake.keys.trust import KINDS
from intake.store.files import make_folder, write_whole
from intake.usecases import custody
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import write_file
from intake.usecases.trusted import station, write_public

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from intake.store.rows import Blob, BundleSummary
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station


TAR, HUSK = ".tar", ".husk.tar"  # of a bundle, and of one of which items were erased


@dataclass(frozen=True)
class Received:
    """What lies in the folder now: `root`, `trust/…` with what came before in `trust/older`, `bundles/*.tar`, husks."""

    folder: Path
    bundles: tuple[Path, ...]
    trust: tuple[Path, ...]


def received(env: Environment, to: Path) -> Received:
    """Write every received bundle's signed tar, with the root and the trust files, into a folder."""
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        write_public(to, here.trust)
        _write_older(vault, here, to / "trust" / "older")
        bundles = vault.ledger.summaries()
        with env.progress.track("writing the signed bundles", len(bundles)) as step:
            paths = []
            for bundle, name in zip(bundles, _names(bundles), strict=True):
                paths.append(_write(vault, bundle, to / "bundles" / name))
                step(1)
        custody.note(vault, env.clock(), "received", bundles=len(paths))
    return Received(to, tuple(paths), tuple(to / "trust" / name for name in here.trust.files()))


def _write_older(vault: Vault, here: Station, folder: Path) -> None:
    """The trust files that came before today's: that no line was ever taken back shows only beside them."""
    today = here.trust.files()
    for kind in KINDS:
        for version in vault.trust.all(kind):
            if version.files[kind] != today[kind]:
                for name, data in version.files.items():
                    write_file(folder / f"{kind}-{version.serial}" / name, data)


def _names(bundles: Sequence[BundleSummary]) -> Iterator[str]:
    """`<bid>.tar`; a later bundle that took an earlier one's id would hide it, so its name carries its digest too."""
    given: set[str] = set()
    for bundle in bundles:
        name = f"{bundle.bid}-{bundle.digest.removeprefix('sha256:')}" if bundle.bid in given else bundle.bid
        yield f"{name}{HUSK if bundle.husk else TAR}"
        given.add(bundle.bid)


def _write(vault: Vault, bundle: BundleSummary, path: Path) -> Path:
    blob = vault.blobs.get(bundle.blob_id)
    try:
        if blob is not None and path.is_file() and _is_whole(path, blob):
            return path
        make_folder(path.parent)
        with vault.blobs.open(bundle.blob_id) as source, write_whole(path) as sink:
            shutil.copyfileobj(source, sink, BLOCK_BYTES)
        if bundle.husk:  # the whole one may lie here since before the erasure
            path.with_name(path.name.removesuffix(HUSK) + TAR).unlink(missing_ok=True)
    except OSError:
        raise FolderUnwritable(folder=path.parent) from None
    return path


def _is_whole(path: Path, blob: Blob) -> bool:
    with path.open("rb") as source:
        return digest_of(source) == f"sha256:{blob.sha256}"
