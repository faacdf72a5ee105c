"""Files beside the database: each an age file to a random identity of its own, whose seed is in its row.

Dropping the row is what destroys a file: the bytes left behind open to nobody. Streamed in both directions, so memory
stays flat at any size. A blob that nothing refers to when the vault is next opened is swept away.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from intake.crypto import age
from intake.errors import CryptoError, DamagedBlob, FileTooLarge
from intake.store import files
from intake.store.rows import Blob

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Protocol

    from intake.crypto.streams import Readable
    from intake.store.connection import Database

    class _WritableBuffer(Protocol):
        def __setitem__(self, key: slice, value: bytes) -> None: ...
        def __len__(self) -> int: ...


_CHUNK_BYTES: Final = 1 << 20


class Blobs:
    """Encrypted files."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def write(self, source: Readable, media_type: str, max_bytes: int) -> Blob:
        """Encrypt `source` to its end; FileTooLarge past `max_bytes`. Refer to the blob before closing the vault."""
        with self.writing(media_type, max_bytes) as sink:
            while chunk := source.read(_CHUNK_BYTES):
                sink.write(chunk)
        return sink.blob

    @contextmanager
    def writing(self, media_type: str, max_bytes: int) -> Iterator[BlobSink]:
        """The same by what is written to the sink, which has the `blob` once the block has ended without a fault."""
        identity = age.PostQuantumIdentity.generate()
        blob_id = secrets.token_hex(16)
        path = self._path(blob_id)
        with files.disk_faults(self._folder.parent):
            files.make_folder(path.parent)
            with files.write_whole(path) as file, age.EncryptWriter(file, [identity.recipient()]) as writer:
                sink = BlobSink(writer, Blob(blob_id, "", 0, media_type), max_bytes, self._folder.parent)
                yield sink
            files.sync_folder(self._folder)
        # After the file, so that a row always has one; a file without its row is swept.
        self._database.run(
            "INSERT INTO blobs (id, seed, sha256, size, media_type) VALUES (?, ?, ?, ?, ?)",
            (blob_id, identity.seed, sink.blob.sha256, sink.blob.size, media_type),
        )

    def get(self, blob_id: str) -> Blob | None:
        """Return what is known of a blob."""
        row = self._database.one("SELECT id, sha256, size, media_type FROM blobs WHERE id = ?", (blob_id,))
        return None if row is None else Blob(*row)

    def open(self, blob_id: str) -> BinaryIO:
        """Return a reader of the plaintext (close it); any damage is DamagedBlob, at the latest before its end."""
        row = self._database.one("SELECT seed FROM blobs WHERE id = ?", (blob_id,))
        if row is None:
            raise DamagedBlob(blob=blob_id)
        raw = _DecryptingFile(self._path(blob_id), age.PostQuantumIdentity.from_seed(row[0]), blob_id)
        return cast("BinaryIO", io.BufferedReader(raw, _CHUNK_BYTES))

    def delete(self, blob_id: str) -> None:
        """Drop the key, then the file; the key is gone from the write-ahead log too."""
        with self._database.transaction():
            self.drop_keys([blob_id])
        self._database.truncate_log()
        self.remove_files([blob_id])

    def drop_keys(self, blob_ids: Iterable[str]) -> None:
        """Delete the rows, as a part of the caller's transaction; `remove_files` follows its commit."""
        self._database.run_many("DELETE FROM blobs WHERE id = ?", [(blob_id,) for blob_id in blob_ids])

    def remove_files(self, blob_ids: Iterable[str]) -> None:
        """Remove files whose key is gone. One that stays (a disk fault) opens to nobody, and is swept later."""
        with files.disk_faults(self._folder.parent):
            for blob_id in blob_ids:
                self._path(blob_id).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what no table refers to and files without a row: traces of a process that was killed."""
        if self._database.one("SELECT 1 FROM blobs WHERE id NOT IN (SELECT blob FROM blobs_in_use) LIMIT 1"):
            with self._database.transaction():
                self._database.run("DELETE FROM blobs WHERE id NOT IN (SELECT blob FROM blobs_in_use)")
            self._database.truncate_log()
        known = {f"{row[0]}.age" for row in self._database.all("SELECT id FROM blobs")}
        for path in self._folder.glob("??/*"):
            if path.name not in known:
                path.unlink()

    def _path(self, blob_id: str) -> Path:
        return self._folder / blob_id[:2] / f"{blob_id}.age"


class BlobSink:
    """Takes a blob's plaintext, counting and hashing it."""

    def __init__(self, writer: age.EncryptWriter, blob: Blob, max_bytes: int, home: Path) -> None:
        self._writer = writer
        self._blob = blob
        self._max_bytes = max_bytes
        self._home = home
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> None:
        """Encrypt the bytes. Whoever reads a stick meanwhile must not take the disk's fault for the stick's."""
        self._hash.update(data)
        self._size += len(data)
        if self._size > self._max_bytes:
            raise FileTooLarge(max_bytes=self._max_bytes)
        with files.disk_faults(self._home):
            self._writer.write(data)

    def copying(self, source: BinaryIO) -> BinaryIO:
        """A reader of the source; whatever it gives was written here before."""
        return cast("BinaryIO", io.BufferedReader(_Copying(source, self), _CHUNK_BYTES))

    @property
    def blob(self) -> Blob:
        """What was written."""
        return replace(self._blob, sha256=self._hash.hexdigest(), size=self._size)


class _Copying(io.RawIOBase):
    """A source that is written to a blob while it is read."""

    def __init__(self, source: BinaryIO, sink: BlobSink) -> None:
        self._source = source
        self._sink = sink

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: _WritableBuffer, /) -> int:  # type: ignore[override]  # as below
        data = self._source.read(len(buffer))
        self._sink.write(data)
        buffer[: len(data)] = data
        return len(data)


class _DecryptingFile(io.RawIOBase):
    """A blob's plaintext as a raw stream; age's faults become DamagedBlob."""

    def __init__(self, path: Path, identity: age.PostQuantumIdentity, blob_id: str) -> None:
        self._blob_id = blob_id
        self._file: BinaryIO | None = None  # for close(), which Python calls even when this does not come to its end
        try:
            self._file = path.open("rb")
        except OSError:
            raise DamagedBlob(blob=blob_id) from None
        try:
            self._reader = age.DecryptReader(self._file, [identity])
        except CryptoError:
            self._file.close()
            raise DamagedBlob(blob=blob_id) from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: _WritableBuffer, /) -> int:  # type: ignore[override]  # the buffer protocol has no name below Python 3.12
        try:
            data = self._reader.read(len(buffer))
        except (CryptoError, OSError):
            raise DamagedBlob(blob=self._blob_id) from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()
