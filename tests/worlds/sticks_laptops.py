"""What laptops do in the histories of sticks_story.py: testimonies, addenda, withdrawals, exports, receipts heard."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.errors import NotAnAddendum, NothingToDo, WithdrawFromDraft
from intake.usecases.amending import amend
from intake.usecases.attach import attach
from intake.usecases.exporting import export
from intake.usecases.receipts import receipts
from intake.usecases.withdrawing import DESTROYED_BY, withdraw
from tests.worlds.records import VIOLATIONS, made_up
from tests.worlds.sticks import (
    DEVICES,
    OFFICERS,
    asking,
    cut_at,
    damaged,
    place_of,
)
from tests.worlds.sticks_model import Model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.worlds.loop import Laptop
    from tests.worlds.sticks import Party

CUT = 0.12  # how often a deed is ended in its middle
DAMAGE = 0.15


@dataclass(frozen=True)
class Stick:
    """A carried file, as it was made. `to`: fingerprints of who opens it."""

    path: Path
    digest: str
    sender: str
    to: frozenset[str]


def in_age(folder: Path) -> list[Path]:
    """Carried files in the order in which they were written: their names are random."""
    return sorted(folder.glob("*.age"), key=lambda path: path.stat().st_mtime_ns)


class Laptops(Model):
    """The laptops' moves."""

    def __init__(self, party: Party, seed: int) -> None:
        super().__init__(party)
        self.rng = random.Random(seed)  # noqa: S311  the same history every time
        self.told = 0  # testimonies
        self.sticks: list[Stick] = []
        self.taken_back: list[tuple[str, str]] = []  # case, effect
        self.left: set[str] = set()
        self.safe = False  # nothing is cut or damaged
        self.needed = self.rng.choice((1, 1, 2))

    def do(self, deed: Callable[[], Any], *, cut: bool = True) -> Any:
        """A deed, sometimes ended in its middle (None); with nothing to do it is none either."""
        try:
            if cut and not self.safe and self.rng.random() < CUT:
                return cut_at(int(10 ** self.rng.uniform(0.5, 3.5)), deed)
            return deed()
        except NothingToDo:
            return None

    def laptop(self) -> Laptop:
        """Any."""
        return self.party.laptops[self.rng.choice(self.devices)]

    @property
    def devices(self) -> list[str]:
        """Those in use."""
        return [one for one in DEVICES if one not in self.left]

    def officer(self) -> str:
        """Any."""
        return self.rng.choice(OFFICERS)

    def case(self) -> str | None:
        """Any that was sealed."""
        cases = [one.case for one in self.sealed.values() if one.kind == "full"]
        return self.rng.choice(cases) if cases else None

    def take(self, laptop: Laptop | None = None) -> None:
        """A testimony, sometimes with a file, sealed."""
        laptop = laptop or self.laptop()
        self.told += 1
        document = made_up(self.rng.choice(VIOLATIONS), self.told)
        added = self.do(lambda: laptop.add([document]))
        if added and self.rng.random() < 0.3:
            file = self.party.place("film") / "film.bin"
            file.write_bytes(self.rng.randbytes(self.rng.randrange(1, 40_000)))
            part: Any = self.rng.choice(("account", "identity"))
            self.do(lambda: attach(laptop.env, added.drafts[0].case, [file], part=part))
        self.look(laptop.principal)
        self.do(laptop.seal)
        self.look(laptop.principal)

    def export(self, laptop: Laptop | None = None, *, cut: bool = True) -> None:
        """Everything that no receipt covers, on a new stick."""
        laptop, stick = laptop or self.laptop(), self.party.place("stick")
        self.do(lambda: export(laptop.env, stick), cut=cut)
        self.look(laptop.principal)
        self.pick_up(stick, laptop.principal)

    def pick_up(self, stick: Path, name: str) -> None:
        """What lies on a stick and has its final name."""
        for path in in_age(stick):
            link = place_of(self.party, path)
            assert link.sender == name
            assert link.digest in {one.digest for one in self.seen[name].sent}
            self.sticks.append(Stick(path, link.digest, name, self.seen[name].seals_to))

    def add_more(self) -> None:
        """An addendum, on any laptop."""
        laptop, case = self.laptop(), self.case()
        if case is None:
            return
        env = asking(laptop.env, ["згадала", "Їх було двоє.", ""], ["addition_by_person", "person", "-"])
        try:
            self.do(lambda: amend(env, case), cut=False)
        except NotAnAddendum:
            return
        self.look(laptop.principal)
        self.do(laptop.seal)
        self.look(laptop.principal)

    def take_back(self) -> None:
        """A withdrawal, on any laptop."""
        laptop, case = self.laptop(), self.case()
        effect: Any = self.rng.choice(("erase_all", "erase_all", "erase_identity", "restrict"))
        if case is None:
            return
        told = [one for one in self.sealed.values() if (one.device, one.case) == (laptop.principal, case)]
        gone = DESTROYED_BY.get(effect, frozenset())
        self.let_go |= {
            sha for one in told if one.kind != "withdrawal" for sha, kind in one.items.items() if kind in gone
        }
        said = self.rng.choice(("", "синій чайник"))
        env = asking(laptop.env, ["", said, case], ["all", effect, "person"])
        try:
            self.do(lambda: withdraw(env, case))
        except WithdrawFromDraft:
            return
        self.taken_back.append((case, effect))
        self.look(laptop.principal)

    def hear(self) -> None:
        """Receipts of any age to a laptop, in any order; some for another one, some damaged."""
        desk = self.party.desks[self.officer()]
        lying = in_age(desk.env.home / "receipts")
        found = self.rng.sample(lying, min(len(lying), 4)) + self.rng.sample(self.copies, min(len(self.copies), 2))
        laptop, stick = self.laptop(), self.party.place("stick")
        for number, path in enumerate(found):
            data = path.read_bytes()
            bad = self.rng.random() < DAMAGE
            copy = stick / f"{number}.age"
            copy.write_bytes(damaged(self.rng, data) if bad else data)
            if not bad:
                self.believe(copy, laptop.principal)
        self.do(lambda: receipts(laptop.env, [stick]))
        self.look(laptop.principal)
