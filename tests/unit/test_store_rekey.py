"""A new passphrase, a new key, and no key at all: whatever cuts the change short, the vault opens by one of the two."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from intake.crypto import age
from intake.errors import DamagedVault, NotAVault, WrongPassphrase
from intake.store import wipe
from intake.store.vault import Vault
from tests.worlds.store import LOG_N, PASSPHRASE, a_draft, new_vault, open_vault, run_and_kill_at_line, stock_connection

if TYPE_CHECKING:
    from pathlib import Path

NEW = "явір ліхтар поріг"
ID = a_draft().id
SAID = "Почалося вночі."


def a_home(tmp_path: Path) -> Path:
    """A closed vault with one answer in it."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        vault.drafts.save(ID, "account.narrative_original", SAID)
    return home


def rotate(home: Path, recovery: age.PostQuantumRecipient | None = None) -> None:
    """Under the new passphrase and a new key."""
    with open_vault(home) as vault:
        vault.new_key(NEW, LOG_N, recovery)


def said(home: Path, passphrase: str) -> object:
    """The answer, as this passphrase opens it."""
    with Vault.open(home, passphrase) as vault:
        return vault.drafts.values(ID)["account.narrative_original"].value


def test_another_passphrase(tmp_path: Path) -> None:
    """The new one opens, the old one does not; the key under them is the same."""
    home = a_home(tmp_path)
    with open_vault(home) as vault:
        vault.change_passphrase(NEW, LOG_N)
    assert said(home, NEW) == SAID
    with pytest.raises(WrongPassphrase):
        open_vault(home)


def test_a_copy_of_the_old_slot_still_opens_after_a_new_passphrase_alone(tmp_path: Path) -> None:
    """Which is why rotating exists: flash may keep the old slot."""
    home = a_home(tmp_path)
    kept = (home / "slots" / "passphrase.age").read_bytes()
    with open_vault(home) as vault:
        vault.change_passphrase(NEW, LOG_N)
    (home / "slots" / "passphrase.age").write_bytes(kept)
    assert said(home, PASSPHRASE) == SAID


def test_a_copy_of_the_old_slot_opens_nothing_after_rotating(tmp_path: Path) -> None:
    """The old slot opens by the old passphrase, and its key does not fit the new database."""
    home = a_home(tmp_path)
    kept = (home / "slots" / "passphrase.age").read_bytes()
    rotate(home)
    assert said(home, NEW) == SAID
    (home / "slots" / "passphrase.age").write_bytes(kept)
    with pytest.raises(DamagedVault):
        open_vault(home)


def test_a_rotated_vault_is_whole(tmp_path: Path) -> None:
    """Same shape, same settings of SQLite, nothing left beside it, no page of the old database."""
    home = a_home(tmp_path)
    before = (home / "store.db").read_bytes()
    rotate(home)
    assert sorted(path.name for path in home.iterdir()) == ["blobs", "lock", "outbox", "outgoing", "slots", "store.db"]
    assert [path.name for path in (home / "slots").iterdir()] == ["passphrase.age"]
    after = (home / "store.db").read_bytes()
    old_pages = {before[at : at + 4096] for at in range(0, len(before), 4096)}
    assert not any(after[at : at + 4096] in old_pages for at in range(0, len(after), 4096))
    with Vault.open(home, NEW) as vault:
        vault.drafts.save(ID, "account.narrative_original", "Ще раз.")
    assert said(home, NEW) == "Ще раз."


def test_the_organisation_opens_a_rotated_vault(tmp_path: Path) -> None:
    """The recovery slot holds the new key."""
    home, identity = a_home(tmp_path), age.PostQuantumIdentity.generate()
    rotate(home, identity.recipient())
    key = age.decrypt_bytes((home / "slots" / "recovery.age").read_bytes(), [identity]).decode()
    assert stock_connection(home, key).execute("SELECT count(*) FROM drafts").fetchone() == (1,)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_killed_while_rotating(tmp_path: Path) -> None:
    """At every line of the store: exactly one of the two passphrases opens, nothing is lost, nothing lies about."""
    first = a_home(tmp_path / "first")
    line, opened_by = 1, set()
    while True:
        home = tmp_path / f"at-{line}"
        shutil.copytree(first, home)
        killed = run_and_kill_at_line(lambda home=home: rotate(home), line)  # type: ignore[misc]  # bound per turn
        answers = []
        for passphrase in (PASSPHRASE, NEW):
            try:
                answers.append((passphrase, said(home, passphrase)))
            except WrongPassphrase:
                continue
        assert len(answers) == 1
        assert answers[0][1] == SAID
        assert not (home / "store.db.next").exists()
        assert not (home / "slots" / "next").exists()
        opened_by.add(answers[0][0])
        shutil.rmtree(home)
        if not killed:
            break
        line += 7
    assert opened_by == {PASSPHRASE, NEW}


def test_wiped(tmp_path: Path) -> None:
    """Nothing of the vault is left, and what was not the vault's is."""
    home = a_home(tmp_path)
    (home / "outbox" / "00.age").write_bytes(bytes(100_000))
    (home / "my own notes.txt").write_text("лишається")
    assert wipe.sealed_files(home) == 1
    assert wipe.wipe(home, key_only=False) == ()
    assert [path.name for path in home.iterdir()] == ["my own notes.txt"]
    with pytest.raises(NotAVault):
        open_vault(home)


def test_wiped_keys_only(tmp_path: Path) -> None:
    """The database is there and opens by nothing."""
    home = a_home(tmp_path)
    assert wipe.wipe(home, key_only=True) == ()
    assert (home / "store.db").exists()
    assert not list((home / "slots").iterdir())
    with pytest.raises(DamagedVault):
        open_vault(home)


def test_slots_go_first_and_are_overwritten(tmp_path: Path) -> None:
    """A second name for the slot's bytes shows noise afterwards: they were overwritten where they lay."""
    home = a_home(tmp_path)
    slot = home / "slots" / "passphrase.age"
    before = slot.read_bytes()
    (tmp_path / "second").hardlink_to(slot)
    wipe.wipe(home, key_only=True)
    after = (tmp_path / "second").read_bytes()
    assert len(after) == len(before)
    assert after[:32] != before[:32]


def test_what_can_not_be_destroyed_is_named(tmp_path: Path) -> None:
    """A name that can't be taken away (here: a folder in its place) is given back, and the rest goes."""
    home = a_home(tmp_path)
    if os.geteuid() == 0:
        (home / "store.db-odd").mkdir()
        (home / "store.db-odd" / "in the way").touch()
        assert wipe.wipe(home, key_only=False) == (home / "store.db-odd",)
    else:
        home.chmod(0o500)
        assert home / "store.db" in wipe.wipe(home, key_only=False)
        home.chmod(0o700)
    assert not list((home / "slots").glob("*"))
