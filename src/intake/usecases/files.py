"""Small public or encrypted files in folders that somebody named: read whole with a cap, written whole or not at all.

Must not be given anything readable of a testimony: what comes through here is signed, encrypted or public.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from intake.errors import FileUnreadable, FolderUnwritable
from intake.store.files import make_folder, write_whole

MAX_TRUST_BYTES = 16 << 20  # a roster of ten thousand laptops is 4 MiB; nothing read here is larger


def write_file(path: Path, data: bytes) -> None:
    """Write beside, flush to the disk, then rename: whoever looks sees the old file or the new one, never a half."""
    try:
        make_folder(path.parent)
        with write_whole(path) as sink:
            sink.write(data)
    except OSError:
        raise FolderUnwritable(folder=path.parent) from None


def read_file(path: Path, max_bytes: int = MAX_TRUST_BYTES) -> bytes:
    """All of a small file; one that is larger than it can be is not what was asked for."""
    with open_file(path) as source:
        try:
            data = source.read(max_bytes + 1)
        except OSError:
            raise FileUnreadable(file=path) from None
    if len(data) > max_bytes:
        raise FileUnreadable(file=path)
    return data


def open_file(path: Path) -> BinaryIO:
    """A regular file that somebody named, for reading only: a pipe may never begin, and a device may never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        raise FileUnreadable(file=path) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileUnreadable(file=path)
    return os.fdopen(descriptor, "rb")


def typed_path(path: str) -> Path:
    """As a terminal writes a file that was dragged into it: in quotes, with spaces around."""
    path = path.strip()
    quoted = len(path) > 1 and path[0] == path[-1] and path[0] in "'\""
    return Path(path[1:-1] if quoted else path).expanduser()
