"""Files beside the database: encrypted each to its own key, streamed, swept when nothing refers to them."""

from __future__ import annotations

import hashlib
import tracemalloc
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest

from intake.crypto import age
from intake.errors import DamagedBlob, DiskFault, FileTooLarge
from intake.store.rows import Attachment
from tests.worlds.store import a_draft, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intake.store.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An open vault with one draft."""
    with new_vault(tmp_path / "home") as made:
        made.drafts.create(a_draft())
        yield made


def files_of(home: Path) -> list[Path]:
    """All blob files."""
    return [path for path in (home / "blobs").rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, 65536, 3_000_001])
def test_there_and_back(vault: Vault, size: int) -> None:
    """What went in comes out, and its digest and size were taken while it was read."""
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    blob = vault.blobs.write(BytesIO(content), "image/png", size)
    assert (blob.size, blob.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert vault.blobs.get(blob.id) == blob
    with vault.blobs.open(blob.id) as reader:
        assert reader.read() == content


def test_the_seed_in_the_row_opens_the_file(vault: Vault, tmp_path: Path) -> None:
    """The file is a stock age file: the seed as an age identity opens it, another one's does not."""
    blob = vault.blobs.write(BytesIO(b"scan"), "image/png", 10)
    (seed,) = vault._database.one("SELECT seed FROM blobs WHERE id = ?", (blob.id,)) or (b"",)
    path = tmp_path / "home" / "blobs" / blob.id[:2] / f"{blob.id}.age"
    assert age.decrypt_bytes(path.read_bytes(), [age.PostQuantumIdentity.from_seed(seed)]) == b"scan"


def test_same_content_twice(vault: Vault) -> None:
    """Identical files are two blobs that share no bytes."""
    one, two = (vault.blobs.write(BytesIO(b"same" * 100), "image/png", 1000) for _ in range(2))
    assert one.sha256 == two.sha256
    assert one.id != two.id


class Endless(RawIOBase):
    """Zeros up to a size, made while they are read."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, n: int = -1, /) -> bytes:
        """Some of them."""
        n = min(n, self.left)
        self.left -= n
        return bytes(n)


def test_memory_stays_flat(vault: Vault) -> None:
    """Forty megabytes go in and out within a few."""
    tracemalloc.start()
    try:
        blob = vault.blobs.write(cast("BinaryIO", Endless(40 << 20)), "video/mp4", 1 << 30)
        with vault.blobs.open(blob.id) as reader:
            while reader.read(1 << 20):
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20


def test_too_large(vault: Vault, tmp_path: Path) -> None:
    """One byte too many: refused, and neither a row nor a file is left."""
    with pytest.raises(FileTooLarge):
        vault.blobs.write(BytesIO(bytes(101)), "image/png", 100)
    assert files_of(tmp_path / "home") == []
    assert vault._database.one("SELECT count(*) FROM blobs") == (0,)


class Broken(RawIOBase):
    """A stick that is pulled out while it is read."""

    def read(self, n: int = -1, /) -> bytes:
        """Never."""
        del n
        raise OSError(5, "Input/output error")


def test_a_source_that_breaks(vault: Vault, tmp_path: Path) -> None:
    """A fault of the source leaves neither a row nor a file, and is typed."""
    with pytest.raises(DiskFault):
        vault.blobs.write(cast("BinaryIO", Broken()), "image/png", 100)
    assert files_of(tmp_path / "home") == []


def test_deleted(vault: Vault, tmp_path: Path) -> None:
    """Deleting drops key and file; reading it then is told as missing."""
    blob = vault.blobs.write(BytesIO(b"scan"), "image/png", 10)
    vault.blobs.delete(blob.id)
    assert vault.blobs.get(blob.id) is None
    assert files_of(tmp_path / "home") == []
    with pytest.raises(DamagedBlob):
        vault.blobs.open(blob.id)


def test_unreferred_is_swept(tmp_path: Path) -> None:
    """A blob nobody referred to, a file without a row and half a file are gone after opening; an attached one stays."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        kept = vault.blobs.write(BytesIO(b"kept"), "image/png", 10)
        vault.attachments.add(a_draft().id, Attachment("1", kept.id, "account", "f", "photo"))
        lost = vault.blobs.write(BytesIO(b"lost"), "image/png", 10)
    (home / "blobs" / "ab").mkdir(exist_ok=True)
    (home / "blobs" / "ab" / ("ab" * 16 + ".age")).write_bytes(b"?")
    (home / "blobs" / "ab" / ("ab" * 16 + ".age.part")).write_bytes(b"?")
    with open_vault(home) as vault:
        assert [path.stem for path in files_of(home)] == [kept.id]
        assert vault.blobs.get(lost.id) is None
        with vault.blobs.open(kept.id) as reader:
            assert reader.read() == b"kept"


@pytest.mark.parametrize("place", [0, 30, 1300, -100_000, -1])
def test_a_byte_changed(vault: Vault, tmp_path: Path, place: int) -> None:
    """A change anywhere in the file is told as damage of that file, before its end is reached."""
    blob = vault.blobs.write(BytesIO(bytes(200_000)), "image/png", 10**6)
    (path,) = files_of(tmp_path / "home")
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedBlob) as caught, vault.blobs.open(blob.id) as reader:
        reader.read()
    assert caught.value.fields["blob"] == blob.id


@pytest.mark.parametrize("kept", [0, 100, 1400, 65536 + 1400, 200_000])
def test_cut_short(vault: Vault, tmp_path: Path, kept: int) -> None:
    """A file cut anywhere is never read to an end."""
    blob = vault.blobs.write(BytesIO(bytes(200_000)), "image/png", 10**6)
    (path,) = files_of(tmp_path / "home")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DamagedBlob), vault.blobs.open(blob.id) as reader:
        reader.read()


def test_two_files_exchanged(vault: Vault, tmp_path: Path) -> None:
    """One blob's file in another's place does not open."""
    one, two = (vault.blobs.write(BytesIO(content), "image/png", 10) for content in (b"one", b"two"))
    folder = tmp_path / "home" / "blobs"
    (folder / one.id[:2] / f"{one.id}.age").replace(folder / two.id[:2] / f"{two.id}.age")
    for blob in (one, two):
        with pytest.raises(DamagedBlob), vault.blobs.open(blob.id) as reader:
            reader.read()
