"""A folder or stick: `.part`, fsync, rename, fsync of the folder, read back from the medium and compare.

Knows nothing of what it carries. The final name appears only in `publish`, so that the caller can commit what must be
committed before a file may be handed over. Never overwrites, and leaves no `.part` behind when it fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from intake.crypto.streams import Writable


@dataclass(frozen=True)
class Carried:
    """A file under its final name. "checked": read again from the medium and equal; "written": this system can't tell."""

    path: Path
    size: int
    sha256: str
    state: Literal["checked", "written"]


class Staged:
    """A file being written as `<name>.part`."""

    @property
    def sink(self) -> Writable:
        """Where the bytes go."""
        raise NotImplementedError

    def publish(self) -> Carried:
        """Fsync, rename to the final name, fsync the folder, read back and compare."""
        raise NotImplementedError


def stage(folder: Path, name: str, size: int) -> AbstractContextManager[Staged]:
    """Begin a file of `size` bytes (for the space check); leaving the context unpublished removes it."""
    raise NotImplementedError


def files(folder: Path) -> Iterator[Path]:
    """The carried files in a folder, sorted, `.part` and hidden ones left out."""
    raise NotImplementedError
