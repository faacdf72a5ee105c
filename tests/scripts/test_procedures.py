"""The coordinator's guide, done as written: what happens when a laptop, a coordinator, a year or a key is gone.

Each line of a section is typed at the machine it names; words in capitals are put in, and whoever would compare eight
words by voice says that they did.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from intake.cli.table import COMMANDS
from tests.worlds.cli import Desk, Outcome, seat
from tests.worlds.loop import lines
from tests.worlds.records import made_up

PAGE = (Path(__file__).parents[2] / "docs" / "guide" / "coordinator.md").read_text(encoding="utf-8")
HOMES = {
    "coordinator": "org",
    "second coordinator": "org-2",
    "new coordinator": "org-2",
    "laptop": "laptop-1",
    "other laptop": "laptop-2",
    "renewed laptop": "laptop-3",
}
ASKS_FOR_WORDS = ("init", "org appoint", "org enrol")


def steps(section: str) -> list[tuple[str, list[str]]]:
    """Machine and words of each line of a section's first block."""
    body = PAGE.split(f"\n## {section}\n")[1]
    block = re.search(r"^```sh\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)
    assert block
    found = [line.rpartition("#") for line in block[1].splitlines()]
    return [(machine.strip(), shlex.split(typed)[1:]) for typed, _, machine in found]


@dataclass
class Doing:
    """A section under way: what was said at each step, in order."""

    desk: Desk
    said: list[Outcome] = field(default_factory=list)
    case: str = ""

    def all_of(self, section: str, *, refused: tuple[int, ...] = ()) -> None:
        """Every line; those of `refused` may end with another code than 0."""
        for number, (machine, words) in enumerate(steps(section)):
            self.line(machine, words, ends_well=number not in refused)

    def line(self, machine: str, words: list[str], *, ends_well: bool = True) -> None:
        """One line."""
        home = HOMES[machine]
        typed = [self._put_in(word, home) for word in words]
        if " ".join(words[:2]).startswith(ASKS_FOR_WORDS) and "--trust" not in words:
            typed.append("--words-match")
        outcome = self.desk.run(home, *typed, "--json", stdin=f"as they asked\n{self.case}\n")
        assert (outcome.code == 0) == ends_well, (words, outcome.out, outcome.err)
        self.said.append(outcome)

    def _put_in(self, word: str, home: str) -> str:
        folder = self.desk.folder
        places = {
            "STICK": self.desk.stick,
            "OFFLINE": folder / "org" / "offline",
            "PUBLIC": folder / "public",
            "CARD": folder / "card",
            "CASE": self.case,
            "CODING": folder / "coding.json",
            "PLACE": folder,
        }
        if word == "REQUEST":
            return str(max(folder.glob("*/request.age"), key=lambda path: path.stat().st_mtime_ns))
        if word == "PACK":
            name = self._name(home)
            packs = [path for path in folder.glob(f"*/packs/{name}-*.pack.age") if path.parts[-3] != home]
            return str(max(packs, key=lambda path: path.stat().st_mtime_ns))
        return str(places.get(word, word))

    def _name(self, home: str) -> str:
        """Whose packs come to this machine."""
        return {"org": "c-1", "org-2": "c-2", "laptop-1": "d-1", "laptop-2": "d-2", "laptop-3": "d-3"}[home]

    def sealed(self, home: str, n: int = 0) -> None:
        """A testimony, on the stick."""
        added = self.desk.run(home, "add", "-", stdin=lines([made_up(n=n)]).decode())
        assert added.code == 0, added.err
        assert self.desk.run(home, "seal", "--all", "--yes", stdin="because\n" * 20).code == 0
        assert self.desk.run(home, "export", "--to", self.desk.stick).code == 0

    def taken_in(self, home: str) -> None:
        """A testimony that the first coordinator has; the stick is empty again."""
        self.sealed(home)
        assert self.desk.run("org", "import", self.desk.stick).code == 0
        self.empty_stick()

    def empty_stick(self) -> None:
        """For the next thing to carry."""
        for path in self.desk.stick.iterdir():
            path.unlink()

    def records(self, home: str) -> list[str]:
        """The testimonies of a vault, by their case codes."""
        return sorted(row["case"] for row in self.desk.run(home, "list", "--json").json)


@pytest.fixture
def doing(tmp_path: Path) -> Doing:
    """An organisation with two laptops; card and public files lie where an auditor has them."""
    desk = seat(tmp_path)
    (desk.folder / "org" / "public").rename(desk.folder / "public")
    (desk.folder / "org" / "card").rename(desk.folder / "card")
    return Doing(desk)


def test_a_testimony_is_taken_back(doing: Doing) -> None:
    """Withdrawn on a laptop that never held it: marked, believed by the phrase or a reason, erased, and gone."""
    doing.taken_in("laptop-1")
    (doing.case,) = doing.records("org")
    said = "all\nerase_all\nperson\n\nno such phrase\n"
    assert doing.desk.run("laptop-2", "withdraw", doing.case, stdin=said).code == 0
    assert doing.desk.run("laptop-2", "export", "--to", doing.desk.stick).code == 0
    doing.all_of("When somebody takes a testimony back")
    assert [row["marks"] for row in doing.said[1].json] == [["withdrawn"]]
    assert doing.said[3].json["erased"] == 1
    assert [row["state"] for row in doing.desk.run("org", "list", "--json").json] == ["erased"]


def test_another_coordinators_erasure(doing: Doing) -> None:
    """It closes the case at the second desk; a word there destroys it."""
    doing.taken_in("laptop-1")
    (doing.case,) = doing.records("org")
    doing.all_of("A second coordinator")
    assert doing.desk.run("org", "decide", "erase", doing.case, stdin=f"прохання\n{doing.case}\n").code == 0
    doing.empty_stick()
    assert doing.desk.run("org", "export", "--to", doing.desk.stick).code == 0
    doing.all_of("When another coordinator decided to erase")
    assert doing.said[-3].json[0]["marks"] == ["an erasure waits for a word here"]
    assert doing.said[-2].json["erased"] == 1
    assert [row["state"] for row in doing.desk.run("org-2", "list", "--json").json] == ["erased"]


def test_a_testimony_is_coded(doing: Doing) -> None:
    """Out of a file; shown beside the account, and carried on."""
    doing.taken_in("laptop-1")
    (doing.case,) = doing.records("org")
    (doing.desk.folder / "coding.json").write_text('{"sensitivity": "strict"}')
    doing.all_of("What a testimony is in law")
    assert [one["record"]["kind"] for one in doing.said[1].json["records"].values()] == ["coding"]


def test_every_line_of_the_guide_is_a_command_at_a_machine() -> None:
    """All blocks, also those that other tests run."""
    known = {entry.name for entry in COMMANDS}
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    typed = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    assert len(typed) > 20
    assert all(words[0] == "intake" for words in typed)
    assert all(words[1] in known or " ".join(words[1:3]) in known for words in typed)


def test_a_second_coordinator(doing: Doing) -> None:
    """It ends with the same testimonies, and a laptop that seals to both."""
    doing.taken_in("laptop-1")
    doing.all_of("A second coordinator")
    assert doing.records("org-2") == doing.records("org") != []
    doing.sealed("laptop-1", 1)
    assert doing.desk.run("org-2", "import", doing.desk.stick).code == 0
    assert len(doing.records("org-2")) == 2


def test_without_a_stick(doing: Doing) -> None:
    """By the same line four times: the testimony is at the desk, and gone from the laptop."""
    doing.sealed("laptop-1")
    doing.all_of("Without a stick")
    assert len(doing.records("org")) == 1
    assert doing.said[-1].json["receipts"]["purged"] == 2
    assert doing.desk.run("laptop-1", "sync", "--json").json["sent"] == []  # the last place, and nothing due


def test_a_lost_laptop(doing: Doing) -> None:
    """What was imported stays; what it sends after is kept aside; the other laptop goes on."""
    doing.sealed("laptop-1")
    assert doing.desk.run("org", "import", doing.desk.stick).code == 0
    before = doing.records("org")
    doing.sealed("laptop-1", 1)
    doing.all_of("When a laptop is lost", refused=(2,))
    assert doing.records("org") == before
    assert "B14" in doing.said[3].out
    devices = {one["name"]: one["state"] for one in doing.said[-1].json["devices"]}
    assert devices == {"d-1": "revoked", "d-2": "in-force"}


def test_a_laptop_whose_year_ends(doing: Doing) -> None:
    """What it had is handed over, and the same machine goes on under a new name."""
    doing.sealed("laptop-1")
    doing.all_of("When a laptop's year ends")
    assert doing.said[-1].json["principal"] == "d-3"
    doing.sealed("laptop-3", 1)
    assert doing.desk.run("org", "import", doing.desk.stick).code == 0
    assert len(doing.records("org")) == 2


def test_a_coordinator_who_leaves(doing: Doing) -> None:
    """Everything of theirs is here first; then a laptop's bundle opens for the one who stays, and not for them."""
    doing.taken_in("laptop-2")
    doing.all_of("A second coordinator")
    doing.sealed("laptop-1", 1)
    assert doing.desk.run("org-2", "import", doing.desk.stick).code == 0
    doing.empty_stick()
    doing.all_of("When a coordinator leaves")
    assert doing.records("org") == doing.records("org-2")
    officers = {one["name"]: one["state"] for one in doing.said[-1].json["officers"]}
    assert officers == {"c-1": "in-force", "c-2": "revoked"}
    doing.sealed("laptop-1", 2)
    for home, count in (("org-2", 2), ("org", 3)):
        doing.desk.run(home, "import", doing.desk.stick)  # its predecessor went to the other: B25 is undecided
        assert len(doing.records(home)) == count


def test_a_coordinator_who_is_lost(doing: Doing) -> None:
    """Out of public files, the root and the archive: what was on the stick is read, and the laptop goes on."""
    doing.sealed("laptop-1")
    (doing.desk.folder / "org" / "store.db").unlink()
    doing.all_of("When a coordinator is lost")
    assert len(doing.records("org-2")) == 1
    doing.empty_stick()
    doing.sealed("laptop-1", 1)
    assert doing.desk.run("org-2", "import", doing.desk.stick).code == 0
    assert len(doing.records("org-2")) == 2


def test_new_keys_for_a_new_month(doing: Doing) -> None:
    """The next key is made, carried and named; the present one is in use until then, and is not destroyed."""
    doing.all_of("New keys for a new month")
    assert len(doing.said[-1].json["epochs"]) == 2
    assert doing.desk.run("org", "org", "rotate", "--destroy", "--yes").code != 0
