"""The signed tar: canonical ustar of a strict BagIt profile, written in one pass. Spec: bundle-v1.md, "Container".

The bag's texts are built here once: for the writer, and for the checks, which compare a received bag with them byte by
byte instead of parsing it.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.hashing import HashingReader, digest, sha256_hex
from intake.crypto.ustar import Member, ustar_size, write_ustar
from intake.errors import ItemDamaged, TarFault
from intake.keys import namespaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from intake.bundle.statement import Statement, StatementItem
    from intake.crypto.sshsig import SignerKeys
    from intake.crypto.streams import Readable, Writable

PROFILE = "urn:x-intake:bundle:1"
BAGIT, BAG_INFO, MANIFEST, STATEMENT = "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "statement.json"
TAGMANIFEST, SIG, PQ_SIG = (
    "tagmanifest-sha256.txt",
    "tagmanifest-sha256.txt.sig",
    "tagmanifest-sha256.txt.pq.sig",
)
TAGGED = (BAGIT, BAG_INFO, MANIFEST, STATEMENT)  # what the tagmanifest lists, in its order
TAGS = (*TAGGED, TAGMANIFEST, SIG, PQ_SIG)  # what stands before the payload, in the tar's order
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True)
class Payload:
    """One payload file as it is: its name in data/, its size, the hex SHA-256 of its bytes."""

    name: str
    size: int
    sha256: str


def bag_info_text(bid: str, payload: Iterable[Payload]) -> bytes:
    """The three lines of bag-info.txt."""
    sizes = [file.size for file in payload]
    lines = (
        f"BagIt-Profile-Identifier: {PROFILE}",
        f"External-Identifier: {bid}",
        f"Payload-Oxum: {sum(sizes)}.{len(sizes)}",
    )
    return "".join(line + "\n" for line in lines).encode()


def manifest_text(payload: Iterable[Payload]) -> bytes:
    """manifest-sha256.txt: one `sha256sum` line per payload file, in the tar's order."""
    return "".join(f"{file.sha256}  data/{file.name}\n" for file in payload).encode()


def tagmanifest_text(tags: Callable[[str], bytes]) -> bytes:
    """tagmanifest-sha256.txt: one `sha256sum` line per tag file that the signatures cover."""
    return "".join(f"{sha256_hex(tags(name))}  {name}\n" for name in TAGGED).encode()


@dataclass(frozen=True)
class SignedTags:
    """The tag files of one bundle, in the order of the tar, and the digest that the next bundle's `prev` names."""

    statement: Statement
    files: tuple[tuple[str, bytes], ...]
    digest: str

    @property
    def size(self) -> int:
        """Of the signed tar that they make with their items."""
        return ustar_size([*(len(data) for _, data in self.files), *(item.size for item in self.statement.items)])


@dataclass(frozen=True)
class WrittenBundle:
    """A bundle that is written: its id, its digest (of the tagmanifest), the size of its signed tar."""

    bid: str
    digest: str
    size: int


def new_bid() -> str:
    """A random bundle id, 32 hex."""
    return secrets.token_hex(16)


def item_order(item: StatementItem) -> tuple[int, str, int, int, str]:
    """The one order of items: testimonies as they were sealed; the record, its identity part, their attachments."""
    kind_rank = ("record", "identity", "attachment", "identity-attachment").index(item.kind)
    attachment = -1 if item.attachment is None else item.attachment
    return (item.ordinal, item.record, kind_rank, attachment, item.part or "")


def in_order(statement: Statement) -> Statement:
    """The same claims, its lists in their one order."""
    items = tuple(sorted(statement.items, key=item_order))
    purged = tuple(sorted(statement.purged, key=lambda one: one.sha256))
    unreceipted = tuple(sorted(set(statement.unreceipted)))
    return statement.model_copy(update={"items": items, "unreceipted": unreceipted, "purged": purged})


def sign_bundle(statement: Statement, keys: SignerKeys) -> SignedTags:
    """Build and sign the tag files; the digest is known from here on, before a byte of payload is read."""
    statement = in_order(statement)
    payload = [Payload(item.name, item.size, item.sha256) for item in statement.items]
    tags = {
        BAGIT: BAGIT_TEXT,
        BAG_INFO: bag_info_text(statement.bundle, payload),
        MANIFEST: manifest_text(payload),
        STATEMENT: statement.dumps(),
    }
    tagmanifest = tagmanifest_text(tags.__getitem__)
    signatures = keys.sign(namespaces.BUNDLE, tagmanifest)
    files = (*tags.items(), (TAGMANIFEST, tagmanifest), (SIG, signatures.ed25519), (PQ_SIG, signatures.composite))
    return SignedTags(statement, files, digest(tagmanifest))


def write_bundle(
    sink: Writable, tags: SignedTags, open_item: Callable[[str], Readable], *, pad_to: int | None = None
) -> WrittenBundle:
    """Write the signed tar; every item is compared with the statement while it is copied (ItemDamaged)."""
    try:
        write_ustar(sink, _members(tags, open_item), pad_to=pad_to)
    except TarFault:  # the tar's only stranger is an item's file, which ended too early
        raise ItemDamaged(name="of this bundle") from None
    return WrittenBundle(tags.statement.bundle, tags.digest, tags.size)


def _members(tags: SignedTags, open_item: Callable[[str], Readable]) -> Iterator[Member]:
    bid = tags.statement.bundle
    for name, data in tags.files:
        yield Member(f"{bid}/{name}", len(data), io.BytesIO(data))
    for item in tags.statement.items:
        reader = HashingReader(open_item(item.name))
        yield Member(f"{bid}/data/{item.name}", item.size, reader)
        if reader.sha256_hex != item.sha256 or reader.read(1):
            raise ItemDamaged(name=item.name)
