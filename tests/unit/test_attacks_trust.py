"""Attacks on trust over time: officers who turn, keys that were stolen, packs and rosters that lose what was said.

Each test is somebody's plan, carried out with the real code; the docstring says who, what for, and what stops it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import LineRemoved, MalformedTrustFile, PackForAnotherDevice, SerialRolledBack, SignerNotValidThen
from intake.keys.directory import Directory, Principal, Revocation
from intake.keys.joining import joined_directory, joined_recipients
from intake.keys.office import Appointment, Changes, Signers, appointed, reissue
from intake.keys.officer_pack import (
    Addressee,
    OfficerPackContents,
    OfficerPackReader,
    make_officer_pack,
    parse_officer_pack,
    seal_officer_pack,
)
from intake.keys.officer_request import OfficerAges
from intake.keys.organisation import validity
from intake.keys.pack import PackContents, Policy, Profile, make_pack, parse_pack
from intake.keys.recipients import IdentityKey, Recipients
from intake.keys.trust import Trust
from intake.store.vault import Vault
from intake.usecases.destroying import epochs
from intake.usecases.enrol import enrol
from intake.usecases.log_publish import log_publish
from intake.usecases.mission import choose
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.org_rotate import org_rotate, org_rotate_officers
from intake.usecases.received import received
from intake.usecases.retrying import retry
from intake.usecases.trusted import age_identities, held_device, station
from intake.usecases.verifying import verify
from tests.worlds import loop, officers, records
from tests.worlds.keys import NOW, laptop_keys, seeded, world

if TYPE_CHECKING:
    from pathlib import Path

OURS = world()
LAPTOP = OURS.laptops["d-1"]
SECOND = SignerKeys.from_bytes(seeded("turned/c-2")(96))
BOTH = Signers(OURS.officer, OURS.root)
THEIRS = PostQuantumIdentity.from_seed(seeded("turned/own")(32)).recipient()
LATER = NOW + timedelta(days=5)


def two() -> Trust:
    """The organisation with a second coordinator, who will turn."""
    keys = (PostQuantumIdentity.from_seed(seeded(f"turned/{use}")(32)).recipient() for use in "nei")
    changes = appointed(OURS.trust, SECOND.public, OfficerAges(*keys), Appointment("c-2", NOW))
    return reissue(OURS.trust, changes, BOTH, NOW)


TWO = two()


def signed_by_second(base: Trust = TWO, roster: Directory | None = None, recipients: Recipients | None = None) -> Trust:
    """What c-2 signs by itself."""
    return reissue(base, Changes(roster=roster, recipients=recipients), Signers(SECOND), NOW)


def pack_of(trust: Trust, signer: SignerKeys = SECOND, serial: int = 9) -> bytes:
    """A pack for d-1."""
    return make_pack(PackContents(OURS.card, trust, Profile(code="I-1")), "d-1", serial, signer, NOW)


def swapped(use: str) -> Recipients:
    """The next recipients file, with c-2's own key in the place of one of the organisation's."""
    held = TWO.verified_recipients.recipients
    return replace(held, serial=held.serial + 1, **{use: THEIRS})  # type: ignore[arg-type]


ARCHIVES = ("archive", "identity_archive", "recovery")


@pytest.mark.parametrize("use", ARCHIVES)
def test_an_officer_who_puts_a_key_of_its_own_in_the_archives_place_reaches_no_laptop(use: str) -> None:
    """K35: who signs recipients could read identities and vaults for ever, or leave testimonies without an archive."""
    pack = pack_of(signed_by_second(recipients=swapped(use)))
    with pytest.raises(LineRemoved):
        parse_pack(pack, LAPTOP.reader(OURS.org, trust=TWO), NOW)


@pytest.mark.parametrize("use", ARCHIVES)
def test_nor_another_coordinator(use: str) -> None:
    """K35 holds where two files are joined, whichever has the higher serial."""
    mine, theirs = TWO.verified_recipients.recipients, swapped(use)
    for one, other in ((mine, theirs), (theirs, mine)):
        with pytest.raises(LineRemoved):
            joined_recipients(one, other, ("c-1", "c-2"), {"c-1", "c-2"})


def revoked(signer_of_roster: SignerKeys = OURS.officer) -> Trust:
    """Files that revoke c-2, by a laptop's slow clock some days from now; c-2's stolen key signs roster and packs."""
    line = Revocation("c-2", validity(LATER, 0)[1], (), "stolen")
    officers = reissue(TWO, Changes(officers=TWO.officers.directory.with_revocation(line)), BOTH, NOW)
    if signer_of_roster is OURS.officer:
        return officers
    evil = Principal("d-9", laptop_keys("evil")[0].public, *validity(NOW, 30))
    roster = reissue(TWO, Changes(roster=TWO.roster.directory.with_principal(evil)), Signers(SECOND), NOW)
    # Put together by hand: no step of ours would.
    return Trust(officers.root, officers.officers, roster.roster, officers.verified_recipients)


def test_a_stolen_officers_pack_on_a_laptop_whose_clock_is_slow() -> None:
    """K53: the pack itself says that its signer is revoked; a clock that is behind must not make it good again."""
    with pytest.raises(SignerNotValidThen):
        parse_pack(pack_of(revoked()), LAPTOP.reader(OURS.org, trust=TWO), NOW)


def test_a_stolen_officers_roster_in_an_honest_pack_on_such_a_laptop() -> None:
    """K24: neither is the roster that the stolen key signed, whoever carries it."""
    with pytest.raises(SignerNotValidThen):
        parse_pack(pack_of(revoked(SECOND), OURS.officer), LAPTOP.reader(OURS.org, trust=TWO), NOW)


def test_a_stolen_officers_pack_for_another_coordinator_whose_clock_is_slow() -> None:
    """K58: the same among coordinators."""
    contents = OfficerPackContents(OURS.card, revoked(), Policy())
    pack = make_officer_pack(contents, "c-1", 9, SECOND, NOW)
    epoch = OURS.made.officer.epoch
    with pytest.raises(SignerNotValidThen):
        parse_officer_pack(pack, OfficerPackReader([epoch], OURS.officer.public, OURS.org), NOW)


def test_a_pack_for_one_coordinator_is_nothing_to_another() -> None:
    """K58: a courier gives c-2's pack to c-1, who could open it if it held the same epoch keys."""
    pack = make_officer_pack(OfficerPackContents(OURS.card, TWO, Policy()), "c-2", 1, OURS.officer, NOW)
    with pytest.raises(PackForAnotherDevice):
        parse_officer_pack(pack, OfficerPackReader([], OURS.officer.public, OURS.org), NOW)


def test_an_officer_who_forgets_a_revocation_takes_nobody_along() -> None:
    """K28, K56: the roster from before, signed again under a higher serial, would bring a stolen laptop back."""
    line = Revocation("d-2", validity(NOW, 0)[1], (("c-1", 4),), "stolen")
    held = reissue(TWO, Changes(roster=TWO.roster.directory.with_revocation(line)), Signers(OURS.officer), NOW)
    forgot = signed_by_second(roster=replace(TWO.roster.directory, serial=held.roster.directory.serial + 5))
    with pytest.raises(LineRemoved):
        parse_pack(pack_of(forgot), LAPTOP.reader(OURS.org, trust=held), NOW)
    joined = joined_directory(held.roster.directory, forgot.roster.directory)
    assert joined.revocation("d-2") == line


def test_an_officer_who_loosens_a_revocation_while_joining() -> None:
    """K28, K59: a later time, a larger number, a log of its own added: the joined line is the stricter in each."""
    held = TWO.roster.directory.with_revocation(Revocation("d-2", validity(NOW, 0)[1], (("c-1", 4),), "stolen"))
    lax = Revocation("d-2", validity(NOW, 9)[1], (("c-1", 400), ("c-2", 10**15 - 1)), "lost")
    theirs = replace(TWO.roster.directory.with_revocation(lax), serial=held.serial + 7)
    for sides in ((held, theirs), (theirs, held)):
        joined = joined_directory(*sides).revocation("d-2")
        assert joined == Revocation("d-2", validity(NOW, 0)[1], (("c-1", 4),), "stolen")


def test_an_officer_speaks_for_its_own_epoch_keys_only() -> None:
    """K59: c-2's file, of a far higher serial, has a key of c-2's under c-1's name; c-1 keeps its own."""
    mine = TWO.verified_recipients.recipients
    epochs = tuple(replace(one, recipient=THEIRS) if one.officer == "c-1" else one for one in mine.epochs)
    identities = tuple(IdentityKey(one.officer, THEIRS) if one.officer == "c-1" else one for one in mine.identities)
    theirs = replace(mine, serial=mine.serial + 100, epochs=epochs, identities=identities)
    joined = joined_recipients(mine, theirs, ("c-1", "c-2"), {"c-1", "c-2"})
    assert THEIRS not in joined.all()
    assert joined.serial == theirs.serial + 1


def test_a_pack_that_was_taken_is_not_taken_again() -> None:
    """K55: a courier keeps a pack, and gives it again after a newer one; another officer's number is its own."""
    pack = pack_of(TWO, serial=4)
    assert parse_pack(pack, LAPTOP.reader(OURS.org, trust=TWO, serials={"c-1": 90, "c-2": 3}), NOW).serial == 4
    with pytest.raises(SerialRolledBack):
        parse_pack(pack, LAPTOP.reader(OURS.org, trust=TWO, serials={"c-2": 4}), NOW)


# -- with vaults -------------------------------------------------------------------------------------------------------


@pytest.fixture
def desks(tmp_path: Path) -> tuple[loop.World, loop.World, loop.Laptop]:
    """Two coordinators, and a laptop of the first."""
    first, laptop, _ = loop.ready(tmp_path)
    return first, officers.appointed(first), laptop


def ahead(desk: loop.World, folder: Path, **changes: object) -> bytes:
    """A pack for c-1, by c-2 with whatever is changed in its contents."""
    with Vault.open(desk.env.home, loop.PASSPHRASE) as vault:
        here = station(vault)
        devices = [one for name in ("d-1", "d-2") if (one := held_device(vault, name))]
    contents = OfficerPackContents(here.card, here.trust, here.policy, 1, devices)
    plain = make_officer_pack(replace(contents, **changes), "c-1", 50, here.signer, NOW)  # type: ignore[arg-type]
    with Vault.open(folder / "org", loop.PASSPHRASE) as vault:
        keys = [identity.recipient() for _, identity in age_identities(vault)]
    return seal_officer_pack(plain, keys)


Desks = tuple[loop.World, loop.World, loop.Laptop]


def test_an_officer_can_not_have_a_laptops_packs_sent_to_itself(desks: Desks, tmp_path: Path) -> None:
    """c-2 says that d-1's packs go to a key of its own: c-1, who knows the laptop's, keeps it."""
    first, second, _ = desks
    with Vault.open(first.env.home, loop.PASSPHRASE) as vault:
        known = held_device(vault, "d-1")
    assert known is not None
    wrong = Addressee("d-1", THEIRS, Profile(code="I-9"))
    enrol(first.env, ahead(second, tmp_path, devices=[wrong]))
    with Vault.open(first.env.home, loop.PASSPHRASE) as vault:
        held = held_device(vault, "d-1")
    assert held is not None
    assert (held.age, held.profile.code) == (known.age, "I-9")


def test_an_officer_who_counts_to_the_end_silences_nobody(desks: Desks, tmp_path: Path) -> None:
    """Its number of the mission is the last there is: another's choice still stands at home, and packs are written."""
    first, second, _ = desks
    enrol(first.env, ahead(second, tmp_path, mission=2**53 - 1))
    with Vault.open(first.env.home, loop.PASSPHRASE) as vault:
        choose(vault, Policy(purge_after=2), None, NOW)
    assert officers.pack_for(first, "c-2")


def test_nor_one_whose_roster_is_the_last_there_can_be(desks: Desks, tmp_path: Path) -> None:
    """K27: a serial of fifteen nines would leave nobody able to sign a revocation, not even of the one who did it."""
    first, second, laptop = desks
    with Vault.open(second.env.home, loop.PASSPHRASE) as vault:
        here = station(vault)
    last = replace(here.trust.roster.directory, serial=10**15 - 1)
    trust = reissue(here.trust, Changes(roster=last), Signers(here.signer), NOW)
    with pytest.raises(MalformedTrustFile):
        enrol(first.env, ahead(second, tmp_path, trust=trust))
    case = Case("turned", offline=officers.offline(first))
    assert org_revoke(first.env, "c-2", case).principal == "c-2"
    assert org_revoke(first.env, laptop.principal, Case("lost")).principal == laptop.principal


def test_what_came_after_the_theft_is_not_opened_late(desks: Desks) -> None:
    """Stolen on Monday, imported on Tuesday while its key was missing, revoked on Wednesday as of Monday: it waits."""
    first, _, laptop = desks
    laptop.add([records.testimony()])
    laptop.seal()
    laptop.export()
    with Vault.open(first.env.home, loop.PASSPHRASE) as vault:
        seed = vault.secrets.get("identity")
        vault.secrets.remove("identity")
    first.import_()
    wednesday = officers.at(first, NOW + timedelta(days=1))
    org_revoke(wednesday.env, laptop.principal, Case("stolen", at=NOW - timedelta(days=1)))
    with Vault.open(first.env.home, loop.PASSPHRASE) as vault:
        vault.secrets.put("identity", seed or b"")
    assert (retry(wednesday.env).opened, retry(wednesday.env).waiting) == (0, 1)


def test_a_new_name_of_the_officer_undoes_no_laptops_past(desks: Desks, tmp_path: Path) -> None:
    """Taken in under the old name, revoked under the new one: an auditor still finds the entry that counts (B14)."""
    first, _, laptop = desks
    laptop.add([records.testimony()])
    laptop.seal()
    laptop.export()
    first.import_()
    later = officers.at(first, NOW + timedelta(days=3))
    done = org_rotate_officers(later.env, officers.offline(first))
    revoked_at = officers.at(first, NOW + timedelta(days=9))
    line = org_revoke(revoked_at.env, laptop.principal, Case("stolen"))
    assert {name for name, _ in line.logs} >= {"c-1", done.principal}
    audit = tmp_path / "audit"
    bundles = received(revoked_at.env, audit).bundles
    log_publish(revoked_at.env, first.env.home / "public" / "logs")
    logs = sorted((first.env.home / "public" / "logs").iterdir())
    results = verify(
        bundles,
        root=audit / "root",
        trust=audit / "trust",
        at=NOW + timedelta(days=10),
        logs=logs,
    )
    assert [one.report.verdict.value for one in results] == ["VALID"]


def test_a_laptop_of_a_coordinator_who_had_not_heard_of_the_new_epoch(desks: Desks, tmp_path: Path) -> None:
    """K81: c-2, apart for a month, enrols a laptop that seals to c-1's old key; that key waits for it."""
    first, second, laptop = desks
    later = officers.at(first, NOW + timedelta(days=20))
    org_rotate(later.env)
    with Vault.open(second.env.home, loop.PASSPHRASE) as vault:
        (tmp_path / "card-2").write_bytes(station(vault).card.data)
    apart = officers.at(replace(second, card=tmp_path / "card-2"), NOW + timedelta(days=30))
    late = apart.laptop("laptop-late")
    now = officers.at(first, NOW + timedelta(days=31))
    officers.give_pack(apart, now, "c-1")
    with Vault.open(first.env.home, loop.PASSPHRASE) as vault:
        old, *_ = epochs(vault, station(vault), now.env.clock())
    assert late.principal in old.waits_for
    assert laptop.principal in old.waits_for
