"""Whatever happens to a bundle on its way, it is refused: no byte can change, go or come unseen.

Spec: docs/spec/bundle-v1.md, "Verdicts". Every test here states a failure.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.bundle.container import TAGS
from intake.bundle.open import RecordStanding, open_bundle, verify_records
from intake.bundle.verify import Verdict, peek, verify
from intake.crypto.hashing import sha256_hex
from intake.errors import IntakeError
from tests.worlds.bundle import Outbox, organisation, outcomes, sealed
from tests.worlds.keys import NOW

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def outbox(first: int = 0) -> Outbox:
    """A laptop that sealed one testimony with a photo."""
    made = Outbox(organisation())
    made.seal(first, with_files=True)
    return made


@cache
def tar(first: int = 0) -> bytes:
    """Its signed tar."""
    return outbox(first).tar()


@cache
def carried() -> bytes:
    """Its carried file."""
    return outbox().carried()


def refused(data: bytes) -> bool:
    """Not VALID, nothing to import from it, and no raw exception."""
    report = verify(sealed(data, organisation().epoch), organisation().standing())
    return report.verdict is not Verdict.VALID and report.bundle is None


def flipped(data: bytes, at: int, bit: int) -> bytes:
    """The bytes with one bit the other way round."""
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def regions() -> list[tuple[str, int, int]]:
    """Every stretch of the signed tar with a meaning of its own: header, content and slack of each member, the end."""
    data, at = tar(), 0
    found: list[tuple[str, int, int]] = []
    while any(block := data[at : at + 512]):
        name = f"member {len([one for one, _, _ in found if one.endswith('header')])}"  # theirs are random
        size = int(block[124:135], 8)
        end = at + 512 + size
        found += [(f"{name} header", at, at + 512), (f"{name} content", at + 512, end)]
        if end % 512:
            found.append((f"{name} slack", end, end - end % 512 + 512))
        at = end + -end % 512
    return [*found, ("end", at, len(data))]


@pytest.mark.parametrize(("name", "start", "end"), regions(), ids=[name for name, _, _ in regions()])
def test_a_byte_changed_in_any_region_is_refused(name: str, start: int, end: int) -> None:
    """First, last and middle byte of every header, content, slack and of the end of the tar."""
    assert name
    for at in {start, (start + end) // 2, end - 1}:
        assert refused(flipped(tar(), at, 0)), at


def test_the_regions_are_the_whole_tar() -> None:
    """The test above leaves nothing out: tag files, items, slack and end, without a hole between."""
    found = regions()
    assert [start for _, start, _ in found[1:]] == [end for _, _, end in found[:-1]]
    assert (found[0][1], found[-1][2]) == (0, len(tar()))
    assert len([name for name, _, _ in found if name.endswith("header")]) == len(TAGS) + len(outbox().lines)


@given(st.data())
@FEW
def test_a_bit_changed_anywhere_in_the_tar_is_refused(data: st.DataObject) -> None:
    """Any bit of the signed tar."""
    at, bit = data.draw(st.integers(0, len(tar()) - 1)), data.draw(st.integers(0, 7))
    assert refused(flipped(tar(), at, bit))


@given(st.data())
@settings(FEW, max_examples=25)
def test_a_bit_changed_anywhere_in_the_carried_file_is_refused(data: st.DataObject) -> None:
    """Any bit of the envelope, its header and its padding included."""
    at, bit = data.draw(st.integers(0, len(carried()) - 1)), data.draw(st.integers(0, 7))
    assert refused(flipped(carried(), at, bit))


@given(st.data())
@FEW
def test_a_cut_anywhere_in_the_tar_is_refused(data: st.DataObject) -> None:
    """Every length shorter than the whole."""
    assert refused(tar()[: data.draw(st.integers(0, len(tar()) - 1))])


@given(st.data())
@settings(FEW, max_examples=25)
def test_a_cut_anywhere_in_the_carried_file_is_refused(data: st.DataObject) -> None:
    """Every length shorter than the whole."""
    assert refused(carried()[: data.draw(st.integers(0, len(carried()) - 1))])


@given(st.data())
@FEW
def test_bytes_put_in_anywhere_are_refused(data: st.DataObject) -> None:
    """A block of zeros, or any bytes, put between."""
    at = data.draw(st.integers(0, len(tar())))
    more = data.draw(st.sampled_from([b"\0", bytes(512), bytes(1024), b"x" * 512]))
    assert refused(tar()[:at] + more + tar()[at:])


@given(st.data())
@FEW
def test_two_bundles_spliced_are_refused(data: st.DataObject) -> None:
    """The beginning of one and the end of another of the same laptop, cut at blocks or anywhere."""
    one, other = tar(0), tar(1)
    step = data.draw(st.sampled_from([1, 512]))
    at = data.draw(st.integers(1, (min(len(one), len(other)) - 1) // step)) * step
    spliced = one[:at] + other[at:]
    assert spliced in (one, other) or refused(spliced)  # equal: cut inside zeros that both have


def test_an_item_of_one_bundle_in_anothers_place_is_refused() -> None:
    """Items swapped whole between two bundles of one laptop: the manifest says so."""
    one, other = Outbox(organisation()), Outbox(organisation())
    one.seal(0)
    other.seal(0)
    tags = one.tags()
    first = next(item for item in tags.statement.items if item.kind == "record")
    second = next(item for item in other.lines if item.kind == "record")
    data = one.tar(tags).replace(one.files[first.name], other.files[second.name])
    assert outcomes(verify(sealed(data), organisation().standing()))["B22"] == "fail"


@given(st.binary(max_size=4096))
@FEW
def test_any_bytes_at_all_end_in_a_verdict(data: bytes) -> None:
    """No raw error leaves the verifier, nor the look ahead that only orders files."""
    assert refused(data)
    assert refused(b"age-encryption.org/v1\n" + data)
    assert peek(sealed(data)) is None


@given(statement=st.binary(max_size=300))
@FEW
def test_any_signed_statement_ends_in_a_verdict(statement: bytes) -> None:
    """Also what an enrolled laptop signed may be anything."""
    made = Outbox(organisation())
    made.seal(0)
    tags = made.tags()
    files = tuple((name, statement if name == "statement.json" else data) for name, data in tags.files)
    data = made.tar(type(tags)(tags.statement, files, tags.digest))
    assert refused(data)


@given(st.data())
@settings(FEW, max_examples=30)
def test_any_item_ends_in_a_result(data: st.DataObject) -> None:
    """A laptop that signs broken items harms only these: each is refused or waits, and the sound record comes in."""
    org = organisation()
    made = Outbox(org)
    made.seal(0)
    made.ordinal += 1
    sound = {line.name for line in made.lines}
    made.seal(1)
    for line in list(made.lines):
        if line.name not in sound:
            broken = flipped(made.files[line.name], data.draw(st.integers(0, line.size - 1)), 3)
            made.files[line.name] = broken
            index = made.lines.index(line)
            made.lines[index] = line.model_copy(update={"sha256": sha256_hex(broken)})
    bundle = verify(sealed(made.tar()), org.standing(at=NOW)).bundle
    assert bundle is not None
    try:
        results = list(verify_records(open_bundle(bundle, org.keyring()), RecordStanding()))
    except IntakeError as error:  # pragma: no cover - the failure this test is for
        pytest.fail(f"one bad item stopped the others: {error}")
    kinds = [type(result).__name__ for result in results]
    assert kinds == ["VerifiedRecord", "VerifiedIdentity", "Refused", "Refused"]
