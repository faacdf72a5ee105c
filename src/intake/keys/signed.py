"""A file with its two detached signatures, and the one way any signed object of intake is verified.

Both signatures always, of one principal of one directory, in the namespace of the object's type. Must not: parse what
was signed. Spec: docs/spec/keys-v1.md, "Signatures", rules K22 to K25.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from intake.crypto import sshsig
from intake.errors import (
    CryptoError,
    KeyFault,
    NamespaceNotAllowed,
    SignatureInvalid,
    SignerNotValidThen,
    SignersDiffer,
    TrustFileMissing,
    UnknownSigner,
)
from intake.keys.directory import TYPES
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.sshsig import Sha512Digest, SignerKeys
    from intake.crypto.streams import Readable
    from intake.keys.directory import Principal


class Signers(Protocol):
    """Whoever may be looked up by a key: a directory, or several in one."""

    @property
    def kind(self) -> str:
        """What to call it in an error."""
        ...

    def find(self, blob: bytes, /) -> Principal | None:
        """Who owns this key."""
        ...


@dataclass(frozen=True)
class SignedFile:
    """Verbatim bytes and their signatures, as they lie beside each other in a folder."""

    name: str
    data: bytes
    sig: bytes
    pq_sig: bytes

    def files(self) -> dict[str, bytes]:
        """File name -> bytes: NAME, NAME.sig, NAME.pq.sig."""
        return {self.name: self.data, f"{self.name}.sig": self.sig, f"{self.name}.pq.sig": self.pq_sig}

    @classmethod
    def take(cls, files: Mapping[str, bytes], name: str) -> SignedFile:
        """The three files of `name`; raises TrustFileMissing (K29)."""
        for wanted in (name, f"{name}.sig", f"{name}.pq.sig"):
            if wanted not in files:
                raise TrustFileMissing(file=wanted)
        return cls(name, files[name], files[f"{name}.sig"], files[f"{name}.pq.sig"])


def sign_file(keys: SignerKeys, namespace: str, name: str, data: bytes) -> SignedFile:
    """Sign bytes with both keys."""
    signatures = keys.sign(namespace, data)
    return SignedFile(name, data, signatures.ed25519, signatures.composite)


def verify_file(signed: SignedFile, namespace: str, signers: Signers, at: datetime | None) -> Principal:
    """Who signed this file; see verify_signatures."""
    return verify_signatures((signed.sig, signed.pq_sig), namespace, signed.data, signers, at)


def verify_signatures(
    signatures: tuple[bytes, bytes],
    namespace: str,
    message: bytes | Readable | Sha512Digest,
    signers: Signers,
    at: datetime | None,
) -> Principal:
    """The one of `signers` that made both signatures (.sig, .pq.sig) over `message`.

    Raises, in this order: SignatureInvalid (malformed, wrong, or wrong namespace: K22), UnknownSigner (neither key is
    known: K25), SignersDiffer (the two keys are not one principal's: K22), NamespaceNotAllowed (K23),
    SignerNotValidThen (K24; unless `at` is None: then the caller judges the time, by principal.valid_at).
    """
    if not isinstance(message, bytes | sshsig.Sha512Digest):
        message = sshsig.sha512_of(message)  # read once for both
    found = [
        signers.find(_key_of(suffix, armored, namespace, message, algorithm))
        for suffix, armored, algorithm in zip((".sig", ".pq.sig"), signatures, TYPES, strict=True)
    ]
    signer = found[0] or found[1]
    if signer is None:
        raise UnknownSigner(directory=signers.kind)
    if found[0] != found[1]:
        raise SignersDiffer
    if namespace not in signer.namespaces:
        raise NamespaceNotAllowed(signer=signer.name, namespace=namespace)
    if at is not None and not signer.valid_at(at):
        raise SignerNotValidThen(signer=signer.name, at=json_time(at))
    return signer


def _key_of(suffix: str, armored: bytes, namespace: str, message: bytes | Sha512Digest, algorithm: str) -> bytes:
    """The wire blob of the key behind one signature file, which must be of the type that belongs in its place."""
    try:
        if sshsig.parse_signature(armored).algorithm != algorithm:
            raise SignatureInvalid(which=suffix, why="made with another type of key")
        return sshsig.verify(armored, namespace, message)
    except (CryptoError, KeyFault) as fault:
        if isinstance(fault, SignatureInvalid):
            raise
        raise SignatureInvalid(which=suffix, why=fault.fields.get("why", fault.code)) from None
