"""What the crypto tests share: where the standards' vectors and the foreign tools are, and names of those missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
MISSING = "missing: "  # starts the reason of such a skip; tests/conftest.py gathers them


def vectors_dir(name: str) -> Path | None:
    """`shared/vectors/NAME` beside the project or beside any folder above it."""
    places = (parent / "shared" / "vectors" / name for parent in ROOT.parents)
    return next((place for place in places if place.is_dir()), None)


def need(tool: str) -> str:
    """The path of a foreign tool, or skip the test and have the summary name the tool."""
    found = shutil.which(tool)
    return found or skip_missing(tool)


def skip_missing(what: str) -> NoReturn:
    """Skip; the summary of tests/conftest.py names what was missing."""
    pytest.skip(f"{MISSING}{what}")


@cache
def openssh_version() -> tuple[int, int]:
    """The version that the machine's `ssh -V` reports."""
    told = subprocess.run([need("ssh"), "-V"], capture_output=True, text=True, check=False).stderr
    found = re.search(r"OpenSSH\w*_(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def npm_prefix() -> Path:
    """The folder whose node_modules holds npm's age-encryption, or skip."""
    need("node")
    places = [os.environ.get("INTAKE_NPM_PREFIX"), str(ROOT), *_global_prefixes()]
    for place in places:
        if place and (Path(place) / "node_modules" / "age-encryption").is_dir():
            return Path(place)
    skip_missing("npm age-encryption (set INTAKE_NPM_PREFIX to the folder that holds its node_modules)")


@cache
def _global_prefixes() -> list[str]:
    """Where `npm install -g` puts modules."""
    npm = shutil.which("npm")
    if not npm:
        return []
    told = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False).stdout.strip()
    return [str(Path(told).parent)] if told else []


@dataclass(frozen=True)
class AgeVector:
    """One vector of the age test kit: its header fields, in order, and the age file."""

    name: str
    fields: tuple[tuple[str, str], ...]
    file: bytes

    def all(self, key: str) -> list[str]:
        """Every value of a repeatable field."""
        return [value for name, value in self.fields if name == key]

    def one(self, key: str) -> str | None:
        """The value of a field, if it is there."""
        return next(iter(self.all(key)), None)


def age_vectors() -> list[AgeVector]:
    """All vectors found, none when the folder is absent."""
    folder = vectors_dir("age")
    return [_load(path) for path in sorted(folder.iterdir())] if folder else []


def _load(path: Path) -> AgeVector:
    head, _, file = path.read_bytes().partition(b"\n\n")
    fields = []
    for line in head.decode("utf-8").splitlines():
        key, _, value = line.partition(": ")
        fields.append((key, value))
    vector = AgeVector(path.name, tuple(fields), file)
    if vector.one("compressed") == "zlib":
        return AgeVector(vector.name, vector.fields, zlib.decompress(file))
    return vector
