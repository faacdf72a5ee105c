"""kill -9 between any two steps of backup, restore, recovery and salvage: nothing half-made is taken for a whole."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake import bundle, store, transports, usecases
from intake.errors import IntakeError
from intake.store import restoring
from intake.store.vault import Vault
from intake.usecases.backup import backup
from intake.usecases.listing import list_
from intake.usecases.org_recover import org_recover
from intake.usecases.salvaging import salvage
from tests.worlds import kills
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, environment, killed_at_every, ready
from tests.worlds.records import testimony as document
from tests.worlds.recovery import NEW, chooser, opened_by_new, restored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

ROOMS = (usecases, store, transports, bundle)


def killed(work: Callable[[], object], line: int, function: str | None = None) -> bool:
    """Run and kill."""
    return kills.run_and_kill_at_line(work, line, rooms=ROOMS, function=function)


@pytest.fixture
def made(tmp_path: Path) -> tuple[World, Laptop]:
    """An organisation and a laptop with a draft and a sealed testimony."""
    world, laptop, _ = ready(tmp_path / "made")
    laptop.add([document()])
    laptop.seal()
    laptop.add([document(n=1)])
    return world, laptop


def test_killed_while_backing_up(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """A file under its final name is a whole backup; the vault opens, and nothing of the snapshot stays."""
    world, laptop = made
    seen = set()

    def once(line: int) -> bool:
        folder = tmp_path / str(line)
        shutil.copytree(laptop.env.home, folder / "home")
        env = environment(folder / "home")
        was_killed = killed(lambda: backup(env, folder / "b.age"), line)
        seen.add((folder / "b.age").exists())
        if (folder / "b.age").exists():
            assert restored(world, folder / "b.age", folder / "again").drafts == 1
        assert len(list_(env)) == 2
        assert not list(env.home.glob("store.db.snapshot*"))
        shutil.rmtree(folder)
        return was_killed

    assert killed_at_every(once, 97) > 8
    assert seen == {False, True}


def test_killed_while_restoring(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """There is a whole vault, or none at all and the same command makes it; never one that opens before its time."""
    world, laptop = made
    file = backup(laptop.env, tmp_path / "b.age").path
    seen = set()

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        was_killed = killed(lambda: restored(world, file, home), line)
        seen.add(whole(home))
        if not whole(home):
            assert restored(world, file, home).drafts == 1
        assert len(list_(opened_by_new(environment(home)))) == 2
        assert not (home / restoring.FOLDER / "store.db").exists()
        shutil.rmtree(home)
        return was_killed

    assert killed_at_every(once, 131) > 8
    assert seen == {False, True}


@pytest.mark.parametrize("function", ["_move_up", "restore", "_brought_up", "_begin_anew"])
def test_killed_at_each_line_that_counts(made: tuple[World, Laptop], tmp_path: Path, function: str) -> None:
    """In the steps that give the vault its place, its passphrase and its new chain: every line."""
    world, laptop = made
    file = backup(laptop.env, tmp_path / "b.age").path

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        was_killed = killed(lambda: restored(world, file, home), line, function)
        if was_killed and function in ("_brought_up", "_begin_anew"):
            assert not opens(home / restoring.FOLDER, NEW), "not by going round by the folder it is built in either"
        if not whole(home):
            assert restored(world, file, home).drafts == 1
        with Vault.open(home, NEW) as vault:
            assert vault.settings.get("restored") is not None
            assert vault.chain.next().predecessor is not None
        shutil.rmtree(home)
        return was_killed

    assert killed_at_every(once, 1) > 3


def opens(home: Path, secret: str) -> bool:
    """Whether this passphrase opens a vault there."""
    try:
        Vault.open(home, secret).close()
    except IntakeError:
        return False
    return True


def whole(home: Path) -> bool:
    """Whether there is a vault, and then by the new passphrase only."""
    assert not opens(home, PASSPHRASE)
    return opens(home, NEW)


def test_killed_while_restoring_a_desk(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """A coordinator's, with bundles of after the backup: what is there holds them, or there is nothing."""
    world, laptop = made
    file = backup(world.env, tmp_path / "b.age").path
    carried = laptop.export().path

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        was_killed = killed(lambda: restored(world, file, home, withdrawals=(carried,)), line)
        if not whole(home):
            assert restored(world, file, home, withdrawals=(carried,)).records == 1
        assert len(list_(opened_by_new(replace(world.env, home=home)))) == 1
        assert (home / "public" / "root").exists()
        shutil.rmtree(home)
        return was_killed

    assert killed_at_every(once, 397) > 4


def test_killed_while_recovering(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """One of the two passphrases opens the vault, and the drafts are there."""
    world, laptop = made

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        shutil.copytree(laptop.env.home, home)
        was_killed = killed(lambda: org_recover(chooser(world.env), home, world.env.home / "offline"), line)
        (secret,) = [one for one in (PASSPHRASE, NEW) if opens(home, one)]
        assert len(list_(environment(home, ask=Answers(secret=secret)))) == 2
        shutil.rmtree(home)
        return was_killed

    assert killed_at_every(once, 23) > 4


def test_killed_while_salvaging(made: tuple[World, Laptop], tmp_path: Path) -> None:
    """All of a bundle or nothing, its number used up or not; again completes it, and no file is left over."""
    world, laptop = made
    seen = set()

    def once(line: int) -> bool:
        shutil.copytree(world.env.home, tmp_path / str(line))
        env = environment(tmp_path / str(line))
        was_killed = killed(lambda: salvage(env, laptop.env.home), line)
        seen.add(len(list_(env)))
        done = salvage(env, laptop.env.home)
        assert {one.state for one in done.files} <= {"taken", "already-here"}
        assert len(list_(env)) == 1
        with Vault.open(env.home, PASSPHRASE) as vault:
            assert [one.seq for one in vault.chain.sent()] == [1]
            assert len(vault.ledger.list()) == 1
        assert not list(env.home.glob("salvage*"))
        shutil.rmtree(env.home)
        return was_killed

    assert killed_at_every(once, 211) > 8
    assert seen == {0, 1}
