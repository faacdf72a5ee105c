"""From an organisation's first key to an enrolled laptop, and everything that is refused on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.crypto.age import ScryptIdentity, decrypt_bytes, encrypt_bytes, parse_identity
from intake.errors import (
    AgeNoMatch,
    IntakeError,
    MalformedCard,
    MalformedRequest,
    NoOrganisation,
    NotEnrolled,
    NoVault,
    PackForAnotherDevice,
    PrincipalTaken,
    ReusedKey,
    SerialRolledBack,
    VaultBusy,
    VaultExists,
    WeakPassphrase,
    WordsDiffer,
    WrongOrganisation,
    WrongPassphrase,
    WrongRole,
)
from intake.keys.card import parse_card
from intake.keys.directory import parse_directory
from intake.store.vault import Vault
from intake.usecases.enrol import enrol
from intake.usecases.init import init
from intake.usecases.lock import lock
from intake.usecases.org_enrol import Profile, org_enrol
from intake.usecases.org_init import org_init
from intake.usecases.seal import seal
from intake.usecases.status import status
from intake.usecases.trusted import station
from tests.worlds import records
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, environment, found, ready

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An organisation with two laptops."""
    return ready(tmp_path)[0]


@pytest.fixture
def laptop(world: World) -> Laptop:
    """Its first laptop."""
    return Laptop(environment(world.folder / "laptop-1"), "d-1", world.folder / "stick")


def test_offline_keys_open_with_stock_age(tmp_path: Path) -> None:
    """Each of the four files is an age-scrypt file; the root is a hex line, the others age identities."""
    env = environment(tmp_path / "org")
    offline = org_init(env, "Осередок", purpose="made-up").offline
    opener = ScryptIdentity(PASSPHRASE.encode())
    opened = {path.name: decrypt_bytes(path.read_bytes(), [opener]).decode() for path in offline.iterdir()}
    assert len(bytes.fromhex(opened.pop("root.age").strip())) == 32
    assert set(opened) == {"archive.age", "identity-archive.age", "recovery.age"}
    for text in opened.values():
        comment, identity = text.splitlines()
        assert comment.removeprefix("# public key: ") == str(parse_identity(identity).recipient())


def test_nothing_needs_the_offline_folder(tmp_path: Path) -> None:
    """With the folder moved off the machine, a laptop is enrolled, and its testimony is sealed, carried and read."""
    world = found(tmp_path)
    for path in (world.env.home / "offline").iterdir():
        path.unlink()
    (world.env.home / "offline").rmdir()
    laptop = world.laptop("laptop")
    laptop.add([records.testimony()])
    laptop.seal()
    laptop.export()
    assert world.import_().bundles[0].state == "imported"


def test_root_secret_is_in_no_vault(world: World) -> None:
    """The vault of the coordinator keeps officer, request, epoch and identity keys, and no other secret."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert sorted(name.partition("/")[0] for name in vault.secrets.names()) == [
            "enrol",
            "epoch",
            "identity",
            "signer",
        ]


def test_recovery_opens_the_laptops_vault(world: World, tmp_path: Path) -> None:
    """The recovery key of the organisation opens the slot that enrolling wrote, and the slot holds the vault's key."""
    opener = ScryptIdentity(PASSPHRASE.encode())
    text = decrypt_bytes((world.env.home / "offline" / "recovery.age").read_bytes(), [opener]).decode()
    key = decrypt_bytes(
        (tmp_path / "laptop-1" / "slots" / "recovery.age").read_bytes(), [parse_identity(text.split()[-1])]
    )
    assert key.startswith(b"x'")


def test_public_files_follow_the_roster(world: World) -> None:
    """What auditors are given is the newest: two laptops, three serials."""
    roster = parse_directory((world.env.home / "public" / "trust" / "roster").read_bytes(), "roster")
    assert [one.name for one in roster.principals] == ["d-1", "d-2"]
    assert roster.serial == 3


def test_second_organisation_is_not_made_over_the_first(world: World) -> None:
    """`org init` in a home that has one changes nothing."""
    before = (world.env.home / "card").read_bytes()
    with pytest.raises(VaultExists):
        org_init(world.env, "Інша")
    assert (world.env.home / "card").read_bytes() == before


def test_weak_passphrase_makes_nothing(tmp_path: Path) -> None:
    """A chosen passphrase that could be guessed is refused before a file is written."""
    env = environment(tmp_path / "home", ask=Answers(secret="password"))  # noqa: S106  that is the test
    with pytest.raises(WeakPassphrase):
        init(env, None)
    assert not (tmp_path / "home").exists()


def test_card_words_that_differ_make_nothing(world: World, tmp_path: Path) -> None:
    """Somebody who hears other words says no: no vault, no request."""
    ask = Answers(match=False)
    with pytest.raises(WordsDiffer):
        init(environment(tmp_path / "new", ask=ask), world.card.read_bytes())
    assert not (tmp_path / "new").exists()
    assert len(ask.seen[0].words) == 8


def test_words_are_the_same_on_both_sides(world: World, tmp_path: Path) -> None:
    """The interviewer and the coordinator read out the same eight words, of the card and of the request."""
    laptop, desk = Answers(), Answers()
    env = environment(tmp_path / "new", ask=laptop)
    prepared = init(env, world.card.read_bytes())
    assert prepared.request is not None
    org_enrol(replace(world.env, ask=desk), prepared.request.read_bytes())
    assert [prepared.request_words] == desk.seen
    assert prepared.card is not None
    assert prepared.card.words == laptop.seen[0]


def test_request_words_that_differ_enrol_nobody(world: World, tmp_path: Path) -> None:
    """The coordinator says no: the roster stays, no pack is written, and a later yes is still possible."""
    request = init(environment(tmp_path / "new"), world.card.read_bytes()).request
    assert request is not None
    with pytest.raises(WordsDiffer):
        org_enrol(replace(world.env, ask=Answers(match=False)), request.read_bytes())
    assert not list((world.env.home / "packs").glob("d-3*"))
    assert org_enrol(world.env, request.read_bytes()).principal == "d-3"


def test_known_keys_are_refused(world: World, tmp_path: Path) -> None:
    """The same request a second time is a known key: nothing is enrolled."""
    request = (tmp_path / "laptop-1" / "request.age").read_bytes()
    before = (world.env.home / "public" / "trust" / "roster").read_bytes()
    with pytest.raises(ReusedKey):
        org_enrol(world.env, request)
    assert (world.env.home / "public" / "trust" / "roster").read_bytes() == before


def test_a_name_is_given_once(world: World, tmp_path: Path) -> None:
    """A pseudonym of the roster is not given again."""
    request = init(environment(tmp_path / "new"), world.card.read_bytes()).request
    assert request is not None
    with pytest.raises(PrincipalTaken):
        org_enrol(world.env, request.read_bytes(), name="d-1")


def test_profile_reaches_the_laptop(world: World) -> None:
    """The interviewer's code and training are in the vault after enrolling; no name is asked anywhere."""
    laptop = world.laptop("new", Profile(interviewer="IV-07", trained_child=True))
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        profile = station(vault).profile
    assert (profile.code, profile.trained_child, profile.trained_full) == ("iv-07", True, False)


def test_request_for_another_organisation(world: World, tmp_path: Path) -> None:
    """A request made with another organisation's card does not open here."""
    other = found(tmp_path / "other")
    request = init(environment(tmp_path / "new"), other.card.read_bytes()).request
    assert request is not None
    with pytest.raises((WrongOrganisation, AgeNoMatch)):
        org_enrol(world.env, request.read_bytes())


def test_pack_of_another_laptop(world: World, laptop: Laptop) -> None:
    """A pack is for one laptop: another can't open it."""
    with pytest.raises((PackForAnotherDevice, AgeNoMatch)):
        enrol(laptop.env, (world.env.home / "packs" / "d-2-2.pack.age").read_bytes())


def test_pack_is_taken_once(world: World, laptop: Laptop) -> None:
    """An older pack, or the same again, is refused: serials only rise."""
    with pytest.raises(SerialRolledBack):
        enrol(laptop.env, (world.env.home / "packs" / "d-1-1.pack.age").read_bytes())


def test_card_of_another_organisation_after_pinning(world: World, tmp_path: Path) -> None:
    """A laptop that asked one organisation does not change to another by a second card."""
    env = environment(tmp_path / "new")
    init(env, world.card.read_bytes())
    other = found(tmp_path / "other")
    with pytest.raises(WrongOrganisation):
        init(env, other.card.read_bytes())


@pytest.mark.parametrize("noise", [b"", b"noise", b"age-encryption.org/v1\n" * 9, bytes(2048)])
def test_noise_instead_of_any_file(world: World, laptop: Laptop, noise: bytes, tmp_path: Path) -> None:
    """Card, request and pack that are noise end in a typed error, and change nothing."""
    with pytest.raises(MalformedCard):
        init(environment(tmp_path / "new"), noise)
    with pytest.raises(IntakeError):
        org_enrol(world.env, noise)
    with pytest.raises(IntakeError):
        enrol(laptop.env, noise)
    assert not (tmp_path / "new").exists()


def test_drafting_before_enrolment_sealing_after(tmp_path: Path) -> None:
    """Without a card drafts can be taken; sealing says what is missing, and loses nothing; a card can come later."""
    world = found(tmp_path)
    env = environment(tmp_path / "early")
    assert init(env, None).request is None
    early = Laptop(env, "", tmp_path / "stick")
    early.add([records.testimony()])
    with pytest.raises(NoOrganisation):
        early.seal()
    request = init(env, world.card.read_bytes()).request
    assert request is not None
    with pytest.raises(NotEnrolled):
        early.seal()
    enrol(env, org_enrol(world.env, request.read_bytes()).pack.read_bytes())
    assert len(early.seal().sealed) == 1


def test_request_again_before_the_pack(world: World, tmp_path: Path) -> None:
    """A lost request is made again by the same command; once enrolled, it is not."""
    env = environment(tmp_path / "new")
    first = init(env, world.card.read_bytes())
    second = init(env, world.card.read_bytes())
    assert first.request_words != second.request_words
    assert second.request is not None
    enrol(env, org_enrol(world.env, second.request.read_bytes()).pack.read_bytes())
    with pytest.raises(VaultExists):
        init(env, world.card.read_bytes())


def test_enrol_without_a_card(tmp_path: Path) -> None:
    """A pack is not taken by a laptop that never compared a card's words."""
    env = environment(tmp_path / "new")
    init(env, None)
    with pytest.raises(NoOrganisation):
        enrol(env, b"pack")


def test_roles_do_not_mix(world: World, laptop: Laptop) -> None:
    """A coordinator's vault takes no interviews, a laptop imports nothing."""
    with pytest.raises(WrongRole):
        seal(world.env, None)
    with pytest.raises(WrongRole):
        World(laptop.env, world.card, world.folder).import_()


def test_wrong_passphrase_and_no_vault(laptop: Laptop, tmp_path: Path) -> None:
    """A wrong passphrase is one error, a home without a vault another, and that one asks for nothing."""
    with pytest.raises(WrongPassphrase):
        status(replace(laptop.env, ask=Answers(secret="another one entirely")))  # noqa: S106  that is the test
    nobody = Answers(secret="")
    with pytest.raises(NoVault):
        status(environment(tmp_path / "nothing", ask=nobody))


def test_lock_says_who_holds_it(laptop: Laptop) -> None:
    """Locked when no process has the vault open; busy while one has, and a second one is told so."""
    assert not lock(laptop.env).busy
    with Vault.open(laptop.env.home, PASSPHRASE):
        assert lock(laptop.env).busy
        with pytest.raises(VaultBusy):
            status(laptop.env)
    with pytest.raises(NoVault):
        lock(environment(laptop.env.home / "no"))


def test_malformed_request_is_named(world: World) -> None:
    """An age file for the coordinator that holds something else is no request."""
    card = parse_card(world.card.read_bytes())
    with pytest.raises(MalformedRequest):
        org_enrol(world.env, encrypt_bytes(json.dumps({"format": "x"}).encode(), [card.facts.enrol]))
