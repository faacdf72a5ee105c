"""The succession of the root, typed: laptops with old packs go on, a coordinator is appointed, the past stays good.

An auditor verifies everything with the first root, and with the newest, by this program, by the second verifier and by
stock tools; who kept the old root's folder can do nothing more with it here.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tools import second_verifier

from intake.usecases.environment import now
from intake.usecases.org_succeed import org_succeed
from tests.scripts.test_auditor_guide import block, run
from tests.worlds.cli import Desk, Outcome, seat
from tests.worlds.loop import environment, lines
from tests.worlds.records import made_up


def sealed(desk: Desk, home: str, n: int) -> None:
    """A testimony, sealed and on the stick."""
    assert desk.run(home, "add", "-", stdin=lines([made_up(n=n)]).decode()).code == 0
    assert desk.run(home, "seal", "--all", "--yes", stdin="because\n" * 20).code == 0
    assert desk.run(home, "export", "--to", desk.stick).code == 0


def pack_of(desk: Desk, home: str, name: str) -> Path:
    """The newest pack that this coordinator wrote for somebody."""
    found = (desk.folder / home / "packs").glob(f"{name}-*.pack.age")
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def succeed(desk: Desk, home: str, offline: Path, to: Path, *more: str) -> int:
    """The ceremony, typed; its exit code."""
    return desk.run(home, "org", "succeed", "--offline", offline, "--to", to, *more, "--json").code


def succeeded(desk: Desk) -> None:
    """The same with a cheap key derivation, which the command line has no switch for."""
    env = replace(environment(desk.folder / "org"), clock=now)
    org_succeed(env, desk.folder / "org" / "offline", desk.folder / "new")


def ended(said: Outcome, outcome: str) -> set[str]:
    """The checks of all bundles that ended so; `verify --json` writes a line for each bundle."""
    reports = [json.loads(line) for line in said.out.splitlines()]
    return {check["id"] for one in reports for check in one["checks"] if check["outcome"] == outcome}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Before, the ceremony, after; `old-root` is what an auditor was given on the first day."""
    desk = seat(tmp_path_factory.mktemp("succession"))
    org, mine = desk.folder / "org", desk.folder / "mine"
    mine.mkdir()
    shutil.copy(org / "public" / "root", mine / "old-root")
    sealed(desk, "laptop-1", 1)
    assert desk.run("org", "import", desk.stick).code == 0
    succeeded(desk)
    # A laptop that has not heard of it seals and hands over as before; one that has takes its receipts.
    sealed(desk, "laptop-2", 2)
    assert desk.run("org", "import", desk.stick, "--receipts-to", desk.stick).code == 0
    assert desk.run("laptop-1", "enrol", pack_of(desk, "org", "d-1")).code == 0
    for home in ("laptop-1", "laptop-2"):
        assert desk.run(home, "receipts", desk.stick).code == 0
    # The next coordinator, by the new root; its laptop takes its pack.
    asked = desk.run("org-2", "init", "--org", org / "card", "--coordinator", "--words-match")
    assert asked.code == 0, asked.err
    request = desk.folder / "org-2" / "request.age"
    named = desk.run("org", "org", "appoint", request, "--offline", desk.folder / "new", "--words-match")
    assert named.code == 0, named.err
    assert desk.run("org-2", "enrol", pack_of(desk, "org", "c-2")).code == 0
    assert desk.run("org-2", "org", "pack").code == 0
    assert desk.run("laptop-2", "enrol", pack_of(desk, "org-2", "d-2")).code == 0
    for home in ("org", "org-2"):
        assert desk.run(home, "received", "--to", mine / "handed").code == 0
        assert desk.run(home, "log", "publish", "--to", mine / "handed" / "logs").code == 0
    shutil.copy(org / "public" / "root", mine / "new-root")
    return desk


@pytest.mark.parametrize("root", ["old-root", "new-root"])
def test_an_auditor_with_either_root_verifies_all_of_it(story: Desk, root: str) -> None:
    """K94: what was signed before and after, by the name that the organisation has had from the beginning."""
    mine = story.folder / "mine"
    given = ("--root", mine / root, "--trust", mine / "handed" / "trust")
    verified = story.run(
        "org", "verify", mine / "handed" / "bundles", *given, "--log", mine / "handed" / "logs", "--json"
    )
    assert verified.code == 0, verified.out
    audited = story.run("org", "audit", mine / "handed", *given, "--json")
    assert (audited.code, audited.json["verdict"]) == (0, "COMPLETE"), audited.out
    assert not [one for one in audited.json["findings"] if one["id"] == "N08"]
    words = [str(mine / "handed" / "bundles"), *map(str, given), "--log", str(mine / "handed" / "logs")]
    assert second_verifier.main(words) == 0


@pytest.mark.parametrize("root", ["old-root", "new-root"])
def test_stock_tools_climb_the_succession(story: Desk, root: str, tmp_path: Path) -> None:
    """The auditor's page, as it stands."""
    mine = Path(shutil.copytree(story.folder / "mine", tmp_path / "mine"))
    shutil.copy(mine / root, mine / "root")
    done = run(mine, block("find-principals"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Good ") == 4


def test_a_forged_succession_is_refused_by_all_three(story: Desk, tmp_path: Path) -> None:
    """K94: whoever stole the first root makes another second one; an auditor with the true one sees two of a number."""
    mine = Path(shutil.copytree(story.folder / "mine", tmp_path / "mine"))
    thief = seat(tmp_path / "thief")  # the same organisation, from before its succession, with the old folder
    succeeded(thief)
    forged = thief.folder / "org" / "public" / "trust"
    shutil.copytree(forged, mine / "handed" / "found")  # lying there, it does not pass unseen; nor does its log
    assert thief.run("org", "log", "publish", "--to", mine / "handed" / "found").code == 0
    shutil.copy(mine / "new-root", mine / "root")
    given = ("--root", mine / "root", "--trust", mine / "handed" / "trust")
    audited = story.run("org", "audit", mine / "handed", *given, "--json")
    assert audited.code == 30
    found = [one for one in audited.json["findings"] if one["id"] == "A16"]
    assert {"found/succession", "found/officers"} <= {one["file"].partition("/")[2] for one in found if "file" in one}
    assert [(one["officer"], one["serial"]) for one in found if "officer" in one] == [("c-1", 2)]
    for name in ("succession", "officers", "officers.sig", "officers.pq.sig"):
        shutil.copy(forged / name, mine / "handed" / "trust" / name)
    said = story.run("org", "verify", mine / "handed" / "bundles", *given, "--json")
    assert said.code == 30
    assert ended(said, "fail") == {"B07"}
    assert second_verifier.main([str(mine / "handed" / "bundles"), *map(str, given)]) == 30
    assert run(mine, block("find-principals")).returncode != 0


def test_a_newer_root_beside_older_files_is_an_open_question(story: Desk, tmp_path: Path) -> None:
    """K29: both verifiers say undecided, at B07; nobody is accused of what was only not handed over."""
    mine = Path(shutil.copytree(story.folder / "mine", tmp_path / "mine"))
    (mine / "handed" / "trust" / "succession").unlink()
    given = ("--root", mine / "new-root", "--trust", mine / "handed" / "trust")
    said = story.run("org", "verify", mine / "handed" / "bundles", *given, "--json")
    assert said.code == 31
    assert ended(said, "undecided") == {"B07"}
    assert second_verifier.main([str(mine / "handed" / "bundles"), *map(str, given)]) == 31


def test_the_old_folder_and_a_used_folder_do_nothing_more(story: Desk) -> None:
    """K95: the root that was followed appoints and succeeds nobody; keys are never written over."""
    before = story.run("org", "org", "status", "--json").json["serials"]
    old = story.folder / "org" / "offline"
    assert succeed(story, "org", old, story.folder / "elsewhere") == 21
    assert not (story.folder / "elsewhere").exists()
    assert succeed(story, "org", story.folder / "new", story.folder / "new") == 2
    assert story.run("org", "org", "rotate", "--officers", "--offline", old).code == 21
    after = story.run("org", "org", "status", "--json").json["serials"]
    assert after == before
    assert after["root"] == 2


def test_a_receipt_by_a_coordinator_who_has_not_heard_of_it_counts(story: Desk, tmp_path: Path) -> None:
    """R02: its officers are by the root before; the laptop holds the newer ones, and judges by them."""
    desk = Desk(Path(shutil.copytree(story.folder, tmp_path / "copy")))
    org_succeed(replace(environment(desk.folder / "org"), clock=now), desk.folder / "new", desk.folder / "third")
    assert desk.run("laptop-1", "enrol", pack_of(desk, "org", "d-1")).code == 0
    sealed(desk, "laptop-1", 4)
    assert desk.run("org-2", "import", desk.stick, "--receipts-to", desk.stick).code == 31  # the first one never came
    done = desk.run("laptop-1", "receipts", desk.stick, "--json")
    assert done.code == 0, done.out
    assert desk.run("laptop-1", "enrol", pack_of(desk, "org-2", "d-1")).code == 21  # a pack, though, would go back


def test_who_is_revoked_and_what_is_rotated_by_the_new_root(story: Desk, tmp_path: Path) -> None:
    """`org revoke`, `org rotate --officers` and a second succession, each with the newest folder."""
    desk = Desk(Path(shutil.copytree(story.folder, tmp_path / "copy")))
    new = desk.folder / "new"
    assert desk.run("org", "org", "rotate", "--officers", "--offline", new).code == 0
    assert desk.run("org", "org", "revoke", "c-2", "--reason", "left", "--offline", new).code == 0
    assert succeed(desk, "org", new, desk.folder / "third", "--renew") == 0
    assert desk.run("laptop-1", "enrol", pack_of(desk, "org", "d-1")).code == 0
    sealed(desk, "laptop-1", 3)
    said = desk.run("org", "import", desk.stick, "--json")
    assert said.code == 0, said.out
    assert desk.run("org", "org", "status", "--json").json["serials"]["root"] == 3
