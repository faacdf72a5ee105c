"""A second coordinator beside the one of `loop.ready()`: `second = appointed(world)`; `exchange(world, second)`.

Both are `loop.World`s of one organisation, each with its own vault.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from intake.usecases.enrol import enrol
from intake.usecases.init import init
from intake.usecases.org_appoint import Office, org_appoint
from intake.usecases.org_pack import org_pack
from intake.usecases.relaying import relay
from tests.worlds.loop import Answers, Laptop, World

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from intake.usecases.enrol import PackTaken


def offline(world: World) -> Path:
    """Where the organisation's root, archives and recovery are."""
    return world.folder / "org" / "offline"


def at(world: World, when: datetime) -> World:
    """The same coordinator, later."""
    return replace(world, env=replace(world.env, clock=lambda: when))


def laptop_at(laptop: Laptop, when: datetime) -> Laptop:
    """The same laptop, later."""
    return replace(laptop, env=replace(laptop.env, clock=lambda: when))


def machine(world: World, name: str = "org-2") -> World:
    """A coming coordinator's machine: its vault and request are made."""
    env = replace(world.env, home=world.folder / name, ask=Answers())
    assert init(env, world.card.read_bytes(), role="coordinator").request is not None
    return World(env, env.home / "card", world.folder)


def appointed(world: World, *, identities: bool = True) -> World:
    """c-2, in office, with its first pack taken."""
    second = machine(world)
    request = (second.env.home / "request.age").read_bytes()
    done = org_appoint(world.env, request, offline(world), Office(identities=identities))
    assert done.pack is not None
    enrol(second.env, done.pack.read_bytes())
    return second


def pack_for(world: World, name: str) -> bytes:
    """A new pack, as it travels."""
    return org_pack(world.env, [name]).written[0].read_bytes()


def give_pack(world: World, to: World, name: str) -> PackTaken:
    """One coordinator's pack, taken by the other."""
    return enrol(to.env, pack_for(world, name))


def carry_on(world: World, to: World) -> None:
    """What one has, relayed and imported."""
    stick = world.folder / f"relay-{len(list(world.folder.glob('relay-*')))}"
    stick.mkdir()
    relay(world.env, stick)
    to.import_(stick)
