"""Opening item by item: keys that are missing, items that are wrong, and none that stops another."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.bundle.envelope import SealedBundle
from intake.bundle.items import attachment_parts, seal_attachment, seal_record
from intake.bundle.limits import Limits
from intake.bundle.open import (
    ItemResult,
    Keyring,
    RecordStanding,
    Refused,
    VerifiedAttachment,
    VerifiedIdentity,
    VerifiedRecord,
    Waiting,
    open_bundle,
    verify_records,
)
from intake.bundle.verify import verify
from intake.crypto.hashing import digest, sha256_hex
from intake.crypto.strictjson import dumps, loads
from intake.errors import AttachmentRefused, ChangedUnderneath, UnreadableFile
from intake.keys import namespaces
from intake.records.kinds import (
    AddendumBody,
    DecisionBody,
    WithdrawalBody,
    build_addendum,
    build_decision,
    build_withdrawal,
)
from intake.records.record import Digests, Sealing
from tests.worlds.bundle import LAPTOP, OFFICER, OTHER_LAPTOP, PHOTO, SCAN, Outbox, organisation, sealed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.bundle.report import VerifiedBundle
    from intake.records.record import BuiltRecord

ORG = organisation()
CASE = "742-118-365-8"


def outbox(*, count: int = 1, with_files: bool = False) -> Outbox:
    """Some sealed testimonies."""
    made = Outbox(ORG)
    for n in range(count):
        made.seal(n, with_files=with_files)
    return made


def bundle_of(made: Outbox) -> VerifiedBundle:
    """The verified bundle of everything in an outbox."""
    bundle = verify(sealed(made.tar()), ORG.standing()).bundle
    assert bundle is not None
    return bundle


def opened(made: Outbox, keyring: Keyring | None = None, **standing: object) -> list[ItemResult]:
    """What every item comes to; attachments are read as an import does."""
    opening = open_bundle(bundle_of(made), keyring or ORG.keyring())
    return [read(result) for result in verify_records(opening, RecordStanding(**standing))]  # type: ignore[arg-type]


def read(result: ItemResult) -> ItemResult:
    """An attachment read to its end, others as they are."""
    if isinstance(result, VerifiedAttachment):
        try:
            result = replace(result, source=io.BytesIO(result.source.read()))
        except AttachmentRefused as error:
            return result.refused(error)
    return result


def kinds(results: Iterable[ItemResult]) -> list[str]:
    """Names of the types."""
    return [type(result).__name__ for result in results]


def edited(data: bytes, **changes: object) -> bytes:
    """JSON with other fields."""
    return dumps({**loads(data, max_bytes=len(data)), **changes})


def add_record(made: Outbox, record: bytes, signer: str = LAPTOP) -> None:
    """A record item of any bytes."""
    sink = io.BytesIO()
    made.ordinal += 1
    made.keep(sink, seal_record(sink, record, ORG.signer(signer).sign(namespaces.RECORD, record), ORG.account))


def test_everything_comes_in_verbatim() -> None:
    """Record, identity part, photo and scan: the bytes that were signed."""
    made = Outbox(ORG)
    built = made.seal(0, with_files=True)
    record, identity, photo, scan = opened(made)
    assert isinstance(record, VerifiedRecord)
    assert isinstance(identity, VerifiedIdentity)
    assert isinstance(photo, VerifiedAttachment)
    assert isinstance(scan, VerifiedAttachment)
    assert (record.json, record.digest) == (built.record, built.digest)
    assert (identity.json, identity.digest) == (built.identity, digest(built.identity or b""))
    assert (photo.source.read(), photo.identity) == (PHOTO, False)
    assert (scan.source.read(), scan.identity) == (SCAN, True)


def test_without_the_identity_key_the_identity_part_waits() -> None:
    """A coordinator reads accounts; who the witness is waits for whom it is for."""
    results = opened(outbox(with_files=True), ORG.keyring("epoch"))
    assert kinds(results) == ["VerifiedRecord", "Waiting", "VerifiedAttachment", "Waiting"]


def test_without_the_epoch_key_everything_of_the_record_waits() -> None:
    """Nothing is judged before the record can be."""
    assert kinds(opened(outbox(with_files=True), ORG.keyring("identity"))) == ["Waiting"] * 4


def test_the_archive_key_opens_accounts_and_never_identities() -> None:
    """The last resort for testimony is none for names."""
    assert kinds(opened(outbox(), ORG.keyring("archive"))) == ["VerifiedRecord", "Waiting"]


def test_a_waiting_item_is_tried_again_from_the_kept_tar() -> None:
    """Only the items asked for are opened; their record comes from the ledger."""
    made = Outbox(ORG)
    built = made.seal(0, with_files=True)
    waiting = [result for result in opened(made, ORG.keyring("epoch")) if isinstance(result, Waiting)]
    names = frozenset(item.name for result in waiting for item in result.items)
    kept = io.BytesIO(made.tar())
    opening = open_bundle(bundle_of(made), ORG.keyring(), tar=kept, only=names)
    records = verify_records(opening, RecordStanding(record_json={built.digest: built.record}.get))
    assert kinds(read(result) for result in records) == ["VerifiedIdentity", "VerifiedAttachment"]


def test_an_identity_attachment_alone_needs_the_identity_part() -> None:
    """From the ledger, or it waits."""
    made = Outbox(ORG)
    built = made.seal(0, with_files=True)
    scan = frozenset(line.name for line in made.lines if line.kind == "identity-attachment")
    ledger = RecordStanding(record_json={built.digest: built.record}.get)
    results = list(verify_records(open_bundle(bundle_of(made), ORG.keyring(), only=scan), ledger))
    assert kinds(results) == ["Waiting"]
    full = replace(ledger, identity_json={built.digest: built.identity}.get)
    again = verify_records(open_bundle(bundle_of(made), ORG.keyring(), only=scan), full)
    assert kinds(read(result) for result in again) == ["VerifiedAttachment"]


def test_a_refused_identity_part_takes_only_its_attachments_along() -> None:
    """The account and its photo come in; the scan is named as belonging to what was refused."""
    made = outbox(with_files=True)
    at = next(n for n, line in enumerate(made.lines) if line.kind == "identity")
    name = made.lines[at].name
    made.files[name] = made.files[name][:-1] + bytes([made.files[name][-1] ^ 1])
    made.lines[at] = made.lines[at].model_copy(update={"sha256": sha256_hex(made.files[name])})
    results = opened(made)
    assert kinds(results) == ["VerifiedRecord", "Refused", "VerifiedAttachment", "Refused"]
    assert [result.check for result in results if isinstance(result, Refused)] == ["I01", "I10"]


def test_a_record_item_too_large_to_be_one_is_never_read_whole() -> None:
    """Memory is capped before a byte is decrypted; the other testimonies come in."""
    results = opened(outbox(count=2), limits=Limits(small_item_bytes=10_000))
    assert {result.check for result in results if isinstance(result, Refused)} == {"I02"}
    assert len(opened(outbox(count=2), limits=Limits(small_item_bytes=30_000))) == 4


def test_a_table_without_rows_verifies_nothing() -> None:
    """What no check looked at is refused."""
    records = verify_records(open_bundle(bundle_of(outbox()), ORG.keyring()), RecordStanding())
    assert kinds(replace(records, record_table=())) == ["Refused", "Refused"]
    records = verify_records(open_bundle(bundle_of(outbox()), ORG.keyring()), RecordStanding())
    assert kinds(replace(records, identity_table=())) == ["VerifiedRecord", "Refused"]


def test_one_bad_record_among_many_stops_only_itself() -> None:
    """It, its identity part and its attachments are named; all the others come in."""
    made = outbox(count=2, with_files=True)
    bad = made.lines[0]
    made.files[bad.name] = made.files[bad.name][:-1] + bytes([made.files[bad.name][-1] ^ 1])
    made.lines[0] = bad.model_copy(update={"sha256": sha256_hex(made.files[bad.name])})
    results = opened(made)
    assert [result.check for result in results if isinstance(result, Refused)] == ["I01", "I10", "I10", "I10"]
    assert kinds(results)[4:] == ["VerifiedRecord", "VerifiedIdentity", "VerifiedAttachment", "VerifiedAttachment"]


def test_a_damaged_attachment_never_costs_the_account() -> None:
    """The record is in; the photo is refused at its end, whatever was read before."""
    made = outbox(with_files=True)
    at = next(n for n, line in enumerate(made.lines) if line.kind == "attachment")
    name = made.lines[at].name
    made.files[name] = made.files[name][:-1] + bytes([made.files[name][-1] ^ 1])
    made.lines[at] = made.lines[at].model_copy(update={"sha256": sha256_hex(made.files[name])})
    results = opened(made)
    assert kinds(results) == ["VerifiedRecord", "VerifiedIdentity", "Refused", "VerifiedAttachment"]
    assert results[2].check == "I01"  # type: ignore[union-attr]


def test_an_attachment_nobody_reads_is_stepped_over() -> None:
    """A consumer that has the file already need not read it again."""
    results = verify_records(open_bundle(bundle_of(outbox(with_files=True)), ORG.keyring()), RecordStanding())
    assert kinds(results) == ["VerifiedRecord", "VerifiedIdentity", "VerifiedAttachment", "VerifiedAttachment"]


def in_parts(data: bytes, part_bytes: int) -> Outbox:
    """An outbox of a record whose one attachment is sealed in several parts."""
    made = Outbox(ORG)
    record, _identity = without_identity(made)
    entry = {"index": 0, "sha256": sha256_hex(data), "size": len(data), "type": "video/mp4"}
    record = edited(record, attachments=[entry])
    add_record(made, record)
    source = io.BytesIO(data)
    for part in attachment_parts("attachment", digest(record), 0, len(data), part_bytes=part_bytes):
        sink = io.BytesIO()
        made.keep(sink, seal_attachment(sink, source, part, ORG.account))
    return made


def without_identity(made: Outbox) -> tuple[bytes, bytes | None]:
    """A record that stands without an identity part: no name given, no contact wished."""
    built = made.built(0)
    said = loads(built.record, max_bytes=len(built.record))
    consent, body = said["consent"], said["body"]
    decisions = {**consent["decisions"], "contact_again": {"decision": "refused"}}
    unnamed = {f"identity.persons.{person['id']}.names": "declined" for person in body["people"]}
    changes = {"consent": {**consent, "decisions": decisions}, "body": {**body, "nil": unnamed}, "identity": None}
    return edited(built.record, **changes), built.identity


def test_the_parts_of_a_film_come_back_as_one() -> None:
    """Three parts, one stream, one digest."""
    film = bytes(range(256)) * 300
    record, attachment = opened(in_parts(film, 30_000))
    assert isinstance(record, VerifiedRecord)
    assert isinstance(attachment, VerifiedAttachment)
    assert (attachment.source.read(), len(attachment.items)) == (film, 3)


def test_parts_in_each_others_place_are_refused() -> None:
    """Right parts, wrong order: the digest over the whole says so, or the member's name before it."""
    made = in_parts(bytes(range(256)) * 300, 38_400)
    first, second = made.lines[1], made.lines[2]
    made.lines[1] = first.model_copy(update={"part": second.part})
    made.lines[2] = second.model_copy(update={"part": first.part})
    results = opened(made)
    assert kinds(results) == ["VerifiedRecord", "Refused"]


def test_a_laptop_that_carries_anothers_record_is_refused() -> None:
    """Strip and re-sign, or plain forwarding: author = sender."""
    made = outbox()
    record, _ = without_identity(Outbox(ORG, OTHER_LAPTOP))
    add_record(made, record, OTHER_LAPTOP)
    results = opened(made)
    assert [result.check for result in results if isinstance(result, Refused)] == ["I07"]


def test_an_officer_relays_others_records_unchanged() -> None:
    """A new coordinator gets what came before, with the authors' own signatures."""
    relay = Outbox(ORG, OFFICER)
    for number, author in enumerate((LAPTOP, OTHER_LAPTOP)):
        record, _ = without_identity(Outbox(ORG, author))
        add_record(relay, edited(record, id=f"{number:08x}-0000-4000-8000-000000000000"), author)
    assert kinds(opened(relay)) == ["VerifiedRecord", "VerifiedRecord"]


def test_an_officer_relays_nothing_of_strangers() -> None:
    """The author must be enrolled."""
    relay = Outbox(ORG, OFFICER)
    record, _ = without_identity(Outbox(ORG))
    sink = io.BytesIO()
    stranger = organisation("others").signer(LAPTOP).sign(namespaces.RECORD, record)
    relay.keep(sink, seal_record(sink, record, stranger, ORG.account))
    assert [result.check for result in opened(relay) if isinstance(result, Refused)] == ["I04"]


def test_another_first_version_of_a_known_record_is_kept_beside_it() -> None:
    """The same id with another digest is a fork, and which of them stands is an officer's to say."""
    made = Outbox(ORG)
    record, _ = without_identity(made)
    add_record(made, record)
    add_record(made, edited(record, salt="0" * 64))
    assert kinds(opened(made)) == ["VerifiedRecord", "VerifiedRecord"]


def test_what_follows_may_come_before_what_it_follows() -> None:
    """Sticks overtake each other, and what a withdrawal follows may have been destroyed: neither is refused for it."""
    made = Outbox(ORG)
    for built in (more_of(made), taken_back(made)):
        add_record(made, built.record)
    assert kinds(opened(made)) == ["VerifiedRecord", "VerifiedRecord"]


def more_of(made: Outbox, **sealing: Any) -> BuiltRecord:
    """An addendum to a version that is not here."""
    of = {"case": CASE, "record": digest(b"before")}
    said = {"of": of, "amendment": "addition_by_person", "requested_by": "person", "reason": "згадала"}
    return build_addendum(AddendumBody.model_validate(said), place(made, version=2, prev=digest(b"before"), **sealing))


def taken_back(made: Outbox, n: int = 0, **sealing: Any) -> BuiltRecord:
    """A withdrawal by the case code alone."""
    body = WithdrawalBody.model_validate({"of": {"case": CASE}, "effect": "restrict", "requested_by": "person"})
    return build_withdrawal(body, place(made, id=f"{n:08x}-0000-4000-8000-000000000000", **sealing))


def place(made: Outbox, **changes: Any) -> Sealing:
    """An envelope of the outbox's owner."""
    own = {"id": f"{1:08x}-0000-4000-8000-000000000000", "author": made.sender, "digests": Digests()}
    return Sealing(org=ORG.trust.org, case=CASE, **{**own, **changes})


def test_a_withdrawal_too_many_waits() -> None:
    """Ten come in; an eleventh within the day looks like a list under duress, and an officer looks first."""
    made = Outbox(ORG)
    for n in range(11):
        add_record(made, taken_back(made, n).record)
    results = opened(made)
    assert kinds(results) == ["VerifiedRecord"] * 10 + ["Refused"]
    assert [one.check for one in results if isinstance(one, Refused)] == ["I13"]
    assert all(isinstance(one, Refused) for one in opened(made, withdrawals=lambda _author: 10))
    assert kinds(opened(made, limits=Limits(withdrawals=11))) == ["VerifiedRecord"] * 11


def test_withdrawals_that_an_officer_carries_on_are_not_counted() -> None:
    """The officer took them in already, by the same rule."""
    made = Outbox(ORG, OFFICER)
    for n in range(11):
        add_record(made, taken_back(made, n, author=LAPTOP).record, LAPTOP)
    assert kinds(opened(made)) == ["VerifiedRecord"] * 11


@pytest.mark.parametrize(("sender", "author"), [(LAPTOP, LAPTOP), (OFFICER, LAPTOP)])
def test_a_laptop_decides_nothing(sender: str, author: str) -> None:
    """A decision by a laptop's key is refused, from its own hand and from an officer's."""
    made = Outbox(ORG, sender)
    add_record(made, decided(made, author).record, author)
    assert [one.check for one in opened(made) if isinstance(one, Refused)] == ["I07"]


def test_an_officers_decision_comes_in_and_its_testimony_does_not() -> None:
    """What the organisation says is an officer's to sign, what a person says a laptop's."""
    made = Outbox(ORG, OFFICER)
    add_record(made, decided(made, OFFICER).record, OFFICER)
    add_record(made, taken_back(made).record, OFFICER)
    assert [getattr(one, "check", "") for one in opened(made)] == ["", "I07"]


def decided(made: Outbox, author: str) -> BuiltRecord:
    """A decision to erase."""
    body = DecisionBody(kind="erase", of=(digest(b"a testimony"),), reason="на прохання людини")
    return build_decision(body, place(made, author=author))


def test_an_item_whose_record_never_came_is_refused_by_name() -> None:
    """An attachment without its record: kept aside, tried again when the record is there."""
    made = outbox(with_files=True)
    made.lines = [line for line in made.lines if line.kind == "attachment"]
    assert [result.check for result in opened(made) if isinstance(result, Refused)] == ["I10"]


def test_bytes_that_change_between_the_passes_stop_the_import() -> None:
    """Digests are checked again in the second pass."""
    made = outbox()
    data = made.tar()
    bundle = verify(SealedBundle(io.BytesIO(data)), ORG.standing()).bundle
    assert bundle is not None
    for changed in (data[:-4000] + b"\1" + data[-3999:], data[:-4096], data[:8192]):
        opening = open_bundle(bundle, ORG.keyring(), tar=io.BytesIO(changed))
        with pytest.raises(ChangedUnderneath):
            list(verify_records(opening, RecordStanding()))


def test_a_medium_that_fails_in_the_second_pass_is_no_refusal() -> None:
    """Our failure is never turned into an accusation."""

    class Broken(io.BytesIO):
        def read(self, n: int | None = -1, /) -> bytes:
            if self.tell() > 9000:
                raise OSError(5, "made up")
            return super().read(n)

    made = outbox()
    opening = open_bundle(bundle_of(made), ORG.keyring(), tar=Broken(made.tar()))
    with pytest.raises(UnreadableFile):
        list(verify_records(opening, RecordStanding()))


def test_no_refusal_says_a_word_of_what_it_refuses() -> None:
    """Sentences, fields and representations carry IDs and paths, never content."""
    made = Outbox(ORG)
    record, _ = without_identity(made)
    consent = loads(record, max_bytes=len(record))["consent"]
    add_record(made, edited(record, consent={**consent, "understood": "no"}))
    add_record(made, edited(record, id="КАНАРКА"))
    sound = outbox()
    told = repr(opened(made)) + repr(opened(sound))
    assert "КАНАРКА" not in told
    assert "narrative" not in told
    assert "Refused" in told
