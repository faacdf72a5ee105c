"""Publishing, proving and closing gaps at a desk; the custody log; and that any bytes at all end in a finding."""

from __future__ import annotations

import json
import os
import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake.crypto.hashing import digest
from intake.crypto.strictjson import dumps, loads
from intake.errors import (
    CustodyBroken,
    Declined,
    NothingToDo,
    NotInVault,
    ProofFault,
    PublishedLogDiffers,
    TrustFileMissing,
)
from intake.store.vault import Vault
from intake.usecases.auditing import Audited, audit
from intake.usecases.doctor_vault import look_inside
from intake.usecases.handed import handed
from intake.usecases.log_custody import log_custody
from intake.usecases.log_gap import log_gap
from intake.usecases.log_prove import prove_bundle, prove_growth
from intake.usecases.log_publish import log_publish
from intake.usecases.received import received
from intake.usecases.showing import show
from tests.worlds import records
from tests.worlds.audit import Desk, Handed, office
from tests.worlds.audit import Laptop as Sender
from tests.worlds.bundle import LAPTOP
from tests.worlds.keys import NOW as THEN
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, ready

VECTORS = Path(__file__).parents[1] / "vectors" / "audit"
Loop = tuple[World, Laptop, Laptop]


@pytest.fixture
def loop(tmp_path: Path) -> Loop:
    """An organisation and two laptops."""
    return ready(tmp_path)


def came(loop: Loop, *numbers: int) -> None:
    """A bundle of the first laptop for each number, imported."""
    world, first, _ = loop
    for number in numbers:
        first.add([records.testimony(n=number)])
        first.seal()
        carried = first.export().path
        world.import_()
        carried.unlink()


def lost(loop: Loop, number: int) -> None:
    """One that reaches nobody."""
    _, first, _ = loop
    first.add([records.testimony(n=number)])
    first.seal()
    first.export().path.unlink()


def given(loop: Loop, folder: Path) -> Audited:
    """What the coordinator hands over, audited."""
    env = loop[0].env
    received(env, folder)
    log_publish(env, folder / "logs")
    return audit(folder, root=folder / "root", trust=folder / "trust", at=NOW)


# -- publish -----------------------------------------------------------------------------------------------------------


def test_publishing_again_appends(loop: Loop, tmp_path: Path) -> None:
    """The folder's name stays; the entries begin with those of before; nothing else is left behind."""
    env = loop[0].env
    came(loop, 0)
    first = log_publish(env, tmp_path / "out")
    before = (first.folder / "entries.jsonl").read_bytes()
    came(loop, 1)
    second = log_publish(env, tmp_path / "out", stamped=True)
    with Vault.open(env.home, PASSPHRASE) as vault:
        assert look_inside(vault).last["stamp"] == env.clock()
    assert (second.folder, second.before) == (first.folder, first.size)
    assert second.size > first.size
    assert (second.folder / "entries.jsonl").read_bytes().startswith(before)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [second.folder.name]


@pytest.mark.parametrize("spoil", [b"{}\n", b"x", b"\n"])
def test_a_publication_that_is_not_our_beginning_is_left_alone(loop: Loop, tmp_path: Path, spoil: bytes) -> None:
    """An entry more, or another one: it may be what was lost here, so not a byte of it changes."""
    env = loop[0].env
    came(loop, 0)
    folder = log_publish(env, tmp_path / "out").folder
    (folder / "entries.jsonl").write_bytes((folder / "entries.jsonl").read_bytes() + spoil)
    was = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(PublishedLogDiffers):
        log_publish(env, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == was


def test_a_cut_between_the_two_renames_loses_nothing(loop: Loop, tmp_path: Path) -> None:
    """The earlier publication is put back, and then followed."""
    env = loop[0].env
    came(loop, 0)
    folder = log_publish(env, tmp_path / "out").folder
    folder.rename(folder.with_name(folder.name + ".old"))
    (folder.with_name(folder.name + ".part")).mkdir()
    again = log_publish(env, tmp_path / "out")
    assert again.before == again.size
    assert [path.name for path in (tmp_path / "out").iterdir()] == [folder.name]


def test_a_log_holds_codes_and_digests_only(loop: Loop, tmp_path: Path) -> None:
    """Each entry's fields are those of its type: nothing of a testimony, no case code, no file name."""
    came(loop, 0, 1)
    folder = log_publish(loop[0].env, tmp_path / "out").folder
    entries = [json.loads(line) for line in (folder / "entries.jsonl").read_text().splitlines()]
    assert {entry["type"] for entry in entries} <= {"bundle", "roster", "recipients", "officers", "epoch"}
    assert all(set(entry) == {"format", "type", "at", "org", "bundle", "sender", "chain", "seq", "prev"}
               for entry in entries if entry["type"] == "bundle")  # fmt: skip


# -- prove -------------------------------------------------------------------------------------------------------------


def test_a_bundle_that_is_not_in_the_log_is_not_proved(loop: Loop) -> None:
    """Said plainly, and nothing comes out."""
    came(loop, 0)
    with pytest.raises(NotInVault):
        prove_bundle(loop[0].env, "sha256:" + "0" * 64)


def test_a_checkpoint_of_another_log_or_another_past_is_not_proved(loop: Loop, tmp_path: Path) -> None:
    """Another origin, a larger size, another root, no checkpoint at all."""
    env = loop[0].env
    came(loop, 0)
    file = log_publish(env, tmp_path / "out").folder / "checkpoint"
    origin, size, root = file.read_text().splitlines()
    other = f"{origin[:-2]}00" if not origin.endswith("00") else f"{origin[:-2]}11"
    for text in (
        f"{other}\n{size}\n{root}\n",
        f"{origin}\n{int(size) + 9}\n{root}\n",
        f"{origin}\n{size}\n{'A' * 43}=\n",
        f"{origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "nothing",
    ):
        file.write_text(text)
        with pytest.raises(ProofFault):
            prove_growth(env, file)


# -- gaps --------------------------------------------------------------------------------------------------------------


def test_a_gap_is_closed_by_a_person_and_by_nobody_else(loop: Loop, tmp_path: Path) -> None:
    """Importing what covers it closes nothing; the entry does, for good."""
    world, first, _ = loop
    came(loop, 0)
    lost(loop, 1)
    came(loop, 2)
    assert [one.id for one in given(loop, tmp_path / "a").findings] == ["A04"]
    done = log_gap(world.env, first.principal, 2, reason="lost")
    assert done.gap.covering
    after = given(loop, tmp_path / "a")
    assert (after.verdict, [one.id for one in after.findings]) == ("COMPLETE", ["N02"])


def test_a_gap_that_nothing_covers_stays_one(loop: Loop, tmp_path: Path) -> None:
    """The next bundle names an item that it does not bring: the entry says so, and the audit goes on asking."""
    world, first, _ = loop
    came(loop, 0)
    lost(loop, 1)
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        name = vault.sealed.with_file()[-1].name
        path = vault.outbox.path(name)
        path.write_bytes(b"x" + path.read_bytes()[1:])
    came(loop, 2)
    assert log_gap(world.env, first.principal, 2, reason="broken").gap.covering is None
    assert {one.id for one in given(loop, tmp_path / "a").findings} == {"A04", "A08"}


def test_a_gap_is_covered_by_the_newest_bundle_and_not_by_the_last_to_come(loop: Loop, tmp_path: Path) -> None:
    """An old stick that turns up late covers nothing; the bundle that came before it and brings everything does."""
    world, first, _ = loop
    first.add([records.testimony(n=0)])
    first.seal()
    old = first.export().path.rename(tmp_path / "old.age")
    lost(loop, 1)
    came(loop, 2)
    world.import_(old)
    assert log_gap(world.env, first.principal, 2, reason="lost").gap.covering
    assert given(loop, tmp_path / "a").verdict == "COMPLETE"


def test_no_gap_is_made_where_there_is_none(loop: Loop) -> None:
    """An unknown sender, a bundle that is here, a number that nothing shows to be missing, a no: no entry."""
    world, first, _ = loop
    came(loop, 0)
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        before = vault.log.size()
    with pytest.raises(NotInVault):
        log_gap(world.env, "d-nobody", 1, reason="lost")
    for number in (1, 2):
        with pytest.raises(NothingToDo):
            log_gap(world.env, first.principal, number, reason="lost")
    lost(loop, 1)
    came(loop, 2)
    no = replace(world.env, ask=Answers(yes=False))
    with pytest.raises(Declined):
        log_gap(no, first.principal, 2, reason="lost")
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert vault.log.size() == before + 1  # the third bundle


# -- what an import says of items that did not come in -----------------------------------------------------------------


def test_an_item_without_a_key_is_held_in_the_log(loop: Loop, tmp_path: Path) -> None:
    """A coordinator without the identities' key: named, and no reason to call the rest incomplete."""
    with Vault.open(loop[0].env.home, PASSPHRASE) as vault:
        vault.secrets.remove("identity")
    came(loop, 0)
    done = given(loop, tmp_path / "a")
    assert (done.verdict, [one.id for one in done.findings]) == ("COMPLETE", ["N05"])


# -- custody -----------------------------------------------------------------------------------------------------------


def test_custody_tells_what_was_done_and_is_signed(loop: Loop, tmp_path: Path) -> None:
    """At the laptop its export; at the desk import, view, what auditors got; a view is signed by what follows it."""
    world, first, _ = loop
    came(loop, 0)
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        case = vault.records.list()[0].case_code
    show(world.env, case)
    assert log_custody(world.env).signed == 1
    received(world.env, tmp_path / "out")
    done = log_custody(world.env)
    assert [step.kind for step in done.steps] == ["import", "view", "received"]
    assert done.steps[1].fields["case"] == case
    assert done.signed == 3
    assert [step.kind for step in log_custody(first.env).steps] == ["export"]


@pytest.mark.parametrize("spoil", ["change", "drop", "swap", "garbage", "other-signer"])
def test_a_changed_custody_log_is_noticed(loop: Loop, spoil: str) -> None:
    """An entry changed, left out, moved, or signed by somebody else: the first that does not follow is named."""
    world, *_ = loop
    came(loop, 0, 1)
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        entries = vault.custody.leaves()
        run = vault._database.run
        if spoil == "change":
            run("UPDATE custody SET leaf = ? WHERE number = 0", (entries[0].leaf.replace(b"import", b"export"),))
        elif spoil == "drop":
            run("DELETE FROM custody WHERE number = 0")
        elif spoil == "garbage":
            run("UPDATE custody SET leaf = x'ff', hash = ? WHERE number = 0", (digest(b"\xff"),))
        elif spoil == "swap":
            run("UPDATE custody SET leaf = ?, hash = ? WHERE number = 2", (entries[0].leaf, entries[0].hash))
        else:
            last = loads(entries[-1].leaf, max_bytes=1 << 16)
            other = loads(entries[1].leaf, max_bytes=1 << 16)
            leaf = dumps({**last, "sig": other["sig"]})
            run("UPDATE custody SET leaf = ?, hash = ? WHERE number = ?", (leaf, digest(leaf), entries[-1].number))
    with pytest.raises(CustodyBroken):
        log_custody(world.env)


# -- any bytes ---------------------------------------------------------------------------------------------------------


def audited(folder: Path) -> Audited:
    """By the vectors' own trust."""
    return audit(folder, root=VECTORS / "root", trust=VECTORS / "trust", at=THEN)


@pytest.mark.parametrize("seed", range(40))
def test_any_bytes_below_the_folder_end_in_a_finding(tmp_path: Path, seed: int) -> None:
    """Each file in turn spoilt or replaced: a verdict that is not COMPLETE, or the very same, and never an error."""
    rng = random.Random(seed)  # noqa: S311  made-up damage, the same every time
    folder = Path(shutil.copytree(VECTORS / "complete" / "handed", tmp_path / "handed"))
    path = rng.choice(sorted(one for one in folder.rglob("*") if one.is_file()))
    data = bytearray(path.read_bytes())
    match seed % 4:
        case 0:
            data[rng.randrange(len(data)) if data else 0 :] = b""
        case 1:
            data[: len(data) // 2] = rng.randbytes(rng.randrange(1, 4000))
        case 2 if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        case _:
            data = bytearray(rng.randbytes(rng.randrange(3000)))
    same = bytes(data) == path.read_bytes()
    path.write_bytes(data)
    assert same or audited(folder).verdict != "COMPLETE"


def test_odd_files_stop_nothing(tmp_path: Path) -> None:
    """A pipe, a link that leads nowhere, a folder called like a bundle, a name of no letters: named, and passed."""
    folder = Path(shutil.copytree(VECTORS / "complete" / "handed", tmp_path / "handed"))
    os.mkfifo(folder / "pipe.tar")
    (folder / "gone.tar").symlink_to(tmp_path / "nowhere")
    (folder / "folder.tar").mkdir()
    (folder / "folder.tar" / "x.tar").write_bytes(b"")
    (folder / "\x1b[2J").write_bytes(b"x")
    (folder / "roster").write_bytes(b"# intake-roster/1\n")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    done = audited(folder)
    assert sorted(one.id for one in done.findings) == ["A01", "A02", "A02", "A16", "N08"]
    assert done.bundles == 3


def test_a_hostile_laptop_s_numbers_cost_nothing(tmp_path: Path) -> None:
    """A sequence number of fifteen digits, signed: one range, at once."""
    sender, desk = Sender(office(), LAPTOP), Desk(office())
    sender.seal()
    sent = sender.export(seq=9 * 10**14, prev="sha256:" + "0" * 64)
    desk.receive(sent)
    made = Handed(office())
    made.bundle(sent)
    made.log(desk)
    made.log(Desk(office(), "c-2"))
    folder = made.write(tmp_path)
    done = audited(folder / "handed")
    (found,) = done.findings
    assert (found.id, found.fields["last"]) == ("A04", 9 * 10**14 - 1)


def test_a_folder_without_anything_is_no_success(tmp_path: Path) -> None:
    """COMPLETE must not be said of nothing; nor of a folder that is none."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToDo):
        audited(tmp_path / "empty")
    with pytest.raises(NothingToDo):
        audited(tmp_path / "nowhere")


def test_without_trust_files_nothing_is_said(tmp_path: Path) -> None:
    """Nobody is believed for lack of a list."""
    (tmp_path / "trust").mkdir()
    with pytest.raises(TrustFileMissing):
        audit(VECTORS / "complete" / "handed", root=VECTORS / "root", trust=tmp_path / "trust", at=THEN)


def test_the_same_bundle_twice_counts_once(tmp_path: Path) -> None:
    """Under another name, in another folder: no fork, no second bundle."""
    folder = Path(shutil.copytree(VECTORS / "complete" / "handed", tmp_path / "handed"))
    shutil.copytree(folder / "bundles", folder / "again")
    done = audited(folder)
    assert (done.verdict, done.bundles) == ("COMPLETE", 3)


def test_a_log_named_below_both_folders_is_read_once(tmp_path: Path) -> None:
    """TRUST lies below DIR as often as not."""
    folder = Path(shutil.copytree(VECTORS / "complete" / "handed", tmp_path / "handed"))
    shutil.copytree(VECTORS / "trust", folder / "trust")
    assert len(handed(folder, folder / "trust").trust) == 1
    done = audit(folder, root=VECTORS / "root", trust=folder / "trust", at=THEN + timedelta(hours=1))
    assert done.verdict == "COMPLETE"
