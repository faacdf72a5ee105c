"""The record's bytes: the envelope, the two parts, files, marks, and everything a reader refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from intake import vocabulary
from intake.crypto import strictjson
from intake.crypto.hashing import digest
from intake.errors import RecordFault, RecordKindNotSupported, RecordTooNew
from intake.records import envelope
from intake.records import record as records
from intake.records.account import Mark
from intake.records.record import (
    KINDS,
    Digests,
    FilePart,
    Sealing,
    build_full,
    parse_full,
    parse_identity,
    parse_record,
)
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from tests.worlds.records import VIOLATIONS, changed, made_id, made_up

RECORD_ID = made_id("record")
PHOTO = FilePart(made_id("photo"), "account", "1" * 64, 12, "image/jpeg", "сад_Коваленко.jpg", "photo", ("location",))
SCAN = FilePart(made_id("scan"), "identity", "2" * 64, 34, "application/pdf", "паспорт.pdf", "passport_page")


def sealing(**more: Any) -> Sealing:
    """What a laptop would put beside the testimony."""
    base: dict[str, Any] = {
        "org": "a" * 64,
        "author": "d-3",
        "case": "742-118-365-8",
        "id": RECORD_ID,
        "digests": Digests(vocabulary=vocabulary.digest()),
    }
    return Sealing(**base | more)


def built(document: Any = None, **more: Any) -> records.BuiltRecord:
    """The record of a made-up testimony."""
    return build_full(parse_testimony(document or made_up()), sealing(**more))


def edited(data: bytes, **values: Any) -> bytes:
    """The same bytes with some keys of the envelope replaced; None takes a key away."""
    value = {**json.loads(data), **values}
    return strictjson.dumps({key: inner for key, inner in value.items() if inner is not ...})


# -- building ----------------------------------------------------------------------------------------------------------


def test_the_envelope_is_the_one_of_the_format() -> None:
    """Exactly the keys of the spec, in canonical JSON, and the consent beside the body, not in it."""
    data = built().record
    value = json.loads(data)
    assert set(value) == {
        "format", "org", "id", "case", "version", "kind", "prev", "author", "salt", "attachments", "identity",
        "digests", "consent", "body",
    }  # fmt: skip
    assert data == strictjson.dumps(value)
    assert "consent" not in value["body"]
    assert value["consent"]["understood"] == "yes"


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_what_was_said_comes_back(violation: str) -> None:
    """Record and identity part give the testimony again, and it passes the rules of import."""
    said = parse_testimony(made_up(violation))
    made = build_full(said, sealing())
    record = parse_full(made.record)
    assert made.identity is not None
    back = record.testimony(parse_identity(made.identity))
    assert (back.account, back.identity) == (said.account, said.identity)
    assert check(back, stage="import") == ()
    assert check(record.testimony(), stage="import", identity_sealed=True) == ()


def test_the_record_names_its_identity_part() -> None:
    """By the digest of its exact bytes; without any identity there is neither bytes nor digest."""
    made = built()
    assert made.identity is not None
    assert parse_full(made.record).identity == digest(made.identity)
    assert made.digest == digest(made.record)
    bare = built({"account": made_up()["account"]})
    assert bare.identity is None
    assert parse_full(bare.record).identity is None
    empty = built({"account": made_up()["account"], "identity": {}})
    assert empty.identity is None


def test_salts_are_fresh_and_differ() -> None:
    """The same testimony sealed twice has nothing guessable in common: neither digest tells that it was."""
    one, two = built(), built()
    assert one.identity is not None
    salts = [json.loads(part)["salt"] for part in (one.record, one.identity, two.record, two.identity or b"")]
    assert len(set(salts)) == 4
    assert all(len(bytes.fromhex(salt)) == 32 for salt in salts)
    assert one.digest != two.digest


def test_given_salts_give_the_same_bytes() -> None:
    """Nothing else in the bytes is random or depends on the hour."""
    again = {"salt": b"s" * 32, "identity_salt": b"i" * 32}
    assert built(**again) == built(**again)


def test_files_stand_in_their_own_part() -> None:
    """Each part counts its files from 0; names stand in the identity part only, for the account's files too."""
    made = built(files=(SCAN, PHOTO))
    record = parse_full(made.record)
    identity = parse_identity(made.identity or b"")
    assert [(one.index, one.sha256, one.size, one.type) for one in record.attachments] == [
        (0, "1" * 64, 12, "image/jpeg")
    ]
    assert [(one.index, one.sha256, one.size) for one in identity.attachments] == [(0, "2" * 64, 34)]
    assert {one.file_name for one in identity.body.files} == {"сад_Коваленко.jpg", "паспорт.pdf"}
    evidence = {one.id: (one.part, one.attachment) for one in record.body.evidence}
    assert evidence == {PHOTO.evidence_id: ("account", 0), SCAN.evidence_id: ("identity", 0)}
    assert (made.account_files, made.identity_files) == ((PHOTO,), (SCAN,))


def test_what_was_said_of_a_file_is_kept() -> None:
    """An item that the interview described gets its index; one without a file has none, whatever it claimed."""
    described = {"id": PHOTO.evidence_id, "type": "summons", "part": "identity", "attachment": 7, "shows": []}
    loose = {"id": made_id("seen"), "type": "document", "attachment": 3, "shows": []}
    made = built(changed(made_up(), account__evidence=[described, loose]), files=(PHOTO,))
    first, second = parse_full(made.record).body.evidence
    assert (first.type, first.part, first.attachment) == ("summons", "account", 0)
    assert second.attachment is None


def test_marks_come_from_sealing_alone() -> None:
    """A testimony can't bring its own; those of the sealing stand in the body."""
    forged = changed(made_up(), account__marks=[{"rule": "V26", "field": "account.risk.level"}])
    assert parse_full(built(forged).record).body.marks == ()
    mark = Mark(rule="V20", field="account.incidents.x.when")
    assert parse_full(built(marks=(mark,)).record).body.marks == (mark,)


def test_what_was_never_said_is_not_written() -> None:
    """No null and no empty list stands for "not asked"; "asked, and none" does stand."""
    body = json.loads(built().record)["body"]
    assert body["prior_accounts"] == []
    assert "facts" not in body
    assert "null" not in json.dumps(body)


def test_a_record_that_could_not_be_read_back_is_never_built() -> None:
    """A fault of ours stops before anything is signed."""
    with pytest.raises(RecordFault):
        built(files=(FilePart(PHOTO.evidence_id, "account", "1" * 64, 12, "not a media type", "x"),))
    with pytest.raises(RecordFault):
        built(case="742")


# -- reading -----------------------------------------------------------------------------------------------------------

FAULTS: dict[str, dict[str, Any]] = {
    "an unknown key": {"extra": 1},
    "no salt": {"salt": ...},
    "a short salt": {"salt": "00"},
    "upper-case hex": {"org": "A" * 64},
    "no digests": {"digests": ...},
    "version 0": {"version": 0},
    "version true": {"version": True},
    "version as text": {"version": "1"},
    "a kind that is no word": {"kind": "Full!"},
    "no kind": {"kind": ...},
    "another kind's name": {"kind": "addendum"},
    "kind as a number": {"kind": 1},
    "an id that is no uuid4": {"id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
    "no case code": {"case": "742118365"},
    "no author": {"author": ""},
    "an author with a space": {"author": "d 3"},
    "identity without a digest": {"identity": "yes"},
    "a body that is a list": {"body": []},
    "an unknown field in the body": {"body": {"names": ["x"]}},
    "an unknown field in the consent": {"consent": {"given": True}},
    "an attachment without a size": {"attachments": [{"index": 0, "sha256": "1" * 64, "type": "image/jpeg"}]},
    "no format": {"format": ...},
    "another format": {"format": "intake-identity/1"},
    "format 01": {"format": "intake-record/01"},
    "format 0": {"format": "intake-record/0"},
    "format with a newline": {"format": "intake-record/1\n"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_record_with_one_fault_is_refused(fault: str) -> None:
    """The good bytes parse, the same bytes with one fault do not, and the error quotes nothing of the body."""
    data = built().record
    parse_record(data)
    with pytest.raises(RecordFault) as caught:
        parse_record(edited(data, **FAULTS[fault]))
    assert "інсуліну" not in str(caught.value)


def test_kinds_of_later_versions_are_named() -> None:
    """Whatever such a record holds: an import keeps it aside as what it is."""
    with pytest.raises(RecordKindNotSupported) as caught:
        parse_record(edited(built().record, kind="gossip", body={"anything": True}))
    assert caught.value.fields == {"kind": "gossip"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "full"])
def test_who_takes_testimonies_only_names_the_other_kinds(kind: str) -> None:
    """`parse_full` never hands over anything else, and its refusal is no fault of who wrote it."""
    with pytest.raises(RecordKindNotSupported) as caught:
        parse_full(edited(built().record, kind=kind, body={"anything": True}))
    assert caught.value.fields == {"kind": kind}


def test_a_later_format_is_named() -> None:
    """Not a fault of the sender: this program is too old."""
    with pytest.raises(RecordTooNew):
        parse_record(edited(built().record, format="intake-record/2", anything=1))
    with pytest.raises(RecordTooNew):
        parse_identity(edited(built().identity or b"", format="intake-identity/3"))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b'"intake-record/1"', b"\xff", b'{"format":1}', b"{" * 100]
)
def test_bytes_that_are_no_record(data: bytes) -> None:
    """Whatever they are, the answer is a typed error, for both parts."""
    for parse in (parse_record, parse_identity):
        with pytest.raises(RecordFault):
            parse(data)


def test_a_key_twice_is_refused() -> None:
    """Two readers could otherwise see two records in the same signed bytes."""
    data = built().record
    with pytest.raises(RecordFault):
        parse_record(data.replace(b'{"attachments"', b'{"author":"d-4","attachments"', 1))


def test_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap holds for any bytes; lowered here so that the test needs no 16 MiB."""
    data = built().record
    monkeypatch.setattr(envelope, "MAX_RECORD_BYTES", len(data) - 1)
    with pytest.raises(RecordFault):
        parse_record(data)


def test_codes_of_a_newer_vocabulary_survive() -> None:
    """They come back from the bytes as they were, and import finds no fault in them."""
    newer = changed(made_up(), account__incidents__0__violations=["mob.from_next_year"])
    record = parse_full(built(newer).record)
    assert record.body.incidents[0].violations == ("mob.from_next_year",)
    assert check(record.testimony(), stage="import", identity_sealed=True) == ()
    assert record.digests.vocabulary == vocabulary.digest()
