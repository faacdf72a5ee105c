"""Signature files bent in every place where two verifiers might read them differently, and faults of our own."""

from __future__ import annotations

import base64
import io
import json
import struct
from typing import Any

import pytest

from intake.bundle.itemchecks import RECORD_TABLE, ItemCheck, ItemEvidence
from intake.bundle.open import (
    RecordStanding,
    Refused,
    VerifiedIdentity,
    VerifiedRecord,
    VerifiedRecords,
    open_bundle,
)
from intake.bundle.verify import verify
from intake.crypto import sshsig, strictjson
from intake.crypto.sshsig import SignerKeys
from intake.crypto.ustar import Member, TarLimits, read_ustar, write_ustar
from intake.errors import CryptoError, JsonFault, SignatureFault, TarFault
from tests.worlds.bundle import Outbox, organisation, sealed

KEYS = SignerKeys.from_bytes(bytes(range(96)))
SPACE, MESSAGE = "bundle-v1@intake", b"what was signed"
BOTH = KEYS.sign(SPACE, MESSAGE)
L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19


def blob_of(armored: bytes) -> bytes:
    """The blob in an armor."""
    return base64.b64decode(b"".join(armored.splitlines()[1:-1]))


def armor(blob: bytes, columns: int = 70) -> bytes:
    """Armor of any width."""
    text = base64.b64encode(blob)
    lines = [text[i : i + columns] for i in range(0, len(text), columns)]
    return b"\n".join((b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""))


def string(data: bytes) -> bytes:
    """An ssh string."""
    return struct.pack(">I", len(data)) + data


def blob(
    namespace: bytes = SPACE.encode(), reserved: bytes = b"", hash_name: bytes = b"sha512", tail: bytes = b""
) -> bytes:
    """A blob of the classic signature with other fields."""
    signature = string(b"ssh-ed25519") + string(blob_of(BOTH.ed25519)[-64:])
    fields = (KEYS.public.ed25519, namespace, reserved, hash_name, signature)
    return b"SSHSIG" + struct.pack(">I", 1) + b"".join(map(string, fields)) + tail


def with_classic(r: bytes, s: bytes) -> bytes:
    """The classic signature with other numbers."""
    return armor(blob_of(BOTH.ed25519)[:-64] + r + s)


CLASSIC = blob_of(BOTH.ed25519)
R, S = CLASSIC[-64:-32], CLASSIC[-32:]
HYBRID = blob_of(BOTH.composite)
BENT: dict[str, bytes] = {
    "S plus L": with_classic(R, (int.from_bytes(S, "little") + L).to_bytes(32, "little")),
    "S of all ones": with_classic(R, b"\xff" * 32),
    "S zero": with_classic(R, bytes(32)),
    "R with its sign turned": with_classic(R[:31] + bytes([R[31] ^ 0x80]), S),
    "R not canonical": with_classic((P + 1).to_bytes(32, "little"), bytes(32)),
    "R neutral": with_classic(b"\x01" + bytes(31), bytes(32)),
    "hybrid, classic half's S plus L": armor(
        HYBRID[:-32] + (int.from_bytes(HYBRID[-32:], "little") + L).to_bytes(32, "little")
    ),
    "hybrid, halves cut": armor(HYBRID[:-64]),
    "hybrid, first bit": armor(HYBRID[: -64 - 2420] + bytes([HYBRID[-64 - 2420] ^ 1]) + HYBRID[-64 - 2420 + 1 :]),
    "hybrid, hints at the end": armor(HYBRID[:-65] + bytes([HYBRID[-65] ^ 1]) + HYBRID[-64:]),
    "tail in the blob": armor(blob(tail=b"\x00")),
    "a field more": armor(blob(tail=string(b""))),
    "reserved": armor(blob(reserved=b"x")),
    "sha256": armor(blob(hash_name=b"sha256")),
    "SHA512": armor(blob(hash_name=b"SHA512")),
    "namespace empty": armor(blob(b"")),
    "namespace with NUL": armor(blob(SPACE.encode() + b"\x00")),
    "namespace in capitals": armor(blob(SPACE.upper().encode())),
    "namespace not ASCII": armor(blob("bundle-v1@intakе".encode())),
    "namespace of records": armor(blob(b"record-v1@intake")),
    "64 columns": armor(CLASSIC, 64),
    "76 columns": armor(CLASSIC, 76),
    "one line": armor(CLASSIC, 10_000),
    "CRLF": BOTH.ed25519.replace(b"\n", b"\r\n"),
    "space at a line's end": BOTH.ed25519.replace(b"\n", b" \n", 2),
    "empty line": BOTH.ed25519.replace(b"\n", b"\n\n", 1),
    "text before": b"x\n" + BOTH.ed25519,
    "text after": BOTH.ed25519 + b"x\n",
    "no last line feed": BOTH.ed25519[:-1],
    "two signatures": BOTH.ed25519 * 2,
    "byte order mark": b"\xef\xbb\xbf" + BOTH.ed25519,
    "nothing": b"",
    "only armor": armor(b""),
    "version 2": armor(blob().replace(b"SSHSIG\x00\x00\x00\x01", b"SSHSIG\x00\x00\x00\x02")),
    "a length beyond": armor(blob()[:10] + b"\xff\xff\xff\xff" + blob()[14:]),
    "public key with a tail": armor(blob().replace(string(KEYS.public.ed25519), string(KEYS.public.ed25519 + b"\x00"))),
}


@pytest.mark.parametrize("name", BENT)
def test_a_signature_has_one_form(name: str) -> None:
    """Other numbers, other fields, another armor: one signature has one byte form, so nobody can make two of it."""
    with pytest.raises((SignatureFault, CryptoError)):
        sshsig.verify(BENT[name], SPACE, MESSAGE)
    assert sshsig.verify(BOTH.ed25519, SPACE, MESSAGE) == KEYS.public.ed25519


SPARE = base64.b64encode(CLASSIC)


def test_base64_with_other_spare_bits_is_refused() -> None:
    """The last character before the padding carries bits that nobody reads: they are zero."""
    text = base64.b64encode(HYBRID)
    if not text.endswith(b"="):
        text = SPARE
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(text.rstrip(b"=")) - 1
    other = alphabet[alphabet.index(text[at]) ^ 1]
    bent = text[:at] + bytes([other]) + text[at + 1 :]
    lines = [bent[i : i + 70] for i in range(0, len(bent), 70)]
    file = b"\n".join((b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""))
    with pytest.raises(CryptoError):
        sshsig.verify(file, SPACE, MESSAGE)


# -- tars --------------------------------------------------------------------------------------------------------------


def tar_of(*members: tuple[str, bytes]) -> bytes:
    """A canonical tar."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in members])
    return sink.getvalue()


def refit(tar: bytes, at: int, data: bytes) -> bytes:
    """A header field changed, and the checksum made right again."""
    head = bytearray(tar[:512])
    head[at : at + len(data)] = data
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\x00 " % sum(head)
    return bytes(head) + tar[512:]


PLAIN = tar_of(("a.txt", b"hello"))
TARS: dict[str, bytes] = {
    "mode": refit(PLAIN, 100, b"0000755"),
    "owner": refit(PLAIN, 108, b"0000001"),
    "time": refit(PLAIN, 136, b"00000000001"),
    "a link": refit(PLAIN, 156, b"2"),
    "a folder": refit(PLAIN, 156, b"5"),
    "a pax header": refit(PLAIN, 156, b"x"),
    "a GNU long name": refit(PLAIN, 156, b"L"),
    "old type": refit(PLAIN, 156, b"\x00"),
    "link name": refit(PLAIN, 157, b"x"),
    "GNU magic": refit(PLAIN, 257, b"ustar  \x00"),
    "user name": refit(PLAIN, 265, b"root"),
    "prefix": refit(PLAIN, 345, b"../.."),
    "name with a way up": refit(PLAIN, 0, b"../a.txt"),
    "absolute name": refit(PLAIN, 0, b"/a.txt"),
    "name with NUL inside": refit(PLAIN, 0, b"a\x00b.txt"),
    "name that is not ASCII": refit(PLAIN, 0, "а.txt".encode()),
    "hidden name": refit(PLAIN, 0, b".a.txt"),
    "size with spaces": refit(PLAIN, 124, b"         5 \x00"),
    "size without zeros": refit(PLAIN, 124, b"5\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    "size in base 256": refit(PLAIN, 124, b"\x80" + bytes(10) + b"\x05"),
    "size beyond": refit(PLAIN, 124, b"77777777777\x00"),
    "checksum with a space": PLAIN[:154] + b" \x00" + PLAIN[156:],
    "slack": PLAIN[:520] + b"x" + PLAIN[521:],
    "one zero block": PLAIN[:-512],
    "no end": PLAIN[:-1024],
    "something behind": PLAIN + b"x" * 512,
    "a second tar behind": PLAIN + PLAIN,
    "a name twice": tar_of(("a.txt", b"1"))[:-1024] + tar_of(("a.txt", b"2")),
    "nothing": b"",
}


@pytest.mark.parametrize("name", TARS)
def test_a_tar_has_one_form(name: str) -> None:
    """Whatever another tar program would read differently, or write somewhere else: refused."""
    limits = TarLimits(members=9, member_bytes=9999, total_bytes=99_999)
    with pytest.raises(TarFault):
        sum(len(entry.read()) for entry in read_ustar(io.BytesIO(TARS[name]), lambda _name: True, limits))


# -- JSON --------------------------------------------------------------------------------------------------------------

TEXTS: dict[str, bytes] = {
    "key twice": b'{"a":1,"a":1}',
    "escaped key twice": b'{"a":1,"\\u0061":2}',
    "key twice below": b'{"x":[{"a":1,"a":2}]}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "endless float": b'{"a":1e400}',
    "beyond 53 bits": b'{"a":9007199254740993}',
    "endless number": b'{"a":' + b"9" * 100_000 + b"}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "overlong": b'{"a":"\xc0\x80"}',
    "raw surrogate": b'{"a":"\xed\xa0\x80"}',
    "half a pair": b'{"a":"\\udc00"}',
    "half a pair in a key": b'{"\\ud800":1}',
    "pair turned round": b'{"a":"\\udc00\\ud800"}',
    "NUL after": b"{}\x00",
    "raw NUL": b'{"a":"\x00"}',
    "raw line feed": b'{"a":"\n"}',
    "two values": b"{}{}",
    "comment": b"{}//",
    "trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "leading zero": b'{"a":01}',
    "plus": b'{"a":+1}',
    "hex": b'{"a":0x1}',
    "bare word": b"{a:1}",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep behind a quote": b'"\\"' + b"[" * 100_000,
    "deep, closed too soon": b"]" * 100_000 + b"[" * 100_000,
    "many values": b"[" + b"0," * 600_000 + b"0]",
    "many members": b"{" + b",".join(b'"%d":0' % n for n in range(10_001)) + b"}",
    "many quotes": b'"' * 1_000_001,
    "nothing": b"",
}


@pytest.mark.parametrize("name", TEXTS)
def test_json_has_one_reading(name: str) -> None:
    """What two readers might read differently, or one might not survive, is a typed error."""
    with pytest.raises(JsonFault):
        strictjson.loads(TEXTS[name], max_bytes=2 << 20)


def test_what_is_one_reading_is_read() -> None:
    """The refusals above do not reach into what is well formed: commas and brackets in texts are text."""
    values: list[Any] = [",[{" * 400_000, {"a": -0, "b": [1.5, True, None]}, [[[]]] * 1000]
    for value in values:
        assert strictjson.loads(json.dumps(value).encode(), max_bytes=4 << 20) == value


# -- faults of our own -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [RuntimeError, KeyError, MemoryError, RecursionError, AssertionError, UnicodeError])
def test_a_fault_of_ours_on_one_item_stops_no_other(fault: type[Exception]) -> None:
    """A check that breaks on somebody's bytes costs that item, named by the check; all others come in."""
    made = Outbox(organisation())
    for n in range(4):
        made.seal(n)
    bundle = verify(sealed(made.tar()), organisation().standing()).bundle
    assert bundle is not None
    hurt = made.lines[2].record

    def breaks(evidence: ItemEvidence) -> ItemEvidence:
        if evidence.item.record == hurt:
            raise fault("some words of a testimony")
        return evidence

    table = (*RECORD_TABLE, ItemCheck("I99", "a check with a fault", breaks))
    results = list(VerifiedRecords(open_bundle(bundle, organisation().keyring()), RecordStanding(), table))
    assert [type(one) for one in results].count(VerifiedRecord) == 3
    assert [type(one) for one in results].count(VerifiedIdentity) == 3
    refused = [one for one in results if isinstance(one, Refused)]
    assert {one.check for one in refused} == {"I99", "I10"}
    assert "testimony" not in repr([(one.why, one.fields) for one in refused])
