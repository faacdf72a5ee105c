"""Two coordinators, sticks and decisions in any order, with repetition: both vaults end by saying the same."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.errors import NothingToDo
from intake.records.folding import View, fold
from intake.records.record import parse_record
from intake.store.vault import Vault
from intake.usecases.enrol import enrol
from tests.scripts.test_withdrawal_story import WORDS, Story, everything
from tests.worlds.loop import PASSPHRASE, World, environment
from tests.worlds.officers import appointed, carry_on, pack_for

if TYPE_CHECKING:
    import random

NAME = "Коваленко"  # of who tells it; in the identity part alone
FEW = settings(max_examples=12, deadline=None, derandomize=True)


@cache
def made() -> tuple[Path, str, tuple[str, ...]]:
    """Two coordinators, and four sticks: a testimony, an addendum by code, one by its laptop, a withdrawal."""
    folder = Path(tempfile.mkdtemp())
    story = Story(folder)
    appointed(story.world)
    for laptop in (story.holder, story.other):
        enrol(laptop.env, pack_for(story.world, laptop.principal))
    sticks = [
        story.told(),
        story.added(story.other, "share_un", "refused"),
        story.added(story.holder, "share_un", "given"),
        story.taken_back(effect="restrict"),
    ]
    return folder, story.case, tuple(str(stick.relative_to(folder)) for stick in sticks)


def view_of(world: World) -> View:
    """What the vault's records come to."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return fold([(one.digest, parse_record(one.record)) for one in vault.records.list()])


def copied(folder: Path) -> tuple[Story, World]:
    """The made world once more."""
    source, case, _ = made()
    shutil.copytree(source, folder, dirs_exist_ok=True)
    story = Story.__new__(Story)
    story.folder, story.case = folder, case
    desks = [World(environment(folder / name), folder / name / "card", folder) for name in ("org", "org-2")]
    story.world = desks[0]
    return story, desks[1]


@FEW
@given(st.randoms(use_true_random=False), st.sampled_from([None, "erase", "erase_identity"]), st.booleans())
def test_any_order_of_sticks_and_decisions_ends_the_same(
    chance: random.Random, erases: str | None, believes: bool
) -> None:
    """Each stick to either desk, in any order and some twice; a decision somewhere; then an exchange: both agree.

    What one erased the other confirms, before or after it hears more.
    """
    with tempfile.TemporaryDirectory() as name:
        first, second = copied(Path(name))
        desks = (first.world, second)
        sticks = [first.folder / stick for stick in made()[2]]
        for stick in chance.sample([*sticks, *chance.choices(sticks, k=2)], len(sticks) + 2):
            chance.choice(desks).import_(stick)
        for desk in desks:
            for stick in chance.sample(sticks, len(sticks)):
                desk.import_(stick)
        if believes:
            first.decide("withdrawal_confirmed", world=chance.choice(desks))
        if erases:
            first.decide(erases, world=chance.choice(desks))
        one, other = chance.sample(desks, 2)
        exchange(first, one, other, chance)
        views = [view_of(desk) for desk in desks]
        assert views[0] == views[1]
        assert all((WORDS.encode() in everything(desk)) is (erases != "erase") for desk in desks)
        assert all((NAME.encode() in everything(desk)) is (erases is None) for desk in desks)
        assert views[0].blocked
        if erases != "erase":
            assert views[0].consents["share_un"].choice.decision == "withdrawn"


def exchange(story: Story, one: World, other: World, chance: random.Random) -> None:
    """Relays until nobody has news; a word on the other's erasure, if one waits, in between or in the end."""
    for giver, taker in ((one, other), (other, one), (one, other), (other, one)):
        carry(giver, taker)
        if chance.random() < 0.5:
            confirm(story, taker)
    for giver, taker in ((one, other), (other, one)):
        confirm(story, giver)
        carry(giver, taker)


def confirm(story: Story, desk: World) -> None:
    """A word on the other's erasure, if one waits there."""
    with suppress(NothingToDo):
        story.decide("erase_confirmed", world=desk)


def carry(giver: World, taker: World) -> None:
    """A relay, if there is anything to carry."""
    try:
        carry_on(giver, taker)
    except NothingToDo:
        return
