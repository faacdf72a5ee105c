"""The verifier beyond its vectors: envelopes, chains, limits, and what it hands on.

Spec: docs/spec/bundle-v1.md. The checks one by one are in tests/vectors/test_bundle_vectors.py.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from intake.bundle.envelope import SealedBundle
from intake.bundle.limits import Limits
from intake.bundle.log import bundle_leaf, roster_leaf
from intake.bundle.report import Links, TrustFiles, nothing_known
from intake.bundle.scan import read_tags
from intake.bundle.verify import TABLE, Outcome, Report, Verdict, peek, verify
from intake.crypto.age import encrypt_bytes
from intake.crypto.hashing import digest
from intake.crypto.strictjson import loads
from intake.errors import ChangedUnderneath, UnreadableFile
from tests.worlds.bundle import CHAIN, LAPTOP, OFFICER, OTHER_LAPTOP, Outbox, organisation, outcomes, sealed
from tests.worlds.keys import NOW

ORG = organisation()


def outbox(sender: str = LAPTOP) -> Outbox:
    """One sealed testimony."""
    made = Outbox(ORG, sender)
    made.seal(0)
    return made


def stopped(report: Report) -> list[str]:
    """The checks that did not pass."""
    return [check.id for check in report.checks if check.outcome in (Outcome.FAIL, Outcome.UNDECIDED)]


def test_a_carried_file_is_verified_through_its_envelope() -> None:
    """Also B01 passes, and nothing is left undecided."""
    report = verify(sealed(outbox().carried(), ORG.epoch), ORG.standing(purpose="real"))
    assert report.verdict is Verdict.VALID
    assert {id_ for id_, outcome in outcomes(report).items() if outcome != "pass"} == {"B27"}
    assert report.exit_code == 0


def test_an_envelope_to_somebody_else_is_undecided() -> None:
    """No key is no accusation, and nothing is handed on."""
    report = verify(sealed(outbox().carried(), organisation("others").epoch), ORG.standing())
    assert (report.verdict, stopped(report), report.bundle) == (Verdict.UNDECIDED, ["B01"], None)
    assert report.exit_code == 31


@pytest.mark.parametrize("padding", [0, 512, 1 << 20])
def test_an_envelope_of_another_size_is_refused(padding: int) -> None:
    """Its padding is the one its content asks for, no more and no less."""
    tar = outbox().tar()
    carried = encrypt_bytes(tar + bytes(padding), [ORG.epoch.recipient()])
    assert stopped(verify(sealed(carried, ORG.epoch), ORG.standing())) == ["B01"]


def test_something_behind_the_tar_in_the_envelope_is_refused() -> None:
    """The padding is zeros."""
    tar = outbox().tar()
    carried = encrypt_bytes(tar + bytes((1 << 20) - len(tar) - 1) + b"\1", [ORG.epoch.recipient()])
    assert stopped(verify(sealed(carried, ORG.epoch), ORG.standing())) == ["B03"]


def test_more_items_than_the_limit_are_refused() -> None:
    """The count is capped before an item is read."""
    made = outbox()
    made.seal(1)
    report = verify(sealed(made.tar()), ORG.standing(limits=Limits(items=2)))
    assert stopped(report) == ["B02"]


def test_an_item_larger_than_the_limit_is_refused() -> None:
    """The size is capped by the header, before a byte is read."""
    assert stopped(verify(sealed(outbox().tar()), ORG.standing(limits=Limits(item_bytes=4096)))) == ["B02"]


def test_a_made_up_bundle_is_refused_by_a_real_organisation() -> None:
    """And a real one by a tour; a verifier that has no card does not ask."""
    made = outbox()
    tour = made.tar(made.tags(purpose="made-up"))
    assert stopped(verify(sealed(tour), ORG.standing(purpose="real"))) == ["B21"]
    assert verify(sealed(tour), ORG.standing(purpose="made-up")).verdict is Verdict.VALID
    assert verify(sealed(tour), ORG.standing()).verdict is Verdict.VALID


def test_another_organisations_trust_never_makes_a_bundle_valid() -> None:
    """Forwarded to another organisation: its roster does not know the sender, and the statement names the other."""
    report = verify(sealed(outbox().tar()), organisation("others").standing())
    assert (report.verdict, stopped(report), report.bundle) == (Verdict.INVALID, ["B13", "B16"], None)


def test_trust_files_that_are_missing_leave_nothing_to_work_with() -> None:
    """No roster, no verdict of VALID."""
    files = {name: data for name, data in ORG.files.files.items() if not name.startswith("roster")}
    report = verify(sealed(outbox().tar()), ORG.standing(trust=TrustFiles(ORG.files.root, files)))
    assert report.verdict is not Verdict.VALID
    assert stopped(report)[0] == "B09"
    assert report.bundle is None


def test_before_enrolment_is_undecided() -> None:
    """A clock that is wrong accuses nobody."""
    report = verify(sealed(outbox().tar()), ORG.standing(at=NOW - timedelta(days=2)))
    assert report.verdict is Verdict.UNDECIDED


def test_a_chain_is_followed() -> None:
    """The second is VALID once the first is known, UNDECIDED before, and may be worked with either way."""
    made = outbox()
    first = made.tags()
    second = made.tar(made.tags(2, first.digest))
    alone = verify(sealed(second), ORG.standing())
    assert (alone.verdict, stopped(alone)) == (Verdict.UNDECIDED, ["B25"])
    assert alone.bundle is not None
    one = verify(sealed(made.tar(first)), ORG.standing()).bundle
    assert one is not None
    known = Links(frozenset({one.link}))
    assert verify(sealed(second), ORG.standing(known=known.digests)).verdict is Verdict.VALID


def test_another_senders_chain_of_the_same_name_does_not_count() -> None:
    """Nobody fills another's place: a chain belongs to its sender."""
    made, other = outbox(), outbox(OTHER_LAPTOP)
    first = other.tags()
    stranger = verify(sealed(other.tar(first)), ORG.standing()).bundle
    assert stranger is not None
    known = Links(frozenset({stranger.link}))
    report = verify(sealed(made.tar(made.tags(2, first.digest))), ORG.standing(known=known.digests))
    assert stopped(report) == ["B25"]
    assert verify(sealed(made.tar()), ORG.standing(known=known.digests)).verdict is Verdict.VALID


def test_the_same_bundle_twice_is_no_fork() -> None:
    """A second import meets its own link."""
    made = outbox()
    data = made.tar()
    first = verify(sealed(data), ORG.standing()).bundle
    assert first is not None
    again = verify(sealed(data), ORG.standing(known=Links(frozenset({first.link})).digests))
    assert again.verdict is Verdict.VALID


def test_an_officer_may_send() -> None:
    """An officer's own statement verifies by the officers file."""
    made = Outbox(ORG, OFFICER)
    made.seal(0)
    assert verify(sealed(made.tar()), ORG.standing()).verdict is Verdict.VALID


def test_peek_tells_the_place_and_reads_only_the_beginning() -> None:
    """It works on a file whose items are gone: it orders, it proves nothing."""
    made = outbox()
    tags = made.tags(3, digest(b"before"))
    beginning = made.tar(tags)[:24_000]
    link = peek(sealed(beginning))
    assert link is not None
    assert (link.sender, link.chain, link.seq, link.digest) == (LAPTOP, CHAIN, 3, tags.digest)
    assert verify(sealed(beginning), ORG.standing()).verdict is Verdict.INVALID


def test_peek_into_an_envelope_needs_its_key() -> None:
    """Without a key there is no place to tell."""
    made = outbox()
    assert peek(sealed(made.carried())) is None
    assert peek(sealed(made.carried(), ORG.epoch)) is not None


def test_the_tar_can_be_kept_byte_for_byte() -> None:
    """What the vault keeps for auditors is the signed tar, without envelope and padding."""
    made = outbox()
    tags = made.tags()
    bundle = verify(sealed(made.carried(tags), ORG.epoch), ORG.standing()).bundle
    assert bundle is not None
    assert _all(bundle.tar()) == made.tar(tags)
    assert bundle.digest == tags.digest
    assert loads(bundle.statement_json, max_bytes=1 << 20)["seq"] == 1


def _all(source: object) -> bytes:
    parts = []
    while data := source.read(1000):  # type: ignore[attr-defined]
        parts.append(data)
    return b"".join(parts)


def test_a_file_that_changes_between_the_passes_is_noticed() -> None:
    """The copy ends in an error, not in other bytes."""
    data = bytearray(outbox().tar())
    source = io.BytesIO(bytes(data))
    bundle = verify(SealedBundle(source), ORG.standing()).bundle
    assert bundle is not None
    data[-3000] ^= 1
    source.seek(0)
    source.write(data)
    with pytest.raises(ChangedUnderneath):
        _all(bundle.tar())


def test_a_file_that_can_not_be_read_is_no_invalid_bundle() -> None:
    """Our failure is never turned into an accusation."""

    class Broken(io.BytesIO):
        def read(self, _n: int | None = -1, /) -> bytes:
            raise OSError(5, "made up")

    for act in (lambda: verify(SealedBundle(Broken()), ORG.standing()), lambda: peek(SealedBundle(Broken()))):
        with pytest.raises(UnreadableFile):
            act()


def test_an_empty_table_proves_nothing() -> None:
    """Without rows there is no bundle to work with."""
    assert verify(sealed(outbox().tar()), ORG.standing(), table=()).bundle is None


def test_log_leaves_name_the_bundle_and_are_strict_json() -> None:
    """The leaf holds what an auditor asks for, and nothing from inside."""
    bundle = verify(sealed(outbox().tar()), ORG.standing()).bundle
    assert bundle is not None
    leaf = loads(bundle_leaf(bundle, NOW), max_bytes=4096)
    assert (leaf["type"], leaf["bundle"], leaf["seq"], leaf["at"]) == (
        "bundle",
        bundle.digest,
        1,
        "2026-11-21T17:40:00Z",
    )
    roster = loads(roster_leaf(ORG.trust.org, 3, ORG.trust.roster_digest, NOW), max_bytes=4096)
    assert (roster["type"], roster["serial"]) == ("roster", 3)


def test_what_a_lone_verifier_knows_is_nothing() -> None:
    """The default ledger is empty."""
    assert not nothing_known(LAPTOP, CHAIN, 1)
    assert set(read_tags(sealed(b"x" * 2000), Limits())) == set()
    assert [row.id for row in TABLE][-1] == "B27"
    assert replace(ORG.standing(), at=NOW).at == NOW
