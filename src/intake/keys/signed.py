"""A file with its two detached signatures, and the one way any signed object of intake is verified.

Both signatures always, of one principal of one directory, in the namespace of the object's type. Must not: parse what
was signed. Spec: docs/spec/keys-v1.md, "Signatures".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from intake.crypto.sshsig import Sha512Digest, SignerKeys
    from intake.keys.directory import Directory, Principal


@dataclass(frozen=True)
class SignedFile:
    """Verbatim bytes and their signatures, as they lie beside each other in a folder."""

    name: str
    data: bytes
    sig: bytes
    pq_sig: bytes

    def files(self) -> dict[str, bytes]:
        """File name -> bytes: NAME, NAME.sig, NAME.pq.sig."""
        raise NotImplementedError

    @classmethod
    def take(cls, files: Mapping[str, bytes], name: str) -> SignedFile:
        """The three files of `name`; raises TrustFileMissing."""
        raise NotImplementedError


def sign_file(keys: SignerKeys, namespace: str, name: str, data: bytes) -> SignedFile:
    """Sign bytes with both keys."""
    raise NotImplementedError


def verify_file(signed: SignedFile, namespace: str, directory: Directory, at: datetime | None) -> Principal:
    """Who signed this file; see verify_signatures."""
    raise NotImplementedError


def verify_signatures(
    signatures: tuple[bytes, bytes],
    namespace: str,
    message: bytes | BinaryIO | Sha512Digest,
    directory: Directory,
    at: datetime | None,
) -> Principal:
    """The principal of `directory` that made both signatures (.sig, .pq.sig) over `message`.

    Raises, in this order: SignatureInvalid (malformed, wrong, or wrong namespace), UnknownSigner (neither key is in
    the directory), SignersDiffer (the two keys are not one principal's), NamespaceNotAllowed, SignerNotValidThen
    (unless `at` is None: the caller judges the time itself, by principal.valid_at).
    """
    raise NotImplementedError
