"""Merkle trees of RFC 6962 section 2.1: the hash of a log, and proofs that a leaf is in it (receipt-v1.md, R09).

Works on leaf hashes in memory: a log of ours has thousands of entries, not millions. Verification follows RFC 9162,
section 2.1.3.2, and raises; nobody can forget to look at a bool.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from intake.errors import ProofFault

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


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


def roots(hashes: Sequence[bytes], sizes: Collection[int]) -> dict[int, bytes]:
    """The root at each of these sizes, in one pass: an auditor compares thousands of checkpoints with one log."""
    wanted, found = set(sizes), {}
    whole: list[tuple[int, bytes]] = []  # the roots of the full trees so far, each smaller than the one before it
    for size in range(len(hashes) + 1):
        if size in wanted:
            found[size] = _joined([tree for _, tree in whole])
        if size < len(hashes):
            leaves, tree = 1, hashes[size]
            while whole and whole[-1][0] == leaves:
                tree = _node(whole.pop()[1], tree)
                leaves *= 2
            whole.append((leaves, tree))
    return found


def _joined(trees: list[bytes]) -> bytes:
    """One root over full trees of falling size."""
    if not trees:
        return root([])
    found = trees[-1]
    for tree in trees[-2::-1]:
        found = _node(tree, found)
    return found


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


def consistency_proof(hashes: Sequence[bytes], first: int) -> list[bytes]:
    """Why the tree of the first so many leaves is the beginning of this one."""
    if not 0 < first <= len(hashes):
        raise ProofFault(why="there was no such log")
    return _subproof(hashes, first, whole=True)


def _subproof(hashes: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(hashes):
        return [] if whole else [root(hashes)]
    split = _split(len(hashes))
    if first <= split:
        return [*_subproof(hashes[:split], first, whole=whole), root(hashes[split:])]
    return [*_subproof(hashes[split:], first - split, whole=False), root(hashes[:split])]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1
