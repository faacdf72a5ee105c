"""Bundles on their way to a place of sync: written once into `outgoing`, sent piece by piece, finished before others.

The file is whole on this disk, and its number used up, before its first piece leaves: cut anywhere, the next sync
sends the rest of the same file. It counts as there when every piece was read back. Always enveloped, whatever the
policy says of sticks. Spec: docs/spec/carrier-v1.md, "What a sender does".
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from intake.bundle.envelope import write_envelope
from intake.errors import DiskFull
from intake.keys.times import json_time
from intake.store.sync import SyncFile, outgoing_name
from intake.transports import pieces
from intake.transports.carrier import PIECE_BYTES
from intake.transports.pieces import Piece
from intake.usecases import custody
from intake.usecases.counting import Counted
from intake.usecases.environment import kept_time
from intake.usecases.exporting import enveloped_size, sent_bundle
from intake.usecases.syncing_work import PAUSE_DAYS, ROOM_BYTES, Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from intake.bundle.container import SignedTags
    from intake.crypto.streams import Writable
    from intake.store.rows import RelayPart
    from intake.usecases.syncing_work import Work
    from intake.usecases.trusted import Station


@dataclass
class _Measured:
    """A sink that knows what went into it."""

    sink: Writable
    size: int = 0
    hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def write(self, data: bytes | bytearray | memoryview, /) -> object:
        self.hash.update(data)
        self.size += len(data)
        return self.sink.write(data)


def begin(work: Work, here: Station, tags: SignedTags, box: str, parts: Sequence[RelayPart] = ()) -> SyncFile:
    """Write a bundle into `outgoing`; from when this returns it is on its way, and its number is used up."""
    env, vault = work.env, work.vault
    size = enveloped_size(tags)
    if shutil.disk_usage(vault.home).free < size + ROOM_BYTES:
        raise DiskFull
    name = outgoing_name(tags.digest)
    with env.progress.track("writing the bundle", size) as step, vault.outgoing.write(name) as sink:
        measured = _Measured(sink)
        recipients = here.trust.recipients.for_account(env.clock())
        write_envelope(Counted(measured, step), tags, vault.outbox.open, recipients)
    at = json_time(env.clock())
    file = SyncFile(work.target, measured.hash.hexdigest(), box, measured.size, tags.digest, at)
    with vault.transaction():
        vault.chain.reserve(sent_bundle(env, tags))
        vault.sync.begin(file, parts)
    return file


def finish(work: Work) -> None:
    """Send the rest of what an earlier sync began."""
    for file in work.vault.sync.sending(work.target):
        send(work, file)


def send(work: Work, file: SyncFile) -> bool:
    """Every piece that was not read back yet; then it is there.

    False where the file is no longer what was written: it is dropped, and what was in it is due again.
    """
    vault = work.vault
    with vault.outgoing.open(file.name) as source:
        found = pieces.pieces_of(source, file.sha256, file.size)
        if found:
            _send(work, file, source, found)
    if not found:
        vault.sync.drop(file.bundle)
        vault.sweep_outgoing()
        return False
    sent = vault.chain.by_digest(file.bundle)
    with vault.transaction():
        vault.sync.mark(file, "there")
        if sent is not None:
            if sent.chain == vault.chain.next().chain:
                vault.chain.mark_written(sent.seq)
            facts = {"bundle": sent.digest, "seq": sent.seq, "items": len(sent.items)}
            custody.note(vault, work.env.clock(), "export", **facts)
    vault.outgoing.remove([file.name])
    if sent is not None:
        work.tell(sent=(Sent(sent.bid, sent.seq, len(sent.items), file.size),))
    return True


def _send(work: Work, file: SyncFile, source: BinaryIO, found: Sequence[Piece]) -> None:
    hashes = [piece.sha256 for piece in found]
    done = len(file.pieces) if list(file.pieces) == hashes[: len(file.pieces)] else 0
    with work.env.progress.track("sending what is sealed", file.size) as step:
        step(done * PIECE_BYTES)

        def read_back(piece: Piece) -> None:
            work.vault.sync.note_pieces(file, hashes[: piece.index + 1])
            step(PIECE_BYTES)

        pieces.put(work.carrier, file.box, source, found, read_back, done)


def look_again(work: Work, still_needed: Callable[[SyncFile], bool]) -> None:
    """Whether bundles of ours that are still needed are still there: twice gone, or too long unanswered, is lost.

    Twice, since a carrier may say once that a file is gone and have it a moment later; and a bundle that goes again
    for nothing costs time only.
    """
    for file in work.vault.sync.there(work.target):
        if not still_needed(file):
            continue
        gone = pieces.missing(work.carrier, file.box, _pieces(file))
        if gone:
            work.tell(gone=1)
        if gone and file.missed:
            work.vault.sync.mark(file, "lost")
        elif bool(gone) != bool(file.missed):
            work.vault.sync.note_missed(file, int(bool(gone)))


def is_old(work: Work, at: str) -> bool:
    """Whether it was so long ago that a word should have come."""
    return work.env.clock() - kept_time(at) > timedelta(days=PAUSE_DAYS)


def _pieces(file: SyncFile) -> list[Piece]:
    count = pieces.count_of(file.size)
    return [Piece(file.sha256, index, count, sha256) for index, sha256 in enumerate(file.pieces)]
