"""The vault's door: making, opening, and telling apart what does not open."""

from __future__ import annotations

import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

from intake.crypto import age
from intake.errors import (
    DamagedVault,
    IntakeError,
    NoCipher,
    NotAVault,
    NotInVault,
    NoVault,
    VaultBusy,
    VaultExists,
    VaultTooNew,
    WrongPassphrase,
)
from intake.store import connection, slots
from intake.store.vault import Vault
from tests.worlds.store import LOG_N, PASSPHRASE, a_draft, new_vault, open_vault, stock_connection

if TYPE_CHECKING:
    from pathlib import Path


def key_of(home: Path) -> str:
    """The database's key, through the passphrase slot."""
    return slots.open_passphrase(home / "slots", PASSPHRASE)


def test_made_and_opened(tmp_path: Path) -> None:
    """What was written by one process is there for the next, and the role is the one chosen."""
    home = tmp_path / "home"
    with new_vault(home, "coordinator") as vault:
        vault.settings.set("epoch", {"label": "2026-11"})
        vault.secrets.put("signer", b"\x00\xff")
    with open_vault(home) as vault:
        assert vault.role == "coordinator"
        assert vault.settings.get("epoch") == {"label": "2026-11"}
        assert vault.settings.get("nothing", 7) == 7
        assert vault.secrets.get("signer") == b"\x00\xff"
        assert vault.secrets.get("nothing") is None
        assert vault.secrets.names() == ["signer"]


def test_private(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, the database's helpers too, whatever the mode of an empty folder was."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        with vault.outbox.write("a.age") as sink:
            sink.write(b"sealed")
        for path in [home, *home.rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_same_words_another_keyboard(tmp_path: Path) -> None:
    """A passphrase with й opens whether the keyboard gives one code point or two."""
    home = tmp_path / "home"
    Vault.create(home, "край", role="interviewer", log_n=LOG_N).close()
    Vault.open(home, "край").close()


def test_seven_faults_seven_leaves() -> None:
    """The faults that a person has to tell apart have a code, a message and a hint each."""
    names = ["WrongPassphrase", "DamagedVault", "NotAVault", "VaultTooNew", "DiskFull", "ReadOnlyFolder", "VaultBusy"]
    leaves = [leaf for leaf in _leaves(IntakeError) if leaf.__name__ in names]
    assert len(leaves) == 7
    for attribute in ("code", "message", "hint"):
        assert len({getattr(leaf, attribute) for leaf in leaves}) == 7


def _leaves(root: type[IntakeError]) -> list[type[IntakeError]]:
    return [root, *(leaf for below in root.__subclasses__() for leaf in _leaves(below))]


def test_wrong_passphrase(tmp_path: Path) -> None:
    """A wrong passphrase is that, never damage, and the next right one opens."""
    home = tmp_path / "home"
    new_vault(home).close()
    with pytest.raises(WrongPassphrase):
        Vault.open(home, PASSPHRASE + " ")
    open_vault(home).close()


def test_nothing_there(tmp_path: Path) -> None:
    """No folder, or an empty one: no vault yet, and nothing is made by looking."""
    with pytest.raises(NoVault):
        open_vault(tmp_path / "home")
    with pytest.raises(NoVault):
        open_vault(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["letters.txt", "outbox"])
def test_not_ours(tmp_path: Path, name: str) -> None:
    """A folder with other things in it is neither opened nor made a vault."""
    (tmp_path / name).write_bytes(b"hello")
    with pytest.raises(NotAVault):
        open_vault(tmp_path)
    with pytest.raises(NotAVault):
        new_vault(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_is_not_a_vault(tmp_path: Path) -> None:
    """A file in the folder's place is not a vault."""
    (tmp_path / "home").write_bytes(b"x")
    with pytest.raises(NotAVault):
        open_vault(tmp_path / "home")
    with pytest.raises(NotAVault):
        new_vault(tmp_path / "home")


def test_plain_database_is_not_a_vault(tmp_path: Path) -> None:
    """A plaintext SQLite file under our name is refused before any key is tried."""
    home = tmp_path / "home"
    new_vault(home).close()
    (home / "store.db").unlink()
    with sqlite3.connect(home / "store.db") as plain:
        plain.execute("CREATE TABLE t (a)")
    with pytest.raises(NotAVault):
        open_vault(home)


def test_anothers_database_under_our_key(tmp_path: Path) -> None:
    """An encrypted database of another program, even under the right key, is not a vault."""
    home = tmp_path / "home"
    new_vault(home).close()
    key = key_of(home)
    (home / "store.db").unlink()
    other = stock_connection(home, key)
    other.execute("CREATE TABLE t (a)")
    other.close()
    with pytest.raises(NotAVault):
        open_vault(home)


def test_never_over_another(tmp_path: Path) -> None:
    """A second init changes nothing of the first vault."""
    home = tmp_path / "home"
    new_vault(home).close()
    before = (home / "slots" / "passphrase.age").read_bytes()
    with pytest.raises(VaultExists):
        Vault.create(home, "another", role="coordinator", log_n=LOG_N)
    assert (home / "slots" / "passphrase.age").read_bytes() == before
    open_vault(home).close()


def test_newer_vault(tmp_path: Path) -> None:
    """A vault of a later intake is told as such, and not touched."""
    home = tmp_path / "home"
    new_vault(home).close()
    database = stock_connection(home, key_of(home))
    database.execute("PRAGMA user_version = 9999")
    database.close()
    before = (home / "store.db").read_bytes()
    with pytest.raises(VaultTooNew) as caught:
        open_vault(home)
    assert caught.value.fields["found"] == 9999
    assert (home / "store.db").read_bytes() == before


def test_one_at_a_time(tmp_path: Path) -> None:
    """While one has it open, another is told so, before its passphrase is tried; afterwards it opens."""
    home = tmp_path / "home"
    with new_vault(home):
        with pytest.raises(VaultBusy):
            Vault.open(home, "wrong")
        with pytest.raises(VaultExists):
            new_vault(home)
    open_vault(home).close()


def test_a_foreign_writer(tmp_path: Path) -> None:
    """A stock sqlcipher in the middle of writing is busy too; the answer is refused, not lost silently."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        other = stock_connection(home, key_of(home))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(VaultBusy):
            vault.drafts.save(a_draft().id, "a", 1)
        other.rollback()
        other.close()
        assert vault.drafts.save(a_draft().id, "a", 1) == 1


def test_plain_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a library that can't encrypt, nothing is opened and not a byte is written."""
    path = tmp_path / "store.db"
    path.touch()
    monkeypatch.setattr(connection, "sqlcipher", sqlite3)
    with pytest.raises(NoCipher):
        connection.Database(path, slots.new_key())
    assert path.stat().st_size == 0


def test_pragmas_hold(tmp_path: Path) -> None:
    """The settings that keep bytes from lying around, and commits from being lost, are on."""
    with new_vault(tmp_path / "home") as vault:
        answers = {
            name: vault._database.one(f"PRAGMA {name}")
            for name in ("journal_mode", "synchronous", "secure_delete", "temp_store", "foreign_keys", "trusted_schema")
        }
        memory = vault._database.one("PRAGMA cipher_memory_security")
    assert answers == {
        "journal_mode": ("wal",),
        "synchronous": (2,),
        "secure_delete": (1,),
        "temp_store": (2,),
        "foreign_keys": (1,),
        "trusted_schema": (0,),
    }
    assert memory in {("1",), (1,)}


def test_a_database_swapped_in(tmp_path: Path) -> None:
    """The database of another vault under our slot is damage: the passphrase was right."""
    new_vault(tmp_path / "one").close()
    new_vault(tmp_path / "two").close()
    (tmp_path / "two" / "store.db").replace(tmp_path / "one" / "store.db")
    with pytest.raises(DamagedVault):
        open_vault(tmp_path / "one")


def write_both_and_fail(vault: Vault) -> None:
    """Two writes that are whole by themselves, then a third that is refused."""
    with vault.transaction():
        vault.settings.set("a", 1)
        vault.drafts.create(a_draft())
        vault.drafts.save("no such draft", "a", 1)


def test_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    """Writes of several repositories stand or fall together, also when one inside has its own transaction."""
    with new_vault(tmp_path / "home") as vault:
        with pytest.raises(NotInVault):
            write_both_and_fail(vault)
        assert vault.settings.get("a") is None
        assert vault.drafts.list() == []
        with vault.transaction():
            vault.settings.set("a", 1)
            vault.drafts.create(a_draft())
        assert vault.settings.get("a") == 1
        assert len(vault.drafts.list()) == 1


def test_closing_twice(tmp_path: Path) -> None:
    """A second close does nothing."""
    vault = new_vault(tmp_path / "home")
    vault.close()
    vault.close()


def test_recovery_slot_is_rewritten(tmp_path: Path) -> None:
    """A later recovery recipient takes the earlier one's place."""
    home = tmp_path / "home"
    first, second = age.PostQuantumIdentity.generate(), age.PostQuantumIdentity.generate()
    with new_vault(home) as vault:
        vault.write_recovery_slot(first.recipient())
        vault.write_recovery_slot(second.recipient())
    slot = (home / "slots" / "recovery.age").read_bytes()
    assert age.decrypt_bytes(slot, [second]).decode() == key_of(home)
    with pytest.raises(IntakeError):
        age.decrypt_bytes(slot, [first])
