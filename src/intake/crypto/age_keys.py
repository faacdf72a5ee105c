"""Recipients and identities of age: who a file is for, and who opens it (C2SP age.md, "Native recipient types").

Text forms are canonical only. A repr never shows a secret. An identity ignores stanzas of other types, refuses
malformed ones of its own, and gives None for those meant for someone else.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from intake.crypto import bech32
from intake.crypto.age_header import Stanza, decode64, encode64
from intake.crypto.kdf import hkdf_sha256
from intake.errors import AgeHeaderFault, AgeNoMemory, MalformedKey, WeakKey

if TYPE_CHECKING:
    from typing import Self

KEY_BYTES = 32
FILE_KEY_BYTES = 16
MAX_LOG_N = 22  # 4 GiB: age's own bound, so that a hostile file can't ask for more

_WRAPPED_BYTES = FILE_KEY_BYTES + 16  # the Poly1305 tag
_ZERO_NONCE = bytes(12)  # each wrap key is used once

_PQ = "mlkem768x25519"
_PQ_INFO = b"age-encryption.org/mlkem768x25519"
_PQ_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
_ENC_BYTES = 1120  # ML-KEM ciphertext (1088), X25519 share (32)

_X25519 = "X25519"
_X25519_INFO = b"age-encryption.org/v1/X25519"

_SCRYPT = "scrypt"
_SCRYPT_LABEL = b"age-encryption.org/v1/scrypt"
_SALT_BYTES = 16
_LOG_N = re.compile(r"[1-9][0-9]?")

# Every u that X25519 turns into zeros, whatever the secret: 0, 1, the two of order eight, -1 and what equals them
# modulo p = 2^255 - 19 (RFC 7748 section 6.1; Langley, "curve25519 low order points").
_P = 2**255 - 19
_LOW_ORDER = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _P - 1,
        _P,
        _P + 1,
    }
)


@dataclass(frozen=True)
class PostQuantumRecipient:
    """`age1pq1…`: ML-KEM-768 with X25519, for everything intake writes."""

    public: bytes  # ML-KEM key (1184) then X25519 key (32)

    def __post_init__(self) -> None:
        if is_low_order(self.public[_MLKEM_PUBLIC_BYTES:]):
            raise WeakKey(kind="age1pq")
        _ = self._key

    @cached_property
    def _key(self) -> MLKEM768X25519PublicKey:
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_PUBLIC_BYTES])
            x25519 = X25519PublicKey.from_public_bytes(self.public[_MLKEM_PUBLIC_BYTES:])
        except ValueError:
            raise MalformedKey(kind="age1pq") from None
        return MLKEM768X25519PublicKey(mlkem, x25519)

    @cached_property
    def _text(self) -> str:
        return bech32.encode("age1pq", self.public)

    def __str__(self) -> str:
        return self._text

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 of the text form."""
        return hashlib.sha256(self._text.encode("ascii")).hexdigest()

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap the file key for the holder of the identity."""
        sealed = _PQ_SUITE.encrypt(file_key, self._key, _PQ_INFO)
        return Stanza(_PQ, (encode64(sealed[:_ENC_BYTES]),), sealed[_ENC_BYTES:])


@dataclass(frozen=True)
class PostQuantumIdentity:
    """`AGE-SECRET-KEY-PQ-1…`: a 32-byte seed."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise MalformedKey(kind="AGE-SECRET-KEY-PQ")

    @classmethod
    def generate(cls) -> Self:
        """A new random one."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The identity of a kept seed."""
        return cls(seed)

    @cached_property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = hashlib.shake_256(self.seed).digest(_MLKEM_SEED_BYTES + KEY_BYTES)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:]),
        )

    @cached_property
    def _key(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*self._halves)

    def __str__(self) -> str:
        return bech32.encode("age-secret-key-pq-", self.seed).upper()

    def recipient(self) -> PostQuantumRecipient:
        """The public half."""
        mlkem, x25519 = self._halves
        return PostQuantumRecipient(mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, or None when the stanza is not for this identity."""
        if stanza.type != _PQ:
            return None
        (enc,) = _arguments(stanza, 1)
        shared = _share(enc, _ENC_BYTES)
        try:
            return _PQ_SUITE.decrypt(shared + _wrapped(stanza), self._key, _PQ_INFO)
        except InvalidTag:
            return None


@dataclass(frozen=True)
class X25519Recipient:
    """`age1…`: classic; only to interoperate."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != KEY_BYTES:
            raise MalformedKey(kind="age")
        if is_low_order(self.public):
            raise WeakKey(kind="age")

    def __str__(self) -> str:
        return bech32.encode("age", self.public)

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 of the text form."""
        return hashlib.sha256(str(self).encode("ascii")).hexdigest()

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap the file key for the holder of the identity."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.public))
        wrap_key = hkdf_sha256(shared, salt=share + self.public, info=_X25519_INFO)
        return Stanza(_X25519, (encode64(share),), ChaCha20Poly1305(wrap_key).encrypt(_ZERO_NONCE, file_key, None))


@dataclass(frozen=True)
class X25519Identity:
    """`AGE-SECRET-KEY-1…`: classic; only to interoperate."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise MalformedKey(kind="AGE-SECRET-KEY")

    @classmethod
    def generate(cls) -> Self:
        """A new random one."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @cached_property
    def _key(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.secret)

    def __str__(self) -> str:
        return bech32.encode("age-secret-key-", self.secret).upper()

    def recipient(self) -> X25519Recipient:
        """The public half."""
        return X25519Recipient(self._key.public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, or None when the stanza is not for this identity."""
        if stanza.type != _X25519:
            return None
        (share_text,) = _arguments(stanza, 1)
        share = _share(share_text, KEY_BYTES)
        wrapped = _wrapped(stanza)
        shared = self._key.exchange(X25519PublicKey.from_public_bytes(share))
        salt = share + self._key.public_key().public_bytes_raw()
        return _open(hkdf_sha256(shared, salt=salt, info=_X25519_INFO), wrapped)


@dataclass(frozen=True)
class ScryptRecipient:
    """A passphrase to encrypt with; stands alone in a file."""

    passphrase: bytes = field(repr=False)
    log_n: int

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap the file key for who knows the passphrase."""
        salt = secrets.token_bytes(_SALT_BYTES)
        body = ChaCha20Poly1305(_stretch(self.passphrase, salt, self.log_n)).encrypt(_ZERO_NONCE, file_key, None)
        return Stanza(_SCRYPT, (encode64(salt), str(self.log_n)), body)


@dataclass(frozen=True)
class ScryptIdentity:
    """A passphrase to decrypt with; refuses a work factor above max_log_n."""

    passphrase: bytes = field(repr=False)
    max_log_n: int = MAX_LOG_N

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key, or None when it is another passphrase's."""
        if stanza.type != _SCRYPT:
            return None
        salt_text, log_n = _arguments(stanza, 2)
        salt = decode64(salt_text.encode("ascii"), _SALT_BYTES)
        wrapped = _wrapped(stanza)
        if not _LOG_N.fullmatch(log_n) or int(log_n) > self.max_log_n:
            raise AgeHeaderFault(why=f"its work factor is malformed, or above 2^{self.max_log_n}")
        return _open(_stretch(self.passphrase, salt, int(log_n)), wrapped)


Recipient = PostQuantumRecipient | X25519Recipient | ScryptRecipient
Identity = PostQuantumIdentity | X25519Identity | ScryptIdentity


@lru_cache(maxsize=256)
def parse_recipient(text: str) -> PostQuantumRecipient | X25519Recipient:
    """Read `age1pq1…` or `age1…`, or raise MalformedKey or WeakKey. Public keys, read again from each trust file."""
    if text.startswith("age1pq1"):
        return PostQuantumRecipient(bech32.decode("age1pq", text))
    return X25519Recipient(bech32.decode("age", text))


def parse_identity(text: str) -> PostQuantumIdentity | X25519Identity:
    """Read `AGE-SECRET-KEY-PQ-1…` or `AGE-SECRET-KEY-1…`, or raise MalformedKey."""
    if text != text.upper():
        raise MalformedKey(kind="AGE-SECRET-KEY")
    if text.startswith("AGE-SECRET-KEY-PQ-1"):
        return PostQuantumIdentity(bech32.decode("age-secret-key-pq-", text.lower()))
    return X25519Identity(bech32.decode("age-secret-key-", text.lower()))


def is_scrypt(stanza: Stanza) -> bool:
    """Whether a stanza is a passphrase's."""
    return stanza.type == _SCRYPT


def is_low_order(point: bytes) -> bool:
    """Whether X25519 with this point gives zeros for every secret; the top bit is ignored, as X25519 does."""
    return int.from_bytes(point, "little") & (2**255 - 1) in _LOW_ORDER


def _arguments(stanza: Stanza, count: int) -> tuple[str, ...]:
    """The stanza's arguments after its type, which must be so many."""
    if len(stanza.arguments) != count:
        raise AgeHeaderFault(why=f"a {stanza.type} stanza has the wrong number of arguments")
    return stanza.arguments


def _share(text: str, size: int) -> bytes:
    """An encapsulated key that ends in an X25519 share; a low-order one is refused."""
    share = decode64(text.encode("ascii"), size)
    if is_low_order(share[-KEY_BYTES:]):
        raise AgeHeaderFault(why="a stanza's share is a low-order point")
    return share


def _wrapped(stanza: Stanza) -> bytes:
    """The body, whose length is checked before any key touches it (partitioning oracles)."""
    if len(stanza.body) != _WRAPPED_BYTES:
        raise AgeHeaderFault(why=f"a {stanza.type} stanza's body has the wrong length")
    return stanza.body


def _open(wrap_key: bytes, wrapped: bytes) -> bytes | None:
    """The file key, or None under another wrap key."""
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(_ZERO_NONCE, wrapped, None)
    except InvalidTag:
        return None


def _stretch(passphrase: bytes, salt: bytes, log_n: int) -> bytes:
    """The scrypt of age: r = 8, p = 1."""
    try:
        return Scrypt(salt=_SCRYPT_LABEL + salt, length=KEY_BYTES, n=1 << log_n, r=8, p=1).derive(passphrase)
    except MemoryError:
        raise AgeNoMemory(mib=1 << max(log_n - 10, 0)) from None
