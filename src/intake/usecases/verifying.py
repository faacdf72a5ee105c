"""`verify`: is a signed tar genuine? No vault, no passphrase, only the root file and the trust folder.

Each file is verified alone, then its place in the chain is judged beside all the others: in which order they were named
must not decide which side of a fork is believed. Whatever the bytes are, each file ends in a verdict.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle.envelope import SealedBundle
from intake.bundle.verify import Links, Report, Standing, TrustFiles, placed, unread
from intake.bundle.verify import verify as run_table
from intake.errors import BundleError, CryptoError, FileUnreadable, IntakeError
from intake.keys.trust import FOLDER
from intake.usecases.carried import files_of, in_order
from intake.usecases.environment import NoProgress
from intake.usecases.files import open_file, read_file
from intake.usecases.handed import logs_below

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from intake.usecases.environment import Progress


@dataclass(frozen=True)
class Verified:
    """One file and its report: the verdict, and every check's ID and outcome; `error`: why it could not be read."""

    path: Path
    report: Report
    error: IntakeError | None = None


def verify(
    paths: Sequence[Path],
    *,
    root: Path,
    trust: Path,
    at: datetime,
    logs: Sequence[Path] = (),
    progress: Progress | None = None,
) -> tuple[Verified, ...]:
    """Verify every file, and every file of each folder, in the order of their sequence; `logs`: folders of logs."""
    files = {name: read_file(trust / name) for name in FOLDER if (trust / name).is_file()}
    standing = Standing(TrustFiles(read_file(root), files), at, log_folders=logs_below(logs) if logs else None)
    carried = in_order((file for named in paths for file in files_of(named)), SealedBundle, lambda _n: None)
    done = []
    with (progress or NoProgress()).track("verifying", len(carried)) as step:
        for path in carried:
            done.append(_alone(path, standing))
            step(1)
    bundles = [one.report.bundle for one in done if one.report.bundle]
    beside = replace(standing, known=Links(frozenset(bundle.link for bundle in bundles)).digests)
    return tuple(replace(one, report=placed(one.report, beside)) for one in done)


def _alone(path: Path, standing: Standing) -> Verified:
    """One file, as if it were the only one; a file that can't be read stops no other."""
    try:
        with closing(open_file(path)) as source:
            return Verified(path, run_table(SealedBundle(source), standing).brief())
    except (BundleError, CryptoError, FileUnreadable) as error:
        return Verified(path, unread(), error)
