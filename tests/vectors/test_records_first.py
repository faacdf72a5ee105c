"""What the first version wrote opens for ever: its testimony, records, identity parts, statement and bundle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tools import schemas

from intake.bundle.open import (
    Keyring,
    RecordStanding,
    VerifiedAttachment,
    VerifiedIdentity,
    VerifiedRecord,
    open_bundle,
    verify_records,
)
from intake.bundle.report import Standing, TrustFiles
from intake.bundle.statement import Statement
from intake.bundle.verify import verify
from intake.crypto import sshsig
from intake.crypto.age import parse_identity as parse_key
from intake.crypto.hashing import digest, sha256_hex
from intake.crypto.strictjson import loads
from intake.errors import CryptoError
from intake.keys import namespaces
from intake.records.context import Beside
from intake.records.record import parse_full, parse_identity, parse_record
from intake.records.rules import check
from intake.records.testimony import parse_testimony, to_json
from tests.worlds.bundle import sealed
from tests.worlds.keys import NOW

FIRST = Path(__file__).parent / "records" / "0.1.0-first"
TRUST = FIRST.parents[1] / "bundle" / "trust"
WITH_IDENTITY = ("whole", "interrupted")
RECORDS = (*WITH_IDENTITY, "without-identity")


def read(path: str) -> bytes:
    """A file of the corpus."""
    return (FIRST / path).read_bytes()


def validates(name: str, data: bytes) -> bool:
    """Whether the committed schema takes these bytes, asked of a validator that is not ours."""
    schema = json.loads((schemas.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return not list(Draft202012Validator(schema).iter_errors(json.loads(data)))


def test_the_testimony_still_means_what_it_meant() -> None:
    """Every field that was written comes back, and no rule of sealing was added that it breaks by its shape."""
    value = json.loads(read("testimony.json"))
    assert validates("testimony-v1", read("testimony.json"))
    back = to_json(parse_testimony(value))
    assert _holds(back, value)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_opens_and_validates(name: str) -> None:
    """By both readers, by the schema, and by the rules of import: with and without its identity part."""
    data = read(f"{name}/record.json")
    assert validates("record-v1", data)
    record = parse_full(data)
    assert parse_record(data) == record
    assert _holds(record.model_dump(mode="json"), json.loads(data))
    beside = Beside(files=record.files())
    assert check(record.testimony(), stage="import", identity_sealed=record.identity is not None, beside=beside) == ()


@pytest.mark.parametrize("name", WITH_IDENTITY)
def test_an_identity_part_opens_and_belongs(name: str) -> None:
    """Its record names its digest, and both together break no rule of import."""
    data = read(f"{name}/identity.json")
    assert validates("identity-v1", data)
    record, identity = parse_full(read(f"{name}/record.json")), parse_identity(data)
    assert record.identity == digest(data)
    assert _holds(identity.model_dump(mode="json", by_alias=True), json.loads(data))
    beside = Beside(files=record.files(identity))
    assert check(record.testimony(identity), stage="import", beside=beside) == ()


def test_the_signatures_hold() -> None:
    """Both, over the exact bytes, by one device; over other bytes neither does."""
    record = read("whole/record.json")
    signers = [sshsig.verify(read(f"whole/record.json{end}"), namespaces.RECORD, record) for end in (".sig", ".pq.sig")]
    assert all(signers)
    for end in (".sig", ".pq.sig"):
        with pytest.raises(CryptoError):
            sshsig.verify(read(f"whole/record.json{end}"), namespaces.RECORD, record + b" ")


def test_the_statement_reads() -> None:
    """Schema and model take it."""
    data = read("statement.json")
    assert validates("statement-v1", data)
    assert len(Statement.model_validate(loads(data, max_bytes=len(data))).items) == 4


def test_the_bundle_comes_in() -> None:
    """Verified to the root it names, opened with its keys: record, identity part, photo and scan, as they were."""
    given = {path.name: path.read_bytes() for path in TRUST.iterdir()}
    trust = TrustFiles(given.pop("root"), given)
    bundle = verify(sealed(read("bundle.tar")), Standing(trust=trust, at=NOW)).bundle
    assert bundle is not None
    keys = [parse_key(line) for line in read("keys.txt").decode().split()]
    keyring = Keyring({one.recipient().fingerprint: one for one in keys})
    record, identity, photo, scan = [
        (one, sha256_hex(one.source.read())) if isinstance(one, VerifiedAttachment) else (one, "")
        for one in verify_records(open_bundle(bundle, keyring), RecordStanding())
    ]
    assert isinstance(record[0], VerifiedRecord)
    assert isinstance(identity[0], VerifiedIdentity)
    assert (record[0].json, identity[0].json) == (read("whole/record.json"), read("whole/identity.json"))
    assert isinstance(photo[0], VerifiedAttachment)
    assert isinstance(scan[0], VerifiedAttachment)
    assert (photo[0].sha256, scan[0].sha256) == (photo[1], scan[1])


def test_the_corpus_notices_a_loss() -> None:
    """The comparison above is no tautology: a field that a reader dropped would be seen."""
    value = json.loads(read("testimony.json"))
    assert not _holds({**value, "account": {**value["account"], "narrative_original": None}}, value)


def _holds(read_back: object, written: object) -> bool:
    """Whether everything that was written is in what was read, whatever else later versions add."""
    if isinstance(written, dict):
        return isinstance(read_back, dict) and all(_holds(read_back.get(key), one) for key, one in written.items())
    if isinstance(written, list):
        return (
            isinstance(read_back, list)
            and len(read_back) == len(written)
            and all(_holds(mine, theirs) for mine, theirs in zip(read_back, written, strict=True))
        )
    return read_back == written
