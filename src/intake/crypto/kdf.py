"""HKDF-SHA-256 (RFC 5869) of exactly one block, the only length this project derives."""

from __future__ import annotations

import hmac


def hkdf_sha256(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    """Derive 32 bytes; an empty salt is the zeros of RFC 5869, section 2.2."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")
