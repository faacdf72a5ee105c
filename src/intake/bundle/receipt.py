"""A receipt: an officer's signed word that items are safe, on which a laptop may delete its own.

Written for a coordinator, judged for a laptop by a table of checks like that of bundles. Nothing is deleted here, and
nothing in it counts before every row has passed; officers and roster are applied as soon as R02 has. Spec:
docs/spec/receipt-v1.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from intake.bundle.checks import Stop, fail, need
from intake.bundle.log import (
    CHECKPOINT_BYTES,
    LEAF_BYTES,
    Device,
    Officer,
    is_origin_of,
    parse_checkpoint,
    read_bundle_leaf,
)
from intake.bundle.statement import Count, Digest, Hex32, Hex64, Positive  # noqa: TC001  pydantic reads them
from intake.crypto import age, merkle, strictjson
from intake.crypto.hashing import digest
from intake.errors import AgeHeaderFault, AgeNoMatch, CryptoError, JsonFault, KeyFault, ReceiptRefused, ReceiptTooLarge
from intake.keys import namespaces
from intake.keys.directory import check_succession
from intake.keys.lines import Lines
from intake.keys.parcel import Shape, Time, read_parcel, write_parcel, write_shape
from intake.keys.signed import SignedFile, sign_file, verify_file
from intake.keys.succession import SUCCESSION
from intake.keys.trust import Trust, load_officers, load_root, load_roster, newer_root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from intake.bundle.log import Checkpoint
    from intake.crypto.age import PostQuantumIdentity, PostQuantumRecipient
    from intake.crypto.sshsig import SignerKeys
    from intake.keys.directory import Directory

FILE_BYTES: Final = 8 << 20  # a roster of three thousand laptops still fits
JSON_BYTES: Final = 4 << 20  # 10,000 items are 1.1 MiB
PROOF_NODES: Final = 64
ITEMS: Final = 10_000
SAFE: Final = frozenset({"accepted", "duplicate", "held"})  # what allows a laptop to purge

RECEIPT, CHECKPOINT, OFFICERS, ROSTER = "receipt.json", "checkpoint", "officers", "roster"
MEMBERS: Final = tuple(
    f"{name}{end}" for name in (RECEIPT, CHECKPOINT, OFFICERS, ROSTER) for end in ("", ".sig", ".pq.sig")
)
SIGNED_HERE: Final = MEMBERS[:6]  # what the officer signed for this receipt; the rest lies elsewhere too
WITHOUT_ROSTER: Final = MEMBERS[:9]  # for a laptop whose bundle says that it holds this very roster
ORDERS: Final = tuple((*order, *more) for order in (MEMBERS, WITHOUT_ROSTER) for more in ((), (SUCCESSION,)))

Status = Literal["accepted", "duplicate", "held", "damaged"]


class ReceiptItem(Shape):
    """What became of one item of the bundle."""

    sha256: Hex64
    status: Status


class Receipt(Shape):
    """`receipt.json`."""

    format: Literal["intake-receipt/1"]
    org: Hex64
    officer: Officer
    device: Device
    serial: Positive
    made_at: Time
    bundle: Digest
    chain: Hex32
    seq: Positive
    leaf: Annotated[str, StringConstraints(max_length=LEAF_BYTES)]
    index: Count
    proof: Annotated[tuple[Hex64, ...], Field(strict=False, max_length=PROOF_NODES)]
    items: Annotated[tuple[ReceiptItem, ...], Field(strict=False, max_length=ITEMS)]


@dataclass(frozen=True)
class OpenedReceipt:
    """A receipt that has the form of one (R01); nothing in it is believed yet."""

    receipt: Receipt
    checkpoint: Checkpoint
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Of receipt.json: what it is known by."""
        return digest(self.files[RECEIPT])

    @property
    def place(self) -> tuple[int, int, str, int]:
        """In which order several are judged: by the serials of officers and roster, then by their own."""
        return (
            _serial_of(self.files, OFFICERS),
            _serial_of(self.files, ROSTER),
            self.receipt.officer,
            self.receipt.serial,
        )

    def kept(self) -> bytes:
        """What a laptop keeps of it: receipt and checkpoint with their signatures, verbatim, in one tar."""
        return write_parcel({name: self.files[name] for name in SIGNED_HERE}, padded=False)


def _serial_of(files: Mapping[str, bytes], name: str) -> int:
    """As the file says, whoever signed it; 0 where none came along, or a file that is none, and will be refused."""
    try:
        return Lines(name, files[name]).header()[1] if name in files else 0
    except KeyFault:
        return 0


@dataclass(frozen=True)
class Sent:
    """A bundle as its laptop remembers it: its place, and the SHA-256 of its items in their order."""

    chain: str
    seq: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class ReceiptStanding:
    """What the laptop knows beside the receipt."""

    trust: Trust  # the newest held
    device: str
    at: datetime
    last_serial: Callable[[str], int]  # of an officer's receipts to this laptop; 0 before the first
    sent: Callable[[str], Sent | None]  # by the bundle's digest
    held: Callable[[str], Checkpoint | None]  # the newest checkpoint of a log, by its origin


@dataclass(frozen=True)
class VerifiedReceipt:
    """A receipt that passed every check; only `judge` makes one."""

    receipt: Receipt
    checkpoint: Checkpoint
    digest: str
    kept: bytes


@dataclass(frozen=True)
class Judgement:
    """What came of it: `trust` once R02 passed, to be kept whatever else is wrong; then a receipt, or a refusal."""

    trust: Trust | None
    verified: VerifiedReceipt | None
    refusal: ReceiptRefused | None


# -- writing -----------------------------------------------------------------------------------------------------------


def sign_checkpoint(checkpoint: Checkpoint, officer: SignerKeys) -> SignedFile:
    """The checkpoint with both signatures; one does for all receipts of the same log at the same size."""
    return sign_file(officer, namespaces.CHECKPOINT, CHECKPOINT, checkpoint.dumps())


def make_receipt(
    receipt: Receipt, checkpoint: SignedFile, trust: Trust, officer: SignerKeys, *, holds: str | None = None
) -> bytes:
    """The plaintext of a receipt, with the newest officers and roster.

    `holds`: the digest of the roster that the bundle's statement named. If it is this one, it is left out: that of a
    thousand laptops is two megabytes.
    """
    signed = sign_file(officer, namespaces.RECEIPT, RECEIPT, write_shape(receipt))
    members = signed.files() | checkpoint.files() | trust.files()
    order = WITHOUT_ROSTER if holds == trust.roster_digest else MEMBERS
    return write_parcel({name: members[name] for name in (*order, SUCCESSION) if name in members}, padded=True)


def seal_receipt(plaintext: bytes, recipient: PostQuantumRecipient) -> bytes:
    """The file that is carried; ReceiptTooLarge for what no laptop would take."""
    sealed = age.encrypt_bytes(plaintext, [recipient])
    if len(sealed) > FILE_BYTES:
        raise ReceiptTooLarge
    return sealed


# -- reading -----------------------------------------------------------------------------------------------------------


def open_receipt(sealed: bytes, identity: PostQuantumIdentity) -> OpenedReceipt:
    """R01. Raises AgeNoMatch or AgeHeaderFault for a file that is not for this laptop, ReceiptRefused for a bad one."""
    try:
        if len(sealed) > FILE_BYTES:
            raise fail("it is larger than a receipt can be")
        return _read(age.decrypt_bytes(sealed, [identity]))
    except Stop as stop:
        raise _refusal("R01", stop.why, stop.fields) from None
    except (AgeNoMatch, AgeHeaderFault):
        raise
    except CryptoError:
        raise _refusal("R01", "it does not open whole: it was cut short or changed", {}) from None


def _read(plaintext: bytes) -> OpenedReceipt:
    members = read_parcel(plaintext, padded=True) or {}
    if tuple(members) not in ORDERS or len(members[CHECKPOINT]) > CHECKPOINT_BYTES:
        raise fail("its files, their order or their padding are not a receipt's")
    try:
        receipt = Receipt.model_validate(strictjson.loads(members[RECEIPT], max_bytes=JSON_BYTES))
    except (JsonFault, ValidationError):
        raise fail("it does not say what a receipt says") from None
    checkpoint = parse_checkpoint(members[CHECKPOINT])
    if checkpoint is None:
        raise fail("it does not say what a receipt says")
    return OpenedReceipt(receipt, checkpoint, members)


@dataclass(frozen=True)
class Evidence:
    """The receipt, what is known, and what the rows before established."""

    opened: OpenedReceipt
    standing: ReceiptStanding
    trust: Trust | None = None
    sent: Sent | None = None


@dataclass(frozen=True)
class ReceiptCheck:
    """One row."""

    id: str
    title: str
    run: Callable[[Evidence], Evidence]


def _trust(evidence: Evidence) -> Evidence:
    """Those held, or their successors, both climbing to the root that was pinned."""
    held, files, at = evidence.standing.trust, evidence.opened.files, evidence.standing.at
    known = load_root(held.root.roots[0].data, files.get(SUCCESSION))  # who wrote it may not have heard of the newest
    root = newer_root(held.root, known)
    officers = load_officers(known, SignedFile.take(files, OFFICERS))
    roster = load_roster(officers, SignedFile.take(files, ROSTER), at) if ROSTER in files else None
    new = []
    if _goes_on(held.officers.directory, officers.directory):
        new.append(officers.signed)
    with suppress(KeyFault):  # two coordinators apart; neither has to hear of the other before a laptop may delete
        new += [roster.signed] if roster and _goes_on(held.roster.directory, roster.directory) else []
    if not new:
        return replace(evidence, trust=held)
    together = held.files() | {name: data for one in new for name, data in one.files().items()}
    together |= {SUCCESSION: root.succession} if root.succession else {}
    return replace(evidence, trust=Trust.load(root.data, together, at))  # with the recipients that are held


def _goes_on(held: Directory, came: Directory) -> bool:
    """Whether it is newer than the one held; KeyFault when one of them takes back what the other says (K27, K28)."""
    if came.serial < held.serial:
        check_succession(came, held)
        return False
    check_succession(held, came)
    return came != held


def _signatures(evidence: Evidence) -> Evidence:
    trust, receipt, files = need(evidence.trust), evidence.opened.receipt, evidence.opened.files
    officers = trust.officers.directory
    for name, namespace in ((RECEIPT, namespaces.RECEIPT), (CHECKPOINT, namespaces.CHECKPOINT)):
        signer = verify_file(SignedFile.take(files, name), namespace, officers, evidence.standing.at)
        if signer.name != receipt.officer:
            raise fail("another officer signed it than the one it names")
    if officers.revocation(receipt.officer):  # at any time: a stolen key dates back
        raise fail("the officer who signed it is revoked")
    if not is_origin_of(evidence.opened.checkpoint.origin, trust.org, receipt.officer):
        raise fail("it shows the log of somebody else")
    return evidence


def _for_us(evidence: Evidence) -> Evidence:
    receipt, standing = evidence.opened.receipt, evidence.standing
    if (receipt.org, receipt.device) != (standing.trust.org, standing.device):
        raise fail("it is for another laptop or another organisation")
    return evidence


def _serial(evidence: Evidence) -> Evidence:
    receipt = evidence.opened.receipt
    held = evidence.standing.last_serial(receipt.officer)
    if receipt.serial <= held:
        why = "it is number {serial}, and number {held} of this officer was taken already"
        raise fail(why, serial=receipt.serial, held=held)
    return evidence


def _bundle(evidence: Evidence) -> Evidence:
    receipt = evidence.opened.receipt
    sent = evidence.standing.sent(receipt.bundle)
    if sent is None or (sent.chain, sent.seq) != (receipt.chain, receipt.seq):
        raise fail("it is about a bundle that this laptop did not send")
    return replace(evidence, sent=sent)


def _items(evidence: Evidence) -> Evidence:
    if tuple(item.sha256 for item in evidence.opened.receipt.items) != need(evidence.sent).items:
        raise fail("it does not name exactly the items of its bundle")
    return evidence


def _leaf(evidence: Evidence) -> Evidence:
    receipt = evidence.opened.receipt
    leaf = read_bundle_leaf(receipt.leaf.encode())
    named = (leaf.org, leaf.bundle, leaf.sender, leaf.chain, leaf.seq) if leaf else None
    if named != (receipt.org, receipt.bundle, receipt.device, receipt.chain, receipt.seq):
        raise fail("the log entry in it is not its bundle's")
    return evidence


def _proof(evidence: Evidence) -> Evidence:
    receipt, checkpoint = evidence.opened.receipt, evidence.opened.checkpoint
    proof = [bytes.fromhex(node) for node in receipt.proof]
    leaf = merkle.leaf_hash(receipt.leaf.encode())
    merkle.verify_inclusion(leaf, receipt.index, checkpoint.size, proof, checkpoint.root)
    return evidence


def _log(evidence: Evidence) -> Evidence:
    checkpoint = evidence.opened.checkpoint
    held = evidence.standing.held(checkpoint.origin)
    if held and (checkpoint.size < held.size or (checkpoint.size == held.size and checkpoint.root != held.root)):
        raise fail("the officer's log is not the one that was seen before, or it shrank")
    return evidence


TABLE: tuple[ReceiptCheck, ...] = (
    ReceiptCheck("R02", "officers by the pinned root, not against those held; a roster by an officer", _trust),
    ReceiptCheck("R03", "both signatures of receipt and checkpoint, by the officer it names", _signatures),
    ReceiptCheck("R04", "for this organisation and this laptop", _for_us),
    ReceiptCheck("R05", "newer than the last receipt of this officer", _serial),
    ReceiptCheck("R06", "about a bundle that this laptop sent", _bundle),
    ReceiptCheck("R07", "exactly the items of that bundle", _items),
    ReceiptCheck("R08", "the log entry is that bundle's", _leaf),
    ReceiptCheck("R09", "the log holds that entry", _proof),
    ReceiptCheck("R10", "the log did not shrink", _log),
)


def judge(opened: OpenedReceipt, standing: ReceiptStanding) -> Judgement:
    """Every row in turn; the first that fails ends it."""
    evidence = Evidence(opened, standing)
    for row in TABLE:
        try:
            evidence = row.run(evidence)
        except Stop as stop:
            return Judgement(evidence.trust, None, _refusal(row.id, stop.why, stop.fields))
        except (KeyFault, CryptoError) as error:
            return Judgement(evidence.trust, None, _refusal(row.id, error.message, error.fields))
    verified = VerifiedReceipt(opened.receipt, opened.checkpoint, opened.digest, opened.kept())
    return Judgement(evidence.trust, verified, None)


def _refusal(check: str, why: str, fields: Mapping[str, object]) -> ReceiptRefused:
    """`why` is an English key with `fields`, which the command line says in its reader's language."""
    return ReceiptRefused(check=check, why=why, said=dict(fields))
