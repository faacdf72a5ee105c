"""Detached SSHSIG signatures, always two: ssh-ed25519 and the hybrid post-quantum ssh-mldsa44-ed25519@openssh.com.

Spec: OpenSSH PROTOCOL.sshsig; the hybrid as in OpenSSH 10.4 (draft-miller-sshm-mldsa44-ed25519-composite-sigs). Only
SHA-512, only one armor: ssh-keygen itself would take rewrapped lines and trailing bytes. `verify` proves that the
holder of a key signed; whose key it is, and whether it counts, is the caller's question.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import struct
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from intake.crypto.kdf import hkdf_sha256
from intake.errors import MalformedKey, SignatureFault, WeakKey

if TYPE_CHECKING:
    from typing import Self

    from intake.crypto.streams import Readable

ED25519 = "ssh-ed25519"
COMPOSITE = "ssh-mldsa44-ed25519@openssh.com"
SEED_BYTES = 32
MAX_SIGNATURE_BYTES = 8192  # the hybrid's armor is 5.4 KB

_MLDSA_PUBLIC_BYTES = 1312
_MLDSA_SIGNATURE_BYTES = 2420
_ED25519_SIGNATURE_BYTES = 64
_KEY_BYTES = {ED25519: SEED_BYTES, COMPOSITE: _MLDSA_PUBLIC_BYTES + SEED_BYTES}
_RAW_BYTES = {ED25519: _ED25519_SIGNATURE_BYTES, COMPOSITE: _MLDSA_SIGNATURE_BYTES + _ED25519_SIGNATURE_BYTES}

_MAGIC = b"SSHSIG"
_VERSION = 1
_HASH = b"sha512"
_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_BLOCK_BYTES = 1 << 20

_COMPOSITE_PREFIX = b"CompositeAlgorithmSignatures2025"
_COMPOSITE_LABEL = b"COMPSIG-MLDSA44-Ed25519-SHA512"

# Curve25519's prime, edwards25519's d, and the y of every point whose order divides eight (RFC 8032, section 5.1).
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_Y_OF_ORDER_EIGHT = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y_OF_ORDER_EIGHT, _P - _Y_OF_ORDER_EIGHT})


@dataclass(frozen=True)
class Sha512Digest:
    """SHA-512 of a message, taken while it streamed."""

    value: bytes


@dataclass(frozen=True)
class Signatures:
    """The two armored signatures of one principal over one message: `.sig` and `.pq.sig`."""

    ed25519: bytes
    composite: bytes


@dataclass(frozen=True)
class PublicKeys:
    """The two public keys of one principal, as ssh wire blobs."""

    ed25519: bytes
    composite: bytes

    def lines(self) -> tuple[str, str]:
        """`ssh-ed25519 AAAA…` and `ssh-mldsa44-ed25519@openssh.com AAAA…`."""
        return public_line(self.ed25519), public_line(self.composite)


@dataclass(frozen=True)
class SignerKeys:
    """The two private keys of one principal: three seeds of 32 bytes."""

    seeds: bytes = field(repr=False)  # ed25519 || mldsa || ed25519 of the composite

    def __post_init__(self) -> None:
        if len(self.seeds) != 3 * SEED_BYTES:
            raise MalformedKey(kind="signing seeds")

    @classmethod
    def generate(cls) -> Self:
        """New random keys."""
        return cls(secrets.token_bytes(3 * SEED_BYTES))

    @classmethod
    def from_bytes(cls, seeds: bytes) -> Self:
        """The keys of 96 kept bytes."""
        return cls(seeds)

    @classmethod
    def from_root_secret(cls, secret: bytes) -> Self:
        """The root's keys from its one 32-byte secret (keys-v1.md, "Who holds what")."""
        if len(secret) != SEED_BYTES:
            raise MalformedKey(kind="root secret")
        labels = (b"root/ed25519", b"root/mldsa", b"root/composite-ed25519")
        return cls(b"".join(hkdf_sha256(secret, salt=b"", info=label) for label in labels))

    @cached_property
    def _keys(self) -> tuple[Ed25519PrivateKey, MLDSA44PrivateKey, Ed25519PrivateKey]:
        first, second, third = (self.seeds[i : i + SEED_BYTES] for i in range(0, 3 * SEED_BYTES, SEED_BYTES))
        return (
            Ed25519PrivateKey.from_private_bytes(first),
            MLDSA44PrivateKey.from_seed_bytes(second),
            Ed25519PrivateKey.from_private_bytes(third),
        )

    @cached_property
    def public(self) -> PublicKeys:
        """The public half."""
        ed25519, mldsa, half = (key.public_key().public_bytes_raw() for key in self._keys)
        return PublicKeys(_blob(ED25519, ed25519), _blob(COMPOSITE, mldsa + half))

    def sign(self, namespace: str, message: bytes | Readable | Sha512Digest) -> Signatures:
        """Sign with both keys; a stream is read to its end."""
        ed25519, mldsa, half = self._keys
        signed = _signed_bytes(namespace, message)
        composed = _composed(signed)
        composite = mldsa.sign(composed, _COMPOSITE_LABEL) + half.sign(composed)
        return Signatures(
            _armor(_signature_blob(self.public.ed25519, namespace, _blob(ED25519, ed25519.sign(signed)))),
            _armor(_signature_blob(self.public.composite, namespace, _blob(COMPOSITE, composite))),
        )


@dataclass(frozen=True)
class ParsedSignature:
    """What a signature file says; nothing of it is verified yet."""

    public_key: bytes  # wire blob
    algorithm: str
    namespace: str
    signature: bytes  # raw, without its algorithm's name


def sha512_of(source: Readable) -> Sha512Digest:
    """Digest a stream to its end, in flat memory."""
    digest = hashlib.sha512()
    while block := source.read(_BLOCK_BYTES):
        digest.update(block)
    return Sha512Digest(digest.digest())


def public_line(blob: bytes) -> str:
    """Write a wire blob as `TYPE BASE64`."""
    algorithm, _ = _parse_key(blob)
    return f"{algorithm} {base64.b64encode(blob).decode('ascii')}"


def parse_public(line: str) -> bytes:
    """Read exactly `TYPE BASE64` into the wire blob, or raise MalformedKey or WeakKey."""
    try:
        blob = base64.b64decode(line.partition(" ")[2].encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise MalformedKey(kind="ssh public key") from None
    algorithm, raw = _parse_key(blob)
    if public_line(blob) != line:
        raise MalformedKey(kind=algorithm)
    check_ed25519_point(raw[-SEED_BYTES:])
    return blob


def check_ed25519_point(key: bytes) -> None:
    """Raise WeakKey unless the 32 bytes are the canonical form of a point of the curve, not of small order.

    A key of small order verifies signatures that nobody made. Points with a small-order part beside a large one are
    let through: making signatures for them still takes the secret.
    """
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if len(key) != SEED_BYTES or y >= _P or y in _SMALL_ORDER_Y or not _on_curve(y):
        raise WeakKey(kind="Ed25519")


def parse_signature(armored: bytes) -> ParsedSignature:
    """Read one signature file in our canonical armor, or raise SignatureFault."""
    blob = _dearmor(armored)
    if not blob.startswith(_MAGIC + struct.pack(">I", _VERSION)):
        _refuse("it is no SSHSIG of version 1")
    fields = _strings(blob[len(_MAGIC) + 4 :])
    if fields is None or len(fields) != 5:  # noqa: PLR2004 - key, namespace, reserved, hash, signature
        _refuse("its fields are malformed")
    public_key, namespace, reserved, hash_name, signature = fields
    if reserved or hash_name != _HASH:
        _refuse("it uses another hash, or a reserved field")
    try:
        algorithm, _ = _parse_key(public_key)
        return ParsedSignature(public_key, algorithm, namespace.decode("ascii"), _raw_signature(algorithm, signature))
    except (MalformedKey, UnicodeDecodeError):
        raise SignatureFault(why="its key or namespace is malformed") from None


def verify(signature: bytes, namespace: str, message: bytes | Readable | Sha512Digest) -> bytes:
    """Verify and return the wire blob of the key that signed; the caller compares it with whom it trusts."""
    parsed = parse_signature(signature)
    if parsed.namespace != namespace:
        _refuse("it was made for another purpose")
    _, raw_key = _parse_key(parsed.public_key)
    signed = _signed_bytes(namespace, message)
    try:
        check_ed25519_point(raw_key[-SEED_BYTES:])
        if parsed.algorithm == ED25519:
            _ed25519_key(raw_key).verify(parsed.signature, signed)
        else:
            _verify_composite(raw_key, parsed.signature, _composed(signed))
    except (InvalidSignature, WeakKey):
        raise SignatureFault(why="the bytes are not those that were signed, or not by this key") from None
    return parsed.public_key


def _verify_composite(key: bytes, signature: bytes, composed: bytes) -> None:
    """Both halves must hold."""
    mldsa_key, half_key = key[:_MLDSA_PUBLIC_BYTES], key[_MLDSA_PUBLIC_BYTES:]
    mldsa, half = signature[:_MLDSA_SIGNATURE_BYTES], signature[_MLDSA_SIGNATURE_BYTES:]
    _mldsa_key(mldsa_key).verify(mldsa, composed, _COMPOSITE_LABEL)
    _ed25519_key(half_key).verify(half, composed)


# A few signers make thousands of signatures: their keys are parsed once.
@lru_cache(maxsize=256)
def _ed25519_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=256)
def _mldsa_key(raw: bytes) -> MLDSA44PublicKey:
    return MLDSA44PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=256)
def _on_curve(y: int) -> bool:
    """Whether x² = (y² - 1) / (d y² + 1) has a solution (Euler's criterion)."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return pow(square, (_P - 1) // 2, _P) <= 1


def _signed_bytes(namespace: str, message: bytes | Readable | Sha512Digest) -> bytes:
    """What an SSHSIG signs: never the message itself, but its hash bound to the namespace."""
    if isinstance(message, bytes):
        digest = Sha512Digest(hashlib.sha512(message).digest())
    elif isinstance(message, Sha512Digest):
        digest = message
    else:
        digest = sha512_of(message)
    return _MAGIC + _string(namespace.encode("ascii")) + _string(b"") + _string(_HASH) + _string(digest.value)


def _composed(signed: bytes) -> bytes:
    """What both halves of the hybrid sign."""
    return _COMPOSITE_PREFIX + _COMPOSITE_LABEL + b"\x00" + hashlib.sha512(signed).digest()


def _signature_blob(public_key: bytes, namespace: str, signature: bytes) -> bytes:
    fields = (public_key, namespace.encode("ascii"), b"", _HASH, signature)
    return _MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_string, fields))


def _armor(blob: bytes) -> bytes:
    text = base64.b64encode(blob)
    lines = [text[i : i + _COLUMNS] + b"\n" for i in range(0, len(text), _COLUMNS)]
    return _BEGIN + b"".join(lines) + _END


def _dearmor(armored: bytes) -> bytes:
    """The blob, when its armor is exactly the one we would write."""
    if len(armored) > MAX_SIGNATURE_BYTES:
        _refuse("it is too long for a signature")
    try:
        blob = base64.b64decode(armored[len(_BEGIN) : -len(_END)].replace(b"\n", b""), validate=True)
    except binascii.Error:
        raise SignatureFault(why="its armor is malformed") from None
    if _armor(blob) != armored:
        _refuse("its armor is not canonical")
    return blob


def _parse_key(blob: bytes) -> tuple[str, bytes]:
    """Algorithm and raw key of a wire blob, or raise MalformedKey."""
    fields = _strings(blob)
    for algorithm, size in _KEY_BYTES.items():
        if fields and len(fields) == 2 and fields[0] == algorithm.encode() and len(fields[1]) == size:  # noqa: PLR2004
            return algorithm, fields[1]
    raise MalformedKey(kind="ssh public key")


def _raw_signature(algorithm: str, blob: bytes) -> bytes:
    """The raw signature of an algorithm, of its exact length."""
    raw = blob[-_RAW_BYTES[algorithm] :]
    if blob != _blob(algorithm, raw) or len(raw) != _RAW_BYTES[algorithm]:
        _refuse("its signature is of another kind than its key")
    return raw


def _blob(algorithm: str, raw: bytes) -> bytes:
    return _string(algorithm.encode("ascii")) + _string(raw)


def _string(data: bytes) -> bytes:
    """An ssh string: its length, then its bytes (RFC 4251, section 5)."""
    return struct.pack(">I", len(data)) + data


def _strings(blob: bytes) -> list[bytes] | None:
    """All ssh strings of a blob, or None when they do not fill it exactly."""
    found = []
    at = 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4], "big")
        at += 4 + size
        if at > len(blob):
            return None
        found.append(blob[at - size : at])
    return found


def _refuse(why: str) -> NoReturn:
    raise SignatureFault(why=why)
