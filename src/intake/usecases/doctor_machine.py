"""What `doctor` knows of the machine, read once: files of the system below `root`, and a few facts that have no file.

A test gives another `root`, with the files of another machine. Reads only, and whatever can't be read is not there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from intake.crypto.process import largest_core_dump
from intake.store.health import Libraries, libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from intake.store.rows import Role

WHEELS: Final = ("cryptography", "sqlcipher3", "pydantic", "typer", "rich", "platformdirs", "shamir-mnemonic", "segno")

_SECONDS: Final = 5.0  # for a tool of the system; an answer that takes longer is none


@dataclass(frozen=True)
class Terminal:
    """As the command line sees it; `columns` None: there is none."""

    encoding: str
    columns: int | None
    term: str


@dataclass(frozen=True)
class Mount:
    """One line of /proc/mounts."""

    device: str
    folder: str
    kind: str


def _nothing_said(_words: Sequence[str]) -> str | None:
    return None


@dataclass(frozen=True)
class Inside:
    """What only the passphrase shows. `recovery`: whether the recovery slot is for today's key; None: none is needed.

    `newest`: the latest time that this vault wrote itself. `last`: when export, backup, split, drill and stamp was.
    `custody`: the first entry of the custody log that does not follow from those before it; None: all do.
    `sending`: bundles that a sync began to send and did not finish.
    `root`: the number and fingerprint of the organisation's root that counts here; None: no trust files came yet.
    """

    role: Role
    damaged: bool
    missing: int
    recovery: bool | None
    unsent: int
    newest: datetime | None
    last: Mapping[str, datetime | None]
    custody: int | None = None
    root: tuple[int, str] | None = None
    sending: int = 0


@dataclass(frozen=True)
class Machine:
    """One computer. `run`: asks a tool of the system, None when it has no answer."""

    home: Path
    at: datetime
    system: str
    terminal: Terminal
    libraries: Libraries
    root: Path = Path("/")
    python: tuple[int, ...] = (3, 11)
    wheels: Mapping[str, str | None] = field(default_factory=dict)
    free_bytes: int | None = None
    core_bytes: int | None = None  # the largest core dump that this process may leave
    run: Callable[[Sequence[str]], str | None] = _nothing_said
    inside: Inside | None = None  # None: nobody gave the passphrase

    @property
    def posix(self) -> bool:
        """Whether files have modes here."""
        return self.system != "win32"

    def text(self, name: str) -> str | None:
        """A small file of the system, `proc/swaps`; None when it is not there."""
        try:
            return (self.root / name).read_text("utf-8", "replace")
        except OSError:
            return None

    def mount(self, path: Path) -> Mount | None:
        """Where a path lies: of the mounts above it the longest, of two at one place the later."""
        places = [one for one in self._mounts() if path == Path(one.folder) or Path(one.folder) in path.parents]
        return max(enumerate(places), key=lambda one: (len(Path(one[1].folder).parts), one[0]))[1] if places else None

    def _mounts(self) -> Iterator[Mount]:
        for line in (self.text("proc/self/mounts") or self.text("proc/mounts") or "").splitlines():
            device, folder, kind, *_ = [*line.split(" "), "", "", ""]
            yield Mount(_unescaped(device), _unescaped(folder), kind)

    def encrypted(self, device: str) -> bool | None:
        """Whether a block device, or what it lies on, is dm-crypt's; None when that can't be told."""
        name = self._block(device)
        return None if name is None else self._crypt_below(name, 0)

    def _block(self, device: str) -> str | None:
        """The kernel's name of `/dev/…`: of a mapped one by the name it was mapped under."""
        if not device.startswith("/dev/"):
            return None
        mapped = device.removeprefix("/dev/mapper/")
        for folder in sorted((self.root / "sys/block").glob("dm-*")):
            if (self.text(f"sys/block/{folder.name}/dm/name") or "").strip() == mapped:
                return folder.name
        name = device.removeprefix("/dev/")
        known = (self.root / "sys/class/block" / name).exists() or (self.root / "sys/block" / name).exists()
        return name if known else None

    def _crypt_below(self, name: str, depth: int) -> bool:
        if (self.text(f"sys/block/{name}/dm/uuid") or "").startswith("CRYPT-"):
            return True
        below = self.root / "sys/block" / name / "slaves"
        most = 8  # nobody stacks more; a loop would
        return (
            depth < most and below.is_dir() and any(self._crypt_below(one.name, depth + 1) for one in below.iterdir())
        )


def _unescaped(text: str) -> str:
    """As /proc/mounts writes a space."""
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")


def this_machine(home: Path, at: datetime, terminal: Terminal) -> Machine:
    """The one we are on."""
    home = home.expanduser().resolve()
    return Machine(
        home=home,
        at=at,
        system=sys.platform,
        terminal=terminal,
        libraries=libraries(),
        python=tuple(sys.version_info[:3]),
        wheels={name: _version(name) for name in WHEELS},
        free_bytes=_free(home),
        core_bytes=largest_core_dump(),
        run=_run,
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _free(home: Path) -> int | None:
    """Of the disk that the folder is on, or would be."""
    for folder in (home, *home.parents):
        with suppress(OSError):
            return shutil.disk_usage(folder).free
    return None


def _run(words: Sequence[str]) -> str | None:
    """A tool of the system, by its whole path, without any of our environment."""
    if not os.path.isabs(words[0]) or not os.access(words[0], os.X_OK):  # noqa: PTH117  of another system's paths too
        return None
    try:
        done = subprocess.run(  # noqa: S603  fixed words, no shell
            words, capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL, env={}
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
