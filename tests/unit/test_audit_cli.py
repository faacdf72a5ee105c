"""Logs and audits as typed: words in three languages, JSON, exit codes, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from intake.bundle.audit_table import TABLE
from tests.vectors.test_audit_vectors import FOLDER, NAMES, said
from tests.worlds import records
from tests.worlds.cli import Desk, Outcome, seat
from tests.worlds.loop import lines

if TYPE_CHECKING:
    from pathlib import Path

CODES = {"COMPLETE": 0, "INVALID": 30, "INCOMPLETE": 31}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An organisation with two laptops."""
    return seat(tmp_path)


def came(desk: Desk, *numbers: int, lose: int = -1) -> None:
    """A bundle for each number, imported, but for one that is lost."""
    for number in numbers:
        document = desk.folder / "one.jsonl"
        document.write_bytes(lines([records.testimony(n=number)]))
        assert desk.run("laptop-1", "add", document).code == 0
        assert desk.run("laptop-1", "seal", "--all", "--yes").code == 0
        desk.stick.mkdir(exist_ok=True)
        assert desk.run("laptop-1", "export", "--to", desk.stick).code == 0
        if number != lose:
            assert desk.run("org", "import", desk.stick).code == 0
        for carried in desk.stick.iterdir():
            carried.unlink()


def vector(desk: Desk, name: str, *words: str, lang: str = "en") -> Outcome:
    """An audit vector, as typed."""
    told = said(name)
    trust = ("--root", FOLDER / "root", "--trust", FOLDER / told["trust"], "--at", told["at"])
    return desk.run("org", "audit", FOLDER / name / "handed", *trust, *words, lang=lang)


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_is_said_with_its_verdict_and_exit_code(desk: Desk, name: str) -> None:
    """Its ID, its title, what to do next, the verdict; a number that has no sentence would be missing here."""
    done, told = vector(desk, name), said(name)
    assert done.code == CODES[told["verdict"]]
    assert f"{told['verdict']}: " in done.out
    for row in TABLE:
        assert (f"  {row.id}  {row.title}" in done.out) == (row.id in told["findings"])
        assert row.id not in told["findings"] or row.todo in done.out
    assert "{" not in done.out


@pytest.mark.parametrize("name", NAMES)
def test_json_has_every_finding_and_no_sentence(desk: Desk, name: str) -> None:
    """IDs and facts in one object; what is said to people is not in it."""
    found = vector(desk, name, "--json").json
    assert [one["id"] for one in found["findings"]] == said(name)["findings"]
    assert found["verdict"] == said(name)["verdict"]
    assert not {"because", "about", "why"} & {key for one in found["findings"] for key in one}


@pytest.mark.parametrize("lang", ["uk", "ru"])
@pytest.mark.parametrize("name", NAMES)
def test_findings_speak_the_language(desk: Desk, name: str, lang: str) -> None:
    """No English sentence is left in what a reader of Ukrainian or Russian gets."""
    english = {line.strip() for line in vector(desk, name).out.splitlines() if len(line.split()) > 3}
    other = {line.strip() for line in vector(desk, name, lang=lang).out.splitlines()}
    assert not english & other


def test_the_desk_publishes_proves_closes_and_the_auditor_agrees(desk: Desk) -> None:
    """As typed, from three exports of which one is lost, to COMPLETE."""
    came(desk, 0, 1, 2, lose=1)
    out = desk.folder / "handed"
    trust = ("--root", out / "root", "--trust", out / "trust")
    assert desk.run("org", "received", "--to", out).code == 0
    published = desk.run("org", "log", "publish", "--to", out / "logs", "--json").json
    assert desk.run("org", "verify", out / "bundles", *trust, "--log", out).code == 31
    assert desk.run("org", "audit", out, *trust).code == 31
    closed = desk.run("org", "log", "gap", "d-1", "2", "--reason", "lost", "--yes")
    assert closed.code == 0, closed.err
    again = desk.run("org", "log", "publish", "--to", out / "logs", "--json").json
    assert (again["before"], again["size"]) == (published["size"], published["size"] + 1)
    done = desk.run("org", "audit", out, *trust)
    assert done.code == 0, done.out
    proof = desk.run("org", "log", "prove", "--since", f"{again['folder']}/checkpoint").json
    assert (proof["type"], proof["size_before"]) == ("consistency", again["size"])


def test_custody_shows_no_typed_words_unless_asked(desk: Desk) -> None:
    """The reason of a purge may name people: it comes out with --plaintext alone."""
    document = desk.folder / "one.jsonl"
    document.write_bytes(lines([records.testimony(n=0)]))
    desk.run("laptop-1", "add", document)
    case = desk.run("laptop-1", "seal", "--all", "--yes", "--json").json["sealed"][0]["case"]
    purged = desk.run("laptop-1", "purge", case, "--reason", "danger", stdin=f"Mariia saw it\n{case}\n")
    assert purged.code == 0, purged.err
    shown = desk.run("laptop-1", "log", "custody")
    assert case in shown.out
    assert "Mariia" not in shown.out + desk.run("laptop-1", "log", "custody", "--json").out
    assert "Mariia" in desk.run("laptop-1", "log", "custody", "--plaintext").out


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    """No time, no folder, a digest and a checkpoint at once, neither, an unknown reason, a digest that is not there."""
    for words in (
        ("audit", desk.folder, "--root", "x", "--trust", "y", "--at", "today"),
        ("verify", desk.folder, "--root", "x", "--trust", "y", "--at", "2026"),
        ("log", "prove"),
        ("log", "prove", "sha256:00", "--since", "x"),
        ("log", "gap", "d-1", "0"),
        ("log", "gap", "d-1", "1", "--reason", "bored"),
    ):
        assert desk.run("org", *words).code == 2, words
    assert desk.run("org", "log", "prove", "sha256:00").code != 0


def test_a_log_that_is_refused_is_said_by_verify(desk: Desk) -> None:
    """The reader must not think that the log he gave was looked at and found without the bundle."""
    bundles = FOLDER.parent / "bundle"
    trust = ("--root", bundles / "trust" / "root", "--trust", bundles / "trust", "--at", "2026-11-21T17:40:00Z")
    given = ("--log", bundles / "logs" / "B27-refused")
    done = desk.run("org", "verify", bundles / "valid-logged.tar", *trust, *given)
    assert done.code == 31
    assert "1 of them are refused" in done.out
    assert json.loads(desk.run("org", "verify", bundles / "valid-logged.tar", *trust, *given, "--json").out)
