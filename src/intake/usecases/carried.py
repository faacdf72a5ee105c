"""Carried files that somebody named: found in folders, and put in the order in which they were made."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

from intake.bundle.verify import peek
from intake.errors import BundleError, CryptoError, FileUnreadable
from intake.transports import folder
from intake.usecases.files import open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from intake.bundle.envelope import SealedBundle

Place = tuple[bool, str, str, int, str]


def files_of(path: Path) -> list[Path]:
    """The file itself, or the carried files of a folder; a name that leads nowhere is told when it is opened."""
    try:
        is_folder = path.is_dir()
    except OSError:
        is_folder = False
    return list(folder.files(path)) if is_folder else [path]


def in_order(
    paths: Iterable[Path], sealed: Callable[[BinaryIO], SealedBundle], step: Callable[[int], None]
) -> list[Path]:
    """By the place in its sender's chain that each claims, each file once; those that claim none come last.

    `step` is told of every file looked into: with thousands on a stick that takes a while.
    """

    def place(path: Path) -> Place:
        step(1)
        try:
            with closing(open_file(path)) as source:
                link = peek(sealed(source))
        except (BundleError, CryptoError, FileUnreadable):
            link = None
        return (False, link.sender, link.chain, link.seq, path.name) if link else (True, "", "", 0, path.name)

    once = list(dict.fromkeys(paths))
    return sorted(once, key=place) if len(once) > 1 else once
