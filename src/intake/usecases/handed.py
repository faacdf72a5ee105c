"""What lies below a folder that somebody handed over: bundles, published logs, trust files, and whatever else.

Told apart by name and place alone; nothing is believed here. Spec: docs/spec/audit-v1.md, "What is looked at".
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from intake.bundle import logbook
from intake.errors import FileUnreadable, NothingToDo
from intake.keys.trust import FOLDER as TRUST_FILES
from intake.usecases.files import read_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

BUNDLES = (".tar", ".age")


@dataclass
class Handed:
    """`logs`, `trust`: folders by their name, with the files that belong to them; `others`: files of no known kind."""

    bundles: list[Path] = field(default_factory=list)
    logs: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    trust: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def handed(*folders: Path) -> Handed:
    """Everything below, each folder once; a file that can't be read is one of the others, or a bundle that says so."""
    found, seen = Handed(), set[str]()
    for top in folders:
        if not top.is_dir():
            raise NothingToDo(what="no folder of that name is there")
        for name, inner, names in os.walk(top):
            inner.sort()
            folder = Path(name)
            real = os.path.realpath(folder)
            if real not in seen:
                seen.add(real)
                _sort(found, top, folder, sorted(names))
    return found


def _sort(found: Handed, top: Path, folder: Path, names: list[str]) -> None:
    where = folder.relative_to(top).as_posix()
    for kind, into in ((logbook.FILES, found.logs), (TRUST_FILES, found.trust)):
        if not set(kind).isdisjoint(names):
            into[f"{top.name}/{where}"] = _files(folder, set(kind) & set(names), logbook.ENTRIES_BYTES)
    rest = [name for name in names if name not in {*logbook.FILES, *TRUST_FILES, "root"}]
    found.bundles += [folder / name for name in rest if name.endswith(BUNDLES)]
    found.others += [f"{where}/{name}" for name in rest if not name.endswith(BUNDLES)]


def _files(folder: Path, names: Collection[str], max_bytes: int) -> dict[str, bytes]:
    """Those that can be read; a rule says what lacks."""
    files = {}
    for name in names:
        try:
            files[name] = read_file(folder / name, max_bytes)
        except FileUnreadable:
            continue
    return files


def published_in(folders: Iterable[Path]) -> dict[str, Mapping[str, bytes]]:
    """Published logs right in these folders, as `log publish` puts them; what can't be read as a folder has none."""
    found: dict[str, Mapping[str, bytes]] = {}
    for path in folders:
        with suppress(OSError):  # of the same name the import itself says what is wrong
            for log in sorted(path.glob(f"*/{logbook.ENTRIES}")):
                found[str(log.parent)] = _files(log.parent, logbook.FILES, logbook.ENTRIES_BYTES)
    return found


def logs_below(folders: Iterable[Path]) -> dict[str, Mapping[str, bytes]]:
    """The folders of published logs, with their entries."""
    return {where: files for where, files in handed(*folders).logs.items() if logbook.ENTRIES in files}
