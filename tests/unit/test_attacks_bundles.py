"""Attacks on the carried file and on who sent it, end to end through the real import and the real verifier."""

from __future__ import annotations

import hashlib
import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from intake.bundle.container import sign_bundle
from intake.bundle.envelope import envelope_size
from intake.bundle.limits import LIMITS
from intake.bundle.statement import parse_statement
from intake.bundle.verify import Verdict
from intake.crypto import strictjson
from intake.crypto.age import ScryptRecipient, encrypt_bytes
from intake.crypto.hashing import digest, sha256_hex
from intake.crypto.sshsig import PublicKeys, SignerKeys
from intake.crypto.ustar import Member, write_ustar
from intake.errors import BadStatement, JsonFault
from intake.keys import namespaces
from intake.keys.directory import Principal, Revocation
from intake.keys.organisation import validity
from intake.keys.signed import sign_file
from intake.keys.trust import load_roster
from intake.store.vault import Vault
from intake.usecases import intaking, trusted
from intake.usecases.importing import import_
from intake.usecases.listing import list_
from intake.usecases.quarantine import quarantine_list
from intake.usecases.received import received
from intake.usecases.verifying import verify
from tests.worlds.attacks import Hand, everything, only, place_of
from tests.worlds.cli import seat
from tests.worlds.loop import NOW, PASSPHRASE, Laptop, World, found, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intake.bundle.statement import Statement
    from intake.keys.directory import Directory
    from intake.usecases.importing import BundleOutcome

Three = tuple[World, Laptop, Laptop]


@pytest.fixture
def three(tmp_path: Path) -> Three:
    """An organisation and two laptops."""
    return ready(tmp_path)


def check_of(outcome: BundleOutcome) -> str:
    """The check that kept a whole file aside."""
    assert outcome.state == "quarantined"
    assert outcome.report is not None
    decided = outcome.report.failed or outcome.report.undecided[0]
    return decided.id


def ready_hand(laptop: Laptop) -> Hand:
    """An enrolled laptop's holder with one good record."""
    hand = Hand.of(laptop)
    hand.take(hand.built().record)
    return hand


@contextmanager
def changed_roster(world: World) -> Iterator[list[Callable[[Directory], Directory]]]:
    """The coordinator signs another roster: the caller says how it differs."""
    changes: list[Callable[[Directory], Directory]] = []
    yield changes
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        here = trusted.station(vault)
        roster = here.trust.roster.directory
        for change in changes:
            roster = change(roster)
        signed = sign_file(here.signer, namespaces.ROSTER, "roster", roster.encode())
        new = replace(here.trust, roster=load_roster(here.trust.officers, signed, NOW))
        trusted.keep_trust(vault, new, NOW)


# -- the outsider ------------------------------------------------------------------------------------------------------


def test_an_outsider_with_every_public_file_imports_nothing(three: Three) -> None:
    """Own keys, the organisation's card, trust files, recipients and formats, a known laptop's name: kept aside."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    hand.signer = SignerKeys.generate()
    assert check_of(only(world, hand.carry(world.folder / "stick"))) == "B13"
    assert not list_(world.env)


def test_an_outsider_with_an_organisation_of_the_same_names_imports_nothing(three: Three, tmp_path: Path) -> None:
    """The same title, officers and laptops under another root, and a statement that names our organisation."""
    world, laptop, _ = three
    forged = found(tmp_path / "forged")
    hand = ready_hand(forged.laptop("laptop-1"))
    ours = place_of(laptop)
    hand.here = replace(hand.here, card=ours.card, trust=ours.trust)
    assert check_of(only(world, hand.carry(world.folder / "stick"))) == "B13"


def test_half_a_senders_keys_sign_nothing(three: Three) -> None:
    """One laptop's Ed25519 key beside another's post-quantum key: INVALID, whoever the statement names."""
    world, laptop, other = three
    hand = ready_hand(laptop)
    mine, theirs = hand.signer.seeds, place_of(other).signer.seeds
    hand.signer = SignerKeys.from_bytes(mine[:32] + theirs[32:])
    assert check_of(only(world, hand.carry(world.folder / "stick"))) == "B13"


def test_a_stranger_beside_a_known_classic_key_signs_nothing(three: Three) -> None:
    """A stolen Ed25519 key alone, as a quantum computer might find it, is not enough."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    hand.signer = SignerKeys.from_bytes(hand.signer.seeds[:32] + SignerKeys.generate().seeds[32:])
    assert check_of(only(world, hand.carry(world.folder / "stick"))) == "B13"


@pytest.mark.parametrize("sender", ["d-2", "c-1", "d-9"])
def test_nobody_sends_in_anothers_name(three: Three, sender: str) -> None:
    """Another laptop's name, the officer's, a name nobody has: the sender must be who signed."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    assert hand.here.principal != sender
    assert check_of(only(world, hand.carry(world.folder / "stick", sender=sender))) == "B18"


def test_a_signature_for_another_purpose_is_none(three: Three) -> None:
    """The same keys over the same bytes, but as a record, not as a bundle."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    tags = hand.tags()
    manifest = dict(tags.files)["tagmanifest-sha256.txt"]
    signed = hand.signer.sign(namespaces.RECORD, manifest)
    files = dict(tags.files) | {
        "tagmanifest-sha256.txt.sig": signed.ed25519,
        "tagmanifest-sha256.txt.pq.sig": signed.composite,
    }
    assert check_of(only(world, hand.carry(world.folder / "s", replace(tags, files=tuple(files.items()))))) == "B11"


# -- who may no longer send --------------------------------------------------------------------------------------------


def test_a_revoked_laptop_is_kept_aside(three: Three) -> None:
    """After its revocation nothing of it comes in, and it is not called tampering."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    with changed_roster(world) as changes:
        changes.append(lambda roster: roster.with_revocation(Revocation(laptop.principal, NOW, (), "stolen")))
    outcome = only(world, hand.carry(world.folder / "stick"))
    assert check_of(outcome) == "B14"
    assert outcome.report is not None
    assert outcome.report.verdict is Verdict.UNDECIDED


def test_a_closed_line_is_enough(three: Three) -> None:
    """A roster line closed without a revocation: the laptop is out of time."""
    world, laptop, _ = three

    def close(roster: Directory) -> Directory:
        before = NOW - timedelta(minutes=1)
        lines = tuple(
            replace(one, valid_before=before) if one.name == laptop.principal else one for one in roster.principals
        )
        return replace(roster, serial=roster.serial + 1, principals=lines)

    with changed_roster(world) as changes:
        changes.append(close)
    assert check_of(only(world, ready_hand(laptop).carry(world.folder / "stick"))) == "B14"


@pytest.mark.parametrize("days", [-3, 400])
def test_a_clock_that_is_wrong_accuses_nobody(three: Three, days: int) -> None:
    """A coordinator whose clock stands before the enrolment, or after its end: UNDECIDED, and nothing comes in."""
    world, laptop, _ = three
    path = ready_hand(laptop).carry(world.folder / "stick")
    env = replace(world.env, clock=lambda: NOW + timedelta(days=days))
    (outcome,) = import_(env, [path]).bundles
    assert outcome.report is not None
    assert (outcome.state, outcome.report.verdict) == ("quarantined", Verdict.UNDECIDED)


def test_an_older_roster_does_not_know_the_newest_laptop(three: Three, tmp_path: Path) -> None:
    """An auditor with last month's roster: who signed is unknown, so UNDECIDED, never INVALID."""
    world, _, _ = three
    received(world.env, tmp_path / "old")
    newest = world.laptop("laptop-3")
    tar = tmp_path / "new.tar"
    tar.write_bytes(ready_hand(newest).tar())
    old = tmp_path / "old"
    (verified,) = verify([tar], root=old / "root", trust=old / "trust", at=NOW)
    assert verified.report.verdict is Verdict.UNDECIDED
    received(world.env, tmp_path / "now")
    (verified,) = verify([tar], root=tmp_path / "now" / "root", trust=tmp_path / "now" / "trust", at=NOW)
    assert verified.report.verdict is Verdict.VALID


# -- envelopes ---------------------------------------------------------------------------------------------------------


def wrapped(hand: Hand, plaintext: bytes, *, pad: bool = True) -> bytes:
    """Any bytes in a good envelope."""
    padded = plaintext + bytes(envelope_size(len(plaintext)) - len(plaintext)) if pad else plaintext
    return encrypt_bytes(padded, hand.account.recipients)


def with_member(data: bytes, name: str) -> bytes:
    """A tar with one file more at its end."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, 1, io.BytesIO(b"x"))])
    return data[:-1024] + sink.getvalue()


CONTENTS: dict[str, Callable[[Hand], bytes]] = {
    "another file": lambda hand: wrapped(hand, b"hello" * 300),
    "nothing": lambda hand: wrapped(hand, b"", pad=False),
    "a bundle in a bundle": lambda hand: wrapped(hand, wrapped(hand, hand.tar())),
    "two bundles": lambda hand: wrapped(hand, hand.tar() * 2),
    "unpadded": lambda hand: wrapped(hand, hand.tar(), pad=False),
    "padded more": lambda hand: encrypt_bytes(hand.tar() + bytes(2 << 20), hand.account.recipients),
    "padding that is not empty": lambda hand: wrapped(hand, hand.tar() + b"x" + bytes(511)),
    "a file more": lambda hand: wrapped(hand, with_member(hand.tar(), "extra")),
    "appended": lambda hand: wrapped(hand, hand.tar()) + b"x",
    "two envelopes": lambda hand: wrapped(hand, hand.tar()) * 2,
    "bare, appended": lambda hand: hand.tar() + bytes(512),
    "bare, cut": lambda hand: hand.tar()[:-512],
    "bare, byte order mark": lambda hand: b"\xef\xbb\xbf" + hand.tar(),
    "a passphrase's": lambda hand: encrypt_bytes(hand.tar(), [ScryptRecipient(b"x", 10)]),
    "the archive's alone": lambda hand: encrypt_bytes(hand.tar(), [hand.here.trust.recipients.archive]),
    "a work factor of the moon": lambda _: (
        b"age-encryption.org/v1\n-> scrypt "
        + b"A" * 22
        + b" 63\n"
        + b"A" * 43
        + b"\n--- "
        + b"A" * 43
        + b"\n"
        + bytes(99)
    ),
    "an endless header": lambda _: b"age-encryption.org/v1\n" + b"-> x\n\n" * 400_000,
}


@pytest.mark.parametrize("case", CONTENTS)
def test_any_other_file_is_kept_aside(three: Three, case: str) -> None:
    """Whatever lies in the envelope or instead of it: a typed verdict, nothing imported, and the next file comes in."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    stick = world.folder / "mixed"
    good = hand.carry(stick)
    (stick / "bad.age").write_bytes(CONTENTS[case](hand))
    found_there = {one.path.name: one.state for one in world.import_(stick).bundles}
    assert found_there == {"bad.age": "quarantined", good.name: "imported"}


def test_a_bare_tar_of_the_same_bundle_is_the_same_bundle(three: Three) -> None:
    """The envelope is no part of the evidence: what came in one comes once, with or without it."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    tags = hand.tags()
    bare = world.folder / "bare.tar"
    bare.write_bytes(hand.tar(tags))
    assert only(world, bare).state == "imported"
    before = everything(world)
    assert only(world, hand.carry(world.folder / "stick", tags)).state == "already-imported"
    assert everything(world) == before


# -- places in a chain -------------------------------------------------------------------------------------------------


def test_two_bundles_at_one_place_both_show(three: Three) -> None:
    """A rolled-back laptop sends number 1 twice: both are in the ledger, the second UNDECIDED, neither replaced."""
    world, laptop, _ = three
    first = ready_hand(laptop)
    second = Hand(first.here, first.signer, chain=first.chain)
    second.take(second.built(1).record)
    only(world, first.carry(world.folder / "one"))
    outcome = only(world, second.carry(world.folder / "two"))
    assert outcome.report is not None
    assert [check.id for check in outcome.report.undecided] == ["B26"]
    assert len(list_(world.env)) == 2


def test_anothers_chain_id_is_not_their_chain(three: Three) -> None:
    """Two laptops with one chain id: places are kept by sender, so neither forks the other."""
    world, laptop, other = three
    first = ready_hand(laptop)
    second = Hand.of(other)
    second.chain = first.chain
    second.take(second.built(1).record)
    only(world, first.carry(world.folder / "one"))
    outcome = only(world, second.carry(world.folder / "two"))
    assert outcome.report is not None
    assert outcome.report.verdict is Verdict.VALID


def test_anothers_bundle_id_hides_no_bundle_from_auditors(three: Three, tmp_path: Path) -> None:
    """A laptop takes the id of another's bundle: auditors are handed both tars, and both are what they were."""
    world, laptop, other = three
    first, second = ready_hand(laptop), Hand.of(other)
    second.take(second.built(1).record)
    bid = "ab" * 16
    only(world, first.carry(world.folder / "one", bundle=bid))
    only(world, second.carry(world.folder / "two", bundle=bid))
    handed = received(world.env, tmp_path / "auditor")
    assert len({sha256_hex(path.read_bytes()) for path in handed.bundles}) == 2
    report = verify(
        [tmp_path / "auditor" / "bundles"], root=handed.folder / "root", trust=handed.folder / "trust", at=NOW
    )
    assert {one.report.bundle.sender.name for one in report if one.report.bundle} == {laptop.principal, other.principal}


def test_a_made_up_purpose_never_mixes(three: Three) -> None:
    """The sender's statement says real, the organisation is made up: kept aside."""
    world, laptop, _ = three
    assert check_of(only(world, ready_hand(laptop).carry(world.folder / "stick", purpose="real"))) == "B21"


# -- statements --------------------------------------------------------------------------------------------------------


def resigned(hand: Hand, statement: bytes, name: str = "statement.json") -> Any:
    """Signed tags around any bytes of a statement."""
    tags = hand.tags()
    files = dict(tags.files) | {name: statement}
    listed = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "statement.json")
    manifest = "".join(f"{sha256_hex(files[one])}  {one}\n" for one in listed).encode()
    signed = hand.signer.sign(namespaces.BUNDLE, manifest)
    files |= {
        "tagmanifest-sha256.txt": manifest,
        "tagmanifest-sha256.txt.sig": signed.ed25519,
        "tagmanifest-sha256.txt.pq.sig": signed.composite,
    }
    return replace(tags, files=tuple(files.items()), digest=digest(manifest))


BENT: dict[str, tuple[bytes, bytes]] = {
    "seq as text": (b'"seq":1', b'"seq":"1"'),
    "seq as float": (b'"seq":1', b'"seq":1.0'),
    "seq as truth": (b'"seq":1', b'"seq":true'),
    "seq zero": (b'"seq":1', b'"seq":0'),
    "seq minus zero": (b'"seq":1', b'"seq":-0'),
    "seq beyond": (b'"seq":1', b'"seq":9007199254740992'),
    "key twice": (b'"seq":1', b'"seq":1,"seq":1'),
    "escaped key twice": (b'"seq":1', b'"seq":1,"\\u0073eq":2'),
    "unknown field": (b'"seq":1', b'"seq":1,"note":"x"'),
    "upper case hex": (b'"chain":"', b'"chain":"A'),
    "chain null": (b'"predecessor":null', b'"predecessor":""'),
    "part in other digits": (b'"part":null', '"part":"٠٠٠١-of-٠٠٠١"'.encode()),
    "kind unknown": (b'"kind":"record"', b'"kind":"Record"'),
    "no recipients": (b'"to":["', b'"to":[],"x":["'),
}


@pytest.mark.parametrize("case", BENT)
def test_a_statement_takes_no_other_type(three: Three, case: str) -> None:
    """Text for numbers, truth for one, keys twice, fields nobody knows: B15, though its own sender signed it."""
    _, laptop, _ = three
    hand = ready_hand(laptop)
    old, new = BENT[case]
    data = hand.statement().dumps()
    assert old in data
    with pytest.raises(BadStatement):
        parse_statement(data.replace(old, new, 1), LIMITS)


def test_a_bent_statement_is_kept_aside_by_name(three: Three) -> None:
    """The check that a bent statement fails is its form's, after its signatures held."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    data = hand.statement().dumps().replace(b'"seq":1', b'"seq":1.0')
    assert check_of(only(world, hand.carry(world.folder / "stick", resigned(hand, data)))) == "B15"


STATEMENT_BOMBS = {
    "empty items": b'{"items":[' + b"{}," * 4_000_000 + b"{}]}",
    "numbers": b'{"unreceipted":[' + b"0," * 6_000_000 + b"0]}",
    "members": b"{" + b",".join(b'"%x":0' % n for n in range(400_000)) + b"}",
    "nested": b'{"items":' + b"[" * 6_000_000 + b"]" * 6_000_000 + b"}",
    "lists": b'{"items":[' + b"[]," * 4_000_000 + b"[]]}",
}


@pytest.mark.parametrize("case", STATEMENT_BOMBS)
def test_a_statement_does_not_grow_in_memory(case: str) -> None:
    """Megabytes of small values would take gigabytes once read, before any signature was looked at: refused unread."""
    with pytest.raises(BadStatement):
        parse_statement(STATEMENT_BOMBS[case], LIMITS)
    with pytest.raises(JsonFault):
        strictjson.loads(STATEMENT_BOMBS[case], max_bytes=LIMITS.statement_bytes)


def test_the_largest_honest_statement_is_read(three: Three) -> None:
    """The caps against bombs leave room for ten thousand items with a dozen recipients each."""
    _, laptop, _ = three
    hand = ready_hand(laptop)
    line = hand.lines[0].model_copy(update={"to": tuple(f"{n:064x}" for n in range(12))})
    names = [f"{n:032x}" for n in range(10_000)]
    lines = [
        line.model_copy(
            update={"name": f"{name}.age", "sha256": name * 2, "ordinal": n + 1, "record": f"sha256:{name * 2}"}
        )
        for n, name in enumerate(names)
    ]
    statement: Statement = hand.statement().model_copy(
        update={"items": tuple(lines), "unreceipted": tuple(f"sha256:{one.sha256}" for one in lines)}
    )
    assert len(parse_statement(statement.dumps(), LIMITS).items) == 10_000


# -- quarantine --------------------------------------------------------------------------------------------------------


def test_a_stick_of_noise_does_not_fill_the_disk(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the caps a refused file is named with its size and digest, and its bytes stay where they are."""
    world, laptop, _ = three
    monkeypatch.setattr(intaking, "LIMITS", replace(LIMITS, aside_bytes=4000, all_aside_bytes=6000))
    stick = world.folder / "noise"
    stick.mkdir()
    for n, size in enumerate((5000, 3500, 3000, 2000)):
        (stick / f"{n}.age").write_bytes(hashlib.shake_256(bytes([n])).digest(size))
    good = ready_hand(laptop).carry(stick)
    found_there = {one.path.name: one.state for one in world.import_(stick).bundles}
    assert found_there.pop(good.name) == "imported"
    assert set(found_there.values()) == {"quarantined"}
    assert [(row.size_bytes, row.kept) for row in quarantine_list(world.env)] == [
        (5000, False),
        (3500, True),
        (3000, False),
        (2000, True),
    ]
    before = everything(world)
    world.import_(stick)
    assert everything(world) == before


def test_a_refusal_says_no_word_of_what_it_refused(three: Three) -> None:
    """Reasons in quarantine are sentences of ours; a field's unknown name and a value never stand in them."""
    world, laptop, _ = three
    hand = Hand.of(laptop)
    record = hand.built().record
    said = "Олена-Коваленко-1984"
    for spoiled in (
        record[:-1] + f',"{said}":"{said}"}}'.encode(),
        record.replace(b'"kind":"full"', f'"kind":"{said}"'.encode()),
        record.replace(b'"format":"intake-record/1"', f'"format":"{said}"'.encode()),
    ):
        hand.take(spoiled)
    path = hand.carry(world.folder / "stick")
    outcome = only(world, path)
    assert {item.state for item in outcome.items} == {"quarantined"}
    assert said not in repr((outcome, quarantine_list(world.env)))


def test_signing_a_bundle_needs_both_keys_of_the_roster(three: Three) -> None:
    """A roster entry of our own making, added to a copy of the roster, is nothing to who holds the signed one."""
    world, laptop, _ = three
    hand = ready_hand(laptop)
    hand.signer = SignerKeys.generate()
    keys: PublicKeys = hand.signer.public
    roster = hand.here.trust.roster.directory.with_principal(Principal("d-evil", keys, *validity(NOW, 9)))
    hand.here = replace(hand.here, principal="d-evil")
    tags = sign_bundle(hand.statement(roster=digest(roster.encode()), sender="d-evil"), hand.signer)
    assert check_of(only(world, hand.carry(world.folder / "stick", tags))) == "B13"


def test_a_file_name_from_a_stick_does_not_move_the_cursor(tmp_path: Path) -> None:
    """Escape codes, a line feed's cousins and turned text in a carried file's name reach no terminal."""
    desk = seat(tmp_path)
    desk.stick.mkdir(exist_ok=True)
    name = "\x1b]0;owned\x07\x1b[2J\u202egnp.age"
    (desk.stick / name).write_bytes(b"noise")
    printed = desk.run("org", "import", desk.stick), desk.run("org", "import", desk.stick / (name + "2"))
    listed = desk.run("org", "quarantine", "list")
    for outcome in (*printed, listed):
        assert outcome.out + outcome.err
        assert not set("\x1b\x07\u202e") & set(outcome.out + outcome.err)
