"""`intake tour` as it is typed, at the production key derivation: what it leaves, ended, interrupted or kept."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from intake.usecases.environment import now
from intake.usecases.tour import made_up
from tests.worlds.processes import SECONDS, Lab, as_a_shell_counts

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DAMAGES = 4


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """An organisation, and the empty folders of a user."""
    return Lab.new(tmp_path / "lab")


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds of an undisturbed tour on this machine, from its first line to its end; signals are sent in there."""
    process = shown(Lab.new(tmp_path_factory.mktemp("takes") / "lab"))
    began = time.monotonic()
    process.communicate(timeout=SECONDS)
    return time.monotonic() - began


def shown(lab: Lab) -> subprocess.Popen[bytes]:
    """A tour that has shown its first line: before that Python itself may be loading, and no folder is there."""
    process = lab.start("none", "tour")
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, Path]:
    """A tour that was kept in a folder."""
    folder = tmp_path_factory.mktemp("kept")
    lab = Lab.new(folder / "lab")
    ended = lab.intake("none", "tour", "--keep", folder / "tour", "--json")
    assert ended.code == 0, ended.told
    return lab, folder / "tour"


def words_in(folder: Path) -> list[str]:
    """The files below that hold a word or a name of a testimony of the tour."""
    words = [word.encode() for word in made_up.telling_words(made_up.testimonies(now()))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


def test_nothing_is_left(lab: Lab) -> None:
    """Ended by itself: no file anywhere, and every line of it says MADE UP or is a tool's."""
    ended = lab.intake("none", "tour", "--lang", "uk")
    assert ended.code == 0, ended.told
    assert not lab.strays()
    assert not (lab.folder / "none").exists()
    printed = [line for line in ended.out.decode().splitlines() if line and not line.startswith("    ")]
    assert not [line for line in printed if "ВИГАДАНО" not in line.partition("]")[0]]


def test_nothing_is_left_after_a_signal(lab: Lab, takes: float) -> None:
    """Ctrl-C, a polite kill, a closed window, also twice: at random moments; 130, no traceback, nothing left."""
    dice = random.Random(20261121)  # noqa: S311  moments, not secrets
    for number in range(9):
        process = shown(lab)
        time.sleep(dice.uniform(0, takes))
        for _ in range(1 + number % 2):
            process.send_signal(ENDS[number % 3])
            time.sleep(0.02)
        out, err = process.communicate(timeout=SECONDS)
        assert as_a_shell_counts(process.returncode) == 130 or b"Everything was removed" in out, err
        assert b"Traceback" not in out + err
        assert not lab.strays()


def test_what_kill_9_leaves_is_encrypted(lab: Lab, takes: float) -> None:
    """One folder with a neutral name, for its owner alone, without a readable word and without a passphrase."""
    temporary = lab.folder / "temporary"
    found = 0
    for part in (0, 0.3, 0.6, 0.9):
        process = shown(lab)
        time.sleep(takes * part)
        process.kill()
        process.communicate(timeout=SECONDS)
        left = list(temporary.iterdir())
        assert len(left) <= 1, "none when it ended by itself before"
        for folder in left:
            assert folder.stat().st_mode & 0o777 == 0o700
            assert not words_in(folder)
            assert not list(folder.rglob("passphrase"))
            shutil.rmtree(folder)
            found += 1
    assert found


def test_kept_layout(kept: tuple[Lab, Path]) -> None:
    """Exactly what is documented, and nothing else beside it."""
    _, folder = kept
    trust = {f"trust/{name}{end}" for name in ("officers", "roster", "recipients") for end in ("", ".sig", ".pq.sig")}
    assert {path.name for path in folder.iterdir()} == {"passphrase", "org", "laptop-1", "laptop-2", "stick", "auditor"}
    auditor = folder / "auditor"
    found = {str(path.relative_to(auditor)) for path in auditor.rglob("*") if path.is_file()}
    documented = {name for name in found if not name.startswith(("bundles/", "logs/c-1-", "trust/older/"))}
    assert documented == {"root"} | trust
    assert {path.suffix for path in (auditor / "bundles").iterdir()} == {".tar"}
    assert {path.suffix for path in (folder / "stick").iterdir()} == {".age"}
    assert not words_in(folder)


def test_kept_commands(kept: tuple[Lab, Path]) -> None:
    """The auditor's command says VALID, the organisation lists twelve, every vault opens with the passphrase kept."""
    lab, folder = kept
    trusted = ("--root", folder / "auditor" / "root", "--trust", folder / "auditor" / "trust")
    verified = lab.intake("none", "verify", folder / "auditor" / "bundles", *trusted, "--json")
    assert verified.code == 0
    assert {json.loads(line)["verdict"] for line in verified.out.splitlines()} == {"VALID"}
    environ = lab.environ(INTAKE_PASSPHRASE_FILE=str(folder / "passphrase"))
    assert len(lab.intake(folder / "org", "list", "--json", environ=environ).json) == 12
    for home in ("laptop-1", "laptop-2"):
        assert lab.intake(folder / home, "status", environ=environ).code == 0


def test_one_byte_changed_anywhere(kept: tuple[Lab, Path], tmp_path: Path) -> None:
    """In the carried file or in the signed tar: verify and import refuse it, and nothing is imported."""
    lab, folder = kept
    environ = lab.environ(INTAKE_PASSPHRASE_FILE=str(folder / "passphrase"))
    trusted = ("--root", folder / "auditor" / "root", "--trust", folder / "auditor" / "trust")
    dice = random.Random(20261121)  # noqa: S311  places, not secrets
    for number in range(DAMAGES):
        carried = number % 2 == 0
        path = dice.choice(sorted((folder / ("stick" if carried else "auditor/bundles")).iterdir()))
        data = bytearray(path.read_bytes())
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        changed = tmp_path / path.name
        changed.write_bytes(data)
        if not carried:
            verified = lab.intake("none", "verify", changed, *trusted)
            assert verified.code in {30, 33}, verified.told
        home = shutil.copytree(folder / "org", tmp_path / str(number))
        before = lab.intake(home, "status", "--json", environ=environ).json
        imported = lab.intake(home, "import", changed, "--json", environ=environ)
        assert imported.code in {30, 33}, imported.told
        assert imported.json["bundles"][0]["state"] == "quarantined"
        after = lab.intake(home, "status", "--json", environ=environ).json
        assert after == before | {"quarantined": before["quarantined"] + 1}
