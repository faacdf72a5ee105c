"""What the real command line says when it refuses or fails: places, fields, rules; no word of what it was given.

Also: who may read the files it makes, whatever the umask.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tests.worlds.processes import NAME, ROOT, WORD, Lab, canaries_in, canaries_of, canary, canary_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """An organisation and two laptops."""
    return Lab.new(tmp_path_factory.mktemp("words") / "lab")


def changed(change: Callable[[Any], None]) -> bytes:
    """A testimony of canaries with something wrong in it."""
    document = deepcopy(canary())
    change(document)
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def bad_lines() -> Iterator[bytes]:
    """JSON that breaks, a name as an unknown key, over-long values, wrong types, names where codes belong."""
    whole = json.dumps(canary(), ensure_ascii=False).encode()
    yield whole[:-20] + b"\n"
    yield whole.replace(b'"account"', f'"account","{NAME}"'.encode(), 1) + b"\n"
    yield f'"{NAME}"\n'.encode()
    yield f'{{"account":{{"narrative_original":"{WORD}\\ud800"}}}}\n'.encode()
    yield f'{{"account":{{"narrative_original":"{WORD}"}}}}\n'.encode("cp1251")
    yield changed(lambda one: one.update({NAME: WORD}))
    yield changed(lambda one: one.update(account=NAME))
    yield changed(lambda one: one.update(case=NAME))
    yield changed(lambda one: one["account"].update(narrative_original=[WORD]))
    yield changed(lambda one: one["account"].update(nil={NAME: NAME}))
    yield changed(lambda one: one["account"]["people"][0].update({NAME: {WORD: WORD}}))
    yield changed(lambda one: one["account"]["people"][0].update(id=NAME, sex=WORD))
    yield changed(lambda one: one["account"]["incidents"][0].update(when=NAME))
    yield changed(lambda one: one["account"]["consent"]["decisions"].update({NAME: {"decision": NAME}}))
    yield changed(lambda one: one["account"]["links"][0].update(to_id=NAME))
    yield changed(lambda one: one["identity"]["persons"][0]["names"][0].update(full_original=NAME * 20_000))


@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_refused_lines(lab: Lab, lang: str) -> None:
    """Each bad line is named by number and field; no name, no word of it, neither as words nor as JSON."""
    lines = list(bad_lines())
    for options in ([], ["--json"]):
        ended = lab.intake("laptop-1", "add", "-", "--lang", lang, *options, stdin=b"\n" + b"".join(lines))
        assert ended.code == 40
        assert not canaries_of(ended.out + ended.err)
        assert b"Traceback" not in ended.err
    assert len(ended.json["refused"]) == len(lines)
    assert not canaries_in(lab.folder)
    assert not lab.strays()


@pytest.mark.parametrize("breaks", ["missing", "syntax", "empty"])
def test_a_fault_of_ours(lab: Lab, tmp_path: Path, breaks: str) -> None:
    """A package whose data file is damaged: one place is named, without a message, a value or a traceback."""
    shutil.copytree(ROOT / "src" / "intake", tmp_path / "intake", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "intake" / "vocabulary" / "data" / "person_role.toml"
    file.unlink()
    if breaks != "missing":
        file.write_text(f"{WORD} = [" if breaks == "syntax" else "", encoding="utf-8")
    environ = lab.environ(PYTHONPATH=str(tmp_path))
    ended = lab.intake("laptop-1", "add", "-", stdin=canary_lines(1), environ=environ)
    assert ended.code in {1, 40}
    assert not canaries_of(ended.out + ended.err)
    assert b"Traceback" not in ended.err
    assert str(tmp_path) not in ended.told


@pytest.mark.skipif(not hasattr(os, "umask"), reason="modes of POSIX")
def test_only_its_owner_may_read_a_home(tmp_path: Path) -> None:
    """Even with a umask of 000 every file that a command makes below a home is 0600, and every folder 0700."""
    lab = Lab.new(tmp_path / "lab")
    for home in ("org", "laptop-1"):
        shutil.rmtree(lab.folder / home / "blobs")
        shutil.rmtree(lab.folder / home / "outbox")
    script = f'umask 000; exec {sys.executable} -m intake "$@"'
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    def run(home: str, *words: str | Path, stdin: bytes = b"") -> str:
        command = ["sh", "-c", script, "sh", "--home", str(lab.folder / home), *(str(word) for word in words)]
        done = subprocess.run(command, input=stdin, capture_output=True, env=lab.environ(), check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    case = run("laptop-1", "add", "-", stdin=canary_lines(1)).strip()
    run("laptop-1", "attach", case, tmp_path / "scan.png", "--part", "identity")
    run("laptop-1", "seal", case)
    run("laptop-1", "export", "--to", lab.stick)
    run("org", "import", lab.stick)
    for home in ("org", "laptop-1"):
        for path in (lab.folder / home, *(lab.folder / home).rglob("*")):
            expected = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == expected, path.relative_to(lab.folder)


def test_nothing_is_kept_for_the_user(lab: Lab) -> None:
    """No cache, no history, no temporary file: home, temp and working folder of the user stay empty."""
    for words in (
        ["list"],
        ["status", "--json"],
        ["add", "-"],
        ["seal", "1"],
        ["--help"],
        ["--show-completion", "bash"],
    ):
        lab.intake("laptop-1", *words, environ=lab.environ(PYTHONDONTWRITEBYTECODE=""))
    assert not lab.strays()
