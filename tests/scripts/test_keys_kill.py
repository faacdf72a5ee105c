"""kill -9 between any two steps of a ceremony: the organisation is as before or as after; the same command goes on."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from intake.crypto.sshsig import SignerKeys
from intake.errors import EpochKept
from intake.keys.trust import load_root
from intake.store.vault import Vault
from intake.usecases.destroying import destroy_epochs
from intake.usecases.enrol import enrol
from intake.usecases.offline import Offline
from intake.usecases.org_appoint import org_appoint
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.org_rotate import org_rotate, org_rotate_officers
from intake.usecases.org_succeed import org_succeed
from intake.usecases.relaying import relay
from intake.usecases.retrying import retry
from intake.usecases.trusted import station
from tests.worlds import records
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, killed_at_every, ready, run_and_kill_at_line
from tests.worlds.officers import appointed, at, machine, offline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """For one world after the other."""
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def begun(folder: Path) -> tuple[World, Laptop]:
    """A fresh organisation, and a laptop that has something to answer: made once, then copied for every kill."""
    world, laptop, _ = ready(folder / "made")
    return world, replace(laptop, env=replace(laptop.env, ask=Answers(texts=["because"] * 50)))


def copied(made: World, line: int) -> World:
    """This coordinator once more, in a copy of all that its folder holds."""
    folder = made.folder.parent / str(line)
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    return World(replace(made.env, home=folder / made.env.home.name), folder / "org" / "card", folder)


def told(world: World, laptop: Laptop) -> None:
    """One testimony, imported."""
    laptop.add([records.testimony()])
    laptop.seal()
    laptop.export()
    world.import_()


def officers(world: World) -> list[str]:
    """Who is in office, as the coordinator's vault has it."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return [one.name for one in station(vault).trust.officers.directory.principals]


def test_killed_while_appointing(folder: Path) -> None:
    """One new coordinator or none; the same request again gives the same name and a pack that is taken."""
    made, _ = begun(folder)
    coming = machine(made)
    seen = set()

    def once(line: int) -> bool:
        world = copied(made, line)
        second = replace(coming, env=replace(coming.env, home=world.folder / coming.env.home.name))
        request = (second.env.home / "request.age").read_bytes()
        killed = run_and_kill_at_line(lambda: org_appoint(world.env, request, offline(world)), line)
        seen.add(tuple(officers(world)))
        done = org_appoint(world.env, request, offline(world))
        assert officers(world) == ["c-1", "c-2"]
        assert done.pack is not None
        assert enrol(second.env, done.pack.read_bytes()).principal == "c-2"
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 29) > 5
    assert seen == {("c-1",), ("c-1", "c-2")}


def test_killed_while_revoking(folder: Path) -> None:
    """The line stands once, whole, and the packs are written by the next run."""
    made, _ = begun(folder)

    def once(line: int) -> bool:
        world = copied(made, line)
        killed = run_and_kill_at_line(lambda: org_revoke(world.env, "d-1", Case("lost")), line)
        done = org_revoke(world.env, "d-1", Case("lost"))
        assert len(done.packs.written) == 1
        with Vault.open(world.env.home, PASSPHRASE) as vault:
            assert len(station(vault).trust.roster.directory.revocations) == 1
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 23) > 4


def done_succession(world: World) -> bytes:
    """As it lies in the public folder."""
    return (world.env.home / "public" / "trust" / "succession").read_bytes()


def test_killed_while_the_root_is_succeeded(folder: Path) -> None:
    """The root that counts can be had, from one folder or the other; the same command goes on, or begins again."""
    made, _ = begun(folder)
    seen = set()

    def once(line: int) -> bool:
        world = copied(made, line)
        old, new = offline(world), world.folder / "new"
        killed = run_and_kill_at_line(lambda: org_succeed(world.env, old, new), line)
        with Vault.open(world.env.home, PASSPHRASE) as vault:
            root = station(vault).trust.root.newest
        seen.add(root.serial)
        secret = Offline(old if root.serial == 1 else new, PASSPHRASE).root()
        assert SignerKeys.from_root_secret(secret).public == root.directory.principals[0].keys
        done = org_succeed(world.env, old, new if root.serial == 2 else world.folder / "again")
        assert (done.serial, len(done.packs.written)) == (2, 2)
        assert load_root((world.env.home / "public" / "root").read_bytes(), done_succession(world)).newest.serial == 2
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 67) > 4
    assert seen == {1, 2}


def test_killed_while_keys_change(folder: Path) -> None:
    """A new epoch, then new signing keys: the vault always knows who it is, and opens what was sealed before."""
    made, laptop = begun(folder)
    laptop.add([records.testimony()])
    laptop.seal()
    laptop.export()

    def once(line: int) -> bool:
        world = copied(made, line)

        def both() -> None:
            org_rotate(world.env, "2026-11")
            org_rotate_officers(world.env, offline(world))

        killed = run_and_kill_at_line(both, line)
        assert {item.state for item in world.import_().bundles[0].items} == {"imported"}
        with Vault.open(world.env.home, PASSPHRASE) as vault:
            here = station(vault)
            officer = here.trust.officer(here.principal)
            assert officer is not None
            assert officer.keys == here.signer.public
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 41) > 4


def test_killed_while_carrying_on(folder: Path) -> None:
    """Whatever was cut, the next relay brings the other all; nothing of it stays in the outbox."""
    made, laptop = begun(folder)
    told(made, laptop)
    other = appointed(made)

    def once(line: int) -> bool:
        world = copied(made, line)
        second = replace(other, env=replace(other.env, home=world.folder / other.env.home.name))
        stick = world.folder / "relay"
        stick.mkdir()
        killed = run_and_kill_at_line(lambda: relay(world.env, stick), line)
        relay(world.env, stick, everything=True)
        second.import_(stick)
        with Vault.open(second.env.home, PASSPHRASE) as theirs, Vault.open(world.env.home, PASSPHRASE) as ours:
            assert theirs.records.count() == ours.records.count() == 1
            assert not list((world.env.home / "outbox").iterdir())
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 67) > 4


def test_killed_while_opening_late(folder: Path) -> None:
    """The item waits still or is in, with its log entry; a second run ends the same."""
    made, laptop = begun(folder)
    with Vault.open(made.env.home, PASSPHRASE) as vault:
        identity = vault.secrets.get("identity")
        vault.secrets.remove("identity")
    told(made, laptop)
    assert identity is not None
    with Vault.open(made.env.home, PASSPHRASE) as vault:
        vault.secrets.put("identity", identity)

    def once(line: int) -> bool:
        world = copied(made, line)
        killed = run_and_kill_at_line(lambda: retry(world.env), line)
        retry(world.env)
        with Vault.open(world.env.home, PASSPHRASE) as vault:
            assert vault.ledger.awaiting_key() == 0
            assert sum(b'"opened"' in leaf.leaf for leaf in vault.log.leaves()) == 1
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 37) > 3


def test_killed_while_destroying(folder: Path) -> None:
    """The key and its log entry: both or neither."""
    made, _ = begun(folder)
    org_rotate(at(made, DECEMBER).env)
    seen = set()

    def once(line: int) -> bool:
        world = copied(made, line)
        later = at(world, DECEMBER)
        answers = replace(later.env, ask=Answers(texts=["burnt", "2026-11"]))
        killed = run_and_kill_at_line(lambda: destroy_epochs(answers, "2026-11"), line)
        with Vault.open(world.env.home, PASSPHRASE) as vault:
            there = vault.secrets.get("epoch/2026-11") is not None
            logged = any(b'"destroyed"' in leaf.leaf for leaf in vault.log.leaves())
        assert there is not logged
        seen.add(there)
        with pytest.raises(EpochKept):
            destroy_epochs(replace(later.env, ask=Answers(texts=["burnt"] * 2)), "2026-12")
        shutil.rmtree(world.folder)
        return killed

    assert killed_at_every(once, 11) > 4
    assert seen == {True, False}
