"""When a place was occupied: a hint that says what its table says, and never more."""

from __future__ import annotations

import datetime as dt

import pytest

from intake.errors import MalformedOccupationList
from intake.gazetteer import OccupationTable, Row, occupation, read_table, shipped, valid, write_table
from intake.gazetteer.occupation import MAX_ROWS

ROHOVE = "UA44140090170018090"  # Старобільський район: the small table is silent
LUHANSK = "UA44060000000048093"
OTAMANIVKA = "UA44060050010032095"  # Луганський район
SIMFEROPOL = "UA01160330010074014"
MARIUPOL_RAION = "UA14140000000070889"
KHERSON = "UA65100150010064384"
KHERSON_RAION = "UA65100000000029736"


def day(text: str) -> dt.date:
    """A day."""
    return dt.date.fromisoformat(text)


def table(*rows: Row) -> OccupationTable:
    """A made-up table."""
    return OccupationTable("2026-01-01", "made up", rows)


def row(code: str, since: str, until: str | None = None, *, kind: str = "occupied", parts: bool = False) -> Row:
    """One row of it."""
    return Row(code, day(since), day(until) if until else None, kind, parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "earliest", "latest", "status"),
    [
        (SIMFEROPOL, "2015-05-01", "2015-05-31", "occupied"),
        (SIMFEROPOL, "2014-02-19", "2014-02-19", "outside"),
        (SIMFEROPOL, "2014-01-01", "2014-12-31", "partly"),
        (OTAMANIVKA, "2022-03-01", "2022-03-01", "occupied"),
        (MARIUPOL_RAION, "2022-04-01", "2022-04-01", "partly"),
        (ROHOVE, "2022-06-01", "2022-06-01", "unknown"),
        ("UA44000000000018893", "2016-01-01", "2016-01-01", "partly"),  # an oblast of which four raions are listed
        ("UA74020050010092446", "2022-04-03", "2022-04-03", "occupied"),
        ("UA74020050010092446", "2022-04-04", "2022-04-04", "outside"),
    ],
)
def test_the_small_table_says_what_its_source_says(code: str, earliest: str, latest: str, status: str) -> None:
    """Both days of a period count; silence is unknown; no answer is ever "free"; the edition is with it."""
    hint = occupation(code, day(earliest), day(latest))
    assert hint.status == status
    assert hint.edition == "2025-05-07"
    assert "№ 376" in hint.source
    assert bool(hint.rows) == (status != "unknown")


def test_the_small_table_is_of_this_codifier() -> None:
    """Every row is of a unit that there is, and of a whole oblast, city or raion: coarse is what it says it is."""
    assert all(valid(one.code) and one.code[6:14].strip("0") == "" for one in shipped().rows)
    assert write_table(shipped()) == write_table(read_table(write_table(shipped())))


def test_a_row_of_the_place_itself_goes_before_one_of_what_it_lies_in() -> None:
    """The raion was occupied till now, the city was freed: on a later day the city is outside, the raion partly."""
    ours = table(row(KHERSON_RAION, "2022-02-24", parts=True), row(KHERSON, "2022-03-01", "2022-11-11"))
    on = day("2023-01-01")
    assert occupation(KHERSON, on, on, ours).status == "outside"
    assert occupation(KHERSON, on, on, ours).rows == (row(KHERSON, "2022-03-01", "2022-11-11"),)
    assert occupation(KHERSON_RAION, on, on, ours).status == "partly"


def test_hostilities_are_told_apart_and_occupation_goes_before_them() -> None:
    """A zone of hostilities is no occupation; where both are listed the heavier word is said."""
    on = day("2022-05-01")
    fighting = row(KHERSON, "2022-02-24", kind="hostilities")
    assert occupation(KHERSON, on, on, table(fighting)).status == "hostilities"
    assert occupation(KHERSON, on, on, table(fighting, row(KHERSON, "2022-03-01"))).status == "occupied"


def test_a_date_nobody_knows_is_never_wholly_inside() -> None:
    """Without bounds the answer is partly at most."""
    assert occupation(SIMFEROPOL, None, None).status == "partly"
    assert occupation(SIMFEROPOL, day("2020-01-01"), None).status == "occupied"


def test_a_table_reads_back_as_it_was_written() -> None:
    """What a coordinator writes is what a laptop reads, open ends and parts too."""
    ours = table(row(KHERSON, "2022-03-01", "2022-11-11"), row(KHERSON_RAION, "2022-02-24", parts=True))
    assert set(read_table(write_table(ours)).rows) == set(ours.rows)


GOOD = write_table(table(row(KHERSON, "2022-03-01", "2022-11-11"), row(SIMFEROPOL, "2014-02-20")))


@pytest.mark.parametrize(
    "damaged",
    [
        b"", b"\n", b"\xff", GOOD[:-1], GOOD + b"\n", GOOD.replace(b"/1", b"/2"), GOOD.replace(b"# edition", b"# date"),
        GOOD.replace(b"2026-01-01", b"yesterday"), GOOD.replace(b"made up", b"made\x1bup"), GOOD.replace(b"\t", b" "),
        GOOD.replace(b"occupied", b"free"), GOOD.replace(b"whole", b"half"), GOOD.replace(b"2022-11-11", b"2022-02-30"),
        GOOD.replace(b"2022-11-11", b"2021-11-11"), GOOD.replace(b"UA65", b"ua65"), GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"2022-03-01", b"20220301"), GOOD + GOOD.splitlines()[3] + b"\n",
    ],
)  # fmt: skip
def test_a_damaged_table_is_refused_whole(damaged: bytes) -> None:
    """Another head, another row, another order, another way to write a date: nothing of it is taken."""
    with pytest.raises(MalformedOccupationList):
        read_table(damaged)


def test_a_table_without_end_is_refused() -> None:
    """More rows than there can be are not looked through at every question."""
    many = [row(f"UA{n:017d}", "2022-03-01") for n in range(MAX_ROWS + 1)]
    with pytest.raises(MalformedOccupationList):
        read_table(write_table(table(*many)))
