"""Any bytes at all give a record or a typed error, and no flipped byte gives another record's meaning unseen."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.crypto import strictjson
from intake.errors import BadTestimony, RecordError
from intake.records.chain import misplaced
from intake.records.folding import fold
from intake.records.kinds import Addendum
from intake.records.record import Digests, Sealing, build_full, parse_full, parse_identity, parse_record
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from tests.worlds.records import made_id, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILT = build_full(parse_testimony(made_up()), Sealing("a" * 64, "d-1", "742-118-365-8", made_id("record"), Digests()))
LATER = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "examples" / "kinds").glob("*.json"))]
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=10,
)


def places(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below a value, by the keys that lead there."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in members:
        yield (*place, key)
        yield from places(inner, (*place, key))


def put(data: bytes, place: tuple[Any, ...], value: Any) -> bytes:
    """The same JSON with another value at one place."""
    tree = strictjson.loads(data, max_bytes=1 << 20)
    node = tree
    for part in place[:-1]:
        node = node[part]
    node[place[-1]] = value
    return strictjson.dumps(tree)


PLACES = list(places(strictjson.loads(BUILT.record, max_bytes=1 << 20)))
LATER_PLACES = [(data, place) for data in LATER for place in places(strictjson.loads(data, max_bytes=1 << 20))]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Never a raw error."""
    for parse in (parse_record, parse_identity):
        try:
            parse(data)
        except RecordError:
            continue


@settings(deadline=None)
@given(st.integers(0, len(BUILT.record) - 1), st.integers(1, 255))
def test_any_flipped_byte(place: int, flip: int) -> None:
    """Parsed or refused with a typed error; whether it was signed is for the signature to say."""
    data = bytearray(BUILT.record)
    data[place] ^= flip
    try:
        parse_record(bytes(data))
    except RecordError:
        return


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(PLACES), JSON)
def test_any_value_anywhere(place: tuple[Any, ...], value: Any) -> None:
    """Any JSON at any place of a record is read or refused; the rules can check all that is read."""
    try:
        record = parse_full(put(BUILT.record, place, value))
    except RecordError:
        return
    check(record.testimony(), stage="import", identity_sealed=True)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(LATER_PLACES), JSON)
def test_any_value_anywhere_in_a_later_kind(where: tuple[bytes, tuple[Any, ...]], value: Any) -> None:
    """The same of the kinds that come after a testimony; all that is read can be placed, folded and looked into."""
    try:
        record = parse_record(put(*where, value))
    except RecordError:
        return
    misplaced(record, parse_record(BUILT.record))
    fold([("sha256:" + "1" * 64, record), (BUILT.digest, parse_record(BUILT.record))])
    if isinstance(record, Addendum):
        check(record.testimony(), stage="import", identity_sealed=True)


@settings(deadline=None, max_examples=200)
@given(JSON)
def test_any_json_as_a_testimony(value: Any) -> None:
    """`add` meets anything: a testimony that the rules can check, or findings."""
    with suppress(BadTestimony):
        check(parse_testimony(value), stage="add")
