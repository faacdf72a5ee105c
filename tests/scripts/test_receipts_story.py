"""The loop with its way back: sticks out, receipts home, files deleted; and killed between any two steps of it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.store.vault import Vault
from intake.usecases.importing import import_
from intake.usecases.listing import list_
from intake.usecases.purging import purge
from intake.usecases.receipts import receipts
from intake.usecases.status import Waiting, status
from tests.worlds.cli import seat
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, environment, killed_at_every, ready, run_and_kill_at_line
from tests.worlds.receipts import damage, exported, files_of, needs_two, opened, sealed, second_coordinator
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")


def test_two_coordinators_a_lost_stick_and_a_damaged_item(tmp_path: Path) -> None:
    """Everything reaches both, each says so on the stick that brought it, and only the damaged record stays."""
    world, laptop, _ = ready(tmp_path)
    desk = second_coordinator(world)
    needs_two(laptop)

    bad, _good = sealed(laptop, 0, 1)
    damage(laptop, bad)
    lost = laptop.export().path
    lost.unlink()
    assert status(laptop.env).states.not_heard_of == Waiting(2, 0)

    exported(laptop, 2)
    first = import_(world.env, [laptop.stick], laptop.stick)
    report = receipts(laptop.env, [laptop.stick])
    assert (report.purged, report.receipts[-1].damaged) == (0, (bad,))
    assert status(laptop.env).states.handed_over == Waiting(3, 0)

    # The same stick goes on to the second one: the bundle is imported there, the first one's receipt is left alone.
    second = import_(desk.env, [laptop.stick], laptop.stick)
    assert sorted(one.state for one in second.bundles) == ["for-a-laptop", "imported"]
    report = receipts(laptop.env, [laptop.stick])
    assert (report.purged, len(report.cases)) == (5, 2)
    assert opened(laptop, second.receipts.written[0]).receipt.officer == "c-2"
    assert sorted(one.state for one in report.receipts) == ["already-applied", "applied", "not-for-us"]

    states = status(laptop.env).states
    assert (states.receipted.count, states.handed_over.count, states.damaged.count) == (2, 1, 1)
    assert {row.state for row in list_(laptop.env)} == {"receipted", "exported"}
    assert len(files_of(laptop)) == 1
    again = laptop.export()
    assert (again.testimonies, again.items) == (1, 1)
    assert first.receipts.written


def test_a_gap_is_no_reason_to_withhold_a_receipt(tmp_path: Path) -> None:
    """The second bundle alone is UNDECIDED; it is imported, and receipted."""
    world, laptop, _ = ready(tmp_path)
    exported(laptop, 0).unlink()
    done = import_(world.env, [exported(laptop, 1)])
    assert done.bundles[0].report is not None
    assert done.bundles[0].report.verdict == "UNDECIDED"
    assert receipts(laptop.env, done.receipts.written).purged == 4


def test_by_the_command_line(tmp_path: Path) -> None:
    """Import --receipts-to, receipts, status, purge: as people type them, and their exit codes."""
    desk = seat(tmp_path)
    documents = "".join(json.dumps(made_up(n=n), ensure_ascii=False) + "\n" for n in range(2))
    codes = desk.run("laptop-1", "add", "-", stdin=documents).out.split()
    assert desk.run("laptop-1", "seal", codes[0], "--yes").code == 0
    assert desk.run("laptop-1", "export", "--to", desk.stick).code == 0
    done = desk.run("org", "import", desk.stick, "--receipts-to", desk.stick)
    assert done.code == 0
    assert str(desk.stick) in done.err
    applied = desk.run("laptop-1", "receipts", desk.stick, "--json")
    assert (applied.code, applied.json["purged"], applied.json["cases"]) == (0, 2, [codes[0]])
    again = desk.run("laptop-1", "receipts", desk.stick, lang="uk")
    assert again.code == 0
    assert "застосовано раніше" in again.out
    assert desk.run("laptop-2", "receipts", desk.stick).code == 3
    said = desk.run("laptop-1", "status", "--json").json["states"]
    assert said["receipted"] == {"count": 1, "oldest_days": 0}
    assert said["handed_over"] == {"count": 0, "oldest_days": None}

    (receipt,) = (path for path in desk.stick.iterdir() if path.stat().st_size < 1 << 20)
    receipt.write_bytes(receipt.read_bytes()[:-1])
    refused = desk.run("laptop-1", "receipts", receipt, "--json")
    assert (refused.code, refused.json["receipts"][0]["check"]) == (30, "R01")
    assert "R01" in desk.run("laptop-1", "receipts", receipt).out

    assert desk.run("laptop-1", "seal", codes[1], "--yes").code == 0
    assert desk.run("laptop-1", "purge", codes[1], "--reason", "boredom").code == 2
    assert desk.run("laptop-1", "purge", codes[1], "--reason", "danger").code == 2  # nobody is there to type the code
    assert desk.run("laptop-1", "status", "--json").json["not_exported"] == 1


def noted(vault: Vault, kind: bytes) -> int:
    """How many entries of the custody log are of this kind."""
    return sum(kind in leaf.leaf for leaf in vault.custody.leaves())


@forks
def test_killed_while_applying_receipts(tmp_path: Path) -> None:
    """Run again, it goes on: in the end the covered files are gone and the one sealed since is there, whole."""
    world, made, _ = ready(tmp_path / "made")
    done = import_(world.env, [exported(made, 0)])
    before = set(files_of(made))
    sealed(made, 1)
    kept = {name: data for name, data in files_of(made).items() if name not in before}
    seen = set()

    def once(line: int) -> bool:
        shutil.copytree(made.env.home, tmp_path / str(line))
        laptop = Laptop(environment(tmp_path / str(line)), made.principal, made.stick)
        killed = run_and_kill_at_line(lambda: receipts(laptop.env, done.receipts.written), line)
        with Vault.open(laptop.env.home, PASSPHRASE) as vault:
            known = [item for item in vault.sealed.all_items() if item.state == "receipted"]
            assert len(known) == (2 if vault.receipts.list() else 0)
            assert noted(vault, b'"kind":"receipt"') == len(vault.receipts.list())
            seen.add(bool(known))
        assert len(files_of(laptop)) == (2 if known else 4)
        receipts(laptop.env, done.receipts.written)
        assert files_of(laptop) == kept
        shutil.rmtree(laptop.env.home)
        return killed

    assert killed_at_every(once, 23) > 5
    assert seen == {False, True}


@forks
def test_killed_while_writing_receipts(tmp_path: Path) -> None:
    """A receipt that exists is about a bundle that is in the ledger; the same import again writes what is missing."""
    world, laptop, _ = ready(tmp_path / "made")
    exported(laptop, 0)
    seen = set()

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        shutil.copytree(world.env.home, home)
        env = environment(home)
        killed = run_and_kill_at_line(lambda: import_(env, [laptop.stick]), line, function=None)
        early = list((home / "receipts").glob("*.age")) if (home / "receipts").is_dir() else []
        seen.add(bool(early))
        assert status(env).bundles >= len(early)
        done = import_(env, [laptop.stick]).receipts
        assert [path.name for path in (home / "receipts").iterdir()] == [done.written[0].name]
        if early:
            assert opened(laptop, done.written[0]).receipt.serial == 2
        shutil.rmtree(home)
        return killed

    assert killed_at_every(once, 61) > 5
    assert seen == {False, True}


@forks
def test_killed_while_purging(tmp_path: Path) -> None:
    """Destroyed and remembered, or neither."""
    _, made, _ = ready(tmp_path / "made")
    (case,) = sealed(made, 0)
    seen = set()

    def once(line: int) -> bool:
        shutil.copytree(made.env.home, tmp_path / str(line))
        env = replace(environment(tmp_path / str(line)), ask=Answers(texts=["a reason", case]))
        killed = run_and_kill_at_line(lambda: purge(env, case, "danger"), line)
        destroyed = status(env).states.destroyed.count
        with Vault.open(env.home, PASSPHRASE) as vault:
            assert noted(vault, b'"kind":"purge-without-receipt"') == destroyed
            assert len(vault.sealed.purges()) == 2 * destroyed
        assert len(list((env.home / "outbox").iterdir())) == (0 if destroyed else 2)
        seen.add(destroyed)
        shutil.rmtree(env.home)
        return killed

    assert killed_at_every(once, 5) > 3
    assert seen == {0, 1}
