"""`export` in a coordinator's vault: what it holds goes on to the other coordinators, unchanged, under its own word.

Records keep their bytes and both signatures; records, identity parts and attachments are sealed anew to the recipients
of today. What waits here for a key goes on as it came. Each bundle holds what no bundle of this officer held before
(or all), is marked once it is written, and takes the outbox no further than its own size: cut short, the command is run
again. Spec: docs/spec/bundle-v1.md, "Statement"; docs/spec/keys-v1.md, "Two coordinators".
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

from intake.bundle import items
from intake.bundle.container import sign_bundle
from intake.bundle.items import Addressees, new_name
from intake.bundle.limits import ATTACHMENT_PART_BYTES, LIMITS
from intake.bundle.scan import tar_entries
from intake.crypto.hashing import BLOCK_BYTES
from intake.crypto.sshsig import Signatures
from intake.errors import DamagedBlob, NothingToDo, NotInVault
from intake.keys.times import json_time
from intake.store.rows import RelayPart
from intake.usecases import custody
from intake.usecases.environment import Environment, open_vault
from intake.usecases.erasing import unconfirmed
from intake.usecases.exporting import carry, next_statement
from intake.usecases.files import typed_path
from intake.usecases.trusted import station

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from intake.bundle.container import SignedTags
    from intake.bundle.items import SealedItem
    from intake.bundle.statement import ItemKind, StatementItem
    from intake.crypto.streams import Writable
    from intake.store.rows import ReceivedItem, RecordVersion
    from intake.store.vault import Vault
    from intake.transports.folder import Carried
    from intake.usecases.trusted import Station

BUNDLE_BYTES: Final = 1 << 30  # of what goes into one bundle: a stick of any file system takes it, and the outbox too

Batch = list[tuple[str, list[RelayPart]]]  # records with what belongs to them
Write = Callable[["Writable"], "SealedItem"]


@dataclass(frozen=True)
class Relayed:
    """The carried files, written, read back and compared (`checked` False: this system could only write them).

    `testimonies` counts records of any kind; `waiting`: items that went on as they came, for whoever has their key.
    """

    paths: tuple[Path, ...]
    testimonies: int
    items: int
    waiting: int
    size_bytes: int
    checked: bool


@dataclass(frozen=True)
class Room:
    """What one bundle may hold."""

    items: int = LIMITS.items
    size: int = BUNDLE_BYTES


def relay(env: Environment, to: Path | None = None, *, everything: bool = False, room: Room | None = None) -> Relayed:
    """Write as many bundles as it takes into the folder `to`; nothing to carry on is an error of its own."""
    with open_vault(env, "coordinator") as vault:
        load = Load.of(
            vault,
            vault.relays.parts(everything=everything),
            lambda part: not everything and vault.relays.has(part.record, part.kind, part.number),
        )
        if not load:
            raise NothingToDo(what=env.t("the other coordinators were sent everything that is here"))
        stick = to or typed_path(env.ask.text(env.t("Folder to write to")))
        here = station(vault)
        carried: list[Carried] = []

        def onto_stick(tags: SignedTags, parts: Sequence[RelayPart]) -> None:
            statement = tags.statement
            carried.append(carry(env, vault, here, tags, stick))
            with vault.transaction():
                vault.chain.mark_written(statement.seq)
                vault.relays.mark(parts, statement.chain, statement.seq)
                facts = {"bundle": tags.digest, "seq": statement.seq, "items": len(statement.items)}
                custody.note(vault, env.clock(), "export", **facts)

        sent = carry_on(Relayer(env, vault, here, onto_stick), load, room or Room())
        return Relayed(
            paths=tuple(one.path for one in carried),
            testimonies=sum(part.kind == "record" for part in load.parts),
            items=sent,
            waiting=sum(map(len, load.waiting.values())),
            size_bytes=sum(one.size for one in carried),
            checked=all(one.state == "checked" for one in carried),
        )


@dataclass(frozen=True)
class Load:
    """What is to be carried on: parts of records, and what waits here for a key by the bundle whose tar has it."""

    parts: Sequence[RelayPart]
    waiting: Mapping[str, Sequence[ReceivedItem]]

    @classmethod
    def of(cls, vault: Vault, parts: Sequence[RelayPart], is_there: Callable[[RelayPart], bool]) -> Load:
        """These parts, and what waits and is not there yet.

        Nothing that another officer decided to erase, while it waits here for a word on that.
        """
        closed = unconfirmed(vault)
        kept = [part for part in parts if not any(one.is_of(part.record, part.kind) for one in closed)]
        held = {
            bundle: left
            for bundle, items in vault.ledger.waiting().items()
            if (left := [one for one in items if not is_there(part_of(one))])
        }
        return cls(kept, held)

    def __bool__(self) -> bool:
        return bool(self.parts or self.waiting)


def part_of(item: ReceivedItem) -> RelayPart:
    """An item as a part of its record."""
    number = -1 if item.attachment_index is None else item.attachment_index
    return RelayPart(item.record_digest, item.kind, number, None, item.size)


def carry_on(relayer: Relayer, load: Load, room: Room) -> int:
    """Hand over as many bundles as it takes; returns how many parts of records were sealed anew."""
    relayer.begin()
    batches, sent = list(_batches(load.parts, room)), 0
    with relayer.env.progress.track("carrying on what is here", len(batches)) as step:
        for batch in batches:
            sent += relayer.send(relayer.sealed(batch), [part for _, group in batch for part in group])
            step(1)
    for bundle, held in load.waiting.items():
        relayer.send(relayer.as_they_came(bundle, held), [part_of(one) for one in held])
    return sent


def _batches(parts: Sequence[RelayPart], room: Room) -> Iterator[Batch]:
    """Whole records in their order, up to what one bundle may hold; a larger one goes alone."""
    batch: Batch = []
    count = size = 0
    for record, found in groupby(parts, key=lambda part: part.record):
        group = list(found)
        more = sum(max(1, -(-part.size // ATTACHMENT_PART_BYTES)) for part in group)
        bytes_more = sum(part.size for part in group)
        if batch and (count + more > room.items or size + bytes_more > room.size):
            yield batch
            batch, count, size = [], 0, 0
        batch.append((record, group))
        count, size = count + more, size + bytes_more
    if batch:
        yield batch


@dataclass(frozen=True)
class Relayer:
    """A coordinator who carries on, at one time, to the recipients of that time.

    `hand_over` takes a signed bundle, whose items are in the outbox until it returns, and what it carries.
    """

    env: Environment
    vault: Vault
    here: Station
    hand_over: Callable[[SignedTags, Sequence[RelayPart]], None]

    def begin(self) -> None:
        """A chain of bundles, the first time."""
        if not self.vault.chain.has_begun():
            self.vault.chain.start(secrets.token_hex(16), json_time(self.env.clock()))

    def send(self, sealed: Iterable[StatementItem], parts: Sequence[RelayPart]) -> int:
        """One bundle of items in the outbox, which they leave when it was handed over; returns how many."""
        entries = tuple(sealed)
        unreceipted = tuple(f"sha256:{item.sha256}" for item in entries)
        statement = next_statement(self.vault, self.here)
        tags = sign_bundle(
            statement.model_copy(update={"items": entries, "unreceipted": unreceipted}), self.here.signer
        )
        try:
            self.hand_over(tags, parts)
        finally:
            self.vault.outbox.remove([item.name for item in entries])
        return len(entries)

    def sealed(self, batch: Batch) -> Iterator[StatementItem]:
        """Every part of every record of the batch, sealed anew."""
        for ordinal, (digest, parts) in enumerate(batch, start=1):
            record = self.vault.records.by_digest(digest)
            if record is None:
                raise NotInVault(what="record", name=digest)
            for part in parts:
                yield from self._part(record, part, ordinal)

    def _part(self, record: RecordVersion, part: RelayPart, ordinal: int) -> Iterator[StatementItem]:
        recipients, at = self.here.trust.recipients, self.env.clock()
        account = Addressees(recipients.for_account(at), recipients.label(at))
        identity = Addressees(recipients.for_identity(), None)
        match part.kind:
            case "record":
                signatures = Signatures(record.sig, record.pq_sig)
                yield self._write(lambda sink: items.seal_record(sink, record.record, signatures, account), ordinal)
            case "identity":
                held = self.vault.records.identity(record.digest)
                if held is None:
                    raise NotInVault(what="identity", name=record.digest)
                yield self._write(
                    lambda sink: items.seal_identity(sink, held.identity, record.digest, identity), ordinal
                )
            case "attachment":
                yield from self._attachment("attachment", part, account, ordinal)
            case _:
                yield from self._attachment("identity-attachment", part, identity, ordinal)

    def _attachment(self, kind: ItemKind, part: RelayPart, to: Addressees, ordinal: int) -> Iterator[StatementItem]:
        if part.blob_id is None:
            raise DamagedBlob(blob="")
        with closing(self.vault.blobs.open(part.blob_id)) as source:
            for piece in items.attachment_parts(kind, part.record, part.number, part.size):
                yield self._write(lambda sink, piece=piece: items.seal_attachment(sink, source, piece, to), ordinal)  # type: ignore[misc]  # bound now, called next

    def _write(self, write: Write, ordinal: int) -> StatementItem:
        """One file of the outbox: written and flushed under its final name, then opened again and compared."""
        name = new_name()
        with self.vault.outbox.write(name) as sink:
            item = write(sink)
        with closing(self.vault.outbox.open(name)) as source:
            items.read_back(source, item)
        return item.entry(name, ordinal)

    def as_they_came(self, bundle: str, held: Sequence[ReceivedItem]) -> Iterator[StatementItem]:
        """The same age files under new names, out of the kept tar."""
        received = self.vault.ledger.seen(bundle)
        if received is None:
            raise NotInVault(what="bundle", name=bundle)
        ordinals = {digest: place for place, digest in enumerate(dict.fromkeys(i.record_digest for i in held), start=1)}
        wanted = {f"{received.bid}/data/{one.name}": one for one in held}
        with closing(self.vault.blobs.open(received.blob_id)) as source:
            for entry in tar_entries(source, LIMITS):
                one = wanted.get(entry.name)
                if one is None:
                    continue
                name = new_name()
                with self.vault.outbox.write(name) as sink:
                    while data := entry.read(BLOCK_BYTES):
                        sink.write(data)
                yield _entry(replace(one, name=name, ordinal=ordinals[one.record_digest]))


def _entry(item: ReceivedItem) -> StatementItem:
    sealed = items.SealedItem(
        kind=cast("ItemKind", item.kind),
        record=item.record_digest,
        attachment=item.attachment_index,
        part=item.part,
        size=item.size,
        sha256=item.sha256,
        to=item.to,
        epoch=item.epoch,
    )
    return sealed.entry(item.name, item.ordinal)
