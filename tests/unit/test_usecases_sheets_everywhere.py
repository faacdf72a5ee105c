"""Every ceremony that needs a key of the organisation, with sheets alone: the folder of the keys does not exist."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from intake.errors import SheetOfOtherSet, TooFewSheets
from intake.store.vault import Vault
from intake.usecases.backup import backup
from intake.usecases.enrol import enrol
from intake.usecases.importing import import_
from intake.usecases.offline import FILES, Sheets
from intake.usecases.org_appoint import org_appoint, org_take_office
from intake.usecases.org_recover import org_recover
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.org_rotate import org_rotate, org_rotate_officers
from intake.usecases.restore import Sources, restore
from intake.usecases.retrying import retry
from intake.usecases.salvaging import salvage
from intake.usecases.shares_split import Handful, Plan, org_split
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, environment, ready
from tests.worlds.officers import machine, pack_for
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.shares import KeySet
    from intake.usecases.environment import Environment

SHEETS = Sheets()


@dataclass
class Scene:
    """An organisation without a folder of keys, and what its custodians have on paper."""

    world: World
    laptop: Laptop
    hands: list[Handful]

    def words(self, *sets: KeySet) -> list[str]:
        """Two sheets of each, as they are typed."""
        pages = [
            page for one in sets for handful in self.hands[:2] for page in handful.pages if page.sheet.key_set == one
        ]
        return [" ".join(page.sheet.words) for page in pages]

    def desk(self, *sets: KeySet, texts: tuple[str, ...] = ()) -> Environment:
        """The coordinator's, with exactly these sheets: one more question would find none."""
        return replace(self.world.env, ask=Answers(sheets=self.words(*sets), texts=list(texts)))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Everything split, recovery too; the folder is gone."""
    world, laptop, _ = ready(tmp_path)
    hands: list[Handful] = []
    org_split(world.env, world.env.home / "offline", Plan(2, 3, tuple(FILES), later=True), hands.append)
    shutil.rmtree(world.env.home / "offline")
    return Scene(world, replace(laptop, env=replace(laptop.env, ask=Answers(texts=["because"] * 50))), hands)


def all_typed(env: Environment) -> bool:
    """No sheet was left over: nothing was asked for that was not needed."""
    assert isinstance(env.ask, Answers)
    return not env.ask.sheets


def handed_over(scene: Scene) -> None:
    """A testimony on the stick."""
    scene.laptop.add([made_up()])
    scene.laptop.seal()
    scene.laptop.export()


def test_the_root_appoints_and_revokes(scene: Scene) -> None:
    """A second coordinator comes and goes by the sheets of the root, and of nothing else."""
    second = machine(scene.world)
    env = scene.desk("root")
    done = org_appoint(env, (second.env.home / "request.age").read_bytes(), SHEETS)
    assert done.pack is not None
    assert all_typed(env)
    enrol(second.env, done.pack.read_bytes())
    env = scene.desk("root")
    assert org_revoke(env, "c-2", Case("left", offline=SHEETS)).principal == "c-2"
    assert all_typed(env)


def test_the_root_gives_new_signing_keys(scene: Scene) -> None:
    """The coordinator goes on under another name."""
    env = scene.desk("root")
    assert org_rotate_officers(env, SHEETS).principal == "c-2"
    assert all_typed(env)


def test_office_is_taken_where_no_coordinator_is_left(scene: Scene) -> None:
    """Public files and three sheets of paper are enough."""
    second = machine(scene.world)
    env = replace(second.env, ask=Answers(sheets=scene.words("root")))
    assert org_take_office(env, scene.world.env.home / "public", SHEETS).principal == "c-2"


def test_the_archives_open_what_waits(scene: Scene) -> None:
    """Items whose epoch key is gone, sealed before and carried after: each set opens its part."""
    scene.laptop.add([made_up()])
    scene.laptop.seal()
    org_rotate(scene.world.env, "2026-11")
    with Vault.open(scene.world.env.home, PASSPHRASE) as vault:
        vault.secrets.remove("epoch/2026-11")
    enrol(scene.laptop.env, pack_for(scene.world, "d-1"))
    scene.laptop.export()
    assert "awaiting-key" in {item.state for item in scene.world.import_().bundles[0].items}
    env = scene.desk("archive", "identity-archive")
    assert retry(env, SHEETS).opened > 0
    assert all_typed(env)


def test_an_import_with_sheets(scene: Scene) -> None:
    """The same at once."""
    handed_over(scene)
    second = machine(scene.world)
    env = replace(second.env, ask=Answers(sheets=scene.words("root", "archive", "identity-archive")))
    org_take_office(env, scene.world.env.home / "public", SHEETS)
    report = import_(env, (scene.world.folder / "stick",), None, SHEETS)
    assert {item.state for item in report.bundles[0].items} == {"imported"}


def test_a_salvage_with_sheets(scene: Scene) -> None:
    """A dead laptop's outbox."""
    scene.laptop.add([made_up()])
    scene.laptop.seal()
    env = scene.desk("archive", "identity-archive")
    assert {one.state for one in salvage(env, scene.laptop.env.home, SHEETS).files} == {"taken"}
    assert all_typed(env)


def test_a_forgotten_passphrase(scene: Scene) -> None:
    """Where recovery was split as well."""
    env = scene.desk("recovery")
    assert org_recover(env, scene.laptop.env.home, SHEETS).principal == "d-1"
    assert all_typed(env)


def test_a_backup_comes_back(scene: Scene, tmp_path: Path) -> None:
    """A laptop's, with recovery alone; a desk's, whose later bundles the archive opens."""
    file = backup(scene.laptop.env, tmp_path / "laptop.age").path
    env = replace(environment(tmp_path / "again"), ask=Answers(sheets=scene.words("recovery"), texts=["none"]))
    assert restore(env, file, Sources(SHEETS)).principal == "d-1"
    file = backup(scene.world.env, tmp_path / "desk.age").path
    handed_over(scene)
    custodians = Answers(sheets=scene.words("recovery", "archive", "identity-archive"))
    env = replace(environment(tmp_path / "desk"), ask=custodians)
    assert restore(env, file, Sources(SHEETS, (scene.world.folder / "stick",))).records == 1
    assert not custodians.sheets


def test_a_wrong_set_changes_nothing(scene: Scene) -> None:
    """Another set, or too few: nobody is appointed, and the right sheets do it then."""
    second = machine(scene.world)
    request = (second.env.home / "request.age").read_bytes()
    with pytest.raises(SheetOfOtherSet):
        org_appoint(scene.desk("archive"), request, SHEETS)
    few = replace(scene.world.env, ask=Answers(sheets=scene.words("root")[:1]))
    with pytest.raises(TooFewSheets):
        org_appoint(few, request, SHEETS)
    assert org_appoint(scene.desk("root"), request, SHEETS).principal == "c-2"
