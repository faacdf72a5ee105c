"""The organisation's commands as typed: what they say, in whole lines, and what they refuse before they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.worlds.cli import Desk, seat

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An organisation, two laptops, a stick."""
    return seat(tmp_path)


def test_status_says_who_and_what_in_lines(desk: Desk) -> None:
    """Coordinators, laptops, keys, numbers; the same in Ukrainian."""
    assert desk.run("org", "org", "revoke", "d-2", "--reason", "lost").code == 0
    shown = desk.run("org", "org", "status")
    assert shown.code == 0
    lines = [line.split() for line in shown.out.splitlines()]
    assert any(line[:2] == ["c-1", "*"] for line in lines if line)
    assert any(line[:1] == ["d-2"] and "(lost)" in line for line in lines)
    assert any("in use" in line for line in shown.out.splitlines())
    assert "відкликано (lost)" in desk.run("org", "org", "status", lang="uk").out


def test_a_rotation_and_packs_say_what_to_do_next(desk: Desk) -> None:
    """Each note names the next command."""
    rotated = desk.run("org", "org", "rotate")
    assert rotated.code == 0
    assert "intake org pack" in rotated.err
    packed = desk.run("org", "org", "pack", "--purge-after", "2", "--envelope", "never")
    assert packed.code == 0
    assert packed.out.count(".pack.age") == 2
    taken = desk.run("laptop-1", "enrol", max((desk.folder / "org" / "packs").glob("d-1-*")))
    assert taken.code == 0
    assert "Until" in taken.out


def test_a_revoked_laptop_is_told(desk: Desk) -> None:
    """By the pack that is made for it, in its own words."""
    assert desk.run("org", "org", "revoke", "d-1", "--reason", "left").code == 0
    assert desk.run("org", "org", "pack", "d-1").code == 0
    packs = sorted((desk.folder / "org" / "packs").glob("d-1-*"), key=lambda path: path.stat().st_mtime_ns)
    told = desk.run("laptop-1", "enrol", packs[-1])
    assert told.code == 0
    assert "This laptop was revoked" in told.err


@pytest.mark.parametrize(
    "words",
    [
        ("org", "revoke", "d-1", "--reason", "Lost it"),
        ("org", "revoke", "d-1", "--reason", "lost", "--at", "yesterday"),
        ("org", "revoke", "d-1"),
        ("org", "rotate", "--officers"),
        ("org", "rotate", "--offline", "."),
        ("org", "rotate", "--identities", "--destroy"),
        ("org", "rotate", "--epoch", "2026-13"),
        ("org", "pack", "d-1", "--trained", "swimming"),
        ("org", "pack", "d-1", "--trained", "full"),
        ("org", "pack", "d-1", "d-2", "--interviewer", "I-1"),
        ("org", "pack", "--envelope", "sometimes"),
        ("org", "appoint", "--offline", "."),
        ("org", "appoint", "request.age", "--offline", ".", "--trust", "."),
        ("init", "--coordinator"),
    ],
)
def test_what_makes_no_sense_changes_nothing(desk: Desk, words: tuple[str, ...]) -> None:
    """Exit 2, and no trust file is another than before."""
    before = {path.name: path.read_bytes() for path in (desk.folder / "org" / "public" / "trust").iterdir()}
    home = "org-2" if words[0] == "init" else "org"
    assert desk.run(home, *words).code == 2
    after = {path.name: path.read_bytes() for path in (desk.folder / "org" / "public" / "trust").iterdir()}
    assert after == before


def test_nothing_to_do_is_said(desk: Desk) -> None:
    """A relay of nothing, a retry of nothing, the destruction of a key in use."""
    assert desk.run("org", "export", "--to", desk.stick).code == 3
    assert desk.run("org", "quarantine", "retry", "--json").json["opened"] == 0
    kept = desk.run("org", "org", "rotate", "--destroy", "--yes")
    assert kept.code == 20
    assert "org status" in kept.err


def test_a_key_is_destroyed_by_typing_its_month(desk: Desk) -> None:
    """`--yes` does not do it; a reason and the month, on stdin, do."""
    month = desk.run("org", "org", "status", "--json").json["epochs"][0]["label"]
    assert desk.run("org", "org", "rotate", "--epoch", month).code == 0
    words = ("org", "rotate", "--destroy", "--epoch", month, "--yes")
    assert desk.run("org", *words, stdin="burnt\nyes\n").code == 3
    assert len(desk.run("org", "org", "status", "--json").json["epochs"]) == 2
    assert desk.run("org", *words, stdin=f"burnt\n{month}\n").code == 0
    (left,) = desk.run("org", "org", "status", "--json").json["epochs"]
    assert left["in_use"]
