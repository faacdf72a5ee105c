"""Adversarial age files in families that the test kit may hold more of than was given, written by a second hand.

The writer below follows the specification with bare primitives and shares no code with the implementation; for classic
recipients the machine's own `age` is asked too, where there is one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from intake.crypto import age
from intake.errors import AgeHeaderFault, AgeHmacFault, AgeNoMatch, AgePayloadFault, CryptoError, IntakeError
from tests.worlds.crypto import need

if TYPE_CHECKING:
    from pathlib import Path

FILE_KEY, NONCE = b"YELLOW SUBMARINE", bytes(range(16))
CHUNK = 65536
PLAIN = hashlib.shake_256(b"plain").digest(2 * CHUNK + 300)
CLASSIC = age.X25519Identity(hashlib.sha256(b"classic").digest())
OTHER = age.X25519Identity(hashlib.sha256(b"other").digest())
HYBRID = age.PostQuantumIdentity.from_seed(hashlib.sha256(b"hybrid").digest())
PASSPHRASE = b"password"
VERSION = b"age-encryption.org/v1\n"


def b64(data: bytes) -> bytes:
    """Unpadded base64."""
    return base64.b64encode(data).rstrip(b"=")


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """One key."""
    return HKDF(SHA256(), 32, salt or None, info).derive(secret)


def stanza(head: bytes, body: bytes) -> bytes:
    """A stanza in its one form."""
    text = b64(body)
    return b"-> " + head + b"\n" + b"".join(text[i : i + 64] + b"\n" for i in range(0, len(text) + 1, 64))


def classic(
    identity: age.X25519Identity = CLASSIC, key: bytes = FILE_KEY, share: bytes | None = None
) -> tuple[bytes, bytes]:
    """Share and body of an X25519 stanza for an identity."""
    public = X25519PrivateKey.from_private_bytes(identity.secret).public_key().public_bytes_raw()
    ephemeral = X25519PrivateKey.from_private_bytes(hashlib.sha256(b"ephemeral").digest())
    own = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    wrap = hkdf(shared, (share or own) + public, b"age-encryption.org/v1/X25519")
    return share or own, ChaCha20Poly1305(wrap).encrypt(bytes(12), key, None)


def x25519(identity: age.X25519Identity = CLASSIC, key: bytes = FILE_KEY) -> bytes:
    """A good X25519 stanza."""
    share, body = classic(identity, key)
    return stanza(b"X25519 " + b64(share), body)


@cache
def hybrid(key: bytes = FILE_KEY) -> tuple[bytes, bytes]:
    """Encapsulation and body of a good hybrid stanza."""
    made = HYBRID.recipient().wrap(key)
    return base64.b64decode(made.arguments[0] + "=" * (-len(made.arguments[0]) % 4)), made.body


def pq(
    enc: bytes | None = None, body: bytes | None = None, head: bytes = b"mlkem768x25519 ", tail: bytes = b""
) -> bytes:
    """A hybrid stanza, good or with another piece."""
    own_enc, own_body = hybrid()
    return stanza(head + b64(own_enc if enc is None else enc) + tail, own_body if body is None else body)


def scrypt(
    log_n: bytes = b"10", salt: bytes = b"salt" * 4, body: bytes | None = None, head: bytes = b"scrypt "
) -> bytes:
    """A passphrase stanza."""
    wrap = hashlib.scrypt(PASSPHRASE, salt=b"age-encryption.org/v1/scrypt" + salt, n=1024, r=8, p=1, dklen=32)
    own = ChaCha20Poly1305(wrap).encrypt(bytes(12), FILE_KEY, None)
    return stanza(head + b64(salt) + b" " + log_n, own if body is None else body)


def mac_line(head: bytes, key: bytes = FILE_KEY) -> bytes:
    """The line of the MAC."""
    return b"--- " + b64(hmac.digest(hkdf(key, b"", b"header"), head + b"---", "sha256")) + b"\n"


def header(*stanzas: bytes, version: bytes = VERSION) -> bytes:
    """A header with a good MAC."""
    head = version + b"".join(stanzas)
    return head + mac_line(head)


def sealed(chunks: list[tuple[bytes, bool]], key: bytes = FILE_KEY, first: int = 0) -> bytes:
    """Chunks, each sealed as last or not."""
    stream = ChaCha20Poly1305(hkdf(key, NONCE, b"payload"))
    return b"".join(
        stream.encrypt((first + n).to_bytes(11, "big") + bytes([last]), data, None)
        for n, (data, last) in enumerate(chunks)
    )


def payload(*sizes: int) -> bytes:
    """A good payload of chunks of these sizes."""
    at, chunks = 0, []
    for n, size in enumerate(sizes):
        chunks.append((PLAIN[at : at + size], n == len(sizes) - 1))
        at += size
    return NONCE + sealed(chunks)


@dataclass(frozen=True)
class Case:
    """A file, who tries it, and what must come of it: the class, and how much is released before."""

    file: bytes
    fault: type[IntakeError] | None
    released: int = 0
    identities: tuple[age.Identity, ...] = (CLASSIC,)


HEADER, HMAC, NO_MATCH, PAYLOAD = AgeHeaderFault, AgeHmacFault, AgeNoMatch, AgePayloadFault
SHORT = payload(300)
GOOD = header(x25519())
SHARE, BODY = classic()
ENC, PQ_BODY = hybrid()
LOW = (bytes(32), b"\x01" + bytes(31), (2**255 - 20).to_bytes(32, "little"), (2**255 - 19).to_bytes(32, "little"))
PHRASE = (age.ScryptIdentity(PASSPHRASE),)
PQ = (HYBRID,)


def damaged(file: bytes, old: bytes, new: bytes) -> bytes:
    """A file with a piece exchanged, and its MAC made anew."""
    head = file[: file.index(b"--- ")]
    assert old in head
    return header(head.removeprefix(VERSION).replace(old, new, 1))


CASES: dict[str, Case] = {
    "x25519": Case(GOOD + SHORT, None, 300),
    "version_unsupported": Case(header(x25519(), version=b"age-encryption.org/v1234\n") + SHORT, HEADER),
    "version_cr": Case(header(x25519(), version=b"age-encryption.org/v1\r\n") + SHORT, HEADER),
    "version_space": Case(header(x25519(), version=b"age-encryption.org/v1 \n") + SHORT, HEADER),
    "leading_line": Case(b"\n" + GOOD + SHORT, HEADER),
    "no_stanza": Case(header() + SHORT, HEADER),
    # -- the MAC --
    "hmac_bad": Case(header(x25519())[:-44] + b64(bytes(32)) + b"\n" + SHORT, HMAC),
    "hmac_bad_and_no_nonce": Case(header(x25519())[:-44] + b64(bytes(32)) + b"\n", HMAC),
    "hmac_of_another_file_key": Case(
        VERSION + x25519() + mac_line(VERSION + x25519(), b"BLACK SUBMARINES") + SHORT, HMAC
    ),
    "hmac_missing": Case(VERSION + x25519() + b"---\n" + SHORT, HEADER),
    "hmac_trailing_space": Case(GOOD[:-1] + b" \n" + SHORT, HEADER),
    "hmac_trailing_cr": Case(GOOD[:-1] + b"\r\n" + SHORT, HEADER),
    "hmac_padding": Case(GOOD[:-1] + b"=\n" + SHORT, HEADER),
    "hmac_no_line_feed": Case(GOOD[:-1], HEADER),
    "hmac_bad_without_a_match": Case(header(x25519(OTHER))[:-44] + b64(bytes(32)) + b"\n" + SHORT, NO_MATCH),
    "stanza_removed": Case(VERSION + x25519() + mac_line(VERSION + x25519() + x25519(OTHER)) + SHORT, HMAC),
    "stanzas_swapped": Case(
        VERSION + x25519() + x25519(OTHER) + mac_line(VERSION + x25519(OTHER) + x25519()) + SHORT, HMAC
    ),
    "two_file_keys": Case(header(x25519(CLASSIC, b"BLACK SUBMARINES"), x25519(OTHER)) + SHORT, HMAC),
    "two_file_keys_for_the_other": Case(
        header(x25519(CLASSIC, b"BLACK SUBMARINES"), x25519(OTHER)) + SHORT, None, 300, (OTHER,)
    ),
    # -- stanzas --
    "stanza_bad_start": Case(damaged(GOOD, b"-> X", b"=> X") + SHORT, HEADER),
    "stanza_no_space": Case(damaged(GOOD, b"-> X", b"->X") + SHORT, HEADER),
    "stanza_two_spaces": Case(damaged(GOOD, b"-> X", b"->  X") + SHORT, HEADER),
    "stanza_trailing_space": Case(damaged(GOOD, b64(SHARE), b64(SHARE) + b" ") + SHORT, HEADER),
    "stanza_tab": Case(damaged(GOOD, b"X25519 ", b"X25519\t") + SHORT, HEADER),
    "stanza_spurious_cr": Case(damaged(GOOD, b64(SHARE) + b"\n", b64(SHARE) + b"\r\n") + SHORT, HEADER),
    "stanza_no_name": Case(header(b"->\n\n", x25519()) + SHORT, HEADER),
    "stanza_empty_body": Case(header(b"-> empty\n\n", x25519()) + SHORT, None, 300),
    "stanza_long_line": Case(header(b"-> long\n" + b"A" * 65 + b"\n\n", x25519()) + SHORT, HEADER),
    "stanza_full_line_without_end": Case(header(b"-> long\n" + b"A" * 64 + b"\n", x25519()) + SHORT, HEADER),
    "stanza_full_line": Case(header(b"-> long\n" + b"A" * 64 + b"\n\n", x25519()) + SHORT, None, 300),
    "stanza_multiple_short_lines": Case(header(b"-> short\nAAAA\nAAAA\n", x25519()) + SHORT, HEADER),
    "stanza_spaces_in_body": Case(header(b"-> space\nAA AA\n", x25519()) + SHORT, HEADER),
    "stanza_url_alphabet": Case(header(b"-> url\n-_-_\n", x25519()) + SHORT, HEADER),
    "stanza_dash_body": Case(header(b"-> dash\n----\n", x25519()) + SHORT, HEADER),
    "stanza_one_character": Case(header(b"-> one\nA\n", x25519()) + SHORT, HEADER),
    "stanza_spare_bits": Case(header(b"-> bits\nAB\n", x25519()) + SHORT, HEADER),
    "stanza_NUL": Case(header(b"-> nul \x00\n\n", x25519()) + SHORT, HEADER),
    "stanza_DEL": Case(header(b"-> del \x7f\n\n", x25519()) + SHORT, HEADER),
    "stanza_malformed_after_ours": Case(header(x25519(), b"-> x\n===\n") + SHORT, HEADER),
    # -- X25519 --
    "x25519_lowercase": Case(damaged(GOOD, b"X25519", b"x25519") + SHORT, NO_MATCH),
    "x25519_extra_argument": Case(damaged(GOOD, b"X25519 ", b"X25519 a ") + SHORT, HEADER),
    "x25519_no_argument": Case(header(stanza(b"X25519", BODY)) + SHORT, HEADER),
    "x25519_body_too_long": Case(header(stanza(b"X25519 " + b64(SHARE), BODY + b"x")) + SHORT, HEADER),
    "x25519_body_too_short": Case(header(stanza(b"X25519 " + b64(SHARE), BODY[:-1])) + SHORT, HEADER),
    "x25519_body_empty": Case(header(stanza(b"X25519 " + b64(SHARE), b"")) + SHORT, HEADER),
    "x25519_long_file_key": Case(header(x25519(key=FILE_KEY * 2)) + SHORT, HEADER),
    "x25519_malformed_for_another_first": Case(header(stanza(b"X25519 AA", BODY), x25519()) + SHORT, HEADER),
    "x25519_good_before_malformed": Case(header(x25519(), stanza(b"X25519 AA", BODY)) + SHORT, None, 300),
    "x25519_only_hybrid_identity": Case(GOOD + SHORT, NO_MATCH, 0, PQ),
    # -- scrypt --
    "scrypt": Case(header(scrypt()) + SHORT, None, 300, PHRASE),
    "scrypt_no_match": Case(header(scrypt()) + SHORT, NO_MATCH, 0, (age.ScryptIdentity(b"other"),)),
    "scrypt_uppercase": Case(header(scrypt(head=b"SCRYPT ")) + SHORT, NO_MATCH, 0, PHRASE),
    "scrypt_work_factor_23": Case(header(scrypt(b"23")) + SHORT, HEADER, 0, PHRASE),
    "scrypt_work_factor_plus": Case(header(scrypt(b"+10")) + SHORT, HEADER, 0, PHRASE),
    "scrypt_work_factor_space": Case(header(scrypt(b" 10")) + SHORT, HEADER, 0, PHRASE),
    "scrypt_work_factor_trailing_garbage": Case(header(scrypt(b"10x")) + SHORT, HEADER, 0, PHRASE),
    "scrypt_work_factor_float": Case(header(scrypt(b"1e1")) + SHORT, HEADER, 0, PHRASE),
    "scrypt_work_factor_endless": Case(header(scrypt(b"9" * 5000)) + SHORT, HEADER, 0, PHRASE),
    "scrypt_work_factor_missing": Case(
        header(stanza(b"scrypt " + b64(b"salt" * 4), bytes(32))) + SHORT, HEADER, 0, PHRASE
    ),
    "scrypt_extra_argument": Case(header(scrypt(b"10 10")) + SHORT, HEADER, 0, PHRASE),
    "scrypt_salt_empty": Case(header(stanza(b"scrypt  10", bytes(32))) + SHORT, HEADER, 0, PHRASE),
    "scrypt_salt_17": Case(header(scrypt(salt=b"s" * 17)) + SHORT, HEADER, 0, PHRASE),
    "scrypt_body_too_long": Case(header(scrypt(body=bytes(33))) + SHORT, HEADER, 0, PHRASE),
    "scrypt_and_x25519": Case(header(scrypt(), x25519()) + SHORT, HEADER, 0, PHRASE),
    "x25519_and_scrypt": Case(header(x25519(), scrypt()) + SHORT, HEADER, 0, (CLASSIC, *PHRASE)),
    "scrypt_and_unknown": Case(header(scrypt(), b"-> grease\n\n") + SHORT, HEADER, 0, PHRASE),
    "scrypt_with_a_key_only": Case(header(scrypt()) + SHORT, NO_MATCH),
    # -- hybrid --
    "hybrid": Case(header(pq()) + SHORT, None, 300, PQ),
    "hybrid_uppercase": Case(header(pq(head=b"MLKEM768X25519 ")) + SHORT, NO_MATCH, 0, PQ),
    "hybrid_no_argument": Case(header(stanza(b"mlkem768x25519", PQ_BODY)) + SHORT, HEADER, 0, PQ),
    "hybrid_two_arguments": Case(header(pq(tail=b" x")) + SHORT, HEADER, 0, PQ),
    "hybrid_empty_share": Case(header(stanza(b"mlkem768x25519 AA", PQ_BODY)) + SHORT, HEADER, 0, PQ),
    "hybrid_truncated_enc": Case(header(pq(ENC[:-1])) + SHORT, HEADER, 0, PQ),
    "hybrid_only_mlkem": Case(header(pq(ENC[:1088])) + SHORT, HEADER, 0, PQ),
    "hybrid_only_x25519": Case(header(pq(ENC[1088:])) + SHORT, HEADER, 0, PQ),
    "hybrid_corrupted_enc_x25519": Case(header(pq(ENC[:-1] + bytes([ENC[-1] ^ 1]))) + SHORT, NO_MATCH, 0, PQ),
    "hybrid_corrupted_enc_mlkem": Case(header(pq(bytes([ENC[0] ^ 1]) + ENC[1:])) + SHORT, NO_MATCH, 0, PQ),
    "hybrid_body_too_short": Case(header(pq(body=PQ_BODY[:-1])) + SHORT, HEADER, 0, PQ),
    "hybrid_body_too_long": Case(header(pq(body=PQ_BODY + b"x")) + SHORT, HEADER, 0, PQ),
    "hybrid_body_empty": Case(header(pq(body=b"")) + SHORT, HEADER, 0, PQ),
    "hybrid_hmac_bad": Case(header(pq())[:-44] + b64(bytes(32)) + b"\n" + SHORT, HMAC, 0, PQ),
    "hybrid_padded_enc": Case(header(pq(tail=b"=")) + SHORT, HEADER, 0, PQ),
    "hybrid_wrapped_enc": Case(
        damaged(header(pq()) + SHORT, b64(ENC)[:64], b64(ENC)[:64] + b"\n") + SHORT, HEADER, 0, PQ
    ),
    "hybrid_and_x25519": Case(header(x25519(), pq()) + SHORT, None, 300, PQ),
    "hybrid_and_scrypt": Case(header(pq(), scrypt()) + SHORT, HEADER, 0, PQ),
    **{
        f"hybrid_low_order_{n}": Case(header(pq(ENC[:1088] + point)) + SHORT, HEADER, 0, PQ)
        for n, point in enumerate(LOW)
    },
    **{
        f"x25519_low_order_{n}": Case(header(stanza(b"X25519 " + b64(point), BODY)) + SHORT, HEADER)
        for n, point in enumerate((*LOW, bytes(31) + b"\x80", b"\x01" + bytes(30) + b"\x80"))
    },
    # -- the payload --
    "stream_no_nonce": Case(GOOD, HEADER),
    "stream_nonce_cut": Case(GOOD + NONCE[:15], HEADER),
    "stream_nothing_after_nonce": Case(GOOD + NONCE, PAYLOAD),
    "stream_missing_tag": Case(GOOD + NONCE + SHORT[16:31], PAYLOAD),
    "stream_one_byte": Case(GOOD + NONCE + b"x", PAYLOAD),
    "stream_other_nonce": Case(GOOD + bytes(16) + SHORT[16:], PAYLOAD),
    "stream_empty": Case(GOOD + payload(0), None, 0),
    "stream_empty_not_last": Case(GOOD + NONCE + sealed([(b"", False)]), PAYLOAD),
    "stream_empty_then_more": Case(GOOD + NONCE + sealed([(b"", True), (b"x", True)]), PAYLOAD),
    "stream_short_not_last": Case(GOOD + NONCE + sealed([(PLAIN[:300], False)]), PAYLOAD),
    "stream_trailing_garbage_short": Case(GOOD + SHORT + b"x", PAYLOAD),
    "stream_full_and_trailing_byte": Case(GOOD + payload(CHUNK) + b"x", PAYLOAD, CHUNK),
    "stream_full_and_empty_last": Case(GOOD + NONCE + sealed([(PLAIN[:CHUNK], False), (b"", True)]), PAYLOAD, CHUNK),
    "stream_last_chunk_full": Case(GOOD + payload(CHUNK), None, CHUNK),
    "stream_last_chunk_full_second": Case(GOOD + payload(CHUNK, CHUNK), None, 2 * CHUNK),
    "stream_short_second_chunk": Case(
        GOOD + NONCE + sealed([(PLAIN[:CHUNK], False), (PLAIN[:9], False), (PLAIN[:9], True)]), PAYLOAD, CHUNK
    ),
    "stream_second_cut": Case(GOOD + payload(CHUNK, CHUNK, 300)[: 16 + CHUNK + 16 + 400], PAYLOAD, CHUNK),
    "stream_cut_after_first": Case(GOOD + payload(CHUNK, 300)[: 16 + CHUNK + 16], PAYLOAD, CHUNK),
    "stream_counter_starts_at_one": Case(GOOD + NONCE + sealed([(b"x", True)], first=1), PAYLOAD),
    "stream_chunk_skipped": Case(GOOD + payload(CHUNK, 300)[:16] + payload(CHUNK, 300)[32 + CHUNK :], PAYLOAD),
    "stream_last_flag_two": Case(
        GOOD + NONCE + ChaCha20Poly1305(hkdf(FILE_KEY, NONCE, b"payload")).encrypt(bytes(11) + b"\x02", b"x", None),
        PAYLOAD,
    ),
    "stream_of_another_key": Case(GOOD + NONCE + sealed([(b"x", True)], b"BLACK SUBMARINES"), PAYLOAD),
    "two_files": Case((GOOD + payload(CHUNK)) * 2, PAYLOAD, CHUNK),
}


def streamed(case: Case) -> tuple[type[IntakeError] | None, bytes]:
    """Verdict and what was released, by stream."""
    sink = io.BytesIO()
    try:
        age.decrypt(io.BytesIO(case.file), sink, case.identities)
    except CryptoError as fault:
        return type(fault), sink.getvalue()
    return None, sink.getvalue()


class Dripping(io.RawIOBase):
    """A source that gives a few bytes a time, as a pipe may."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # the buffer protocol
        """At most 4 KiB less one."""
        data = self._data.read(min(len(buffer), 4095))
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("name", CASES)
def test_verdict_and_released_prefix(name: str) -> None:
    """Each ends in its class, having released exactly the chunks that were good before it."""
    case = CASES[name]
    assert streamed(case) == (case.fault, PLAIN[: case.released])


@pytest.mark.parametrize("name", CASES)
def test_every_reader_agrees(name: str) -> None:
    """All at once, as a reader in odd pieces, from a dripping pipe: one verdict, and never more than the prefix."""
    case = CASES[name]
    found: list[type[IntakeError] | None] = []
    for opened in (lambda: io.BytesIO(case.file), lambda: Dripping(case.file)):
        given = b""
        try:
            reader = age.DecryptReader(opened(), case.identities)
            while piece := reader.read(1009):
                given += piece
            found.append(None)
        except CryptoError as fault:
            found.append(type(fault))
        assert PLAIN[: case.released].startswith(given)
    try:
        assert age.decrypt_bytes(case.file, case.identities) == PLAIN[: case.released]
        found.append(None)
    except CryptoError as fault:
        found.append(type(fault))
    assert set(found) == {case.fault}


# The machine's age may be older than the rule against an empty last chunk; everything else is as old as the format.
CLASSIC_CASES = [name for name, case in CASES.items() if case.identities in ((CLASSIC,), (OTHER,))]


def test_the_machines_age_comes_to_the_same_verdicts(tmp_path: Path) -> None:
    """Taken or refused alike, for every file above that a classic key is tried on."""
    tool = need("age")
    differing = []
    for name in CLASSIC_CASES:
        case = CASES[name]
        key, file = tmp_path / "key", tmp_path / "file"
        key.write_text(f"{case.identities[0]}\n")
        file.write_bytes(case.file)
        done = subprocess.run([tool, "-d", "-i", key, file], capture_output=True, check=False)
        if (done.returncode == 0) != (case.fault is None):
            differing.append(name)
    assert differing == []


def test_one_bit_anywhere_in_a_header_is_refused() -> None:
    """Every bit of a hybrid header flipped in turn, coarsely: never opens, always typed."""
    file = header(pq()) + SHORT
    for at in range(0, len(header(pq())), 7):
        bent = bytearray(file)
        bent[at] ^= 1 << at % 8
        with pytest.raises(CryptoError):
            age.decrypt_bytes(bytes(bent), PQ)
