"""What is carried: an age file of the signed tar and zeros, and how its bytes are reached again.

Spec: docs/spec/bundle-v1.md, "Envelope". Opens nothing by name: the file is handed in, open for reading only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intake.bundle.container import SignedTags, WrittenBundle
    from intake.crypto.age import Identity, Recipient
    from intake.crypto.streams import Readable, Writable


def write_envelope(
    sink: Writable, tags: SignedTags, open_item: Callable[[str], Readable], recipients: Sequence[Recipient]
) -> WrittenBundle:
    """Write the carried file: the signed tar, zeros up to max(1 MiB, PADMÉ), encrypted."""
    raise NotImplementedError


@dataclass(frozen=True)
class SealedBundle:
    """Bytes somebody carried: nothing is known of them. A signed tar, or an age file of one (told by its first line)."""

    source: BinaryIO  # open for reading, seekable; stays open, is never written
    identities: tuple[Identity, ...] = ()  # that may open the envelope; none are needed for a bare tar

    @property
    def is_envelope(self) -> bool:
        """Whether the file begins like an age file."""
        raise NotImplementedError

    def tar(self) -> Readable:
        """The bytes of the signed tar (and the zeros after it), from the beginning: one pass each call."""
        raise NotImplementedError
