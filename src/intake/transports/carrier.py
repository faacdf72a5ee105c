"""A carrier: anything that keeps opaque files under names, and may lie; and how a file travels over one, in pieces.

A piece is a carrier file of its own, named by content, so no carrier has to append, rename or write on a condition: an
upload that was cut goes on with the next piece, a torn piece shows by its hash, and memory is one piece. What a carrier
says is never trusted: what was written is read back, what is read is hashed, and a listing that does not end is cut.
Knows nothing of what it carries. Spec: docs/spec/carrier-v1.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE_BYTES: Final = 8 << 20
MAX_NAMES: Final = 1 << 20  # of one box, counted as the carrier says them: a listing must end


class Carrier(Protocol):
    """Files under names in boxes. Every call has a limit of time, raises a TransportError or does what it says.

    A box is 32 hex digits, a name at most 160 of `[0-9a-f.-]`. Nothing is ever held open between two calls that the
    next call can't make anew.
    """

    def names(self, box: str) -> Iterator[str]:
        """The files' names in a box, in any order, perhaps stale; a box that is not there is empty.

        Raises CarrierEndless where a page of a listing brings nothing new, or has no end.
        """
        ...

    def read(self, box: str, name: str, limit: int) -> bytes:
        """The file, but never more than its first `limit` + 1 bytes are taken: of a longer one these are returned.

        CarrierLost where it is not there. A `limit` of 0 asks whether it is there, and must be cheap: over HTTP that
        is `Range: bytes=0-<limit>`, which a server may ignore.
        """
        ...

    def write(self, box: str, name: str, data: bytes) -> None:
        """Make the file, or replace it, making the box where it is not there; no condition is asked for or trusted."""
        ...

    def remove(self, box: str, name: str) -> None:
        """Remove the file; one that is not there is removed."""
        ...

    def close(self) -> None:
        """End the connection; never raises."""
        ...
