"""Sealed items: sizes that say little, whom they are for, and that what was written is what is there."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from intake.bundle.items import (
    Addressees,
    AttachmentPart,
    attachment_parts,
    item_plaintext_size,
    new_name,
    read_back,
    seal_attachment,
    seal_identity,
    seal_record,
)
from intake.crypto.age import decrypt_bytes, encrypt_bytes, stanza_types
from intake.crypto.age_keys import X25519Identity
from intake.crypto.hashing import digest
from intake.crypto.ustar import TarLimits, read_ustar
from intake.errors import AgeNoMatch, ItemDamaged, TarFault
from intake.keys import namespaces
from tests.worlds.bundle import LAPTOP, organisation

CAPS = TarLimits(3, 1 << 20, 1 << 30)
ORG = organisation()
SIGNATURES = ORG.signer(LAPTOP).sign(namespaces.RECORD, b"{}")


def members(sealed: bytes, identity: object) -> dict[str, bytes]:
    """What an item holds, for who may open it."""
    plain = decrypt_bytes(sealed, [identity])  # type: ignore[list-item]
    return {entry.name: entry.read() for entry in read_ustar(io.BytesIO(plain), lambda _name: True, CAPS)}


def test_a_record_item_holds_the_record_and_both_signatures() -> None:
    """Bytes come back verbatim, under the names of the spec."""
    sink = io.BytesIO()
    item = seal_record(sink, b"{}", SIGNATURES, ORG.account)
    held = members(sink.getvalue(), ORG.epoch)
    assert list(held) == ["record.json", "record.json.sig", "record.json.pq.sig"]
    assert held["record.json"] == b"{}"
    assert (item.record, item.size, item.epoch) == (digest(b"{}"), len(sink.getvalue()), "2026-11")


def test_a_short_record_and_a_long_one_are_the_same_size() -> None:
    """Up to the floor of 16 KiB, size says nothing."""
    sizes = set()
    for length in (2, 100, 7000):
        sink = io.BytesIO()
        seal_record(sink, b"x" * length, SIGNATURES, ORG.account)
        sizes.add(len(sink.getvalue()))
    assert len(sizes) == 1


def test_the_coordinators_epoch_key_never_opens_an_identity_part() -> None:
    """Account and identity have different recipients."""
    sink = io.BytesIO()
    seal_identity(sink, b"{}", digest(b"record"), ORG.identity)
    with pytest.raises(AgeNoMatch):
        decrypt_bytes(sink.getvalue(), [ORG.epoch, ORG.made.offline.archive])


def test_only_post_quantum_stanzas_one_for_each_recipient() -> None:
    """Nothing to harvest now and open later."""
    sink = io.BytesIO()
    item = seal_record(sink, b"{}", SIGNATURES, ORG.account)
    assert stanza_types(io.BytesIO(sink.getvalue())) == ["mlkem768x25519"] * len(item.to)


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (0, [("0001-of-0001", 0)]),
        (1, [("0001-of-0001", 1)]),
        (1 << 30, [("0001-of-0001", 1 << 30)]),
        ((1 << 30) + 5, [("0001-of-0002", 1 << 30), ("0002-of-0002", 5)]),
    ],
)
def test_an_attachment_is_cut_into_parts_of_at_most_one_gib(size: int, parts: list[tuple[str, int]]) -> None:
    """Every byte is in exactly one part."""
    made = list(attachment_parts("attachment", digest(b""), 0, size))
    assert [(part.name, part.size) for part in made] == parts


def test_attachment_parts_come_back_together() -> None:
    """Parts are consecutive pieces of the source."""
    source, whole = io.BytesIO(bytes(range(256)) * 10), b""
    for part in attachment_parts("attachment", digest(b""), 0, 2560, part_bytes=1000):
        sink = io.BytesIO()
        seal_attachment(sink, source, part, ORG.account)
        whole += members(sink.getvalue(), ORG.epoch)[part.name]
    assert whole == source.getvalue()


def test_a_source_shorter_than_announced_is_not_sealed() -> None:
    """The age file stays visibly unfinished."""
    sink = io.BytesIO()
    part = AttachmentPart("attachment", digest(b""), 0, 1, 1, 100)
    with pytest.raises(TarFault):
        seal_attachment(sink, io.BytesIO(b"short"), part, ORG.account)


def test_read_back_accepts_what_was_written() -> None:
    """The comparison that every sealing ends with."""
    sink = io.BytesIO()
    item = seal_record(sink, b"{}", SIGNATURES, ORG.account)
    read_back(io.BytesIO(sink.getvalue()), item)


def test_a_source_longer_than_announced_is_not_sealed() -> None:
    """A file that grew while it was sealed."""
    part = AttachmentPart("attachment", digest(b""), 0, 1, 1, 3)
    with pytest.raises(TarFault):
        seal_attachment(io.BytesIO(), io.BytesIO(b"longer"), part, ORG.account)


@pytest.mark.parametrize("at", [0, 200, 5000, -1])
def test_read_back_refuses_one_changed_byte(at: int) -> None:
    """A disk that lies is found before the draft is forgotten."""
    sink = io.BytesIO()
    item = seal_record(sink, b"{}", SIGNATURES, ORG.account)
    damaged = bytearray(sink.getvalue())
    damaged[at] ^= 1
    with pytest.raises(ItemDamaged):
        read_back(io.BytesIO(bytes(damaged)), item)


def test_read_back_refuses_another_kind_of_recipient() -> None:
    """An item that only looks encrypted as asked: fail closed."""
    sink = io.BytesIO()
    item = seal_record(sink, b"{}", SIGNATURES, ORG.account)
    classic = encrypt_bytes(b"{}", [X25519Identity.generate().recipient()])
    with pytest.raises(ItemDamaged):
        read_back(io.BytesIO(classic), replace(item, size=len(classic)))


def test_fingerprints_are_sorted_and_say_nothing_of_order() -> None:
    """The statement's list does not tell who was asked first."""
    both = ORG.account.recipients
    assert Addressees(both, None).fingerprints == Addressees(both[::-1], None).fingerprints


def test_names_are_random() -> None:
    """No two files share a name, and none says what it is."""
    assert len({new_name() for _ in range(100)}) == 100
    assert item_plaintext_size(10) == 16 << 10
