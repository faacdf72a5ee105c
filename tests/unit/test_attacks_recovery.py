"""Attacks on recovery: a dead laptop's files that are not its own, a backup of somebody else, what lies beside a vault.

Each test is somebody's plan, carried out on real vaults; the docstring says who, what for, and what stops it.
"""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.bundle.items import AttachmentPart, new_name, seal_attachment
from intake.errors import BackupRefused, LineRemoved, OtherWordTyped, StoreError
from intake.keys.office import Changes, Signers, reissue
from intake.store import slots
from intake.store.vault import Vault
from intake.usecases.backup import backup
from intake.usecases.listing import list_
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.quarantine import quarantine_list
from intake.usecases.restore import Sources, restore
from intake.usecases.salvaging import Salvaged, salvage
from intake.usecases.trusted import station, write_public
from tests.unit.test_attacks_items import photo_of
from tests.unit.test_attacks_records import erased_elsewhere, officer
from tests.worlds.attacks import Hand, sealed
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, ready
from tests.worlds.officers import appointed, offline
from tests.worlds.recovery import chooser, restored

if TYPE_CHECKING:
    from pathlib import Path

STOLEN = "stolen"


@pytest.fixture
def three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def answering(world: World, *texts: str) -> World:
    """The same coordinator, with these answers."""
    return replace(world, env=replace(world.env, ask=Answers(texts=list(texts))))


def laid_out(hand: Hand, folder: Path) -> Path:
    """What a hand sealed, as it would lie in an outbox."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in hand.files.items():
        (folder / name).write_bytes(data)
    return folder


def states(done: Salvaged) -> list[str]:
    """What became of each file, sorted."""
    return sorted(one.state for one in done.files)


def decisions(world: World) -> list[str]:
    """What officers decided, as records."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return [one.case_code for one in vault.records.of_kind("decision")]


# -- salvage -----------------------------------------------------------------------------------------------------------


def test_a_stolen_laptops_keys_make_files_for_a_salvage(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Revoked, it can send nothing (B14); laid out as a dead laptop's files, they would be an officer's own bundle."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    built = hand.built()
    hand.take(built.record)
    hand.take_identity(built)
    org_revoke(world.env, laptop.principal, Case(STOLEN))
    folder = laid_out(hand, tmp_path / "found")
    done = salvage(answering(world, "").env, folder)
    assert (states(done), done.bundles) == (["refused"] * 2, ())
    assert all(one.kept for one in done.files)
    assert not list_(world.env)
    assert {one.check for one in quarantine_list(world.env)} == {"B14"}


def test_an_officer_may_answer_for_them_and_says_why(three: tuple[World, Laptop, Laptop]) -> None:
    """What was there before the theft is not lost: taken in by a reason, which a signed decision and the log keep."""
    world, laptop, _ = three
    sealed(laptop, 1)
    org_revoke(world.env, laptop.principal, Case(STOLEN))
    salvage(answering(world, "").env, laptop.env.home)
    done = salvage(answering(world, "лежав у сейфі").env, laptop.env.home)
    assert set(states(done)) == {"taken"}
    (row,) = list_(world.env)
    assert decisions(world) == [row.case]
    assert quarantine_list(world.env) == ()


def test_a_revoked_officers_erasure_among_salvaged_files(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Its key signs a decision and a tombstone, and lays them out: never taken, whatever is typed; nothing is gone."""
    world, laptop, _ = three
    second = appointed(world)
    sealed(laptop, 1)
    laptop.export()
    world.import_()
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        testimony = next(one for one in vault.records.list() if one.kind == "full")
    hand = officer(second)
    for built in erased_elsewhere(hand, testimony.case_code, testimony.digest, testimony.record_id):
        hand.take(built.record)
    own = Hand.of(laptop)
    own.take(own.built(case="000-000-000-1").record)
    hand.files |= own.files
    org_revoke(world.env, "c-2", Case(STOLEN, offline=offline(world)))
    org_revoke(world.env, laptop.principal, Case(STOLEN))
    done = salvage(answering(world, "так треба").env, laid_out(hand, tmp_path / "found"))
    assert states(done) == ["refused", "refused", "taken"]
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert vault.records.by_digest(testimony.digest) is not None
        assert not vault.erased.list()


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "huge"])
def test_what_is_no_sealed_file(three: tuple[World, Laptop, Laptop], tmp_path: Path, what: str) -> None:
    """A link to nowhere, a pipe that never begins, a folder, a terabyte of zeros: named at once, and the rest comes."""
    world, laptop, _ = three
    sealed(laptop, 1)
    bad = laptop.env.home / "outbox" / new_name()
    match what:
        case "link":
            bad.symlink_to(tmp_path / "nowhere")
        case "pipe":
            os.mkfifo(bad)
        case "folder":
            bad.mkdir()
        case _:
            with bad.open("wb") as sink:
                sink.truncate(1 << 40)
    done = salvage(world.env, laptop.env.home)
    assert states(done) == sorted(["taken", "taken", "damaged" if what == "huge" else "unreadable"])


def test_decoys_of_a_films_parts(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Ten parts, eight files of each, of other sizes: more ways than ever end; the testimony comes in all the same."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    built = hand.built(files=(photo_of(bytes(5_000)),))
    hand.take(built.record)
    for number in range(1, 11):
        for _ in range(8):
            sink = io.BytesIO()
            part = AttachmentPart("attachment", built.digest, 0, number, 10, 100)
            hand.put(sink, seal_attachment(sink, io.BytesIO(bytes(100)), part, hand.account))
    done = salvage(world.env, laid_out(hand, tmp_path / "found"))
    assert states(done) == ["no-record"] * 80 + ["taken"]


# -- restore -----------------------------------------------------------------------------------------------------------


def test_trust_files_that_forget_a_revocation_are_not_taken_at_a_restore(
    three: tuple[World, Laptop, Laptop], tmp_path: Path
) -> None:
    """K28: an officer who turned signs a higher roster without the stolen laptop's line, where auditors look."""
    world, laptop, _ = three
    second = appointed(world)
    org_revoke(world.env, laptop.principal, Case(STOLEN))
    file = backup(world.env, tmp_path / "b.age").path
    with Vault.open(second.env.home, PASSPHRASE) as vault:
        theirs = station(vault)
    roster = replace(theirs.trust.roster.directory, serial=theirs.trust.roster.directory.serial + 9)
    forgot = reissue(theirs.trust, Changes(roster=roster), Signers(theirs.signer), world.env.clock())
    write_public(tmp_path / "auditors", forgot)
    sources = Sources(offline(world), trust=tmp_path / "auditors")
    with pytest.raises(LineRemoved):
        restore(chooser(replace(world.env, home=tmp_path / "again"), "none"), file, sources)
    assert not list((tmp_path / "again").iterdir())


@pytest.mark.parametrize("home", ["org", "laptop-1"])
def test_a_stick_without_the_withdrawals_is_no_answer(
    three: tuple[World, Laptop, Laptop], tmp_path: Path, home: str
) -> None:
    """G26: a courier swaps the stick that brings what was taken back: where nothing of it is ours, a person types."""
    world, _, _ = three
    env = replace(world.env, home=tmp_path / home)
    file = backup(env, tmp_path / "b.age").path
    (tmp_path / "swapped").mkdir()
    (tmp_path / "swapped" / new_name()).write_bytes(secrets.token_bytes(5_000))
    sources = Sources(offline(world), (tmp_path / "swapped",))
    with pytest.raises(OtherWordTyped):
        restore(chooser(replace(env, home=tmp_path / "again"), "так"), file, sources)
    assert not list((tmp_path / "again").iterdir())


def test_a_laptop_that_says_it_is_a_coordinator(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """It rewrites its own vault and signs that backup itself: role and name do not belong together."""
    world, laptop, _ = three
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault.settings._database.run("UPDATE vault SET role = 'coordinator'")
    file = backup(laptop.env, tmp_path / "b.age").path
    with pytest.raises(BackupRefused):
        restored(world, file, tmp_path / "again")


# -- the disk beside a vault -------------------------------------------------------------------------------------------


def test_slots_that_somebody_planted_open_nothing(three: tuple[World, Laptop, Laptop]) -> None:
    """Who has the disk lays `slots/next` with a passphrase of its own, as a cut rotation would: that opens nothing."""
    _, laptop, _ = three
    planted = laptop.env.home / "slots" / "next"
    planted.mkdir()
    slots.write_passphrase(planted, slots.new_key(), "theirs", 10)
    with pytest.raises(StoreError):
        Vault.open(laptop.env.home, "theirs")


def test_a_database_that_somebody_planted_is_thrown_away(three: tuple[World, Laptop, Laptop]) -> None:
    """`store.db.next` with slots beside it says that nothing happened yet: the vault is the one that was there."""
    _, laptop, _ = three
    sealed(laptop, 1)
    planted = laptop.env.home / "slots" / "next"
    planted.mkdir()
    slots.write_passphrase(planted, slots.new_key(), "theirs", 10)
    (laptop.env.home / "store.db.next").write_bytes(secrets.token_bytes(8192))
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        assert len(vault.sealed.list()) == 1
    assert not planted.exists()
    assert not (laptop.env.home / "store.db.next").exists()
