"""Drafts: one answer, one commit; nothing of a discarded one stays."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from intake.errors import AlreadyInVault, IntakeError, JsonFault, NotInVault
from intake.store.rows import Attachment, Draft
from tests.worlds.store import AT, a_draft, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intake.store.vault import Vault

ID = a_draft().id


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An open vault with one draft."""
    with new_vault(tmp_path / "home") as made:
        made.drafts.create(a_draft())
        yield made


def test_answers_and_their_order(vault: Vault) -> None:
    """Answers come back as they were given, in the order they were last given."""
    assert vault.drafts.save(ID, "a", {"нема": None}) == 1
    assert vault.drafts.save(ID, "b", [1, 2.5, True]) == 2
    assert vault.drafts.save(ID, "a", "знову") == 3
    values = vault.drafts.values(ID)
    assert {path: value.value for path, value in values.items()} == {"b": [1, 2.5, True], "a": "знову"}
    assert [value.event for value in values.values()] == [2, 3]


def test_place_is_kept_with_the_answer(vault: Vault) -> None:
    """The place reached is in the same commit as the answer, and an answer without one leaves it."""
    assert vault.drafts.position(ID) is None
    vault.drafts.save(ID, "a", 1, {"question": "q2"})
    vault.drafts.save(ID, "b", 1)
    assert vault.drafts.position(ID) == {"question": "q2"}
    vault.drafts.set_position(ID, None)
    assert vault.drafts.position(ID) is None


def test_there_after_opening_again(tmp_path: Path) -> None:
    """What a save returned from is there for the next process."""
    home = tmp_path / "home"
    with new_vault(home) as first:
        first.drafts.create(a_draft())
        first.drafts.save(ID, "a", "так", 3)
    with open_vault(home) as second:
        assert second.drafts.values(ID)["a"].value == "так"
        assert second.drafts.position(ID) == 3


def test_found_by_id_and_by_case_code(vault: Vault) -> None:
    """Both names lead to the same draft; a summary carries no answer."""
    vault.drafts.save(ID, "a", "слово")
    found = vault.drafts.get(a_draft().case_code)
    assert found == vault.drafts.get(ID)
    assert found is not None
    assert (found.id, found.events, found.created_at) == (ID, 1, AT)
    assert "слово" not in repr(vault.drafts.list())
    assert vault.drafts.get("999") is None


def test_an_answer_is_not_in_a_repr(vault: Vault) -> None:
    """A traceback that shows a row does not show testimony or a file name."""
    vault.drafts.save(ID, "a", "слово")
    assert "слово" not in repr(vault.drafts.values(ID))
    assert "паспорт" not in repr(Attachment("1", "2", "identity", "паспорт.jpg", "photo"))


def test_taken_back(vault: Vault) -> None:
    """A removed answer is gone, its event number is not used again, and removing nothing is no fault."""
    vault.drafts.save(ID, "a", 1)
    vault.drafts.remove(ID, "a")
    vault.drafts.remove(ID, "a")
    assert vault.drafts.values(ID) == {}
    assert vault.drafts.save(ID, "b", 1) == 2


@pytest.mark.parametrize("same", ["id", "case code"])
def test_never_a_second_one(vault: Vault, same: str) -> None:
    """A draft with a taken id or a taken case code is refused and changes nothing."""
    other = a_draft(2)
    draft = Draft(
        ID if same == "id" else other.id,
        other.case_code if same == "id" else a_draft().case_code,
        "first_account",
        "uk",
        AT,
        "q/1",
    )
    with pytest.raises(AlreadyInVault):
        vault.drafts.create(draft)
    assert len(vault.drafts.list()) == 1


def test_no_such_draft(vault: Vault) -> None:
    """Every deed on a draft that is not there says so."""
    deeds: list[Callable[[], object]] = [
        lambda: vault.drafts.save("x", "a", 1),
        lambda: vault.drafts.values("x"),
        lambda: vault.drafts.remove("x", "a"),
        lambda: vault.drafts.position("x"),
        lambda: vault.drafts.set_position("x", 1),
        lambda: vault.drafts.discard("x"),
        lambda: vault.attachments.add("x", Attachment("1", "2", "account", "f", "photo")),
        lambda: vault.attachments.remove("x", "1"),
    ]
    for deed in deeds:
        with pytest.raises(NotInVault):
            deed()


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf"), b"bytes", object()])
def test_what_is_not_json_is_not_saved(vault: Vault, value: object) -> None:
    """Half a character, no number, no JSON: refused before a commit, the draft stays as it was."""
    with pytest.raises(JsonFault):
        vault.drafts.save(ID, "a", value)
    assert vault.drafts.values(ID) == {}


def test_many_at_once(vault: Vault) -> None:
    """Thousands of added lines are one transaction, each with all its answers."""
    vault.drafts.save_many((a_draft(n), {"a": n, "b": [n]}) for n in range(2, 1002))
    assert len(vault.drafts.list()) == 1001
    assert vault.drafts.values(a_draft(500).id)["b"].value == [500]
    assert vault.drafts.save(a_draft(500).id, "c", 1) == 3


def test_many_at_once_or_none(vault: Vault) -> None:
    """One that is there already takes the whole transaction back."""
    with pytest.raises(AlreadyInVault):
        vault.drafts.save_many([(a_draft(2), {"a": 1}), (a_draft(), {"a": 1})])
    assert len(vault.drafts.list()) == 1


def test_saving_from_two_threads(vault: Vault) -> None:
    """An autosave timer beside the interview: every answer gets an event of its own, none is lost."""
    faults: list[BaseException] = []

    def save(name: str) -> None:
        try:
            for n in range(30):
                vault.drafts.save(ID, f"{name}.{n}", n)
        except IntakeError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=save, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    events = [value.event for value in vault.drafts.values(ID).values()]
    assert sorted(events) == list(range(1, 61))


def attach(vault: Vault, attachment_id: str = "a1", draft_id: str = ID) -> Attachment:
    """A photo attached to the draft."""
    blob = vault.blobs.write(BytesIO(b"photo " * 100), "image/jpeg", 10**6)
    attachment = Attachment(attachment_id, blob.id, "identity", "паспорт.jpg", "document_scan", ("face",))
    vault.attachments.add(draft_id, attachment)
    return attachment


def test_attached_and_detached(vault: Vault, tmp_path: Path) -> None:
    """Attachments are listed in order; detaching shreds key and file of that one only."""
    first, second = attach(vault), attach(vault, "a2")
    assert vault.attachments.list(ID) == [first, second]
    vault.attachments.remove(ID, first.id)
    assert vault.attachments.list(ID) == [second]
    assert vault.blobs.get(first.blob_id) is None
    assert [path.stem for path in (tmp_path / "home" / "blobs").rglob("*.age")] == [second.blob_id]


def test_detaching_from_another_draft(vault: Vault) -> None:
    """An attachment is detached from its own draft only."""
    vault.drafts.create(a_draft(2))
    attachment = attach(vault)
    with pytest.raises(NotInVault):
        vault.attachments.remove(a_draft(2).id, attachment.id)
    assert vault.attachments.list(ID) == [attachment]


def test_attaching_a_blob_that_is_not_there(vault: Vault) -> None:
    """An attachment refers to a written blob, or is refused."""
    with pytest.raises(IntakeError):
        vault.attachments.add(ID, Attachment("1", "no such blob", "account", "f", "photo"))
    assert vault.attachments.list(ID) == []


def test_discarded(vault: Vault, tmp_path: Path) -> None:
    """Discarding takes the draft, its answers, keys and files, empties the log, and leaves the others."""
    vault.drafts.create(a_draft(2))
    kept = attach(vault, "a2", a_draft(2).id)
    vault.drafts.save(a_draft(2).id, "a", 2)
    vault.drafts.save(ID, "a", 1)
    attach(vault)
    vault.drafts.discard(ID)
    assert [draft.id for draft in vault.drafts.list()] == [a_draft(2).id]
    assert vault.drafts.values(a_draft(2).id)["a"].value == 2
    home = tmp_path / "home"
    assert [path.stem for path in (home / "blobs").rglob("*.age")] == [kept.blob_id]
    assert (home / "store.db-wal").stat().st_size == 0
