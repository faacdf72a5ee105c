"""`sync`: what is due goes both ways, once; cut anywhere it goes on; nothing on the place says whose it is."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from intake.errors import CarrierFailed, CarrierMissing, NotEnrolled
from intake.store.vault import Vault
from intake.transports import folder_carrier, pieces
from intake.transports.folder_carrier import FolderCarrier
from intake.usecases import trusted
from intake.usecases.deciding import decide
from intake.usecases.init import init
from intake.usecases.org_appoint import org_appoint
from intake.usecases.org_enrol import org_enrol
from intake.usecases.purging import purge
from intake.usecases.receipts import receipts
from intake.usecases.status import status
from intake.usecases.syncing import Synced, forget, sync
from intake.usecases.syncing_work import box_of
from intake.usecases.wipe import wipe
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, ready
from tests.worlds.officers import appointed, at, laptop_at, machine, offline
from tests.worlds.receipts import damage
from tests.worlds.receipts import sealed as sealed_cases
from tests.worlds.records import made_up
from tests.worlds.sticks import desk_seen, laptop_seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intake.usecases.importing import BundleOutcome


@dataclass
class Watched:
    """A real folder whose calls are counted, and which is taken out at the n-th write."""

    root: Path
    calls: Counter[str] = field(default_factory=Counter)
    out_at: int = 1 << 30

    def __call__(self, root: Path) -> Watched:
        """The carrier of a sync."""
        assert root == self.root
        return self

    @property
    def inner(self) -> FolderCarrier:
        """The real one."""
        return FolderCarrier(self.root)

    def names(self, box: str) -> Iterator[str]:
        """Counted."""
        self.calls["names"] += 1
        return self.inner.names(box)

    def read(self, box: str, name: str, limit: int) -> bytes:
        """Counted."""
        self.calls["read" if limit else "asked"] += 1
        return self.inner.read(box, name, limit)

    def write(self, box: str, name: str, data: bytes) -> None:
        """Counted; or there is no stick any more."""
        if self.calls["write"] >= self.out_at:
            raise CarrierFailed(folder="place")
        self.calls["write"] += 1
        self.inner.write(box, name, data)

    def remove(self, box: str, name: str) -> None:
        """Counted."""
        self.calls["remove"] += 1
        self.inner.remove(box, name)

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Here:
    """An organisation, its two laptops, and a place."""

    world: World
    laptop: Laptop
    other: Laptop
    place: Path

    def sync(self, who: World | Laptop, *, again: bool = False) -> Synced:
        """One of them."""
        return sync(who.env, str(self.place), again=again)

    def files(self) -> set[Path]:
        """What lies there."""
        return {path for path in self.place.rglob("*") if path.is_file()}


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """All of it, with nothing synced yet."""
    world, laptop, other = ready(tmp_path)
    place = tmp_path / "place"
    place.mkdir()
    return Here(world, laptop, other, place)


def watched(here: Here, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The place, watched from here on."""
    found = Watched(here.place)
    monkeypatch.setattr(folder_carrier, "FolderCarrier", found)
    return found


def sealed(laptop: Laptop, *numbers: int) -> None:
    """Testimonies, sealed."""
    laptop.add([made_up(n=n) for n in numbers])
    laptop.seal()


def test_there_and_back(here: Here) -> None:
    """A testimony goes, a receipt comes back, its files are deleted; both then have nothing more to say."""
    sealed(here.laptop, 0)
    here.sync(here.world)
    went = here.sync(here.laptop)
    assert len(went.sent) == 1
    assert len(went.packs) == 1
    came = here.sync(here.world)
    assert came.imported is not None
    assert [one.state for one in came.imported.bundles] == ["imported"]
    assert came.receipts_given == 1
    told = here.sync(here.laptop)
    assert told.receipts is not None
    assert told.receipts.purged == 2
    assert not laptop_seen(here.laptop).files
    for who in (here.world, here.laptop):
        assert not here.sync(who).anything
    assert len(here.files()) == 2  # the bundle that others may still read, and the other laptop's pack


def test_a_sync_with_nothing_due_is_cheap(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop lists its own box and no other; one byte is asked for each piece that waits for a word."""
    sealed(here.laptop, 0)
    for who in (here.world, here.laptop):
        here.sync(who)
    place = watched(here, monkeypatch)
    assert not here.sync(here.laptop).anything
    assert place.calls == {"names": 1, "asked": 1}
    here.sync(here.world)
    here.sync(here.laptop)
    place.calls.clear()
    here.sync(here.laptop)
    assert place.calls == {"names": 1}
    place.calls.clear()
    here.sync(here.world)
    assert place.calls == {"names": 2}


def test_a_laptop_finds_its_first_pack(here: Here) -> None:
    """Enrolled by voice and request, its pack comes by itself; before that there is nothing for it."""
    env = replace(here.world.env, home=here.place.parent / "new", ask=Answers())
    request = init(env, here.world.card.read_bytes()).request
    assert request is not None
    with pytest.raises(NotEnrolled):
        sync(env, str(here.place))
    enrolled = org_enrol(here.world.env, request.read_bytes())
    here.sync(here.world)
    done = sync(env, str(here.place))
    assert [one.principal for one in done.packs] == [enrolled.principal]
    assert done.packs[0].first


def test_an_upload_that_was_cut_goes_on(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bundle under the same number; of its pieces none is written twice; nothing of it stays on the disk."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    sealed(here.laptop, 0)
    place = watched(here, monkeypatch)
    place.out_at = 5
    with pytest.raises(CarrierFailed):
        here.sync(here.laptop)
    assert status(here.laptop.env).states.not_exported.count == 1
    assert len(list((here.laptop.env.home / "outgoing").iterdir())) == 1
    place.out_at = 1 << 30
    done = here.sync(here.laptop)
    assert [one.seq for one in done.sent] == [1]
    assert place.calls["write"] == 11
    assert not list((here.laptop.env.home / "outgoing").iterdir())
    assert status(here.laptop.env).states.handed_over.count == 1


def test_a_file_on_its_way_that_was_damaged_goes_as_another(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails under it does not put a bundle there that nobody can read."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    sealed(here.laptop, 0)
    place = watched(here, monkeypatch)
    place.out_at = 5
    with pytest.raises(CarrierFailed):
        here.sync(here.laptop)
    file = next((here.laptop.env.home / "outgoing").iterdir())
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    place.out_at = 1 << 30
    assert [one.seq for one in here.sync(here.laptop).sent] == [2]
    assert [one.state for one in _imported(here)] == ["imported"]


def _imported(here: Here) -> tuple[BundleOutcome, ...]:
    done = here.sync(here.world)
    return done.imported.bundles if done.imported else ()


def test_a_file_on_its_way_that_is_gone_goes_as_another(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a vault that came back from its backup, which holds no such file; and a file that no row names is swept."""
    sealed(here.laptop, 0)
    place = watched(here, monkeypatch)
    place.out_at = 0
    with pytest.raises(CarrierFailed):
        here.sync(here.laptop)
    outgoing = here.laptop.env.home / "outgoing"
    next(outgoing.iterdir()).rename(outgoing / "stray.age")
    assert status(here.laptop.env).sending == 0
    assert not list(outgoing.iterdir())
    place.out_at = 1 << 30
    assert [one.seq for one in here.sync(here.laptop).sent] == [2]


def test_what_was_destroyed_is_not_on_its_way(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A purge without a receipt drops the file that was being sent: the next one says what was destroyed."""
    sealed(here.laptop, 0, 1)
    place = watched(here, monkeypatch)
    place.out_at = 0
    with pytest.raises(CarrierFailed):
        here.sync(here.laptop)
    with Vault.open(here.laptop.env.home, PASSPHRASE) as vault:
        case = vault.sealed.list()[0].case_code
    purge(replace(here.laptop.env, ask=Answers(texts=["because", case])), case, "mistake")
    assert not list((here.laptop.env.home / "outgoing").iterdir())
    place.out_at = 1 << 30
    assert [(one.seq, one.items) for one in here.sync(here.laptop).sent] == [(2, 2)]
    assert not here.sync(here.laptop).sent


def test_what_was_erased_is_not_on_its_way(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that was cut short holds what is erased since: it goes from the disk, and never reaches the others."""
    second = appointed(here.world)
    here.sync(here.world)
    sealed(here.laptop, 0)
    here.laptop.export()
    here.world.import_()
    place = watched(here, monkeypatch)
    place.out_at = 1  # the receipt
    here.sync(here.world)
    assert len(list((here.world.env.home / "outgoing").iterdir())) == 1
    (digest,) = desk_seen(here.world).records
    with Vault.open(here.world.env.home, PASSPHRASE) as vault:
        row = vault.records.by_digest(digest)
    assert row is not None
    decide(replace(here.world.env, ask=Answers(texts=["because", row.case_code])), "erase", row.case_code)
    assert not list((here.world.env.home / "outgoing").iterdir())
    place.out_at = 1 << 30
    here.sync(here.world)
    here.sync(second)
    assert row.digest not in desk_seen(second).records


def test_gone_once_is_waited_for_and_gone_twice_goes_again(here: Here) -> None:
    """A listing may be old; a bundle that stays away does not. What came back in between was never gone."""
    sealed(here.laptop, 0)
    here.sync(here.laptop)
    (piece,) = here.files()
    kept = piece.read_bytes()
    piece.unlink()
    assert (here.sync(here.laptop).gone, len(here.files())) == (1, 0)
    piece.write_bytes(kept)
    assert not here.sync(here.laptop).anything
    piece.unlink()
    assert not here.sync(here.laptop).sent
    done = here.sync(here.laptop)
    assert (done.gone, [one.seq for one in done.sent]) == (1, [2])


def test_what_nobody_answers_goes_again_after_the_pause(here: Here) -> None:
    """A receipt that was lost on its way can't be seen; the bundle goes again, and is answered again."""
    sealed(here.laptop, 0)
    for who in (here.laptop, here.world):
        here.sync(who)
    shutil.rmtree(here.place)
    here.place.mkdir()
    later = laptop_at(here.laptop, NOW + timedelta(days=31))
    assert [one.seq for one in here.sync(later).sent] == [2]
    here.sync(at(here.world, NOW + timedelta(days=31)))
    told = here.sync(later).receipts
    assert told is not None
    assert told.purged == 2


def test_again_sends_what_went_before(here: Here) -> None:
    """Whoever knows that a place was emptied need not wait."""
    sealed(here.laptop, 0)
    here.sync(here.laptop)
    assert [one.seq for one in here.sync(here.laptop, again=True).sent] == [2]
    here.sync(here.world)
    assert here.sync(here.world, again=True).packs_given == 2


def test_another_place_gets_everything_too(here: Here) -> None:
    """What one place has says nothing of another."""
    sealed(here.laptop, 0)
    here.sync(here.laptop)
    second = here.place.parent / "second"
    second.mkdir()
    assert [one.seq for one in sync(here.laptop.env, str(second)).sent] == [2]
    assert not sync(here.laptop.env).sent  # without a name: the last one


def test_a_place_that_is_not_there_changes_nothing(here: Here) -> None:
    """The stick is not plugged in: an error of its own, and no number is used up."""
    sealed(here.laptop, 0)
    with pytest.raises(CarrierMissing):
        sync(here.laptop.env, str(here.place / "nowhere"))
    assert [one.seq for one in here.sync(here.laptop).sent] == [1]


def test_what_is_false_is_refused_once(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise with a good name, in a laptop's box and in the desk's: told, not read again, and nothing else waits."""
    sealed(here.laptop, 0)
    here.sync(here.world)
    with Vault.open(here.laptop.env.home, PASSPHRASE) as vault:
        age = trusted.identity_of(vault, trusted.DEVICE_AGE)
        card = trusted.held_card(vault)
    assert age is not None
    assert card is not None
    for box in (box_of(str(age.recipient())), box_of(card.org)):
        noise = secrets.token_bytes(5000)
        sha256 = hashlib.sha256(noise).hexdigest()
        FolderCarrier(here.place).write(box, f"{sha256}.0-1.{sha256}", noise)
    first = here.sync(here.laptop)
    assert (len(first.packs), len(first.sent), len(first.refused)) == (1, 1, 1)
    assert [one.state for one in _imported(here)].count("imported") == 1
    here.sync(here.laptop)
    place = watched(here, monkeypatch)
    for who in (here.laptop, here.world):
        done = here.sync(who)
        assert not done.refused
        assert done.imported is None
    assert not place.calls["read"]
    assert len(here.sync(here.laptop, again=True).refused) == 1  # whoever knows better may ask once more
    imported = here.sync(here.world, again=True).imported
    assert imported is not None
    assert [one.state for one in imported.bundles] == ["quarantined"]


def test_a_file_that_is_not_all_there_is_waited_for(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a bundle is no error: it is named by eight digits, and comes in when it is whole."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100_000)
    sealed(here.laptop, 0)
    here.sync(here.laptop)
    piece = max(here.files())
    kept = piece.read_bytes()
    piece.unlink()
    done = here.sync(here.world)
    assert done.incomplete == (piece.name[:8],)
    assert done.imported is None
    piece.write_bytes(kept)
    assert [one.state for one in _imported(here)] == ["imported"]


def test_a_newer_receipt_takes_the_place_of_the_older(here: Here) -> None:
    """Of one bundle one receipt lies in the box, however often it was imported."""
    sealed(here.laptop, 0)
    here.laptop.export()
    here.world.import_()
    here.sync(here.world)
    before = here.files()
    here.world.import_()
    assert here.sync(here.world).receipts_given == 1
    assert len(here.files()) == len(before)
    assert here.files() != before


def test_what_arrived_damaged_goes_again(here: Here) -> None:
    """What a receipt calls damaged, on whichever way that receipt came, is due at once; what is safe is not."""
    case, _good = sealed_cases(here.laptop, 0, 1)
    damage(here.laptop, case)
    assert [one.items for one in here.sync(here.laptop).sent] == [4]
    here.sync(here.world)
    receipts(here.laptop.env, [here.world.env.home / "receipts"])
    assert [one.items for one in here.sync(here.laptop).sent] == [1]


def test_two_coordinators_and_a_laptop_that_knows_of_one(here: Here) -> None:
    """What was sealed before a second coordinator came is sealed anew for it; then both have it all."""
    sealed(here.laptop, 0)
    second = appointed(here.world)
    here.sync(here.laptop)
    for who in (here.world, second):
        here.sync(who)
    assert desk_seen(second).records.keys() == desk_seen(here.world).records.keys()
    assert len(desk_seen(second).records) == 1
    assert not here.sync(here.world).sent


def test_a_coming_coordinator_finds_its_first_pack(here: Here) -> None:
    """Appointed by voice and root; what came before it is sealed anew for it when one of the others is asked to."""
    sealed(here.laptop, 0)
    for who in (here.laptop, here.world):
        here.sync(who)
    second = machine(here.world)
    org_appoint(here.world.env, (second.env.home / "request.age").read_bytes(), offline(here.world))
    here.sync(here.world)
    done = here.sync(second)
    assert [one.principal for one in done.packs] == ["c-2"]
    assert not desk_seen(second).records
    assert len(here.sync(here.world, again=True).sent) == 1
    here.sync(second)
    assert len(desk_seen(second).records) == 1


def test_a_laptop_that_went_back_in_time_gets_its_pack_again(here: Here) -> None:
    """Its bundle names older trust files than it was given: nobody has to notice."""
    here.sync(here.world)
    sealed(here.laptop, 0)
    old = here.place.parent / "old"
    shutil.copytree(here.laptop.env.home, old)
    appointed(here.world)
    soon = NOW + timedelta(hours=1)
    here.sync(at(here.world, soon))
    assert len(here.sync(here.laptop).packs) == 1
    restored = laptop_at(replace(here.laptop, env=replace(here.laptop.env, home=old)), soon)
    later = at(here.world, soon + timedelta(hours=1))
    assert here.sync(later).packs_given == 0
    assert len(here.sync(restored).sent) == 1
    assert here.sync(at(here.world, soon + timedelta(hours=2))).packs_given == 1
    assert len(here.sync(restored).packs) == 1


def test_what_is_on_its_way_is_dropped_with_the_place(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that is given up keeps nothing on this disk; what was in it goes to the next one."""
    sealed(here.laptop, 0)
    place = watched(here, monkeypatch)
    place.out_at = 0
    with pytest.raises(CarrierFailed):
        here.sync(here.laptop)
    assert status(here.laptop.env).sending == 1
    assert forget(here.laptop.env, str(here.place)) == (str(here.place), True)
    assert status(here.laptop.env).sending == 0
    assert not list((here.laptop.env.home / "outgoing").iterdir())
    place.out_at = 1 << 30
    assert [one.seq for one in here.sync(here.laptop).sent] == [2]


def test_whoever_hears_of_a_change_does_not_hand_it_out_again(here: Here) -> None:
    """One coordinator's packs serve everybody; the second writes none, and neither does the first again."""
    second = appointed(here.world)
    assert here.sync(here.world).packs_given == 3
    done = here.sync(second)
    assert (len(done.packs), done.packs_given) == (1, 0)
    assert here.sync(here.world).packs_given == 0


def test_nothing_there_says_whose_it_is(here: Here) -> None:
    """Names of files and boxes are of one form; neither they nor the bytes hold a name, a key, a place or a word."""
    second = appointed(here.world)
    for number, laptop in enumerate((here.laptop, here.other)):
        sealed(laptop, number)
        laptop.env.home.joinpath("request.age").unlink()
    for who in (here.world, second, here.laptop, here.other, here.world, second):
        here.sync(who)
    files = here.files()
    assert len(files) > 5
    for path in files:
        assert re.fullmatch(r"[0-9a-f]{32}/[0-9a-f]{64}\.0-1\.[0-9a-f]{64}", path.relative_to(here.place).as_posix())
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n-> ")
    assert all(path.is_dir() for path in here.place.iterdir())
    seen = b"".join(path.name.encode() + path.parent.name.encode() + path.read_bytes() for path in files)
    for word in _telling(here, second):
        assert word not in seen


def _telling(here: Here, second: World) -> Iterator[bytes]:
    """Everything that would say whose it is: organisation, principals' keys, recipients, cases, bundles, words told."""
    document = made_up(n=0)
    yield from (str(document["account"]["narrative_original"]).encode()[:40], "Вигаданий осередок".encode())
    yield from (b'"d-1"', b'"c-1"', b"intake-", b"statement.json", b"receipt.json", b"pack.json", b"ssh-ed25519")
    for who in (here.world, second, here.laptop, here.other):
        with Vault.open(who.env.home, PASSPHRASE) as vault:
            card = trusted.held_card(vault)
            assert card is not None
            yield from (card.org.encode(), card.data[:64])
            trust = trusted.held_trust(vault, card)
            assert trust is not None
            yield from (str(one).encode()[:60] for one in trust.recipients.for_account(NOW))
            yield from (one.case_code.encode() for one in vault.sealed.list())
            yield from (one.bid.encode() for one in (vault.chain.sent() if vault.chain.has_begun() else ()))
            for one in (*trust.roster.directory.principals, *trust.officers.directory.principals):
                yield one.fingerprint.encode()
                yield from (line.split()[-1].encode()[:60] for line in one.keys.lines())


def test_a_wiped_vault_leaves_nothing_on_its_way(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was being sent and what was being read go with the rest."""
    sealed(here.laptop, 0)
    place = watched(here, monkeypatch)
    place.out_at = 0
    with pytest.raises(CarrierFailed):
        here.sync(here.laptop)
    (here.laptop.env.home / "incoming").mkdir()
    (here.laptop.env.home / "incoming" / "half.age").write_bytes(b"x")
    wipe(replace(here.laptop.env, ask=Answers(texts=["wipe"])))
    assert not list(here.laptop.env.home.rglob("*"))


def test_receipts_by_stick_and_by_place_are_the_same(here: Here) -> None:
    """A receipt that came by stick before is a duplicate there, and goes out of the box."""
    sealed(here.laptop, 0)
    here.sync(here.laptop)
    here.sync(here.world)
    receipts(here.laptop.env, [here.world.env.home / "receipts"])
    told = here.sync(here.laptop).receipts
    assert told is not None
    assert [one.state for one in told.receipts] == ["already-applied"]
    assert here.sync(here.laptop).receipts is None
