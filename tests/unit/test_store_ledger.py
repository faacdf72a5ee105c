"""What a coordinator keeps: trust by version, one import one transaction, the log."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from intake.errors import AlreadyInVault, NotInVault, StoreError
from intake.store.rows import Quarantined, RecordAttachment
from tests.worlds.store import AT, a_digest, an_import, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intake.store.vault import Vault

TABLES = ("received_bundles", "received_items", "records", "identities", "record_attachments", "quarantine")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """A coordinator's open vault."""
    with new_vault(tmp_path / "home", "coordinator") as made:
        yield made


def a_tar(vault: Vault) -> str:
    """A blob in the part of a received tar."""
    return vault.blobs.write(BytesIO(b"tar"), "application/x-tar", 10).id


def counts(vault: Vault) -> list[int]:
    """How many rows an import could have written."""
    return [int((vault._database.one(f"SELECT count(*) FROM {table}") or (0,))[0]) for table in TABLES]  # noqa: S608  # our own names


def test_one_import(vault: Vault) -> None:
    """An import is found by bundle digest, case code, record id and digest, and has its log entry."""
    imported = an_import(a_tar(vault))
    attachment = RecordAttachment(imported.records[0].digest, 0, "account", a_tar(vault), "ab", 3, "photo")
    imported = replace(imported, attachments=(attachment,))
    assert vault.ledger.record_import(imported) == 0
    assert vault.ledger.seen(imported.bundle.digest) == replace(imported.bundle, log_index=0)
    assert vault.ledger.list() == [replace(imported.bundle, log_index=0)]
    assert tuple(vault.ledger.items(imported.bundle.digest)) == imported.items
    assert tuple(vault.records.list()) == imported.records
    record = imported.records[1]
    assert vault.records.get(record.case_code) == vault.records.get(record.record_id) == [record]
    assert vault.records.by_digest(record.digest) == record
    assert vault.records.digests(record.record_id, 1) == (record.digest,)
    assert vault.records.identity(record.digest) == imported.identities[1]
    assert vault.records.attachments(imported.records[0].digest) == [attachment]
    item = imported.items[0]
    place = (item.sha256, item.record_digest, item.kind, item.attachment_index, item.part)
    other = (place[0], "sha256:other", *place[2:])
    assert vault.ledger.known_items([place, other]) == ({place} if item.outcome == "imported" else set())
    author = imported.records[0].author
    assert vault.ledger.known_items([place], author) == vault.ledger.known_items([place])
    assert not vault.ledger.known_items([place], "d-nobody")


def test_unknown(vault: Vault) -> None:
    """What was never received is not found, by any name."""
    assert vault.ledger.seen("x") is None
    assert vault.ledger.items("x") == []
    assert vault.ledger.digests("d-one", "c" * 32, 1) == ()
    assert (vault.ledger.summaries(), vault.ledger.awaiting_key(), vault.records.count()) == ([], 0, 0)
    with pytest.raises(NotInVault):
        vault.records.summary("x")
    assert not vault.ledger.known_items([(str(n), "x", "record", None, None) for n in range(1001)])
    assert vault.records.get("x") == []
    assert vault.records.by_digest("x") is None
    assert vault.records.identity("x") is None
    assert vault.records.digests("x", 1) == ()
    assert vault.quarantine.get("x") is None
    assert vault.trust.newest("roster") is None
    assert vault.trust.all("roster") == []


def test_a_second_import_changes_nothing(vault: Vault) -> None:
    """The same bundle again is refused, without a row or a log entry more."""
    imported = an_import(a_tar(vault))
    vault.ledger.record_import(imported)
    before = counts(vault)
    with pytest.raises(AlreadyInVault):
        vault.ledger.record_import(imported)
    assert counts(vault) == before
    assert vault.log.size() == 1


def test_all_of_an_import_or_nothing(vault: Vault) -> None:
    """A row that can't be written takes the bundle, its records and its log entry back."""
    imported = an_import(a_tar(vault))
    stray = RecordAttachment(a_digest("no such record"), 0, "account", imported.bundle.blob_id, "ab", 3, "photo")
    with pytest.raises(StoreError):
        vault.ledger.record_import(replace(imported, attachments=(stray,)))
    assert counts(vault) == [0] * len(TABLES)
    assert vault.log.size() == 0
    vault.ledger.record_import(imported)


def test_a_relayed_record_is_kept_once(vault: Vault) -> None:
    """The same version in another bundle is an item of that bundle, and no second copy of the record."""
    first = an_import(a_tar(vault), 1)
    second = replace(an_import(a_tar(vault), 2), records=first.records, identities=first.identities)
    vault.ledger.record_import(first)
    vault.ledger.record_import(second)
    assert tuple(vault.records.list()) == first.records
    assert len(vault.ledger.items(second.bundle.digest)) == 3


def test_a_fork_keeps_both(vault: Vault) -> None:
    """Two records with one id and version and different digests are both there to be seen."""
    first, second = an_import(a_tar(vault), 1, records=1), an_import(a_tar(vault), 2, records=1)
    fork = replace(second.records[0], record_id=first.records[0].record_id)
    vault.ledger.record_import(first)
    vault.ledger.record_import(replace(second, records=(fork,)))
    assert vault.records.digests(fork.record_id, 1) == (first.records[0].digest, fork.digest)


def test_places_of_a_sender(vault: Vault) -> None:
    """Each place of a sender's chains is known, both sides of a fork too; another sender's or chain's is another."""
    for seq in (1, 2, 5):
        vault.ledger.record_import(an_import(a_tar(vault), seq, records=0))
    fork, other = (an_import(a_tar(vault), seq, records=0) for seq in (7, 8))
    vault.ledger.record_import(replace(fork, bundle=replace(fork.bundle, seq=1)))
    vault.ledger.record_import(replace(other, bundle=replace(other.bundle, sender="d-two")))
    known, chain = vault.ledger.digests, "c" * 32
    assert known("d-one", chain, 1) == (a_digest("bundle 1"), a_digest("bundle 7"))
    assert known("d-one", chain, 2) == (a_digest("bundle 2"),)
    assert known("d-one", chain, 3) == known("d-two", chain, 1) == known("d-one", "d" * 32, 1) == ()


def test_summaries_say_what_a_list_needs(vault: Vault) -> None:
    """Names, counts and when a record came, as the whole rows say them; an item that waits twice is one item."""
    imports = [an_import(a_tar(vault), seq) for seq in (1, 2)]
    waiting = replace(
        imports[0].items[0], sha256="ee" * 32, record_digest=a_digest("another"), outcome="awaiting-key", reason=None
    )
    for one in imports:
        vault.ledger.record_import(replace(one, items=(*one.items, waiting)))
    bundles = [(one.bundle.digest, one.bundle.bid, one.bundle.blob_id) for one in imports]
    assert [(one.digest, one.bid, one.blob_id) for one in vault.ledger.summaries()] == bundles
    records = vault.records.list()
    assert [one.digest for one in vault.records.summaries()] == [one.digest for one in records]
    assert vault.records.count() == len(records)
    for told in vault.records.summaries():
        assert told == vault.records.summary(told.digest)
        assert told.attachments == len(vault.records.attachments(told.digest))
        assert told.identity == (vault.records.identity(told.digest) is not None)
        assert told.since == imports[0].bundle.imported_at
    before = vault.ledger.awaiting_key()
    came = replace(waiting, outcome="imported")
    vault.ledger.record_import(replace(an_import(a_tar(vault), 3, records=0), items=(came,)))
    assert vault.ledger.awaiting_key() == before - 1


def test_quarantine(vault: Vault) -> None:
    """What was stopped is kept with its reason, alone or as a part of an import."""
    blob = a_tar(vault)
    whole = Quarantined("q1", None, None, "SIG-1", {"signer": "unknown"}, blob, AT)
    vault.quarantine.add(whole)
    imported = an_import(a_tar(vault))
    item = Quarantined("q2", imported.bundle.digest, "1-1.age", "REC-3", {}, None, AT)
    vault.ledger.record_import(replace(imported, quarantined=(item,)))
    assert vault.quarantine.list() == [whole, item]
    assert vault.quarantine.get("q2") == item
    with pytest.raises(AlreadyInVault):
        vault.quarantine.add(whole)


def test_received_files_survive_the_sweep(tmp_path: Path) -> None:
    """Tars, attachments and quarantined files are in use: opening again keeps them."""
    home = tmp_path / "home"
    with new_vault(home, "coordinator") as vault:
        tar, photo, stopped = (a_tar(vault) for _ in range(3))
        imported = an_import(tar)
        attachment = RecordAttachment(imported.records[0].digest, 0, "identity", photo, "ab", 3, "photo")
        vault.ledger.record_import(replace(imported, attachments=(attachment,)))
        vault.quarantine.add(Quarantined("q1", None, None, "TAR-1", {}, stopped, AT))
    with open_vault(home) as vault:
        for blob_id in (tar, photo, stopped):
            with vault.blobs.open(blob_id) as reader:
                assert reader.read() == b"tar"


def test_the_log(vault: Vault) -> None:
    """Leaves are numbered from 0 and carry their RFC 6962 hash."""
    assert [vault.log.append(leaf) for leaf in (b"a", b"b")] == [0, 1]
    assert vault.log.size() == 2
    leaves = vault.log.leaves()
    assert [leaf.leaf for leaf in leaves] == [b"a", b"b"]
    assert leaves[1].hash == hashlib.sha256(b"\x00b").digest()


def test_every_version_of_trust_is_kept(vault: Vault) -> None:
    """Newest is the highest serial, whatever the order of arrival; none is dropped."""
    for serial in (1, 3, 2):
        vault.trust.put("roster", serial, {"roster": b"%d" % serial, "roster.sig": b"s"}, AT)
    newest = vault.trust.newest("roster")
    assert newest is not None
    assert (newest.serial, newest.files) == (3, {"roster": b"3", "roster.sig": b"s"})
    assert [version.serial for version in vault.trust.all("roster")] == [1, 2, 3]


def test_a_serial_means_one_thing(vault: Vault) -> None:
    """The same files again change nothing; other bytes, a file more or a file less under that serial are refused."""
    files = {"roster": b"1", "roster.sig": b"s"}
    vault.trust.put("roster", 1, files, AT)
    vault.trust.put("roster", 1, files, "2027-01-01T00:00:00Z")
    for others in ({**files, "roster": b"2"}, {**files, "x": b""}, {"roster": b"1"}):
        with pytest.raises(AlreadyInVault):
            vault.trust.put("roster", 1, others, AT)
    assert [version.received_at for version in vault.trust.all("roster")] == [AT]
