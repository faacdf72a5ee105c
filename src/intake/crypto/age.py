"""age v1 files: encrypt and decrypt, as streams or in one go.

Spec: C2SP age.md (c2sp.org/age). No armor, no plugins. A file never mixes post-quantum and classic recipients.
Decrypting releases good chunks before a later one fails: nothing read counts until the end was reached without an
error, and age does not say who wrote a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.crypto.age_keys import (
    Identity,
    PostQuantumIdentity,
    PostQuantumRecipient,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
    parse_identity,
    parse_recipient,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from intake.crypto.streams import Readable, Writable

__all__ = [
    "DecryptReader",
    "EncryptWriter",
    "Identity",
    "PostQuantumIdentity",
    "PostQuantumRecipient",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "X25519Identity",
    "X25519Recipient",
    "decrypt",
    "decrypt_bytes",
    "encrypt",
    "encrypt_bytes",
    "parse_identity",
    "parse_recipient",
    "stanza_types",
]


def encrypt(source: Readable, sink: Writable, recipients: Sequence[Recipient]) -> None:
    """Encrypt all that is left in source to the recipients, in flat memory."""
    raise NotImplementedError


def decrypt(source: Readable, sink: Writable, identities: Sequence[Identity]) -> None:
    """Decrypt source into sink, in flat memory; on an error what reached the sink does not count."""
    raise NotImplementedError


def encrypt_bytes(data: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Encrypt bytes in memory."""
    raise NotImplementedError


def decrypt_bytes(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Decrypt bytes in memory: all or an error."""
    raise NotImplementedError


def stanza_types(source: Readable) -> list[str]:
    """Read the header and name its stanzas' types, in order; no key is needed, nothing is verified."""
    raise NotImplementedError


class EncryptWriter:
    """Encrypts what is written; `close` writes the final chunk, and does not close the sink.

    As a context manager it closes, except when an exception passes: then the file stays visibly unfinished.
    """

    def __init__(self, sink: Writable, recipients: Sequence[Recipient]) -> None:
        raise NotImplementedError

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Encrypt the bytes, keeping back less than a chunk."""
        raise NotImplementedError

    def close(self) -> None:
        """Write the final chunk; closing twice does nothing."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()


class DecryptReader:
    """Decrypts while read; raises on damage, and gives the end only after the final chunk was verified."""

    def __init__(self, source: Readable, identities: Sequence[Identity]) -> None:
        raise NotImplementedError

    def read(self, n: int = -1, /) -> bytes:
        """Exactly n bytes, or fewer only at the verified end."""
        raise NotImplementedError

    def readinto(self, buffer: bytearray | memoryview, /) -> int:
        """Fill the buffer, less only at the verified end."""
        raise NotImplementedError
