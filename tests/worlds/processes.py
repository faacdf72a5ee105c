"""The real command line in processes of their own, on vaults of cheap key derivation: for audits from outside.

`lab = Lab.new(tmp_path)`; `lab.intake("laptop-1", "list")`. Each process gets an environment of nothing but what is
given here: an empty home, an empty temp folder and an empty working folder, so that any stray file is seen. The
canaries are words that stand in what is typed and nowhere else; `lab.canaries_in(folder)` looks for them everywhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.worlds.cli import seat
from tests.worlds.loop import PASSPHRASE, lines
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
WORD = "канарейколистопад"  # one word, so that no line break can hide it
NAME = "Канарейченко"
PLACE = "Канарейківка"
PHRASE = "Синьочайникова"  # the code phrase of the identity part
CANARIES = (WORD, NAME, PLACE, PHRASE, PASSPHRASE)
FORMS = tuple(
    {word.encode(form, "ignore") for form in ("utf-8", "utf-16-le", "cp1251", "unicode_escape")} for word in CANARIES
)
USERS = ("user", "temporary", "working")  # home, temp and working folder of whoever runs it: nothing may appear there
SECONDS = 120  # nothing here takes as long on a busy machine; a hanging process ends as a failure


@dataclass(frozen=True)
class Ended:
    """What a process left."""

    code: int
    out: bytes
    err: bytes

    @property
    def told(self) -> str:
        """Everything it said."""
        return (self.out + self.err).decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)


def as_a_shell_counts(code: int) -> int:
    """A signal's end as 128 and its number.

    `python -m` ends by SIGINT, whatever the program says, where a KeyboardInterrupt met an `exec` of the standard
    library (dataclasses being made); the installed command says 130. To a shell both are 130.
    """
    return code if code >= 0 else 128 - code


@dataclass(frozen=True)
class Lab:
    """A folder with `org`, `laptop-1`, `laptop-2`, `stick`, a passphrase file, and empty folders of a user."""

    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Lab:
        """With an organisation and two enrolled laptops, and nothing in any of them."""
        seat(folder)
        for name in USERS:
            (folder / name).mkdir()
        return cls(folder)

    def copy(self, folder: Path) -> Lab:
        """The same once more, to do something else to."""
        shutil.copytree(self.folder, folder)
        return Lab(folder)

    @property
    def stick(self) -> Path:
        """Where bundles go."""
        return self.folder / "stick"

    def environ(self, **more: str) -> dict[str, str]:
        """All that a process is told."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder / "user"),
            "TMPDIR": str(self.folder / "temporary"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT / "src"),
            "INTAKE_LANG": "en",
            "INTAKE_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            "TERM": "xterm",
        } | more

    def words(self, home: str | Path, *words: str | Path) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "intake", "--home", str(self.folder / home), *(str(word) for word in words)]

    def start(self, home: str | Path, *words: str | Path, **more: Any) -> subprocess.Popen[bytes]:
        """A process to do something to."""
        options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        options |= {"cwd": self.folder / "working", "env": self.environ()} | more
        return subprocess.Popen(self.words(home, *words), **options)

    def intake(
        self,
        home: str | Path,
        *words: str | Path,
        stdin: bytes = b"",
        environ: dict[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> Ended:
        """One command from its beginning to its end; `before`: what runs it."""
        done = subprocess.run(
            [*before, *self.words(home, *words)], input=stdin, capture_output=True, check=False, timeout=SECONDS,
            cwd=self.folder / "working", env=environ or self.environ(),
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    def cases(self, home: str | Path, **how: Any) -> dict[str, str]:
        """Case code -> state, as `list` tells."""
        ended = self.intake(home, "list", "--json", **how)
        assert ended.code == 0, ended.told
        return {row["case"]: row["state"] for row in ended.json}

    def strays(self) -> list[str]:
        """Whatever appeared in the user's home, the temp folder and the working folder."""
        places = (self.folder / name for name in USERS)
        return [str(path.relative_to(self.folder)) for place in places for path in place.rglob("*")]


def canary(n: int = 0) -> Any:
    """A whole testimony, the canaries in its narrative, its place, its name and its code phrase."""
    document = made_up(n=n)
    document["account"]["narrative_original"] = f"Тут стоїть {WORD}, і більше ніде. {n}"
    document["account"]["places"][0]["text_as_said"] = PLACE
    person = document["identity"]["persons"][0]
    person["names"][0]["full_original"] = f"Олена {NAME}"
    person["safe_contact"]["code_phrase"] = f"{PHRASE} пісня {n}"
    return document


def canary_lines(count: int) -> bytes:
    """JSON Lines of such testimonies."""
    return lines([canary(n) for n in range(count)])


def canaries_of(data: bytes) -> list[str]:
    """The canaries that stand in these bytes, in any of the usual encodings, or in JSON's escapes."""
    return [word for word, forms in zip(CANARIES, FORMS, strict=True) if any(form in data for form in forms)]


def canaries_in(folder: Path) -> list[tuple[str, list[str]]]:
    """The files below a folder whose name or bytes hold a canary; `passphrase` holds what it is named for."""
    found = []
    for path in folder.rglob("*"):
        data = os.fsencode(path.relative_to(folder))
        if path.is_file() and path != folder / "passphrase":
            data += path.read_bytes()
        if words := canaries_of(data):
            found.append((path.name, words))
    return found
