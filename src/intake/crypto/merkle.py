"""Merkle trees of RFC 6962 section 2.1: the hash of a log, and proofs that a leaf is in it and that it only grew."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one entry."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Root of a tree of leaf hashes; of none, SHA-256 of nothing."""
    raise NotImplementedError


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root of the tree."""
    raise NotImplementedError


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Whether the leaf hash stands at index in the tree of that size and root."""
    raise NotImplementedError


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Proof that the tree's first old_size leaves are those of the older tree."""
    raise NotImplementedError


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the newer tree only added to the older."""
    raise NotImplementedError
