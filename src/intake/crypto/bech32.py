"""Bech32 (BIP 173) without its length limit, as age writes its keys. Canonical text only, one case throughout."""

from __future__ import annotations

from base64 import b32encode
from functools import reduce
from operator import xor

from intake.errors import MalformedKey

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
# RFC 4648 groups five bits the same way, under other letters, and is many times as fast as shifting one long number.
_OF_BASE32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bytes(range(32)))
_OF_WORDS = bytes.maketrans(bytes(range(32)), _ALPHABET.encode("ascii"))
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# What the five bits that are pushed out leave behind: a key of ours has two thousand words, and a vault many keys.
_STEP = tuple(reduce(xor, (one for bit, one in enumerate(_GENERATOR) if top >> bit & 1), 0) for top in range(32))
_CHECKSUM_CHARS = 6


def encode(prefix: str, data: bytes) -> str:
    """Write data under a lower-case prefix."""
    words = _to_words(data)
    checksum = _polymod([*_spread(prefix), *words, *[0] * _CHECKSUM_CHARS]) ^ 1
    words += [checksum >> 5 * (5 - i) & 31 for i in range(_CHECKSUM_CHARS)]
    return f"{prefix}1{bytes(words).translate(_OF_WORDS).decode('ascii')}"


def decode(prefix: str, text: str) -> bytes:
    """Read lower-case text under the prefix; MalformedKey unless it is exactly what `encode` writes."""
    head, separator, tail = text.rpartition("1")
    if not separator or head != prefix or len(tail) < _CHECKSUM_CHARS or not set(tail) <= _VALUE.keys():
        raise MalformedKey(kind=prefix)
    words = [_VALUE[char] for char in tail]
    if _polymod([*_spread(prefix), *words]) != 1:
        raise MalformedKey(kind=prefix)
    return _to_bytes(prefix, words[:-_CHECKSUM_CHARS])


def _spread(prefix: str) -> list[int]:
    """The prefix as the checksum sees it."""
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(words: list[int]) -> int:
    """The BCH checksum of BIP 173."""
    check = 1
    for word in words:
        check = (check & 0x1FFFFFF) << 5 ^ word ^ _STEP[check >> 25]
    return check


def _to_words(data: bytes) -> list[int]:
    """Bytes as groups of five bits, the last filled with zeros."""
    return list(b32encode(data).rstrip(b"=").translate(_OF_BASE32))


def _to_bytes(prefix: str, words: list[int]) -> bytes:
    """Groups of five bits as bytes; what is left over must be fewer than five bits, all zero."""
    size, spare = divmod(len(words) * 5, 8)
    number = 0
    for word in words:
        number = number << 5 | word
    if spare >= 5 or number & ((1 << spare) - 1):  # noqa: PLR2004 - the bits of one group
        raise MalformedKey(kind=prefix)
    return (number >> spare).to_bytes(size, "big")
