"""The ministry's list: read as it comes, bad rows by number, hostile files refused, and carried to laptops."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from intake.errors import MalformedOccupationList, UsageFault, WrongRole
from intake.gazetteer import occupation, shipped
from intake.gazetteer.listing import BadRow, read_listing
from intake.gazetteer.sheets import MAX_ROWS, read_rows
from intake.keys.pack import EXTRAS, OCCUPATION
from intake.store.vault import Vault
from intake.usecases.enrol import enrol
from intake.usecases.init import init
from intake.usecases.org_enrol import org_enrol
from intake.usecases.org_gazetteer import GazetteerLoaded, org_gazetteer
from intake.usecases.territories import in_force, kept_list, occupation_table
from tests.worlds.cli import seat
from tests.worlds.loop import PASSPHRASE, environment, ready

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment
    from tests.worlds.loop import World

EDITION = "2025-05-07"
KHERSON = "UA65100150010064384"
HEADING = ["Код", "Найменування", "Дата початку \nтимчасової окупації", "Дата завершення \nтимчасової окупації*"]
ROWS = [
    ["3. ХЕРСОНСЬКА ОБЛАСТЬ", "", "", ""],
    HEADING,
    [KHERSON, "м. Херсон", "01.03.2022", "11.11.2022"],
    ["UA14140000000070889", "Маріупольський район за винятком с. Заїченко", "05.03.2022", ""],
    ["UA12080010000029838", "Марганецька міська територіальна громада", "31.05.2023\n01.12.2024", "13.10.2023"],
]
BAD = [
    ["UA65100150010064385", "", "01.03.2022", ""],
    [KHERSON, "", "31.02.2022", ""],
    [KHERSON, "", "", "11.11.2022"],
    [KHERSON, "", "01.03.2022", "01.02.2022"],
    [KHERSON, "", "невідомо", ""],
    [KHERSON, "", "01.03.2022", "11.11.2022 12.11.2022"],
]


def as_csv(rows: list[list[str]], delimiter: str = ";") -> bytes:
    """A spreadsheet's CSV, with its byte order mark."""
    quoted = (delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    return "\r\n".join(quoted).encode("utf-8-sig")


def as_xlsx(rows: list[list[Any]], *more: list[list[Any]]) -> bytes:
    """A workbook, a sheet for each list of rows."""
    book = openpyxl.Workbook()
    for n, sheet_rows in enumerate((rows, *more)):
        sheet = book.active if n == 0 else book.create_sheet()
        assert sheet is not None
        for row in sheet_rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def asked(env: Environment, world: World) -> bytes:
    """The request of a new laptop."""
    request = init(env, world.card.read_bytes()).request
    assert request is not None
    return request.read_bytes()


def load(env: Environment, rows: list[list[str]] = ROWS) -> GazetteerLoaded:
    """A list, loaded."""
    return org_gazetteer(env, as_csv(rows), EDITION)


@pytest.mark.parametrize("data", [as_csv(ROWS), as_csv(ROWS, ","), as_csv(ROWS, "\t"), as_xlsx(ROWS)])
def test_csv_and_xlsx_give_the_same_table(data: bytes) -> None:
    """Whatever the spreadsheet wrote: three places, one of them with two periods, one without some of its parts."""
    listed = read_listing(read_rows(data), EDITION, "made up")
    assert len(listed.table.rows) == 4
    assert listed.bad == ()
    assert listed.parts == (4,)
    on = dt.date(2023, 10, 20)
    assert occupation("UA12080010000029838", on, on, listed.table).status == "outside"
    on = dt.date(2022, 4, 1)
    assert occupation("UA14140000000070889", on, on, listed.table).status == "partly"


def test_the_heading_says_what_the_dates_are_of() -> None:
    """Tables below each other: hostilities stay hostilities, possible ones are passed over, columns change place."""
    fighting = ["Найменування", "Код", "Дата початку бойових дій", "Дата завершення бойових дій*"]
    possible = [
        "Код",
        "Найменування",
        "Дата виникнення можливості бойових дій",
        "Дата припинення можливості бойових дій*",
    ]
    rows = [
        possible,
        [KHERSON, "м. Херсон", "24.02.2022", ""],
        fighting,
        ["м. Херсон", KHERSON, "24.02.2022", ""],
        *ROWS,
    ]
    listed = read_listing(read_rows(as_csv(rows)), EDITION, "made up")
    assert listed.passed_over == 1
    assert {row.kind for row in listed.table.rows if row.code == KHERSON} == {"occupied", "hostilities"}


def test_dates_of_a_workbook_may_be_dates() -> None:
    """A cell that Excel holds as a date is the day it shows; sheets are read one after the other."""
    rows: list[list[Any]] = [HEADING, [KHERSON, "м. Херсон", dt.datetime(2022, 3, 1), dt.datetime(2022, 11, 11)]]  # noqa: DTZ001  as Excel has it
    listed = read_listing(read_rows(as_xlsx([["зміст"]], rows)), EDITION, "made up")
    assert [str(row.until) for row in listed.table.rows] == ["2022-11-11"]


def test_every_bad_row_is_named_by_its_number_and_stops_no_other() -> None:
    """Six faults, six numbers, and the good rows are there."""
    listed = read_listing(read_rows(as_csv([*ROWS, *BAD])), EDITION, "made up")
    assert listed.bad == (
        BadRow(6, "unknown-code"),
        BadRow(7, "bad-date"),
        BadRow(8, "bad-date"),
        BadRow(9, "dates-reversed"),
        BadRow(10, "bad-date"),
        BadRow(11, "bad-date"),
    )
    assert len(listed.table.rows) == 4


def test_a_row_above_every_heading_is_not_guessed_at() -> None:
    """Without a heading nobody knows which date is which."""
    listed = read_listing(read_rows(as_csv([ROWS[2], *ROWS])), EDITION, "made up")
    assert listed.bad == (BadRow(1, "no-heading"),)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROWS))) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            if name not in parts:
                bad.writestr(name, good.read(name))
        for name, data in parts.items():
            if data:
                bad.writestr(name, data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
PLAIN = b"<worksheet/>"
with zipfile.ZipFile(io.BytesIO(as_xlsx(ROWS))) as _good:
    RENAMED = _good.read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet1.dat")
HOSTILE = {
    "nothing": b"",
    "no table": "Київ — столиця\n".encode(),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "half a workbook": as_xlsx(ROWS)[:2000],
    "a zip that is no workbook": zipped({SHEET: b"", "xl/workbook.xml": b"", "[Content_Types].xml": b""}),
    "the sheet is missing": zipped({SHEET: b""}),
    "entities": zipped({SHEET: ENTITIES}),
    "entities in two bytes a letter": zipped({SHEET: ENTITIES.decode().encode("utf-16")}),
    "entities in an alphabet of their own": zipped({SHEET: b'<?xml version="1.0" encoding="cp037"?>' + PLAIN}),
    "entities in a sheet of another name": zipped(
        {SHEET: b"", "xl/worksheets/sheet1.dat": ENTITIES, "xl/_rels/workbook.xml.rels": RENAMED}
    ),
    "no XML": zipped({SHEET: b"<worksheet><row"}),
    "a bomb": zipped({"xl/media/bomb.bin": bytes(70 << 20)}),
    "a thousand parts": zipped({f"xl/media/{n}.bin": b"x" for n in range(1000)}),
    "rows without end": as_csv([["x"]] * (MAX_ROWS + 2)),
    "a row far below": zipped(
        {SHEET: b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
         b'<row r="1048576">'
         b'<c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'}
    ),
    "a cell without end": as_csv([["x" * 3000]]),
    "another alphabet": "Код;Дата".encode("cp1251"),
    "only bad rows": as_csv([HEADING, *BAD]),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_list_is_refused_with_one_error(name: str) -> None:
    """Bombs, entities, halves, other files: a typed error, whatever the parsers would have raised."""
    with pytest.raises(MalformedOccupationList):
        read_listing(read_rows(HOSTILE[name]), EDITION, "made up")


@pytest.mark.parametrize(
    "part",
    [
        ENTITIES,
        ENTITIES.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="cp037"?><worksheet/>',
        b"\n<!DOCTYPE x>",
    ],
)
def test_a_part_that_could_hide_entities_refuses_a_good_workbook(part: bytes) -> None:
    """A workbook with every row in place is refused for one such part, whatever it is called."""
    assert read_rows(zipped({"xl/media/picture.bin": b"\x89PNG\x00<!ENTITY"}))
    with pytest.raises(MalformedOccupationList):
        read_rows(zipped({"xl/media/picture.bin": part}))


def test_a_loaded_list_travels_in_the_next_pack_and_the_laptop_goes_by_it(tmp_path: Path) -> None:
    """From the coordinator's file to the laptop's hint, with the edition's date; before, both go by the small table."""
    world, first, _ = ready(tmp_path)
    done = load(world.env)
    assert (done.periods, done.edition, done.parts) == (4, EDITION, (4,))
    assert "№ 376" in done.source
    env = environment(tmp_path / "new")
    request = asked(env, world)
    enrol(env, org_enrol(world.env, request).pack.read_bytes())
    with Vault.open(env.home, PASSPHRASE) as vault:
        table = occupation_table(vault)
        assert table.edition == EDITION
        assert occupation(KHERSON, dt.date(2022, 5, 1), dt.date(2022, 5, 1), table).status == "occupied"
        later = dt.date(2023, 5, 1)
        with in_force(vault):  # as the rules ask, who know no vault
            assert occupation(KHERSON, later, later).status == "outside"
        assert occupation(KHERSON, later, later).status == "unknown"
    with Vault.open(first.env.home, PASSPHRASE) as vault:
        assert occupation_table(vault) == shipped()


def test_a_pack_with_a_damaged_list_is_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop takes nothing of it: it is not enrolled afterwards."""
    world, _, _ = ready(tmp_path)
    env = environment(tmp_path / "new")
    request = asked(env, world)
    monkeypatch.setattr("intake.usecases.mission.kept_list", lambda _vault: b"# no list\n")
    pack = org_enrol(world.env, request).pack.read_bytes()
    with pytest.raises(MalformedOccupationList):
        enrol(env, pack)
    with Vault.open(env.home, PASSPHRASE) as vault:
        assert kept_list(vault) is None
        assert vault.settings.get("principal") is None


def test_lists_are_kept_one_after_the_other(tmp_path: Path) -> None:
    """A newer list goes before an older one, the same one again changes nothing, and no version is overwritten."""
    world, _, _ = ready(tmp_path)
    load(world.env)
    load(world.env)
    load(world.env, ROWS[:3])
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert [version.serial for version in vault.trust.all("gazetteer")] == [1, 2]
        assert len(occupation_table(vault).rows) == 1


@pytest.mark.parametrize(
    ("edition", "source"),
    [("", "x"), ("07.05.2025", "x"), ("20250507", "x"), ("2025-02-30", "x"), (EDITION, ""), (EDITION, "a\nb")],
)
def test_an_edition_is_a_day_and_a_source_one_line(tmp_path: Path, edition: str, source: str) -> None:
    """A list without a date that can be shown is not kept."""
    world, _, _ = ready(tmp_path)
    with pytest.raises(UsageFault):
        org_gazetteer(world.env, as_csv(ROWS), edition, source)


def test_a_bad_file_and_a_laptop_change_nothing(tmp_path: Path) -> None:
    """What can't be read is not kept, and an interviewer loads no list."""
    world, laptop, _ = ready(tmp_path)
    with pytest.raises(MalformedOccupationList):
        org_gazetteer(world.env, b"PK\x03\x04", EDITION)
    with pytest.raises(WrongRole):
        load(replace(laptop.env))
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        assert kept_list(vault) is None


def test_the_command_names_rows_by_number_in_the_language_chosen(tmp_path: Path) -> None:
    """Typed at a coordinator's vault: what was taken on stdout, bad rows beside it, and an exit code that says so."""
    desk = seat(tmp_path)
    (tmp_path / "list.csv").write_bytes(as_csv([*ROWS, BAD[0]]))
    told = desk.run("org", "org", "gazetteer", tmp_path / "list.csv", "--edition", EDITION, lang="uk")
    assert told.code == MalformedOccupationList.exit_code
    assert EDITION in told.out
    assert "рядок 6: не взято" in told.err
    assert "рядок 4: охоплює не всю територію" in told.err
    as_data = desk.run("org", "--json", "org", "gazetteer", tmp_path / "list.csv", "--edition", EDITION).json
    assert as_data["bad"] == [{"row": 6, "why": "unknown-code"}]
    assert as_data["periods"] == 4


def test_the_member_of_packs_is_named_in_their_order() -> None:
    """The list comes after the consent texts and before the checkpoint: the order is part of the format."""
    assert EXTRAS.index("consent.en.txt") < EXTRAS.index(OCCUPATION) < EXTRAS.index("checkpoint")
