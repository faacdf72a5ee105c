"""What docs/scaling.md counts is what `sync` does: the simulation and the real thing, on the same days."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench import scaling

from intake.store.vault import Vault
from intake.transports import folder_carrier
from intake.usecases.syncing import sync
from intake.usecases.trusted import EPOCH_PREFIX
from tests.unit.test_syncing import Watched
from tests.worlds.loop import PASSPHRASE, Laptop, World, ready
from tests.worlds.officers import appointed
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

COUNTED = ("names", "asked", "read", "write", "remove")


def epochs(world: World) -> int:
    """How many boxes a coordinator looks into for packs."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return sum(name.startswith(EPOCH_PREFIX) for name in vault.secrets.names())


def test_the_simulation_counts_what_sync_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four days of two laptops and two coordinators: every kind of call, as often, answered or not."""
    world, *laptops = ready(tmp_path)
    desks = [world, appointed(world)]
    place = tmp_path / "place"
    place.mkdir()
    everybody: list[World | Laptop] = [*desks, *laptops]
    for _round in range(3):  # until packs and rosters are everywhere
        for who in everybody:
            sync(who.env, str(place))
    watched = Watched(place)
    monkeypatch.setattr(folder_carrier, "FolderCarrier", watched)

    organisation = scaling.Organisation(laptops=2, coordinators=2)
    simulated = scaling.Place(organisation)
    theirs = [scaling.Laptop(number) for number in range(2)]
    coordinators = [scaling.Desk(keys=epochs(desk)) for desk in desks]
    told = 0
    for day in range(4):
        for number, laptop in enumerate(laptops):
            if day != 2 or number:  # one tells nothing on one day
                laptop.add([made_up(n=told)])
                assert not laptop.seal().refused
                told += 1
                theirs[number].waiting += 1
            sync(laptop.env, str(place))
            theirs[number].sync(simulated)
        for desk, coordinator in zip(desks, coordinators, strict=True):
            if day != 1:
                sync(desk.env, str(place))
                coordinator.sync(simulated)
    seen = Counter({kind: watched.calls[kind] for kind in COUNTED})
    assert seen == Counter({kind: simulated.calls[kind] for kind in COUNTED})
    assert simulated.calls["asked"]  # of the bundles that nobody had answered


def test_sizes_are_those_of_real_files(tmp_path: Path) -> None:
    """A bundle that a laptop writes is as large as the simulation says, for one coordinator and one testimony."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()
    organisation = scaling.Organisation(coordinators=1)
    assert abs(laptop.export().size_bytes / scaling.bundle_bytes(organisation, 1, 0) - 1) < 0.01


def test_more_coordinators_and_laptops_cost_more() -> None:
    """Another coordinator reads every bundle again; twice the laptops make twice the bundles; nothing costs nothing."""
    small = scaling.Organisation(testimonies=300, laptops=3, coordinators=1, days=100)
    one, two = (scaling.simulated(small), scaling.simulated(scaling.Organisation(**{**vars(small), "coordinators": 2})))
    assert two.moved["coordinators down"] > 1.9 * one.moved["coordinators down"]
    assert two.calls["write"] > one.calls["write"]
    assert one.names <= 300
    assert not scaling.simulated(scaling.Organisation(testimonies=0, laptops=3, coordinators=1, days=9)).bundles
