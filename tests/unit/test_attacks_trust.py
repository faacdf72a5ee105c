"""Attacks on trust over time: officers who turn, keys that were stolen, packs and rosters that lose what was said.

Each test is somebody's plan, carried out with the real code; the docstring says who, what for, and what stops it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import LineRemoved, PackForAnotherDevice, SerialRolledBack, SignerNotValidThen
from intake.keys.directory import Directory, Principal, Revocation
from intake.keys.joining import joined_directory, joined_recipients
from intake.keys.office import Appointment, Changes, Signers, appointed, reissue
from intake.keys.officer_pack import (
    OfficerPackContents,
    OfficerPackReader,
    make_officer_pack,
    parse_officer_pack,
)
from intake.keys.officer_request import OfficerAges
from intake.keys.organisation import validity
from intake.keys.pack import PackContents, Policy, Profile, make_pack, parse_pack
from intake.keys.recipients import IdentityKey, Recipients
from intake.keys.trust import Trust
from tests.worlds.keys import NOW, laptop_keys, seeded, world

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
