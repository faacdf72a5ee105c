"""Receipts for what was imported: a coordinator's signed word, bundle by bundle, to the laptop that sent it.

Must not be called before bytes and ledger rows are committed: a laptop deletes on what is written here. A serial is
used up before its file exists, and each run signs one checkpoint of the log as it is. Spec: docs/spec/receipt-v1.md.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle.items import new_name
from intake.bundle.limits import LIMITS
from intake.bundle.log import Checkpoint, new_origin
from intake.bundle.receipt import Receipt, ReceiptItem, make_receipt, seal_receipt, sign_checkpoint
from intake.crypto import merkle, strictjson
from intake.crypto.age import PostQuantumRecipient, parse_recipient
from intake.errors import (
    CryptoError,
    DiskFull,
    FolderUnwritable,
    IntakeError,
    KeyFault,
    ReceiptTooLarge,
    TransportError,
)
from intake.keys.times import json_time
from intake.store.rows import GivenReceipt
from intake.transports import folder as carrier
from intake.usecases.files import read_file, write_file
from intake.usecases.trusted import SERIALS_ABOVE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from intake.bundle.receipt import Status
    from intake.keys.signed import SignedFile
    from intake.store.rows import LogLeaf, ReceivedBundle, ReceivedItem
    from intake.store.vault import Vault
    from intake.usecases.environment import Environment
    from intake.usecases.trusted import Station

FOLDER = "receipts"  # of the coordinator's home
ORIGIN = "log-origin"  # setting: the name of this officer's log
# Bytes that do not open, or are other than was signed. All other checks stop an item whose bytes are whole and kept.
DAMAGED = frozenset({"I01", "I02", "I03", "I04", "I11", "I12"})
_NAME = re.compile(r"[0-9a-f]{32}\.age")


@dataclass(frozen=True)
class ReceiptsWritten:
    """Where the receipts of one import are. `without`: bundles that say no address; `error`: why some are missing."""

    folder: Path
    written: tuple[Path, ...] = ()
    carried: tuple[Path, ...] = ()
    without: int = 0
    error: IntakeError | None = None


def status_of(row: ReceivedItem) -> Status:
    """What a receipt says of an item, from what the ledger has of it."""
    match row.outcome:
        case "imported":
            return "accepted"
        case "already-have" | "erased":
            return "duplicate"
        case "awaiting-key":
            return "held"
    return "damaged" if row.reason in DAMAGED else "held"


def write_receipts(
    env: Environment, vault: Vault, here: Station, indexes: Collection[int], to: Path | None
) -> ReceiptsWritten:
    """A new receipt for the bundle of each log index, below the home folder and (if named) on a stick.

    What can't be written is told and keeps nothing back: the import stands, and a second one writes receipts again.
    """
    done = ReceiptsWritten(env.home / FOLDER)
    if not indexes:
        return done
    desk = _Desk.of(env, vault, here)
    with env.progress.track("writing receipts", len(indexes)) as step:
        for index in sorted(indexes):
            try:
                path = desk.write(index)
            except (FolderUnwritable, DiskFull, ReceiptTooLarge) as error:
                done = replace(done, error=error)
                break
            done = replace(done, written=(*done.written, path)) if path else replace(done, without=done.without + 1)
            step(1)
    desk.sweep()
    return _carried(done, to) if to else done


@dataclass(frozen=True)
class _Desk:
    """The log as it is now, its checkpoint signed once."""

    vault: Vault
    here: Station
    folder: Path
    made_at: str
    leaves: Sequence[LogLeaf]
    checkpoint: SignedFile

    @classmethod
    def of(cls, env: Environment, vault: Vault, here: Station) -> _Desk:
        leaves = vault.log.leaves()
        root = merkle.root([leaf.hash for leaf in leaves])
        checkpoint = Checkpoint(log_origin(vault, here), len(leaves), root)
        signed = sign_checkpoint(checkpoint, here.signer)
        return cls(vault, here, env.home / FOLDER, json_time(env.clock()), leaves, signed)

    def write(self, index: int) -> Path | None:
        """The receipt of one bundle; None when nobody knows where it should go."""
        bundle = self._bundle(index)
        recipient = recipient_of(bundle)
        if recipient is None:
            return None
        given = GivenReceipt(
            bundle=bundle.digest,
            device=bundle.sender,
            serial=self.vault.receipts_given.next_serial(bundle.sender, self.vault.settings.get(SERIALS_ABOVE, 0)),
            name=new_name(),
        )
        receipt = self._receipt(given, bundle, index)
        holds = json.loads(bundle.statement)["roster"]
        made = make_receipt(receipt, self.checkpoint, self.here.trust, self.here.signer, holds=holds)
        sealed = seal_receipt(made, recipient)
        self.vault.receipts_given.give(given)
        path = self.folder / given.name
        write_file(path, sealed)
        return path

    def _bundle(self, index: int) -> ReceivedBundle:
        leaf = strictjson.loads(self.leaves[index].leaf, max_bytes=LIMITS.statement_bytes)
        bundle = self.vault.ledger.seen(leaf["bundle"])
        if bundle is None:
            raise ValueError("a log entry without its bundle")
        return bundle

    def _receipt(self, given: GivenReceipt, bundle: ReceivedBundle, index: int) -> Receipt:
        rows = self.vault.ledger.items(given.bundle)
        proof = merkle.inclusion_proof([leaf.hash for leaf in self.leaves], index)
        return Receipt(
            format="intake-receipt/1",
            org=self.here.card.org,
            officer=self.here.principal,
            device=given.device,
            serial=given.serial,
            made_at=self.made_at,
            bundle=given.bundle,
            chain=bundle.chain,
            seq=bundle.seq,
            leaf=self.leaves[index].leaf.decode(),
            index=index,
            proof=tuple(node.hex() for node in proof),
            items=tuple(ReceiptItem(sha256=row.sha256, status=status_of(row)) for row in rows),
        )

    def sweep(self) -> None:
        """Receipts that a newer one of the same bundle superseded, or that were cut short, go."""
        current = {given.name for given in self.vault.receipts_given.list()}
        for path in _files(self.folder):
            if path.name not in current:
                path.unlink(missing_ok=True)


def log_origin(vault: Vault, here: Station) -> str:
    """The name of this officer's log; a restored coordinator takes the setting away, and begins another."""
    origin = vault.settings.get(ORIGIN)
    if origin is None:
        origin = new_origin(here.card.org, here.principal)
        vault.settings.set(ORIGIN, origin)
    return str(origin)


def recipient_of(bundle: ReceivedBundle) -> PostQuantumRecipient | None:
    """Where the laptop takes receipts; an officer who relays takes none."""
    address = json.loads(bundle.statement).get("receipts_to")  # strictly parsed when it was verified; this is quicker
    if not address or not bundle.sender.startswith("d-"):
        return None
    try:
        recipient = parse_recipient(address)
    except (KeyFault, CryptoError):
        return None
    return recipient if isinstance(recipient, PostQuantumRecipient) else None


def _carried(done: ReceiptsWritten, to: Path) -> ReceiptsWritten:
    """Copies on the stick, each read back and compared; the first that fails ends it."""
    for path in done.written:
        data = read_file(path)
        try:
            with carrier.stage(to, path.name, len(data)) as staged:
                staged.write(data)
                done = replace(done, carried=(*done.carried, staged.publish().path))
        except TransportError as error:
            return replace(done, error=done.error or error)
    return done


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if _NAME.fullmatch(path.name))
