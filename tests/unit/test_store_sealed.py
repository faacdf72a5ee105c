"""What stays of a sealed record: a stub and items, files in the outbox, a place in the chain."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, cast

import pytest

from intake.errors import AlreadyInVault, DamagedBlob, DiskFault, NotInVault
from intake.store.rows import Attachment, SentBundle
from tests.worlds.store import AT, a_digest, a_draft, a_stub, an_item, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intake.store.vault import Vault

CHAIN = "c" * 32


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An open vault with one draft, an answer and an attachment."""
    with new_vault(tmp_path / "home") as made:
        made.drafts.create(a_draft())
        made.drafts.save(a_draft().id, "a", "слово")
        blob = made.blobs.write(BytesIO(b"photo"), "image/jpeg", 10)
        made.attachments.add(a_draft().id, Attachment("a1", blob.id, "account", "f.jpg", "photo"))
        yield made


def put(vault: Vault, name: str, content: bytes = b"sealed") -> None:
    """A file in the outbox."""
    with vault.outbox.write(name) as sink:
        sink.write(content)


def test_sealing_replaces_the_draft(vault: Vault, tmp_path: Path) -> None:
    """After sealing there is a stub with its items, and no draft, answer, key or file of it; the log is empty."""
    stub = a_stub(a_draft())
    item = an_item(stub, "1.age")
    put(vault, item.name)
    vault.sealed.seal_draft(a_draft().id, stub, [item])
    assert vault.drafts.list() == []
    assert vault.sealed.list() == [stub]
    assert vault.sealed.get(stub.case_code) == vault.sealed.get(stub.record_id) == [stub]
    assert vault.sealed.items(stub.digest) == vault.sealed.all_items() == [item]
    home = tmp_path / "home"
    assert not list((home / "blobs").rglob("*.age"))
    assert (home / "store.db-wal").stat().st_size == 0
    for table in ("draft_values", "attachments", "blobs"):
        assert vault._database.one(f"SELECT count(*) FROM {table}") == (0,)  # noqa: S608  # our own names


def test_ordinals_rise_by_one(vault: Vault) -> None:
    """Each sealed record takes the next ordinal, and none twice; a refused sealing keeps the draft."""
    vault.drafts.create(a_draft(2))
    assert vault.sealed.next_ordinal() == 1
    vault.sealed.seal_draft(a_draft().id, a_stub(a_draft(), 1), [])
    assert vault.sealed.next_ordinal() == 2
    with pytest.raises(AlreadyInVault):
        vault.sealed.seal_draft(a_draft(2).id, a_stub(a_draft(2), 1), [])
    assert [draft.id for draft in vault.drafts.list()] == [a_draft(2).id]


def test_sealing_what_is_not_there(vault: Vault) -> None:
    """No draft, no stub."""
    with pytest.raises(NotInVault):
        vault.sealed.seal_draft("x", a_stub(a_draft()), [])
    assert vault.sealed.list() == []
    assert vault.sealed.get("x") == []


def test_a_refused_item_takes_the_sealing_back(vault: Vault) -> None:
    """Two items of one name: nothing is sealed, nothing shredded."""
    stub = a_stub(a_draft())
    with pytest.raises(AlreadyInVault):
        vault.sealed.seal_draft(a_draft().id, stub, [an_item(stub, "1.age"), an_item(stub, "1.age")])
    assert vault.drafts.values(a_draft().id)["a"].value == "слово"
    (attachment,) = vault.attachments.list(a_draft().id)
    with vault.blobs.open(attachment.blob_id) as reader:
        assert reader.read() == b"photo"


def test_outbox_file_is_whole_or_absent(vault: Vault) -> None:
    """A fault while writing leaves no file under any name."""
    put(vault, "1.age")
    with pytest.raises(TypeError), vault.outbox.write("2.age") as sink:
        sink.write(cast("bytes", "half"))
    with pytest.raises(DiskFault), vault.outbox.write("3.age") as sink:
        raise OSError(5, "Input/output error")
    assert [path.name for path in vault.outbox.path("1.age").parent.iterdir()] == ["1.age"]
    with vault.outbox.open("1.age") as source:
        assert source.read() == b"sealed"
        assert not source.writable()


def test_outbox_file_gone(vault: Vault) -> None:
    """A missing sealed file is told as such."""
    with pytest.raises(DamagedBlob):
        vault.outbox.open("1.age")


def test_outbox_is_swept_of_what_no_item_names(tmp_path: Path) -> None:
    """Files of a sealing that was killed go when the vault is opened; sealed ones stay."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        stub = a_stub(a_draft())
        put(vault, "kept.age")
        put(vault, "left.age")
        vault.sealed.seal_draft(a_draft().id, stub, [an_item(stub, "kept.age")])
    (home / "outbox" / "half.age.part").write_bytes(b"?")
    open_vault(home).close()
    assert [path.name for path in (home / "outbox").iterdir()] == ["kept.age"]


def sent(seq: int, *items: str, chain: str = CHAIN) -> SentBundle:
    """A bundle of ours."""
    return SentBundle(chain, seq, f"{seq:032x}", a_digest(f"{chain} {seq}"), AT, items)


def test_the_chain_has_no_gap(vault: Vault) -> None:
    """Numbers rise by one, each names the bundle before it, and a number is used up by reserving it."""
    vault.chain.start(CHAIN, AT)
    assert (vault.chain.next().seq, vault.chain.next().prev) == (1, None)
    vault.chain.reserve(sent(1))
    place = vault.chain.next()
    assert (place.chain, place.seq, place.prev) == (CHAIN, 2, sent(1).digest)
    for refused in (sent(1), sent(3), sent(2, chain="d" * 32)):
        with pytest.raises(AlreadyInVault):
            vault.chain.reserve(refused)
    assert vault.chain.next() == place


def test_a_new_chain_names_its_predecessor(vault: Vault) -> None:
    """After a restore a new chain begins at one and says which it follows."""
    vault.chain.start(CHAIN, AT)
    vault.chain.reserve(sent(1))
    vault.chain.start("d" * 32, AT)
    place = vault.chain.next()
    assert (place.chain, place.predecessor, place.seq, place.prev) == ("d" * 32, CHAIN, 1, None)
    vault.chain.reserve(sent(1, chain="d" * 32))
    assert [(one.chain, one.seq) for one in vault.chain.sent()] == [(CHAIN, 1), ("d" * 32, 1)]


def test_no_chain_yet(vault: Vault) -> None:
    """A vault that has no chain can't make a statement."""
    with pytest.raises(NotInVault):
        vault.chain.next()


def test_written_marks_the_items(vault: Vault) -> None:
    """Items become exported when the carried file has its name, not before; a receipted one does not fall back."""
    stub = a_stub(a_draft())
    vault.sealed.seal_draft(a_draft().id, stub, [an_item(stub, "1.age"), an_item(stub, "2.age")])
    vault.chain.start(CHAIN, AT)
    vault.chain.reserve(sent(1, "1.age"))
    assert [item.state for item in vault.sealed.all_items()] == ["sealed", "sealed"]
    vault.chain.mark_written(1)
    assert [item.state for item in vault.sealed.all_items()] == ["exported", "sealed"]
    assert [one.written for one in vault.chain.sent()] == [True]
    with pytest.raises(NotInVault):
        vault.chain.mark_written(2)
