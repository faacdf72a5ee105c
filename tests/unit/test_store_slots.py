"""Slots are stock files: a vault can be recovered without this program, and damage is told from a wrong passphrase."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pexpect
import pyrage
import pytest

from intake.crypto import age
from intake.errors import DamagedVault, WrongPassphrase
from tests.worlds.store import PASSPHRASE, a_draft, new_vault, open_vault, stock_connection

if TYPE_CHECKING:
    from pathlib import Path

KEY = re.compile(r"x'[0-9a-f]{64}'\Z")


def a_home_with_an_answer(tmp_path: Path) -> Path:
    """A closed vault with one answer in it."""
    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        vault.drafts.save(a_draft().id, "account.narrative_original", "Почалося вночі.")
    return home


def answers_by_plain_calls(home: Path, key: str) -> list[str]:
    """Read the answers without a line of ours."""
    database = stock_connection(home, key)
    rows = database.execute("SELECT value FROM draft_values").fetchall()
    database.close()
    return [row[0] for row in rows]


def test_recovered_by_pyrage_and_sqlcipher(tmp_path: Path) -> None:
    """Another age implementation opens the slot; its plaintext is the raw key and nothing else."""
    home = a_home_with_an_answer(tmp_path)
    key = pyrage.passphrase.decrypt((home / "slots" / "passphrase.age").read_bytes(), PASSPHRASE).decode()
    assert KEY.match(key)
    assert answers_by_plain_calls(home, key) == ['"Почалося вночі."']


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_recovered_by_stock_age(tmp_path: Path) -> None:
    """Debian's age, asked at its terminal, opens the slot; plain sqlcipher3 calls read the vault."""
    home = a_home_with_an_answer(tmp_path)
    terminal = pexpect.spawn("age", ["-d", "-o", str(tmp_path / "key"), str(home / "slots" / "passphrase.age")])
    terminal.expect("passphrase")
    terminal.sendline(PASSPHRASE)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert answers_by_plain_calls(home, (tmp_path / "key").read_text()) == ['"Почалося вночі."']


@pytest.mark.interop
@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_organisation_recovers_by_stock_age(tmp_path: Path) -> None:
    """The recovery slot is a stock file too (a classic recipient here: Debian's age may not know `age1pq`)."""
    home = a_home_with_an_answer(tmp_path)
    identity = age.X25519Identity.generate()
    with open_vault(home) as vault:
        vault.write_recovery_slot(identity.recipient())  # type: ignore[arg-type]  # as the docstring says
    (tmp_path / "identity").write_text(str(identity))
    done = subprocess.run(
        ["age", "-d", "-i", str(tmp_path / "identity"), str(home / "slots" / "recovery.age")],
        capture_output=True,
        check=True,
    )
    assert answers_by_plain_calls(home, done.stdout.decode()) == ['"Почалося вночі."']


def test_every_byte_of_the_slot(tmp_path: Path) -> None:
    """A change anywhere in the slot ends in one of two leaves; only bytes that a passphrase opens may say `wrong`."""
    home = tmp_path / "home"
    new_vault(home).close()
    path = home / "slots" / "passphrase.age"
    slot = path.read_bytes()
    wrapped_key_ends = slot.index(b"\n---")
    for place in range(0, len(slot), 3):
        path.write_bytes(slot[:place] + bytes([slot[place] ^ 1]) + slot[place + 1 :])
        with pytest.raises((DamagedVault, WrongPassphrase)) as caught:
            open_vault(home)
        if place > wrapped_key_ends:
            assert caught.type is DamagedVault, place


@pytest.mark.parametrize("kept", [0, 10, 100, 200])
def test_a_slot_cut_short(tmp_path: Path, kept: int) -> None:
    """A slot cut anywhere is damage, never a wrong passphrase."""
    home = tmp_path / "home"
    new_vault(home).close()
    path = home / "slots" / "passphrase.age"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DamagedVault):
        open_vault(home)


def test_a_slot_gone(tmp_path: Path) -> None:
    """A vault without its slot is damaged, not absent, and init does not touch it."""
    home = tmp_path / "home"
    new_vault(home).close()
    (home / "slots" / "passphrase.age").unlink()
    with pytest.raises(DamagedVault) as caught:
        open_vault(home)
    assert caught.value.fields["what"] == "slots/passphrase.age"


@pytest.mark.parametrize("plaintext", [b"", b"x'00'", b"x'" + b"0" * 64 + b"'\n", b"\xff" * 67])
def test_a_slot_that_holds_something_else(tmp_path: Path, plaintext: bytes) -> None:
    """The right passphrase on a slot whose content is not a key: damage."""
    home = tmp_path / "home"
    new_vault(home).close()
    slot = age.encrypt_bytes(plaintext, [age.ScryptRecipient(PASSPHRASE.encode(), 10)])
    (home / "slots" / "passphrase.age").write_bytes(slot)
    with pytest.raises(DamagedVault):
        open_vault(home)


def test_a_slot_that_asks_for_too_much_work(tmp_path: Path) -> None:
    """A work factor above age's cap is refused before any work is done."""
    home = tmp_path / "home"
    new_vault(home).close()
    path = home / "slots" / "passphrase.age"
    lines = path.read_bytes().split(b"\n", 2)
    lines[1] = lines[1].rsplit(b" ", 1)[0] + b" 23"
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(DamagedVault):
        open_vault(home)


def test_the_work_factor_is_in_the_file(tmp_path: Path) -> None:
    """Opening reads the factor from the slot, so a stronger one can be chosen later."""
    home = tmp_path / "home"
    new_vault(home).close()
    assert (home / "slots" / "passphrase.age").read_bytes().split(b"\n")[1].endswith(b" 10")
