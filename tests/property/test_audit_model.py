"""Audits of random histories say exactly what was lost, withheld, damaged, forked, left out of logs; a model knows.

Laptops export, are restored and used twice, purge; sticks are lost; two desks take in what comes, give receipts, and
publish logs, some of them old ones; of what was received some is withheld, damaged or doubled. The model keeps who did
what to which bundle, and reads no file.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from intake.usecases.auditing import Audited, audit
from tests.worlds.audit import SECOND, Desk, Handed, Laptop, Sent, office
from tests.worlds.keys import NOW

if TYPE_CHECKING:
    from pathlib import Path

DEVICES = ("d-laptop-1", "d-laptop-2", "d-laptop-3")
HISTORIES = range(80)
STEPS = 14
Expected = set[tuple[object, ...]]


@dataclass
class Story:
    """One history, and what became of every bundle in it."""

    rng: random.Random
    sent: list[Sent] = field(default_factory=list)
    logged: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # officer: digests, in order
    predecessor: dict[tuple[str, str], str | None] = field(default_factory=dict)
    began: list[tuple[str, str]] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)  # digest, officer, size that its statement names
    purged: dict[str, frozenset[str]] = field(default_factory=dict)  # by digest: what its statement says

    def __post_init__(self) -> None:
        self.org = office(DEVICES)
        self.laptops = [Laptop(self.org, name) for name in DEVICES]
        self.desks = [Desk(self.org), Desk(self.org, SECOND)]

    def live(self) -> None:
        """Everything that happens before the auditor comes."""
        for _ in range(STEPS):
            laptop = self.rng.choice(self.laptops)
            match self.rng.choices(["export", "restore", "twice", "purge"], [10, 1, 1, 1])[0]:
                case "export":
                    self.export(laptop)
                case "restore" if laptop.seq:
                    laptop.begin(name_it=self.rng.random() < 0.7)
                case "twice" if laptop.seq:
                    self.export(replace(laptop, items=dict(laptop.items), purged=dict(laptop.purged)))
                case "purge" if laptop.items:
                    laptop.purge(self.rng.choice(list(laptop.items)))

    def export(self, laptop: Laptop) -> None:
        """One bundle, which may reach a desk, or two, or none."""
        new = laptop.seal(self.rng.randrange(3))
        left = frozenset(new[:1]) if self.rng.random() < 0.1 else frozenset[str]()
        made = laptop.export(leave=left, bundle=f"{self.rng.getrandbits(128):032x}")
        self.sent.append(made)
        self.purged[made.digest] = frozenset(laptop.purged)
        if (laptop.name, laptop.chain) not in self.predecessor:
            self.predecessor[laptop.name, laptop.chain] = laptop.predecessor
            self.began.append((laptop.name, laptop.chain))
        if laptop.checkpoint:
            self.seen.append((made.digest, laptop.checkpoint.origin.split("/")[1], laptop.checkpoint.size))
        if self.rng.random() < 0.15:
            return
        for desk in self.rng.sample(self.desks, self.rng.randrange(1, 3)):
            desk.receive(made)
            self.logged[desk.officer].append(made.digest)
            if self.rng.random() < 0.5:
                for item in made.items:
                    laptop.items.pop(item, None)
                laptop.checkpoint = desk.checkpoint()


@dataclass
class Given:
    """What of a story the auditor gets."""

    story: Story
    here: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)

    def hand_over(self, folder: Path) -> Path:
        """Some of what was received, and logs as they are or were."""
        rng, handed = self.story.rng, Handed(self.story.org)
        received = {digest for digests in self.story.logged.values() for digest in digests}
        for made in self.story.sent:
            if made.digest not in received:
                continue
            fate = rng.choices(["whole", "withheld", "damaged", "twice"], [16, 1, 1, 2])[0]
            if fate == "damaged":
                handed.files[f"bundles/{made.name}"] = (
                    made.tar[:-1536] + bytes([made.tar[-1536] ^ 1]) + made.tar[-1535:]
                )
                self.damaged.add(made.digest)
            elif fate != "withheld":
                handed.bundle(made)
                self.here.add(made.digest)
            if fate == "twice":
                handed.bundle(made, f"again-{made.name}")
        for desk in self.story.desks:
            cut = rng.randrange(len(desk.leaves) + 1) if rng.random() < 0.2 else len(desk.leaves)
            self.sizes[desk.officer] = cut
            handed.log(desk, cut)
        return handed.write(folder)

    def told(self) -> set[str]:
        """Digests that the logs at hand name."""
        return {digest for officer, size in self.sizes.items() for digest in self.story.logged[officer][:size]}

    def expected(self) -> Expected:
        """Every finding but notes: which row, whose, about what."""
        told, sent = self.told(), {made.digest: made for made in self.story.sent}
        known = [made for made in self.story.sent if made.digest in self.here | told]
        found: Expected = {("A01", digest) for digest in self.damaged}
        found |= {("A13", *sent[digest].place) for digest in self.here - told}
        found |= {("A14", digest) for digest in told - self.here - self.damaged}
        found |= {("A12", officer, size) for digest, officer, size in self.story.seen
                  if digest in self.here and size > self.sizes[officer]}  # fmt: skip
        return found | self.chains(known) | self.items()

    def chains(self, known: list[Sent]) -> Expected:
        """Lost numbers, forks, bundles that follow a side that is not known, chains that begin anew."""
        places: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for made in known:
            places[made.sender, made.chain][made.seq].add(made.digest)
        found: Expected = set()
        for (sender, chain), at in places.items():
            found |= {("A04", sender, chain, seq) for seq in range(1, max(at)) if seq not in at}
            found |= {("A05", sender, chain, seq) for seq, digests in at.items() if len(digests) > 1}
        for made in known:
            before = places[made.sender, made.chain].get(made.seq - 1)
            if made.digest in self.here and before and made.prev not in before:
                found.add(("A06", made.digest))
        return found | self.beginnings(set(places))

    def beginnings(self, known: set[tuple[str, str]]) -> Expected:
        """Of the chains with a bundle here, those that name none beside another such, or one that is not known."""
        here = {(made.sender, made.chain) for made in self.story.sent if made.digest in self.here}
        found: Expected = set()
        for sender in DEVICES:
            mine = [chain for chain in self.story.began if chain[0] == sender and chain in here]
            unnamed = [chain for chain in mine if self.story.predecessor[chain] is None]
            found |= {("A07", sender, len(unnamed) - 1)} if len(unnamed) > 1 else set()
            for chain in mine:
                named = self.story.predecessor[chain]
                if named is not None and (sender, named) not in known:
                    found.add(("A07", *chain))
        return found

    def items(self) -> Expected:
        """What bundles here name, and none here carries, and none here says was destroyed."""
        here = [made for made in self.story.sent if made.digest in self.here]
        carried = {item for made in here for item in made.items}
        found: Expected = set()
        for sender in DEVICES:
            mine = [made for made in here if made.sender == sender]
            gone = {item for made in mine for item in self.story.purged[made.digest]}
            left = {item for made in mine for item in made.unreceipted} - carried - gone
            found |= {("A08", sender, item) for item in left}
        return found


def told_by(done: Audited, given: Given) -> Expected:
    """The findings as the model names them."""
    names = {made.name: made.digest for made in given.story.sent}
    found: Expected = set()
    unnamed: Counter[str | None] = Counter()
    for one in done.findings:
        said, place = one.fields, (one.sender, one.fields.get("chain"))
        if one.id == "A04":
            found |= {("A04", *place, seq) for seq in range(int(str(said["first"])), int(str(said["last"])) + 1)}
        elif one.id == "A08":
            found |= {("A08", one.sender, item) for item in one.items}
        elif one.id == "A07" and "predecessor" not in said:
            unnamed[one.sender] += 1
        elif one.level != "note":
            about = {
                "A01": (names.get(str(said.get("file")).rpartition("/")[2]),),
                "A07": place,
                "A12": (said.get("officer"), said.get("seen")),
                "A06": (said.get("bundle"),),
                "A14": (said.get("bundle"),),
            }
            found.add((one.id, *about.get(one.id, (*place, said.get("seq")))))
    return found | {("A07", sender, n) for sender, n in unnamed.items()}


@pytest.mark.parametrize("seed", HISTORIES)
def test_an_audit_says_exactly_what_is_wrong(tmp_path: Path, seed: int) -> None:
    """Nothing that happened is left out, nothing that did not is said; COMPLETE only when nothing happened."""
    story = Story(random.Random(seed))  # noqa: S311  the same history every time
    story.live()
    given = Given(story)
    folder = given.hand_over(tmp_path)
    done = audit(folder / "handed", root=folder / "root", trust=folder / "trust", at=NOW)
    expected = given.expected()
    assert told_by(done, given) == expected
    assert done.verdict == ("INVALID" if given.damaged else "INCOMPLETE" if expected else "COMPLETE")
    assert done.bundles == len(given.here)


def test_the_histories_are_of_many_kinds(tmp_path: Path) -> None:
    """Agreement would mean little if every history were whole, or none."""
    kinds: dict[str, int] = defaultdict(int)
    for seed in HISTORIES:
        story = Story(random.Random(seed))  # noqa: S311
        story.live()
        given = Given(story)
        given.hand_over(tmp_path / str(seed))
        for name in {str(one[0]) for one in given.expected()} or {"whole"}:
            kinds[name] += 1
    assert set(kinds) == {"whole", "A01", "A04", "A05", "A06", "A07", "A08", "A12", "A13", "A14"}
    assert min(kinds.values()) > 1
