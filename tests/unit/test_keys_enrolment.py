"""Card, request and pack: what a laptop and a coordinator believe of each other, and everything that is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from intake.crypto import age, bech32, strictjson
from intake.crypto.hashing import digest
from intake.crypto.sshsig import PublicKeys, SignerKeys
from intake.errors import (
    AgeNoMatch,
    BadPrincipal,
    IntakeError,
    LineRemoved,
    MalformedCard,
    MalformedPack,
    MalformedRequest,
    NamespaceNotAllowed,
    PackForAnotherDevice,
    PrincipalTaken,
    ReusedKey,
    SerialRolledBack,
    SignatureInvalid,
    SignerNotValidThen,
    UnknownSigner,
    WeakKey,
    WrongOrganisation,
)
from intake.keys import namespaces
from intake.keys.card import parse_card
from intake.keys.enrolment import Enrolment, check_new_device, enrol_device
from intake.keys.pack import PackContents, Policy, Profile, make_pack, open_pack, parse_pack, seal_pack
from intake.keys.parcel import PARCEL_BYTES, read_parcel, write_parcel
from intake.keys.request import make_request, open_request, parse_request, seal_request
from intake.keys.signed import sign_file
from intake.keys.trust import Trust, load_root
from tests.worlds.keys import NOW, World, laptop_keys, new_organisation, world

STRANGER, STRANGER_AGE = laptop_keys("a stranger")
WEAK = b"\x01" + bytes(31)


def resigned(data: bytes, name: str, signer: SignerKeys, namespace: str, /, **changes: object) -> bytes:
    """A card or request with some of its JSON changed, and signed again."""
    padded = name == "request.json"
    members = read_parcel(data, padded=padded)
    assert members
    body = {**strictjson.loads(members[name], max_bytes=1 << 20), **changes}
    body = {key: value for key, value in body.items() if value is not None}
    return write_parcel(sign_file(signer, namespace, name, strictjson.dumps(body)).files(), padded=padded)


# -- card --------------------------------------------------------------------------------------------------------------


def test_a_card_reads_back_and_gives_the_root_file() -> None:
    """K40 to K42: the same facts, words over the whole file, a root file that loads."""
    card = world().card
    assert parse_card(card.data) == card
    assert load_root(card.root_file).org == card.org
    assert len(card.words("uk")) == 8
    assert len(card.hex_groups()) == 16
    assert card.facts.purpose == "made-up"


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "intake-card/2"},
        {"purpose": "test"},
        {"name": "two\nlines"},
        {"name": " "},
        {"name": "x" * 101},
        {"serial": 0},
        {"serial": True},
        {"made_at": "2026-11-21"},
        {"made_at": "2026-11-31T00:00:00Z"},
        {"enrol": "age1xxx"},
        {"enrol": str(age.X25519Identity(bytes(range(32))).recipient())},
        {"enrol": None},
        {"extra": 1},
        {"root": []},
        {"root": ["ssh-rsa AAAA", "ssh-rsa AAAA"]},
        {"root": ["ssh-ed25519 AAAA", "ssh-mldsa44-ed25519@openssh.com AAAA"]},
    ],
)
def test_a_card_outside_its_shape_is_refused_even_when_signed(changes: dict[str, object]) -> None:
    """K41: exactly these members with exactly these types."""
    bent = resigned(world().card.data, "card.json", world().root, namespaces.CARD, **changes)
    with pytest.raises(MalformedCard):
        parse_card(bent)


def test_a_card_of_other_bytes_is_refused() -> None:
    """K40: nothing before, between or after the members; no member more, less or moved."""
    data = world().card.data
    members = read_parcel(data, padded=False)
    assert members
    more = write_parcel({**members, "readme": b"hello"}, padded=False)
    less = write_parcel({name: members[name] for name in list(members)[:2]}, padded=False)
    moved = write_parcel(dict(reversed(members.items())), padded=False)
    for bent in (
        b"",
        data[:-512],
        data + bytes(512),
        data[:-1] + b"x",
        more,
        less,
        moved,
        write_parcel(members, padded=True),
    ):
        with pytest.raises(MalformedCard):
            parse_card(bent)


def test_a_card_that_lends_a_name_is_refused() -> None:
    """K42: `org` must be the fingerprint of the card's own root, and that root must have signed."""
    card = world().card
    lent = resigned(card.data, "card.json", world().root, namespaces.CARD, org=world("theirs").org)
    with pytest.raises(WrongOrganisation):
        parse_card(lent)
    with pytest.raises(SignatureInvalid):
        parse_card(resigned(card.data, "card.json", STRANGER, namespaces.CARD))
    with pytest.raises(SignatureInvalid):
        parse_card(resigned(card.data, "card.json", world().root, namespaces.ROOT))


def test_a_card_with_a_root_that_anybody_can_sign_with_is_refused() -> None:
    """K09, K12: a weak key, or one key in both places."""
    keys = world().root.public
    weak = PublicKeys(keys.ed25519[:-32] + WEAK, keys.composite)
    twice = PublicKeys(keys.ed25519, keys.composite[:-32] + keys.ed25519[-32:])
    for bent, error in ((weak, WeakKey), (twice, ReusedKey)):
        data = resigned(world().card.data, "card.json", world().root, namespaces.CARD, root=list(bent.lines()))
        with pytest.raises(error):
            parse_card(data)


# -- request -----------------------------------------------------------------------------------------------------------


def test_a_request_reaches_the_coordinator_and_both_see_the_same_words() -> None:
    """K43: sealed to the card's recipient, opened to the same bytes."""
    one = world().laptops["d-1"].request
    opened = open_request(seal_request(one, world().card), world().made.officer.enrol, world().org)
    assert opened == one
    assert opened.words("ru") == one.words("ru")
    assert opened.hex_groups() == one.hex_groups()
    assert len(opened.fingerprint) == 64


def test_a_request_is_opened_by_its_coordinator_only() -> None:
    """K43: who finds the stick learns nothing of the keys on it."""
    sealed = seal_request(world().laptops["d-1"].request, world().card)
    with pytest.raises(AgeNoMatch):
        open_request(sealed, world("theirs").made.officer.enrol, world().org)
    with pytest.raises(MalformedRequest):
        open_request(bytes(PARCEL_BYTES + 1), world().made.officer.enrol, world().org)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "intake-card/1"},
        {"nonce": "00"},
        {"age": "age1xxx"},
        {"keys": ["a", "b"]},
        {"keys": ["ssh-ed25519 AAAA"]},
        {"made_at": "now"},
        {"name": "Марія"},
    ],
)
def test_a_request_outside_its_shape_is_refused(changes: dict[str, object]) -> None:
    """K43: nothing of the person who uses the laptop has a place in it."""
    bent = resigned(
        world().laptops["d-1"].request.data,
        "request.json",
        world().laptops["d-1"].signer,
        namespaces.REQUEST,
        **changes,
    )
    with pytest.raises(MalformedRequest):
        parse_request(bent, world().org)


def test_a_request_of_other_bytes_is_refused() -> None:
    """K40: padding is zero and as long as it must be."""
    data = world().laptops["d-1"].request.data
    for bent in (b"", data[:-512], data + bytes(512), data[:-1] + b"x"):
        with pytest.raises(MalformedRequest):
            parse_request(bent, world().org)


def test_a_request_for_another_organisation_or_signed_by_other_keys_is_refused() -> None:
    """K44: `org` is ours; the keys in it made both signatures, in its own namespace."""
    laptop = world().laptops["d-1"]
    with pytest.raises(WrongOrganisation):
        parse_request(laptop.request.data, world("theirs").org)
    for signer, namespace in ((STRANGER, namespaces.REQUEST), (laptop.signer, namespaces.RECORD)):
        with pytest.raises(SignatureInvalid):
            parse_request(resigned(laptop.request.data, "request.json", signer, namespace), world().org)


def test_a_request_with_an_age_key_that_anybody_can_read_with_is_refused() -> None:
    """K09: the X25519 half of low order would give the secret away."""
    laptop = world().laptops["d-1"]
    public = laptop.identity.recipient().public
    weak = bech32.encode("age1pq", public[:-32] + bytes(32))
    bent = resigned(laptop.request.data, "request.json", laptop.signer, namespaces.REQUEST, age=weak)
    with pytest.raises(WeakKey):
        parse_request(bent, world().org)


# -- enrolment ---------------------------------------------------------------------------------------------------------


def _enrolment(name: str = "d-3", serial: int = 9) -> Enrolment:
    return Enrolment(name, Profile(code="I-3"), NOW, serial)


def test_enrolling_adds_one_device_and_its_pack_opens() -> None:
    """K60 to K62, K50 to K56: the roster grows by one, and the laptop takes what it is sent."""
    ours = world()
    request = make_request(ours.card, STRANGER, STRANGER_AGE.recipient(), NOW)
    enrolled = enrol_device(ours.desk, request, _enrolment())
    assert enrolled.trust.roster.directory.serial == ours.trust.roster.directory.serial + 1
    enrolled.trust.check_follows(ours.trust)
    reader = replace(ours.laptops["d-1"].reader(ours.org), identity=STRANGER_AGE, keys=STRANGER.public)
    opened = open_pack(enrolled.pack, reader, NOW)
    assert (opened.device.name, opened.serial, opened.profile.code) == ("d-3", 9, "I-3")
    assert opened.trust.files() == enrolled.trust.files()
    assert enrolled.device_age == STRANGER_AGE.recipient().fingerprint


def test_a_known_key_is_never_enrolled_again() -> None:
    """K62: a laptop's, an officer's or the root's signing keys; an age key of laptop, organisation or card."""
    ours = world()
    for signer in (ours.laptops["d-1"].signer, ours.officer, ours.root):
        request = make_request(ours.card, signer, STRANGER_AGE.recipient(), NOW)
        with pytest.raises(ReusedKey):
            check_new_device(ours.desk, request, "d-3")
    made = ours.made
    for identity in (ours.laptops["d-2"].identity, made.officer.enrol, made.officer.epoch, made.offline.archive):
        request = make_request(ours.card, STRANGER, identity.recipient(), NOW)
        with pytest.raises(ReusedKey):
            check_new_device(ours.desk, request, "d-3")


def test_names_and_organisations_are_checked_before_any_word_is_compared() -> None:
    """K60, K61."""
    ours, theirs = world(), world("theirs")
    request = make_request(ours.card, STRANGER, STRANGER_AGE.recipient(), NOW)
    for name, error in (("d-1", PrincipalTaken), ("c-3", BadPrincipal), ("d-*", BadPrincipal)):
        with pytest.raises(error):
            check_new_device(ours.desk, request, name)
    with pytest.raises(WrongOrganisation):
        check_new_device(theirs.desk, request, "d-3")


def test_only_an_officer_in_time_enrols() -> None:
    """K23 to K25: nobody else's roster would be believed, so none is made."""
    ours = world()
    request = make_request(ours.card, STRANGER, STRANGER_AGE.recipient(), NOW)
    with pytest.raises(UnknownSigner):
        enrol_device(replace(ours.desk, officer=laptop_keys("nobody")[0]), request, _enrolment())
    with pytest.raises(NamespaceNotAllowed):
        enrol_device(replace(ours.desk, officer=ours.laptops["d-1"].signer), request, _enrolment())
    with pytest.raises(SignerNotValidThen):
        enrol_device(ours.desk, request, replace(_enrolment(), now=NOW + timedelta(days=400)))


# -- pack --------------------------------------------------------------------------------------------------------------


def contents(ours: World, **changes: object) -> PackContents:
    """What d-2 gets."""
    whole = PackContents(ours.card, ours.trust, Profile(code="I-2", trained_child=True), Policy(envelope="never"))
    return replace(whole, **changes)  # type: ignore[arg-type]


@cache
def plain_pack(serial: int = 5) -> bytes:
    """A good pack for d-2, not encrypted."""
    extras = {"consent.uk.txt": "Згода".encode(), "questionnaire.toml": b"[q]\n"}
    return make_pack(contents(world(), extras=extras), "d-2", serial, world().officer, NOW)


def repacked(signer: SignerKeys, namespace: str = namespaces.PACK, /, **changes: bytes) -> bytes:
    """The good pack with some members changed, digests and signatures made to fit."""
    members = read_parcel(plain_pack(), padded=True)
    assert members
    members |= changes
    rest = {name: data for name, data in members.items() if not name.startswith("pack.json")}
    body = strictjson.loads(members["pack.json"], max_bytes=1 << 20)
    body["members"] = {name: digest(data) for name, data in rest.items()}
    return write_parcel(
        {**sign_file(signer, namespace, "pack.json", strictjson.dumps(body)).files(), **rest}, padded=True
    )


def test_a_pack_carries_policy_profile_and_texts() -> None:
    """K50: what the coordinator chose is what the laptop gets."""
    laptop = world().laptops["d-2"]
    opened = parse_pack(plain_pack(), laptop.reader(world().org), NOW)
    assert (opened.policy.envelope, opened.profile.trained_child, opened.profile.trained_full) == ("never", True, False)
    assert opened.extras == {"consent.uk.txt": "Згода".encode(), "questionnaire.toml": b"[q]\n"}
    assert opened.card == world().card


def test_a_pack_of_other_bytes_is_refused() -> None:
    """K40, K50: a member changed, missing, added, moved; a cut; words after the end."""
    reader = world().laptops["d-2"].reader(world().org)
    data = plain_pack()
    members = read_parcel(data, padded=True)
    assert members
    bents = [b"", data[:-512], data + bytes(512)]
    bents += [
        write_parcel({k: v for k, v in members.items() if k != name}, padded=True) for name in ("card", "policy.json")
    ]
    bents += [write_parcel({**members, name: b"x"}, padded=True) for name in ("readme", "policy.json", "pack.json")]
    bents += [write_parcel({**members, "consent.uk.txt": b"another text"}, padded=True)]
    for bent in bents:
        with pytest.raises(MalformedPack):
            parse_pack(bent, reader, NOW)


def test_a_pack_for_another_organisation_is_refused() -> None:
    """K51: the root was pinned by words; no pack moves it."""
    with pytest.raises(WrongOrganisation):
        parse_pack(plain_pack(), world().laptops["d-2"].reader(world("theirs").org), NOW)
    with pytest.raises(WrongOrganisation):
        parse_pack(
            repacked(world().officer, card=world("theirs").card.data), world().laptops["d-2"].reader(world().org), NOW
        )


def test_a_pack_whose_trust_files_do_not_climb_to_the_root_is_refused() -> None:
    """K52: the pinned root's officers, and a roster by one of them."""
    reader = world().laptops["d-2"].reader(world().org)
    forged = sign_file(STRANGER, namespaces.OFFICERS, "officers", world().files["officers"]).files()
    with pytest.raises(SignatureInvalid):
        parse_pack(repacked(world().officer, **forged), reader, NOW)


def test_a_pack_signed_by_anybody_but_an_officer_is_refused() -> None:
    """K53: a stranger, a device, or an officer for another type."""
    reader = world().laptops["d-2"].reader(world().org)
    with pytest.raises(UnknownSigner):
        parse_pack(repacked(STRANGER), reader, NOW)
    with pytest.raises(NamespaceNotAllowed):
        parse_pack(repacked(world().laptops["d-1"].signer), reader, NOW)
    with pytest.raises(SignatureInvalid):
        parse_pack(repacked(world().officer, namespaces.ROSTER), reader, NOW)


def test_a_pack_for_another_laptop_is_refused() -> None:
    """K54: also when this laptop could open it, and when only one of the two keys is its own."""
    ours = world()
    one, two = ours.laptops["d-1"], ours.laptops["d-2"]
    sealed = seal_pack(plain_pack(), two.identity.recipient())
    with pytest.raises(AgeNoMatch):
        open_pack(sealed, one.reader(ours.org), NOW)
    with pytest.raises(PackForAnotherDevice):
        parse_pack(plain_pack(), one.reader(ours.org), NOW)
    mixed = PublicKeys(two.signer.public.ed25519, one.signer.public.composite)
    with pytest.raises(PackForAnotherDevice):
        parse_pack(plain_pack(), two.reader(ours.org, keys=mixed), NOW)


def test_an_older_pack_or_older_trust_files_are_refused() -> None:
    """K55, K56: serials only rise, and what was held is not taken back."""
    ours = world()
    laptop = ours.laptops["d-2"]
    for held in (5, 6):
        with pytest.raises(SerialRolledBack):
            parse_pack(plain_pack(), laptop.reader(ours.org, serials={"c-1": held}), NOW)
    request = make_request(ours.card, STRANGER, STRANGER_AGE.recipient(), NOW)
    newer = enrol_device(ours.desk, request, _enrolment()).trust
    with pytest.raises(SerialRolledBack):
        parse_pack(plain_pack(), laptop.reader(ours.org, trust=newer), NOW)
    with pytest.raises(WrongOrganisation):
        parse_pack(plain_pack(), laptop.reader(ours.org, trust=world("theirs").trust), NOW)
    assert (
        parse_pack(plain_pack(), laptop.reader(ours.org, serials={"c-1": 4, "c-2": 9}, trust=ours.trust), NOW).serial
        == 5
    )


def test_recipients_may_not_go_back() -> None:
    """K27: an older recipients file could bring back a key that was taken out."""
    ours = world()
    older = ours.trust
    for serial, archive in ((7, older.recipients.archive), (1, STRANGER_AGE.recipient())):
        data = replace(older.recipients, serial=serial, archive=archive).encode()
        files = {**ours.files, **sign_file(ours.officer, namespaces.RECIPIENTS, "recipients", data).files()}
        other = Trust.load(ours.trust.root.data, files, NOW)
        with pytest.raises(SerialRolledBack):
            (older if serial > 1 else other).check_follows(other if serial > 1 else older)


def test_a_policy_says_only_what_was_chosen() -> None:
    """A laptop of a version without the newer fields takes it as ever; one that lacks them all has the defaults."""
    assert Policy().data() == b"{}"
    assert Policy(lock_minutes=5, modes=("search_only",)).data() == b'{"lock_minutes":5,"modes":["search_only"]}'
    old = b'{"envelope":"always","purge_after":1,"scopes":["share_icc_otp"]}'
    policy = parse_pack(
        repacked(world().officer, **{"policy.json": old}), world().laptops["d-2"].reader(world().org), NOW
    ).policy
    assert (policy.blank_minutes, policy.lock_minutes, policy.interview_lock_minutes, policy.modes) == (2, 2, 15, None)


def test_a_shrunken_roster_is_refused_by_who_held_more() -> None:
    """K28: a device that vanishes would make its bundles unknown."""
    ours = world()
    directory = ours.trust.roster.directory
    data = replace(directory, serial=9, principals=directory.principals[1:]).encode()
    files = {**ours.files, **sign_file(ours.officer, namespaces.ROSTER, "roster", data).files()}
    with pytest.raises(LineRemoved):
        Trust.load(ours.trust.root.data, files, NOW).check_follows(ours.trust)


def test_a_pack_is_not_made_for_a_stranger_nor_with_unknown_members() -> None:
    """K50: a coordinator's slip ends at the desk."""
    ours = world()
    for whole, device in ((contents(ours), "d-9"), (contents(ours, extras={"notes": b""}), "d-2")):
        with pytest.raises(MalformedPack):
            make_pack(whole, device, 5, ours.officer, NOW)


@pytest.mark.parametrize(
    ("member", "data"),
    [
        ("policy.json", b'{"envelope":"sometimes"}'),
        ("policy.json", b'{"purge_after":0}'),
        ("policy.json", b'{"scopes":["Not a code"]}'),
        ("policy.json", b"[]"),
        ("policy.json", b'{"modes":[]}'),
        ("policy.json", b'{"lock_minutes":0}'),
        ("policy.json", b'{"blank_minutes":16}'),
        ("policy.json", b'{"interview_lock_minutes":2.5}'),
        ("policy.json", b'{"purge_after":1,"purge_after":1}'),
        ("profile.json", b"{}"),
        ("profile.json", '{"code":"Марія Петренко"}'.encode()),
        ("profile.json", b'{"code":"I-1","trained_full":"yes"}'),
    ],
)
def test_policy_and_profile_outside_their_shape_are_refused(member: str, data: bytes) -> None:
    """K50: also when an officer signed them; a profile has a code and never a name."""
    with pytest.raises(MalformedPack):
        parse_pack(repacked(world().officer, **{member: data}), world().laptops["d-2"].reader(world().org), NOW)


def test_an_oversized_pack_is_not_even_decrypted() -> None:
    """K50: a cap before any work."""
    with pytest.raises(MalformedPack):
        open_pack(bytes(2 * PARCEL_BYTES), world().laptops["d-2"].reader(world().org), NOW)


def test_a_parcel_member_larger_than_the_cap_is_refused_when_read() -> None:
    """K40: thirty-three members are not ours."""
    assert read_parcel(write_parcel({f"m{n}": b"" for n in range(33)}, padded=False), padded=False) is None
    assert read_parcel(bytes(PARCEL_BYTES + 512), padded=False) is None


# -- the organisation --------------------------------------------------------------------------------------------------


def test_a_new_organisation_shows_no_secret() -> None:
    """What lands in a traceback or a log is nobody's key."""
    made = new_organisation()
    shown = repr(made.offline) + repr(made.officer)
    for secret in (made.offline.root, made.offline.archive.seed, made.officer.signer.seeds, made.officer.epoch.seed):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


def test_every_secret_of_an_organisation_is_its_own() -> None:
    """No key does two jobs: eight secrets, eight different values, and others the next time."""
    made = new_organisation()
    identities = [made.offline.archive, made.offline.identity_archive, made.offline.recovery]
    identities += [made.officer.enrol, made.officer.epoch, made.officer.identity]
    seeds = {one.seed for one in identities} | {made.offline.root, made.officer.signer.seeds}
    assert len(seeds) == 8
    assert not seeds & {one.seed for one in (new_organisation("theirs").offline.archive,)}


def test_identities_and_accounts_have_different_recipients() -> None:
    """The archive key never opens identities; no key is in both sets."""
    recipients = world().trust.recipients
    assert not set(recipients.for_account(NOW)) & set(recipients.for_identity())
    assert recipients.archive not in recipients.for_identity()
    assert recipients.recovery not in {*recipients.for_account(NOW), *recipients.for_identity()}


def test_the_epoch_is_the_newest_begun_then_the_next_then_none() -> None:
    """A slow clock seals to somebody; past the last epoch there is the archive alone."""
    recipients = world().trust.recipients
    now = recipients.epochs[0]
    next_one = replace(now, label="2027-01", until=now.until + timedelta(days=60), recipient=STRANGER_AGE.recipient())
    both = replace(recipients, epochs=(now, next_one))
    assert both.epoch(NOW) == (now,)
    assert both.epoch(NOW + timedelta(days=50)) == (next_one,)
    assert both.epoch(NOW - timedelta(days=500)) == (now,)
    past = NOW + timedelta(days=500)
    assert both.epoch(past) == ()
    assert both.for_account(past) == (recipients.archive,)


def test_every_error_here_is_typed() -> None:
    """Any bytes as a sealed request or pack end in an error of ours."""
    for junk in (b"", b"age-encryption.org/v1\n", bytes(5000)):
        with pytest.raises(IntakeError):
            open_request(junk, world().made.officer.enrol, world().org)
        with pytest.raises(IntakeError):
            open_pack(junk, world().laptops["d-1"].reader(world().org), NOW)
