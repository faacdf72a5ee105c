"""A sync killed with SIGKILL at a random line: the vault opens, and the next sync goes on as if nothing had been."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from intake.transports import pieces
from intake.usecases.syncing import sync
from tests.worlds.loop import ready, run_and_kill_at_line
from tests.worlds.records import made_up
from tests.worlds.sticks import desk_seen, laptop_seen

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")


def _killed(env: Environment, place: Path, rng: random.Random) -> bool:
    """Whether a sync was killed; another one, undisturbed, follows."""
    killed = run_and_kill_at_line(lambda: sync(env, str(place)), rng.randrange(1, 1500))
    assert sync(env, str(place)).stopped is None
    return killed


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_sync_goes_on(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On its way there, at the desk and on its way back; nothing is lost, nothing twice, nothing stays under way."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    rng = random.Random(seed)  # noqa: S311  moments, not secrets
    world, laptop, _ = ready(tmp_path)
    place = tmp_path / "place"
    place.mkdir()
    kills = 0
    for number in range(4):
        laptop.add([made_up(n=number)])
        laptop.seal()
        for env in (laptop.env, world.env, laptop.env):
            kills += _killed(env, place, rng)
    assert kills >= 6
    seen, desk = laptop_seen(laptop), desk_seen(world)
    assert not seen.files
    assert desk.records.keys() == seen.stubs.keys()
    assert not desk.quarantine
    assert {item.state for item in seen.items.values()} == {"receipted"}
    for env in (laptop.env, world.env):
        assert not list((env.home / "outgoing").iterdir())
        assert not (env.home / "incoming").exists()
