"""The signed tar: canonical ustar of a strict BagIt profile, written in one pass. Spec: docs/spec/bundle-v1.md, "Container".

Texts are built here once, for the writer and for the checks that compare a received bag with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.bundle.statement import Statement
    from intake.crypto.sshsig import SignerKeys
    from intake.crypto.streams import Readable, Writable


@dataclass(frozen=True)
class WrittenBundle:
    """A bundle that is written: its id, its digest (of the tagmanifest) and the size of its signed tar."""

    bid: str
    digest: str
    size: int


def new_bid() -> str:
    """A random bundle id, 32 hex."""
    raise NotImplementedError


def sign_bundle(statement: Statement, keys: SignerKeys) -> SignedTags:
    """Build and sign the tag files; the digest is known from here on, before a byte of payload is read."""
    raise NotImplementedError


@dataclass(frozen=True)
class SignedTags:
    """The tag files of one bundle, in the order of the tar, and the digest that the next bundle's `prev` names."""

    statement: Statement
    files: tuple[tuple[str, bytes], ...]
    digest: str

    @property
    def size(self) -> int:
        """Of the signed tar they make with their items."""
        raise NotImplementedError


def write_bundle(sink: Writable, tags: SignedTags, open_item: Callable[[str], Readable]) -> WrittenBundle:
    """Write the signed tar; every item is compared with the statement while it is copied (ItemDamaged)."""
    raise NotImplementedError
