"""Any bytes at all, and any small change to good ones, end in a typed error or in the same value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import IntakeError, KeyFault
from intake.keys.card import parse_card
from intake.keys.directory import Revocation, parse_directory
from intake.keys.pack import parse_pack
from intake.keys.recipients import parse_recipients
from intake.keys.request import parse_request
from intake.keys.succession import parse_root, read_succession
from intake.keys.trust import Trust
from intake.keys.words import strength_bits, words_of
from tests.worlds.keys import NOW, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.keys.directory import Kind

PARSERS: dict[str, Callable[[bytes], object]] = {
    "root": lambda data: parse_directory(data, "root"),
    "later root": parse_root,
    "succession": read_succession,
    "officers": lambda data: parse_directory(data, "officers"),
    "roster": lambda data: parse_directory(data, "roster"),
    "recipients": parse_recipients,
    "card": parse_card,
    "request": lambda data: parse_request(data, world().org),
    "pack": lambda data: parse_pack(data, world().laptops["d-1"].reader(world().org), NOW),
}
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
REASONS = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=32)
LOGS = st.lists(st.tuples(st.sampled_from(["c-1", "c-north", "c-2-b"]), st.integers(0, 10**14)), max_size=3)


@given(st.sampled_from(sorted(PARSERS)), st.binary(max_size=300))
def test_any_bytes_end_in_a_typed_error(parser: str, data: bytes) -> None:
    """K01, K40: nothing random is a trust file, a card, a request or a pack, and nothing else is raised."""
    try:
        PARSERS[parser](data)
    except IntakeError:
        return
    raise AssertionError


@settings(deadline=None)
@given(st.sampled_from(["officers", "roster", "recipients"]), st.data())
def test_one_byte_changed_anywhere_is_refused(name: str, data: st.DataObject) -> None:
    """K22: in a trust file or in either of its signatures; the error belongs to the keys' family."""
    files = dict(world().files)
    file = data.draw(st.sampled_from([name, f"{name}.sig", f"{name}.pq.sig"]))
    at = data.draw(st.integers(0, len(files[file]) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(files[file])
    changed[at] ^= 1 << bit
    files[file] = bytes(changed)
    try:
        Trust.load(world().trust.root.data, files, NOW)
    except KeyFault:
        return
    raise AssertionError


@settings(deadline=None)
@given(st.sampled_from(["officers", "roster", "recipients"]), st.data())
def test_a_line_lost_doubled_or_moved_never_parses_as_another_value(name: str, data: st.DataObject) -> None:
    """K01 to K33: a file that parses is the one byte form of what was parsed."""
    lines = world().files[name].splitlines(keepends=True)
    chosen = data.draw(st.lists(st.sampled_from(range(len(lines))), min_size=1, max_size=len(lines) + 2))
    mixed = b"".join(lines[index] for index in chosen)
    try:
        parsed = parse_recipients(mixed) if name == "recipients" else parse_directory(mixed, _kind(name))
    except KeyFault:
        return
    assert parsed.encode() == mixed


def _kind(name: str) -> Kind:
    return "officers" if name == "officers" else "roster"


@given(st.integers(1, 10**15 - 1), MOMENTS, st.integers(0, 10**8), LOGS, REASONS)
def test_any_directory_reads_back(
    serial: int, after: datetime, seconds: int, logs: list[tuple[str, int]], reason: str
) -> None:
    """K02, K07, K13: every serial, date and revocation that can be written is read as itself."""
    after = after.replace(microsecond=0)
    roster = world().trust.roster.directory
    principals = (replace(roster.principals[0], valid_after=after, valid_before=after + timedelta(seconds=seconds)),)
    one = replace(roster, serial=serial, principals=principals)
    assert parse_directory(one.encode(), "roster") == one
    gone = one.with_revocation(Revocation("d-1", after + timedelta(seconds=seconds // 2), tuple(logs), reason))
    if gone.serial < 10**15:
        assert parse_directory(gone.encode(), "roster") == gone


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_different_objects_have_different_words(one: bytes, other: bytes) -> None:
    """K70: equal words mean equal bytes, as far as chance can show it."""
    assert (words_of("card-v1@intake", one, "en") == words_of("card-v1@intake", other, "en")) == (one == other)


@given(st.text(max_size=60))
def test_any_passphrase_is_measured(passphrase: str) -> None:
    """K72: any text has an estimate, and adding a word never lowers it."""
    bits = strength_bits(passphrase)
    assert 0 <= bits <= strength_bits(passphrase + " ожеред")
