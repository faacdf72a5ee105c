"""Texts of recipients and identities: canonical only; weak keys refused."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from intake.crypto import age, bech32
from intake.crypto.age_keys import _LOW_ORDER, is_low_order
from intake.errors import MalformedKey, WeakKey

# The examples of C2SP age.md.
PQ_SECRET = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"  # noqa: S105 - public
X_SECRET = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"  # noqa: S105 - public
X_PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_the_specs_classic_key_pair() -> None:
    """The identity of the spec gives the recipient of the spec."""
    identity = age.parse_identity(X_SECRET)
    assert str(identity) == X_SECRET
    assert str(identity.recipient()) == X_PUBLIC
    assert age.parse_recipient(X_PUBLIC) == identity.recipient()


def test_the_specs_post_quantum_key_pair() -> None:
    """The seed of the spec expands to the recipient of the spec (its start, end and hash)."""
    text = str(age.parse_identity(PQ_SECRET).recipient())
    assert text.startswith(
        "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95paef6caq5aapdmwjjqpjfd"
    )
    assert text.endswith("6gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k")
    assert age.parse_recipient(text).fingerprint == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("kind", [age.PostQuantumIdentity, age.X25519Identity])
def test_texts_round_trip(kind: type[age.PostQuantumIdentity | age.X25519Identity]) -> None:
    """What str() writes, the parsers read back, for secret and public halves."""
    identity = kind.generate()
    assert age.parse_identity(str(identity)) == identity
    assert age.parse_recipient(str(identity.recipient())) == identity.recipient()
    assert len(identity.recipient().fingerprint) == 64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age",
        "age1",
        "age1qqqq",
        X_PUBLIC.upper(),
        X_PUBLIC.replace("z", "Z", 1),
        X_PUBLIC[:-1],
        X_PUBLIC + "q",
        " " + X_PUBLIC,
        X_PUBLIC + "\n",
        X_PUBLIC[:-1] + "b",
        X_PUBLIC[:20] + "q" + X_PUBLIC[21:],
        X_SECRET,
        "age1pq1" + X_PUBLIC[4:],
        bech32.encode("age", bytes(31) + b"\x09" * 2),
        bech32.encode("age1pq", b"\x09" * 1215),
        bech32.encode("age1pq", b"\x09" * 1217),
        bech32.encode("age1pq", b"\xff" * 1184 + b"\x09" * 32),
        bech32.encode("age1tag", b"\x09" * 33),
        "é" * 60,
    ],
)
def test_malformed_recipients(text: str) -> None:
    """Anything but the canonical text of a real key is refused; so is an ML-KEM key out of its ring."""
    with pytest.raises(MalformedKey):
        age.parse_recipient(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        X_SECRET.lower(),
        X_SECRET[:-1],
        X_SECRET.replace("G", "g", 1),
        X_PUBLIC,
        X_SECRET.replace("KEY-", "KEY-PQ-"),
        PQ_SECRET.replace("-PQ", ""),
        bech32.encode("age-secret-key-", bytes(31)).upper(),
        bech32.encode("age-secret-key-pq-", bytes(33)).upper(),
        "\u0130" * 70,
    ],
)
def test_malformed_identities(text: str) -> None:
    """Identities are upper-case canonical Bech32 of 32 bytes."""
    with pytest.raises(MalformedKey):
        age.parse_identity(text)


def test_bech32_spare_bits_must_be_zero() -> None:
    """A text whose last group carries hidden bits does not decode, though its checksum is right."""
    words = [*bech32._to_words(bytes(32))[:-1], 1]
    check = bech32._polymod([*bech32._spread("age"), *words, *[0] * 6]) ^ 1
    words += [check >> 5 * (5 - i) & 31 for i in range(6)]
    with pytest.raises(MalformedKey):
        bech32.decode("age", "age1" + "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[word] for word in words))


@pytest.mark.parametrize("point", sorted(_LOW_ORDER))
def test_low_order_points_are_exactly_those_x25519_refuses(point: int) -> None:
    """Our list agrees with the library's own all-zero check, with and without the top bit, and they are no keys."""
    for encoded in (point.to_bytes(32, "little"), (point | 1 << 255).to_bytes(32, "little")):
        assert is_low_order(encoded)
        with pytest.raises(ValueError, match="shared key"):
            X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(encoded))
        with pytest.raises(WeakKey):
            age.parse_recipient(bech32.encode("age", encoded))
        good = age.PostQuantumIdentity.from_seed(bytes(32)).recipient().public
        with pytest.raises(WeakKey):
            age.parse_recipient(bech32.encode("age1pq", good[:-32] + encoded))


def test_ordinary_points_are_not_low_order() -> None:
    """The check does not refuse keys of people."""
    assert not any(is_low_order(age.X25519Identity.generate().recipient().public) for _ in range(50))


def test_wrong_length_seeds() -> None:
    """A seed of another length is refused where it enters."""
    for kind in (age.PostQuantumIdentity, age.X25519Identity):
        for size in (0, 31, 33):
            with pytest.raises(MalformedKey):
                kind(bytes(size))
