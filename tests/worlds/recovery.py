"""Somebody who forgot a passphrase and chooses a new one; a backup brought back: for the tests of recovery."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from intake.usecases.restore import Restored, Sources, restore
from tests.worlds.loop import Answers

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.environment import Environment
    from tests.worlds.loop import World

NEW = "оселедець бандура колиска веселка ліхтар горобець"


@dataclass
class Chooser(Answers):
    """Knows the organisation's passphrase, and takes another one for the vault."""

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """The new one, not the suggested one."""
        assert prompt
        assert suggested
        return NEW


def chooser(env: Environment, *texts: str, match: bool = True) -> Environment:
    """The same environment, asking such a person, who types these texts."""
    return replace(env, ask=Chooser(texts=list(texts), match=match))


def opened_by_new(env: Environment) -> Environment:
    """The same, with the new passphrase at hand."""
    return replace(env, ask=Answers(secret=NEW))


def restored(world: World, file: Path, home: Path, *, withdrawals: tuple[Path, ...] = ()) -> Restored:
    """Restore into `home` with the organisation's keys; nothing was taken back, unless files say so."""
    sources = Sources(world.env.home / "offline", withdrawals)
    return restore(chooser(replace(world.env, home=home), "none"), file, sources)
