"""No room at either end of a sync: it stops with a word, keeps what was done, and goes on when there is room."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import CarrierFull, DiskFull
from intake.usecases.syncing import sync
from tests.worlds.disks import fill, small_disk
from tests.worlds.loop import Laptop, World, ready
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> tuple[World, Laptop]:
    """An organisation, and a laptop with a sealed testimony."""
    world, laptop, _ = ready(tmp_path / "made")
    laptop.add([made_up()])
    laptop.seal()
    return world, laptop


def test_a_stick_without_room(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """Nothing counts as sent; with room the same bundle goes, under the same number, and nothing half stays there."""
    _, laptop = made
    with small_disk(tmp_path / "stick", "3m") as stick:
        filler = fill(stick)
        with pytest.raises(CarrierFull):
            sync(laptop.env, str(stick))
        assert not [path for path in stick.rglob("*") if path.is_file() and path != filler]
        filler.unlink()
        assert [one.seq for one in sync(laptop.env, str(stick)).sent] == [1]
        assert not list(stick.rglob("*.part"))


@pytest.mark.parametrize("whose", ["laptop", "desk"])
def test_a_full_disk_under_the_vault(made: tuple[World, Laptop], tmp_path: Path, whose: str) -> None:
    """No room for what would go or come: no number is used up, nothing is imported, and it says so; later it is."""
    world, laptop = made
    place = tmp_path / "place"
    place.mkdir()
    if whose == "desk":
        sync(laptop.env, str(place))
    env = laptop.env if whose == "laptop" else world.env
    with small_disk(tmp_path / "disk", "60m") as disk:
        shutil.copytree(env.home, disk / "home")
        env = replace(env, home=disk / "home")
        filler = fill(disk)
        with filler.open("r+b") as sink:
            sink.truncate(filler.stat().st_size - (1 << 20))
        if whose == "laptop":
            with pytest.raises(DiskFull):
                sync(env, str(place))
        else:
            assert [type(one.error) for one in sync(env, str(place)).refused] == [DiskFull]
        filler.unlink()
        done = sync(env, str(place))
        if whose == "laptop":
            assert [one.seq for one in done.sent] == [1]
        else:
            assert done.imported is not None
            assert [one.state for one in done.imported.bundles] == ["imported"]
