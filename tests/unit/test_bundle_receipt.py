"""Receipts: each vector fails exactly the check it names, no check can be taken out unseen, any bytes end in a verdict.

Spec: docs/spec/receipt-v1.md. Built by tools/receipt_vectors.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.receipt_vectors import CLOSED, Made, directories, sealed, signer

from intake.bundle import receipt as receipts
from intake.bundle.envelope import looks_like_a_parcel
from intake.bundle.limits import ENVELOPE_FLOOR_BYTES
from intake.bundle.log import Checkpoint, is_origin_of, new_origin, parse_checkpoint, read_bundle_leaf, roster_leaf
from intake.bundle.receipt import Judgement, ReceiptStanding, Sent, judge, make_receipt, open_receipt, seal_receipt
from intake.crypto.age import PostQuantumIdentity, decrypt_bytes, encrypt_bytes
from intake.errors import AgeHeaderFault, AgeNoMatch, ReceiptRefused, ReceiptTooLarge
from intake.keys import namespaces
from intake.keys.directory import Principal, Revocation
from intake.keys.organisation import validity
from intake.keys.signed import sign_file
from intake.keys.trust import Trust
from tests.worlds.bundle import organisation
from tests.worlds.keys import NOW

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "vectors" / "receipts"
SPEC = ROOT / "docs" / "spec" / "receipt-v1.md"
NAMES = sorted(path.stem for path in FOLDER.glob("*.age"))


@cache
def laptop() -> dict[str, Any]:
    """What the laptop of the vectors knows."""
    facts: dict[str, Any] = json.loads((FOLDER / "laptop.json").read_text("utf-8"))
    return facts


def identity() -> PostQuantumIdentity:
    """Its age key."""
    return PostQuantumIdentity.from_seed(bytes.fromhex(laptop()["age"]))


@cache
def standing() -> ReceiptStanding:
    """The same, as the judge is told."""
    facts, files = laptop(), {path.name: path.read_bytes() for path in (FOLDER / "held").iterdir()}
    at = datetime.fromisoformat(facts["at"])
    sent = {one["bundle"]: Sent(one["chain"], one["seq"], tuple(one["items"])) for one in facts["sent"]}
    held = {one["origin"]: Checkpoint(one["origin"], one["size"], bytes.fromhex(one["root"])) for one in facts["held"]}
    return ReceiptStanding(
        trust=Trust.load(files["root"], files, at),
        device=facts["device"],
        at=at,
        last_serial=lambda officer: facts["last_serial"].get(officer, 0),
        sent=sent.get,
        held=held.get,
    )


def judged(data: bytes) -> Judgement:
    """What comes of a file."""
    try:
        return judge(open_receipt(data, identity()), standing())
    except ReceiptRefused as refusal:
        return Judgement(None, None, refusal)


def check_of(name: str) -> str | None:
    """Which check refuses a vector; None when it is applied."""
    refusal = judged((FOLDER / f"{name}.age").read_bytes()).refusal
    return str(refusal.fields["check"]) if refusal else None


@pytest.mark.parametrize("name", NAMES)
def test_each_vector_fails_the_check_it_names(name: str) -> None:
    """That one, or none."""
    assert check_of(name) == json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["check"]


def test_every_check_has_a_vector_and_a_line_in_the_spec() -> None:
    """R01 to R10, here, there and in the table."""
    rows = {row.id for row in receipts.TABLE} | {"R01"}
    assert rows == set(re.findall(r"^\| (R\d\d) \|", SPEC.read_text("utf-8"), re.MULTILINE))
    assert rows == {name.partition("-")[0] for name in NAMES if name.startswith("R")}


@pytest.mark.parametrize("row", receipts.TABLE, ids=lambda row: row.id)
def test_no_check_can_be_taken_out_unseen(row: receipts.ReceiptCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it some vector ends otherwise."""
    before = {name: check_of(name) for name in NAMES}
    monkeypatch.setattr(receipts, "TABLE", tuple(one for one in receipts.TABLE if one is not row))
    assert {name: check_of(name) for name in NAMES} != before


def test_newer_trust_is_handed_on_even_when_the_receipt_is_refused() -> None:
    """R02 stands for itself: what a stolen laptop's revocation needs must not depend on the rest."""
    held = standing().trust
    newer = judged((FOLDER / "valid-newer.age").read_bytes()).trust
    assert newer is not None
    assert newer.roster.directory.serial == held.roster.directory.serial + 1
    refused = judged(sealed(Made(held, {"serial": 1}, trust=newer.files()).plaintext()))
    assert refused.refusal is not None
    assert refused.trust is not None
    assert refused.trust.officers.directory.serial == 9
    assert judged((FOLDER / "R02-line-removed.age").read_bytes()).trust is None


@pytest.mark.parametrize("name", ["valid-older", "valid-apart"])
def test_what_is_not_newer_is_not_taken(name: str) -> None:
    """An officer who has not heard of the newest roster, or made one apart: the receipt counts, its roster does not."""
    judgement = judged((FOLDER / f"{name}.age").read_bytes())
    assert judgement.verified is not None
    assert judgement.trust is not None
    assert judgement.trust.files() == standing().trust.files()


def test_an_older_officers_file_does_not_bring_an_officer_back() -> None:
    """Who is revoked in the one held signs no receipt, and makes no newer roster, with the one from before."""
    held, ours = standing().trust, organisation().trust
    before = ours.officers.directory.with_principal(Principal(CLOSED, signer(CLOSED).public, *validity(NOW, 366)))
    old = directories(ours, officers=before)
    newer = replace(held.roster.directory, serial=held.roster.directory.serial + 1).encode()
    stolen = {**old, **sign_file(signer(CLOSED), namespaces.ROSTER, "roster", newer).files()}
    claims = {"officer": CLOSED}
    origin = new_origin(held.org, CLOSED)
    made = [Made(held, trust=stolen), Made(held, claims, trust=old, by=CLOSED, origin=origin)]
    refusals = [judged(sealed(one.plaintext())).refusal for one in made]
    assert [one.fields["check"] if one else None for one in refusals] == ["R02", "R03"]


def test_a_receipt_for_another_laptop_is_no_bad_receipt() -> None:
    """Neither it nor a file of another kind is called tampering."""
    data = (FOLDER / "valid.age").read_bytes()
    with pytest.raises(AgeNoMatch):
        open_receipt(data, PostQuantumIdentity.generate())
    with pytest.raises(AgeHeaderFault):
        open_receipt(b"%PDF-1.7 a leaflet", identity())


def test_a_receipt_looks_like_one_from_outside_and_a_cut_bundle_does_not() -> None:
    """An import leaves it on the stick; what may be a damaged bundle is kept aside, also when nobody here opens it."""
    receipt = (FOLDER / "valid.age").read_bytes()
    bundle = encrypt_bytes(bytes(ENVELOPE_FLOOR_BYTES), [identity().recipient()])
    two = encrypt_bytes(bytes(16 << 10), [identity().recipient(), PostQuantumIdentity.generate().recipient()])
    assert looks_like_a_parcel(BytesIO(receipt))
    for other in (bundle, two, receipt[:-1], *(bundle[:size] for size in range(40_000, 60_000, 1234))):
        assert not looks_like_a_parcel(BytesIO(other))


def test_a_receipt_has_a_largest_size() -> None:
    """Neither written nor read beyond it."""
    huge = bytes(receipts.FILE_BYTES)
    with pytest.raises(ReceiptTooLarge):
        seal_receipt(huge, identity().recipient())
    with pytest.raises(ReceiptRefused):
        open_receipt(encrypt_bytes(huge, [identity().recipient()]), identity())


def test_what_is_written_is_what_is_read() -> None:
    """A receipt made by the writer passes every check, and what is kept of it are the officer's own bytes."""
    held, officer = standing().trust, organisation().made.officer.signer
    opened = open_receipt((FOLDER / "valid.age").read_bytes(), identity())
    checkpoint = receipts.sign_checkpoint(opened.checkpoint, officer)
    written = seal_receipt(make_receipt(opened.receipt, checkpoint, held, officer), identity().recipient())
    verified = judged(written).verified
    assert verified is not None
    assert verified.receipt == opened.receipt
    assert opened.files["receipt.json"] in verified.kept
    assert opened.files["roster"] not in verified.kept


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_changed_byte_is_never_applied(data: st.DataObject) -> None:
    """Anywhere in the plaintext, or in the file: refused, or not for us; never another error, never applied."""
    whole = (FOLDER / "valid.age").read_bytes()
    inside = data.draw(st.booleans())
    changed = bytearray(decrypt_bytes(whole, [identity()]) if inside else whole)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        assert judged(sealed(bytes(changed)) if inside else bytes(changed)).verified is None
    except (AgeNoMatch, AgeHeaderFault):
        assert not inside


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_end_in_a_verdict(data: bytes) -> None:
    """Also when they are encrypted to this laptop."""
    with pytest.raises((AgeNoMatch, AgeHeaderFault)):
        judged(data)
    assert judged(sealed(data)).verified is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"a\n1\n",
        b"a\n01\n" + b"A" * 43 + b"=\n",
        b"a\n1\n" + b"A" * 42 + b"B=\n",  # a second spelling of the same root
        b"a b\n1\n" + b"A" * 43 + b"=\n",
        b"a\n1\n" + b"A" * 43 + b"=\n\n",
        b"a" * 131 + b"\n1\n" + b"A" * 43 + b"=\n",
    ],
)
def test_a_checkpoint_has_one_form(text: bytes) -> None:
    """Three lines, each in its one spelling."""
    assert parse_checkpoint(text) is None
    good = Checkpoint("a", 1, bytes(32))
    assert parse_checkpoint(good.dumps()) == good


def test_an_origin_names_its_officer() -> None:
    """And no other, nor a part of its name."""
    org = standing().trust.org
    origin = new_origin(org, "c-1")
    assert is_origin_of(origin, org, "c-1")
    assert not is_origin_of(origin, org, "c-11")
    assert not is_origin_of(origin, "0" * 64, "c-1")
    assert not is_origin_of(origin + "0", org, "c-1")
    assert new_origin(org, "c-1") != origin


def test_only_a_bundle_leaf_is_one() -> None:
    """A roster's, one with a field more, one that is too long: none."""
    leaf = json.loads(Made(standing().trust).facts()["leaf"])
    assert read_bundle_leaf(json.dumps(leaf).encode()) is not None
    assert read_bundle_leaf(roster_leaf(standing().trust.org, 1, "sha256:" + "0" * 64, NOW)) is None
    assert read_bundle_leaf(json.dumps({**leaf, "more": 1}).encode()) is None
    assert read_bundle_leaf(json.dumps(leaf).encode() + b" " * 4096) is None


def test_a_revocation_that_came_along_counts_at_once() -> None:
    """An officer whose own receipt brings the news of their revocation is not believed, and the news is kept."""
    held = standing().trust
    officers = held.officers.directory.with_revocation(Revocation("c-2", NOW, (), "stolen"))
    origin = f"{held.org}/c-2/{'20' * 16}"
    by_second = Made(held, {"officer": "c-2"}, by="c-2", origin=origin, trust=directories(held, officers=officers))
    assert judged((FOLDER / "valid-second.age").read_bytes()).verified is not None
    told = judged(sealed(by_second.plaintext()))
    assert told.refusal is not None
    assert told.refusal.fields["check"] == "R03"
    assert told.trust is not None
    assert told.trust.officers.directory.revocation("c-2") is not None
