"""A folder or stick as a carrier: a folder for each box, a file for each name; flushed, renamed and read back.

What `folder.py` does for one file that is handed over, it does here for each piece. A file that is not a file (a pipe,
a device) is never waited for. Spec: docs/spec/carrier-v1.md.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from intake.errors import CarrierLost, CarrierMissing
from intake.transports.folder import give_up, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FolderCarrier:
    """Boxes below a folder that is there already: a stick that is not plugged in is not made."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self, box: str) -> Iterator[str]:
        """What lies in the box's folder."""
        self._check()
        try:
            with os.scandir(self._root / box) as entries:
                yield from (entry.name for entry in entries)
        except FileNotFoundError:
            self._check()
        except OSError as error:
            give_up(error, self._root, 0)

    def read(self, box: str, name: str, limit: int) -> bytes:
        """Up to `limit` + 1 bytes."""
        try:
            with self._open(self._root / box / name) as file:
                return file.read(limit + 1)
        except FileNotFoundError:
            self._check()
            raise CarrierLost(target=str(self._root)) from None
        except OSError as error:
            give_up(error, self._root, 0)

    def _open(self, path: Path) -> BinaryIO:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise CarrierLost(target=str(self._root))
        return os.fdopen(descriptor, "rb")

    def write(self, box: str, name: str, data: bytes) -> None:
        """Beside, then by its name; what an earlier attempt left, and what was false there, is replaced."""
        self._check()
        folder = self._root / box
        try:
            folder.mkdir(exist_ok=True)
            for left in (name, f"{name}.part"):
                (folder / left).unlink(missing_ok=True)
        except OSError as error:
            give_up(error, self._root, len(data))
        with stage(folder, name, len(data)) as staged:
            staged.write(data)
            staged.publish()

    def remove(self, box: str, name: str) -> None:
        """Gone, or never there."""
        try:
            (self._root / box / name).unlink(missing_ok=True)
        except OSError as error:
            give_up(error, self._root, 0)

    def close(self) -> None:
        """Nothing is open."""

    def _check(self) -> None:
        if not self._root.is_dir():
            raise CarrierMissing(folder=str(self._root))
