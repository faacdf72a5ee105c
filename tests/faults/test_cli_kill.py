"""kill -9 at random moments of a real command: nothing readable is left, nothing acknowledged is lost.

The same command again completes it. tests/scripts/test_loop_kill.py does this at lines of the use cases instead.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.worlds.loop import lines
from tests.worlds.processes import Lab, canaries_in, canary
from tests.worlds.records import made_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="signals of POSIX"),
]

MOMENTS = 5  # of each deed; seven minutes with 24 found nothing more
BEFORE_WORK = 0.1  # seconds that a Python takes to begin; kills in there prove little


def documents(count: int) -> bytes:
    """Testimonies with ids of their own, so that adding the same file again can be told from adding another."""
    return lines([canary(n) | {"id": made_id("kill", n)} for n in range(count)])


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """An organisation and two laptops."""
    return Lab.new(tmp_path / "made")


def killed_somewhere(lab: Lab, folder: Path, *words: str | Path, home: str, file: Path) -> Iterator[tuple[Lab, bytes]]:
    """The command on a fresh copy, killed at one random moment after another; what it had printed by then."""
    whole = lab.copy(folder / "whole")
    began = time.monotonic()
    assert run(whole, home, words, file).wait() == 0
    takes = time.monotonic() - began
    dice = random.Random(20261121)  # noqa: S311  moments, not secrets
    for moment in range(MOMENTS):
        copy = lab.copy(folder / str(moment))
        process = run(copy, home, words, file)
        time.sleep(dice.uniform(BEFORE_WORK, takes))
        process.kill()
        printed, _ = process.communicate()
        assert process.returncode in {0, -signal.SIGKILL}
        assert not canaries_in(copy.folder)
        assert not copy.strays()
        yield copy, printed
        shutil.rmtree(copy.folder)


def run(lab: Lab, home: str, words: tuple[str | Path, ...], file: Path) -> Any:
    """The command; the word `STICK` is the stick of this copy."""
    with file.open("rb") as source:
        return lab.start(home, *(lab.stick if word == "STICK" else word for word in words), stdin=source)


def empty(tmp_path: Path) -> Path:
    """Nothing on stdin."""
    (tmp_path / "empty").touch()
    return tmp_path / "empty"


def imported_once(lab: Lab, cases: set[str]) -> None:
    """Whatever is on the stick gives each of these records exactly once; the same import again changes nothing."""
    for _ in range(2):
        assert lab.intake("org", "import", lab.stick).code == 0
        listed = lab.intake("org", "list", "--json").json
        assert Counter(row["case"] for row in listed) == Counter(cases)
    assert not canaries_in(lab.folder)


def test_add(lab: Lab, tmp_path: Path) -> None:
    """200 lines: all of them or none; those whose codes were printed are there; the same file again ends in 200."""
    file = tmp_path / "drafts.jsonl"
    file.write_bytes(documents(200))
    counts = set()
    for copy, printed in killed_somewhere(lab, tmp_path, "add", "-", home="laptop-1", file=file):
        cases = copy.cases("laptop-1")
        counts.add(len(cases))
        assert set(printed.decode().split()) <= set(cases)
        again = copy.intake("laptop-1", "add", file)
        assert again.code == (40 if cases else 0)
        assert len(copy.cases("laptop-1")) == 200
    assert counts == {0, 200}


def test_seal_all(lab: Lab, tmp_path: Path) -> None:
    """Every testimony is a draft or sealed, never both or neither; sealed again, carried and imported, it is one."""
    added = lab.intake("laptop-1", "add", "-", stdin=documents(12))
    cases = set(added.out.decode().split())
    states: Counter[str] = Counter()
    words = ("seal", "--all", "--yes")
    for copy, _ in killed_somewhere(lab, tmp_path, *words, home="laptop-1", file=empty(tmp_path)):
        listed = copy.intake("laptop-1", "list", "--json").json
        assert Counter(row["case"] for row in listed) == Counter(cases)
        states.update(row["state"] for row in listed)
        left = [row for row in listed if row["state"] == "draft"]
        assert copy.intake("laptop-1", "seal", "--all", "--yes").code == (0 if left else 3)
        assert set(copy.cases("laptop-1").values()) == {"sealed"}
        assert copy.intake("laptop-1", "export", "--to", copy.stick).code == 0
        imported_once(copy, cases)
    assert set(states) == {"draft", "sealed"}


def sealed(lab: Lab, count: int) -> set[str]:
    """So many sealed testimonies on the first laptop."""
    lab.intake("laptop-1", "add", "-", stdin=documents(count))
    assert lab.intake("laptop-1", "seal", "--all", "--yes").code == 0
    return set(lab.cases("laptop-1"))


def test_export(lab: Lab, tmp_path: Path) -> None:
    """A file with its final name is whole: what reached the stick imports, and with the next export all is there."""
    cases = sealed(lab, 6)
    reached = set()
    words = ("export", "--to", "STICK")
    for copy, _ in killed_somewhere(lab, tmp_path, *words, home="laptop-1", file=empty(tmp_path)):
        carried = [path for path in copy.stick.iterdir() if path.suffix == ".age"]
        reached.add(len(carried))
        if carried:
            imported_once(copy, cases)
        assert set(copy.cases("laptop-1")) == cases
        assert copy.intake("laptop-1", "export", "--to", copy.stick).code == 0
        assert set(copy.cases("laptop-1").values()) == {"exported"}
        imported_once(copy, cases)
    assert reached == {0, 1}


def test_import(lab: Lab, tmp_path: Path) -> None:
    """All of a bundle or nothing; the same import again completes it, and what an auditor gets is VALID."""
    cases = sealed(lab, 12)
    assert lab.intake("laptop-1", "export", "--to", lab.stick).code == 0
    found = set()
    for copy, _ in killed_somewhere(lab, tmp_path, "import", "STICK", home="org", file=empty(tmp_path)):
        found.add(len(copy.cases("org")))
        imported_once(copy, cases)
        auditor = copy.folder / "auditor"
        assert copy.intake("org", "received", "--to", auditor).code == 0
        trusted = ("--root", auditor / "root", "--trust", auditor / "trust")
        verified = copy.intake("org", "verify", auditor / "bundles", *trusted, "--json")
        assert (verified.code, json.loads(verified.out)["verdict"]) == (0, "VALID")
    assert found == {0, len(cases)}


POLITE: tuple[tuple[str, Callable[[Lab], tuple[str | Path, ...]]], ...] = (
    ("laptop-1", lambda lab: ("export", "--to", lab.stick)),
    ("laptop-1", lambda _lab: ("seal", "--all", "--yes")),
    ("org", lambda lab: ("import", lab.stick)),
)


def test_a_polite_kill(lab: Lab, tmp_path: Path) -> None:
    """SIGTERM, SIGHUP and Ctrl-C end a deed with 130 or after it is done: no traceback, no half-written file."""
    cases = sealed(lab, 6)
    lab.intake("laptop-1", "export", "--to", lab.stick)
    lab.intake("laptop-1", "add", "-", stdin=lines([canary(n) for n in range(100, 106)]))
    dice = random.Random(20261121)  # noqa: S311  moments, not secrets
    codes = Counter[int]()
    for number in range(2 * MOMENTS):
        copy = lab.copy(tmp_path / str(number))
        home, words = POLITE[number % len(POLITE)]
        process = copy.start(home, *words(copy))
        assert process.stderr is not None
        process.stderr.readline()  # what it is about to do: before that Python itself may be loading
        time.sleep(dice.uniform(0, 0.3))
        process.send_signal(dice.choice((signal.SIGTERM, signal.SIGHUP, signal.SIGINT)))
        out, err = process.communicate(timeout=60)
        codes[process.returncode] += 1
        assert process.returncode in {0, 130} or out, "ended while it ended: the result was told"
        assert b"Traceback" not in out + err, err
        assert not list(copy.folder.rglob("*.part"))
        assert not canaries_in(copy.folder)
        assert cases <= set(copy.cases("laptop-1"))
        imported_once(copy, cases)
        shutil.rmtree(copy.folder)
    assert codes[130]
