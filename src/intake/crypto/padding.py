"""Sizes that say little: PADMÉ, as Nikitin et al. give it (PURBs, 2019, section 4).

The padded size of n keeps only log2(log2(n)) bits of n: at most 12 % is added.
"""

from __future__ import annotations

BLOCK_BYTES = 512  # of a tar: every padded plaintext is one


def padme(n: int) -> int:
    """The smallest PADMÉ size that holds n bytes."""
    if n < 2:  # noqa: PLR2004 - nothing to round, and log2(log2(1)) does not exist
        return n
    exponent = n.bit_length() - 1
    zero_bits = exponent - exponent.bit_length()
    mask = (1 << zero_bits) - 1
    return (n + mask) & ~mask


def padded_size(n: int, floor: int) -> int:
    """Size to pad n bytes to: at least the floor, then PADMÉ, a multiple of 512."""
    size = max(floor, padme(n))
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES
