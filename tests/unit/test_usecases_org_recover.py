"""A forgotten passphrase: the organisation's recovery key gives a laptop back, and nobody else's does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import (
    DamagedOffline,
    DamagedVault,
    ForeignRecovery,
    NoRecoverySlot,
    NoVault,
    WrongOfflinePassphrase,
    WrongPassphrase,
)
from intake.store.vault import Vault
from intake.usecases.init import init
from intake.usecases.listing import list_
from intake.usecases.org_recover import org_recover
from intake.usecases.passphrase import rotate
from intake.usecases.showing import show
from intake.usecases.status import status
from tests.worlds.loop import Answers, Laptop, World, environment, found, ready
from tests.worlds.records import testimony as document
from tests.worlds.recovery import NEW, chooser, opened_by_new

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def test_the_drafts_are_back(three: tuple[World, Laptop, Laptop]) -> None:
    """The new passphrase opens it from then on, the old one no longer; the custody log says that it was done."""
    world, laptop, _ = three
    case = laptop.add([document()]).drafts[0].case
    done = org_recover(chooser(world.env), laptop.env.home, world.env.home / "offline")
    assert (done.principal, done.drafts, done.sealed) == ("d-1", 1, 0)
    with pytest.raises(WrongPassphrase):
        list_(laptop.env)
    assert show(opened_by_new(laptop.env), case)
    with Vault.open(laptop.env.home, NEW) as vault:
        assert any(b'"recovered"' in one.leaf for one in vault.custody.leaves())


def test_only_the_slot_was_brought(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """The slot written beside slots/recovery.age, carried back, opens the vault that it came from."""
    world, laptop, _ = three
    stick = tmp_path / "carried"
    stick.mkdir()
    brought = stick / "recovery.age"
    brought.write_bytes((laptop.env.home / "slots" / "recovery.age").read_bytes())
    done = org_recover(chooser(world.env), brought, world.env.home / "offline")
    assert (done.slot, done.drafts) == (stick / "passphrase.age", None)
    done.slot.replace(laptop.env.home / "slots" / "passphrase.age")
    assert status(opened_by_new(laptop.env)).principal == "d-1"


def test_after_a_rotation_too(three: tuple[World, Laptop, Laptop]) -> None:
    """The recovery slot follows the vault's new key."""
    world, laptop, _ = three
    rotate(laptop.env)
    assert org_recover(chooser(world.env), laptop.env.home, world.env.home / "offline").principal == "d-1"


def test_another_organisation_can_not(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Its recovery key opens nothing, and the laptop's own passphrase still does."""
    _, laptop, _ = three
    other = found(tmp_path / "other", name="Інша організація")
    for target in (laptop.env.home, laptop.env.home / "slots" / "recovery.age"):
        with pytest.raises(ForeignRecovery):
            org_recover(chooser(other.env), target, other.env.home / "offline")
    assert status(laptop.env).principal == "d-1"


def test_a_laptop_that_was_never_enrolled(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """There is no slot to open, and the error says what that means."""
    world, _, _ = three
    env = environment(tmp_path / "alone")
    init(env, None)
    with pytest.raises(NoRecoverySlot):
        org_recover(chooser(world.env), env.home, world.env.home / "offline")
    with pytest.raises(NoVault):
        org_recover(chooser(world.env), tmp_path / "nothing", world.env.home / "offline")


def test_a_damaged_slot(three: tuple[World, Laptop, Laptop]) -> None:
    """Damage is told from another organisation's slot, and nothing is written."""
    world, laptop, _ = three
    slot, passphrase = (laptop.env.home / "slots" / name for name in ("recovery.age", "passphrase.age"))
    good, before = slot.read_bytes(), passphrase.read_bytes()
    for bad in (b"", good[:200], good[:-1] + bytes([good[-1] ^ 1]), b"not age"):
        slot.write_bytes(bad)
        with pytest.raises(DamagedVault):
            org_recover(chooser(world.env), laptop.env.home, world.env.home / "offline")
    assert passphrase.read_bytes() == before


def test_the_offline_folder_has_its_own_passphrase(three: tuple[World, Laptop, Laptop]) -> None:
    """A wrong one, and a damaged file of the folder, are each said as that."""
    world, laptop, _ = three
    offline = world.env.home / "offline"
    with pytest.raises(WrongOfflinePassphrase):
        org_recover(replace(world.env, ask=Answers(secret="another")), laptop.env.home, offline)  # noqa: S106  made up
    (offline / "recovery.age").write_bytes((offline / "root.age").read_bytes())
    with pytest.raises(DamagedOffline):
        org_recover(chooser(world.env), laptop.env.home, offline)
