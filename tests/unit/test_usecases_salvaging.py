"""A dead laptop's sealed files: what comes in, what is named, what is kept for a key; and that twice is as once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.bundle import items
from intake.crypto.sshsig import SignerKeys
from intake.errors import FileUnreadable, NothingToDo, WrongRole
from intake.store.vault import Vault
from intake.usecases.attach import attach
from intake.usecases.listing import list_
from intake.usecases.org_recover import org_recover
from intake.usecases.quarantine import quarantine_list
from intake.usecases.received import received
from intake.usecases.salvaging import Salvaged, salvage
from intake.usecases.status import status
from intake.usecases.tour.pictures import photo_jpeg
from intake.usecases.trusted import EPOCH_PREFIX, IDENTITY, SIGNER
from intake.usecases.verifying import verify
from tests.worlds.loop import NOW, PASSPHRASE, Laptop, World, found, ready
from tests.worlds.officers import appointed, carry_on
from tests.worlds.records import testimony as document
from tests.worlds.recovery import chooser

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment


@pytest.fixture
def dead(tmp_path: Path) -> tuple[World, Laptop]:
    """An organisation, and a laptop with two sealed testimonies, one with a photo in each of its parts."""
    world, laptop, _ = ready(tmp_path)
    case = laptop.add([document(), document(n=1)]).drafts[0].case
    (tmp_path / "photo.jpg").write_bytes(photo_jpeg())
    attach(laptop.env, case, [tmp_path / "photo.jpg"], part="account")
    attach(laptop.env, case, [tmp_path / "photo.jpg"], part="identity")
    laptop.seal()
    return world, laptop


def outbox(laptop: Laptop) -> list[Path]:
    """Its sealed files."""
    return sorted((laptop.env.home / "outbox").iterdir())


def states(done: Salvaged) -> list[str]:
    """What became of each file, sorted."""
    return sorted(one.state for one in done.files)


def without(env: Environment, *names: str) -> None:
    """Take keys out of a vault."""
    with Vault.open(env.home, PASSPHRASE) as vault:
        for name in vault.secrets.names():
            if name.startswith(names):
                vault.secrets.remove(name)


def test_everything_comes_in(dead: tuple[World, Laptop]) -> None:
    """Records of their author, identity parts and both photos, through one bundle of the officer's, in the log."""
    world, laptop = dead
    done = salvage(world.env, laptop.env.home)
    assert states(done) == ["taken"] * 6
    assert done.drafts_may_be
    (bundle,) = done.bundles
    assert (bundle.sender, bundle.seq, bundle.state) == ("c-1", 1, "imported")
    assert {item.state for item in bundle.items} == {"imported"}
    rows = list_(world.env)
    assert [(row.author, row.identity) for row in rows] == [("d-1", True)] * 2
    assert sorted(row.attachments for row in rows) == [0, 2]
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert b'"bundle"' in vault.log.leaves()[-1].leaf


def test_twice_is_as_once(dead: tuple[World, Laptop]) -> None:
    """Nothing is taken in again, no number is used up, no row is added."""
    world, laptop = dead
    salvage(world.env, laptop.env.home)
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        before = (vault.log.size(), vault.chain.next(), len(vault.quarantine.list()))
    done = salvage(world.env, laptop.env.home)
    assert (states(done), done.bundles) == (["already-here"] * 6, ())
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert (vault.log.size(), vault.chain.next(), len(vault.quarantine.list())) == before


def test_a_copy_of_the_outbox_is_enough(dead: tuple[World, Laptop], tmp_path: Path) -> None:
    """Without database and slots; the files of the copy are only read."""
    world, laptop = dead
    shutil.copytree(laptop.env.home / "outbox", tmp_path / "copy")
    (tmp_path / "copy" / "readme.txt").write_text("not ours", "utf-8")
    before = {path: path.read_bytes() for path in (tmp_path / "copy").iterdir()}
    done = salvage(world.env, tmp_path / "copy")
    assert (states(done), done.drafts_may_be) == (["taken"] * 6, False)
    assert {path: path.read_bytes() for path in (tmp_path / "copy").iterdir()} == before


def test_the_laptop_comes_back_after_all(dead: tuple[World, Laptop]) -> None:
    """Recovered later, it exports the same items: they are duplicates, receipted, and nothing is there twice."""
    world, laptop = dead
    salvage(world.env, laptop.env.home)
    laptop.export()
    (outcome,) = world.import_().bundles
    assert {item.state for item in outcome.items} == {"duplicate"}, "each file was named as what its laptop names it"
    assert len(list_(world.env)) == 2


def test_a_recovered_laptop_after_a_salvage(dead: tuple[World, Laptop]) -> None:
    """Salvage and recovery do not stand in each other's way."""
    world, laptop = dead
    salvage(world.env, laptop.env.home)
    assert org_recover(chooser(world.env), laptop.env.home, world.env.home / "offline").sealed == 2


def test_the_other_coordinator_gets_it(dead: tuple[World, Laptop]) -> None:
    """What was salvaged at one desk goes on to the other like everything else, whose number it skipped or not."""
    world, laptop = dead
    second = appointed(world)
    salvage(world.env, laptop.env.home)
    carry_on(world, second)
    assert [row.case for row in list_(second.env)] == [row.case for row in list_(world.env)]
    assert sum(row.attachments for row in list_(second.env)) == 2


def test_auditors_see_one_more_bundle(dead: tuple[World, Laptop], tmp_path: Path) -> None:
    """The officer's bundle is among those received, and VALID without any key."""
    world, laptop = dead
    salvage(world.env, laptop.env.home)
    folder = received(world.env, tmp_path / "auditor").folder
    (report,) = verify([folder / "bundles"], root=folder / "root", trust=folder / "trust", at=NOW)
    assert report.report.verdict.value == "VALID"


def test_damaged_files_stop_no_others(dead: tuple[World, Laptop]) -> None:
    """One bit, a cut and another file under such a name: each is named, the rest comes in."""
    world, laptop = dead
    first, second, third, *rest = outbox(laptop)
    data = first.read_bytes()
    first.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
    second.write_bytes(second.read_bytes()[:3000])
    third.write_bytes(b"something else")
    done = salvage(world.env, laptop.env.home)
    assert {one.name for one in done.files if one.state == "damaged"} == {first.name, second.name, third.name}
    assert len(done.files) == 6
    assert all(one.state in ("taken", "no-record") for one in done.files if one.name in {path.name for path in rest})


def test_a_file_that_can_not_be_read(dead: tuple[World, Laptop], tmp_path: Path) -> None:
    """It is the medium's failure, and stops no other."""
    world, laptop = dead
    (tmp_path / "copy").mkdir()
    for path in outbox(laptop):
        shutil.copy(path, tmp_path / "copy")
    (tmp_path / "copy" / ("0" * 32 + ".age")).mkdir()
    assert states(salvage(world.env, tmp_path / "copy")) == ["taken"] * 6 + ["unreadable"]


def test_no_key_here(dead: tuple[World, Laptop]) -> None:
    """Without the epoch's key nothing can be named; the bytes are kept, once, and come in when the key is there."""
    world, laptop = dead
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        keys = {name: vault.secrets.get(name) or b"" for name in vault.secrets.names() if name.startswith(EPOCH_PREFIX)}
    without(world.env, EPOCH_PREFIX)
    for _ in range(2):
        done = salvage(world.env, laptop.env.home)
        assert set(states(done)) == {"awaiting-key", "no-record"}
        assert all(one.kept for one in done.files)
        assert len(quarantine_list(world.env)) == 6
        assert done.bundles == ()
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        for name, seed in keys.items():
            vault.secrets.put(name, seed)
    assert states(salvage(world.env, laptop.env.home)) == ["taken"] * 6
    assert quarantine_list(world.env) == ()


def test_identities_for_somebody_else(dead: tuple[World, Laptop]) -> None:
    """A coordinator who may not know who a witness is takes the accounts in, and keeps the rest closed."""
    world, laptop = dead
    without(world.env, IDENTITY)
    done = salvage(world.env, laptop.env.home)
    assert states(done) == ["awaiting-key"] * 3 + ["taken"] * 3
    assert [row.identity for row in list_(world.env)] == [False, False]


def test_by_the_archives_keys(dead: tuple[World, Laptop]) -> None:
    """No epoch key is left: the archive opens the accounts, and that of identities the rest, in memory only."""
    world, laptop = dead
    without(world.env, EPOCH_PREFIX)
    done = salvage(world.env, laptop.env.home, world.env.home / "offline")
    assert states(done) == ["taken"] * 6
    assert sorted(row.attachments for row in list_(world.env)) == [0, 2]
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert not [name for name in vault.secrets.names() if name.startswith(EPOCH_PREFIX)]
        items = vault.ledger.items(vault.ledger.list()[0].digest)
    assert {len(one.to) for one in items} == {2}, "the lists of recipients leave one answer"


def test_what_came_before_by_a_bundle(dead: tuple[World, Laptop]) -> None:
    """A laptop that died after an export: only what never left is taken in, and what waits for a key still waits."""
    world, laptop = dead
    without(world.env, IDENTITY)
    laptop.export()
    world.import_()
    laptop.add([document(n=2)])
    laptop.seal()
    done = salvage(world.env, laptop.env.home)
    assert states(done) == ["already-here"] * 3 + ["awaiting-key"] * 4 + ["taken"]
    assert sum(one.kept for one in done.files) == 1, "what a bundle brought is in its kept tar"
    assert status(world.env).records == 3


def test_a_film_in_parts(dead: tuple[World, Laptop], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Parts do not say whose they are: they are put together until the signed digest agrees."""
    world, laptop = dead
    monkeypatch.setattr(items.attachment_parts, "__kwdefaults__", {"part_bytes": 40_000})
    case = laptop.add([document(n=3)]).drafts[0].case
    for name, byte in (("one", b"1"), ("two", b"2")):
        (tmp_path / name).write_bytes(byte * 100_000)
        attach(laptop.env, case, [tmp_path / name], part="account")
    laptop.seal()
    done = salvage(world.env, laptop.env.home)
    assert set(states(done)) == {"taken"}
    assert max(row.attachments for row in list_(world.env)) == 2


def test_a_film_that_lacks_a_part(dead: tuple[World, Laptop], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The others of its parts are kept aside, and its testimony comes in."""
    world, laptop = dead
    monkeypatch.setattr(items.attachment_parts, "__kwdefaults__", {"part_bytes": 40_000})
    case = laptop.add([document(n=3)]).drafts[0].case
    (tmp_path / "film").write_bytes(bytes(100_000))
    attach(laptop.env, case, [tmp_path / "film"], part="account")
    laptop.seal()
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        (lost,) = [one.name for one in vault.sealed.with_file() if one.part == "0002-of-0003"]
    (laptop.env.home / "outbox" / lost).unlink()
    done = salvage(world.env, laptop.env.home)
    assert states(done) == ["no-record"] * 2 + ["taken"] * 8
    assert all(one.kept for one in done.files if one.state == "no-record")


def test_another_organisations_laptop(dead: tuple[World, Laptop], tmp_path: Path) -> None:
    """Nothing of it opens and nothing comes in."""
    _, laptop = dead
    other = found(tmp_path / "other", name="Інша організація")
    done = salvage(other.env, laptop.env.home)
    assert states(done) == ["awaiting-key"] * 6
    assert list_(other.env) == ()


def test_an_author_whom_nobody_enrolled(dead: tuple[World, Laptop]) -> None:
    """A record signed by keys that stand in no roster is refused by its check, in quarantine, and not tried twice."""
    world, laptop = dead
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault.secrets.put(SIGNER, SignerKeys.generate().seeds)
    laptop.add([document(n=5)])
    laptop.seal()
    done = salvage(world.env, laptop.env.home)
    assert states(done) == ["refused"] * 2 + ["taken"] * 6
    assert {one.check for one in quarantine_list(world.env)} == {"I04", "I10"}
    again = salvage(world.env, laptop.env.home)
    assert (states(again), again.bundles) == (["already-here"] * 6 + ["refused"] * 2, ())


def test_where_there_is_nothing(dead: tuple[World, Laptop], tmp_path: Path) -> None:
    """An empty folder, none at all, and a laptop's vault as the one that salvages: each its own error."""
    world, laptop = dead
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToDo):
        salvage(world.env, tmp_path / "empty")
    with pytest.raises(FileUnreadable):
        salvage(world.env, tmp_path / "nowhere")
    with pytest.raises(WrongRole):
        salvage(replace(laptop.env), laptop.env.home)
