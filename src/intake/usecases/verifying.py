"""`verify`: is a signed tar genuine? No vault, no passphrase, only the root file and the trust folder.

Files are verified in the order of the place each claims, so that a bundle's predecessor is known when its turn comes.
Whatever the bytes are, each file ends in a verdict; only a file that can't be read at all is an error.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle.envelope import SealedBundle
from intake.bundle.verify import Links, Report, Standing, TrustFiles
from intake.bundle.verify import verify as run_table
from intake.usecases.carried import files_of, in_order
from intake.usecases.files import open_file, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

TRUST_NAMES = tuple(f"{name}{end}" for name in ("officers", "roster", "recipients") for end in ("", ".sig", ".pq.sig"))


@dataclass(frozen=True)
class Verified:
    """One file and its report: the verdict, and every check's ID and outcome."""

    path: Path
    report: Report


def verify(paths: Sequence[Path], *, root: Path, trust: Path, at: datetime) -> tuple[Verified, ...]:
    """Verify every file, and every file of each folder, in the order of their sequence."""
    files = {name: read_file(trust / name) for name in TRUST_NAMES if (trust / name).is_file()}
    given = TrustFiles(read_file(root), files)
    links = Links()
    done = []
    for path in in_order((file for named in paths for file in files_of(named)), SealedBundle):
        with closing(open_file(path)) as source:
            report = run_table(SealedBundle(source), Standing(trust=given, at=at, known=links.digests))
        if report.bundle is not None:
            links = links.with_link(report.bundle.link)
        done.append(Verified(path, report))
    return tuple(done)
