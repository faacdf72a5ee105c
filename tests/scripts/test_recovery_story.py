"""The coordinator's guide on recovery, done as written, by the program's own door."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.scripts import test_procedures as procedures
from tests.scripts.test_procedures import Doing
from tests.worlds.cli import seat
from tests.worlds.loop import lines
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path

HOMES = {"restored laptop": "laptop-again", "restored coordinator": "org-again"}


@dataclass
class Recovering(Doing):
    """The same, with the words of the sections on recovery."""

    def _put_in(self, word: str, home: str) -> str:
        folder = self.desk.folder
        places = {"LAPTOP": folder / "laptop-1", "LAPTOP-FILE": folder / "l.age", "DESK-FILE": folder / "d.age"}
        return str(places[word]) if word in places else super()._put_in(word, home)

    def drafted(self) -> None:
        """A draft on the first laptop."""
        added = self.desk.run("laptop-1", "add", "-", stdin=lines([made_up(n=7)]).decode())
        assert added.code == 0, added.err


@pytest.fixture
def doing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recovering:
    """An organisation with two laptops, as the guide has it."""
    desk = seat(tmp_path)
    shutil.copytree(desk.folder / "org" / "public", desk.folder / "public")
    shutil.copytree(desk.folder / "org" / "offline", desk.folder / "offline")
    shutil.copy(desk.folder / "org" / "card", desk.folder / "card")
    monkeypatch.setattr(procedures, "HOMES", {**procedures.HOMES, **HOMES})
    return Recovering(desk)


def test_a_forgotten_passphrase(doing: Recovering) -> None:
    """The draft is there under the passphrase that the person typed."""
    doing.drafted()
    for machine, words in procedures.steps("When a passphrase is forgotten"):
        doing.line(machine, [*words, "--new-passphrase-file", str(doing.desk.folder / "passphrase")])
    recovered, changed = doing.said
    assert (recovered.json["drafts"], changed.json) == (1, {"passphrase": "changed"})
    assert [row["state"] for row in doing.desk.run("laptop-1", "list", "--json").json] == ["draft"]


def test_a_dead_laptop(doing: Recovering) -> None:
    """Its sealed testimony is at the desk; a file of it that is damaged is named, and ends with 36."""
    doing.sealed("laptop-1")
    (doing.desk.folder / "laptop-1" / "store.db").write_bytes(b"rust")
    doing.all_of("When a laptop is dead")
    assert {one["state"] for one in doing.said[0].json["files"]} == {"taken"}
    assert doing.said[1].json == []
    assert len(doing.records("org")) == 1
    one = next((doing.desk.folder / "laptop-1" / "outbox").iterdir())
    one.write_bytes(one.read_bytes()[:1000])
    again = doing.desk.run("org", "import", "--salvage", doing.desk.folder / "laptop-1")
    assert again.code == 36
    assert one.name in again.out


def test_backups(doing: Recovering) -> None:
    """Both are restored: the draft is there, and the desk has what came after its backup."""
    doing.taken_in("laptop-1")
    doing.drafted()
    doing.all_of("Backups")
    doing.sealed("laptop-2", 1)
    laptop, *desk = procedures.steps("A vault from its backup")
    machine, words = laptop
    home = procedures.HOMES[machine]
    typed = [doing._put_in(word, home) for word in words]
    restored = doing.desk.run(home, *typed, "--words-match", "--json", stdin="none\n")
    assert restored.code == 0, restored.err
    assert (restored.json["drafts"], restored.json["sealed"]) == (1, 1)
    for machine, words in desk:
        doing.line(machine, [*words, "--words-match"] if words[0] == "restore" else words)
    assert (doing.said[-3].json["records"], doing.said[-3].json["replayed"]) == (2, 1)
    assert doing.desk.run("org-again", "list", "--json").json


def test_a_restore_asks_what_was_taken_back(doing: Recovering) -> None:
    """With nobody to say so, there is no vault; a command in that home says what is the matter."""
    doing.all_of("Backups")
    folder = doing.desk.folder
    words = ("restore", folder / "l.age", "--offline", folder / "offline", "--words-match")
    assert doing.desk.run("again", *words).code == 2
    assert doing.desk.run("again", *words, stdin="perhaps\n").code == 3
    assert doing.desk.run("again", "status").code == 12
    assert doing.desk.run("again", *words, stdin="none\n").code == 0
    assert doing.desk.run("again", "status").code == 0


def test_doctor(doing: Recovering) -> None:
    """A row for each check on both machines, whatever they are; text and JSON, and always 0."""
    doing.all_of("Is this machine sound")
    desk, laptop = (said.json for said in doing.said)
    assert [row["id"] for row in desk] == [row["id"] for row in laptop]
    assert {row["state"] for row in desk} <= {"ok", "note", "warning", "unknown"}
    for lang in ("uk", "ru"):
        said = doing.desk.run("laptop-1", "doctor", lang=lang)
        assert said.code == 0
        assert "the " not in said.out, "every sentence is said in that language"
