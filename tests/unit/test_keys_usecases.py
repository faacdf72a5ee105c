"""Epochs, officers and laptops over time: made, revoked, awaited, destroyed by rule (K80 to K84), else never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from intake.bundle.log import Leaf, read_leaf
from intake.crypto import strictjson
from intake.errors import (
    BadPrincipal,
    Declined,
    EpochKept,
    LastOfficer,
    ModeNotAllowed,
    ModeNotOffered,
    NoPackAddress,
    SerialRolledBack,
    SignerNotValidThen,
    UnknownMode,
    UsageFault,
)
from intake.store.vault import Vault
from intake.usecases.destroying import destroy_epochs
from intake.usecases.enrol import enrol
from intake.usecases.importing import import_
from intake.usecases.interview import interview
from intake.usecases.org_enrol import Profile
from intake.usecases.org_pack import Mission, org_pack
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.org_rotate import org_rotate, org_rotate_identities, org_rotate_officers
from intake.usecases.org_status import org_status
from intake.usecases.retrying import retry
from intake.usecases.trusted import station
from tests.worlds import records
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, environment, ready
from tests.worlds.officers import appointed, at, give_pack, laptop_at, offline, pack_for
from tests.worlds.questionnaire import answer_until

if TYPE_CHECKING:
    from pathlib import Path

DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)
JANUARY = datetime(2027, 1, 8, 9, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An organisation with two laptops."""
    return ready(tmp_path)[0]


@pytest.fixture
def laptop(world: World) -> Laptop:
    """Its first laptop."""
    return of(world, "laptop-1", "d-1")


def of(world: World, home: str, name: str) -> Laptop:
    """A laptop with something to answer."""
    env = replace(environment(world.folder / home), ask=Answers(texts=["because"] * 50))
    return Laptop(env, name, world.folder / "stick")


def opened(world: World | Laptop) -> Vault:
    """Its vault."""
    return Vault.open(world.env.home, PASSPHRASE)


def taken(laptop: Laptop) -> None:
    """A testimony that is sealed and on the stick."""
    laptop.add([records.testimony()])
    laptop.seal()
    laptop.export()


def leaves(world: World, kind: str) -> list[dict[str, object]]:
    """The entries of one type in a coordinator's log."""
    with opened(world) as vault:
        read = [strictjson.loads(leaf.leaf, max_bytes=1 << 16) for leaf in vault.log.leaves()]
    return [leaf for leaf in read if leaf["type"] == kind]


def answering(world: World, *texts: str) -> World:
    """The same coordinator, with these answers."""
    return replace(world, env=replace(world.env, ask=Answers(texts=list(texts))))


# -- epochs ------------------------------------------------------------------------------------------------------------


def test_a_new_epoch_reaches_laptops_by_packs(world: World, laptop: Laptop) -> None:
    """Until its pack is taken a laptop seals to the old key, then to the new; both are opened here."""
    done = org_rotate(at(world, DECEMBER).env)
    assert (done.epoch, done.recipients) == ("2026-12", 2)
    late = laptop_at(laptop, DECEMBER)
    taken(late)
    enrol(late.env, pack_for(at(world, DECEMBER), "d-1"))
    taken(late)
    items = [item for bundle in at(world, DECEMBER).import_().bundles for item in bundle.items]
    assert {item.state for item in items} <= {"imported", "duplicate"}
    with opened(world) as vault:
        newest = vault.ledger.newest_of("d-1")
        assert newest is not None
        assert {item.epoch for item in vault.ledger.items(newest.digest)} >= {"2026-11", "2026-12"}
    assert [leaf["state"] for leaf in leaves(world, "epoch")] == ["made"]


def test_an_epoch_to_come_leaves_the_present_one_in_use(world: World, laptop: Laptop) -> None:
    """A key made a week early is not sealed to before its month."""
    org_rotate(world.env)
    enrol(laptop.env, pack_for(world, "d-1"))
    with opened(laptop) as vault:
        recipients = station(vault).trust.recipients
    assert recipients.label(NOW) == "2026-11"
    assert recipients.label(DECEMBER) == "2026-12"


@pytest.mark.parametrize("label", ["2026-13", "november", "26-11", ""])
def test_an_epoch_is_named_by_a_month(world: World, label: str) -> None:
    """Anything else makes no key."""
    if label:
        with pytest.raises(UsageFault):
            org_rotate(world.env, label)
    with pytest.raises(UsageFault):
        org_rotate(world.env, days=0)
    assert leaves(world, "epoch") == []


def test_the_key_of_this_month_is_replaced_at_once(world: World, laptop: Laptop) -> None:
    """Two keys of one month lie in the vault side by side; both open what was sealed to them."""
    taken(laptop)
    org_rotate(world.env, "2026-11")
    enrol(laptop.env, pack_for(world, "d-1"))
    taken(laptop)
    assert all(item.state != "awaiting-key" for one in world.import_().bundles for item in one.items)
    assert len(org_status(world.env).epochs) == 2


# -- the end of an epoch -----------------------------------------------------------------------------------------------


def rotated(world: World, *laptops: Laptop) -> World:
    """December's key made, and these laptops' packs taken."""
    later = at(world, DECEMBER)
    org_rotate(later.env)
    for one in laptops:
        enrol(laptop_at(one, DECEMBER).env, pack_for(later, one.principal))
    return later


def test_a_key_in_use_is_never_destroyed(world: World) -> None:
    """K80: nor with all custodians' words."""
    with pytest.raises(EpochKept):
        destroy_epochs(answering(world, "we say so").env, "2026-11")
    with pytest.raises(EpochKept):
        destroy_epochs(world.env)


def test_a_key_stays_while_a_laptop_may_hold_what_is_sealed_to_it(world: World, laptop: Laptop) -> None:
    """K81: one laptop has shown a later epoch's bundle, the other has not: it is named, nothing is destroyed."""
    second = of(world, "laptop-2", "d-2")
    later = rotated(world, laptop, second)
    taken(laptop_at(laptop, DECEMBER))
    later.import_()
    with pytest.raises(EpochKept):
        destroy_epochs(later.env)
    assert [one.waits_for for one in org_status(later.env).epochs] == [("d-2",), ("d-1", "d-2")]


def test_a_key_that_nobody_needs_is_destroyed(world: World, laptop: Laptop) -> None:
    """K81: all have shown; the secret is gone from the vault and its log says so; what it opened is still here."""
    second = of(world, "laptop-2", "d-2")
    taken(laptop)
    later = rotated(world, laptop, second)
    for one in (laptop, second):
        taken(laptop_at(one, DECEMBER))
    later.import_()
    with opened(world) as vault:
        before = {name: vault.secrets.get(name) for name in vault.secrets.names() if name.startswith("epoch/")}
        count = vault.records.count()
    done = destroy_epochs(answering(later, "2026-11").env)
    assert [one.label for one in done.destroyed] == ["2026-11"]
    with opened(world) as vault:
        assert [name for name in vault.secrets.names() if name.startswith("epoch/")] == ["epoch/2026-12"]
        assert vault.records.count() == count
    gone = before["epoch/2026-11"]
    assert gone is not None
    assert [leaf["state"] for leaf in leaves(world, "epoch")] == ["made", "destroyed"]
    assert gone not in (world.env.home / "store.db").read_bytes()


def test_what_a_laptop_still_holds_back_keeps_the_key(world: World, laptop: Laptop) -> None:
    """K81: a later epoch's bundle that names a file nobody has seen is not enough."""
    second = of(world, "laptop-2", "d-2")
    later = rotated(world, laptop, second)
    for one in (laptop, second):
        taken(laptop_at(one, DECEMBER))
    later.import_()
    with opened(world) as vault:  # as if one file of the newest bundle had never come in
        newest = vault.ledger.newest_of("d-2")
        assert newest is not None
        vault._database.run("UPDATE received_items SET sha256 = 'lost' WHERE bundle = ?", (newest.digest,))
    with pytest.raises(EpochKept):
        destroy_epochs(later.env)


def test_a_revoked_laptop_keeps_no_key(world: World, laptop: Laptop) -> None:
    """K81: it is waited for no longer."""
    second = of(world, "laptop-2", "d-2")
    later = rotated(world, laptop, second)
    taken(laptop_at(laptop, DECEMBER))
    later.import_()
    org_revoke(later.env, "d-2", Case("lost"))
    assert [one.label for one in destroy_epochs(answering(later, "2026-11").env).destroyed] == ["2026-11"]


def test_custodians_may_say_so_and_their_reason_is_kept(world: World) -> None:
    """K83: a typed reason goes into the vault's own log of custody, never into the public one."""
    later = rotated(world)
    done = destroy_epochs(answering(later, "both laptops were burnt at Kamianske", "2026-11").env, "2026-11")
    assert [one.label for one in done.destroyed] == ["2026-11"]
    with opened(world) as vault:
        assert b"Kamianske" in vault.custody.leaves()[-1].leaf
        assert not any(b"Kamianske" in leaf.leaf for leaf in vault.log.leaves())


def test_without_a_reason_and_its_month_typed_nothing_is_destroyed(world: World) -> None:
    """K83: silence is no word, and whoever does not type what is to go does not mean it; `--yes` says nothing here."""
    later = rotated(world)
    for one in (answering(later, "  "), answering(later, "burnt", ""), answering(later, "burnt", "2026-12")):
        with pytest.raises(Declined):
            destroy_epochs(one.env, "2026-11")
    with opened(world) as vault:
        assert len([name for name in vault.secrets.names() if name.startswith("epoch/")]) == 2


def test_what_is_kept_aside_here_keeps_the_key(world: World, laptop: Laptop) -> None:
    """K82: a whole file in quarantine that only this key and the archive open."""
    taken(laptop)
    org_revoke(world.env, "d-1", Case("lost"))
    org_revoke(world.env, "d-2", Case("lost"))
    world.import_()
    later = rotated(world)
    assert [one.here for one in org_status(later.env).epochs] == [1, 0]
    with pytest.raises(EpochKept):
        destroy_epochs(later.env)


# -- revocation --------------------------------------------------------------------------------------------------------


def test_what_was_logged_before_stays_and_what_comes_after_is_kept_aside(world: World, laptop: Laptop) -> None:
    """The line names the log's size; a new bundle of a revoked laptop is undecided, never called tampering."""
    taken(laptop)
    world.import_()
    with opened(world) as vault:
        size, count = vault.log.size(), vault.records.count()
    done = org_revoke(world.env, "d-1", Case("stolen"))
    assert dict(done.logs) == {"c-1": size}
    taken(laptop)
    report = world.import_()
    assert [one.state for one in report.bundles] == ["already-imported", "quarantined"]
    with opened(world) as vault:
        assert vault.records.count() == count
        assert vault.quarantine.list()[-1].reason == "B14"


def test_the_others_get_packs_and_the_revoked_one_may_have_one(world: World, laptop: Laptop) -> None:
    """Everybody else's pack is written; one made for the revoked laptop says so, and is a good pack."""
    done = org_revoke(world.env, "d-1", Case("left"))
    assert [path.name.split("-")[1] for path in done.packs.written] == ["2"]
    told = enrol(laptop.env, pack_for(world, "d-1"))
    assert told.revoked == "left"


def test_who_may_revoke_whom(world: World) -> None:
    """Unknown, itself, a coordinator without the root, a reason that is a sentence: nothing changes."""
    appointed(world)
    org_revoke(world.env, "d-2", Case("lost"))
    before = (world.env.home / "public" / "trust" / "roster").read_bytes()
    for name, case, error in (
        ("d-9", Case("lost"), BadPrincipal),
        ("c-1", Case("left", offline=offline(world)), LastOfficer),
        ("c-2", Case("left"), UsageFault),
        ("d-1", Case("Lost near Melitopol"), UsageFault),
    ):
        with pytest.raises(error):
            org_revoke(world.env, name, case)
    assert (world.env.home / "public" / "trust" / "roster").read_bytes() == before


def test_a_revocation_that_stands_is_not_signed_again(world: World) -> None:
    """After a cut the same command writes the packs; another reason, or another time, changes no word of the line."""
    first = org_revoke(world.env, "d-1", Case("lost"))
    again = org_revoke(world.env, "d-1", Case("stolen", at=NOW - timedelta(days=3)))
    assert (again.at, again.logs, again.reason, again.serial) == (first.at, first.logs, "lost", first.serial)
    assert len(again.packs.written) == len(first.packs.written) == 1


def test_a_departed_coordinator_reads_nothing_new(world: World, laptop: Laptop) -> None:
    """Revoked by the root: its keys are out of the recipients, and its packs and rosters are refused."""
    second = appointed(world)
    late_pack = pack_for(second, "c-1")
    org_revoke(world.env, "c-2", Case("left", offline=offline(world)))
    enrol(laptop.env, pack_for(world, "d-1"))
    taken(laptop)
    assert world.import_().bundles[0].state == "imported"
    assert second.import_().bundles[0].state == "quarantined"  # not even its envelope opens
    with pytest.raises(SignerNotValidThen):
        enrol(world.env, late_pack)
    with pytest.raises(SerialRolledBack):
        enrol(laptop.env, pack_for(second, "d-1"))


def test_a_laptop_that_missed_the_pack_goes_on_with_what_was_signed_in_office(world: World, laptop: Laptop) -> None:
    """It has the newest officers by a receipt, and recipients that a departed coordinator signed in its time."""
    second = appointed(world)
    give_pack(second, world, "c-1")
    org_rotate(second.env, "2026-11")
    enrol(laptop.env, pack_for(second, "d-1"))
    later = at(world, DECEMBER)
    give_pack(at(second, DECEMBER), later, "c-1")
    org_revoke(later.env, "c-2", Case("left", offline=offline(world)))
    with opened(world) as vault, opened(laptop) as theirs:
        trust = station(vault).trust
        signed = trust.officers.signed.files()
        theirs.trust.put("officers", trust.officers.directory.serial, signed, "2026-12-03T09:00:00Z")
        recipients = station(theirs).trust.recipients
    assert {key.officer for key in recipients.epochs} == {"c-1"}  # K34
    taken(laptop_at(laptop, DECEMBER))


# -- officers renewed --------------------------------------------------------------------------------------------------


def test_a_coordinators_year_goes_on_under_a_new_name(world: World, laptop: Laptop) -> None:
    """New signing keys by the root; the age keys, the records and the old signatures stay good; a new log begins."""
    taken(laptop)
    world.import_()
    with opened(world) as vault:
        origin = vault.settings.get("log-origin")
    done = org_rotate_officers(world.env, offline(world))
    assert done.principal == "c-2"
    enrol(laptop.env, pack_for(world, "d-1"))
    taken(laptop)
    assert {one.state for one in world.import_().bundles} <= {"imported", "already-imported"}
    with opened(world) as vault:
        trust = station(vault).trust
        assert vault.settings.get("log-origin") != origin
        assert (trust.roster.signer.name, trust.verified_recipients.signer.name) == ("c-2", "c-2")
    late = at(world, NOW + timedelta(days=300))
    assert [line.state for line in org_status(late.env).officers] == ["in-force", "in-force"]


def test_a_new_key_to_identities_leaves_the_old_one_able(world: World, laptop: Laptop) -> None:
    """What was sealed to the old one is opened; a coordinator kept from identities can't give itself a key."""
    laptop.add([records.testimony()])
    laptop.seal()
    org_rotate_identities(world.env)
    laptop.export()
    assert {item.state for item in world.import_().bundles[0].items} == {"imported"}
    second = appointed(world, identities=False)
    with pytest.raises(UsageFault):
        org_rotate_identities(second.env)


# -- late keys ---------------------------------------------------------------------------------------------------------


def test_what_waited_for_a_key_is_opened_from_the_kept_tar(world: World, laptop: Laptop) -> None:
    """Without its epoch's key the items wait; with the archive's they come in, and the log says which."""
    taken(laptop)
    with opened(world) as vault:
        kept = vault.secrets.get("epoch/2026-11")
        assert kept is not None
        vault.secrets.remove("epoch/2026-11")
        vault.secrets.remove("identity")
    report = import_(world.env, [world.folder / "stick"])
    assert report.bundles[0].state == "quarantined"  # the envelope itself
    with opened(world) as vault:
        vault.secrets.put("epoch/2026-11", kept)
    states = {item.kind: item.state for item in world.import_().bundles[0].items}
    assert states == {"record": "imported", "identity": "awaiting-key"}
    assert retry(world.env).waiting == 1
    done = retry(world.env, offline(world))
    assert (done.opened, done.refused, done.waiting) == (1, 0, 0)
    assert [leaf["items"] for leaf in leaves(world, "opened")] != []
    with opened(world) as vault:
        assert vault.ledger.awaiting_key() == 0
        assert vault.records.identity(vault.records.list()[0].digest) is not None
    assert retry(world.env, offline(world)).opened == 0


def test_a_key_that_came_later_is_used_at_the_next_import(world: World, laptop: Laptop) -> None:
    """The import of anything tries all that waits."""
    taken(laptop)
    with opened(world) as vault:
        identity = vault.secrets.get("identity")
        assert identity is not None
        vault.secrets.remove("identity")
    world.import_()
    with opened(world) as vault:
        vault.secrets.put("identity", identity)
    second = of(world, "laptop-2", "d-2")
    taken(replace(second, stick=world.folder / "other"))
    assert import_(world.env, [world.folder / "other"]).retried.opened == 1


def test_what_a_revocation_undoes_is_not_opened_late(world: World, laptop: Laptop) -> None:
    """Logged at or above the size that the line names: it stays waiting; below it is opened."""
    taken(laptop)
    with opened(world) as vault:
        identity = vault.secrets.get("identity")
        assert identity is not None
        vault.secrets.remove("identity")
    world.import_()
    org_revoke(replace(world.env, clock=lambda: NOW + timedelta(minutes=1)), "d-1", Case("stolen"))
    with opened(world) as vault:
        vault.secrets.put("identity", identity)
        (bundle,) = vault.ledger.list()
        size = vault.log.size()
        vault._database.run("UPDATE received_bundles SET log_index = ?", (size - 1,))
    assert retry(world.env).waiting == 1
    with opened(world) as vault:
        vault._database.run("UPDATE received_bundles SET log_index = ?", (bundle.log_index,))
    assert retry(world.env).opened == 1


# -- packs -------------------------------------------------------------------------------------------------------------


def test_packs_for_all_carry_the_newest(world: World, laptop: Laptop) -> None:
    """Serials that rise, policy and profile as they are; an expired laptop gets none."""
    done = org_pack(world.env, changes=Mission({"envelope": "never", "purge_after": 2}))
    assert [path.name for path in done.written] == ["d-1-3.pack.age", "d-2-4.pack.age"]
    told = enrol(laptop.env, done.written[0].read_bytes())
    assert told.serial == 3
    with opened(laptop) as vault:
        assert station(vault).policy.envelope == "never"
    assert org_pack(at(world, NOW + timedelta(days=366, hours=7)).env).written == ()


def test_a_mission_says_which_talks_it_takes_and_when_a_laptop_locks(world: World, laptop: Laptop) -> None:
    """The pack's policy: what is not offered is neither listed nor begun; drafts of before go on in their own kind."""
    with interview(laptop.env) as before:
        answer_until(before.session, "narrative")
    chosen = Mission({"modes": ["search_only", "full_account"], "interview_lock_minutes": 5})
    enrol(laptop.env, org_pack(world.env, ["d-1"], changes=chosen).written[0].read_bytes())
    with interview(laptop.env) as running:
        assert running.modes == ("search_only",)
        assert running.session.form.mode == "search_only"
        assert running.hides_after == 5 * 60
    with pytest.raises(ModeNotOffered), interview(laptop.env, mode="first_account"):
        pass
    with pytest.raises(ModeNotAllowed), interview(laptop.env, mode="full_account"):
        pass
    with interview(laptop.env, before.case) as running:
        assert running.session.form.mode == "first_account"
    with pytest.raises(UnknownMode):
        org_pack(world.env, ["d-1"], changes=Mission({"modes": ["confession"]}))


def test_a_laptop_of_an_older_vault_is_found_by_its_own_bundle(world: World, laptop: Laptop) -> None:
    """An enrolment that kept no address: named, and left out, until a bundle says where receipts go."""
    with opened(world) as vault:
        vault._database.run("DELETE FROM trust_files WHERE kind LIKE 'device/%'")
    assert org_pack(world.env).without == ("d-1", "d-2")
    with pytest.raises(NoPackAddress):
        org_pack(world.env, ["d-1"], profile=Profile("I-7"))
    taken(laptop)
    world.import_()
    with pytest.raises(NoPackAddress):  # nobody said who uses it
        org_pack(world.env, ["d-1"])
    done = org_pack(world.env, ["d-1"], profile=Profile("I-7", trained_full=True))
    enrol(laptop.env, done.written[0].read_bytes())
    with opened(laptop) as vault:
        assert (station(vault).profile.code, station(vault).profile.trained_full) == ("i-7", True)


def test_status_names_laptops_and_keys_and_no_person(world: World, laptop: Laptop) -> None:
    """What is in force, revoked, ending; the last bundle of each laptop."""
    taken(laptop)
    world.import_()
    org_revoke(world.env, "d-2", Case("broken"))
    found = org_status(world.env)
    assert [(one.name, one.state, one.last_seq) for one in found.devices] == [
        ("d-1", "in-force", 1),
        ("d-2", "revoked", None),
    ]
    soon = org_status(at(world, NOW + timedelta(days=345)).env)
    assert set(soon.soon) == {"c-1", "d-1", "epoch"}


def test_the_log_of_an_old_name_is_published_a_last_time(world: World, laptop: Laptop) -> None:
    """Nobody can sign it again; every entry of it, and of the new one, is of a type that readers know."""
    taken(laptop)
    world.import_()
    org_rotate(world.env)
    done = org_rotate_officers(world.env, offline(world))
    assert done.log is not None
    assert done.log.name.startswith("c-1-")
    published = (done.log / "entries.jsonl").read_bytes().splitlines()
    with opened(world) as vault:
        held = [leaf.leaf for leaf in vault.log.leaves()]
    assert held[: len(published)] == published
    assert len(held) > len(published)
    assert all(type(read_leaf(leaf)) is not Leaf for leaf in held)
