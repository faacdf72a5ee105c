"""kill -9 between any two steps of a deed: nothing is lost, and the same command run again goes on."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from intake.store.vault import Vault
from intake.usecases.attach import attach
from intake.usecases.enrol import enrol
from intake.usecases.init import init
from intake.usecases.listing import list_
from intake.usecases.org_enrol import org_enrol
from intake.usecases.org_init import org_init
from intake.usecases.status import status
from intake.usecases.tour.pictures import photo_jpeg
from tests.worlds.loop import PASSPHRASE, Laptop, World, environment, killed_at_every, ready, run_and_kill_at_line
from tests.worlds.records import testimony as document

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")


def files_of(laptop: Laptop) -> set[str]:
    """The sealed files in the outbox."""
    return {path.name for path in (laptop.env.home / "outbox").iterdir()}


def drafted(laptop: Laptop, photo: Path) -> str:
    """A draft with a photo; its case code."""
    case = laptop.add([document()]).drafts[0].case
    photo.write_bytes(photo_jpeg())
    attach(laptop.env, case, [photo], part="account")
    return case


def copied(made: World, laptop: Laptop, line: int) -> tuple[World, Laptop]:
    """Both once more, in a copy of all that their folder holds: what goes before a deed is done once."""
    folder = made.folder.parent / str(line)
    shutil.copytree(made.folder, folder)
    world = World(environment(folder / "org"), folder / "org" / "card", folder)
    return world, Laptop(environment(folder / laptop.env.home.name), laptop.principal, folder / "stick")


def test_killed_while_sealing(tmp_path: Path) -> None:
    """The draft is whole or the testimony is sealed; then `seal` goes on, and what is imported is the testimony."""
    made, drafting, _ = ready(tmp_path / "made")
    case = drafted(drafting, tmp_path / "photo.jpg")
    seen = set()

    def once(line: int) -> bool:
        world, laptop = copied(made, drafting, line)
        killed = run_and_kill_at_line(laptop.seal, line)
        (row,) = list_(laptop.env)
        seen.add(row.state)
        if row.state == "draft":
            assert not files_of(laptop), "files that no row names are swept"
            assert [one.case for one in laptop.seal().sealed] == [case]
        laptop.export()
        (outcome,) = world.import_().bundles
        assert {item.state for item in outcome.items} == {"imported"}
        assert [row.attachments for row in list_(world.env)] == [1]
        shutil.rmtree(tmp_path / str(line))
        return killed

    assert killed_at_every(once, 37) > 8
    assert seen == {"draft", "sealed"}


def test_killed_while_exporting(tmp_path: Path) -> None:
    """No two bundles of one number, no file with a final name that is not whole; the next export holds everything."""
    made, sealing, _ = ready(tmp_path / "made")
    sealing.add([document()])
    sealing.seal()
    numbers = set()

    def once(line: int) -> bool:
        world, laptop = copied(made, sealing, line)
        killed = run_and_kill_at_line(laptop.export, line)
        early = [path for path in laptop.stick.iterdir() if path.suffix == ".age"] if laptop.stick.is_dir() else []
        again = laptop.export()
        numbers.add(again.seq)
        report = world.import_()
        assert len(report.bundles) == len(early) + 1
        assert {one.state for one in report.bundles} == {"imported"}
        assert len({one.seq for one in report.bundles}) == len(report.bundles)
        assert len(list_(world.env)) == 1
        shutil.rmtree(tmp_path / str(line))
        return killed

    assert killed_at_every(once, 31) > 8
    assert numbers == {1, 2}


def test_the_number_is_used_up_before_the_file_has_its_name(tmp_path: Path) -> None:
    """Killed at each line of the step that does both: a file that is there has a number that no other bundle gets."""
    made, sealing, _ = ready(tmp_path / "made")
    sealing.add([document()])
    sealing.seal()
    files = set()

    def once(line: int) -> bool:
        world, laptop = copied(made, sealing, line)
        killed = run_and_kill_at_line(laptop.export, line, function="carry")
        files.add(any(path.suffix == ".age" for path in laptop.stick.iterdir()))
        laptop.export()
        numbers = [one.seq for one in world.import_().bundles]
        assert len(set(numbers)) == len(numbers)
        return killed

    assert killed_at_every(once, 1) > 5
    assert files == {False, True}


def test_killed_while_importing(tmp_path: Path) -> None:
    """All of a bundle or nothing of it; the same import again completes it, and leaves no blob that nobody names."""
    made, laptop, _ = ready(tmp_path / "made")
    drafted(laptop, tmp_path / "photo.jpg")
    laptop.add([document(n=1)])
    laptop.seal()
    laptop.export()
    seen = set()

    def once(line: int) -> bool:
        shutil.copytree(made.folder, tmp_path / str(line))
        world = World(environment(tmp_path / str(line) / "org"), made.card, tmp_path / str(line))
        killed = run_and_kill_at_line(world.import_, line)
        found = status(world.env)
        seen.add((found.bundles, found.records))
        (outcome,) = world.import_().bundles
        assert outcome.state == ("already-imported" if found.bundles else "imported")
        with Vault.open(world.env.home, PASSPHRASE) as vault:
            assert vault.log.size() == 4  # three rosters, one bundle
            assert len(vault.records.list()) == 2
        assert len(list((world.env.home / "blobs").rglob("*.age"))) == 2, "the tar and the photo"
        shutil.rmtree(tmp_path / str(line))
        return killed

    assert killed_at_every(once, 53) > 5
    assert seen == {(0, 0), (1, 2)}


def test_killed_while_enrolling(tmp_path: Path) -> None:
    """The same request again ends in one roster line and a pack; a roster without its pack is not left behind."""
    serials = set()

    def once(line: int) -> bool:
        world, _, _ = ready(tmp_path / str(line))
        env = environment(tmp_path / str(line) / "laptop-3")
        request = init(env, world.card.read_bytes()).request
        assert request is not None
        killed = run_and_kill_at_line(lambda: org_enrol(world.env, request.read_bytes()), line)
        if killed and not (world.env.home / "packs" / "d-3-3.pack.age").exists():
            org_enrol(world.env, request.read_bytes())
        taken = enrol(env, (world.env.home / "packs" / "d-3-3.pack.age").read_bytes())
        serials.add(taken.serial)
        assert taken.principal == "d-3"
        shutil.rmtree(tmp_path / str(line))
        return killed

    assert killed_at_every(once, 61) > 4
    assert serials == {3}


def test_killed_while_taking_a_pack(tmp_path: Path) -> None:
    """The laptop is enrolled or not; the pack again makes it so."""
    world, _, _ = ready(tmp_path / "made")
    env = environment(tmp_path / "made" / "laptop-3")
    request = init(env, world.card.read_bytes()).request
    assert request is not None
    pack = org_enrol(world.env, request.read_bytes()).pack.read_bytes()

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        shutil.copytree(env.home, home)
        killed = run_and_kill_at_line(lambda: enrol(environment(home), pack), line)
        if status(environment(home)).principal is None:
            assert enrol(environment(home), pack).first
        assert status(environment(home)).principal == "d-3"
        assert (home / "slots" / "recovery.age").exists()
        return killed

    assert killed_at_every(once, 19) > 3


def test_killed_while_founding(tmp_path: Path) -> None:
    """An organisation half made is made again by the same command, in the same folder, and can enrol a laptop."""

    def once(line: int) -> bool:
        env = environment(tmp_path / str(line) / "org")
        killed = run_and_kill_at_line(lambda: org_init(env, "Осередок", purpose="made-up"), line)
        if killed and (not env.home.joinpath("store.db").exists() or status(env).org is None):
            org_init(env, "Осередок", purpose="made-up")
        laptop = World(env, env.home / "card", tmp_path / str(line)).laptop("laptop-1")
        assert laptop.principal == "d-1"
        return killed

    assert killed_at_every(once, 67) > 3


def test_killed_while_adding(tmp_path: Path) -> None:
    """A batch is in whole or not at all."""
    _, laptop, _ = ready(tmp_path / "made")
    counts = set()

    def once(line: int) -> bool:
        home = tmp_path / str(line)
        shutil.copytree(laptop.env.home, home)
        mine = Laptop(environment(home), laptop.principal, tmp_path / "stick")
        killed = run_and_kill_at_line(lambda: mine.add([document(n=n) for n in range(3)]), line)
        counts.add(len(list_(mine.env)))
        return killed

    assert killed_at_every(once, 59) > 4
    assert counts == {0, 3}
