"""The small tools: padding, hashing, HKDF, streams, Merkle proofs, a hardened process."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import io
import os
import subprocess
import sys

import pytest

from intake.crypto import merkle, process
from intake.crypto.hashing import HashingReader, digest, digest_of, sha256_hex
from intake.crypto.kdf import hkdf_sha256
from intake.crypto.padding import padded_size, padme
from intake.crypto.streams import Filler, read_exactly, write_all
from intake.errors import ProofFault
from tests.worlds.crypto import ROOT

LEAVES = [merkle.leaf_hash(bytes([i])) for i in range(20)]


class Drip:
    """A source that gives at most three bytes a read, as a pipe may."""

    def __init__(self, data: bytes) -> None:
        self._source = io.BytesIO(data)

    def read(self, n: int = -1, /) -> bytes:
        """Three bytes at most."""
        return self._source.read(3 if n < 0 else min(n, 3))


class Trickle:
    """A sink that takes at most three bytes a write, as an unbuffered file may."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Three bytes at most."""
        self.taken += bytes(data[:3])
        return min(len(data), 3)


class FullDisk:
    """A sink that takes so many writes, then fails as a full disk does."""

    def __init__(self, good: int) -> None:
        self.good = good

    def write(self, _data: bytes | bytearray | memoryview, /) -> None:
        """Count down, then fail."""
        self.good -= 1
        if self.good < 0:
            raise OSError(errno.ENOSPC, "full")


@pytest.mark.parametrize(("n", "size"), [(0, 0), (1, 1), (2, 2), (9, 10), (1000, 1024), (1025, 1088), (10**6, 1015808)])
def test_padme(n: int, size: int) -> None:
    """Known sizes of PADMÉ."""
    assert padme(n) == size


def test_padded_sizes_hide_and_cost_little() -> None:
    """Never below the floor or n, whole blocks, at most 12 % and a block more, and few distinct sizes."""
    sizes = {padded_size(n, 16_384) for n in range(1, 1_000_000, 997)}
    assert len(sizes) < 200
    for n in range(1, 1_000_000, 9973):
        assert max(n, 16_384) <= padded_size(n, 16_384) <= max(n * 1.12 + 512, 16_384)
        assert padded_size(n, 16_384) % 512 == 0
    assert padded_size(1, 1000) == 1024


def test_hashing() -> None:
    """Three forms of one SHA-256, and a reader that counts."""
    reader = HashingReader(io.BytesIO(b"abc"))
    assert reader.read(2) + reader.read() == b"abc"
    assert reader.size == 3
    assert reader.digest == digest(b"abc") == digest_of(io.BytesIO(b"abc")) == "sha256:" + sha256_hex(b"abc")
    assert reader.sha256_hex == hashlib.sha256(b"abc").hexdigest()


def test_hkdf_of_rfc_5869() -> None:
    """The first block of the RFC's test cases 1 and 3."""
    first = hkdf_sha256(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)))
    assert first.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    third = hkdf_sha256(b"\x0b" * 22, salt=b"", info=b"")
    assert third.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_streams_that_give_and_take_little() -> None:
    """Short reads and short writes lose nothing."""
    data = bytes(range(100))
    assert read_exactly(Drip(data), 50) == data[:50]
    assert read_exactly(Drip(data), 200) == data
    buffer = memoryview(bytearray(120))
    assert Filler(Drip(data), b"first").fill(buffer) == 105
    assert bytes(buffer[:105]) == b"first" + data
    sink = Trickle()
    write_all(sink, data)
    assert sink.taken == data


def test_full_disk_surfaces() -> None:
    """An error of the sink reaches the caller from the first or a later piece."""
    for good in (0, 1):
        with pytest.raises(OSError, match="full"):
            write_all(FullDisk(good), bytes(600_000))


def test_roots_of_rfc_6962() -> None:
    """The empty tree and a tree of one are what the RFC says; a tree of three is built by hand."""
    assert merkle.root([]) == hashlib.sha256(b"").digest()
    assert (
        merkle.root([merkle.leaf_hash(b"")]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    left = hashlib.sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()
    assert merkle.root(LEAVES[:3]) == hashlib.sha256(b"\x01" + left + LEAVES[2]).digest()


def test_every_proof_of_every_small_tree_holds() -> None:
    """All inclusion proofs of trees up to 20 leaves verify."""
    for size in range(1, 21):
        tree = merkle.root(LEAVES[:size])
        for index in range(size):
            merkle.verify_inclusion(LEAVES[index], index, size, merkle.inclusion_proof(LEAVES[:size], index), tree)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 20])
def test_bent_inclusion_proofs(size: int) -> None:
    """Another leaf, index, size, root, or a proof with a step more, fewer or changed: refused."""
    tree = merkle.root(LEAVES[:size])
    for index in range(size):
        proof = merkle.inclusion_proof(LEAVES[:size], index)
        bent = [
            (LEAVES[(index + 1) % 20], index, size, proof, tree),
            (LEAVES[index], size, size, proof, tree),
            (LEAVES[index], -1, size, proof, tree),
            (LEAVES[index], index, size, [*proof, tree], tree),
            (LEAVES[index], index, size, proof, bytes(32)),
            (LEAVES[index], index, 2 * size + 1, proof, tree),
        ]
        bent += [(LEAVES[index], index, size, proof[:-1], tree), (LEAVES[index], index, size, proof[1:], tree)] * bool(
            proof
        )
        for case in bent:
            with pytest.raises(ProofFault):
                merkle.verify_inclusion(*case)


def test_proofs_of_what_is_not_there() -> None:
    """No proof is made for an entry that never was."""
    for index in (-1, 20):
        with pytest.raises(ProofFault):
            merkle.inclusion_proof(LEAVES, index)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_hardened_process_dumps_no_core() -> None:
    """After harden() the core limit is zero and the process is not dumpable (its /proc files belong to root)."""
    code = (
        "import resource, ctypes; from intake.crypto.process import harden; harden();"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert told.stdout.split() == ["(0,", "0)", "0"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks prctl")
def test_harden_where_the_system_offers_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system without resource limits or prctl, hardening does what there is and does not fail."""
    libc = ctypes.CDLL(None)
    try:
        process.harden()
        assert libc.prctl(3, 0, 0, 0, 0) == 0
    finally:
        libc.prctl(4, 1, 0, 0, 0)  # other tests may want to read this process
    monkeypatch.setattr(process, "resource", None)
    monkeypatch.setattr("intake.crypto.process.sys.platform", "win32")
    process.harden()
    assert libc.prctl(3, 0, 0, 0, 0) == 1
