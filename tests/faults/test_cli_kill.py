"""kill -9 of a real command, before and after its deed is done: nothing readable is left, nothing acknowledged is lost.

The same command again completes it. tests/scripts/test_loop_kill.py does this at lines of the use cases instead.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.worlds.kills import Edge
from tests.worlds.loop import lines
from tests.worlds.processes import SECONDS, Lab, as_a_shell_counts, canaries_in, canary
from tests.worlds.records import made_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="signals of POSIX"),
]

MOMENTS = 5  # of each deed, at the least; seven minutes with 24 found nothing more


def documents(count: int) -> bytes:
    """Testimonies with ids of their own, so that adding the same file again can be told from adding another."""
    return lines([canary(n) | {"id": made_id("kill", n)} for n in range(count)])


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """An organisation and two laptops."""
    return Lab.new(tmp_path / "made")


def killed_somewhere(
    lab: Lab, folder: Path, *words: str | Path, home: str, file: Path, done: Callable[[Lab], int]
) -> Iterator[tuple[Lab, bytes, int]]:
    """The command on a fresh copy, killed at one moment after another; what it had printed and how much was done.

    Kills that came before anything was `done` are among them, and kills that came after.
    """
    whole = lab.copy(folder / "whole")
    began = time.monotonic()
    assert run(whole, home, words, file).wait() == 0
    edge = Edge(time.monotonic() - began, MOMENTS)
    for number, moment in enumerate(edge):
        copy = lab.copy(folder / str(number))
        process = run(copy, home, words, file)
        time.sleep(moment)
        process.kill()
        printed, _ = process.communicate()
        assert process.returncode in {0, -signal.SIGKILL}
        assert not canaries_in(copy.folder)
        assert not copy.strays()
        far = done(copy)
        edge.came(done=far > 0)
        yield copy, printed, far
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

    def drafts(copy: Lab) -> int:
        return len(copy.cases("laptop-1"))

    for copy, printed, found in killed_somewhere(lab, tmp_path, "add", "-", home="laptop-1", file=file, done=drafts):
        assert found in {0, 200}
        assert set(printed.decode().split()) <= set(copy.cases("laptop-1"))
        again = copy.intake("laptop-1", "add", file)
        assert again.code == (40 if found else 0)
        assert drafts(copy) == 200


def test_seal_all(lab: Lab, tmp_path: Path) -> None:
    """Every testimony is a draft or sealed, never both or neither; sealed again, carried and imported, it is one."""
    added = lab.intake("laptop-1", "add", "-", stdin=documents(12))
    cases = set(added.out.decode().split())

    def are_sealed(copy: Lab) -> int:
        listed = copy.intake("laptop-1", "list", "--json").json
        assert Counter(row["case"] for row in listed) == Counter(cases)
        states = Counter(row["state"] for row in listed)
        assert set(states) <= {"draft", "sealed"}
        return states["sealed"]

    words, nothing = ("seal", "--all", "--yes"), empty(tmp_path)
    for copy, _, found in killed_somewhere(lab, tmp_path, *words, home="laptop-1", file=nothing, done=are_sealed):
        assert copy.intake("laptop-1", "seal", "--all", "--yes").code == (0 if found < len(cases) else 3)
        assert are_sealed(copy) == len(cases)
        assert copy.intake("laptop-1", "export", "--to", copy.stick).code == 0
        imported_once(copy, cases)


def sealed(lab: Lab, count: int) -> set[str]:
    """So many sealed testimonies on the first laptop."""
    lab.intake("laptop-1", "add", "-", stdin=documents(count))
    assert lab.intake("laptop-1", "seal", "--all", "--yes").code == 0
    return set(lab.cases("laptop-1"))


def test_export(lab: Lab, tmp_path: Path) -> None:
    """A file with its final name is whole: what reached the stick imports, and with the next export all is there."""
    cases = sealed(lab, 6)

    def carried(copy: Lab) -> int:
        return len([path for path in copy.stick.iterdir() if path.suffix == ".age"])

    words, nothing = ("export", "--to", "STICK"), empty(tmp_path)
    for copy, _, found in killed_somewhere(lab, tmp_path, *words, home="laptop-1", file=nothing, done=carried):
        assert found in {0, 1}
        if found:
            imported_once(copy, cases)
        assert set(copy.cases("laptop-1")) == cases
        assert copy.intake("laptop-1", "export", "--to", copy.stick).code == 0
        assert set(copy.cases("laptop-1").values()) == {"exported"}
        imported_once(copy, cases)


def test_import(lab: Lab, tmp_path: Path) -> None:
    """All of a bundle or nothing; the same import again completes it, and what an auditor gets is VALID."""
    cases = sealed(lab, 12)
    assert lab.intake("laptop-1", "export", "--to", lab.stick).code == 0

    def imported(copy: Lab) -> int:
        return len(copy.cases("org"))

    words, nothing = ("import", "STICK"), empty(tmp_path)
    for copy, _, found in killed_somewhere(lab, tmp_path, *words, home="org", file=nothing, done=imported):
        assert found in {0, len(cases)}
        imported_once(copy, cases)
        auditor = copy.folder / "auditor"
        assert copy.intake("org", "received", "--to", auditor).code == 0
        trusted = ("--root", auditor / "root", "--trust", auditor / "trust")
        verified = copy.intake("org", "verify", auditor / "bundles", *trusted, "--json")
        assert (verified.code, json.loads(verified.out)["verdict"]) == (0, "VALID")


POLITE: dict[str, tuple[str, Callable[[Lab], tuple[str | Path, ...]]]] = {
    "export": ("laptop-1", lambda lab: ("export", "--to", lab.stick)),
    "seal": ("laptop-1", lambda _lab: ("seal", "--all", "--yes")),
    "import": ("org", lambda lab: ("import", lab.stick)),
}
POLITELY = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@pytest.mark.parametrize("deed", POLITE)
def test_a_polite_kill(deed: str, lab: Lab, tmp_path: Path) -> None:
    """SIGTERM, SIGHUP and Ctrl-C end a deed with 130 or after it is done: no traceback, no half-written file."""
    cases = sealed(lab, 6)
    lab.intake("laptop-1", "export", "--to", lab.stick)
    lab.intake("laptop-1", "add", "-", stdin=lines([canary(n) for n in range(100, 106)]))
    home, words = POLITE[deed]

    def begun(copy: Lab) -> Any:
        """The command, once it has said what it is about to do: before that Python itself may be loading."""
        process = copy.start(home, *words(copy))
        assert process.stderr is not None
        process.stderr.readline()
        return process

    whole = begun(lab.copy(tmp_path / "whole"))
    began = time.monotonic()
    whole.communicate(timeout=SECONDS)
    edge = Edge(time.monotonic() - began, len(POLITELY))
    for number, moment in enumerate(edge):
        copy = lab.copy(tmp_path / str(number))
        process = begun(copy)
        time.sleep(moment)
        process.send_signal(POLITELY[number % len(POLITELY)])
        out, err = process.communicate(timeout=SECONDS)
        code = as_a_shell_counts(process.returncode)
        assert code in {0, 130} or out, "ended while it ended: the result was told"
        assert b"Traceback" not in out + err, err
        assert not list(copy.folder.rglob("*.part"))
        assert not canaries_in(copy.folder)
        assert cases <= set(copy.cases("laptop-1"))
        imported_once(copy, cases)
        edge.came(done=code != 130)
        shutil.rmtree(copy.folder)
