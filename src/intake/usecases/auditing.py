"""`audit`: is everything that was handed over here, and is it what it claims? No vault, no passphrase, no secret.

Reads every file below the folders, one at a time; any bytes end in a finding, and one bad file stops no other. What is
missing is counted in bundle/audit.py, by the rows of bundle/audit_table.py. Spec: docs/spec/audit-v1.md.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.bundle import logbook
from intake.bundle.audit import Account, AuditVerdict, Finding, Given, TrustFound, Witness, verdict_of
from intake.bundle.audit_table import TABLE, findings_of
from intake.bundle.envelope import SealedBundle
from intake.bundle.logbook import Logs, read_checkpoint
from intake.bundle.report import Standing, TrustFiles
from intake.bundle.verify import verify as run_table
from intake.errors import BundleError, CryptoError, FileUnreadable, KeyFault, LogRefused, NothingToDo
from intake.keys import namespaces
from intake.keys.directory import parse_directory
from intake.keys.signed import SignedFile, verify_file
from intake.keys.succession import SUCCESSION
from intake.keys.trust import FOLDER, SignersOf, load_root, newer_root
from intake.usecases.environment import NoProgress
from intake.usecases.files import open_file, read_file
from intake.usecases.handed import Handed, handed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from intake.bundle.audit_table import Row
    from intake.bundle.log import Checkpoint
    from intake.bundle.logbook import Logbook
    from intake.keys.directory import Kind
    from intake.keys.signed import Signers
    from intake.keys.trust import Officers, Root
    from intake.usecases.environment import Progress


@dataclass(frozen=True)
class Audited:
    """The verdict, what it is made of, and what it was made from."""

    verdict: AuditVerdict
    findings: tuple[Finding, ...]
    bundles: int
    senders: tuple[str, ...]
    logs: tuple[Logbook, ...]


def audit(
    folder: Path,
    *,
    root: Path,
    trust: Path,
    at: datetime,
    progress: Progress | None = None,
    table: Iterable[Row] = TABLE,
) -> Audited:
    """Everything below `folder`, and the logs and older trust files below `trust`. Raises what is wrong with those."""
    files = {name: read_file(trust / name) for name in FOLDER if (trust / name).is_file()}
    found = handed(folder, trust)
    if not found.bundles and not found.logs:
        raise NothingToDo(what="no bundles and no logs are there")
    entries = {where: files for where, files in found.logs.items() if logbook.ENTRIES in files}
    standing = Standing(TrustFiles(read_file(root), files), at, log_folders=entries)
    account = Account(_given(standing, found))
    with (progress or NoProgress()).track("auditing", len(found.bundles)) as step:
        for path in sorted(found.bundles):
            _take(account, os.path.relpath(path, folder), path, standing)
            step(1)
    findings = findings_of(account, table)
    senders = sorted({sender for sender, _ in account.chains})
    books = {book.origin: account.newest_book(book.origin) or book for book in account.given.logs.books}
    return Audited(verdict_of(findings), findings, len(account.counted), tuple(senders), tuple(books.values()))


def _take(account: Account, name: str, path: Path, standing: Standing) -> None:
    try:
        with closing(open_file(path)) as source:
            account.take(name, run_table(SealedBundle(source), standing))
    except (BundleError, CryptoError, FileUnreadable) as error:
        account.unreadable(name, error)


def _given(standing: Standing, found: Handed) -> Given:
    """Trust that stands, and everything about logs and trust that lies around."""
    officers, roster, logs = standing.officers, standing.roster, standing.logs or Logs()
    others = list(found.others)
    alone = list(_alone(found, officers, others))
    own = [(book.officer.name, book.checkpoint) for book in logs.books]
    return Given(
        officers=officers,
        roster=roster,
        logs=logs,
        signed_checkpoints=tuple(Witness(by, one.origin, one.size, one.root, signed=True) for by, one in own + alone),
        trust_found=tuple(_trust_found(found, standing)),
        not_looked_at=tuple(others),
    )


def _alone(found: Handed, officers: Officers, others: list[str]) -> Iterator[tuple[str, Checkpoint]]:
    """Checkpoints without their log: who kept one can tell that a log shrank. Nobody's word is one of the others."""
    for where, files in found.logs.items():
        if logbook.ENTRIES in files:
            continue
        try:
            checkpoint, officer = read_checkpoint(SignedFile.take(files, logbook.CHECKPOINT), officers)
        except (LogRefused, KeyFault):
            others.append(where)
        else:
            yield officer.name, checkpoint


def _trust_found(found: Handed, standing: Standing) -> Iterator[TrustFound]:
    """Roots, officers and rosters in every folder, held against those of today, at whatever time."""
    officers = standing.officers
    for where, files in found.trust.items():
        root = standing.root
        if SUCCESSION in files:
            try:
                root = newer_root(root, load_root(root.roots[0].data, files[SUCCESSION]))
                yield TrustFound(f"{where}/{SUCCESSION}", root.directory)
            except (KeyFault, CryptoError) as error:
                yield TrustFound(f"{where}/{SUCCESSION}", None, error)
        if "officers" in files:
            yield _officers_found(where, files, root, officers.directory.serial)
        if "roster" in files:
            yield _directory(where, files, "roster", officers.directory)


def _officers_found(where: str, files: Mapping[str, bytes], root: Root, serial: int) -> TrustFound:
    """What an earlier root signed counts where it comes before today's; later it is not the organisation's word."""
    found = _directory(where, files, "officers", SignersOf("root", root.directories))
    if found.directory and found.directory.serial >= serial:
        return _directory(where, files, "officers", root.directory)
    return found


def _directory(where: str, files: Mapping[str, bytes], kind: Kind, signers: Signers) -> TrustFound:
    namespace = namespaces.OFFICERS if kind == "officers" else namespaces.ROSTER
    try:
        signed = SignedFile.take(files, kind)
        verify_file(signed, namespace, signers, None)
        return TrustFound(f"{where}/{kind}", parse_directory(signed.data, kind))
    except (KeyFault, CryptoError) as error:
        return TrustFound(f"{where}/{kind}", None, error)
