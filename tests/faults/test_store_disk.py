"""Disks that are full, limited or read-only, and a database damaged anywhere: each its own leaf, nothing else lost."""

from __future__ import annotations

import os
import random
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from intake.errors import DamagedVault, DiskFull, IntakeError, NotAVault, ReadOnlyFolder
from intake.store.vault import Vault
from tests.worlds.disks import fill, mount, small_disk
from tests.worlds.kills import run_and_kill
from tests.worlds.store import a_draft, an_import, new_vault, open_vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ID = a_draft().id


@pytest.fixture(name="small_disk")
def two_megabytes(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    with small_disk(tmp_path / "disk", "2m") as disk:
        yield disk


def save_without_end(vault: Vault) -> None:
    """More than the disk holds."""
    for n in range(10_000):
        vault.drafts.save(ID, f"a.{n}", "довга відповідь " * 500)


def test_full_while_saving(small_disk: Path) -> None:
    """The answer is refused as `disk full`, the ones before are there, and with room again the same vault goes on."""
    home = small_disk / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        vault.drafts.save(ID, "before", "так")
        filler = fill(small_disk)
        with pytest.raises(DiskFull):
            save_without_end(vault)
        saved = len(vault.drafts.values(ID))
        assert vault.drafts.values(ID)["before"].value == "так"
        with pytest.raises(DiskFull):
            vault.drafts.save(ID, "again", "довга відповідь " * 5000)
        filler.unlink()
        assert vault.drafts.save(ID, "after", 1)
    with open_vault(home) as vault:
        assert len(vault.drafts.values(ID)) == saved + 1


def test_full_while_importing(small_disk: Path) -> None:
    """A bundle that does not fit leaves nothing of itself, neither rows nor a log entry."""
    home = small_disk / "home"
    with new_vault(home, "coordinator") as vault:
        blob = vault.blobs.write(BytesIO(b"tar"), "application/x-tar", 10)
        filler = fill(small_disk)
        with pytest.raises(DiskFull):
            vault.ledger.record_import(an_import(blob.id, records=3000))
        assert (vault.log.size(), vault.ledger.list(), vault.records.list()) == (0, [], [])
        filler.unlink()
        vault.ledger.record_import(an_import(blob.id))


def test_full_while_attaching(small_disk: Path) -> None:
    """A file that does not fit is refused and leaves no half of itself."""
    home = small_disk / "home"
    with new_vault(home) as vault:
        with pytest.raises(DiskFull):
            vault.blobs.write(BytesIO(bytes(3 << 20)), "video/mp4", 1 << 30)
        with pytest.raises(DiskFull), vault.outbox.write("1.age") as sink:
            sink.write(bytes(3 << 20))
        assert not [path for path in home.rglob("*.age*") if path.parent.name != "slots"]
        assert vault.drafts.list() == []


def test_full_while_opening(small_disk: Path) -> None:
    """A vault on a full disk says `disk full`, never damage, and opens when there is room."""
    home = small_disk / "home"
    new_vault(home).close()
    filler = fill(small_disk)
    with pytest.raises(DiskFull):
        open_vault(home)
    filler.unlink()
    open_vault(home).close()


def test_full_while_making(small_disk: Path) -> None:
    """A vault that does not fit is not made, and is made when there is room."""
    home = small_disk / "home"
    filler = fill(small_disk)
    with pytest.raises(DiskFull):
        new_vault(home)
    assert not Vault.exists(home)
    filler.unlink()
    new_vault(home).close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits a forked process")
def test_a_limit_on_file_sizes(tmp_path: Path) -> None:
    """A quota or a limit ends as `disk full` too, for any user and on any disk."""
    import resource  # noqa: PLC0415  # not on Windows

    home = tmp_path / "home"
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())

    def limited(acknowledge: Callable[[int], None]) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        vault = open_vault(home)
        n = 0
        try:
            while True:
                n = vault.drafts.save(ID, f"a.{n}", "відповідь " * 1000)
        except DiskFull:
            assert len(vault.drafts.values(ID)) == n
            acknowledge(n)

    (saved,) = run_and_kill(limited, after=2)
    with open_vault(home) as vault:
        assert len(vault.drafts.values(ID)) == saved


def test_read_only_disk(tmp_path: Path) -> None:
    """On a disk mounted read-only neither opening nor making is tried further, and the leaf says why."""
    disk, view = tmp_path / "disk", tmp_path / "view"
    view.mkdir()
    new_vault(disk / "home").close()
    before = (disk / "home" / "store.db").read_bytes()
    mount("--bind", str(disk), str(view))
    try:
        mount("-o", "remount,ro,bind", str(view))
        with pytest.raises(ReadOnlyFolder) as caught:
            open_vault(view / "home")
        assert caught.value.fields["home"] == view / "home"
        with pytest.raises(ReadOnlyFolder):
            new_vault(view / "another")
    finally:
        subprocess.run(["umount", "-l", str(view)], check=True)
    assert (disk / "home" / "store.db").read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_folder(tmp_path: Path) -> None:
    """A folder whose mode forbids writing is told as such."""
    home = tmp_path / "home"
    new_vault(home).close()
    home.chmod(0o500)
    try:
        with pytest.raises(ReadOnlyFolder):
            open_vault(home)
    finally:
        home.chmod(0o700)


def test_immutable_folder(tmp_path: Path) -> None:
    """A folder in which no file can be made, though the database itself could be written, is read-only as well."""
    home = tmp_path / "home"
    new_vault(home).close()
    if not _mark(home, "+i"):
        pytest.skip("this user or disk has no immutable folders")
    try:
        with pytest.raises(ReadOnlyFolder):
            open_vault(home)
    finally:
        _mark(home, "-i")
    open_vault(home).close()


def _mark(folder: Path, how: str) -> bool:
    try:
        return subprocess.run(["chattr", how, str(folder)], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def filled(home: Path) -> None:
    """A vault with something in many tables."""
    with new_vault(home, "coordinator") as vault:
        for n in range(1, 20):
            vault.drafts.create(a_draft(n))
            vault.drafts.save(a_draft(n).id, "a", "відповідь " * 300)
        blob = vault.blobs.write(BytesIO(b"tar"), "application/x-tar", 10)
        vault.ledger.record_import(an_import(blob.id, records=30, record=b"{" + b" " * 9000 + b"}"))


def read_all(vault: Vault) -> list[object]:
    """Everything the vault holds."""
    found: list[object] = [vault.drafts.values(draft.id) for draft in vault.drafts.list()]
    for bundle in vault.ledger.list():
        found.append(vault.ledger.items(bundle.digest))
        found += [(record, vault.records.identity(record.digest)) for record in vault.records.list()]
    return found


def test_a_byte_changed_in_every_page(tmp_path: Path) -> None:
    """One changed byte in any page is damage when that page is read, or is in a page that holds nothing."""
    home = tmp_path / "home"
    filled(home)
    with open_vault(home) as vault:
        whole = read_all(vault)
    path = home / "store.db"
    content = path.read_bytes()
    dice = random.Random(20261121)  # noqa: S311  # places, not secrets
    damaged = 0
    for page in range(0, len(content) // 4096, 2):
        place = page * 4096 + dice.randrange(4096)
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            with open_vault(home) as vault:
                assert read_all(vault) == whole
        except DamagedVault:
            damaged += 1
    assert damaged > len(content) // 4096 // 6


def test_damage_at_the_end_of_a_long_row(tmp_path: Path) -> None:
    """SQLCipher hands out zeros for the last page of a row and reports it late; no answer is ever given that way."""
    home = tmp_path / "home"
    text = "відповідь " * 700
    with new_vault(home) as vault:
        vault.drafts.create(a_draft())
        vault.drafts.save(ID, "a", text)
    path = home / "store.db"
    content = path.read_bytes()
    damaged = 0
    for page in range(len(content) // 4096):
        path.write_bytes(content[: page * 4096 + 2000] + b"?" + content[page * 4096 + 2001 :])
        try:
            with open_vault(home) as vault:
                assert vault.drafts.values(ID)["a"].value == text
        except DamagedVault:
            damaged += 1
    assert damaged >= 5


@pytest.mark.parametrize("kept", [0, 1, 16, 1000, 4096, 4097, 40960, 100_000])
def test_a_database_cut_short(tmp_path: Path, kept: int) -> None:
    """A database cut anywhere is damage: never empty, never a wrong passphrase, never made anew."""
    home = tmp_path / "home"
    new_vault(home).close()
    path = home / "store.db"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DamagedVault):
        open_vault(home)
    assert path.stat().st_size == kept


def test_a_database_gone(tmp_path: Path) -> None:
    """Slots without a database are a damaged vault; init does not make a new one over them."""
    home = tmp_path / "home"
    new_vault(home).close()
    (home / "store.db").unlink()
    with pytest.raises(DamagedVault):
        open_vault(home)
    with pytest.raises(NotAVault):
        new_vault(home)


def test_damage_shows_on_writing_too(tmp_path: Path) -> None:
    """Damage met after opening, by a save or a discard, is the same leaf; the vault still closes."""
    home = tmp_path / "home"
    filled(home)
    path = home / "store.db"
    content = bytearray(path.read_bytes())
    for page in range(4, len(content) // 4096):
        content[page * 4096 + 50] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedVault), open_vault(home) as vault:
        vault.drafts.discard(a_draft(3).id)


def test_faults_carry_no_content(tmp_path: Path) -> None:
    """Neither the leaf's sentence nor its chain of causes quotes an answer or SQLite's own words."""
    home = tmp_path / "home"
    filled(home)
    path = home / "store.db"
    path.write_bytes(path.read_bytes()[:8192])
    with pytest.raises(IntakeError) as caught:
        open_vault(home)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "відповідь" not in str(caught.value)
