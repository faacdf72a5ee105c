"""`import`: verify, open, check and store whatever was carried in.

A bad bundle never stops the others, and a bad item never stops its bundle: each ends as imported, already here,
awaiting a key, or in quarantine under the check that refused it. All that one bundle brings is one transaction with its
log entry; a second import of the same file changes nothing. Carried files are opened for reading only. Once all is
committed, each bundle's laptop is written a receipt, at a second import too. How one bundle is taken in is in
intaking.py; the checks are the table of docs/spec/bundle-v1.md.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Final

from intake.bundle.envelope import looks_like_a_parcel
from intake.bundle.log import BundleLeaf
from intake.bundle.logbook import Logs
from intake.errors import AgeNoMatch, BundleError, CryptoError, DiskFull, FileUnreadable
from intake.usecases import custody
from intake.usecases.carried import files_of, in_order
from intake.usecases.environment import Environment, open_vault
from intake.usecases.files import open_file
from intake.usecases.handed import published_in
from intake.usecases.intaking import BundleOutcome, BundleState, Intaker
from intake.usecases.offline import Offline, Where
from intake.usecases.receipting import ReceiptsWritten, write_receipts
from intake.usecases.retrying import Retried, retry_waiting, with_archive
from intake.usecases.taking import ItemOutcome
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from intake.store.vault import Vault
    from intake.usecases.trusted import Station

__all__ = ["BundleOutcome", "ImportReport", "ItemOutcome", "import_"]


OFFICERS_PACK: Final = b"officer.json\0"  # as the tar in it begins


@dataclass(frozen=True)
class ImportReport:
    """What came in, and exactly what did not and why."""

    bundles: tuple[BundleOutcome, ...]
    receipts: ReceiptsWritten
    retried: Retried


def import_(
    env: Environment, paths: Sequence[Path], receipts_to: Path | None = None, archive: Where | None = None
) -> ImportReport:
    """Import every file, and every carried file of each folder, senders' bundles in the order they were made.

    `archive`: where the archives' keys are, for what no other key opens any more.
    """
    with open_vault(env, "coordinator") as vault:
        here = station(vault)
        intaker = Intaker.at_desk(vault, here, env.clock())
        if archive is not None:
            intaker = with_archive(intaker, here, Offline.ask(env, archive))
        intaker = _with_logs(intaker, here, paths)
        found = [file for path in paths for file in files_of(path)]
        with env.progress.track("putting the files in order", len(found)) as step:
            carried = in_order(found, intaker.sealed, step)
        outcomes, aside = [], len(vault.quarantine.list())
        with env.progress.track("importing", len(carried)) as step:
            for path in carried:
                outcomes.append(_take(intaker, path))
                step(1)
        retried = retry_waiting(intaker, here)
        _note(vault, intaker, outcomes, len(vault.quarantine.list()) - aside)
        # An officer who relays takes no receipt.
        theirs = [one for one in outcomes if (one.sender or "").startswith("d-")]
        indexes = {one.log_index for one in theirs if one.log_index is not None} | retried.indexes
        return ImportReport(tuple(outcomes), write_receipts(env, vault, here, indexes, receipts_to), retried)


def _note(vault: Vault, intaker: Intaker, outcomes: Sequence[BundleOutcome], aside: int) -> None:
    """What came in, by its place in the log, and how much was kept aside; nothing when a stick brought nothing new."""
    came = sorted(one.log_index for one in outcomes if one.state == "imported" and one.log_index is not None)
    if came or aside:
        custody.note(vault, intaker.at, "import", entries=came, quarantined=aside)


def _take(intaker: Intaker, path: Path) -> BundleOutcome:
    """One file; one that can't be read to its end is the medium's failure or ours, never the evidence's."""
    try:
        with closing(open_file(path)) as source:
            if other := _no_bundle(source, intaker):
                return BundleOutcome(path, other, None, None, None, None, None, ())
            outcome = intaker.take(path, source)
    except (BundleError, CryptoError, FileUnreadable, DiskFull) as error:  # a smaller one may still fit
        return BundleOutcome(path, "unreadable", None, None, None, None, None, (), error)
    return replace(outcome, report=outcome.report.brief()) if outcome.report else outcome


def _no_bundle(source: BinaryIO, intaker: Intaker) -> BundleState | None:
    """What looks like a receipt or a pack and opens with no key of ours; or another coordinator's pack, for `enrol`."""
    sealed = intaker.sealed(source)
    try:
        if not sealed.is_envelope or not looks_like_a_parcel(source):
            return None
        return "for-enrol" if sealed.tar().read(len(OFFICERS_PACK)) == OFFICERS_PACK else None
    except AgeNoMatch:
        return "for-a-laptop"
    except (CryptoError, OSError):  # told, or kept aside, when it is verified
        return None


def _with_logs(intaker: Intaker, here: Station, paths: Iterable[Path]) -> Intaker:
    """Told by the logs that other officers published onto the stick which bundles of a laptop went to them (B25, B26).

    Only where a bundle stands in its chain is learnt from them: no log of another makes a signer count here.
    """
    logs = Logs.read(published_in(paths), here.trust.officers)
    elsewhere: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    for book in logs.books:
        for leaf in (entry.leaf for entry in book.entries if book.counts(entry)):
            if isinstance(leaf, BundleLeaf):
                elsewhere[leaf.sender, leaf.chain, leaf.seq].append(leaf.bundle)

    def known(sender: str, chain: str, seq: int) -> tuple[str, ...]:
        here_too = intaker.vault.ledger.digests(sender, chain, seq)
        return tuple(dict.fromkeys((*here_too, *elsewhere.get((sender, chain, seq), ()))))

    return replace(intaker, standing=replace(intaker.standing, known=known)) if elsewhere else intaker
