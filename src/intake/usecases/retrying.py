"""Items that waited for a key, tried again: at every import, by `quarantine retry`, and with the archive's keys.

Their bytes are in the tars that were kept. Each bundle is verified again as it was when it came in, by the trust files
of that day, so that a revocation since does not undo what was logged before it; what the revocation does undo is left.
Spec: docs/spec/bundle-v1.md, "Opening"; docs/spec/keys-v1.md, "Revocation".
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from intake.bundle.envelope import SealedBundle
from intake.bundle.log import opened_leaf
from intake.bundle.open import Keyring, open_bundle, verify_records
from intake.bundle.verify import TABLE, TrustFiles, verify
from intake.errors import DamagedBlob
from intake.keys.times import json_time
from intake.store.rows import OpenedLate
from intake.usecases import trusted
from intake.usecases.environment import Environment, kept_time, open_vault
from intake.usecases.erasing import NOTHING, Settled, finish
from intake.usecases.intaking import Intaker
from intake.usecases.offline import Offline, Where
from intake.usecases.receipting import ReceiptsWritten, write_receipts
from intake.usecases.taking import Taking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from intake.bundle.verify import VerifiedBundle
    from intake.crypto.age import PostQuantumIdentity
    from intake.store.rows import ReceivedBundle, ReceivedItem
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station


WHOEVER_SIGNED = tuple(check for check in TABLE if check.id != "B14")
"""All checks of a bundle but who signed: that was asked when it came in, or a person let it through."""


@dataclass(frozen=True)
class Retried:
    """Items that came in late, were refused by a check, or wait still; `indexes`: log entries of bundles that changed.

    A laptop that is told of these bundles again hears better news.
    """

    opened: int = 0
    refused: int = 0
    waiting: int = 0
    indexes: frozenset[int] = frozenset()
    receipts: ReceiptsWritten | None = None


def retry(env: Environment, archive: Where | None = None) -> Retried:
    """Try all that waits. `archive`: where the archives' keys are, which stay in memory."""
    with open_vault(env, "coordinator") as vault:
        here = trusted.station(vault)
        intaker = Intaker.at_desk(vault, here, env.clock())
        if archive is not None:
            intaker = with_archive(intaker, here, Offline.ask(env, archive))
        done = retry_waiting(intaker, here)
        return replace(done, receipts=write_receipts(env, vault, here, done.indexes, None))


def with_archive(intaker: Intaker, here: Station, offline: Offline) -> Intaker:
    """The same with the archive's key; with that of identities only for one who may know who a witness is."""
    more: list[PostQuantumIdentity] = []
    if offline.has("archive"):
        more.append(offline.archive())
    may_know = any(one.officer == here.principal for one in here.trust.recipients.identities)
    if may_know and offline.has("identity-archive"):
        more.append(offline.identity_archive())
    keys = {identity.recipient().fingerprint: identity for identity in more}
    return replace(intaker, identities={**intaker.identities, **keys})


def retry_waiting(intaker: Intaker, here: Station) -> Retried:
    """Every bundle with an item that waits and that a key at hand says it opens."""
    done = Retried()
    for digest, items in intaker.vault.ledger.waiting().items():
        bundle = intaker.vault.ledger.seen(digest)
        openable = any(not intaker.identities.keys().isdisjoint(item.to) for item in items)
        if bundle is None or not openable or not _counts(intaker.vault, here, bundle):
            done = replace(done, waiting=done.waiting + len(items))
            continue
        rows = open_kept(intaker, bundle, frozenset(item.name for item in items))
        opened, refused = (sum(row.outcome == end for row in rows) for end in ("imported", "quarantined"))
        done = Retried(
            opened=done.opened + opened,
            refused=done.refused + refused,
            waiting=done.waiting + len(items) - opened - refused,
            indexes=done.indexes | ({bundle.log_index or 0} if opened and bundle.sender.startswith("d-") else set()),
        )
    return done


def _counts(vault: Vault, here: Station, bundle: ReceivedBundle) -> bool:
    """Whether it was logged here before any revocation of its sender, below the size it names and before its time.

    Or whether an officer let it through all the same.
    """
    directories = (here.trust.roster.directory, here.trust.officers.directory)
    gone = next((found for one in directories if (found := one.revocation(bundle.sender))), None)
    names = [here.principal, *vault.settings.get(trusted.FORMER, [])]
    if gone is None or bundle.digest in vault.settings.get(trusted.LET_THROUGH, []):
        return True
    below = any((bundle.log_index or 0) < size for name, size in gone.logs if name in names)
    return below and kept_time(bundle.imported_at) < gone.at


def open_kept(intaker: Intaker, bundle: ReceivedBundle, names: frozenset[str]) -> tuple[ReceivedItem, ...]:
    """The second pass over the kept tar, for these items; what it came to is written with its log entry."""
    with intaker.vault.transaction():
        rows, settled = _opened(intaker, bundle, names)
    finish(intaker.vault, settled)
    return rows


def _opened(
    intaker: Intaker, bundle: ReceivedBundle, names: frozenset[str]
) -> tuple[tuple[ReceivedItem, ...], Settled]:
    taking = Taking(intaker.vault, names)
    husk = [item for item in intaker.vault.ledger.items(bundle.digest) if item.outcome == "erased"]
    with closing(KeptBlob(intaker.vault, bundle.blob_id)) as tar:
        verified = _verified(intaker, bundle, cast("BinaryIO", tar), frozenset(item.sha256 for item in husk))
        if verified is None:
            return (), NOTHING
        gone = frozenset(item.name for item in husk)
        opened = open_bundle(verified, Keyring(intaker.identities), only=names, gone=gone)
        taking.take(verify_records(opened, intaker.record_standing(taking)))
    rows = tuple(taking.row(item) for item in verified.statement.items if item.name in names)
    org, imported = verified.statement.org, [row.sha256 for row in rows if row.outcome == "imported"]
    intaker.vault.ledger.record_opened(
        OpenedLate(
            bundle=bundle.digest,
            items=rows,
            records=tuple(taking.records),
            identities=tuple(taking.identities),
            attachments=tuple(taking.attachments),
            quarantined=tuple(intaker.quarantined(Path(f"{bundle.bid}.tar"), verified, taking)),
            log_leaf=opened_leaf(org, bundle.digest, imported, intaker.at) if imported else None,
            opened_at=json_time(intaker.at),
        )
    )
    return rows, intaker.settle(taking, org)


def _verified(intaker: Intaker, bundle: ReceivedBundle, tar: BinaryIO, erased: frozenset[str]) -> VerifiedBundle | None:
    """The kept tar, by the trust files and at the time of its import; None if the tar is damaged since."""
    for files in _trust_of(intaker.vault, bundle):
        then = TrustFiles(_first_root(intaker), files)
        standing = replace(intaker.standing, trust=then, at=kept_time(bundle.imported_at), erased=erased)
        verified = verify(SealedBundle(tar), standing, table=WHOEVER_SIGNED).bundle
        if verified is not None:
            return verified
    return None


def _first_root(intaker: Intaker) -> bytes:
    """The one that every succession begins with, those of days before there was any as well."""
    return intaker.standing.root.roots[0].data


def _trust_of(vault: Vault, bundle: ReceivedBundle) -> Iterator[Mapping[str, bytes]]:
    """Officers and roster as they were here then: the newest that had come, and older ones of the same second."""
    officers, rosters = (
        [one for one in vault.trust.all(kind) if one.received_at <= bundle.imported_at]
        for kind in ("officers", "roster")
    )
    for roster in reversed(rosters):
        yield {**officers[-1].files, **roster.files, **trusted.succession_at(vault, bundle.imported_at)}
        if roster.received_at < bundle.imported_at:
            return


class KeptBlob:
    """A kept file that can be read from its beginning again; the blob it lies in can't go back."""

    def __init__(self, vault: Vault, blob_id: str) -> None:
        self._vault, self._blob_id = vault, blob_id
        self._source = vault.blobs.open(blob_id)

    def seek(self, offset: int, _whence: int = 0) -> int:
        """Back to the beginning, and nowhere else."""
        if offset:
            raise DamagedBlob(blob=self._blob_id)
        self._source.close()
        self._source = self._vault.blobs.open(self._blob_id)
        return 0

    def read(self, n: int = -1, /) -> bytes:
        """As a file does."""
        return self._source.read(n)

    def close(self) -> None:
        """The blob."""
        self._source.close()
