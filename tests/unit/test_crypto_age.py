"""age files: what may be mixed, what is released, and that every damage is a typed fault."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING

import pytest

from intake.crypto import age
from intake.crypto.age_header import MAX_HEADER_BYTES, Stanza, parse_header, write_header
from intake.crypto.age_stream import CHUNK_BYTES, SEALED_BYTES, Sealer
from intake.errors import (
    AgeHeaderFault,
    AgeHmacFault,
    AgeNoMatch,
    AgeNoMemory,
    AgePayloadFault,
    MixedRecipients,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

PQ = age.PostQuantumIdentity.from_seed(bytes(range(32)))
CLASSIC = age.X25519Identity(bytes(range(32)))
PASSPHRASE = age.ScryptIdentity(b"six common words")
LOCK = age.ScryptRecipient(b"six common words", 10)
FILE_KEY = bytes(range(16))
BATCH = 16 * CHUNK_BYTES

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH, 3 * BATCH + 7]
PAIRS: list[tuple[age.Recipient, age.Identity]] = [
    (PQ.recipient(), PQ),
    (CLASSIC.recipient(), CLASSIC),
    (LOCK, PASSPHRASE),
]


def stream_encrypt(data: bytes, recipients: Sequence[age.Recipient]) -> bytes:
    """Encrypt through the streaming function."""
    sink = io.BytesIO()
    age.encrypt(io.BytesIO(data), sink, recipients)
    return sink.getvalue()


def forge(stanzas: Sequence[Stanza], payload: bytes | None = None) -> bytes:
    """A file with these stanzas and a right MAC, whatever they say."""
    nonce = bytes(16)
    if payload is None:
        sealed = memoryview(bytearray(21))
        Sealer(FILE_KEY, nonce).seal(memoryview(b"plain"), sealed, last=True)
        payload = bytes(sealed)
    return write_header(FILE_KEY, stanzas) + nonce + payload


@pytest.mark.parametrize("size", SIZES)
def test_every_way_in_opens_every_way_out(size: int) -> None:
    """Around every chunk and batch border, the streaming and the in-memory functions understand each other."""
    data = hashlib.shake_256(b"x").digest(size)
    sink = io.BytesIO()
    with age.EncryptWriter(sink, [PQ.recipient()]) as writer:
        for start in range(0, size, 100_000):
            writer.write(data[start : start + 100_000])
    for file in (age.encrypt_bytes(data, [PQ.recipient()]), stream_encrypt(data, [PQ.recipient()]), sink.getvalue()):
        out = io.BytesIO()
        age.decrypt(io.BytesIO(file), out, [PQ])
        reader = age.DecryptReader(io.BytesIO(file), [PQ])
        assert out.getvalue() == data
        assert age.decrypt_bytes(file, [PQ]) == data
        assert reader.read(10) + reader.read(70_000) + reader.read() + reader.read(1) == data


@pytest.mark.parametrize(("recipient", "identity"), PAIRS)
def test_identities_mix(recipient: age.Recipient, identity: age.Identity) -> None:
    """A list of identities of all kinds opens a file for any one of them."""
    file = age.encrypt_bytes(b"said", [recipient])
    others: list[age.Identity] = [age.PostQuantumIdentity.generate(), age.X25519Identity.generate()]
    assert age.decrypt_bytes(file, [*others, age.ScryptIdentity(b"wrong"), identity]) == b"said"
    with pytest.raises(AgeNoMatch):
        age.decrypt_bytes(file, [*others, age.ScryptIdentity(b"wrong")])


def test_no_identity_opens_nothing() -> None:
    """An empty list of identities is no match, not a pass."""
    with pytest.raises(AgeNoMatch):
        age.decrypt_bytes(age.encrypt_bytes(b"x", [PQ.recipient()]), [])


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [PQ.recipient(), CLASSIC.recipient()],
        [LOCK, CLASSIC.recipient()],
        [PQ.recipient(), LOCK],
        [LOCK, age.ScryptRecipient(b"other", 10)],
    ],
)
def test_recipients_that_may_not_mix_write_nothing(recipients: list[age.Recipient]) -> None:
    """Mixed kinds, two passphrases and no recipient at all are refused before a byte is written."""
    sink = io.BytesIO()
    with pytest.raises(MixedRecipients):
        age.encrypt(io.BytesIO(b"x"), sink, recipients)
    assert sink.getvalue() == b""


def test_each_of_several_recipients_opens() -> None:
    """Every recipient of a list opens the file, and the header names one stanza for each."""
    crew = [age.PostQuantumIdentity.generate() for _ in range(5)]
    file = age.encrypt_bytes(b"said", [one.recipient() for one in crew])
    assert [age.decrypt_bytes(file, [one]) for one in crew] == [b"said"] * 5
    assert age.stanza_types(io.BytesIO(file)) == ["mlkem768x25519"] * 5


def test_order_of_stanzas_is_random() -> None:
    """The place of a stanza does not tell whose it is: the first recipient is not always first."""
    crew = [age.X25519Identity.generate() for _ in range(4)]
    firsts = set()
    for _ in range(40):
        header, _end = parse_header(age.encrypt_bytes(b"", [one.recipient() for one in crew]))
        firsts |= {i for i, one in enumerate(crew) if one.unwrap(header.stanzas[0])}
    assert len(firsts) > 1


def test_two_files_of_one_plaintext_share_nothing() -> None:
    """Every file has a file key, nonce and shares of its own."""
    first, second = (age.encrypt_bytes(b"same" * 100, [PQ.recipient()]) for _ in range(2))
    length = len(parse_header(first)[0].authenticated)
    assert first[length:] != second[length:]
    assert parse_header(first)[0].stanzas[0].arguments != parse_header(second)[0].stanzas[0].arguments


@pytest.mark.parametrize("size", [0, 5, CHUNK_BYTES, BATCH + 5])
def test_every_cut_is_refused(size: int) -> None:
    """A file cut anywhere near a border is a header or payload fault, for streams as for bytes."""
    file = age.encrypt_bytes(bytes(size), [CLASSIC.recipient()])
    end = parse_header(file)[1]
    cuts = {0, 1, 21, 22, end - 1, end, end + 15, end + 16, end + 17, end + 32, len(file) - 1, len(file) - 17}
    for cut in sorted(cuts & set(range(len(file)))):
        with pytest.raises((AgeHeaderFault, AgePayloadFault)):
            age.decrypt_bytes(file[:cut], [CLASSIC])
        with pytest.raises((AgeHeaderFault, AgePayloadFault)):
            age.DecryptReader(io.BytesIO(file[:cut]), [CLASSIC]).read()


def test_cut_at_a_chunk_border_is_refused() -> None:
    """Whole good chunks without the final one are a truncation, and `decrypt` still says what it released."""
    file = age.encrypt_bytes(bytes(3 * BATCH), [CLASSIC.recipient()])
    end = parse_header(file)[1] + 16
    for chunks in (1, 15, 16, 17, 32):
        sink = io.BytesIO()
        with pytest.raises(AgePayloadFault):
            age.decrypt(io.BytesIO(file[: end + chunks * SEALED_BYTES]), sink, [CLASSIC])
        assert sink.getvalue() == bytes(chunks * CHUNK_BYTES)


@pytest.mark.parametrize("size", [0, 5, CHUNK_BYTES, BATCH, 2 * BATCH])
@pytest.mark.parametrize("extra", [1, 16, SEALED_BYTES, 20 * SEALED_BYTES])
def test_bytes_after_the_final_chunk_are_refused(size: int, extra: int) -> None:
    """Whatever follows the final chunk, short or long, fails."""
    file = age.encrypt_bytes(bytes(size), [CLASSIC.recipient()]) + bytes(extra)
    with pytest.raises(AgePayloadFault):
        age.decrypt_bytes(file, [CLASSIC])
    with pytest.raises(AgePayloadFault):
        age.decrypt(io.BytesIO(file), io.BytesIO(), [CLASSIC])


def test_empty_final_chunk_after_others_is_refused() -> None:
    """An empty final chunk is allowed only in an empty file."""
    nonce = bytes(16)
    sealer = Sealer(FILE_KEY, nonce)
    sealed = memoryview(bytearray(SEALED_BYTES + 16))
    sealer.seal(memoryview(bytes(CHUNK_BYTES)), sealed, last=False)
    sealer.seal(memoryview(b""), sealed[SEALED_BYTES:], last=True)
    file = forge([CLASSIC.recipient().wrap(FILE_KEY)], bytes(sealed))
    with pytest.raises(AgePayloadFault):
        age.decrypt_bytes(file, [CLASSIC])


def test_swapped_chunks_are_refused() -> None:
    """Chunks carry their number: exchanging two of them fails at the first."""
    file = age.encrypt_bytes(bytes(3 * CHUNK_BYTES), [CLASSIC.recipient()])
    at = parse_header(file)[1] + 16
    first, second = file[at : at + SEALED_BYTES], file[at + SEALED_BYTES : at + 2 * SEALED_BYTES]
    sink = io.BytesIO()
    with pytest.raises(AgePayloadFault):
        age.decrypt(io.BytesIO(file[:at] + second + first + file[at + 2 * SEALED_BYTES :]), sink, [CLASSIC])
    assert sink.getvalue() == b""


def test_payload_of_another_file_is_refused() -> None:
    """A header and a payload of two files do not go together."""
    one, other = (age.encrypt_bytes(b"x" * 50, [CLASSIC.recipient()]) for _ in range(2))
    with pytest.raises(AgePayloadFault):
        age.decrypt_bytes(one[: parse_header(one)[1]] + other[parse_header(other)[1] :], [CLASSIC])


def test_added_stanza_breaks_the_mac() -> None:
    """Someone who adds a stanza without the file key is found by the MAC."""
    file = age.encrypt_bytes(b"x", [CLASSIC.recipient()])
    changed = file.replace(b"\n---", b"\n-> other\n\n---", 1)
    with pytest.raises(AgeHmacFault):
        age.decrypt_bytes(changed, [CLASSIC])


def test_unknown_stanzas_are_ignored() -> None:
    """A stanza of a type we do not know, with anything in it, does not stop the one that is ours."""
    grease = Stanza("grease-!~", ("a", "b"), bytes(48))
    assert age.decrypt_bytes(forge([grease, PQ.recipient().wrap(FILE_KEY), grease]), [PQ]) == b"plain"


def test_post_quantum_and_classic_stanzas_of_others_open() -> None:
    """We refuse to write a mixed file; one that another program wrote opens with either key, as age itself does."""
    file = forge([CLASSIC.recipient().wrap(FILE_KEY), PQ.recipient().wrap(FILE_KEY)])
    assert age.decrypt_bytes(file, [PQ]) == age.decrypt_bytes(file, [CLASSIC]) == b"plain"


@pytest.mark.parametrize("other", [CLASSIC.recipient(), PQ.recipient(), LOCK])
def test_passphrase_stanza_must_stand_alone(other: age.Recipient) -> None:
    """A passphrase stanza beside any other refuses the file, for every identity that tries."""
    for stanzas in ([LOCK.wrap(FILE_KEY), other.wrap(FILE_KEY)], [other.wrap(FILE_KEY), LOCK.wrap(FILE_KEY)]):
        for identity in (PASSPHRASE, CLASSIC, PQ):
            with pytest.raises(AgeHeaderFault):
                age.decrypt_bytes(forge(stanzas), [identity])


def test_header_of_a_mebibyte_is_the_cap() -> None:
    """A header above 1 MiB is refused without reading on, one below it is read."""
    fill = Stanza("fill", (), bytes(700_000))
    assert age.decrypt_bytes(forge([fill, CLASSIC.recipient().wrap(FILE_KEY)]), [CLASSIC]) == b"plain"
    large = forge([fill, fill, CLASSIC.recipient().wrap(FILE_KEY)])
    source = io.BytesIO(large)
    with pytest.raises(AgeHeaderFault):
        age.decrypt(source, io.BytesIO(), [CLASSIC])
    assert source.tell() <= MAX_HEADER_BYTES + (1 << 16)
    with pytest.raises(AgeHeaderFault):
        age.decrypt_bytes(large, [CLASSIC])


def test_header_without_end_stops_at_the_cap() -> None:
    """An endless header line is given up at the cap."""
    source = io.BytesIO(b"age-encryption.org/v1\n-> " + b"a" * (4 << 20))
    with pytest.raises(AgeHeaderFault):
        age.stanza_types(source)
    assert source.tell() <= MAX_HEADER_BYTES + (1 << 16)


@pytest.mark.parametrize(
    "lines",
    [
        b"--- ",
        b"-> \n\n--- ",
        b"->X25519\n\n--- ",
        b"-> X25519 \n\n--- ",
        b"-> X25519  a\n\n--- ",
        b"-> X25519\ta\n\n--- ",
        b"-> X25519 \xc3\xa9\n\n--- ",
        b"-> X25519 a\r\n\r\n--- ",
        b"-> X25519 a\n--- ",
        b"-> X25519 a\nAAA=\n--- ",
        b"-> X25519 a\nA\n--- ",
        b"-> X25519 a\nAB\n--- ",
        b"-> X25519 a\n" + b"A" * 65 + b"\n--- ",
        b"-> X25519 a\n" + b"A" * 64 + b"\n--- ",
        b"-> X25519 a\n" + b"A" * 62 + b"==\n\n--- ",
        b"-> X25519 a\nA AA\n--- ",
        b"\n-> X25519 a\n\n--- ",
        b"-> X25519 a\n\n\n--- ",
        b" -> X25519 a\n\n--- ",
    ],
)
def test_malformed_stanzas_are_header_faults(lines: bytes) -> None:
    """Each way to bend the grammar of a stanza is refused, even when no identity would look at it."""
    with pytest.raises(AgeHeaderFault):
        parse_header(b"age-encryption.org/v1\n" + lines + b"A" * 43 + b"\n")


@pytest.mark.parametrize(
    "line",
    [
        b"---",
        b"--- ",
        b"---" + b"A" * 43,
        b"--- " + b"A" * 42,
        b"--- " + b"A" * 42 + b"B",
        b"--- " + b"A" * 44,
        b"---  " + b"A" * 43,
        b"--- " + b"A" * 43 + b" ",
        b"--- " + b"A" * 43 + b"=",
        b"--- " + b"A" * 43 + b"\r",
        b"---- " + b"A" * 43,
    ],
)
def test_malformed_mac_lines_are_header_faults(line: bytes) -> None:
    """The line of the MAC has one form only."""
    with pytest.raises(AgeHeaderFault):
        parse_header(b"age-encryption.org/v1\n-> a\n\n" + line + b"\n")


@pytest.mark.parametrize(
    "start", [b"", b"\n", b"age-encryption.org/v2\n", b"age-encryption.org/v1", b"%PDF-1.7\n", b"PK"]
)
def test_files_of_other_kinds_are_header_faults(start: bytes) -> None:
    """A wrong kind of file is told apart at once, however it is read."""
    for rest in (b"", bytes(1000)):
        with pytest.raises(AgeHeaderFault):
            age.decrypt_bytes(start + rest, [PQ])
        with pytest.raises(AgeHeaderFault):
            age.stanza_types(io.BytesIO(start + rest))


def pq_stanza(enc: bytes, body: bytes = bytes(32)) -> Stanza:
    """A post-quantum stanza of chosen bytes."""
    return Stanza("mlkem768x25519", (base64.b64encode(enc).rstrip(b"=").decode(),), body)


def test_low_order_share_in_a_post_quantum_stanza_is_refused() -> None:
    """The classic half of a hybrid share may not be a point that gives zeros, with its top bit set or not."""
    for share in (bytes(32), bytes(31) + b"\x80", b"\x01" + bytes(31)):
        with pytest.raises(AgeHeaderFault):
            age.decrypt_bytes(forge([pq_stanza(bytes(1088) + share)]), [PQ])


def test_any_other_share_in_a_post_quantum_stanza_is_no_match() -> None:
    """Wrong bytes of the right length are somebody else's stanza."""
    with pytest.raises(AgeNoMatch):
        age.decrypt_bytes(forge([pq_stanza(b"\x42" * 1120)]), [PQ])


@pytest.mark.parametrize(
    "stanza",
    [
        pq_stanza(b"\x42" * 1119),
        pq_stanza(b"\x42" * 1121),
        pq_stanza(b"\x42" * 32),
        pq_stanza(b"\x42" * 1120, bytes(31)),
        pq_stanza(b"\x42" * 1120, bytes(33)),
        pq_stanza(b"\x42" * 1120, b""),
        Stanza("mlkem768x25519", (), bytes(32)),
        Stanza("mlkem768x25519", ("A", "B"), bytes(32)),
        Stanza("X25519", (), bytes(32)),
        Stanza("X25519", ("A" * 43, "A"), bytes(32)),
        Stanza("X25519", ("A" * 42 + "B",), bytes(32)),
        Stanza("X25519", ("A" * 43,), bytes(32)),
        Stanza("X25519", ("I" * 42 + "A",), bytes(31)),
        Stanza("X25519", ("!" * 43,), bytes(32)),
    ],
)
def test_malformed_stanzas_of_known_types_are_header_faults(stanza: Stanza) -> None:
    """A stanza of a known type with wrong arguments or body length refuses the file."""
    with pytest.raises(AgeHeaderFault):
        age.decrypt_bytes(forge([stanza]), [PQ, CLASSIC])


SALT = "A" * 22


@pytest.mark.parametrize(
    "log_n", ["0", "00", "010", "+10", "-1", "0x10", "1e1", " 10", "23", "99", "9" * 400, "١٠", "10 "]
)
def test_work_factors_that_are_not_plain_or_too_high(log_n: str) -> None:
    """Only digits without a leading zero, up to 22, are a work factor; nothing is computed for the others."""
    with pytest.raises(AgeHeaderFault):
        PASSPHRASE.unwrap(Stanza("scrypt", (SALT, log_n), bytes(32)))


@pytest.mark.parametrize(
    "stanza",
    [
        Stanza("scrypt", (), bytes(32)),
        Stanza("scrypt", (SALT,), bytes(32)),
        Stanza("scrypt", (SALT, "10", "x"), bytes(32)),
        Stanza("scrypt", (SALT + "A", "10"), bytes(32)),
        Stanza("scrypt", (SALT[:-1], "10"), bytes(32)),
        Stanza("scrypt", (SALT[:-1] + "B", "10"), bytes(32)),
        Stanza("scrypt", (SALT + "==", "10"), bytes(32)),
        Stanza("scrypt", (SALT, "10"), bytes(31)),
        Stanza("scrypt", (SALT, "10"), bytes(64)),
    ],
)
def test_malformed_passphrase_stanzas(stanza: Stanza) -> None:
    """Salt, argument count and body length are checked before the passphrase is stretched."""
    with pytest.raises(AgeHeaderFault):
        PASSPHRASE.unwrap(stanza)


def test_work_factor_above_the_callers_own_cap() -> None:
    """A caller may set a lower cap than 22."""
    file = age.encrypt_bytes(b"x", [age.ScryptRecipient(b"p", 11)])
    with pytest.raises(AgeHeaderFault):
        age.decrypt_bytes(file, [age.ScryptIdentity(b"p", max_log_n=10)])


def test_too_little_memory_is_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A derivation that the machine has no memory for is not called damage."""

    class NoMemory:
        def __init__(self, **_: object) -> None:
            raise MemoryError

    monkeypatch.setattr("intake.crypto.age_keys.Scrypt", NoMemory)
    with pytest.raises(AgeNoMemory) as caught:
        PASSPHRASE.unwrap(Stanza("scrypt", (SALT, "20"), bytes(32)))
    assert caught.value.fields == {"mib": 1024}


def test_writer_left_by_an_exception_leaves_an_unfinished_file() -> None:
    """When the block fails, no final chunk is written and the file does not open."""
    sink = io.BytesIO()

    def write_half() -> None:
        with age.EncryptWriter(sink, [PQ.recipient()]) as writer:
            writer.write(bytes(2 * BATCH))
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    with pytest.raises(AgePayloadFault):
        age.decrypt_bytes(sink.getvalue(), [PQ])


def test_writer_closes_once() -> None:
    """Closing twice writes nothing more; writing after it is refused."""
    sink = io.BytesIO()
    writer = age.EncryptWriter(sink, [PQ.recipient()])
    writer.write(b"x")
    writer.close()
    writer.close()
    assert age.decrypt_bytes(sink.getvalue(), [PQ]) == b"x"
    with pytest.raises(ValueError, match="finished"):
        writer.write(b"y")


def test_reader_keeps_failing() -> None:
    """After a fault every further read fails: a caller that goes on never meets a quiet end."""
    file = bytearray(age.encrypt_bytes(bytes(2 * BATCH), [CLASSIC.recipient()]))
    file[-1] ^= 1
    reader = age.DecryptReader(io.BytesIO(file), [CLASSIC])
    assert reader.read(BATCH) == bytes(BATCH)
    for _ in range(3):
        with pytest.raises(AgePayloadFault):
            reader.read()


def test_reprs_show_no_secret() -> None:
    """Neither a seed, a passphrase nor a private key stands in a repr."""
    shown = repr([PQ, CLASSIC, PASSPHRASE, LOCK])
    for secret in ("six common", "x02", "AGE-SECRET", PQ.seed.hex()):
        assert secret not in shown
