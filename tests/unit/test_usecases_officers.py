"""A second coordinator, from its request to the day it holds the same as the first; and what each refuses."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from intake.errors import (
    MalformedRequest,
    NotEnrolled,
    NothingToDo,
    PrincipalTaken,
    SerialRolledBack,
    UsageFault,
    VaultExists,
    WordsDiffer,
    WrongOfflinePassphrase,
    WrongOrganisation,
    WrongRole,
)
from intake.store.vault import Vault
from intake.usecases.enrol import enrol
from intake.usecases.exporting import export
from intake.usecases.importing import import_
from intake.usecases.init import init
from intake.usecases.log_publish import log_publish
from intake.usecases.org_appoint import Office, org_appoint, org_take_office
from intake.usecases.org_enrol import org_enrol
from intake.usecases.org_init import org_init
from intake.usecases.org_pack import Mission, org_pack
from intake.usecases.org_rotate import org_rotate
from intake.usecases.org_status import org_status
from intake.usecases.relaying import Room, relay
from intake.usecases.retrying import retry
from intake.usecases.trusted import pack_serials, station
from tests.worlds import records
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, environment, ready
from tests.worlds.officers import appointed, at, carry_on, give_pack, machine, offline, pack_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An organisation with two laptops."""
    return ready(tmp_path)[0]


@pytest.fixture
def laptop(world: World) -> Laptop:
    """Its first laptop."""
    ask = Answers(texts=["because"] * 50)
    return Laptop(replace(environment(world.folder / "laptop-1"), ask=ask), "d-1", world.folder / "stick")


def opened(world: World) -> Vault:
    """A coordinator's vault."""
    return Vault.open(world.env.home, PASSPHRASE)


def holdings(world: World) -> tuple[object, ...]:
    """Everything that was told to an organisation, as one vault has it."""
    with opened(world) as vault:
        held = vault.records.list()
        return (
            sorted((one.digest, one.record, one.sig, one.pq_sig) for one in held),
            sorted(part.identity for one in held if (part := vault.records.identity(one.digest))),
            sorted(
                (file.record_digest, file.part, file.index, file.sha256, vault.blobs.open(file.blob_id).read())
                for one in held
                for file in vault.records.attachments(one.digest)
            ),
        )


def taken(laptop: Laptop, count: int = 1) -> None:
    """Testimonies that are sealed and on the stick."""
    laptop.add([records.testimony() for _ in range(count)])
    laptop.seal()
    laptop.export()


# -- into office -------------------------------------------------------------------------------------------------------


def test_a_second_coordinator_holds_what_the_first_does(world: World, laptop: Laptop) -> None:
    """Records with both signatures, identity parts and attachments: the same bytes, by relay."""
    taken(laptop, 3)
    world.import_()
    second = appointed(world)
    carry_on(world, second)
    assert holdings(second) == holdings(world)
    assert len(holdings(second)[0]) == 3  # type: ignore[arg-type]  # a list


def test_a_laptop_learns_of_it_and_then_seals_to_both(world: World, laptop: Laptop) -> None:
    """With a pack of after, both open the same bundle themselves."""
    second = appointed(world)
    enrol(laptop.env, pack_for(world, "d-1"))
    taken(laptop)
    for one in (world, second):
        assert {item.state for item in one.import_().bundles[0].items} == {"imported"}
    assert holdings(second) == holdings(world)


def test_the_second_enrols_laptops_and_the_first_reads_them(world: World) -> None:
    """Its own card, its own row of names; the first takes the roster by a pack, then the bundle."""
    second = appointed(world)
    env = replace(world.env, home=world.folder / "laptop-3", ask=Answers(texts=["because"] * 50))
    card = opened_card(second)
    request = init(env, card).request
    assert request is not None
    done = org_enrol(second.env, request.read_bytes())
    assert done.principal == "d-2-1"
    enrol(env, done.pack.read_bytes())
    taken(Laptop(env, done.principal, world.folder / "stick"))
    assert world.import_().bundles[0].state == "quarantined"
    assert not give_pack(second, world, "c-1").joined
    assert world.import_().bundles[0].state == "imported"


def opened_card(world: World) -> bytes:
    """The card that a coordinator's own laptops are given."""
    with opened(world) as vault:
        return station(vault).card.data


def test_a_request_for_another_or_of_a_laptop_makes_no_officer(world: World, tmp_path: Path) -> None:
    """Nothing is signed: not for a laptop's request, not by another organisation's root, not for other words."""
    second = machine(world)
    request = (second.env.home / "request.age").read_bytes()
    other = org_init(environment(tmp_path / "other"), "Інша", purpose="made-up").offline
    env = replace(world.env, home=world.folder / "laptop-3")
    laptops = init(env, world.card.read_bytes()).request
    assert laptops is not None
    before = (world.env.home / "public" / "trust" / "officers").read_bytes()
    with pytest.raises(MalformedRequest):
        org_appoint(world.env, laptops.read_bytes(), offline(world))
    with pytest.raises(WrongOrganisation):
        org_appoint(world.env, request, other)
    with pytest.raises(WordsDiffer):
        org_appoint(replace(world.env, ask=Answers(match=False)), request, offline(world))
    with opened(world) as vault:
        assert [one.name for one in station(vault).trust.officers.directory.principals] == ["c-1"]
    assert (world.env.home / "public" / "trust" / "officers").read_bytes() == before


def test_the_roots_folder_has_a_passphrase_of_its_own(world: World) -> None:
    """A wrong one appoints nobody, and is told apart from the vault's."""
    request = (machine(world).env.home / "request.age").read_bytes()
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        env = replace(world.env, vault=vault, ask=Answers(secret="quite another one, alas"))  # noqa: S106  made up
        with pytest.raises(WrongOfflinePassphrase):
            org_appoint(env, request, offline(world))


def test_the_roots_secret_stays_where_it_was(world: World) -> None:
    """After an appointment no vault has a secret that the root's keys are made of."""
    second = appointed(world)
    for one in (world, second):
        with opened(one) as vault:
            names = {name.partition("/")[0] for name in vault.secrets.names()}
            assert names == {"enrol", "epoch", "identity", "signer"}


def test_the_same_request_again_writes_the_pack_again(world: World) -> None:
    """A cut after the ceremony, or a lost stick, needs no second one; the root is not even asked for."""
    second = machine(world)
    request = (second.env.home / "request.age").read_bytes()
    first = org_appoint(world.env, request, offline(world))
    again = org_appoint(world.env, request, world.folder / "nowhere")
    assert (again.principal, again.serial) == (first.principal, first.serial)
    assert again.pack is not None
    assert enrol(second.env, again.pack.read_bytes()).first


def test_a_coming_coordinator_can_do_nothing_yet(world: World) -> None:
    """Before its pack: no import, no enrolling; without a card not even a request."""
    second = machine(world)
    with pytest.raises(NotEnrolled):
        second.import_()
    with pytest.raises(UsageFault):
        init(replace(world.env, home=world.folder / "org-3"), None, role="coordinator")


# -- apart and together ------------------------------------------------------------------------------------------------


def test_two_coordinators_apart_agree_after_one_exchange(world: World, laptop: Laptop) -> None:
    """Each enrols a laptop and changes the roster apart; the join follows both, and laptops take it."""
    second = appointed(world)
    give_pack(second, world, "c-1")
    enrol(laptop.env, pack_for(world, "d-1"))
    for one, card, name in ((world, world.card.read_bytes(), "three"), (second, opened_card(second), "four")):
        env = replace(world.env, home=world.folder / name)
        request = init(env, card).request
        assert request is not None
        org_enrol(one.env, request.read_bytes())
    assert give_pack(second, world, "c-1").joined
    assert not give_pack(world, second, "c-2").joined
    trusts = []
    for one in (world, second):
        with opened(one) as vault:
            trusts.append(station(vault).trust.files())
    assert trusts[0] == trusts[1]
    enrol(laptop.env, pack_for(second, "d-1"))
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        names = [one.name for one in station(vault).trust.roster.directory.principals]
    assert names == ["d-1", "d-2", "d-3", "d-2-1"]


def test_of_two_policies_the_later_counts(world: World, laptop: Laptop) -> None:
    """What one coordinator chose travels to the other, and is not put back by an older pack."""
    second = appointed(world)
    old = pack_for(second, "c-1")
    org_pack(world.env, ["c-2"], changes=Mission({"purge_after": 2}))
    give_pack(world, second, "c-2")
    enrol(world.env, old)
    for one in (world, second):
        enrol(laptop.env, pack_for(one, "d-1"))
        with Vault.open(laptop.env.home, PASSPHRASE) as vault:
            assert station(vault).policy.purge_after == 2


def test_a_policy_that_is_none_changes_nothing(world: World) -> None:
    """Unknown values are refused before a pack is written."""
    for policy in (
        {"envelope": "sometimes"},
        {"purge_after": 0},
        {"scopes": ["Not A Code"]},
        {"modes": ["confession"]},
        {"lock_minutes": 0},
        {"interview_lock_minutes": 61},
    ):
        with pytest.raises(UsageFault):
            org_pack(world.env, ["d-1"], changes=Mission(policy))
    assert not list((world.env.home / "packs").glob("d-1-3*"))


# -- relays ------------------------------------------------------------------------------------------------------------


def test_a_relay_is_carried_once_and_all_when_asked(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """What was carried on is marked; `everything` carries it again, and the other side holds it once."""
    taken(laptop, 2)
    world.import_()
    second = appointed(world)
    stick = tmp_path / "relay"
    stick.mkdir()
    assert relay(world.env, stick).testimonies == 2
    with pytest.raises(NothingToDo):
        relay(world.env, stick)
    assert relay(world.env, stick, everything=True).testimonies == 2
    second.import_(stick)
    assert holdings(second) == holdings(world)


def test_a_relay_of_many_goes_in_several_bundles(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """As many files as the limits ask for, one chain of numbers; the outbox is empty after each."""
    taken(laptop, 5)
    world.import_()
    second = appointed(world)
    stick = tmp_path / "relay"
    stick.mkdir()
    done = relay(world.env, stick, room=Room(items=4))
    assert len(done.paths) == 3
    assert not list((world.env.home / "outbox").iterdir())
    report = second.import_(stick)
    assert [one.seq for one in report.bundles] == [1, 2, 3]
    assert holdings(second) == holdings(world)


def test_a_relay_cut_short_is_run_again(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """A stick that is gone: nothing is marked, the next run carries it, and only a number is missing."""
    taken(laptop)
    world.import_()
    second = appointed(world)
    with pytest.raises(Exception, match="carrier"):
        relay(world.env, tmp_path / "gone")
    stick = tmp_path / "relay"
    stick.mkdir()
    assert relay(world.env, stick).testimonies == 1
    second.import_(stick)
    assert holdings(second) == holdings(world)


def test_a_coordinator_kept_from_identities_gets_none_and_passes_them_on(world: World, laptop: Laptop) -> None:
    """It holds accounts, its identity items wait; what it carries on has them as they came, for a third who may."""
    taken(laptop)
    world.import_()
    second = appointed(world, identities=False)
    carry_on(world, second)
    assert holdings(second)[0] == holdings(world)[0]
    assert holdings(second)[1] == []
    third = replace(world, env=replace(world.env, home=world.folder / "org"))
    with opened(second) as vault:
        assert vault.ledger.awaiting_key() == 1
    carry_on(second, third)
    assert holdings(third) == holdings(world)


def test_a_bundle_whose_predecessor_went_to_the_other_is_valid_beside_that_ones_log(
    world: World, laptop: Laptop, tmp_path: Path
) -> None:
    """B25 is UNDECIDED alone; the other's published log says what stood before it. A damaged log says nothing."""
    second = appointed(world)
    enrol(laptop.env, pack_for(world, "d-1"))
    sticks = []
    for number in range(3):
        laptop.add([records.testimony(n=number)])
        laptop.seal()
        (tmp_path / f"stick-{number}").mkdir()
        sticks.append(replace(laptop, stick=tmp_path / f"stick-{number}").export().path.parent)
    world.import_(sticks[0])
    world.import_(sticks[1])

    def verdicts(stick: Path) -> list[str]:
        return [one.report.verdict.value for one in second.import_(stick).bundles if one.report]

    log = log_publish(world.env, sticks[1]).folder
    entries = (log / "entries.jsonl").read_bytes()
    (log / "entries.jsonl").write_bytes(entries[:-2])
    assert verdicts(sticks[1]) == ["UNDECIDED"]
    (log / "entries.jsonl").write_bytes(entries)
    shutil.copytree(log, sticks[2] / log.name)
    assert verdicts(sticks[2]) == ["VALID"]
    assert verdicts(sticks[1]) == ["VALID"]  # said anew where the log lies beside it


def test_nothing_waits_for_a_key_whose_record_came_another_way(world: World, laptop: Laptop) -> None:
    """Sealed to a key that is destroyed, handed over under a newer one, relayed: nobody is sent to the custodians."""
    second = appointed(world)
    enrol(laptop.env, pack_for(world, "d-1"))
    laptop.add([records.testimony()])
    laptop.seal()
    org_rotate(second.env, "2026-11")
    with opened(second) as vault:
        vault.secrets.remove("epoch/2026-11")
    give_pack(second, world, "c-1")
    enrol(laptop.env, pack_for(world, "d-1"))
    laptop.export()
    assert {item.state for item in second.import_().bundles[0].items} == {"awaiting-key"}
    world.import_()
    carry_on(world, second)
    assert holdings(second) == holdings(world)
    with opened(second) as vault:
        assert vault.ledger.awaiting_key() == 0
    assert retry(second.env).waiting == 0


def test_a_relay_by_a_laptop_or_nobody_in_office_is_not_made(world: World, laptop: Laptop, tmp_path: Path) -> None:
    """Each role has its own export."""
    with pytest.raises(WrongRole):
        relay(laptop.env, tmp_path)
    with pytest.raises(WrongRole):
        export(world.env, tmp_path)
    with pytest.raises((NotEnrolled, NothingToDo)):
        relay(machine(world).env, tmp_path)


# -- the first is lost -------------------------------------------------------------------------------------------------


def test_office_is_taken_where_no_coordinator_is_left(world: World, laptop: Laptop) -> None:
    """By the root, from the public files; the archive opens what only the lost one could."""
    taken(laptop, 2)
    second = machine(world)
    public = world.env.home / "public"
    done = org_take_office(second.env, public, offline(world))
    assert done.principal == "c-2"
    report = second.import_()
    assert report.bundles[0].state == "quarantined"
    report = import_(second.env, [world.folder / "stick"], archive=offline(world))
    assert [item.state for item in report.bundles[0].items] == ["imported"] * len(report.bundles[0].items)
    with pytest.raises(VaultExists):
        org_take_office(second.env, public, offline(world))
    assert org_status(second.env).principal == "c-2"


def test_office_is_not_taken_with_another_root(world: World, tmp_path: Path) -> None:
    """The vault stays without office."""
    second = machine(world)
    other = org_init(environment(tmp_path / "other"), "Інша", purpose="made-up").offline
    with pytest.raises(WrongOrganisation):
        org_take_office(second.env, world.env.home / "public", other)
    with opened(second) as vault:
        assert vault.settings.get("principal") is None


def test_a_lost_coordinators_year_may_be_over(world: World) -> None:
    """The newest trust files there are will do: the root and a person vouch for them."""
    late = at(machine(world), NOW + timedelta(days=500))
    assert org_take_office(late.env, world.env.home / "public", offline(world)).principal == "c-2"


def test_a_name_that_was_given_is_not_given_again(world: World) -> None:
    """Not even to a coordinator whose predecessor is gone."""
    second = machine(world)
    with pytest.raises(PrincipalTaken):
        org_take_office(second.env, world.env.home / "public", offline(world), Office("c-1"))


def test_a_pack_on_the_stick_is_no_bundle(world: World, tmp_path: Path) -> None:
    """Another coordinator's pack opens with our own key: it is named for what it is, and nobody is accused."""
    second = appointed(world)
    stick = tmp_path / "sticks"
    stick.mkdir()
    (stick / "c-1.pack.age").write_bytes(pack_for(second, "c-1"))
    (stick / "d-1.pack.age").write_bytes(pack_for(second, "d-1"))
    found = {one.path.name: one.state for one in world.import_(stick).bundles}
    assert found == {"c-1.pack.age": "for-enrol", "d-1.pack.age": "for-a-laptop"}


def test_an_older_laptops_number_of_packs_is_its_one_officers(world: World, laptop: Laptop) -> None:
    """K55 in a vault from before there could be two: the number held is c-1's, and an older pack of c-1 is refused."""
    old = pack_for(world, "d-1")
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault._database.run("DELETE FROM settings WHERE key = 'pack-serials'")
        vault.settings.set("pack-serial", 9)
        assert pack_serials(vault) == {"c-1": 9}
    with pytest.raises(SerialRolledBack):
        enrol(laptop.env, old)
    second = appointed(world)
    assert enrol(laptop.env, pack_for(second, "d-1")).serial == 1
