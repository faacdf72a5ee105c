"""Three coordinators in three cities, one place: each syncs for itself, and all end with the same.

No coordinator ever gives another anything by hand. On a folder by default; on a real S3 bucket by `-m s3`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import CarrierRefused, Declined, TransportError
from intake.store.vault import Vault
from intake.transports.opening import fingerprint, needs
from intake.usecases.attach import attach
from intake.usecases.deciding import decide
from intake.usecases.enrol import enrol
from intake.usecases.org_appoint import Office, org_appoint
from intake.usecases.syncing import Synced, sync
from intake.usecases.targets import forget
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, ready
from tests.worlds.officers import machine, offline
from tests.worlds.records import made_up
from tests.worlds.servers import KINDS, Place
from tests.worlds.sockets import cut_after, lying
from tests.worlds.sticks import desk_seen, laptop_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SWIFT = pytest.param("swift", marks=[pytest.mark.s3, pytest.mark.interop])


@pytest.fixture(scope="module", params=["folder", SWIFT])
def server(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Where they meet."""
    with KINDS[request.param]() as started:
        yield started


@pytest.fixture
def place(server: Place, tmp_path: Path) -> Place:
    """A part of it that no other test has."""
    if server.folder:
        (server.folder / tmp_path.name).mkdir()
    return replace(server, target=replace(server.target, path=f"{server.target.path}/{tmp_path.name}"))


def typed(place: Place, folder: Path) -> list[str]:
    """What a person answers when a place is used for the first time: a file's name where a file is asked for."""
    answers = []
    for secret in needs(place.target):
        answer = place.secrets.get(secret.name, "")
        if secret.kind == "file" and answer:
            (folder / secret.name).write_text(answer)
            answer = f"'{folder / secret.name}' "
        if secret.kind != "seen" and not place.secrets.get(secret.instead_of):
            answers.append(answer)
    return answers


def synced(who: World | Laptop, place: Place, ask: Answers | None = None) -> Synced:
    """One of them syncs, and answers what is asked."""
    ask = ask or Answers(texts=typed(place, who.env.home.parent))
    done = sync(replace(who.env, ask=ask), place.target.text)
    if done.stopped:
        raise done.stopped
    assert not done.refused
    return done


def appointed(world: World, name: str) -> World:
    """Another coordinator, by the root; its first pack comes by hand, as its request did."""
    new = machine(world, name)
    done = org_appoint(world.env, (new.env.home / "request.age").read_bytes(), offline(world), Office())
    assert done.pack is not None
    enrol(new.env, done.pack.read_bytes())
    return new


def held(desk: World, case: str) -> None:
    """A decision of this coordinator's own: the case is kept, whatever happens."""
    env = replace(desk.env, ask=Answers(texts=["суд просить", case]))
    decide(env, "legal_hold", case)


def receipted(desk: World) -> set[str]:
    """The bundles for which this coordinator gave receipts."""
    with Vault.open(desk.env.home, PASSPHRASE) as vault:
        return {one.bundle for one in vault.receipts_given.list()}


def test_three_coordinators_on_one_place_end_with_the_same(tmp_path: Path, place: Place) -> None:
    """Records, identities, decisions and receipts: equal at all three; and each laptop may delete what it sent."""
    world, *laptops = ready(tmp_path)
    desks = [world, *(appointed(world, name) for name in ("org-2", "org-3"))]
    everybody: list[World | Laptop] = [*desks, *laptops]
    for who in everybody:  # each learns of the others by what lies there
        synced(who, place)
    cases = []
    for number, laptop in enumerate(laptops):
        laptop.add([made_up(n=2 * number), made_up(n=2 * number + 1)])
        cases += [one.case for one in laptop.seal().sealed]
        assert len(synced(laptop, place).sent) == 1
    with ThreadPoolExecutor() as pool:  # at the same time, each for itself
        imports = list(pool.map(lambda desk: synced(desk, place), desks))
    for one in imports:
        assert one.imported
        assert [bundle.state for bundle in one.imported.bundles] == ["imported", "imported"]

    held(desks[1], cases[0])
    held(desks[2], cases[3])
    for desk in (*desks[1:], *desks):  # those who decided, then everybody
        synced(desk, place)
    for laptop in laptops:
        told = synced(laptop, place)
        assert told.receipts
        assert not laptop_seen(laptop).files

    first, *others = [desk_seen(desk) for desk in desks]
    assert len(first.records) == 6
    for other in others:
        assert set(other.records) == set(first.records)
        assert other.identities == first.identities
        assert not other.quarantine
    from_laptops = {
        one.digest for one in first.bundles.values() if one.sender in {laptop.principal for laptop in laptops}
    }
    assert len(from_laptops) == 2
    assert all(receipted(desk) >= from_laptops for desk in desks)
    for who in everybody:
        synced(who, place)
    assert not any(synced(who, place).anything for who in everybody)  # they come to rest


@pytest.mark.interop
@pytest.mark.parametrize("kind", ["sshd", "wsgidav", "apache"])
def test_there_and_back_over_each_server(tmp_path: Path, kind: str) -> None:
    """A testimony goes, a receipt comes back; each vault asks once, and shows the host key that it then keeps."""
    world, laptop, _ = ready(tmp_path)
    with KINDS[kind]() as place:
        first = Answers(texts=typed(place, tmp_path))
        synced(world, place, first)
        shown = [words.hex for words in first.seen]
        assert shown == ([fingerprint(place.secrets["host-key"]).split()[1]] if kind == "sshd" else [])
        synced(laptop, place)
        laptop.add([made_up(n=1)])
        laptop.seal()
        for who in (laptop, world, laptop):
            synced(who, place, Answers())  # nothing is asked any more
        assert not laptop_seen(laptop).files
        secret = (place.secrets["password"] or place.secrets["key"].splitlines()[2]).encode()
        assert not any(secret in path.read_bytes() for path in laptop.env.home.rglob("*") if path.is_file())
        stranger = replace(laptop.env, ask=Answers(match=False))
        with Vault.open(laptop.env.home, PASSPHRASE) as vault:
            forget(vault, place.target)
        if kind == "sshd":
            with pytest.raises(Declined):
                sync(stranger, place.target.text)


@pytest.mark.interop
@pytest.mark.parametrize(
    "kind", [pytest.param("sshd", marks=pytest.mark.slow), "apache", pytest.param("swift", marks=pytest.mark.s3)]
)
def test_a_link_that_breaks_all_the_time_is_no_loss(tmp_path: Path, kind: str) -> None:
    """Cut after every 12 MiB, a bundle of four pieces arrives and its receipt comes back: each sync goes on."""
    world, laptop, _ = ready(tmp_path)
    film = tmp_path / "film.bin"
    film.write_bytes(os.urandom(26 << 20))
    with KINDS[kind]() as server, lying(cut_after(server.target.port, 12 << 20)) as (port, calls):
        place = replace(server, target=replace(server.target, port=port))
        until(lambda: synced(world, place).packs_given == 2)
        case = laptop.add([made_up(n=1)]).drafts[0].case
        attach(laptop.env, case, [film], part="account")
        laptop.seal()
        until(lambda: synced(laptop, place).sent != ())
        until(lambda: synced(world, place).receipts_given == 1)
        until(lambda: not laptop_seen(laptop).files, lambda: synced(laptop, place))
        assert len(calls) > 8


def until(done: Callable[[], bool], before: Callable[[], object] = lambda: None) -> None:
    """Again and again, as a person would, but not for ever."""
    for _attempt in range(12):
        with suppress(TransportError):
            before()
            if done():
                return
    raise AssertionError


@pytest.mark.parametrize("server", [SWIFT], indirect=True)
def test_keys_of_the_bucket_are_kept_once_they_were_taken(tmp_path: Path, place: Place) -> None:
    """Wrong ones are not kept, right ones are, in the vault alone; forgotten ones are gone from it."""
    world, laptop, _ = ready(tmp_path)
    with pytest.raises(CarrierRefused):
        sync(replace(laptop.env, ask=Answers(texts=["test:tester", "wrong"])), place.target.text)
    synced(laptop, place)
    sync(replace(laptop.env, ask=Answers(texts=[])))  # nothing is asked, and the place is the last one
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        assert forget(vault, place.target)
        assert not forget(vault, place.target)
    secret = place.secrets["signing"].encode()
    assert not any(secret in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert world.env.home.exists()
