"""Merkle trees of RFC 6962 section 2.1: the hash of a log, and proofs that a leaf is in it (receipt-v1.md, R09).

Works on leaf hashes in memory: a log of ours has thousands of entries, not millions. Verification follows RFC 9162,
section 2.1.3.2, and raises; nobody can forget to look at a bool.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from intake.errors import ProofFault

if TYPE_CHECKING:
    from collections.abc import Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one entry."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Root of a tree of leaf hashes; of none, SHA-256 of nothing."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        # An odd one at the end rises as it is.
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root of the tree."""
    if not 0 <= index < len(hashes):
        raise ProofFault(why="there is no such entry")
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*inclusion_proof(hashes[:split], index), root(hashes[split:])]
    return [*inclusion_proof(hashes[split:], index - split), root(hashes[:split])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Raise ProofFault unless the leaf hash stands at index in the tree of that size and root."""
    if not 0 <= index < size:
        raise ProofFault(why="there is no such entry")
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofFault(why="it is too long")
        if at & 1 or at == last:
            found = _node(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, step)
        at, last = at >> 1, last >> 1
    if last or found != tree_root:
        raise ProofFault(why="it leads to another root")


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1
