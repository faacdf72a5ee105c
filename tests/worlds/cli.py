"""The command line on a real organisation in a temp folder: `desk = seat(tmp_path)`, `desk.run("laptop-1", "list")`.

The vaults are made through the use cases with a cheap key derivation and today's date, because the command line has no
switch for either; from then on everything goes through `intake.cli.shell.run`, as typed.
"""

from __future__ import annotations

import atexit
import io
import json
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from intake.cli.shell import run
from intake.usecases.environment import now
from intake.usecases.org_init import org_init
from tests.worlds.loop import PASSPHRASE, World, environment


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """A folder with `org`, `laptop-1`, `laptop-2`, a passphrase file, and a stick."""

    folder: Path

    @property
    def stick(self) -> Path:
        """Where bundles go."""
        return self.folder / "stick"

    def run(self, home: str, *words: str | Path, stdin: str = "", lang: str = "en") -> Outcome:
        """One command, typed at that vault."""
        frame = ["--home", self.folder / home, "--passphrase-file", self.folder / "passphrase", "--lang", lang]
        out, err = io.StringIO(), io.StringIO()
        source = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", source):
            code = run([str(word) for word in (*frame, *words)])
        return Outcome(code, out.getvalue(), err.getvalue())


@cache
def _made() -> Path:
    """One organisation with two laptops, made once a run; removed when Python ends."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    env = replace(environment(folder / "org"), clock=now)
    founded = org_init(env, "Вигаданий осередок", purpose="made-up")
    world = World(env, founded.card, folder)
    for name in ("laptop-1", "laptop-2"):
        world.laptop(name)
    (folder / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    (folder / "stick").mkdir()
    return folder


def seat(folder: Path) -> Desk:
    """A copy of that organisation."""
    shutil.copytree(_made(), folder, dirs_exist_ok=True)
    return Desk(folder)
