"""Files beside the database: each an age file to a random identity of its own, whose seed is in its row.

Dropping the row is what destroys a file: the bytes left behind open to nobody. Streamed in both directions, so memory
stays flat at any size. A blob that nothing refers to when the vault is next opened is swept away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

    from intake.store.connection import Database
    from intake.store.rows import Blob


class Blobs:
    """Encrypted files."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def write(self, source: BinaryIO, media_type: str, max_bytes: int) -> Blob:
        """Encrypt `source` to its end; FileTooLarge past `max_bytes`. Refer to the blob before closing the vault."""
        raise NotImplementedError

    def get(self, blob_id: str) -> Blob | None:
        """Return what is known of a blob."""
        raise NotImplementedError

    def open(self, blob_id: str) -> BinaryIO:
        """Return a reader of the plaintext (close it); any damage is DamagedBlob, at the latest before its end."""
        raise NotImplementedError

    def delete(self, blob_id: str) -> None:
        """Drop the key, then the file."""
        raise NotImplementedError
