"""The tour: its made-up testimonies, its pictures, its end."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from intake import vocabulary
from intake.bundle.verify import Verdict
from intake.errors import FolderUnwritable, NotEmpty
from intake.i18n import Translator
from intake.records.rules import check
from intake.records.testimony import parse_testimony
from intake.usecases.listing import list_
from intake.usecases.tour import made_up, run, stock
from intake.usecases.tour.pictures import photo_jpeg, scan_png
from intake.usecases.tour.steps import Ended, Listed, Ran, Scene, Seen, Step
from intake.usecases.tour.story import Story
from intake.usecases.verifying import verify
from tests.worlds.loop import LOG_N, NOW, Answers, environment

SOURCES = Path(__file__).resolve().parents[2] / "src"
MADE_UP = "ВИДУМАНО"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Step]]:
    """A tour that was kept, and its steps."""
    folder = tmp_path_factory.mktemp("tour") / "kept"
    return folder, list(run.tour(Translator("uk"), folder, clock=lambda: NOW, log_n=LOG_N))


def test_made_up_testimonies_break_no_rule() -> None:
    """All twelve are whole by every rule, taken before the tour's day, and say that they are made up."""
    documents = made_up.testimonies(NOW)
    assert len(documents) == 12
    for document in documents:
        testimony = parse_testimony(document)
        assert check(testimony, stage="add") == ()
        assert check(testimony, stage="seal") == ()
        assert testimony.account.narrative_original is not None
        assert testimony.account.narrative_original.startswith(MADE_UP)
        assert str(testimony.account.interview.started_at) < "2026-11-21"
        assert testimony.identity is not None
        assert all("Вигадан" in name.full_original for person in testimony.identity.persons for name in person.names)


def test_made_up_testimonies_span_the_violations() -> None:
    """Each is about another violation, and the families of the articles are all there."""
    coded = [document["account"]["incidents"][0]["violations"] for document in made_up.testimonies(NOW)]
    assert len({codes[0] for codes in coded}) == 12
    families = {code.partition(".")[0] for codes in coded for code in codes}
    assert families >= {"cit", "acc", "mob", "det", "tor", "dep", "chd", "prs", "prp", "fam", "pow"}
    assert all(vocabulary.known("violation", code) for codes in coded for code in codes)


def test_pictures_are_what_they_say() -> None:
    """The PNG's checksums and rows are right, the JPEG has its segments in order; no comment, no place, no camera."""
    png, jpeg = scan_png(), photo_jpeg()
    at, kinds = 8, []
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        data = png[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + data) == int.from_bytes(png[at + 8 + size : at + 12 + size], "big")
        kinds.append((kind, data))
        at += 12 + size
    assert [kind for kind, _ in kinds] == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(kinds[1][1])) == 320 * 241
    assert re.findall(rb"\xff([\xc0-\xfe])", jpeg) == [b"\xd8", b"\xe0", b"\xdb", b"\xc0", b"\xc4", b"\xda", b"\xd9"]


def test_it_holds_and_says_so(kept: tuple[Path, list[Step]]) -> None:
    """The tour ends well: every scene in order, both bundles VALID, no word found by the thief."""
    _, steps = kept
    assert [step.number for step in steps if isinstance(step, Scene)] == list(range(1, 11))
    ended = steps[-1]
    assert isinstance(ended, Ended)
    assert ended.ok
    tables = [step for step in steps if isinstance(step, Listed)]
    assert len(tables[-1].rows) == 12
    assert sum(row.count("VALID") for table in tables for row in table.rows) == 4
    assert len([step for step in steps if isinstance(step, Seen)]) == 3
    assert [row[1] for row in tables[-2].rows] == ["COMPLETE", "INCOMPLETE"]
    assert "A14" in tables[-2].rows[1][2]


def test_a_readable_word_would_be_seen(tmp_path: Path) -> None:
    """The thief's search is no decoration: a word that stands readable in a file makes the tour fail."""
    story = Story(Translator("en"), tmp_path / "tour", "passphrase", lambda: NOW, LOG_N)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "x.age").write_bytes("...пенсію...".encode())
    assert "0 found" in story._search(tmp_path / "stick", frozenset({"листопад"}))
    assert story.holds
    assert "1 found" in story._search(tmp_path / "stick", frozenset({"пенсію"}))
    assert not story.holds


def test_stock_tools_agree(kept: tuple[Path, list[Step]]) -> None:
    """What this machine has of tar, sha256sum and ssh-keygen says the same as our verifier."""
    ran = [step for step in kept[1] if isinstance(step, Ran)]
    assert ran
    assert all(step.ok for step in ran)
    assert not any(str(kept[0]) in step.command for step in ran)


def test_what_is_kept_opens_and_verifies(kept: tuple[Path, list[Step]]) -> None:
    """`--keep`: the passphrase opens the organisation's vault with twelve cases; the auditor's folder verifies."""
    folder, _ = kept
    passphrase = (folder / "passphrase").read_text(encoding="utf-8").strip()
    assert len(list_(environment(folder / "org", ask=Answers(secret=passphrase)))) == 12
    auditor = folder / "auditor"
    done = verify([auditor / "bundles"], root=auditor / "root", trust=auditor / "trust", at=NOW)
    assert [one.report.verdict for one in done] == [Verdict.VALID] * 2
    assert sorted(path.name for path in folder.iterdir()) == [
        "auditor",
        "laptop-1",
        "laptop-2",
        "org",
        "passphrase",
        "stick",
    ]
    assert {path.suffix for path in (folder / "stick").iterdir()} == {".age"}
    trust = {f"{name}{end}" for name in ("officers", "roster", "recipients") for end in ("", ".sig", ".pq.sig")}
    assert {path.name for path in (auditor / "trust").iterdir()} == trust | {"older"}


def test_only_its_owner_may_look(kept: tuple[Path, list[Step]]) -> None:
    """The kept folder and its passphrase are for their owner alone."""
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o700
    assert stat.S_IMODE((kept[0] / "passphrase").stat().st_mode) == 0o600


def test_no_word_is_readable_in_what_is_kept(kept: tuple[Path, list[Step]]) -> None:
    """No file that the tour left, the organisation's included, holds a word of a testimony or a name."""
    words = made_up.telling_words(made_up.testimonies(NOW))
    assert len(words) > 150
    files = [path for path in kept[0].rglob("*") if path.is_file()]
    assert len(files) > 40
    for path in files:
        data = path.read_bytes()
        assert not [word for word in words if word.encode() in data], path.name


def test_keep_does_not_mix_with_what_is_there(tmp_path: Path) -> None:
    """A folder with something in it, or a file of that name, is refused before anything is made."""
    (tmp_path / "mine").write_text("keep", encoding="utf-8")
    with pytest.raises(NotEmpty):
        next(run.tour(Translator("uk"), tmp_path, log_n=LOG_N))
    with pytest.raises(FolderUnwritable):
        next(run.tour(Translator("uk"), tmp_path / "mine", log_n=LOG_N))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"]


def test_nothing_remains_when_it_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `keep` the folder goes away, whether the tour ends or is left in its middle."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    steps = run.tour(Translator("en"), clock=lambda: NOW, log_n=LOG_N)
    for _ in range(12):
        next(steps)
    assert list(tmp_path.iterdir())
    steps.close()
    assert not list(tmp_path.iterdir())
    ended = list(run.tour(Translator("en"), clock=lambda: NOW, log_n=LOG_N))[-1]
    assert isinstance(ended, Ended)
    assert ended.kept is None
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_remains_after_a_signal(tmp_path: Path, signal_number: int) -> None:
    """Ctrl-C and a polite kill remove everything, in the middle of the tour."""
    program = (
        "from intake.i18n import Translator\n"
        "from intake.usecases.tour.run import tour\n"
        f"for step in tour(Translator('uk'), log_n={LOG_N}):\n"
        "    print(step, flush=True)\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(SOURCES), "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    child = subprocess.Popen(
        [sys.executable, "-c", program], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    for _ in range(8):
        child.stdout.readline()
    assert list(tmp_path.iterdir())
    child.send_signal(signal_number)
    child.communicate(timeout=60)
    deadline = time.monotonic() + 10
    while list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert child.returncode != 0
    assert not list(tmp_path.iterdir())


def test_a_missing_tool_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the tool: the step says so and the tour still holds; a tool that fails does not pass."""
    missing = stock.run(["no-such-tool-here", "x"], tmp_path)
    assert (missing.found, missing.ok) == (False, True)
    failing = stock.run([Path(sys.executable).name, "-c", "raise SystemExit(3)"], tmp_path)
    assert not failing.ok or not failing.found
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not stock.knows_composite()
