"""The payload of an age file: chunks of 64 KiB, each sealed by its number and whether it is the last (STREAM).

Spec: C2SP age.md, "Payload". Works on whole batches in buffers it is given, so that a large file costs few calls.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from intake.crypto.kdf import hkdf_sha256
from intake.errors import AgePayloadFault

CHUNK_BYTES = 1 << 16
TAG_BYTES = 16
SEALED_BYTES = CHUNK_BYTES + TAG_BYTES
NONCE_BYTES = 16


class _Stream:
    """The key and the chunk counter that sealing and opening share."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._aead = ChaCha20Poly1305(hkdf_sha256(file_key, salt=nonce, info=b"payload"))
        self.counter = 0

    def _nonce(self, *, last: bool) -> bytes:
        return self.counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class Sealer(_Stream):
    """Seals a payload."""

    def seal(self, plain: memoryview, sealed: memoryview, *, last: bool) -> int:
        """Seal full chunks, of which only the last of all may be shorter; return the bytes written to `sealed`."""
        done = 0
        for start in range(0, len(plain) or 1, CHUNK_BYTES):  # an empty payload is one empty chunk
            chunk = plain[start : start + CHUNK_BYTES]
            final = last and start + CHUNK_BYTES >= len(plain)
            size = len(chunk) + TAG_BYTES
            self._aead.encrypt_into(self._nonce(last=final), chunk, None, sealed[done : done + size])
            self.counter += 1
            done += size
        return done


class Opener(_Stream):
    """Opens a payload; `finished` once the final chunk was."""

    finished = False

    def open(self, sealed: memoryview, plain: memoryview) -> tuple[int, AgePayloadFault | None]:
        """Open full chunks, of which only the last of all may be shorter.

        Returns the bytes written to `plain`, which are good even when a fault stopped the rest.
        """
        done = 0
        for start in range(0, len(sealed), SEALED_BYTES):
            chunk = sealed[start : start + SEALED_BYTES]
            size = len(chunk) - TAG_BYTES
            fault = self._open_chunk(chunk, plain[done : done + max(size, 0)])
            if fault:
                return done, fault
            done += size
        return done, None

    def end(self) -> AgePayloadFault | None:
        """What the end of the file says: a fault unless the final chunk came before it."""
        return None if self.finished else AgePayloadFault(why="it ends before its final part")

    def _open_chunk(self, chunk: memoryview, plain: memoryview) -> AgePayloadFault | None:
        """Open one chunk into `plain`: a full one as inner, then as final; a shorter one only as final."""
        if self.finished:
            return AgePayloadFault(why="something follows its final part")
        if len(plain) == 0 and (self.counter or len(chunk) < TAG_BYTES):
            return AgePayloadFault(why="its last part is empty or cut")
        full = len(plain) == CHUNK_BYTES
        if not (full and self._try(chunk, plain, last=False)):
            if not self._try(chunk, plain, last=True):
                return AgePayloadFault(why=f"part {self.counter + 1} does not hold")
            self.finished = True
        self.counter += 1
        return None

    def _try(self, chunk: memoryview, plain: memoryview, *, last: bool) -> bool:
        try:
            self._aead.decrypt_into(self._nonce(last=last), chunk, None, plain)
        except InvalidTag:
            return False
        return True
