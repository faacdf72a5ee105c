"""One draft into sealed items: build, sign, encrypt, flush, reopen, compare; then one transaction forgets the draft.

Cut before the transaction, the draft is whole, and files in the outbox that no row names are swept by the store.
Spec: docs/spec/record-v1.md, and docs/spec/bundle-v1.md ("Items").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.bundle import items
from intake.bundle.items import Addressees
from intake.crypto.streams import Writable
from intake.errors import DamagedBlob
from intake.keys import namespaces
from intake.keys.times import json_time
from intake.records.consent import Consent
from intake.records.ids import new_id
from intake.records.kinds import Of, build_addendum, build_withdrawal
from intake.records.record import BuiltRecord, Digests, FilePart, Sealing, build_full
from intake.store.rows import DraftSummary, SealedItem, Stub
from intake.usecases import custody
from intake.vocabulary import digest as vocabulary_digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from intake.bundle.statement import ItemKind
    from intake.records.account import Mark
    from intake.records.identity import Identity
    from intake.records.kinds import AddendumBody, WithdrawalBody
    from intake.records.testimony import Testimony
    from intake.store.vault import Vault
    from intake.usecases.trusted import Station

Write = Callable[[Writable], items.SealedItem]


@dataclass(frozen=True)
class Ready:
    """A draft that may be sealed: what it says, and the marks of an interview that was cut short."""

    draft: DraftSummary
    testimony: Testimony
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Place:
    """Where a record will stand: its id, the testimony it is about, and what it follows."""

    id: str
    of: Of
    version: int = 1
    prev: str | None = None


def place_of(vault: Vault, case: str) -> Place:
    """Behind the newest stub of the case; of a case that was never here, by the code alone."""
    stubs = vault.sealed.get(case)
    if not stubs:
        return Place(new_id(), Of(case=case))
    newest = max(stubs, key=lambda stub: stub.ordinal)
    of = Of(case=case, id=newest.record_id, record=newest.digest)
    return Place(newest.record_id, of, newest.version + 1, newest.digest)


@dataclass(frozen=True)
class ReadyAddendum:
    """An addendum that may be sealed."""

    draft: DraftSummary
    place: Place
    body: AddendumBody
    consent: Consent | None
    identity: Identity | None


@dataclass(frozen=True)
class Sealed:
    """One testimony that is sealed: how many items it became, and whether only the archive can open it."""

    case: str
    ordinal: int
    items: int
    attachments: int
    archive_only: bool
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Sealer:
    """Who seals, for whom, and when."""

    vault: Vault
    here: Station
    at: datetime

    def seal(self, ready: Ready | ReadyAddendum) -> Sealed:
        """Seal one draft."""
        if isinstance(ready, ReadyAddendum):
            return self._seal_addendum(ready)
        draft = ready.draft
        files = self._files(draft.id)
        place = Place(draft.id, Of(case=draft.case_code))
        questionnaire = draft.questionnaire.partition("@")[2] or None
        sealing = self._sealing(place, ready.testimony.account.consent, tuple(files), questionnaire)
        built = build_full(ready.testimony, replace(sealing, marks=ready.marks))
        stub, rows = self._written("full", built, sealing, files)
        self.vault.sealed.seal_draft(draft.id, stub, rows)
        return self._sealed(stub, rows, len(files), tuple(dict.fromkeys(mark.rule for mark in ready.marks)))

    def _seal_addendum(self, ready: ReadyAddendum) -> Sealed:
        """What was said later, behind the stub of its case if that is here."""
        files = self._files(ready.draft.id)
        sealing = self._sealing(ready.place, ready.consent or Consent(), tuple(files))
        built = build_addendum(ready.body, sealing, consent=ready.consent, identity=ready.identity)
        stub, rows = self._written("addendum", built, sealing, files)
        self.vault.sealed.seal_draft(ready.draft.id, stub, rows)
        return self._sealed(stub, rows, len(files))

    def seal_withdrawal(
        self, case: str, body: WithdrawalBody, identity: Identity | None, destroyed: Sequence[SealedItem]
    ) -> Sealed:
        """At once, and what is taken back goes from this laptop in the same transaction."""
        vault, at = self.vault, json_time(self.at)
        sealing = self._sealing(place_of(vault, case), Consent(), ())
        built = build_withdrawal(body, sealing, identity=identity)
        stub, rows = self._written("withdrawal", built, sealing, {})
        names = [item.name for item in destroyed]
        with vault.transaction():
            vault.sealed.keep(stub, rows)
            vault.sealed.mark_destroyed(names, "withdrawn", at)
            fields = {"case": case, "record": built.digest, "items": sorted(item.sha256 for item in destroyed)}
            custody.note(vault, self.at, "withdrawal", **fields)
        vault.outbox.remove(names)
        return self._sealed(stub, rows, 0)

    def _written(
        self, kind: str, built: BuiltRecord, sealing: Sealing, files: dict[FilePart, str]
    ) -> tuple[Stub, list[SealedItem]]:
        """Every item in the outbox, and the stub that will stand for them."""
        ordinal, day = self.vault.sealed.next_ordinal(), json_time(self.at)[:10]
        rows = [self._write(write, ordinal) for write in self._items(built, files)]
        return Stub(sealing.case, sealing.id, sealing.version, kind, built.digest, ordinal, day), rows

    def _sealed(self, stub: Stub, rows: Sequence[SealedItem], files: int, marks: tuple[str, ...] = ()) -> Sealed:
        return Sealed(stub.case_code, stub.ordinal, len(rows), files, self._account.epoch is None, marks)

    @property
    def _account(self) -> Addressees:
        recipients = self.here.trust.recipients
        return Addressees(recipients.for_account(self.at), recipients.label(self.at))

    @property
    def _identity(self) -> Addressees:
        return Addressees(self.here.trust.recipients.for_identity(), None)

    def _files(self, draft_id: str) -> dict[FilePart, str]:
        """The draft's attachments as the record names them, each with its blob."""
        found = {}
        for one in self.vault.attachments.list(draft_id):
            blob = self.vault.blobs.get(one.blob_id)
            if blob is None:
                raise DamagedBlob(blob=one.blob_id)
            part = FilePart(
                one.id, one.part, blob.sha256, blob.size, blob.media_type, one.file_name, one.type, one.shows
            )
            found[part] = blob.id
        return found

    def _sealing(
        self, place: Place, consent: Consent, files: tuple[FilePart, ...], questionnaire: str | None = None
    ) -> Sealing:
        return Sealing(
            org=self.here.card.org,
            author=self.here.principal,
            case=place.of.case,
            id=place.id,
            digests=Digests(
                questionnaire=questionnaire, consent_text=consent.form_hash, vocabulary=vocabulary_digest()
            ),
            files=files,
            version=place.version,
            prev=place.prev,
        )

    def _items(self, built: BuiltRecord, files: dict[FilePart, str]) -> Iterator[Write]:
        """What each item is written by, in the order of the statement: a part before its attachments."""
        signatures, account, identity = (
            self.here.signer.sign(namespaces.RECORD, built.record),
            self._account,
            self._identity,
        )
        yield lambda sink: items.seal_record(sink, built.record, signatures, account)
        yield from self._attachments("attachment", built.digest, [files[one] for one in built.account_files], account)
        if (part := built.identity) is not None:
            yield lambda sink: items.seal_identity(sink, part, built.digest, identity)
        blobs = [files[one] for one in built.identity_files]
        yield from self._attachments("identity-attachment", built.digest, blobs, identity)

    def _attachments(self, kind: ItemKind, record: str, blobs: list[str], to: Addressees) -> Iterator[Write]:
        for index, blob_id in enumerate(blobs):
            blob = self.vault.blobs.get(blob_id)
            with self.vault.blobs.open(blob_id) as source:
                for part in items.attachment_parts(kind, record, index, blob.size if blob else 0):
                    yield lambda sink, part=part, source=source: items.seal_attachment(sink, source, part, to)  # type: ignore[misc]  # bound now, called next

    def _write(self, write: Write, ordinal: int) -> SealedItem:
        """One file of the outbox: written and flushed under its final name, then opened again and compared."""
        name = items.new_name()
        with self.vault.outbox.write(name) as sink:
            item = write(sink)
        with self.vault.outbox.open(name) as source:
            items.read_back(source, item)
        return SealedItem(
            name=name,
            record_digest=item.record,
            kind=item.kind,
            attachment_index=item.attachment,
            part=item.part,
            size=item.size,
            sha256=item.sha256,
            to=item.to,
            epoch=item.epoch,
            ordinal=ordinal,
        )
