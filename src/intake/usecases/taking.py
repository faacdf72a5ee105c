"""The items of one bundle, gathered while they pass by, and said as rows of the ledger and as outcomes for people.

Takes only what bundle/open.py verified. An attachment goes straight into a blob; one that ends as other bytes than were
signed leaves nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal, assert_never, cast

from intake.bundle.open import (
    ItemResult,
    Refused,
    VerifiedAttachment,
    VerifiedIdentity,
    VerifiedRecord,
    Waiting,
)
from intake.errors import AttachmentRefused
from intake.store.rows import IdentityPart, Outcome, ReceivedItem, RecordAttachment, RecordVersion
from intake.usecases.repeats import Heard, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intake.bundle.statement import StatementItem
    from intake.records.faults import Finding
    from intake.records.testimony import Testimony
    from intake.store.vault import Vault

ItemState = Literal["imported", "duplicate", "awaiting-key", "quarantined", "erased"]
STATES: Mapping[Outcome, ItemState] = {
    "imported": "imported",
    "already-have": "duplicate",
    "awaiting-key": "awaiting-key",
    "quarantined": "quarantined",
    "erased": "erased",
}


@dataclass(frozen=True)
class ItemOutcome:
    """One item of a bundle; `check` and `reason` (an English key with `fields`) say why it did not come in.

    `record`: of a record that came in just now, which kind it is.
    """

    name: str
    kind: str
    case: str | None
    state: ItemState
    check: str | None = None
    reason: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    record: str | None = None


@dataclass
class Taking:
    """What the items of one bundle came to.

    `new`: names of the items that never came before; `erased`: of those whose record was erased, which stay closed.
    """

    vault: Vault
    new: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    records: list[RecordVersion] = field(default_factory=list)
    identities: list[IdentityPart] = field(default_factory=list)
    attachments: list[RecordAttachment] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    refused: dict[str, Refused] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)  # record digest -> case code
    kinds: dict[str, str] = field(default_factory=dict)  # record digest -> kind of record
    warnings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)  # by the name of the item
    keys: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)  # record digest -> who tells
    heard: Heard = field(default_factory=Heard, repr=False)

    def take(self, results: Iterable[ItemResult]) -> None:
        """Gather every result; nothing of it is believed before the last one came without an error."""
        for result in results:
            match result:
                case VerifiedRecord():
                    self._record(result)
                case VerifiedIdentity():
                    self._warned(result)
                    keys = self.keys.get(result.item.record, ())
                    self.identities.append(IdentityPart(result.item.record, result.digest, result.json, keys))
                case VerifiedAttachment():
                    self._attachment(result)
                case Waiting():
                    self.waiting |= {item.name for item in result.items}
                case Refused():
                    self._refuse(result)
                case _:
                    assert_never(result)

    def _record(self, result: VerifiedRecord) -> None:
        record = result.record
        self._warned(result)
        self.cases[result.digest] = record.case
        self.kinds[result.digest] = record.kind
        self.records.append(
            RecordVersion(
                digest=result.digest,
                record_id=record.id,
                case_code=record.case,
                version=record.version,
                kind=record.kind,
                prev=record.prev,
                author=record.author,
                record=result.json,
                sig=result.sig,
                pq_sig=result.pq_sig,
            )
        )

    def repeats(self, record: str, testimony: Testimony) -> tuple[str, ...]:
        """The other cases here, and in this bundle so far, that may be of the same teller (V30)."""
        self.keys[record] = keys = keys_of(testimony)
        here = {case for key in keys for case in self.vault.records.told_by(*key)}
        case = testimony.case or ""
        coming = self.heard.before(keys, case)
        self.heard.note(keys, case)
        return tuple(sorted({*here, *coming} - {case}))

    def _warned(self, result: VerifiedRecord | VerifiedIdentity) -> None:
        if result.warnings:
            self.warnings[result.item.name] = result.warnings

    def _attachment(self, result: VerifiedAttachment) -> None:
        try:
            blob = self.vault.blobs.write(cast("BinaryIO", result.source), result.media_type, result.size)
        except AttachmentRefused as error:
            self._refuse(result.refused(error))
            return
        self.attachments.append(
            RecordAttachment(
                record_digest=result.record,
                index=result.index,
                part="identity" if result.identity else "account",
                blob_id=blob.id,
                sha256=result.sha256,
                size=result.size,
                type=result.media_type,
            )
        )

    def _refuse(self, refused: Refused) -> None:
        self.refused |= dict.fromkeys((item.name for item in refused.items), refused)

    def row(self, item: StatementItem) -> ReceivedItem:
        """What the ledger notes of an item."""
        refused = self.refused.get(item.name)
        return ReceivedItem(
            name=item.name,
            kind=item.kind,
            record_digest=item.record,
            attachment_index=item.attachment,
            part=item.part,
            size=item.size,
            sha256=item.sha256,
            to=item.to,
            epoch=item.epoch,
            ordinal=item.ordinal,
            outcome=self._came_to(item),
            reason=refused.check if refused else None,
        )

    def _came_to(self, item: StatementItem) -> Outcome:
        if item.name not in self.new:
            return "already-have"
        if item.name in self.refused:
            return "quarantined"
        return "awaiting-key" if item.name in self.waiting else "imported"

    def outcome(self, row: ReceivedItem) -> ItemOutcome:
        """What a person is told of an item."""
        refused, state = self.refused.get(row.name), "erased" if row.name in self.erased else STATES[row.outcome]
        case = self.cases.get(row.record_digest) or case_of(self.vault, row.record_digest)
        if refused is None:
            kind = self.kinds.get(row.record_digest) if row.kind == "record" else None
            return ItemOutcome(row.name, row.kind, case, state, warnings=self.warnings.get(row.name, ()), record=kind)
        return ItemOutcome(row.name, row.kind, case, state, refused.check, refused.why, refused.fields)


def case_of(vault: Vault, record_digest: str) -> str | None:
    """The case code of a record that is here."""
    record = vault.records.by_digest(record_digest)
    return record.case_code if record else None
