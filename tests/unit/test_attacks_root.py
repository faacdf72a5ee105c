"""Attacks on the succession of the root: stolen roots, forks, roots rolled back, archives put in by the wrong hand.

Each test is somebody's plan, carried out with the real code; the docstring says who, what for, and what stops it, or
that nothing does (K15, K90 to K96). The forged files themselves are vectors of tests/vectors/keys.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import (
    IntakeError,
    LineRemoved,
    MalformedTrustFile,
    ReusedKey,
    RootForked,
    RootSuperseded,
    TrustFileMissing,
    WrongOrganisation,
)
from intake.keys.card import CardFacts, make_card, parse_card
from intake.keys.joining import newer_officers
from intake.keys.office import Appointment, Changes, Signers, Succession, appointed, check_new_officer, reissue, succeed
from intake.keys.officer_request import OfficerAges, make_officer_request
from intake.keys.pack import PackContents, Profile, make_pack, parse_pack
from intake.keys.recipients import Archives
from intake.keys.succession import MAX_BYTES, MAX_ROOTS, read_succession
from intake.keys.trust import Root, Trust, load_root, newer_root
from tests.worlds.keys import NOW, seeded, world

OURS = world()
LAPTOP = OURS.laptops["d-1"]
OLD = Signers(OURS.officer, OURS.root)
NEW = SignerKeys.from_root_secret(seeded("the next root")(32))
THIEF = SignerKeys.from_root_secret(seeded("a thief's root")(32))
TURNED = SignerKeys.from_bytes(seeded("turned/c-2")(96))
AGES = OfficerAges(*(PostQuantumIdentity.from_seed(seeded(f"root/{use}")(32)).recipient() for use in "nei"))


def followed(trust: Trust = OURS.trust, old: Signers = OLD, new: SignerKeys = NEW) -> Succession:
    """One succession."""
    return succeed(trust, [OURS.card], (old, new), None, NOW)


AFTER = followed()
FORGED = followed(new=THIEF)  # by whoever stole the old root


def by_old_root(trust: Trust, n: int = 1) -> Trust:
    """The old root goes on by itself: an officer of its own, under a serial as high as it likes."""
    changes = appointed(trust, TURNED.public, AGES, Appointment("c-2", NOW))
    assert changes.officers
    changes = replace(changes, officers=replace(changes.officers, serial=changes.officers.serial + n))
    return reissue(trust, changes, OLD, NOW)


def pack(trust: Trust, serial: int, signer: SignerKeys = OURS.officer, card: Succession | None = None) -> bytes:
    """A pack for d-1."""
    own = card.cards[0] if card else OURS.card
    return make_pack(PackContents(own, trust, Profile(code="I-1")), "d-1", serial, signer, NOW)


# -- what has to go on -------------------------------------------------------------------------------------------------


def test_a_laptop_with_the_old_root_is_led_to_the_new_one_by_its_next_pack() -> None:
    """K52, K56, K94: with the old card or the new one; the organisation, and what was signed before, are the same."""
    for card in (None, AFTER):
        taken = parse_pack(pack(AFTER.trust, 9, card=card), LAPTOP.reader(OURS.org, trust=OURS.trust), NOW)
        assert taken.trust.org == OURS.org
        assert taken.trust.root.newest.fingerprint != OURS.org
    AFTER.trust.check_follows(OURS.trust)
    assert AFTER.trust.roster == replace(OURS.trust.roster, officers=AFTER.trust.officers)


def test_a_card_of_the_new_root_pins_it_and_keeps_the_name() -> None:
    """K42: the card carries the way from the first root; its keys are the last one's, and nobody else's."""
    card = parse_card(AFTER.cards[0].data)
    assert (card.org, card.root_file) == (OURS.org, AFTER.trust.root.data)
    facts = CardFacts("Ours", "made-up", card.facts.enrol, 9, NOW)
    for keys in (OURS.root, THIEF):
        with pytest.raises(WrongOrganisation):
            make_card(keys, facts, AFTER.trust.root)


def test_each_card_of_a_succession_has_a_serial_of_its_own() -> None:
    """A laptop keeps cards by their serial: two of one number would stop it from taking packs of both coordinators."""
    done = succeed(OURS.trust, [OURS.card] * 3, (OLD, NEW), None, NOW)
    serials = [card.facts.serial for card in done.cards]
    assert len(set(serials)) == 3
    assert max(serials) == done.trust.officers.directory.serial


# -- a stolen old root -------------------------------------------------------------------------------------------------


def test_what_the_old_root_signs_afterwards_is_refused_by_who_knows_the_new_one() -> None:
    """K95, K94: by a laptop, which holds the new root; by a coordinator that joins; whatever serial it bears."""
    thiefs = by_old_root(OURS.trust, 1000)
    reader = LAPTOP.reader(OURS.org, trust=AFTER.trust)
    with pytest.raises(RootSuperseded):
        parse_pack(pack(thiefs, 9, TURNED), reader, NOW)
    for sides in ((AFTER.trust, thiefs), (thiefs, AFTER.trust)):
        with pytest.raises(IntakeError):
            newer_officers(*(side.officers for side in sides))
    beside = replace(thiefs, root=AFTER.trust.root)
    with pytest.raises(RootSuperseded):
        Trust.load(beside.root.data, beside.files(), NOW)


def test_a_laptop_that_pinned_the_new_root_by_words_takes_no_first_pack_of_the_old_one() -> None:
    """K52: it holds no trust files yet, and the card in the pack is one that the old root really signed."""
    reader = LAPTOP.reader(OURS.org, root=parse_card(AFTER.cards[0].data).root)
    with pytest.raises(RootSuperseded):
        parse_pack(pack(by_old_root(OURS.trust), 1, TURNED), reader, NOW)
    with pytest.raises(RootForked):
        parse_pack(pack(FORGED.trust, 1, card=FORGED), reader, NOW)


def test_a_fork_is_refused_whichever_comes_second_and_both_are_named() -> None:
    """K94: the thief's succession where the true one is known; and the true one where the thief's came first."""
    for held, other in ((AFTER, FORGED), (FORGED, AFTER)):
        reader = LAPTOP.reader(OURS.org, trust=held.trust)
        with pytest.raises(RootForked) as caught:
            parse_pack(pack(other.trust, 9), reader, NOW)
        names = [one.trust.root.newest.fingerprint[:16] for one in (held, other)]
        assert [caught.value.fields[side] for side in ("held", "other")] == names
        with pytest.raises(RootForked):
            newer_root(held.trust.root, other.trust.root)


def test_nothing_stops_a_stolen_root_where_the_old_one_is_all_that_is_known() -> None:
    """SECURITY.md says so, and the guide: a stolen root means enrolling again by words."""
    taken = parse_pack(pack(FORGED.trust, 9), LAPTOP.reader(OURS.org, trust=OURS.trust), NOW)
    assert taken.trust.root.newest.fingerprint == FORGED.trust.root.newest.fingerprint


def test_a_longer_fork_is_a_fork() -> None:
    """K94: the thief succeeds its own root again, to look newer than the true one."""
    longer = succeed(FORGED.trust, [OURS.card], (Signers(OURS.officer, THIEF), SignerKeys.generate()), None, NOW)
    with pytest.raises(RootForked):
        longer.trust.check_follows(AFTER.trust)


def test_no_root_can_be_slipped_in_before_one_that_is_held() -> None:
    """`prev`: the first root's thief has no other second root that leads to the third."""
    third = followed(AFTER.trust, Signers(OURS.officer, NEW), SignerKeys.generate()).trust.root
    assert FORGED.trust.root.succession
    assert third.succession
    with pytest.raises(RootForked):
        load_root(third.data, FORGED.trust.root.succeeded(THIEF, SignerKeys.generate()).succession)
    assert load_root(third.data, third.succession).org == OURS.org


# -- the ceremony ------------------------------------------------------------------------------------------------------


def test_only_the_root_that_counts_makes_another_and_appoints() -> None:
    """K95, K92: the old folder was kept; a stranger's folder was brought; an officer signs for the root."""
    for keys, error in ((OURS.root, RootSuperseded), (THIEF, WrongOrganisation), (OURS.officer, WrongOrganisation)):
        with pytest.raises(error):
            followed(AFTER.trust, Signers(OURS.officer, keys))
        again = Changes(officers=AFTER.trust.officers.directory.again())
        with pytest.raises(error):
            reissue(AFTER.trust, again, Signers(OURS.officer, keys), NOW)


def test_a_root_that_was_is_nobody_else() -> None:
    """K26, K65, K93: an officer with a former root's keys would be two; so would a root that comes back."""
    request = make_officer_request(OURS.card, OURS.root, AGES, NOW, seeded("former")(32))
    with pytest.raises(ReusedKey):
        check_new_officer(AFTER.trust, request, "c-2", ())
    with pytest.raises(IntakeError):
        followed(AFTER.trust, Signers(OURS.officer, NEW), OURS.root)


def test_a_succession_has_an_end_and_a_size() -> None:
    """K90: sixteen roots, 1 MiB; no reader verifies what somebody made to keep it busy."""
    root, old = OURS.trust.root, OURS.root
    for _ in range(MAX_ROOTS - 1):
        new = SignerKeys.generate()
        root, old = root.succeeded(old, new), new
    assert root.newest.serial == MAX_ROOTS
    with pytest.raises(MalformedTrustFile):
        root.succeeded(old, NEW)
    with pytest.raises(MalformedTrustFile):
        read_succession(bytes(MAX_BYTES + 1))


def test_an_old_folder_beside_the_newest_root_accuses_nobody() -> None:
    """K29: the auditor's root is newer than the files it was given: something is missing, nothing is wrong."""
    with pytest.raises(TrustFileMissing):
        Trust.load(AFTER.trust.root.data, OURS.files, NOW)
    held: Root = AFTER.trust.root
    assert Trust.load(OURS.trust.root.data, AFTER.trust.files(), NOW).root == held
    assert Trust.load(held.data, AFTER.trust.files(), NOW + timedelta(days=9)).root == held


# -- archives ----------------------------------------------------------------------------------------------------------


def three(label: str) -> Archives:
    """Three other keys."""
    return Archives(*(PostQuantumIdentity.from_seed(seeded(f"{label}/{n}")(32)).recipient() for n in range(3)))


def test_a_stolen_archive_key_is_replaced_by_the_root_alone() -> None:
    """K35, K96: the new ones count at once, for who has the old recipients file too; an officer may not go back."""
    named = three("named")
    done = succeed(OURS.trust, [OURS.card], (OLD, NEW), named, NOW).trust
    done.check_follows(OURS.trust)
    assert done.verified_recipients.recipients.archives == named
    # By a receipt alone: the new root and officers beside the recipients file from before.
    receipt = {name: data for name, data in done.files().items() if not name.startswith("recipients")}
    half = Trust.load(OURS.trust.root.data, OURS.files | receipt, NOW)
    assert half.recipients.archives == named
    assert named.archive in half.recipients.for_account(NOW)
    assert OURS.trust.recipients.archive not in half.recipients.all()
    for other in (three("an officer's"), OURS.trust.recipients.archives):
        back = done.verified_recipients.recipients.with_archives(other).again()
        with pytest.raises(LineRemoved):
            reissue(done, Changes(recipients=back), Signers(OURS.officer), NOW).check_follows(done)
