"""The menu in lines offers what the screens offer, and every way of it is a command that is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from intake.app.application import OPENS
from intake.cli.group import build
from intake.cli.menu import FIRST, WAYS, Way
from intake.cli.table import COMMANDS
from intake.errors import FileUnreadable
from intake.usecases.desk import Place
from intake.usecases.init import init
from intake.usecases.requesting import carry_request
from tests.worlds.loop import environment, found

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES = {entry.name: entry for entry in COMMANDS}
APP = Path(__file__).parents[2] / "src" / "intake" / "app"


def every_way() -> Iterator[Way]:
    """Of all entries, and of the first start."""
    yield from (way for ways in WAYS.values() for way in ways)
    yield from FIRST


def test_every_entry_of_the_first_page_has_its_ways() -> None:
    """The same table of entries for both faces."""
    assert set(WAYS) == set(get_args(Place)) == {"new", *OPENS}


@pytest.mark.parametrize("way", list(every_way()), ids=lambda way: way.title)
def test_every_way_is_a_command(way: Way) -> None:
    """With a word for each thing that is asked, the command line takes it; with one more it would not know it."""
    words = [*way.words[1:], *("made-up" for _ in way.asks)]
    context = build(ENTRIES[way.words[0]]).make_context(way.words[0], words)
    assert not context.args


@pytest.mark.parametrize("deed", [
    "attach", "gaps", "seal", "discard", "amend", "withdraw", "export", "sync", "receipts", "enrol", "init",
    "carry_request", "doctor", "backup", "change_passphrase",
])  # fmt: skip
def test_what_a_screen_does_can_be_done_in_lines(deed: str) -> None:
    """A use case that a screen runs is a command of the menu."""
    assert any(f"import {deed}" in path.read_text("utf-8") or f", {deed}" in path.read_text("utf-8")
               for path in APP.rglob("*.py"))  # fmt: skip
    commands = {"carry_request": "request", "change_passphrase": "passphrase"}
    assert any(way.words[0] == commands.get(deed, deed) for way in every_way())


def test_a_request_that_is_not_there_is_not_carried(tmp_path: Path) -> None:
    """A laptop without an organisation has none; one with a card has."""
    alone, ready = environment(tmp_path / "alone"), environment(tmp_path / "ready")
    init(alone, None)
    with pytest.raises(FileUnreadable):
        carry_request(alone, tmp_path)
    init(ready, (found(tmp_path / "org").env.home / "card").read_bytes())
    assert carry_request(ready, tmp_path).path.read_bytes() == (ready.home / "request.age").read_bytes()
