"""Disks and media that give out while a vault is backed up, restored or salvaged: said as what they are."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import CarrierFull, CarrierMissing, DiskFull, UnreadableFile
from intake.store import backup_file
from intake.usecases.attach import attach
from intake.usecases.backup import backup
from intake.usecases.listing import list_
from intake.usecases.offline import Offline
from intake.usecases.salvaging import salvage
from tests.worlds.disks import fill, small_disk
from tests.worlds.loop import PASSPHRASE, Laptop, World, ready
from tests.worlds.records import testimony as document
from tests.worlds.recovery import opened_by_new, restored

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> tuple[World, Laptop]:
    """An organisation, and a laptop with a sealed testimony and a draft with two megabytes."""
    world, laptop, _ = ready(tmp_path / "made")
    laptop.add([document()])
    laptop.seal()
    case = laptop.add([document(n=1)]).drafts[0].case
    (tmp_path / "film").write_bytes(bytes(2_000_000))
    attach(laptop.env, case, [tmp_path / "film"], part="account")
    return world, laptop


def test_a_stick_without_room(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """No file of any name is left on it, and none of the snapshot in the vault."""
    _, laptop = made
    with small_disk(tmp_path / "stick", "1m") as stick, pytest.raises(CarrierFull):
        backup(laptop.env, stick / "b.age")
    with pytest.raises(CarrierMissing):
        backup(laptop.env, tmp_path / "gone" / "b.age")
    assert not list(laptop.env.home.glob("store.db.snapshot*"))
    assert len(list_(laptop.env)) == 2


def test_a_full_disk_under_the_vault(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """There is no room for the snapshot: DiskFull, and the vault is as it was."""
    _, laptop = made
    with small_disk(tmp_path / "disk", "8m") as disk:
        shutil.copytree(laptop.env.home, disk / "home")
        env = replace(laptop.env, home=disk / "home")
        filler = fill(disk)
        with pytest.raises(DiskFull):
            backup(env, tmp_path / "b.age")
        filler.unlink()
        assert len(list_(env)) == 2
        assert backup(env, tmp_path / "b.age").missing == ()


def test_a_restore_onto_a_full_disk(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """DiskFull wherever it happens, no vault, and with room the same command makes one."""
    world, laptop = made
    file = backup(laptop.env, tmp_path / "b.age").path
    with small_disk(tmp_path / "disk", "16m") as disk:
        for kept in (0, 50_000, 500_000, 1_500_000):
            filler = fill(disk)
            with filler.open("r+b") as sink:
                sink.truncate(max(0, filler.stat().st_size - kept))
            with pytest.raises(DiskFull):
                restored(world, file, disk / "home")
            filler.unlink()
            assert not (disk / "home" / "store.db").exists()
        assert restored(world, file, disk / "home").drafts == 1
        assert len(list_(opened_by_new(replace(laptop.env, home=disk / "home")))) == 2


class Dying(io.BytesIO):
    """A medium that can be read to a point."""

    def __init__(self, data: bytes, until: int) -> None:
        super().__init__(data)
        self._until = until

    def read(self, n: int | None = -1, /) -> bytes:
        """The bytes, or the medium's fault."""
        if self.tell() >= self._until:
            raise OSError(5, "Input/output error")
        return super().read(n)

    def readinto(self, buffer: Any, /) -> int:
        """The same."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def test_a_backup_on_a_dying_stick(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """The medium is told from the disk that is written to."""
    world, laptop = made
    data = backup(laptop.env, tmp_path / "b.age").path.read_bytes()
    recovery = Offline(world.env.home / "offline", PASSPHRASE).recovery()
    for until in (0, 100_000, len(data) - 1000):
        with pytest.raises(UnreadableFile):
            backup_file.read(Dying(data, until), recovery, tmp_path / str(until))


def test_a_salvage_onto_a_full_disk(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """DiskFull, nothing of the bundle is there, and its number is not used up."""
    world, laptop = made
    laptop.seal()
    with small_disk(tmp_path / "disk", "8m") as disk:
        shutil.copytree(world.env.home, disk / "org")
        env = replace(world.env, home=disk / "org")
        filler = fill(disk)
        with filler.open("r+b") as sink:
            sink.truncate(max(0, filler.stat().st_size - 1_000_000))
        with pytest.raises(DiskFull):
            salvage(env, laptop.env.home)
        filler.unlink()
        assert list_(env) == ()
        done = salvage(env, laptop.env.home)
        assert {one.state for one in done.files} == {"taken"}
        assert [one.seq for one in done.bundles] == [1]
