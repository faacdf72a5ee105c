"""Logs: leaves, trees and their proofs, what a published log is refused for, and which entries count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from intake.bundle import log as leaves
from intake.bundle.log import Gap, Leaf, read_leaf
from intake.bundle.logbook import Logs, came_before, read_logbook
from intake.crypto import merkle
from intake.crypto.strictjson import dumps
from intake.errors import LogRefused, ProofFault
from intake.keys.signed import sign_file
from tests.worlds.audit import BEFORE, SECOND, Desk, Laptop, office, revoked, signer_of
from tests.worlds.bundle import LAPTOP, OFFICER
from tests.worlds.keys import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

ORG, DIGEST, ITEM = "a" * 64, "sha256:" + "b" * 64, "c" * 64

BUILT: dict[str, bytes] = {
    "held": leaves.held_leaf(ORG, DIGEST, [ITEM], "awaiting-key", NOW),
    "opened": leaves.opened_leaf(ORG, DIGEST, [ITEM], NOW),
    "gap": leaves.gap_leaf(ORG, Gap("d-1", "e" * 32, 2, 3, DIGEST, "lost"), NOW),
    "decision": leaves.decision_leaf(ORG, DIGEST, "erase", NOW),
    "erased": leaves.erased_leaf(ORG, DIGEST, [ITEM], DIGEST, NOW),
    "officers": leaves.officers_leaf(ORG, 2, DIGEST, NOW),
    "roster": leaves.roster_leaf(ORG, 2, DIGEST, NOW),
    "recipients": leaves.recipients_leaf(ORG, 2, DIGEST, NOW),
    "epoch": leaves.epoch_leaf(ORG, leaves.EpochFact("2026-11", "c-1", ITEM, "made"), NOW),
}


@pytest.mark.parametrize("kind", BUILT)
def test_what_is_written_is_read_as_its_type(kind: str) -> None:
    """Each builder's bytes are a leaf of its own model, not of the one that stands for later versions."""
    found = read_leaf(BUILT[kind])
    assert found is not None
    assert type(found) is leaves.LEAVES[kind]
    assert b"\n" not in BUILT[kind]


@pytest.mark.parametrize("kind", BUILT)
def test_a_leaf_with_another_field_is_none(kind: str) -> None:
    """A known type has its fields and no other."""
    assert read_leaf(BUILT[kind].replace(b'"at"', b'"an":1,"at"')) is None


def test_a_later_version_s_leaf_is_read_by_its_first_four_fields() -> None:
    """It counts for the tree, and says nothing else."""
    said = {"format": "intake-leaf/1", "type": "new", "at": "2026-11-21T17:40:00Z", "org": ORG, "x": [1, {"y": None}]}
    found = read_leaf(dumps(said))
    assert type(found) is Leaf
    assert read_leaf(dumps({**said, "format": "intake-leaf/2"})) is None


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"type":[]}', b"\xff", b"{" * 5000, b" " * (2 << 20)])
def test_any_bytes_are_no_leaf(data: bytes) -> None:
    """And no error either."""
    assert read_leaf(data) is None


# -- trees -------------------------------------------------------------------------------------------------------------


HASHES = [merkle.leaf_hash(bytes([number])) for number in range(33)]


def rebuilt(first: int, size: int, proof: list[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to, by RFC 6962's own recursion, from the old root."""
    nodes = list(proof)

    def step(first: int, size: int, *, whole: bool) -> tuple[bytes, bytes]:
        if first == size:
            found = merkle.root(HASHES[:first]) if whole else nodes.pop(0)
            return found, found
        half = 1 << (size - 1).bit_length() - 1
        if first <= half:
            old, new = step(first, half, whole=whole)
            return old, merkle._node(new, nodes.pop(0))
        old, new = step(first - half, size - half, whole=False)
        left = nodes.pop(0)
        return merkle._node(left, old), merkle._node(left, new)

    old, new = step(first, size, whole=True)
    assert not nodes
    return old, new


@pytest.mark.parametrize("size", range(1, 34))
def test_a_consistency_proof_leads_to_both_roots(size: int) -> None:
    """For every earlier size of every tree."""
    for first in range(1, size + 1):
        proof = merkle.consistency_proof(HASHES[:size], first)
        assert rebuilt(first, size, proof) == (merkle.root(HASHES[:first]), merkle.root(HASHES[:size]))


@pytest.mark.parametrize("first", [0, 5, -1])
def test_no_proof_of_what_was_not(first: int) -> None:
    """Of nothing, or of more than there is."""
    with pytest.raises(ProofFault):
        merkle.consistency_proof(HASHES[:4], first)


def test_all_roots_at_once_are_those_one_by_one() -> None:
    """One pass gives what hashing every beginning anew gives; a size beyond the end has none."""
    assert merkle.roots(HASHES, range(40)) == {size: merkle.root(HASHES[:size]) for size in range(34)}


# -- published logs ----------------------------------------------------------------------------------------------------


def desk() -> Desk:
    """A log of one bundle and a roster."""
    made = Desk(office())
    laptop = Laptop(office(), LAPTOP)
    laptop.seal()
    made.receive(laptop.export())
    made.say("roster", serial=1, roster=DIGEST)
    return made


def signed(
    made: Desk, checkpoint: bytes, by: str = OFFICER, namespace: str = "checkpoint-v1@intake"
) -> dict[str, bytes]:
    """Its files under a checkpoint of choice."""
    return {**made.published(), **sign_file(signer_of(office(), by), namespace, "checkpoint", checkpoint).files()}


def test_a_published_log_is_read() -> None:
    """What was written is what is read."""
    made = desk()
    book = read_logbook(made.published(), office().trust.officers)
    assert (book.origin, book.size, book.checkpoint) == (made.origin, 2, made.checkpoint())


def spoilt_signature(made: Desk) -> dict[str, bytes]:
    """The Ed25519 signature in both places."""
    files = made.published()
    return {**files, "checkpoint.pq.sig": files["checkpoint.sig"]}


SPOILT: dict[str, tuple[str, Callable[[Desk], dict[str, bytes]]]] = {
    "no signature": ("L01", lambda made: {k: v for k, v in made.published().items() if k != "checkpoint.sig"}),
    "no checkpoint": ("L02", lambda made: signed(made, b"nothing\n")),
    "a second spelling": ("L02", lambda made: signed(made, made.checkpoint().dumps().replace(b"\n2\n", b"\n02\n"))),
    "by the other officer": ("L03", lambda made: signed(made, made.checkpoint().dumps(), SECOND)),
    "by a laptop": ("L03", lambda made: signed(made, made.checkpoint().dumps(), LAPTOP)),
    "another namespace": ("L03", lambda made: signed(made, made.checkpoint().dumps(), namespace="bundle-v1@intake")),
    "one signature twice": ("L03", spoilt_signature),
    "an entry less": ("L04", lambda made: {**made.published(), "entries.jsonl": made.leaves[0] + b"\n"}),
    "an entry changed": (
        "L04",
        lambda made: {
            **made.published(),
            "entries.jsonl": made.published()["entries.jsonl"].replace(b'"seq":1', b'"seq":2'),
        },
    ),
    "no line feed at the end": (
        "L04",
        lambda made: {**made.published(), "entries.jsonl": made.published()["entries.jsonl"][:-1]},
    ),
    "no entry": ("L05", lambda made: replace(made, leaves=[b"{}"]).published()),
    "another organisation": (
        "L05",
        lambda made: replace(made, leaves=[made.leaves[1].replace(office().trust.org.encode(), b"0" * 64)]).published(),
    ),
    "no time": (
        "L05",
        lambda made: replace(made, leaves=[made.leaves[1].replace(b"2026-11-21", b"2026-02-31")]).published(),
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_log_is_refused_by_its_rule(name: str) -> None:
    """Whole, and by the rule that says so."""
    rule, spoil = SPOILT[name]
    with pytest.raises(LogRefused) as refused:
        read_logbook(spoil(desk()), office().trust.officers)
    assert refused.value.fields["rule"] == rule


def test_a_refused_log_stops_no_other() -> None:
    """It is named, and the good one counts."""
    good, bad = desk().published(), SPOILT["an entry less"][1](desk())
    logs = Logs.read({"bad": bad, "good": good}, office().trust.officers)
    assert [where for where, _ in logs.refused] == ["bad"]
    assert len(logs.books) == 1


# -- what counts -------------------------------------------------------------------------------------------------------


def counted(org: Any, *desks: Desk) -> Logs:
    """Logs as that organisation's officers file has them."""
    return Logs.read({made.origin: made.published() for made in desks}, org.trust.officers)


def test_an_entry_out_of_its_officer_s_time_counts_for_nothing() -> None:
    """Two years on, nobody in office wrote it."""
    made = Desk(office())
    laptop = Laptop(office(), LAPTOP)
    sent = laptop.export()
    made.receive(sent, NOW + timedelta(days=900))
    assert counted(office(), made).entries(sent.digest) == ()


def test_entries_of_a_revoked_officer_count_for_nothing() -> None:
    """Whoever took its key could have written them; another's log of the same bundle does count."""
    first, other = Desk(office()), Desk(office(), SECOND)
    sent = Laptop(office(), LAPTOP).export()
    first.receive(sent)
    other.receive(sent)
    logs = counted(revoked(office(), SECOND, ()), first, other)
    assert {entry.officer for entry in logs.entries(sent.digest)} == {OFFICER}


@pytest.mark.parametrize(("number", "after", "counts"), [(1, 0, True), (0, 0, False), (5, 6, False), (None, 0, False)])
def test_a_revoked_sender_counts_below_the_number_and_before_the_time(
    number: int | None, after: int, counts: bool
) -> None:
    """Index 0 below 1 and in time counts; not below 0, nor after it, nor in a log that the line does not name."""
    gone = revoked(office(), LAPTOP, ((OFFICER, number),) if number is not None else ())
    made = Desk(gone)
    sent = Laptop(gone, LAPTOP).export()
    made.receive(sent, BEFORE + timedelta(hours=after))
    roster = gone.trust.roster.directory
    signer = roster.get(LAPTOP)
    assert signer is not None
    assert came_before(signer, roster, counted(gone, made).entries(sent.digest)) is counts
