"""age v1 files: encrypt and decrypt, as streams or in one go.

Spec: C2SP age.md (c2sp.org/age). No armor, no plugins. A file never mixes post-quantum and classic recipients.
Decrypting releases good chunks before a later one fails: nothing read counts until the end was reached without an
error, and age does not say who wrote a file.
"""

from __future__ import annotations

import secrets
from io import BytesIO
from typing import TYPE_CHECKING

from intake.crypto.age_header import Header, parse_header, read_header, write_header
from intake.crypto.age_keys import (
    FILE_KEY_BYTES,
    Identity,
    PostQuantumIdentity,
    PostQuantumRecipient,
    Recipient,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
    is_scrypt,
    parse_identity,
    parse_recipient,
)
from intake.crypto.age_stream import CHUNK_BYTES, NONCE_BYTES, SEALED_BYTES, TAG_BYTES, Opener, Sealer
from intake.crypto.streams import Filler, write_all
from intake.errors import AgeHeaderFault, AgeNoMatch, AgePayloadFault, MixedRecipients

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
    "scrypt_work_factor",
    "stanza_types",
]


# 1 MiB a time: the calls cost nothing, and the buffers stay in the caches. Writing in a second thread was tried: it
# gains on an idle machine and loses on a busy one, where the threads wait for each other.
_BATCH_CHUNKS = 16
_PLAIN_BYTES = _BATCH_CHUNKS * CHUNK_BYTES
_SEALED_BYTES = _BATCH_CHUNKS * SEALED_BYTES


def encrypt(source: Readable, sink: Writable, recipients: Sequence[Recipient]) -> None:
    """Encrypt all that is left in source to the recipients, in flat memory."""
    filler = Filler(source)
    with EncryptWriter(sink, recipients) as writer:
        while writer.take(filler):
            pass


def decrypt(source: Readable, sink: Writable, identities: Sequence[Identity]) -> None:
    """Decrypt source into sink, in flat memory; on an error what reached the sink does not count."""
    filler, opener = _open(source, identities)
    # One chunk first: most files are small, and buffers of a MiB would cost more than opening them.
    sealed, plain = _buffers(SEALED_BYTES, CHUNK_BYTES)
    ended = False
    while not ended:
        got = filler.fill(sealed)
        size, fault = opener.open(sealed[:got], plain)
        write_all(sink, plain[:size])
        ended = got < len(sealed)
        if ended:
            fault = fault or opener.end()
        elif len(sealed) == SEALED_BYTES:
            sealed, plain = _buffers(_SEALED_BYTES, _PLAIN_BYTES)
        if fault:
            raise fault


def encrypt_bytes(data: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Encrypt bytes in memory."""
    head, sealer = _start(recipients)
    sealed = bytearray(len(head) + _sealed_size(len(data)))
    sealed[: len(head)] = head
    sealer.seal(memoryview(data), memoryview(sealed)[len(head) :], last=True)
    return bytes(sealed)


def decrypt_bytes(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Decrypt bytes in memory: all or an error."""
    header, end = parse_header(data)
    file_key = _file_key(header, identities)
    nonce, payload = data[end : end + NONCE_BYTES], memoryview(data)[end + NONCE_BYTES :]
    opener = _opener(file_key, nonce)
    plain = bytearray(len(payload))
    size, fault = opener.open(payload, memoryview(plain))
    fault = fault or opener.end()
    if fault:
        raise fault
    return bytes(memoryview(plain)[:size])


def stanza_types(source: Readable) -> list[str]:
    """Read the header and name its stanzas' types, in order; no key is needed, nothing is verified."""
    header, _ = read_header(source)
    return [stanza.type for stanza in header.stanzas]


def scrypt_work_factor(source: Readable) -> int | None:
    """Read the header of a passphrase's file; log2 of what one guess costs, None when there is no such stanza."""
    header, _ = read_header(source)
    factors = [stanza.arguments[-1] for stanza in header.stanzas if is_scrypt(stanza) and stanza.arguments]
    return int(factors[0]) if factors and factors[0].isdecimal() else None


class EncryptWriter:
    """Encrypts what is written; `close` writes the final chunk, and does not close the sink.

    As a context manager it closes, except when an exception passes: then the file stays visibly unfinished.
    """

    def __init__(self, sink: Writable, recipients: Sequence[Recipient]) -> None:
        head, self._sealer = _start(recipients)
        self._sink = sink
        self._filled = 0
        self._plain, self._sealed = _buffers(CHUNK_BYTES, SEALED_BYTES)  # one chunk first: most files are small
        self._closed = False
        write_all(sink, head)

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Encrypt the bytes, keeping back at most a MiB."""
        filler = Filler(BytesIO(), data)
        while self.take(filler):
            pass
        return len(data)

    def take(self, filler: Filler) -> bool:
        """Read up to a MiB straight into the buffer; whether the filler may have more."""
        if self._closed:
            raise ValueError("the file is finished")
        self._filled += filler.fill(self._plain[self._filled :])
        if self._filled < len(self._plain):
            return False
        if self._filled == CHUNK_BYTES:
            first = self._plain
            self._plain, self._sealed = _buffers(_PLAIN_BYTES, _SEALED_BYTES)
            self._plain[:CHUNK_BYTES] = first
            return True
        # The last chunk waits: it may be the final one, which is sealed differently.
        self._flush(self._plain[:-CHUNK_BYTES], last=False)
        self._plain[:CHUNK_BYTES] = self._plain[-CHUNK_BYTES:]
        self._filled = CHUNK_BYTES
        return True

    def close(self) -> None:
        """Write the final chunk; closing twice does nothing."""
        if not self._closed:
            self._closed = True
            self._flush(self._plain[: self._filled], last=True)

    def _flush(self, plain: memoryview, *, last: bool) -> None:
        size = self._sealer.seal(plain, self._sealed, last=last)
        write_all(self._sink, self._sealed[:size])

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
        self._filler, self._opener = _open(source, identities)
        self._sealed, self._plain = _buffers(SEALED_BYTES, CHUNK_BYTES)
        self._ready = self._plain[:0]
        self._fault: AgePayloadFault | None = None
        self._ended = False

    def read(self, n: int = -1, /) -> bytes:
        """Exactly n bytes, or fewer only at the verified end; all that is left when n is negative."""
        if n < 0:
            return b"".join(iter(lambda: self.read(_PLAIN_BYTES), b""))
        if n <= len(self._ready):  # most reads are small, and this way they are copied once
            data = bytes(self._ready[:n])
            self._ready = self._ready[n:]
            return data
        buffer = bytearray(n)
        return bytes(memoryview(buffer)[: self.readinto(buffer)])

    def readinto(self, buffer: bytearray | memoryview, /) -> int:
        """Fill the buffer, less only at the verified end."""
        view = memoryview(buffer)
        done = 0
        while done < len(view) and (self._ready or self._advance()):
            size = min(len(self._ready), len(view) - done)
            view[done : done + size] = self._ready[:size]
            self._ready = self._ready[size:]
            done += size
        return done

    def _advance(self) -> bool:
        """Open the next batch; False at the verified end."""
        if self._fault:
            raise self._fault
        if self._ended:
            return False
        got = self._filler.fill(self._sealed)
        size, self._fault = self._opener.open(self._sealed[:got], self._plain)
        self._ready = self._plain[:size]
        if got < len(self._sealed):
            self._ended = True
            self._fault = self._fault or self._opener.end()
        elif len(self._sealed) == SEALED_BYTES:
            self._sealed, self._plain = _buffers(_SEALED_BYTES, _PLAIN_BYTES)
        return bool(size) or self._advance()


def _buffers(*sizes: int) -> list[memoryview]:
    """Buffers of these sizes."""
    return [memoryview(bytearray(size)) for size in sizes]


def _sealed_size(n: int) -> int:
    """Bytes of the sealed chunks of n bytes."""
    return n + (-(-n // CHUNK_BYTES) or 1) * TAG_BYTES


def _start(recipients: Sequence[Recipient]) -> tuple[bytes, Sealer]:
    """A new file key wrapped for every recipient: header and nonce, and what seals the payload."""
    _check_mix(recipients)
    file_key = secrets.token_bytes(FILE_KEY_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    stanzas = [recipient.wrap(file_key) for recipient in recipients]
    # Their order would tell which stanza is whose.
    secrets.SystemRandom().shuffle(stanzas)
    return write_header(file_key, stanzas) + nonce, Sealer(file_key, nonce)


def _check_mix(recipients: Sequence[Recipient]) -> None:
    """One kind only: a classic stanza would undo a post-quantum one, and a passphrase vouches for who wrote."""
    if len({type(recipient) for recipient in recipients}) != 1:
        raise MixedRecipients(why="they are of different kinds, or none at all")
    if isinstance(recipients[0], ScryptRecipient) and len(recipients) > 1:
        raise MixedRecipients(why="a passphrase must stand alone")


def _open(source: Readable, identities: Sequence[Identity]) -> tuple[Filler, Opener]:
    """Read the header; give what reads the payload and what opens it."""
    header, rest = read_header(source)
    file_key = _file_key(header, identities)
    filler = Filler(source, rest)
    nonce = memoryview(bytearray(NONCE_BYTES))
    got = filler.fill(nonce)
    return filler, _opener(file_key, bytes(nonce[:got]))


def _opener(file_key: bytes, nonce: bytes) -> Opener:
    if len(nonce) < NONCE_BYTES:
        raise AgeHeaderFault(why="it ends right after its header")
    return Opener(file_key, nonce)


def _file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    """The file key of the first identity that opens a stanza, and the header's MAC verified with it."""
    if len(header.stanzas) > 1 and any(is_scrypt(stanza) for stanza in header.stanzas):
        raise AgeHeaderFault(why="a passphrase stanza does not stand alone")
    for identity in identities:
        for stanza in header.stanzas:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                header.check_mac(file_key)
                return file_key
    raise AgeNoMatch
