"""Hostile hands for the attack tests: a laptop's real keys, and bundles of whatever items its holder chooses.

`Hand(laptop)` signs statements of any claims with that laptop's keys; `carry` writes the envelope onto the stick as
`export` would. Everything else is the real use cases on real vaults.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from intake.bundle.container import sign_bundle, write_bundle
from intake.bundle.envelope import write_envelope
from intake.bundle.items import (
    Addressees,
    AttachmentPart,
    SealedItem,
    new_name,
    seal_attachment,
    seal_identity,
    seal_record,
)
from intake.crypto.hashing import sha256_hex
from intake.keys import namespaces
from intake.records.record import BuiltRecord, Digests, Sealing, build_full
from intake.records.testimony import parse_testimony
from intake.store.vault import Vault
from intake.usecases.trusted import Station, station
from tests.worlds import records
from tests.worlds.bundle import statement_of
from tests.worlds.loop import NOW, PASSPHRASE, Laptop, World

if TYPE_CHECKING:
    from pathlib import Path

    from intake.bundle.container import SignedTags
    from intake.bundle.statement import Statement, StatementItem
    from intake.crypto.sshsig import SignerKeys
    from intake.usecases.importing import BundleOutcome


def documents(n: int) -> list[Any]:
    """So many made-up testimonies."""
    return [records.testimony(records.VIOLATIONS[i % len(records.VIOLATIONS)], i) for i in range(n)]


def sealed(laptop: Laptop, n: int) -> None:
    """So many testimonies, sealed by the real deed."""
    laptop.add(documents(n))
    assert not laptop.seal().refused


def place_of(laptop: Laptop) -> Station:
    """Keys and trust of a laptop."""
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        return station(vault)


def everything(world: World) -> tuple[object, ...]:
    """The whole database, row by row, and every file beside it with its size."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        database = vault.ledger._database
        names = [row[0] for row in database.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows = {name: sorted(map(repr, database.all(f"SELECT * FROM {name}"))) for name in names}  # noqa: S608
    files = {path.name: path.stat().st_size for path in (world.env.home / "blobs").rglob("*") if path.is_file()}
    return rows, files


def only(world: World, *paths: Path) -> BundleOutcome:
    """What came of the one file."""
    (outcome,) = world.import_(*paths).bundles
    return outcome


def states(outcome: BundleOutcome) -> dict[str, str]:
    """Item kind -> state, for bundles with one item of a kind."""
    return {item.kind: item.state for item in outcome.items}


def checks(outcome: BundleOutcome) -> set[str | None]:
    """The checks that refused items."""
    return {item.check for item in outcome.items if item.state == "quarantined"}


@dataclass
class Hand:
    """One signer (a laptop's keys, or any others) and a free choice of what to carry."""

    here: Station
    signer: SignerKeys
    files: dict[str, bytes] = field(default_factory=dict)
    lines: list[StatementItem] = field(default_factory=list)
    chain: str = field(default_factory=lambda: secrets.token_hex(16))

    @classmethod
    def of(cls, laptop: Laptop) -> Hand:
        """The holder of an enrolled laptop."""
        here = place_of(laptop)
        return cls(here, here.signer)

    @property
    def account(self) -> Addressees:
        """Epoch and archive."""
        recipients = self.here.trust.recipients
        return Addressees(recipients.for_account(NOW), recipients.epoch(NOW)[0].label)

    @property
    def identity(self) -> Addressees:
        """Who may know who a witness is."""
        return Addressees(self.here.trust.recipients.for_identity(), None)

    def built(self, n: int = 0, *, files: tuple[Any, ...] = (), **changes: Any) -> BuiltRecord:
        """A record of this signer's, or with any field of its envelope another."""
        sealing = {
            "org": self.here.card.org,
            "author": self.here.principal,
            "case": "000-000-000-0",
            "id": f"{n:08x}-0000-4000-8000-{secrets.token_hex(6)}",
            "digests": Digests(),
            "files": files,
        }
        made_up = parse_testimony(documents(n + 1)[n])
        return build_full(made_up, Sealing(**{**sealing, **changes}))

    def take(self, record: bytes, *, ordinal: int = 0, to: Addressees | None = None) -> StatementItem:
        """Sign and seal record bytes."""
        sink = io.BytesIO()
        item = seal_record(sink, record, self.signer.sign(namespaces.RECORD, record), to or self.account)
        return self.put(sink, item, ordinal)

    def take_identity(self, built: BuiltRecord, identity: bytes | None = None) -> StatementItem:
        """Seal an identity part, by default the record's own."""
        sink = io.BytesIO()
        data = identity if identity is not None else built.identity or b""
        return self.put(sink, seal_identity(sink, data, built.digest, self.identity))

    def take_file(self, kind: str, record: str, data: bytes, index: int = 0) -> StatementItem:
        """Seal an attachment of one part."""
        sink = io.BytesIO()
        to = self.account if kind == "attachment" else self.identity
        part = AttachmentPart(kind, record, index, 1, 1, len(data))  # type: ignore[arg-type]
        return self.put(sink, seal_attachment(sink, io.BytesIO(data), part, to))

    def put(self, sink: io.BytesIO, item: SealedItem, ordinal: int = 0) -> StatementItem:
        """Note a sealed file."""
        name = new_name()
        self.files[name] = sink.getvalue()
        known = {line.record: line.ordinal for line in self.lines}
        number = ordinal or known.get(item.record) or len(known) + 1
        line = item.entry(name, number)
        self.lines.append(line)
        return line

    def steal(self, laptop: Laptop) -> None:
        """Somebody else's sealed files, bytes and claims, as they lie in that laptop's outbox."""
        with Vault.open(laptop.env.home, PASSPHRASE) as vault:
            for item in vault.sealed.all_items():
                with vault.outbox.open(item.name) as source:
                    data = source.read()
                stolen = SealedItem(
                    kind=item.kind,  # type: ignore[arg-type]
                    record=item.record_digest,
                    attachment=item.attachment_index,
                    part=item.part,
                    size=item.size,
                    sha256=item.sha256,
                    to=tuple(item.to),
                    epoch=item.epoch,
                )
                self.put(io.BytesIO(data), stolen)

    def claim(self, line: StatementItem, **changes: Any) -> StatementItem:
        """Change what the statement says of one file."""
        changed = line.model_copy(update=changes)
        self.lines[self.lines.index(line)] = changed
        return changed

    def replace_file(self, line: StatementItem, data: bytes) -> StatementItem:
        """Other bytes under the same claims."""
        self.files[line.name] = data
        return self.claim(line, size=len(data), sha256=sha256_hex(data))

    def statement(self, **changes: Any) -> Statement:
        """The claims of a bundle of everything in hand."""
        card = self.here.card
        beside = {"purpose": card.facts.purpose, "sender": self.here.principal, "chain": self.chain}
        return statement_of(self.here.trust, self.lines, **{**beside, **changes})

    def tags(self, **changes: Any) -> SignedTags:
        """The signed tag files."""
        return sign_bundle(self.statement(**changes), self.signer)

    def tar(self, tags: SignedTags | None = None) -> bytes:
        """The signed tar."""
        sink = io.BytesIO()
        write_bundle(sink, tags or self.tags(), lambda name: io.BytesIO(self.files[name]))
        return sink.getvalue()

    def carry(self, folder: Path, tags: SignedTags | None = None, **changes: Any) -> Path:
        """The carried file, on a stick."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / new_name()
        with path.open("wb") as sink:
            opened = lambda name: io.BytesIO(self.files[name])  # noqa: E731
            write_envelope(sink, tags or self.tags(**changes), opened, self.account.recipients)
        return path
