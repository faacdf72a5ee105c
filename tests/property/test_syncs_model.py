"""Syncs over a carrier that misbehaves: nothing is lost, imported twice or purged unreceipted; all agree in the end.

Real vaults, real deeds, one clock, a real folder behind the liar of worlds/liars.py. Syncs are cut in their middle, two
run at the same time, files are damaged and lost for good. A failure is the same each time: its seed is the test's name.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from intake.errors import DiskFull, TransportError
from intake.store.vault import Vault
from intake.transports import folder_carrier, pieces
from intake.usecases.syncing import sync
from tests.worlds.liars import Lying
from tests.worlds.loop import PASSPHRASE
from tests.worlds.records import made_up
from tests.worlds.sticks import DEVICES, OFFICERS, cut_at, desk_seen, laptop_seen, party

if TYPE_CHECKING:
    from pathlib import Path

    from intake.store.rows import ReceivedItem
    from intake.usecases.environment import Environment
    from intake.usecases.syncing import Synced
    from tests.worlds.sticks import Party

QUIET_DAYS = 31 * 24  # longer than the pause after which what nobody answered goes again
ROUNDS = 12


class Story:
    """What happens, and what must be true after each of it."""

    def __init__(self, folder: Path, seed: int, lying: Lying) -> None:
        self.party: Party = party(folder)
        self.rng = random.Random(seed)  # noqa: S311  a story, not secrets
        self.lying = lying
        self.place = folder / "place"
        self.place.mkdir()
        self.told = 0
        self.sealed: set[str] = set()
        self.happened: Counter[str] = Counter()

    def env(self, name: str) -> Environment:
        """Of a laptop or a desk."""
        return (self.party.laptops[name] if name in DEVICES else self.party.desks[name]).env

    def sync(self, name: str) -> Synced | None:
        """One sync; whatever the carrier does, it ends, and with nothing but what a carrier's fault is called."""
        try:
            done = sync(self.env(name), str(self.place))
        except (TransportError, DiskFull):
            self.happened["stopped"] += 1
            return None
        self.happened["stopped" if done.stopped else "synced"] += 1
        return done

    def step(self) -> None:
        """One thing that happens, and a look."""
        name = self.rng.choice((*DEVICES, *OFFICERS))
        match self.rng.choices(("sync", "cut", "two", "seal"), (70, 10, 10, 10))[0]:
            case "seal":
                self.seal(self.rng.choice(DEVICES))
            case "cut":
                cut_at(self.rng.randrange(1, 4000), lambda: self.sync(name))
            case "two":
                other = self.rng.choice([one for one in (*DEVICES, *OFFICERS) if one != name])
                self.lying.meanwhile = lambda: self.sync(other)
                self.sync(name)
            case _:
                self.sync(name)
        self.party.clock.wait(0.1)
        self.look(name)

    def seal(self, device: str) -> None:
        """A testimony more."""
        laptop = self.party.laptops[device]
        laptop.add([made_up(n=self.told)])
        self.told += 1
        laptop.seal()
        self.sealed |= set(laptop_seen(laptop).stubs)

    def look(self, name: str) -> None:
        """What somebody of the outside could see of one vault."""
        if name in DEVICES:
            self.look_at_laptop(name)
        else:
            self.look_at_desk(name)

    def look_at_laptop(self, name: str) -> None:
        """A file is here, or a coordinator has it and said so."""
        seen = laptop_seen(self.party.laptops[name])
        gone = {sha256 for sha256, item in seen.items.items() if item.state == "receipted"}
        assert seen.items.keys() - seen.files <= gone
        assert gone <= {row.sha256 for officer in OFFICERS for row in self.rows(officer, "imported", "already-have")}
        assert {seen.items[one].record_digest for one in gone} <= set().union(
            *(desk_seen(self.party.desks[officer]).records for officer in OFFICERS)
        )

    def look_at_desk(self, name: str) -> None:
        """Nothing came in twice, nothing that nobody sealed, nothing was refused."""
        seen = desk_seen(self.party.desks[name])
        assert seen.records.keys() <= self.sealed
        assert not seen.quarantine
        twice = Counter(
            (row.sha256, row.record_digest, row.kind, row.attachment_index, row.part)
            for row in self.rows(name, "imported")
        )
        assert set(twice.values()) <= {1}

    def rows(self, officer: str, *outcomes: str) -> list[ReceivedItem]:
        """What became of items at a desk."""
        with Vault.open(self.env(officer).home, PASSPHRASE) as vault:
            rows = [row for one in vault.ledger.list() for row in vault.ledger.items(one.digest)]
        return [row for row in rows if row.outcome in outcomes]

    def end(self) -> None:
        """The carrier behaves: in a few rounds everybody has everything, and nothing is under way."""
        self.lying.rate = 0
        for _ in range(ROUNDS):
            done = [self.sync(name) for name in (*DEVICES, *OFFICERS)]
            assert all(one is not None and one.stopped is None for one in done)
            if not any(one.anything for one in done if one) and self.is_quiet():
                break
            if not any(one.anything for one in done if one):
                self.party.clock.wait(QUIET_DAYS)
        for name in (*DEVICES, *OFFICERS):
            self.look(name)
            assert not list((self.env(name).home / "outgoing").iterdir())
            assert not (self.env(name).home / "incoming").exists()
        desks = [desk_seen(self.party.desks[name]) for name in OFFICERS]
        for desk in desks:
            assert desk.records.keys() == self.sealed
            assert desk.identities.keys() == self.sealed
        assert self.is_quiet()

    def is_quiet(self) -> bool:
        """Whether no laptop waits for a word."""
        return not any(laptop_seen(self.party.laptops[name]).files for name in DEVICES)


def live(folder: Path, seed: int, steps: int, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A story from its beginning to its end."""
    lying = Lying(seed)
    monkeypatch.setattr(folder_carrier, "FolderCarrier", lying)
    monkeypatch.setattr(pieces, "MAX_NAMES", 5000)
    story = Story(folder, seed, lying)
    for _ in range(steps):
        story.step()
    story.end()
    return story


@pytest.mark.parametrize("seed", [1])
def test_syncs_with_a_liar(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small number of steps of a story."""
    story = live(tmp_path, seed, 30, monkeypatch)
    assert story.lying.wrongs
    assert min(story.happened["synced"], story.happened["stopped"]) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_a_thousand_syncs_with_a_liar(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four stories of 300 steps, of which nine in ten are syncs: more than a thousand."""
    story = live(tmp_path, seed, 300, monkeypatch)
    assert story.happened.total() >= 250
