"""Which sticks and cards are in this machine now, and how much room each has. Looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
import string
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where desktops mount what is put in: Debian and Ubuntu, Fedora and Arch, by hand, macOS.
_MOUNTED_BELOW = ("media/*", "media/*/*", "run/media/*/*", "mnt/*", "mnt", "Volumes/*")
_FIRST_DRIVE = "D"  # of Windows; C is the system's own


@dataclass(frozen=True)
class Medium:
    """One stick, card or disk that is not the system's own; `free_bytes` None: it does not say."""

    folder: Path
    free_bytes: int | None


def media(root: Path = Path("/")) -> tuple[Medium, ...]:
    """Those that are mounted, by name. `root`: another machine's file system, in a test."""
    places = _drives() if sys.platform == "win32" else _mounts(root)
    return tuple(Medium(place, free_bytes(place)) for place in sorted(set(places)))


def free_bytes(folder: Path) -> int | None:
    """The room on the disk that the folder is on."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _mounts(root: Path) -> Iterator[Path]:
    for pattern in _MOUNTED_BELOW:
        with suppress(OSError):
            yield from (place for place in root.glob(pattern) if os.path.ismount(place) and not place.is_symlink())


def _drives() -> Iterator[Path]:
    letters = string.ascii_uppercase[string.ascii_uppercase.index(_FIRST_DRIVE) :]
    yield from (Path(f"{letter}:\\") for letter in letters if os.path.exists(f"{letter}:\\"))  # noqa: PTH110  an empty card reader answers no to this, and raises elsewhere
