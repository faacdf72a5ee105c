"""Attacks by somebody who holds an enrolled laptop, end to end through the real import."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.bundle.items import Addressees, SealedItem, item_plaintext_size
from intake.crypto.age import PostQuantumIdentity, encrypt_bytes
from intake.crypto.hashing import digest, sha256_hex
from intake.crypto.strictjson import dumps, loads
from intake.crypto.ustar import Member, write_ustar
from intake.errors import CaseNotUnique
from intake.keys import namespaces
from intake.records.record import FilePart
from intake.store.vault import Vault
from intake.usecases.attach import attach
from intake.usecases.listing import list_
from intake.usecases.showing import show
from intake.usecases.trusted import EPOCH_PREFIX
from tests.worlds.attacks import Hand, checks, documents, everything, only, sealed, states
from tests.worlds.loop import PASSPHRASE, Laptop, World, ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Three = tuple[World, Laptop, Laptop]
PHOTO = b"a made-up photo " * 50


@pytest.fixture
def three(tmp_path: Path) -> Three:
    """An organisation and two laptops."""
    return ready(tmp_path)


def photo_of(data: bytes, part: str = "account") -> FilePart:
    """A file of a record."""
    sha256 = hashlib.sha256(data).hexdigest()
    evidence = f"{sha256[:8]}-{sha256[8:12]}-4{sha256[13:16]}-8{sha256[17:20]}-{sha256[20:32]}"
    return FilePart(evidence, part, sha256, len(data), "image/png", "a.png", "photo")  # type: ignore[arg-type]


def edited(data: bytes, **changes: Any) -> bytes:
    """JSON with other fields."""
    return dumps({**loads(data, max_bytes=len(data)), **changes})


# -- another's testimony -----------------------------------------------------------------------------------------------


def test_carrying_anothers_items_first_takes_nothing_from_them(three: Three) -> None:
    """A carries B's sealed bytes under its own statement: refused; when B's own bundle comes, all of it comes in."""
    world, laptop, other = three
    sealed(other, 2)
    thief = Hand.of(laptop)
    thief.steal(other)
    stolen = only(world, thief.carry(world.folder / "thief"))
    assert {item.state for item in stolen.items} == {"quarantined"}
    assert not list_(world.env)
    honest = only(world, other.export().path)
    assert {item.state for item in honest.items} == {"imported"}
    assert len(list_(world.env)) == 2


def test_carrying_anothers_items_that_are_here_already_is_told_too(three: Three) -> None:
    """B's testimonies are in; A carries the same sealed bytes: each is refused by name, and the owner's stay."""
    world, laptop, other = three
    sealed(other, 2)
    only(world, other.export().path)
    thief = Hand.of(laptop)
    thief.steal(other)
    stolen = only(world, thief.carry(world.folder / "thief"))
    assert {item.state for item in stolen.items} == {"quarantined"}
    assert checks(stolen) == {"I07", "I10"}
    assert {item.state for item in only(world, other.export().path).items} == {"duplicate"}
    assert len(list_(world.env)) == 2


def test_anothers_items_made_to_wait_come_in_with_their_owner(three: Three) -> None:
    """A names recipients that nobody has: B's bytes wait; B's own bundle is tried afresh all the same."""
    world, laptop, other = three
    sealed(other, 1)
    thief = Hand.of(laptop)
    thief.steal(other)
    for line in list(thief.lines):
        thief.claim(line, to=("0" * 64,))
    waiting = only(world, thief.carry(world.folder / "thief"))
    assert {item.state for item in waiting.items} == {"awaiting-key"}
    assert {item.state for item in only(world, other.export().path).items} == {"imported"}


def test_anothers_photo_under_an_own_record_stays_theirs_too(three: Three) -> None:
    """A lists the same photo in its own record and carries B's sealed copy; B's record still gets its photo."""
    world, laptop, other = three
    case = other.add(documents(1)).drafts[0].case
    picture = world.folder / "photo.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0" + PHOTO)
    attach(other.env, case, [picture], part="account")
    other.seal()
    thief = Hand.of(laptop)
    thief.steal(other)
    (photo,) = [line for line in thief.lines if line.kind == "attachment"]
    data = thief.files[photo.name]
    mine = Hand(thief.here, thief.signer)
    own = mine.built(1, files=(photo_of(picture.read_bytes()),))
    mine.take(own.record)
    item = SealedItem(photo.kind, own.digest, 0, photo.part, photo.size, photo.sha256, photo.to, photo.epoch)
    mine.put(io.BytesIO(data), item)
    assert checks(only(world, mine.carry(world.folder / "thief"))) == set()
    assert {item.state for item in only(world, other.export().path).items} == {"imported"}
    (theirs,) = [row for row in list_(world.env) if row.author == other.principal]
    assert theirs.attachments == 1


def test_anothers_record_signed_again_is_refused(three: Three) -> None:
    """The record says that B is its author; A's signatures under it do not make it A's to send."""
    world, laptop, other = three
    thief = Hand.of(laptop)
    thief.take(thief.built(author=other.principal, identity_salt=bytes(32)).record)
    assert checks(only(world, thief.carry(world.folder / "thief"))) == {"I07"}


def test_anothers_record_with_their_signatures_is_refused(three: Three) -> None:
    """B's own signed record, packed anew by A for the same recipients: a laptop sends its own records only."""
    world, laptop, other = three
    owner, thief = Hand.of(other), Hand.of(laptop)
    thief.signer, signer = owner.signer, thief.signer
    thief.take(owner.built().record)
    thief.signer = signer
    assert checks(only(world, thief.carry(world.folder / "thief"))) == {"I07"}


def test_a_record_of_anothers_id_stands_beside_it_as_a_fork(three: Three) -> None:
    """Same id, same version, other bytes: neither is dropped or written over; the fork is marked."""
    world, laptop, other = three
    sealed(other, 1)
    only(world, other.export().path)
    (row,) = list_(world.env)
    thief = Hand.of(laptop)
    thief.take(thief.built(id=row.id, case=row.case).record)
    assert checks(only(world, thief.carry(world.folder / "thief"))) == set()
    rows = list_(world.env)
    assert {one.author for one in rows} == {other.principal, laptop.principal}
    assert row.digest in {one.digest for one in rows}
    assert all("fork" in one.marks for one in rows)


def test_nobody_writes_the_next_version_of_anothers_record(three: Three) -> None:
    """A version 2 that follows B's record by its digest, by A's hand: B's testimony is not replaced."""
    world, laptop, other = three
    sealed(other, 1)
    only(world, other.export().path)
    (row,) = list_(world.env)
    thief = Hand.of(laptop)
    thief.take(thief.built(id=row.id, case=row.case, version=2, prev=row.digest).record)
    assert checks(only(world, thief.carry(world.folder / "thief"))) == {"I08"}
    assert show(world.env, row.case).row.author == other.principal


def test_a_next_version_under_another_case_code_is_refused(three: Three) -> None:
    """One record has one case code, else its parts would be found under two."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    first = hand.built()
    record_id = loads(first.record, max_bytes=len(first.record))["id"]
    hand.take(first.record)
    hand.take(hand.built(id=record_id, case="742-118-365-8", version=2, prev=first.digest).record)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I08"}


def test_a_testimony_is_never_sealed_over(three: Three) -> None:
    """V28: a second version of the account by its own author is refused; the first stays, and more is an addendum's."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    first = hand.built()
    record_id = loads(first.record, max_bytes=len(first.record))["id"]
    hand.take(first.record)
    hand.take(hand.built(id=record_id, version=2, prev=first.digest).record)
    (refused,) = [one for one in only(world, hand.carry(world.folder / "stick")).items if one.state == "quarantined"]
    assert refused.check == "I08"
    assert [row.version for row in list_(world.env)] == [1]


def test_two_first_versions_in_one_bundle_are_a_fork(three: Three) -> None:
    """A laptop that was set back sealed its draft again: both are kept side by side, and it shows."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    first = hand.built()
    record_id = loads(first.record, max_bytes=len(first.record))["id"]
    hand.take(first.record)
    hand.take(hand.built(1, id=record_id).record)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == set()
    rows = list_(world.env)
    assert first.digest in {row.digest for row in rows}
    assert [row.marks for row in rows] == [("fork",), ("fork",)]


def test_one_case_code_on_two_records_hides_neither(three: Three) -> None:
    """A takes B's case code for a record of its own: both are listed, and `show` chooses neither without an id."""
    world, laptop, other = three
    sealed(other, 1)
    only(world, other.export().path)
    (row,) = list_(world.env)
    thief = Hand.of(laptop)
    thief.take(thief.built(1, case=row.case).record)
    only(world, thief.carry(world.folder / "thief"))
    assert len(list_(world.env)) == 2
    with pytest.raises(CaseNotUnique):
        show(world.env, row.case)
    assert show(world.env, row.id or "").row.digest == row.digest


def test_parts_of_anothers_record_are_not_sent_either(three: Three) -> None:
    """B's record is here, its identity part not yet: A may not bring it, B may."""
    world, laptop, other = three
    sealed(other, 1)
    owner = Hand.of(other)
    owner.steal(other)
    identity = next(line for line in owner.lines if line.kind == "identity")
    data = owner.files[identity.name]
    owner.lines.remove(identity)
    only(world, owner.carry(world.folder / "first", unreceipted=tuple(f"sha256:{one.sha256}" for one in owner.lines)))
    thief = Hand.of(laptop)
    thief.lines, thief.files = [identity], {identity.name: data}
    assert checks(only(world, thief.carry(world.folder / "thief"))) == {"I10"}
    assert states(only(world, other.export().path)) == {"record": "duplicate", "identity": "imported"}


# -- another organisation's --------------------------------------------------------------------------------------------


def test_a_record_made_for_another_organisation_is_refused(three: Three) -> None:
    """A laptop enrolled in two organisations with the same keys can't carry a record of one into the other."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    hand.take(hand.built(org="ab" * 32).record)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I06"}


def test_a_bundle_made_for_another_organisation_is_kept_aside(three: Three) -> None:
    """Right sender, right keys, envelope to us: the statement names whom it was made for."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    hand.take(hand.built().record)
    outcome = only(world, hand.carry(world.folder / "stick", org="ab" * 32))
    assert outcome.report is not None
    assert outcome.report.failed is not None
    assert (outcome.state, outcome.report.failed.id) == ("quarantined", "B16")


# -- items that are not what they claim --------------------------------------------------------------------------------


def test_recipients_that_lie_are_told_from_a_missing_key(three: Three) -> None:
    """The statement names our epoch key, the file is for somebody else: refused by I01, not waiting for ever."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    stranger = Addressees((PostQuantumIdentity.generate().recipient(),), None)
    line = hand.take(hand.built().record, to=stranger)
    hand.claim(line, to=hand.account.fingerprints)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I01"}


def test_an_older_epoch_key_that_is_gone_waits(three: Three) -> None:
    """A laptop that still seals to a key the coordinator no longer has: everything waits, the bytes are kept."""
    world, laptop, _ = three
    sealed(laptop, 1)
    hand = Hand.of(laptop)
    hand.steal(laptop)
    tar = world.folder / "bare.tar"
    tar.write_bytes(hand.tar())
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        (name,) = [one for one in vault.secrets.names() if one.startswith(EPOCH_PREFIX)]
        seed = vault.secrets.get(name)
        vault.secrets.put(name, bytes(range(32)))
    assert {item.state for item in only(world, tar).items} == {"awaiting-key"}
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        vault.secrets.put(name, seed or b"")
    assert {item.state for item in only(world, laptop.export().path).items} == {"imported"}


def test_an_identity_part_of_another_record_is_refused(three: Three) -> None:
    """Its bytes are not those whose digest the record signed; the account is in."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    first, second = hand.built(), hand.built(1)
    hand.take(first.record)
    hand.take_identity(first, second.identity)
    outcome = only(world, hand.carry(world.folder / "stick"))
    assert (states(outcome), checks(outcome)) == ({"record": "imported", "identity": "quarantined"}, {"I11"})


def test_an_identity_part_that_names_another_record_is_refused(three: Three) -> None:
    """The record signs its digest, and still it says that it is another record's."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    built = hand.built()
    identity = edited(built.identity or b"", id="00000000-0000-4000-8000-00000000dead")
    record = edited(built.record, identity=digest(identity))
    hand.take(record)
    hand.take_identity(replace(built, digest=digest(record)), identity)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I12"}


def test_attachments_swapped_between_two_records_are_both_refused(three: Three) -> None:
    """Each record lists its own; the accounts come in, the pictures do not change owner."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    pictures = [PHOTO + b"1", PHOTO + b"2"]
    built = [hand.built(n, files=(photo_of(pictures[n]),)) for n in (0, 1)]
    for n in (0, 1):
        hand.take(built[n].record)
        hand.take_identity(built[n])
        hand.take_file("attachment", built[n].digest, pictures[1 - n])
    outcome = only(world, hand.carry(world.folder / "stick"))
    assert checks(outcome) == {"I11"}
    assert len([item for item in outcome.items if item.state == "quarantined"]) == 2
    assert [row.attachments for row in list_(world.env)] == [0, 0]


@pytest.mark.parametrize(
    "data", [PHOTO[:-1], PHOTO + b"x", b"", PHOTO[:-1] + b"x"], ids=["cut", "long", "empty", "bit"]
)
def test_an_attachment_of_other_bytes_leaves_nothing(three: Three, data: bytes) -> None:
    """Shorter, longer, empty, changed: refused at its end, and no file of it stays in the vault."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    built = hand.built(files=(photo_of(PHOTO),))
    hand.take(built.record)
    hand.take_identity(built)
    hand.take_file("attachment", built.digest, data)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I11"}
    blobs = [name for name in everything(world)[1] if name.endswith(".age")]  # type: ignore[attr-defined]
    assert len(blobs) == 1


def test_an_attachment_the_record_does_not_list_is_refused(three: Three) -> None:
    """A second photo slipped beside the signed one has no place to go."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    built = hand.built(files=(photo_of(PHOTO),))
    hand.take(built.record)
    hand.take_identity(built)
    hand.take_file("attachment", built.digest, PHOTO)
    hand.take_file("attachment", built.digest, b"another", index=1)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I10"}


def test_attachments_that_never_come_do_not_cost_the_account(three: Three) -> None:
    """The record lists a photo and the bundle has none: the account is in, the photo is simply not there."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    hand.take(hand.built(files=(photo_of(PHOTO),)).record)
    assert checks(only(world, hand.carry(world.folder / "stick"))) == set()
    assert [row.attachments for row in list_(world.env)] == [0]


def packed(hand: Hand, members: dict[str, bytes], *, pad: int | None = None) -> bytes:
    """An item of any members."""
    sink = io.BytesIO()
    size = item_plaintext_size(*map(len, members.values())) if pad is None else pad
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in members.items()], pad_to=size)
    return encrypt_bytes(sink.getvalue(), hand.account.recipients)


@pytest.mark.parametrize("case", ["extra", "missing", "order", "unpadded", "padded more", "garbage", "empty"])
def test_an_item_has_one_form(three: Three, case: str) -> None:
    """The right record in any other packing is refused: nothing rides along, no size tells anything."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    record = hand.built().record
    signed = hand.signer.sign(namespaces.RECORD, record)
    members = {"record.json": record, "record.json.sig": signed.ed25519, "record.json.pq.sig": signed.composite}
    full = item_plaintext_size(*map(len, members.values()))
    ways: dict[str, bytes] = {
        "extra": packed(hand, {**members, "note.txt": b"x"}),
        "missing": packed(hand, {name: members[name] for name in list(members)[:2]}),
        "order": packed(hand, dict(reversed(members.items()))),
        "unpadded": packed(hand, members, pad=-(-sum(map(len, members.values())) // 512) * 512 + 6 * 512),
        "padded more": packed(hand, members, pad=full + 512),
        "garbage": encrypt_bytes(b"garbage" * 4000, hand.account.recipients),
        "empty": encrypt_bytes(b"", hand.account.recipients),
    }
    line = hand.take(record)
    hand.replace_file(line, ways[case])
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I02"}


def test_an_item_cut_within_its_age_file_is_refused(three: Three) -> None:
    """The statement is honest about the cut bytes; the good chunks before the cut count for nothing."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    line = hand.take(hand.built().record)
    hand.replace_file(line, hand.files[line.name][:-17])
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I01"}


def test_a_header_whose_mac_is_not_of_its_file_key_is_refused(three: Three) -> None:
    """A file that opens to two holders as two texts needs two file keys; the header's MAC knows one."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    line = hand.take(hand.built().record)
    other = encrypt_bytes(b"for the archive something else", [hand.account.recipients[-1]])
    stanza = other[other.index(b"-> ") : other.index(b"\n---")]
    data = hand.files[line.name]
    at = data.index(b"\n---") + 1
    hand.replace_file(line, data[:at] + stanza + b"\n" + data[at:])
    assert checks(only(world, hand.carry(world.folder / "stick"))) == {"I01"}


BAD_RECORDS: dict[str, Callable[[bytes], bytes]] = {
    "key twice": lambda data: data[:-1] + b',"org":"' + b"0" * 64 + b'"}',
    "escaped key twice": lambda data: data[:-1] + b',"\\u006frg":"' + b"0" * 64 + b'"}',
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "trailing": lambda data: data + b"{}",
    "NUL": lambda data: data + b"\x00",
    "latin-1": lambda data: data[:-1] + b',"x":"\xe9"}',
    "overlong UTF-8": lambda data: data[:-1] + b',"x":"\xc0\xaf"}',
    "half a pair": lambda data: data[:-1] + b',"x":"\\ud800"}',
    "raw surrogate": lambda data: data[:-1] + b',"x":"\xed\xa0\x80"}',
    "version as float": lambda data: edited(data).replace(b'"version":1', b'"version":1.0'),
    "version as exponent": lambda data: edited(data).replace(b'"version":1', b'"version":1e0'),
    "version as text": lambda data: edited(data, version="1"),
    "version as truth": lambda data: edited(data, version=True),
    "version beyond": lambda data: edited(data).replace(b'"version":1', b'"version":' + b"9" * 40),
    "version NaN": lambda data: edited(data).replace(b'"version":1', b'"version":NaN'),
    "unknown field": lambda data: edited(data, extra=1),
    "deep": lambda data: data[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a list": lambda data: b"[" + data + b"]",
    "org with a line feed": lambda data: edited(data, org="0" * 64 + "\n"),
    "author with a line feed": lambda data: edited(data, author="d-1\n"),
    "case in other digits": lambda data: edited(data, case="٠٠٠-٠٠٠-٠٠٠-٠"),
    "later format": lambda data: edited(data, format="intake-record/2"),
    "tombstone": lambda data: edited(data, kind="tombstone"),
}


def test_records_of_bad_json_stop_only_themselves(three: Three) -> None:
    """Two dozen tricks of JSON and of types in one bundle, signed and sealed: each refused by I05, the good one in."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    good = hand.built()
    hand.take(good.record)
    for n, spoil in enumerate(BAD_RECORDS.values()):
        hand.take(spoil(hand.built(n % 3).record))
    outcome = only(world, hand.carry(world.folder / "stick"))
    refused = [item for item in outcome.items if item.state == "quarantined"]
    assert len(refused) == len(BAD_RECORDS)
    assert checks(outcome) == {"I05"}
    assert [row.digest for row in list_(world.env)] == [good.digest]


# -- what an import leaves ---------------------------------------------------------------------------------------------


def test_a_second_import_changes_no_row_and_no_file(three: Three) -> None:
    """Good items, refused ones, a waiting one, a cut file and noise: after the second time every row is the same."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    stick = world.folder / "stick"
    hand.take(hand.built(files=(photo_of(PHOTO),)).record)
    hand.take_file("attachment", hand.lines[0].record, PHOTO)
    hand.take(hand.built(org="ab" * 32).record)
    hand.claim(hand.take(hand.built(1).record), to=("0" * 64,))
    whole = hand.carry(stick)
    (stick / "cut.age").write_bytes(whole.read_bytes()[:-1])
    (stick / "noise").write_bytes(hashlib.shake_256(b"noise").digest(3000))
    world.import_(stick)
    before = everything(world)
    world.import_(stick)
    world.import_(stick)
    assert everything(world) == before


def test_one_bad_among_many_is_named_and_alone(three: Three) -> None:
    """A thousand records, one byte of one changed under an honest statement: 999 in, one in quarantine, by name."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    data = hand.built().record
    for n in range(1000):
        hand.take(edited(data, id=f"{n:08x}-0000-4000-8000-000000000000"))
    bad = hand.lines[123]
    spoiled = bytearray(hand.files[bad.name])
    spoiled[-1] ^= 1
    hand.replace_file(bad, bytes(spoiled))
    outcome = only(world, hand.carry(world.folder / "stick"))
    assert [item.name for item in outcome.items if item.state == "quarantined"] == [bad.name]
    assert len(list_(world.env)) == 999


def test_a_refused_item_is_tried_again_when_what_it_lacked_is_there(three: Three) -> None:
    """A photo came before its record: refused, and with the record in the next bundle both come in."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    built = hand.built(files=(photo_of(PHOTO),))
    photo = hand.take_file("attachment", built.digest, PHOTO)
    first = hand.tags()
    assert checks(only(world, hand.carry(world.folder / "one", first))) == {"I10"}
    hand.take(built.record, ordinal=photo.ordinal)
    outcome = only(world, hand.carry(world.folder / "two", seq=2, prev=first.digest))
    assert states(outcome) == {"record": "imported", "attachment": "imported"}
    assert sha256_hex(PHOTO) in {row[4] for row in _attachments(world)}


def _attachments(world: World) -> list[tuple[Any, ...]]:
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return [
            (one.record_digest, one.index, one.part, one.blob_id, one.sha256)
            for record in vault.records.list()
            for one in vault.records.attachments(record.digest)
        ]
