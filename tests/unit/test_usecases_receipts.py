"""Receipts between coordinator and laptop: written after an import, applied, and nothing deleted beyond them."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.bundle.limits import LIMITS
from intake.bundle.receipt import open_receipt
from intake.bundle.statement import Statement, parse_statement
from intake.crypto.hashing import digest
from intake.crypto.strictjson import loads
from intake.errors import CarrierMissing, NothingToDo, NotInVault, OtherCaseTyped, UsageFault, WrongRole
from intake.i18n import Translator
from intake.store.rows import ItemWord, ReceivedItem, SealedItem
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.exporting import export
from intake.usecases.importing import import_
from intake.usecases.listing import list_
from intake.usecases.purging import covered, purge
from intake.usecases.receipting import DAMAGED, status_of
from intake.usecases.receipts import ReceiptsReport, receipts
from intake.usecases.status import SealedHere, Waiting, status
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, environment, ready
from tests.worlds.receipts import damage, exported, files_of, needs_two, opened, sealed, second_coordinator, statuses

if TYPE_CHECKING:
    from pathlib import Path

Loop = tuple[World, Laptop, Laptop]


@pytest.fixture
def loop(tmp_path: Path) -> Loop:
    """An organisation and two laptops."""
    return ready(tmp_path)


def written(world: World, *paths: Path) -> list[Path]:
    """The receipts of an import."""
    return list(import_(world.env, paths).receipts.written)


def applied(laptop: Laptop, *paths: Path) -> ReceiptsReport:
    """What a laptop makes of files."""
    return receipts(laptop.env, paths)


def states(report: ReceiptsReport) -> list[str]:
    """In the report's order."""
    return [one.state for one in report.receipts]


def statement_of(world: World, number: int = -1) -> Statement:
    """The statement of a received bundle."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return parse_statement(vault.ledger.list()[number].statement, LIMITS)


# -- a coordinator writes them -----------------------------------------------------------------------------------------


def test_an_import_writes_a_receipt_for_each_bundle(loop: Loop) -> None:
    """A neutral name in the home folder, readable by that laptop alone; none for what was refused."""
    world, first, second = loop
    carried = [exported(first, 0), exported(second, 1)]
    (first.stick / "noise.age").write_bytes(b"age-encryption.org/v1\nnoise")
    report = import_(world.env, [first.stick])
    assert len(report.receipts.written) == len(carried)
    assert {path.parent for path in report.receipts.written} == {world.env.home / "receipts"}
    assert all(re.fullmatch(r"[0-9a-f]{32}\.age", path.name) for path in report.receipts.written)
    assert sorted(states(applied(first, world.env.home / "receipts"))) == ["applied", "not-for-us"]


def test_a_second_import_gives_a_new_receipt_and_takes_the_old_one_back(loop: Loop) -> None:
    """The serial rises, the folder does not grow, and what it says is the same."""
    world, first, _ = loop
    carried = exported(first, 0)
    (before,) = written(world, carried)
    old = opened(first, before).receipt
    (after,) = written(world, carried)
    new = opened(first, after).receipt
    assert not before.exists()
    assert (old.serial, new.serial) == (1, 2)
    assert new.model_copy(update={"serial": 1}) == old
    assert [path.name for path in (world.env.home / "receipts").iterdir()] == [after.name]


def test_what_came_before_is_a_duplicate(loop: Loop) -> None:
    """A re-export of the same items, imported after the first."""
    world, first, _ = loop
    one, two = exported(first, 0), first.export().path
    assert statuses(first, written(world, one)) == [["accepted", "accepted"]]
    assert statuses(first, written(world, two)) == [["duplicate", "duplicate"]]


def test_an_item_without_a_key_is_held(loop: Loop) -> None:
    """A coordinator who may not know who the witness is still vouches for the bytes."""
    world, first, _ = loop
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        vault._database.run("DELETE FROM secrets WHERE name = ?", (trusted.IDENTITY,))
    assert statuses(first, written(world, exported(first, 0))) == [["accepted", "held"]]


def test_an_item_that_does_not_open_is_damaged(loop: Loop) -> None:
    """Its identity part is held: those bytes are whole and kept."""
    world, first, _ = loop
    (case,) = sealed(first, 0)
    damage(first, case)
    assert statuses(first, written(world, first.export().path)) == [["damaged", "held"]]


@pytest.mark.parametrize("check", [f"I{number:02}" for number in range(1, 13)])
def test_only_what_does_not_open_or_was_not_signed_is_damaged(check: str) -> None:
    """A rule that stopped an item says nothing of its bytes."""
    row = ReceivedItem("n", "record", "d", None, None, 1, "s", (), None, 1, "quarantined", check)
    assert status_of(row) == ("damaged" if check in DAMAGED else "held")
    assert status_of(replace(row, outcome="imported", reason=None)) == "accepted"


def test_receipts_go_onto_the_stick(loop: Loop) -> None:
    """Beside the bundles; the next import leaves them alone, and so do other laptops' packs."""
    world, first, _ = loop
    exported(first, 0)
    shutil.copy(next((world.env.home / "packs").iterdir()), first.stick)
    done = import_(world.env, [first.stick], first.stick)
    assert [path.parent for path in done.receipts.carried] == [first.stick]
    again = import_(world.env, [first.stick])
    assert sorted(one.state for one in again.bundles) == ["already-imported", "for-a-laptop", "for-a-laptop"]
    assert status(world.env).quarantined == 0
    assert states(applied(first, first.stick)).count("applied") == 1


def test_a_stick_that_is_gone_keeps_nothing_back(loop: Loop, tmp_path: Path) -> None:
    """The import stands, the receipts are in the home folder, and the fault is told."""
    world, first, _ = loop
    done = import_(world.env, [exported(first, 0)], tmp_path / "nowhere")
    assert isinstance(done.receipts.error, CarrierMissing)
    assert not done.receipts.carried
    assert states(applied(first, *done.receipts.written)) == ["applied"]


def test_a_folder_that_takes_nothing_is_told(loop: Loop) -> None:
    """A file stands where the folder should: the import stands all the same."""
    world, first, _ = loop
    (world.env.home / "receipts").write_text("in the way")
    done = import_(world.env, [exported(first, 0)])
    assert done.receipts.error is not None
    assert not done.receipts.written
    assert status(world.env).records == 1


# -- a laptop applies them ---------------------------------------------------------------------------------------------


def test_what_is_receipted_goes_and_nothing_else(loop: Loop) -> None:
    """Files of the covered testimony are gone, stub and list row stay, the one sealed since is untouched."""
    world, first, _ = loop
    carried = exported(first, 0)
    before = set(files_of(first))
    sealed(first, 1)
    later = {name: data for name, data in files_of(first).items() if name not in before}
    report = applied(first, *written(world, carried))
    assert (report.purged, len(report.cases)) == (2, 1)
    assert files_of(first) == later
    assert [row.state for row in list_(first.env)] == ["receipted", "sealed"]
    assert {f"sha256:{item.sha256}" for item in _items(first) if item.state == "sealed"} == set(
        _next_statement(world, first).unreceipted
    )


def _items(laptop: Laptop) -> list[SealedItem]:
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        return list(vault.sealed.all_items())


def _next_statement(world: World, laptop: Laptop) -> Statement:
    written(world, laptop.export().path)
    return statement_of(world)


def test_the_same_receipt_again_changes_nothing(loop: Loop) -> None:
    """It is known by its digest."""
    world, first, _ = loop
    done = written(world, exported(first, 0))
    applied(first, *done)
    again = applied(first, *done, *done)
    assert (states(again), again.purged) == (["already-applied"], 0)


def test_an_older_receipt_after_a_newer_one_is_refused(loop: Loop) -> None:
    """R05; in one run they are taken in their order, whatever their names."""
    world, first, _ = loop
    carried = exported(first, 0)
    (old,) = written(world, carried)
    shutil.copy(old, first.stick / "0.age")
    (new,) = written(world, carried)
    both = applied(first, new, first.stick / "0.age")
    assert states(both) == ["applied", "applied"]
    (another,) = written(world, carried)
    shutil.copy(another, first.stick / "1.age")
    (last,) = written(world, carried)
    assert states(applied(first, last)) == ["applied"]
    (refused,) = applied(first, first.stick / "1.age").receipts
    assert (refused.state, refused.check, refused.fields["held"]) == ("refused", "R05", 4)


def test_a_receipt_for_another_laptop_is_left_alone(loop: Loop) -> None:
    """So is anything else on the stick; none of it is an error, and none is applied."""
    world, first, second = loop
    carried = exported(first, 0)
    (first.stick / "leaflet.pdf").write_bytes(b"%PDF-1.7")
    theirs = written(world, exported(second, 1))
    report = applied(first, *theirs, carried, first.stick / "leaflet.pdf")
    assert states(report) == ["not-for-us"] * 3
    assert len(files_of(first)) == 2


def test_a_bad_file_stops_no_other(loop: Loop, tmp_path: Path) -> None:
    """A cut one is refused, a missing one unreadable, the good one applied."""
    world, first, _ = loop
    (good,) = written(world, exported(first, 0))
    cut = tmp_path / "cut.age"
    cut.write_bytes(good.read_bytes()[:-100])
    report = applied(first, cut, tmp_path / "none.age", good)
    assert sorted(states(report)) == ["applied", "refused", "unreadable"]
    assert not files_of(first)


def test_one_coordinator_is_not_enough_where_two_are_asked_for(loop: Loop) -> None:
    """Nor is the same one twice; the second one's word lets the files go."""
    world, first, _ = loop
    second = second_coordinator(world)
    needs_two(first)
    carried = exported(first, 0)
    for _ in range(2):
        report = applied(first, *written(world, carried))
        assert (states(report), report.purged) == (["applied"], 0)
    assert len(files_of(first)) == 2
    assert applied(first, *written(second, carried)).purged == 2
    assert not files_of(first)


def test_receipts_for_an_older_bundle_count_for_the_items(loop: Loop) -> None:
    """The stick was copied, exported anew, and the copy arrived."""
    world, first, _ = loop
    old = exported(first, 0)
    exported(first, 1)
    assert applied(first, *written(world, old)).purged == 2
    assert [row.state for row in list_(first.env)] == ["receipted", "exported"]


def test_what_arrived_damaged_stays_and_goes_again(loop: Loop) -> None:
    """It is named, it is not deleted, and the next export holds it and nothing of what is safe."""
    world, first, _ = loop
    case, other = sealed(first, 0, 1)
    damage(first, case)
    report = applied(first, *written(world, first.export().path))
    assert report.receipts[0].damaged == (case,)
    assert report.cases == (other,)
    assert report.purged == 3
    assert status(first.env).states.damaged == Waiting(1, 0)
    again = _next_statement(world, first)
    assert [item.kind for item in again.items] == ["record"]


def test_newer_trust_files_are_kept_even_from_a_refused_receipt(loop: Loop) -> None:
    """The second officer is known to the laptop from then on."""
    world, first, _ = loop
    carried = exported(first, 0)
    (one,) = written(world, carried)
    kept = one.rename(first.stick / "older.age")
    second_coordinator(world)
    (two,) = written(world, carried)
    applied(first, two)
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        assert trusted.station(vault).trust.officer("c-2") is not None
    (refused,) = applied(first, kept).receipts
    assert (refused.state, refused.check) == ("refused", "R05")


def test_the_roster_comes_along_only_where_the_bundle_named_another(loop: Loop) -> None:
    """A laptop that holds it is spared its megabytes; one that does not learns it by its receipt."""
    world, first, second = loop  # the second was enrolled after the first was given its pack

    def roster_in(receipt: Path, laptop: Laptop) -> bool:
        with Vault.open(laptop.env.home, PASSPHRASE) as vault:
            identity = trusted.identity_of(vault, trusted.DEVICE_AGE)
        assert identity is not None
        return "roster" in open_receipt(receipt.read_bytes(), identity).files

    (known,) = written(world, exported(second, 0))
    (news,) = written(world, exported(first, 1))
    assert not roster_in(known, second)
    assert roster_in(news, first)
    assert states(applied(second, known)) == states(applied(first, news)) == ["applied"]
    (later,) = written(world, exported(first, 2))
    assert not roster_in(later, first)


def test_a_coordinator_has_no_receipts_to_apply(loop: Loop) -> None:
    """Nor anything sealed to purge."""
    world, _, _ = loop
    with pytest.raises(WrongRole):
        receipts(world.env, [world.folder])
    with pytest.raises(WrongRole):
        purge(world.env, "742-118-365-8", "danger")


def test_marked_files_go_at_the_next_opening(loop: Loop) -> None:
    """Killed between mark and deletion: nothing is lost, nothing is left."""
    world, first, _ = loop
    exported(first, 0)
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        vault.sealed.mark_receipted([item.name for item in vault.sealed.with_file()])
    assert len(files_of(first)) == 2
    status(first.env)
    assert not files_of(first)
    assert world


def test_what_covers_an_item() -> None:
    """Distinct officers who count, each with a word that allows it; parts of one file all or none."""
    parts = [_item("a", "attachment", 0), _item("b", "attachment", 0)]
    record = _item("r", "record", None)
    items, both = [*parts, record], {"c-1", "c-2"}
    safe = [ItemWord(name, "c-1", "accepted") for name in "ab"]
    assert covered(items, safe, both, 1) == ["a", "b"]
    assert covered(items, safe[:1], both, 1) == []
    assert covered(items, [*safe, ItemWord("r", "c-2", "damaged")], both, 1) == ["a", "b"]
    assert covered(items, safe, {"c-2"}, 1) == []  # c-1 is revoked
    assert covered(items, safe, both, 2) == []
    assert covered(items, [*safe, *(ItemWord(name, "c-2", "held") for name in "ab")], both, 2) == ["a", "b"]


def _item(name: str, kind: str, index: int | None) -> SealedItem:
    return SealedItem(name, "sha256:r", kind, index, None, 1, name, (), None, 1)


# -- what a statement says of it ---------------------------------------------------------------------------------------


def test_the_checkpoint_seen_travels_back(loop: Loop) -> None:
    """So that an officer who shows laptops two logs is found out."""
    world, first, _ = loop
    report = import_(world.env, [exported(first, 0)])
    applied(first, *report.receipts.written)
    sealed(first, 1)
    statement = _next_statement(world, first)
    assert statement.checkpoint is not None
    assert statement.checkpoint.size == 4  # three rosters, one bundle
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert statement.checkpoint.origin == vault.settings.get("log-origin")


def test_a_re_export_shares_no_bytes(loop: Loop) -> None:
    """Not one window of 64: whoever has both sticks can't tell that they carry the same."""
    _, first, _ = loop
    one, two = exported(first, 0).read_bytes(), first.export().path.read_bytes()
    windows = {one[at : at + 64] for at in range(len(one) - 63)}
    assert not any(two[at : at + 64] in windows for at in range(len(two) - 63))


# -- purging without a receipt -----------------------------------------------------------------------------------------


def asked(laptop: Laptop, *texts: str, choice: str = "danger") -> Laptop:
    """The laptop of somebody who answers so."""
    return replace(laptop, env=replace(laptop.env, ask=Answers(texts=list(texts), choices=[choice])))


def test_a_purge_without_a_receipt_is_remembered_and_told(loop: Loop) -> None:
    """Files go, the stub says destroyed, the custody log has the words, the next statement the code and no words."""
    world, first, _ = loop
    case, other = sealed(first, 0, 1)
    done = purge(asked(first, "обшук за годину", case).env, case)
    assert (done.case, done.items, done.reason) == (case, 2, "danger")
    assert {row.case: row.state for row in list_(first.env)} == {case: "destroyed", other: "sealed"}
    assert status(first.env).states.destroyed == Waiting(1, 0)
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        entry, _signature = vault.custody.leaves()
    leaf = loads(entry.leaf, max_bytes=4096)
    assert (leaf["kind"], leaf["words"], leaf["case"]) == ("purge-without-receipt", "обшук за годину", case)
    statement = _next_statement(world, first)
    assert sorted(one.sha256 for one in statement.purged) == leaf["items"]
    assert {one.reason for one in statement.purged} == {"danger"}
    assert len(statement.items) == 2
    assert "обшук" not in statement.dumps().decode()


def test_a_purge_is_told_even_when_nothing_else_is_left(loop: Loop) -> None:
    """One empty bundle carries it; after that there is nothing to hand over."""
    world, first, _ = loop
    (case,) = sealed(first, 0)
    purge(asked(first, "a reason", case).env, case, "other")
    statement = _next_statement(world, first)
    assert (statement.items, len(statement.purged)) == ((), 2)
    with pytest.raises(NothingToDo):
        export(first.env, first.stick)
    sealed(first, 1)
    assert len(_next_statement(world, first).purged) == 2  # every statement says it: the first may have been lost


@pytest.mark.parametrize(
    ("texts", "error"),
    [(("a reason", "742-118-365-8"), OtherCaseTyped), (("a reason", "what"), OtherCaseTyped), (("  ", ""), UsageFault)],
)
def test_a_purge_without_reason_or_with_another_case_code_does_nothing(
    loop: Loop, texts: tuple[str, str], error: type[Exception]
) -> None:
    """Nothing is destroyed, nothing is said."""
    _, first, _ = loop
    (case,) = sealed(first, 0)
    with pytest.raises(error):
        purge(asked(first, *texts).env, case)
    assert len(files_of(first)) == 2
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        assert not vault.custody.leaves()
        assert not vault.sealed.purges()


def test_only_what_is_sealed_and_still_here_can_be_purged(loop: Loop) -> None:
    """Not an unknown case, not a draft, not what is receipted."""
    world, first, _ = loop
    with pytest.raises(NotInVault):
        purge(first.env, "742-118-365-8", "danger")
    carried = exported(first, 0)
    (row,) = list_(first.env)
    applied(first, *written(world, carried))
    with pytest.raises(NothingToDo):
        purge(first.env, row.case, "danger")


def test_the_custody_log_is_a_chain(loop: Loop) -> None:
    """Each entry names the hash of the one before it."""
    world, first, _ = loop
    carried = exported(first, 0)
    (case,) = sealed(first, 1)
    applied(first, *written(world, carried))
    purge(asked(first, "a reason", case).env, case)
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        entries = vault.custody.leaves()
    said = [loads(one.leaf, max_bytes=1 << 16) for one in entries]
    assert [one["kind"] for one in said if one["kind"] != "signed"] == ["export", "receipt", "purge-without-receipt"]
    assert [one.hash for one in entries] == [digest(one.leaf) for one in entries]
    assert [one["prev"] for one in said] == [None, *(one.hash for one in entries[:-1])]


# -- status ------------------------------------------------------------------------------------------------------------


def test_status_tells_every_state_and_its_age(loop: Loop) -> None:
    """Sealed; handed over and not heard of; receipted; held there; damaged there; destroyed."""
    world, first, _ = loop
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        vault._database.run("DELETE FROM secrets WHERE name = ?", (trusted.IDENTITY,))
    _safe, bad = sealed(first, 0, 1)
    damage(first, bad)
    applied(first, *written(world, first.export().path))
    exported(first, 2)
    (gone, _new) = sealed(first, 3, 4)
    purge(asked(first, "a reason", gone).env, gone)
    later = environment(first.env.home, at=NOW.replace(day=28))
    found = status(later)
    assert (found.sealed, found.not_exported, found.not_receipted) == (5, 1, 3)
    said = found.states
    counts = [said.not_exported, said.handed_over, said.receipted, said.destroyed, said.not_heard_of, said.damaged]
    assert [one.count for one in counts] == [1, 2, 1, 1, 1, 1]
    assert {one.oldest_days for one in counts} == {7}
    assert said.held.count == 2  # both identity parts
    assert status(world.env).states.handed_over == Waiting(0, None)


def test_a_withdrawal_that_waits_is_told_on_every_screen() -> None:
    """The command line and the application tell one table: a row without anybody to wait for it is left out."""
    rows = dict(SealedHere(not_exported=Waiting(3, 9), withdrawals=Waiting(1, 2)).rows(Translator("en")))
    assert rows["  of them withdrawals"] == Waiting(1, 2)
    assert "  arrived damaged" not in rows
    assert "Handed over, without a receipt" in rows
