"""Merkle trees of RFC 6962 section 2.1: the hash of a log, and proofs that a leaf is in it and that it only grew.

Works on leaf hashes in memory: a log of ours has thousands of entries, not millions. Verification follows RFC 9162,
sections 2.1.3.2 and 2.1.4.2, and raises; nobody can forget to look at a bool.
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


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Proof that the tree's first old_size leaves are those of the older tree."""
    if not 0 < old_size <= len(hashes):
        raise ProofFault(why="there was no such tree")
    return _subproof(hashes, old_size, whole=True)


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise ProofFault unless the newer tree only added to the older."""
    if not 0 < old_size <= size:
        raise ProofFault(why="the log became shorter")
    if old_size == size:
        if proof or old_root != new_root:
            raise ProofFault(why="two trees of one size differ")
        return
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # The older tree is one whole subtree exactly when nothing is left of `at`; then its root is the first step.
    steps = [old_root, *proof] if at == 0 else list(proof)
    if not steps:
        raise ProofFault(why="it is too short")
    old, new = _climb(steps, at, last)
    if old != old_root or new != new_root:
        raise ProofFault(why="it leads to another root")


def _climb(steps: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes]:
    """The roots of the older and the newer tree that a consistency proof leads to."""
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofFault(why="it is too long")
        if at & 1 or at == last:
            old, new = _node(step, old), _node(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = _node(new, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofFault(why="it is too short")
    return old, new


def _subproof(hashes: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2; `whole` while the older root is known to the verifier."""
    if old_size == len(hashes):
        return [] if whole else [root(hashes)]
    split = _split(len(hashes))
    if old_size <= split:
        return [*_subproof(hashes[:split], old_size, whole=whole), root(hashes[split:])]
    return [*_subproof(hashes[split:], old_size - split, whole=False), root(hashes[:split])]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1
