"""A small organisation for the bundle tests: real keys from fixed seeds, one officer, two laptops, made-up records.

Everything is in memory; `Outbox` stands where the vault's folder of sealed files would.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from intake.bundle.container import SignedTags, new_bid, sign_bundle, write_bundle
from intake.bundle.envelope import SealedBundle, write_envelope
from intake.bundle.items import (
    Addressees,
    AttachmentPart,
    SealedItem,
    new_name,
    seal_attachment,
    seal_identity,
    seal_record,
)
from intake.bundle.open import Keyring
from intake.bundle.report import Standing, TrustFiles
from intake.bundle.statement import Statement, StatementItem
from intake.crypto.sshsig import SignerKeys
from intake.keys import namespaces
from intake.keys.directory import Principal
from intake.keys.organisation import NewOrganisation, OrganisationPlan, make_organisation, validity
from intake.keys.signed import sign_file
from intake.keys.trust import Trust
from intake.records.record import BuiltRecord, Digests, FilePart, Sealing, build_full
from intake.records.testimony import parse_testimony
from tests.worlds.keys import NOW, stream
from tests.worlds.records import SCENARIOS, testimony

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intake.bundle.verify import Report
    from intake.crypto.age import PostQuantumIdentity

LAPTOP, OTHER_LAPTOP, OFFICER = "d-laptop-1", "d-laptop-2", "c-1"
CHAIN = "c0" * 16
PHOTO = b"\x89PNG made-up photo " * 40
SCAN = b"%PDF made-up scan of a paper " * 30


@dataclass(frozen=True)
class Organisation:
    """Trust files, and every secret behind them."""

    made: NewOrganisation
    trust: Trust
    devices: Mapping[str, SignerKeys]

    @property
    def files(self) -> TrustFiles:
        """What a verifier is given."""
        return TrustFiles(self.trust.root.data, self.trust.files())

    def standing(self, **changes: object) -> Standing:
        """What a verifier of this organisation knows."""
        return Standing(**{"trust": self.files, "at": NOW, **changes})  # type: ignore[arg-type]

    def signer(self, name: str) -> SignerKeys:
        """A sender's keys."""
        return self.made.officer.signer if name == OFFICER else self.devices[name]

    @property
    def account(self) -> Addressees:
        """Epoch and archive."""
        return Addressees(self.trust.recipients.for_account(NOW), self.made.officer.epoch_label)

    @property
    def identity(self) -> Addressees:
        """Identity recipients and identity archive."""
        return Addressees(self.trust.recipients.for_identity(), None)

    def keyring(self, *kinds: str) -> Keyring:
        """A coordinator's identities; "epoch", "identity", "archive" to choose."""
        held = {
            "epoch": self.made.officer.epoch,
            "identity": self.made.officer.identity,
            "archive": self.made.offline.archive,
        }
        chosen = [held[kind] for kind in (kinds or ("epoch", "identity"))]
        return Keyring({one.recipient().fingerprint: one for one in chosen})

    @property
    def epoch(self) -> PostQuantumIdentity:
        """The coordinator's epoch identity, which opens envelopes."""
        return self.made.officer.epoch


@cache
def organisation(label: str = "ours", devices: tuple[str, ...] = (LAPTOP, OTHER_LAPTOP)) -> Organisation:
    """The organisation of that label: the same keys every time."""
    entropy = stream(label)
    made = make_organisation(OrganisationPlan(label, "real", NOW), entropy)
    keys = {name: SignerKeys.from_bytes(entropy(96)) for name in devices}
    roster = made.trust.roster.directory
    for name, signer in keys.items():
        roster = roster.with_principal(Principal(name, signer.public, *validity(NOW, 90)))
    files = {
        **made.trust.files(),
        **sign_file(made.officer.signer, namespaces.ROSTER, "roster", roster.encode()).files(),
    }
    return Organisation(made, Trust.load(made.trust.root.data, files, NOW), keys)


def statement_of(trust: Trust, lines: Sequence[StatementItem], **claims: Any) -> Statement:
    """A statement over these items; `claims` names sender, chain and purpose, and whatever else shall be otherwise."""
    first = {
        "format": "intake-statement/1",
        "org": trust.org,
        "bundle": new_bid(),
        "predecessor": None,
        "seq": 1,
        "prev": None,
        "roster": trust.roster_digest,
        "recipients": trust.recipients_digest,
        "checkpoint": None,
        "items": tuple(lines),
        "unreceipted": tuple(f"sha256:{line.sha256}" for line in lines),
    }
    return Statement.model_validate({**first, **claims})


@dataclass
class Outbox:
    """One laptop's sealed items, in memory."""

    org: Organisation
    sender: str = LAPTOP
    files: dict[str, bytes] = field(default_factory=dict)
    lines: list[StatementItem] = field(default_factory=list)
    ordinal: int = 0

    def built(self, n: int = 0, *, author: str | None = None, files: tuple[FilePart, ...] = ()) -> BuiltRecord:
        """A made-up record, not yet signed."""
        violation = sorted(SCENARIOS)[n % len(SCENARIOS)]
        sealing = Sealing(
            org=self.org.trust.org,
            author=author or self.sender,
            case=f"{n:03d}-{n:03d}-{n:03d}-0",
            id=f"{n:08x}-0000-4000-8000-{0:012x}",
            digests=Digests(),
            files=files,
            salt=hashlib.sha256(b"salt").digest(),
            identity_salt=hashlib.sha256(b"other").digest(),
        )
        return build_full(parse_testimony(testimony(violation, n)), sealing)

    def seal(self, n: int = 0, *, signer: str | None = None, with_files: bool = False) -> BuiltRecord:
        """Seal one whole testimony: record, identity part, and a photo and a scan if wished."""
        files = (_file("photo", "account", PHOTO), _file("scan", "identity", SCAN)) if with_files else ()
        built = self.built(n, files=files)
        self.ordinal += 1
        sink = io.BytesIO()
        signatures = self.org.signer(signer or self.sender).sign(namespaces.RECORD, built.record)
        self.keep(sink, seal_record(sink, built.record, signatures, self.org.account))
        if built.identity is not None:
            sink = io.BytesIO()
            self.keep(sink, seal_identity(sink, built.identity, built.digest, self.org.identity))
        if with_files:
            self.attach("attachment", built.digest, PHOTO)
            self.attach("identity-attachment", built.digest, SCAN)
        return built

    def attach(self, kind: str, record: str, data: bytes) -> None:
        """Seal one attachment."""
        sink = io.BytesIO()
        to = self.org.account if kind == "attachment" else self.org.identity
        part = AttachmentPart(kind, record, 0, 1, 1, len(data))  # type: ignore[arg-type]
        self.keep(sink, seal_attachment(sink, io.BytesIO(data), part, to))

    def keep(self, sink: io.BytesIO, item: SealedItem) -> None:
        """Note a sealed item."""
        name = new_name()
        self.files[name] = sink.getvalue()
        self.lines.append(item.entry(name, max(self.ordinal, 1)))

    def open(self, name: str) -> io.BytesIO:
        """As the vault's outbox."""
        return io.BytesIO(self.files[name])

    def statement(self, seq: int = 1, prev: str | None = None, **changes: object) -> Statement:
        """The claims of a bundle of everything in here."""
        beside = {"sender": self.sender, "chain": CHAIN, "seq": seq, "prev": prev}
        return statement_of(self.org.trust, self.lines, **{"purpose": "real", **beside, **changes})

    def tags(self, seq: int = 1, prev: str | None = None, **changes: object) -> SignedTags:
        """Signed tag files."""
        return sign_bundle(self.statement(seq, prev, **changes), self.org.signer(self.sender))

    def tar(self, tags: SignedTags | None = None) -> bytes:
        """The signed tar."""
        sink = io.BytesIO()
        write_bundle(sink, tags or self.tags(), self.open)
        return sink.getvalue()

    def carried(self, tags: SignedTags | None = None) -> bytes:
        """The carried file."""
        sink = io.BytesIO()
        write_envelope(sink, tags or self.tags(), self.open, self.org.account.recipients)
        return sink.getvalue()


def _file(name: str, part: str, data: bytes) -> FilePart:
    made = hashlib.sha256(name.encode()).hexdigest()
    return FilePart(
        evidence_id=f"{made[:8]}-{made[8:12]}-4{made[13:16]}-8{made[17:20]}-{made[20:32]}",
        part=part,  # type: ignore[arg-type]
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type="image/png",
        file_name=f"{name}.bin",
        type="photo",
    )


def sealed(data: bytes, *identities: PostQuantumIdentity) -> SealedBundle:
    """Bytes somebody carried."""
    return SealedBundle(io.BytesIO(data), identities)


def outcomes(report: Report) -> dict[str, str]:
    """Check ID -> outcome."""
    return {check.id: check.outcome.value for check in report.checks}
