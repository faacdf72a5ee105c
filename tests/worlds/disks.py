"""Disks that are small or full, where this user may mount one."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def mount(*arguments: str) -> None:
    """Mount, or skip where this user may not."""
    if subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of that size (`2m`) in a folder that is made for it."""
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left; returns the file that holds it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as sink:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while sink.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return filler
