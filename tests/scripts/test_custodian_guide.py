"""The custodian's guide, done as written, in both languages: from the folder to paper, from paper to every ceremony.

Custodians stand at stdin: they take the sheets that lie on the paper folder, press Enter, and type what is asked for.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from intake.cli.shell import run
from intake.usecases.offline import CUSTOMARY, FILES
from tests.worlds.cli import Desk, Outcome, seat
from tests.worlds.loop import lines
from tests.worlds.records import made_up
from tests.worlds.sheets import words_on

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
ENGLISH, UKRAINIAN = ((GUIDE / f"custodian{end}.md").read_text("utf-8") for end in ("", ".uk"))
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOMES = {"coordinator": "org", "new coordinator": "org-2"}
NEED = 3


def steps(section: str) -> list[tuple[str, list[str]]]:
    """Machine and words of each line of a section's block."""
    block = BLOCK.search(ENGLISH.split(f"\n## {section}\n")[1])
    assert block
    found = [line.rpartition("#") for line in block[1].splitlines()]
    return [(machine.strip(), shlex.split(typed)[1:]) for typed, _, machine in found]


def test_both_languages_say_the_same_commands() -> None:
    """Line by line, also the options within sentences; as many sections and tables."""
    pages = (ENGLISH, UKRAINIAN)
    typed = [
        [line.partition("#")[0].strip() for block in BLOCK.findall(page) for line in block.splitlines()]
        for page in pages
    ]
    assert typed[0] == typed[1]
    assert len(typed[0]) == 16
    spoken = [sorted(re.findall(r"`(--[^`]+|intake [^`]+)`", page)) for page in pages]
    assert spoken[0] == spoken[1]
    assert [page.count("\n## ") for page in pages] == [9, 9]


@dataclass
class Custodians(io.TextIOBase):
    """Five people beside the machine, who type what is on their sheets. `paper`: where those lie to be printed."""

    paper: Path
    held: dict[str, dict[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=lambda: ["destroy"])
    fresh: list[str] = field(default_factory=list)

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]
        """Whoever is there takes their sheets; then sets are typed, in the order in which they are asked for."""
        lying = sorted(self.paper.glob("custodian-*/*.txt"))
        assert len({page.parent for page in lying}) <= 1, "two custodians' sheets lie there at once"
        for page in lying:
            key_set, number = page.stem.rsplit("-", 3)[0], int(page.stem.rsplit("-", 3)[1])
            if number == 1:
                self.held[key_set] = {}
                self.fresh.append(key_set)
            self.held[key_set][number] = words_on(page)
        if lying:
            self.asked = [words for one in self.fresh_sets() for words in self.some(one)]
            return "\n"
        self.fresh.clear()
        typed = self.asked.pop(0) if self.asked else self.after.pop(0) if self.after else ""
        return f"{typed}\n"

    def fresh_sets(self) -> list[str]:
        """What was handed out just now, in the order of sets."""
        return [one for one in FILES if one in self.fresh]

    def some(self, key_set: str) -> list[str]:
        """Any three."""
        return [words for _, words in sorted(self.held[key_set].items(), reverse=True)][:NEED]


@dataclass
class Doing:
    """An organisation, its paper, and the sections of the guide."""

    desk: Desk
    people: Custodians
    outcome: Outcome | None = None

    def section(self, name: str, *sets: str, after: tuple[str, ...] = ()) -> list[Outcome]:
        """Every line; `sets`: what custodians type, in the order in which it is asked for."""
        self.people.asked = [words for one in sets for words in self.people.some(one)]
        self.people.after = list(after)
        return [self.line(HOMES[machine], words) for machine, words in steps(name)]

    def line(self, home: str, words: list[str]) -> Outcome:
        """One line, as it stands there."""
        typed = [str(self._place(word)) for word in words]
        if " ".join(words[:2]).startswith(("init", "org appoint")) and "--trust" not in words:
            typed.append("--words-match")
        frame = [
            "--home",
            self.desk.folder / home,
            "--passphrase-file",
            self.desk.folder / "passphrase",
            "--lang",
            "en",
        ]
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", self.people):
            code = run([*map(str, frame), *typed, "--yes", "--json"])
        assert code == 0, (words, out.getvalue(), err.getvalue())
        return Outcome(code, out.getvalue(), err.getvalue())

    def _place(self, word: str) -> Any:
        folder = self.desk.folder
        return {
            "OFFLINE": folder / "org" / "offline",
            "PAPER": self.people.paper,
            "NEW": folder / "new",
            "PUBLIC": folder / "org" / "public",
            "CARD": folder / "org" / "card",
            "REQUEST": folder / "org-2" / "request.age",
            "STICK": self.desk.stick,
        }.get(word, word)

    def files(self, name: str = "org/offline") -> list[str]:
        """What lies in a folder of keys."""
        return sorted(path.name for path in (self.desk.folder / name).iterdir())


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Doing:
    """The ceremony, once."""
    folder = tmp_path_factory.mktemp("held")
    made = Doing(seat(folder), Custodians(folder / "paper"))
    made.outcome = made.section("The ceremony", after=("destroy",))[0]
    return made


@pytest.fixture
def after(held: Doing, tmp_path: Path) -> Doing:
    """The day after it."""
    folder = tmp_path / "after"
    shutil.copytree(held.desk.folder, folder)
    return Doing(Desk(folder), Custodians(folder / "paper", deepcopy(held.people.held)), held.outcome)


def sealed(desk: Desk, home: str = "laptop-1") -> None:
    """A testimony on the stick."""
    assert desk.run(home, "add", "-", stdin=lines([made_up()]).decode()).code == 0
    assert desk.run(home, "seal", "--all", "--yes", stdin="because\n" * 20).code == 0
    assert desk.run(home, "export", "--to", desk.stick).code == 0


def test_the_ceremony(after: Doing) -> None:
    """One custodian's sheets at a time; in the end the files are gone, and nothing lies where it was printed."""
    assert after.outcome is not None
    assert after.outcome.json["drilled"]["sets"] == list(CUSTOMARY)
    assert after.files() == ["recovery.age"]
    assert not any(after.people.paper.iterdir())
    assert {len(sheets) for sheets in after.people.held.values()} == {5}


def test_the_drill(after: Doing) -> None:
    """A year later: proved, dated, and one sheet by itself."""
    said = after.section("The drill", *CUSTOMARY, "archive")
    assert said[0].json["sets"] == list(CUSTOMARY)
    assert (said[1].json["number"], said[1].json["newest"]) == (5, True)
    assert {row["id"]: row["state"] for row in said[2].json}["last-drill"] == "ok"


def test_a_key_is_needed(after: Doing) -> None:
    """Each ceremony asks for its own set and for nothing more."""
    assert (
        after.desk.run(
            "org-2", "init", "--coordinator", "--org", after.desk.folder / "org" / "card", "--words-match"
        ).code
        == 0
    )
    after.section("A key is needed", "root", "root", "root", "archive", "identity-archive")
    assert after.people.asked == []


def test_a_lost_sheet(after: Doing) -> None:
    """Put together, split anew, taken out again; the old sheets are told apart by number and date."""
    old = {name: dict(sheets) for name, sheets in after.people.held.items()}
    after.section("When a sheet is lost", *CUSTOMARY, after=("destroy",))
    assert after.files() == ["recovery.age"]
    assert after.people.held["root"] != old["root"]
    told = after.desk.run("org", "org", "shares", "drill", "--set", "root", stdin=f"{old['root'][2]}\n", lang="en")
    assert told.code == 20
    assert "sheet 2 of the set root is not of the split of" in told.err


def test_another_root(after: Doing) -> None:
    """By the old root's sheets; the new one goes to paper, and appoints."""
    after.section("Another root", "root", after=("destroy",))
    assert after.files("new") == []
    made = after.desk.run(
        "org-2", "init", "--coordinator", "--org", after.desk.folder / "org" / "card", "--words-match"
    )
    assert made.code == 0, made.err
    after.people.asked = after.people.some("root")
    assert after.line("org", ["org", "appoint", "REQUEST", "--sheets"]).json["principal"] == "c-2"


def test_no_coordinator_is_left(after: Doing) -> None:
    """Paper and public files: what was on the stick is read."""
    sealed(after.desk)
    (after.desk.folder / "org" / "store.db").unlink()
    after.section("When no coordinator is left", "root", "root", "archive", "identity-archive")
    assert len(after.desk.run("org-2", "list", "--json").json) == 1
