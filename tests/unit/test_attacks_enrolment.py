"""Attacks on enrolment and on the trust folder, through the real deeds of both sides and the auditor's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from intake.bundle.verify import Verdict
from intake.crypto.age import PostQuantumIdentity
from intake.crypto.sshsig import SignerKeys
from intake.errors import (
    BadPrincipal,
    IntakeError,
    MalformedPack,
    MalformedRequest,
    NotEnrolled,
    PackForAnotherDevice,
    ReusedKey,
    SerialRolledBack,
    SignatureInvalid,
    TrustFault,
    UnknownSigner,
    UsageFault,
    WrongOrganisation,
)
from intake.keys import namespaces
from intake.keys.card import CardFacts, make_card
from intake.keys.pack import PackContents, Policy, make_pack, seal_pack
from intake.keys.pack import Profile as PackProfile
from intake.keys.parcel import read_parcel, write_parcel
from intake.keys.request import make_request, seal_request
from intake.keys.signed import sign_file
from intake.keys.trust import KINDS
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.enrol import enrol
from intake.usecases.init import init
from intake.usecases.org_enrol import Profile, org_enrol
from intake.usecases.org_init import org_init
from intake.usecases.received import received
from intake.usecases.seal import seal
from intake.usecases.verifying import verify
from tests.worlds.attacks import Hand, place_of
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, environment, found, ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from intake.keys.trust import Trust
    from intake.usecases.environment import Environment
    from intake.usecases.trusted import Station

Three = tuple[World, Laptop, Laptop]


@pytest.fixture
def three(tmp_path: Path) -> Three:
    """An organisation and two laptops."""
    return ready(tmp_path)


def officer_of(world: World) -> Station:
    """The coordinator's keys and trust."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return trusted.station(vault)


def newcomer(world: World, name: str = "laptop-9") -> tuple[Environment, bytes]:
    """A laptop that asks to be enrolled."""
    env = replace(world.env, home=world.folder / name)
    request = init(env, world.card.read_bytes()).request
    assert request is not None
    return env, request.read_bytes()


def device_of(env: Environment) -> tuple[SignerKeys, PostQuantumIdentity]:
    """The keys of a laptop that may not be enrolled yet."""
    with Vault.open(env.home, PASSPHRASE) as vault:
        identity = trusted.identity_of(vault, trusted.DEVICE_AGE)
        assert identity is not None
        return SignerKeys.from_bytes(vault.secrets.get(trusted.SIGNER) or b""), identity


def believes(env: Environment) -> tuple[object, ...]:
    """What a laptop holds of its organisation."""
    with Vault.open(env.home, PASSPHRASE) as vault:
        kinds = ("card", *KINDS)
        kept = [[(one.serial, one.files) for one in vault.trust.all(kind)] for kind in kinds]
        names = (trusted.PACK_SERIAL, trusted.PROFILE, trusted.POLICY, trusted.PRINCIPAL)
        return (kept, [vault.settings.get(name) for name in names])


# -- requests ----------------------------------------------------------------------------------------------------------


def test_a_request_with_an_officers_keys_enrols_nobody(three: Three) -> None:
    """Whoever has an officer's keys is an officer; a laptop is never given them, so one key has one name."""
    world, _, _ = three
    here = officer_of(world)
    request = make_request(here.card, here.signer, PostQuantumIdentity.generate().recipient(), NOW)
    with pytest.raises(ReusedKey):
        org_enrol(world.env, seal_request(request, here.card))


@pytest.mark.parametrize("piece", [0, 1, 2], ids=["ed25519", "ML-DSA", "the hybrid's Ed25519"])
def test_a_request_with_one_key_of_anothers_enrols_nobody(three: Three, piece: int) -> None:
    """Any of the three raw keys of an enrolled laptop, in its own place: known."""
    world, laptop, _ = three
    here, theirs = officer_of(world), place_of(laptop).signer.seeds
    seeds = bytearray(SignerKeys.generate().seeds)
    seeds[32 * piece : 32 * piece + 32] = theirs[32 * piece : 32 * piece + 32]
    request = make_request(
        here.card, SignerKeys.from_bytes(bytes(seeds)), PostQuantumIdentity.generate().recipient(), NOW
    )
    with pytest.raises(ReusedKey):
        org_enrol(world.env, seal_request(request, here.card))


def test_a_known_ed25519_key_in_another_place_enrols_nobody(three: Three) -> None:
    """An enrolled laptop's Ed25519 key as the half of a hybrid, and an own hybrid's half used alone as well."""
    world, laptop, _ = three
    here, theirs = officer_of(world), place_of(laptop).signer.seeds
    fresh = SignerKeys.generate().seeds
    age = PostQuantumIdentity.generate().recipient()
    for seeds in (fresh[:64] + theirs[:32], theirs[64:] + fresh[32:], fresh[:64] + fresh[:32]):
        with pytest.raises(ReusedKey):
            org_enrol(
                world.env, seal_request(make_request(here.card, SignerKeys.from_bytes(seeds), age, NOW), here.card)
            )


def test_a_request_with_the_organisations_age_key_enrols_nobody(three: Three) -> None:
    """Archive, epoch, identity, recovery, the card's own: a pack would be readable by who holds that key."""
    world, laptop, _ = three
    here = officer_of(world)
    device_age = device_of(laptop.env)[1].recipient()
    for recipient in (*here.trust.recipients.all(), here.card.facts.enrol, device_age):
        request = make_request(here.card, SignerKeys.generate(), recipient, NOW)
        with pytest.raises(ReusedKey):
            org_enrol(world.env, seal_request(request, here.card))


def test_an_enrolled_request_sent_again_enrols_nobody(three: Three) -> None:
    """A replay, and the same keys with another age key (to have somebody else's pack): known keys."""
    world, _, _ = three
    env, request = newcomer(world)
    org_enrol(world.env, request)
    with pytest.raises(ReusedKey):
        org_enrol(world.env, request)
    here, signer = officer_of(world), device_of(env)[0]
    other = make_request(here.card, signer, PostQuantumIdentity.generate().recipient(), NOW)
    with pytest.raises(ReusedKey):
        org_enrol(world.env, seal_request(other, here.card))


def test_words_that_differ_change_nothing_at_the_coordinators(three: Three) -> None:
    """A request swapped on its way has other words: a no leaves roster, packs and log as they were."""
    world, _, _ = three
    _, request = newcomer(world)
    before = believes(world.env)
    ask = Answers(match=False)
    with pytest.raises(IntakeError) as refused:
        org_enrol(replace(world.env, ask=ask), request)
    assert refused.value.exit_code == 3
    assert believes(world.env) == before


def test_a_request_that_somebody_else_signed_is_refused(three: Three) -> None:
    """Keys taken from a request on the way, signed with the thief's own: the keys in it must have signed it."""
    world, _, _ = three
    here = officer_of(world)
    request = make_request(here.card, SignerKeys.generate(), PostQuantumIdentity.generate().recipient(), NOW)
    members = read_parcel(request.data, padded=True) or {}
    signed = sign_file(SignerKeys.generate(), namespaces.REQUEST, "request.json", members["request.json"])
    with pytest.raises(SignatureInvalid):
        org_enrol(world.env, seal_request(replace(request, data=write_parcel(signed.files(), padded=True)), here.card))


def test_a_request_of_another_form_is_refused(three: Three) -> None:
    """A member more, padding that is not empty, no padding: one request has one byte form, so one set of words."""
    world, _, _ = three
    here = officer_of(world)
    request = make_request(here.card, SignerKeys.generate(), PostQuantumIdentity.generate().recipient(), NOW)
    members = read_parcel(request.data, padded=True) or {}
    for data in (
        write_parcel({**members, "x": b""}, padded=True),
        write_parcel(members, padded=False),
        request.data[:-1] + b"x",
        request.data + bytes(512),
    ):
        with pytest.raises(MalformedRequest):
            org_enrol(world.env, seal_request(replace(request, data=data), here.card))


NAMES = [
    "D-X",
    "d-x\n",
    "d-а",
    "d-١",
    "d-x y",
    'd-x namespaces="*"',
    "*",
    "!d-x",
    "d-x,d-y",
    "root",
    "c-2",
    "d-" + "x" * 31,
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_writes_into_the_roster_what_is_not_a_name(three: Three, name: str) -> None:
    """Capitals, line feeds, look-alikes, digits of other scripts, options, patterns, other roles: refused, no row."""
    world, _, _ = three
    _, request = newcomer(world)
    before = believes(world.env)
    with pytest.raises(BadPrincipal):
        org_enrol(world.env, request, name=name)
    assert believes(world.env) == before


@pytest.mark.parametrize("code", ["two\nlines", "Олена", 'x" y', "x" * 33, " ", "../x", "x\x00"])
def test_an_interviewers_code_is_a_code(three: Three, code: str) -> None:
    """A name or a line feed given as a code: told in our words, nothing is enrolled."""
    world, _, _ = three
    _, request = newcomer(world)
    before = believes(world.env)
    with pytest.raises(UsageFault):
        org_enrol(world.env, request, Profile(interviewer=code))
    assert believes(world.env) == before


@pytest.mark.parametrize("name", ["two\nlines", "", "  ", "\u202etxt", "x" * 101, "\ud800", "a\x00b", "a\u200bb"])
def test_an_organisations_name_is_one_visible_line(tmp_path: Path, name: str) -> None:
    """What would look like another organisation's name, or like none, is refused before a key is made."""
    env = environment(tmp_path / "org")
    with pytest.raises(UsageFault):
        org_init(env, name)
    assert not env.home.exists()


# -- cards -------------------------------------------------------------------------------------------------------------


def test_a_card_swapped_after_init_changes_nothing(three: Three, tmp_path: Path) -> None:
    """The same title by another root: the pinned organisation stays, and its pack is another's."""
    world, _, _ = three
    env, _ = newcomer(world)
    forged = found(tmp_path / "forged")
    before = believes(env)
    with pytest.raises(WrongOrganisation):
        init(env, forged.card.read_bytes())
    assert believes(env) == before


def test_a_card_that_sends_requests_elsewhere_is_refused(three: Three, tmp_path: Path) -> None:
    """The courier puts its own age key into the card: the root's signature does not cover that."""
    world, _, _ = three
    card = officer_of(world).card
    thief = PostQuantumIdentity.generate()
    own = make_card(SignerKeys.generate(), CardFacts(card.facts.name, "made-up", thief.recipient(), 1, NOW))
    theirs, ours = read_parcel(own.data, padded=False) or {}, read_parcel(card.data, padded=False) or {}
    data = write_parcel({**ours, "card.json": theirs["card.json"]}, padded=False)
    with pytest.raises(IntakeError):
        init(environment(tmp_path / "laptop"), data)
    assert not (tmp_path / "laptop").exists()


# -- packs -------------------------------------------------------------------------------------------------------------


def pack_for(world: World, env: Environment, *, signer: SignerKeys | None = None, **changes: object) -> bytes:
    """A pack for an enrolled laptop, as the coordinator would make it, or not quite."""
    here = officer_of(world)
    principal = changes.pop("principal", "d-1")
    serial = changes.pop("serial", 99)
    contents = PackContents(here.card, here.trust, PackProfile(code="i-1"), Policy())
    contents = replace(contents, **changes)  # type: ignore[arg-type]
    plain = make_pack(contents, str(principal), int(str(serial)), signer or here.signer, NOW)
    return seal_pack(plain, device_of(env)[1].recipient())


def refused(env: Environment, pack: bytes, error: type[IntakeError]) -> None:
    """The pack is refused, and the laptop believes what it believed."""
    before = believes(env)
    with pytest.raises(error):
        enrol(env, pack)
    assert believes(env) == before


def test_a_pack_for_another_laptop_is_refused_even_when_it_opens(three: Three) -> None:
    """Made for d-2, encrypted to d-1: the roster's keys are not this laptop's."""
    world, laptop, other = three
    assert (laptop.principal, other.principal) == ("d-1", "d-2")
    refused(laptop.env, pack_for(world, laptop.env, principal="d-2"), PackForAnotherDevice)


def test_a_pack_by_a_laptop_is_refused(three: Three) -> None:
    """An enrolled laptop signs a pack with a weaker policy: packs are officers'."""
    world, laptop, other = three
    pack = pack_for(world, laptop.env, signer=place_of(other).signer, policy=Policy(envelope="never"))
    refused(laptop.env, pack, TrustFault)


def test_a_pack_by_a_stranger_is_refused(three: Three) -> None:
    """Everything in it is the organisation's own, and only its signature is not."""
    world, laptop, _ = three
    refused(laptop.env, pack_for(world, laptop.env, signer=SignerKeys.generate()), IntakeError)


def test_an_older_pack_is_refused(three: Three) -> None:
    """A replay of what was current once, with its own honest signature."""
    world, laptop, _ = three
    refused(laptop.env, pack_for(world, laptop.env, serial=1), SerialRolledBack)


def changed_recipients(here: Station, signer: SignerKeys, **changes: object) -> Trust:
    """Trust files whose recipients somebody changed and signed; not verified by who makes them."""
    recipients = replace(here.trust.recipients, serial=here.trust.recipients.serial + 1, **changes)  # type: ignore[arg-type]
    signed = sign_file(signer, namespaces.RECIPIENTS, "recipients", recipients.encode())
    return replace(here.trust, verified_recipients=replace(here.trust.verified_recipients, signed=signed))


@pytest.mark.parametrize("use", ["recovery", "archive", "identity_archive"])
def test_an_attackers_recipient_needs_an_officers_hand(three: Three, use: str) -> None:
    """A laptop signs recipients with its own key as recovery or archive: the whole pack is refused, no slot written."""
    world, laptop, other = three
    here = officer_of(world)
    own = PostQuantumIdentity.generate().recipient()
    slot = (laptop.env.home / "slots" / "recovery.age").read_bytes()
    trust = changed_recipients(here, place_of(other).signer, **{use: own})
    refused(laptop.env, pack_for(world, laptop.env, trust=trust), UnknownSigner)
    assert (laptop.env.home / "slots" / "recovery.age").read_bytes() == slot


def test_a_stripped_recovery_key_is_refused(three: Three) -> None:
    """Even by an officer's hand: the file has no form without one."""
    world, laptop, _ = three
    here = officer_of(world)
    data = here.trust.verified_recipients.signed.data
    stripped = data[: data.index(b"# recovery")]
    signed = sign_file(here.signer, namespaces.RECIPIENTS, "recipients", stripped)
    trust = replace(here.trust, verified_recipients=replace(here.trust.verified_recipients, signed=signed))
    refused(laptop.env, pack_for(world, laptop.env, trust=trust), TrustFault)


def test_a_pack_with_one_member_of_an_older_pack_is_refused(three: Three) -> None:
    """Members are under the officer's digests: none is exchanged, left out or added."""
    world, laptop, _ = three
    here = officer_of(world)
    contents = PackContents(here.card, here.trust, PackProfile(code="i-1"))
    members = read_parcel(make_pack(contents, "d-1", 99, here.signer, NOW), padded=True) or {}
    policy = b'{"envelope":"never","purge_after":1,"scopes":[]}'
    without = {name: data for name, data in members.items() if name != "policy.json"}
    ways = ({**members, "policy.json": policy}, without, {**members, "consent.uk.txt": b"yes"})
    for way in ways:
        pack = seal_pack(write_parcel(way, padded=True), device_of(laptop.env)[1].recipient())
        refused(laptop.env, pack, MalformedPack)


def test_a_pack_before_enrolment_gives_no_way_to_seal(three: Three) -> None:
    """A newcomer who is fed another laptop's pack stays a newcomer: drafts only."""
    world, laptop, _ = three
    env, _ = newcomer(world)
    refused(env, pack_for(world, laptop.env), IntakeError)
    refused(env, pack_for(world, env), PackForAnotherDevice)
    with pytest.raises(NotEnrolled):
        seal(env, None)


# -- the trust folder --------------------------------------------------------------------------------------------------


def swapped(one: str, other: str) -> Callable[[Path], None]:
    """Exchange two files."""

    def change(folder: Path) -> None:
        first, second = folder / one, folder / other
        data = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(data)

    return change


def rewritten(name: str, how: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Other bytes in one file."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes(how((folder / name).read_bytes()))

    return change


def copied_over(one: Path, other: Path) -> None:
    """One file's bytes in another's place."""
    other.write_bytes(one.read_bytes())


TAMPERED: dict[str, Callable[[Path], None]] = {
    "officers and roster signatures swapped": swapped("trust/officers.sig", "trust/roster.sig"),
    "roster and recipients signatures swapped": swapped("trust/roster.pq.sig", "trust/recipients.pq.sig"),
    "classic and post-quantum swapped": swapped("trust/roster.sig", "trust/roster.pq.sig"),
    "classic twice": lambda folder: copied_over(folder / "trust/roster.sig", folder / "trust/roster.pq.sig"),
    "roster missing": lambda folder: (folder / "trust/roster").unlink(),
    "a signature missing": lambda folder: (folder / "trust/officers.pq.sig").unlink(),
    "roster in CRLF": rewritten("trust/roster", lambda data: data.replace(b"\n", b"\r\n")),
    "roster with a byte order mark": rewritten("trust/roster", lambda data: b"\xef\xbb\xbf" + data),
    "roster without its last line feed": rewritten("trust/roster", lambda data: data[:-1]),
    "a space more": rewritten("trust/officers", lambda data: data.replace(b" ssh-ed25519", b"  ssh-ed25519", 1)),
    "a tab": rewritten("trust/officers", lambda data: data.replace(b" ssh-ed25519", b"\tssh-ed25519", 1)),
    "a comment in officers": rewritten("trust/officers", lambda data: data + b"# hello\n"),
    "root in CRLF": rewritten("root", lambda data: data.replace(b"\n", b"\r\n")),
    "root with a comment": rewritten("root", lambda data: data + b"# hello\n"),
    "root twice": rewritten("root", lambda data: data + b"\n".join(data.split(b"\n")[3:])),
    "root of two": rewritten("root", lambda data: data + second_root()),
    "root of a wildcard": rewritten("root", lambda data: data.replace(b"\nroot ", b"\n* ")),
    "root without lines": rewritten("root", lambda data: b"\n".join(data.split(b"\n")[:3]) + b"\n"),
    "root empty": rewritten("root", lambda _: b""),
    "root with dates": rewritten(
        "root", lambda data: data.replace(b'" ssh-', b'",valid-before="20270101000000Z" ssh-')
    ),
    "signature in CRLF": rewritten("trust/roster.sig", lambda data: data.replace(b"\n", b"\r\n")),
    "signature rewrapped": rewritten(
        "trust/roster.sig", lambda data: data.replace(b"\n", b"").replace(b"-----B", b"-----B", 1)
    ),
    "signature with a line more": rewritten("trust/roster.sig", lambda data: data + b"\n"),
    "endless roster": rewritten("trust/roster", lambda data: data + b"x" * (9 << 20)),
}


def second_root() -> bytes:
    """Two lines of another root."""
    lines = SignerKeys.generate().public.lines()
    return "".join(f'root namespaces="{",".join(namespaces.OF_ROOT)}" {line}\n' for line in lines).encode()


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an auditor was handed: a root, a trust folder, one bundle; VALID as it is."""
    world, laptop, _ = ready(tmp_path_factory.mktemp("world"))
    hand = Hand.of(laptop)
    hand.take(hand.built().record)
    world.import_(hand.carry(world.folder / "stick"))
    return received(world.env, tmp_path_factory.mktemp("auditor")).folder


def copied(auditor: Path, folder: Path) -> Path:
    """A copy to tamper with."""
    for path in auditor.rglob("*"):
        if path.is_file():
            (folder / path.relative_to(auditor)).parent.mkdir(parents=True, exist_ok=True)
            (folder / path.relative_to(auditor)).write_bytes(path.read_bytes())
    return folder


def verdict(folder: Path) -> Verdict:
    """Of the one bundle."""
    (verified,) = verify([folder / "bundles"], root=folder / "root", trust=folder / "trust", at=NOW)
    return verified.report.verdict


@pytest.mark.parametrize("case", TAMPERED)
def test_a_trust_folder_has_one_form(auditor: Path, tmp_path: Path, case: str) -> None:
    """Files and signatures swapped, cut, rewrapped, added to: never VALID, and always a verdict."""
    folder = copied(auditor, tmp_path)
    assert verdict(folder) is Verdict.VALID
    TAMPERED[case](folder)
    assert verdict(folder) is not Verdict.VALID


def test_strangers_in_the_trust_folder_change_nothing(auditor: Path, tmp_path: Path) -> None:
    """Other files, and links to the real ones, are neither read as more nor refused as less."""
    folder = copied(auditor, tmp_path)
    (folder / "trust" / "roster.bak").write_bytes(b"* ssh-ed25519 AAAA")
    (folder / "trust" / "officers2").write_bytes(b"x")
    real = tmp_path / "elsewhere"
    (folder / "trust" / "officers").rename(real)
    (folder / "trust" / "officers").symlink_to(real)
    assert verdict(folder) is Verdict.VALID
    real.unlink()
    assert verdict(folder) is not Verdict.VALID


def test_a_trust_folder_of_another_organisation_knows_nobody(auditor: Path, tmp_path: Path) -> None:
    """A good trust folder under a good root, neither of them this bundle's: not VALID."""
    world, _, _ = ready(tmp_path / "same")
    other = found(tmp_path / "other")
    received(other.env, tmp_path / "theirs")
    folder = copied(auditor, tmp_path / "mine")
    (both,) = verify(
        [folder / "bundles"], root=tmp_path / "theirs" / "root", trust=tmp_path / "theirs" / "trust", at=NOW
    )
    assert both.report.verdict is not Verdict.VALID
    (mixed,) = verify([folder / "bundles"], root=tmp_path / "theirs" / "root", trust=folder / "trust", at=NOW)
    assert mixed.report.verdict is Verdict.INVALID
    assert world.card.read_bytes() != other.card.read_bytes()
