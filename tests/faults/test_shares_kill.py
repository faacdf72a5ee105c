"""kill -9 between any two steps of a drill that takes the keys out: there are the files, or sheets that were proved."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake import store, usecases
from intake.store.vault import Vault
from intake.usecases.offline import CUSTOMARY, FILES, Offline
from intake.usecases.shares import splits
from intake.usecases.shares_drill import org_drill
from intake.usecases.shares_split import Handful, Plan, org_split
from tests.worlds import kills
from tests.worlds.loop import PASSPHRASE, Answers, environment, killed_at_every, ready

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

ROOMS = (usecases, store)


@pytest.mark.parametrize(("function", "step"), [("_destroy", 5), (None, 701)])
def test_killed_while_the_keys_are_taken_out(tmp_path: Path, function: str | None, step: int) -> None:
    """A key whose file does not open any more was proved, in the vault, by these sheets; the next run finishes."""
    world = ready(tmp_path / "made")[0]
    hands: list[Handful] = []
    org_split(world.env, world.env.home / "offline", Plan(2, 3, later=True), hands.append)
    sheets = [" ".join(page.sheet.words) for n in range(3) for page in (hands[0].pages[n], hands[2].pages[n])]
    seen = set()

    def once(line: int) -> bool:
        folder = tmp_path / str(line)
        shutil.copytree(world.env.home, folder)
        env = replace(environment(folder), ask=Answers(sheets=list(sheets), texts=["destroy"]))
        was_killed = kills.run_and_kill_at_line(
            lambda: org_drill(env, (), (folder / "offline",)), line, rooms=ROOMS, function=function
        )
        seen.add(_holds(folder))
        org_drill(env, (), (folder / "offline",))
        assert [path.name for path in (folder / "offline").iterdir()] == ["recovery.age"]
        shutil.rmtree(folder)
        return was_killed

    def _holds(folder: Path) -> int:
        with Vault.open(folder, PASSPHRASE) as vault:
            known = splits(vault)
        there = [one for one in CUSTOMARY if (folder / "offline" / FILES[one]).is_file()]
        for one in there:
            assert len(Offline(folder / "offline", PASSPHRASE).secret(one)) == 32
        assert all(known[one].drilled for one in CUSTOMARY if one not in there)
        return len(there)

    assert killed_at_every(once, step) > 2
    assert seen >= ({0, 1, 2} if function else {0, 3})


def test_killed_while_splitting(tmp_path: Path) -> None:
    """The files are as they were, and the vault knows the former split until the new one was handed out whole."""
    world = ready(tmp_path / "made")[0]
    before = {path.name: path.read_bytes() for path in (world.env.home / "offline").iterdir()}
    seen = set()

    def once(line: int) -> bool:
        folder = tmp_path / str(line)
        shutil.copytree(world.env.home, folder)
        out = tmp_path / f"handed-{line}"

        def hand_over(handful: Handful) -> None:
            with out.open("a") as sink:
                sink.write(f"{handful.custodian}\n")

        def work() -> object:
            return org_split(environment(folder), folder / "offline", Plan(2, 3, ("root",), later=True), hand_over)

        was_killed = kills.run_and_kill_at_line(work, line, rooms=ROOMS)
        assert {path.name: path.read_bytes() for path in (folder / "offline").iterdir()} == before
        with Vault.open(folder, PASSPHRASE) as vault:
            known = bool(splits(vault))
        handed = out.read_text().split() if out.exists() else []
        assert not known or handed == ["1", "2", "3"]
        seen.add(known)
        shutil.rmtree(folder)
        return was_killed

    killed_at_every(once, 101)
    assert seen == {False, True}
