"""Over generated inputs: what goes in comes out, one changed byte never passes, and any bytes end in a typed error."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.crypto import age, sshsig, strictjson
from intake.crypto.age_header import parse_header
from intake.crypto.ustar import Member, TarLimits, read_ustar, write_ustar
from intake.errors import CryptoError, IntakeError, JsonFault, TarFault

PQ = age.PostQuantumIdentity.from_seed(b"p" * 32)
CLASSIC = age.X25519Identity(b"c" * 32)
EVERY: list[age.Identity] = [PQ, CLASSIC, age.ScryptIdentity(b"words", max_log_n=10)]
KEYS = sshsig.SignerKeys.from_bytes(b"k" * 96)
NAMESPACE = "record-v1@intake"
SIGNED = KEYS.sign(NAMESPACE, b"said")
LIMITS = TarLimits(members=5, member_bytes=5_000, total_bytes=50_000)

ONE_FILE = age.encrypt_bytes(b"a short account" * 20, [PQ.recipient(), PQ.recipient()])
LOCKED_FILE = age.encrypt_bytes(b"a short account" * 20, [age.ScryptRecipient(b"words", 10)])
CLASSIC_FILE = age.encrypt_bytes(b"a short account" * 20, [CLASSIC.recipient()])

SIZES = st.one_of(st.integers(0, 3000), st.integers(0, 4).map(lambda n: n * 65536), st.integers(65_530, 140_000))
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}(/[A-Za-z0-9][A-Za-z0-9._-]{0,20}){0,2}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def tar_of(files: dict[str, bytes]) -> bytes:
    """A tar of ours."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in files.items()])
    return sink.getvalue()


@given(
    size=SIZES, fill=st.binary(min_size=1, max_size=7), steps=st.lists(st.integers(1, 90_000), min_size=1, max_size=4)
)
@settings(max_examples=60, deadline=None)
def test_age_round_trip_in_any_steps(size: int, fill: bytes, steps: list[int]) -> None:
    """Written and read in steps of any size, the plaintext comes back whole."""
    data = (fill * (size // len(fill) + 1))[:size]
    sink = io.BytesIO()
    with age.EncryptWriter(sink, [CLASSIC.recipient()]) as writer:
        at = turn = 0
        while at < size:
            at += writer.write(data[at : at + steps[turn % len(steps)]])
            turn += 1
    reader = age.DecryptReader(io.BytesIO(sink.getvalue()), EVERY)
    assert b"".join(iter(lambda: reader.read(steps[0]), b"")) == data
    assert age.decrypt_bytes(sink.getvalue(), EVERY) == data


@pytest.mark.parametrize("file", [ONE_FILE, LOCKED_FILE, CLASSIC_FILE], ids=["post-quantum", "passphrase", "classic"])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_one_changed_byte_in_an_age_file_is_refused(file: bytes, data: st.DataObject) -> None:
    """A byte changed anywhere, in the header or the payload, is a typed fault."""
    at = data.draw(st.integers(0, len(file) - 1))
    flip = data.draw(st.integers(1, 255))
    bent = file[:at] + bytes([file[at] ^ flip]) + file[at + 1 :]
    with pytest.raises(CryptoError):
        age.decrypt_bytes(bent, EVERY)


@given(cut=st.integers(0, len(ONE_FILE) - 1), tail=st.binary(min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_cut_and_continued_age_files_are_refused(cut: int, tail: bytes) -> None:
    """A file cut anywhere, or with anything behind it, is a typed fault."""
    for bent in (ONE_FILE[:cut], ONE_FILE + tail):
        with pytest.raises(CryptoError):
            age.decrypt(io.BytesIO(bent), io.BytesIO(), EVERY)


@given(head=st.sampled_from([b"", b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> scrypt "]), data=st.binary())
@settings(max_examples=150, deadline=None)
def test_any_bytes_as_an_age_file(head: bytes, data: bytes) -> None:
    """Any bytes at all give a typed error, never another exception."""
    for function in (lambda: age.decrypt_bytes(head + data, EVERY), lambda: age.stanza_types(io.BytesIO(head + data))):
        with pytest.raises(CryptoError):
            function()


@given(
    kind=st.sampled_from(["X25519", "mlkem768x25519", "scrypt", "other"]),
    arguments=st.lists(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1), max_size=3),
    body=st.binary(max_size=100),
)
@settings(max_examples=150, deadline=None)
def test_any_stanza(kind: str, arguments: list[str], body: bytes) -> None:
    """A stanza that follows the grammar but says anything is refused or matches nothing."""
    parts = [b"age-encryption.org/v1\n", " ".join(["->", kind, *arguments]).encode(), b"\n"]
    text = age_base64(body)
    parts += [text[i : i + 64] + b"\n" for i in range(0, len(text) + 1, 64)]
    file = b"".join(parts) + b"--- " + b"A" * 43 + b"\n" + bytes(100)
    assert parse_header(file)[0].stanzas[0].body == body
    with pytest.raises(CryptoError):
        age.decrypt_bytes(file, EVERY)


def age_base64(data: bytes) -> bytes:
    """Unpadded base64 by the standard library."""
    return base64.b64encode(data).rstrip(b"=")


@given(text=st.text() | st.text("age1pqsckrtyu-AGESCRTKYPQ", max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_as_a_key(text: str) -> None:
    """Any text is a typed error for each parser of keys (a real key is too long to guess)."""
    for parse in (age.parse_recipient, age.parse_identity, sshsig.parse_public):
        with pytest.raises(IntakeError):
            parse(text)


@pytest.mark.parametrize("armored", [SIGNED.ed25519, SIGNED.composite], ids=["classic", "post-quantum"])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_one_changed_byte_in_a_signature_is_refused(armored: bytes, data: st.DataObject) -> None:
    """A byte of a signature file changed anywhere is a typed fault, or it names another key than the signer's."""
    at = data.draw(st.integers(0, len(armored) - 1))
    flip = data.draw(st.integers(1, 255))
    with pytest.raises(CryptoError):
        sshsig.verify(armored[:at] + bytes([armored[at] ^ flip]) + armored[at + 1 :], NAMESPACE, b"said")


@given(data=st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_as_a_signature(data: bytes) -> None:
    """Any bytes, bare or in canonical armor with or without the right start, are a typed fault."""
    for blob in (data, b"SSHSIG\x00\x00\x00\x01" + data):
        for armored in (blob, sshsig._armor(blob)):
            with pytest.raises(CryptoError):
                sshsig.verify(armored, NAMESPACE, b"said")


@given(files=st.dictionaries(NAMES, st.binary(max_size=1200), max_size=5))
@settings(max_examples=60, deadline=None)
def test_tar_round_trip(files: dict[str, bytes]) -> None:
    """Any members with names of the grammar come back in order."""
    entries = read_ustar(io.BytesIO(tar_of(files)), lambda _: True, LIMITS)
    assert [(entry.name, entry.read()) for entry in entries] == list(files.items())


@given(data=st.data(), files=st.dictionaries(NAMES, st.binary(max_size=600), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_one_changed_byte_of_a_tar_is_refused_or_is_content(data: st.DataObject, files: dict[str, bytes]) -> None:
    """Outside the members' own bytes no byte of a tar can change; names and sizes stay what they were."""
    tar = bytearray(tar_of(files))
    at = data.draw(st.integers(0, len(tar) - 1))
    tar[at] ^= data.draw(st.integers(1, 255))
    try:
        found = [(entry.name, len(entry.read())) for entry in read_ustar(io.BytesIO(tar), lambda _: True, LIMITS)]
    except TarFault:
        return
    assert found == [(name, len(content)) for name, content in files.items()]


@given(data=st.binary(max_size=2000), keep=st.integers(0, 1024))
@settings(max_examples=100, deadline=None)
def test_any_bytes_as_a_tar(data: bytes, keep: int) -> None:
    """Any bytes, alone or after the start of a good tar, are a tar fault or a canonical tar."""
    start = tar_of({"a": b"x" * 300})[:keep]
    try:
        for entry in read_ustar(io.BytesIO(start + data), lambda _: True, LIMITS):
            entry.read()
    except TarFault:
        return
    assert not any((start + data)[-1024:])


@given(value=JSON)
@settings(max_examples=100, deadline=None)
def test_json_round_trip(value: object) -> None:
    """Everything our JSON can say comes back, and writing it again gives the same bytes."""
    data = strictjson.dumps(value)
    assert strictjson.loads(data, max_bytes=100_000) == value
    assert strictjson.dumps(strictjson.loads(data, max_bytes=100_000)) == data


@given(data=st.binary(max_size=60) | st.text('{}[]",:\\ude0123eE+-.NaInfty tru', max_size=60).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_as_json(data: bytes) -> None:
    """Any bytes are a JSON fault or a value that can be written again."""
    try:
        value = strictjson.loads(data, max_bytes=1000)
    except JsonFault:
        return
    assert strictjson.loads(strictjson.dumps(value), max_bytes=10_000) == value
