"""Attacks by somebody who holds an enrolled laptop, end to end through the real import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intake.usecases.listing import list_
from tests.worlds.attacks import Hand, only, sealed
from tests.worlds.loop import Laptop, World, ready

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def test_carrying_anothers_items_first_takes_nothing_from_them(three: tuple[World, Laptop, Laptop]) -> None:
    """A carries B's sealed bytes under its own statement: refused; when B's own bundle comes, all of it comes in."""
    world, laptop, other = three
    sealed(other, 2)
    thief = Hand.of(laptop)
    thief.steal(other)
    stolen = only(world, thief.carry(world.folder / "thief"))
    assert {item.state for item in stolen.items} == {"quarantined"}
    assert not list_(world.env)
    honest = only(world, other.export().path)
    assert {item.state for item in honest.items} == {"imported"}
    assert len(list_(world.env)) == 2
