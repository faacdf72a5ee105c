"""Keys over time, in the keys room: a coming coordinator's request and pack, two rosters that become one, who is left.

Rules K27, K28, K34, K45, K46, K55, K57 to K59, K63 to K65 of docs/spec/keys-v1.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from intake.crypto import strictjson
from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import (
    AgeNoMatch,
    BadPrincipal,
    LineRemoved,
    MalformedPack,
    MalformedRequest,
    PackForAnotherDevice,
    PrincipalTaken,
    ReusedKey,
    SerialRolledBack,
    SignatureInvalid,
    SignerNotValidThen,
    WrongOrganisation,
)
from intake.keys import namespaces
from intake.keys.directory import Principal, Revocation, check_succession
from intake.keys.joining import joined_directory, joined_recipients, newer_officers
from intake.keys.office import Appointment, Changes, Signers, appointed, check_new_officer, officer_card, reissue
from intake.keys.officer_pack import (
    Addressee,
    OfficerPackContents,
    OfficerPackReader,
    make_officer_pack,
    open_officer_pack,
    parse_officer_pack,
    seal_officer_pack,
)
from intake.keys.officer_request import (
    OfficerAges,
    OfficerRequest,
    make_officer_request,
    open_officer_request,
    parse_officer_request,
)
from intake.keys.organisation import validity
from intake.keys.pack import Policy, Profile
from intake.keys.parcel import read_parcel, write_parcel
from intake.keys.recipients import EpochKey
from intake.keys.request import parse_request, seal_request
from intake.keys.signed import sign_file
from tests.worlds.keys import NOW, laptop_keys, seeded, world

if TYPE_CHECKING:
    from datetime import datetime

    from intake.keys.directory import Directory
    from intake.keys.trust import Trust

OURS = world()
TRUST = OURS.trust
ROSTER = TRUST.roster.directory
STRANGER, _ = laptop_keys("a stranger")
OFFICER = SignerKeys.from_bytes(seeded("c-2")(96))
EPOCH, IDENTITY, ENROL = (PostQuantumIdentity.from_seed(seeded(f"c-2/{use}")(32)) for use in ("e", "i", "n"))
AGES = OfficerAges(ENROL.recipient(), EPOCH.recipient(), IDENTITY.recipient())
REQUEST = make_officer_request(OURS.card, OFFICER, AGES, NOW)
BOTH = Signers(OURS.officer, OURS.root)


def in_office(at: datetime = NOW, *, identities: bool = True) -> Trust:
    """The trust files with c-2 in them."""
    changes = appointed(TRUST, OFFICER.public, AGES, Appointment("c-2", at, identities))
    return reissue(TRUST, changes, BOTH, at)


def pack(trust: Trust, serial: int = 1, signer: SignerKeys = OURS.officer) -> bytes:
    """A pack of c-1 for c-2, its plaintext."""
    laptop = OURS.laptops["d-1"]
    device = Addressee("d-1", laptop.identity.recipient(), Profile(code="I-1", trained_sv=True))
    card = officer_card(OURS.card, OURS.root, AGES.enrol, trust, NOW)
    contents = OfficerPackContents(card, trust, Policy(purge_after=2), 3, [device], {"questionnaire.toml": b"x"})
    return make_officer_pack(contents, "c-2", serial, signer, NOW)


def reader(**known: int) -> OfficerPackReader:
    """c-2's own side."""
    return OfficerPackReader(
        [EPOCH], OFFICER.public, OURS.org, {name.replace("_", "-"): n for name, n in known.items()}
    )


# -- the request -------------------------------------------------------------------------------------------------------


def test_an_officers_request_arrives_with_the_same_words() -> None:
    """K45: sealed to the card's recipient, opened to the same bytes, keys and words."""
    opened = open_officer_request(seal_request(REQUEST, OURS.card), OURS.made.officer.enrol, OURS.org)
    assert opened == REQUEST
    assert opened.words("uk") == REQUEST.words("uk")
    assert opened.ages == AGES


def bent(**changes: object) -> bytes:
    """The request with some of its JSON changed, and signed again."""
    members = read_parcel(REQUEST.data, padded=True)
    assert members
    body = {**strictjson.loads(members["request.json"], max_bytes=1 << 20), **changes}
    body = {key: value for key, value in body.items() if value is not None}
    signed = sign_file(OFFICER, namespaces.REQUEST, "request.json", strictjson.dumps(body))
    return write_parcel(signed.files(), padded=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "intake-request/1"},
        {"epoch": None},
        {"epoch": "age1xxx"},
        {"epoch": str(AGES.identity)},
        {"enrol": str(AGES.epoch)},
        {"name": "Maria"},
        {"made_at": "today"},
        {"keys": []},
    ],
)
def test_an_officers_request_outside_its_shape_is_refused(changes: dict[str, object]) -> None:
    """K45: these fields and no other, three age keys that are three; nothing of the person."""
    with pytest.raises(MalformedRequest):
        parse_officer_request(bent(**changes), OURS.org)


def test_a_request_that_its_keys_did_not_sign_is_refused() -> None:
    """K46: of our organisation, signed by the keys in it; and a laptop's request is none."""
    lent = bent(keys=list(STRANGER.public.lines()))
    with pytest.raises(SignatureInvalid):
        parse_officer_request(lent, OURS.org)
    with pytest.raises(WrongOrganisation):
        parse_officer_request(REQUEST.data, world("theirs").org)
    with pytest.raises(MalformedRequest):
        parse_officer_request(OURS.laptops["d-1"].request.data, OURS.org)
    with pytest.raises(MalformedRequest):
        parse_request(REQUEST.data, OURS.org)


# -- the appointment ---------------------------------------------------------------------------------------------------


def with_keys(**changes: object) -> OfficerRequest:
    """The request, as if it said something else."""
    return replace(REQUEST, **changes)  # type: ignore[arg-type]  # names of its fields


def test_a_known_name_or_key_is_never_appointed() -> None:
    """K63 to K65: our organisation, a coordinator's name that was never given, no key that is known."""
    check_new_officer(TRUST, REQUEST, "c-2", ())
    with pytest.raises(WrongOrganisation):
        check_new_officer(world("theirs").trust, REQUEST, "c-2", ())
    for name, error in (("d-9", BadPrincipal), ("root", BadPrincipal), ("c-1", PrincipalTaken)):
        with pytest.raises(error):
            check_new_officer(TRUST, REQUEST, name, ())
    for keys in (OURS.root.public, OURS.officer.public, OURS.laptops["d-2"].signer.public):
        with pytest.raises(ReusedKey):
            check_new_officer(TRUST, with_keys(keys=keys), "c-2", ())
    archive = replace(AGES, epoch=TRUST.recipients.archive)
    with pytest.raises(ReusedKey):
        check_new_officer(TRUST, with_keys(ages=archive), "c-2", ())
    with pytest.raises(ReusedKey):
        check_new_officer(TRUST, REQUEST, "c-2", [AGES.enrol.fingerprint])


def test_officers_change_by_the_root_alone() -> None:
    """K21: without the root's key, or with another root's, no file with a new officer comes to be."""
    changes = appointed(TRUST, OFFICER.public, AGES, Appointment("c-2", NOW))
    for signers in (Signers(OURS.officer), Signers(OURS.officer, world("theirs").root), Signers(OURS.root, OFFICER)):
        with pytest.raises(WrongOrganisation):
            reissue(TRUST, changes, signers, NOW)


def test_an_appointed_coordinator_is_sealed_to_and_signs() -> None:
    """Officers serial + 1, recipients serial + 1 with both coordinators' keys; c-2 signs the next roster."""
    after = in_office()
    assert [one.name for one in after.officers.directory.principals] == ["c-1", "c-2"]
    assert {key.officer for key in after.recipients.epoch(NOW)} == {"c-1", "c-2"}
    assert [one.officer for one in after.recipients.identities] == ["c-1", "c-2"]
    after.check_follows(TRUST)
    signed = reissue(after, Changes(roster=after.roster.directory.again()), Signers(OFFICER), NOW)
    assert signed.roster.signer.name == "c-2"


def test_a_coordinator_may_be_kept_from_identities() -> None:
    """Without identities, names and contacts are not encrypted to it."""
    after = in_office(identities=False)
    assert AGES.identity not in after.recipients.for_identity()
    assert AGES.epoch in after.recipients.for_account(NOW)


def test_no_two_cards_share_a_serial() -> None:
    """The card of c-2's laptops: the same organisation and root, its own `enrol`."""
    card = officer_card(OURS.card, OURS.root, AGES.enrol, in_office(), NOW)
    assert (card.org, card.facts.name, card.facts.serial) == (OURS.org, OURS.card.facts.name, 2)
    assert card.facts.enrol == AGES.enrol


# -- the officer's pack ------------------------------------------------------------------------------------------------


def test_an_officers_pack_brings_trust_devices_and_mission() -> None:
    """K57, K58: opened by the epoch key of the request; where laptops' packs go is in it."""
    opened = open_officer_pack(seal_officer_pack(pack(in_office()), [AGES.epoch]), reader(), NOW)
    assert (opened.officer.name, opened.signer.name, opened.serial) == ("c-2", "c-1", 1)
    assert opened.contents.devices[0].age == OURS.laptops["d-1"].identity.recipient()
    assert opened.contents.devices[0].profile.trained_sv
    assert (opened.contents.policy.purge_after, opened.contents.mission) == (2, 3)
    assert opened.contents.card.facts.enrol == AGES.enrol


def test_an_officers_pack_of_other_members_or_bytes_is_refused() -> None:
    """K57, K58: a member changed, left out or moved; a laptop's pack."""
    members = read_parcel(pack(in_office()), padded=True)
    assert members
    changed = {**members, "policy.json": b"{}"}
    swapped = {**members, "questionnaire.toml": b"y"}
    less = {name: data for name, data in members.items() if name != "devices.json"}
    for one in (changed, swapped, less, dict(reversed(members.items()))):
        with pytest.raises(MalformedPack):
            parse_officer_pack(write_parcel(one, padded=True), reader(), NOW)
    with pytest.raises(AgeNoMatch):
        open_officer_pack(OURS.laptops["d-1"].enrolled.pack, reader(), NOW)


def test_an_officers_pack_of_a_laptop_or_for_another_is_refused() -> None:
    """K58: signed by an officer in office, for exactly these keys, of this organisation."""
    trust = in_office()
    members = read_parcel(pack(trust), padded=True)
    assert members
    bad = sign_file(STRANGER, namespaces.CARD, "officer.json", members["officer.json"]).files()
    with pytest.raises(SignatureInvalid):
        parse_officer_pack(write_parcel({**members, **bad}, padded=True), reader(), NOW)
    with pytest.raises(PackForAnotherDevice):
        parse_officer_pack(pack(trust), replace(reader(), keys=STRANGER.public), NOW)
    with pytest.raises(WrongOrganisation):
        parse_officer_pack(pack(trust), replace(reader(), org=world("theirs").org), NOW)
    with pytest.raises(SignerNotValidThen):
        parse_officer_pack(pack(trust), reader(), NOW + timedelta(days=400))


def test_a_packs_serial_rises_with_its_officer() -> None:
    """K55: an older one of the same officer is refused; another's numbers say nothing of it."""
    assert parse_officer_pack(pack(in_office(), 5), reader(c_1=4, c_3=9), NOW).serial == 5
    for held in (5, 6):
        with pytest.raises(SerialRolledBack):
            parse_officer_pack(pack(in_office(), 5), reader(c_1=held), NOW)


# -- two coordinators apart --------------------------------------------------------------------------------------------


def grown(name: str, label: str) -> Directory:
    """Our roster with one laptop more."""
    return ROSTER.with_principal(Principal(name, laptop_keys(label)[0].public, *validity(NOW, 30)))


def gone(name: str, days: int, logs: tuple[tuple[str, int], ...], reason: str = "lost") -> Revocation:
    """A revocation."""
    return Revocation(name, validity(NOW, days)[1], logs, reason)


def test_two_rosters_become_one_that_follows_both() -> None:
    """K59: both sides' laptops and revocations are in it, and both sides' laptops take it (K27, K28)."""
    mine = grown("d-3", "three").with_revocation(gone("d-1", 5, (("c-1", 7),)))
    theirs = grown("d-2-1", "two-one")
    joined = joined_directory(mine, theirs)
    assert {one.name for one in joined.principals} == {"d-1", "d-2", "d-3", "d-2-1"}
    assert joined.revocation("d-1")
    for side in (mine, theirs, ROSTER):
        check_succession(side, joined)


def test_a_roster_that_follows_is_taken_as_it_is() -> None:
    """Nothing is signed where one side is simply newer."""
    newer = grown("d-3", "three")
    assert joined_directory(ROSTER, newer) is newer
    assert joined_directory(newer, ROSTER) is newer
    assert joined_directory(ROSTER, ROSTER) is ROSTER


def test_of_two_revocations_the_stricter_counts() -> None:
    """K28: the earlier time; of the logs that both name, the smaller size."""
    mine = ROSTER.with_revocation(gone("d-1", 5, (("c-1", 7), ("c-2", 3)), "lost"))
    theirs = ROSTER.with_revocation(gone("d-1", 2, (("c-1", 9),), "stolen"))
    joined = joined_directory(mine, theirs)
    assert joined.revocation("d-1") == gone("d-1", 2, (("c-1", 7),), "stolen")
    for side in (mine, theirs):
        check_succession(side, joined)


def test_a_revocation_is_never_loosened() -> None:
    """K28: a later time, a larger size, a log more: each takes back what was said."""
    held = ROSTER.with_revocation(gone("d-1", 5, (("c-1", 7),)))
    for line in (
        gone("d-1", 6, (("c-1", 7),)),
        gone("d-1", 5, (("c-1", 8),)),
        gone("d-1", 5, (("c-1", 7), ("c-2", 1))),
    ):
        with pytest.raises(LineRemoved):
            check_succession(held, replace(held, serial=held.serial + 1, revocations=(line,)))
    check_succession(held, replace(held, serial=held.serial + 1, revocations=(gone("d-1", 5, ()),)))


def test_one_name_for_two_laptops_cannot_be_joined() -> None:
    """Neither side's line may be taken back, so nothing is taken."""
    with pytest.raises(LineRemoved):
        joined_directory(grown("d-3", "three"), grown("d-3", "another three"))


def test_officers_are_never_put_together() -> None:
    """Two files that the root signed apart: the one that does not follow is refused."""
    officers = TRUST.officers.directory
    one, two = (
        officers.with_principal(Principal(name, key.public, *validity(NOW, 9)))
        for name, key in (("c-2", OFFICER), ("c-3", STRANGER))
    )
    held = OURS.trust.officers
    before, first, second = (replace(held, directory=directory) for directory in (officers, one, two))
    assert newer_officers(before, first) is first
    assert newer_officers(first, before) is first
    with pytest.raises(SerialRolledBack):
        newer_officers(first, second)


def test_each_coordinator_speaks_for_its_own_keys() -> None:
    """K59: both made a new epoch apart; the file of both has both, and nobody's older one."""
    base = in_office().recipients
    fresh = {name: PostQuantumIdentity.from_seed(seeded(name)(32)).recipient() for name in ("one", "two")}
    until = validity(NOW, 60)[1]
    mine = base.with_epoch(EpochKey("2026-11", "c-1", until, fresh["one"]), NOW)
    theirs = base.with_epoch(EpochKey("2026-11", "c-2", until, fresh["two"]), NOW)
    joined = joined_recipients(mine, theirs, ("c-1", "c-2"), {"c-1", "c-2"})
    assert {key.recipient for key in joined.epochs} == set(fresh.values())
    assert joined.serial == mine.serial + 1
    assert joined_recipients(base, theirs, ("c-1", "c-2"), {"c-1", "c-2"}) is theirs
    assert {key.officer for key in joined_recipients(mine, theirs, ("c-1", "c-2"), {"c-1"}).epochs} == {"c-1"}


# -- who is left -------------------------------------------------------------------------------------------------------


def test_nobody_seals_to_a_revoked_coordinator() -> None:
    """K34: the recipients file still names it, a newer officers file does not: its keys are none."""
    after = in_office()
    officers = after.officers.directory.with_revocation(gone("c-2", 1, (("c-1", 4),)))
    signed = sign_file(OURS.root, namespaces.OFFICERS, "officers", officers.encode()).files()
    trust = type(after).load(after.root.data, {**after.files(), **signed}, NOW)
    assert AGES.epoch not in trust.recipients.for_account(NOW)
    assert AGES.identity not in trust.recipients.for_identity()
    assert TRUST.recipients.epochs[0].recipient in trust.recipients.for_account(NOW)


def test_what_a_revoked_coordinator_signed_last_is_signed_anew() -> None:
    """A roster by somebody revoked counts nowhere: whoever revokes signs the same lines under the next serial."""
    theirs = reissue(in_office(), Changes(roster=grown("d-2-1", "two-one")), Signers(OFFICER), NOW)
    officers = theirs.officers.directory.with_revocation(gone("c-2", 0, ()))
    after = reissue(theirs, Changes(officers=officers), BOTH, NOW)
    assert after.roster.signer.name == "c-1"
    assert after.roster.directory == theirs.roster.directory.again()


def test_each_coordinators_epoch_is_chosen_for_itself() -> None:
    """One who rotates a month early shuts the other out of nothing."""
    base, december = in_office().recipients, NOW + timedelta(days=20)
    key = PostQuantumIdentity.from_seed(seeded("december")(32)).recipient()
    both = base.with_epoch(EpochKey("2026-12", "c-1", validity(NOW, 90)[1], key), NOW)
    assert {one.officer for one in both.epoch(NOW)} == {one.officer for one in both.epoch(december)} == {"c-1", "c-2"}
    assert both.label(NOW) == "2026-11"
    assert both.label(december) == "2026-12"
    assert base.label(NOW + timedelta(days=400)) is None
