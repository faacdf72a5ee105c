"""The checks of `doctor` on the machine: each a small function of what was read of it, each may answer "unknown".

Texts are English keys of the catalogues; fields hold numbers, versions, kinds and folders, never content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intake.usecases.doctor_machine import Machine

State = Literal["ok", "note", "warning", "unknown"]


@dataclass(frozen=True)
class Found:
    """What a check came to: what it means, and what to do (`todo` empty: nothing)."""

    state: State
    says: str
    todo: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One row of the table: an id for machines, a title for people."""

    id: str
    title: str
    run: Callable[[Machine], Found]


_OLDEST_YEAR, _NEWEST_YEAR = 2026, 2100
_TIGHT_BYTES, _SMALL_BYTES = 500_000_000, 5_000_000_000
_COLUMNS: Final = 80
_PYTHON: Final = (3, 11)
_GROUP_AND_OTHERS: Final = 0o077

_FILEVAULT: Final = ("/usr/bin/fdesetup", "status")
_SHELL_FOLDER: Final = "(New-Object -ComObject Shell.Application).NameSpace('{drive}').Self"
_POWERSHELL: Final = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
_BITLOCKER_ON: Final = frozenset({"1", "3", "5"})  # on, being encrypted, suspended or locked count as not off

_CRYPT: Final = "turn on full-disk encryption (LUKS, FileVault, BitLocker): it protects what the system writes aside"
_WITHOUT_SYNC: Final = "move the vault to a folder that nothing synchronises, and name it with --home"

_CLOUDS: Final = re.compile(
    r"(?i)dropbox|onedrive|google ?drive|googledrive|mobile documents|icloud|nextcloud|owncloud|yandex\.?disk|"
    r"яндекс\.?диск|\bmega\b|pcloud|syncthing"
)
_MARKERS: Final = (
    ".dropbox", ".dropbox.cache", ".nextcloudsync.log", ".owncloudsync.log", ".sync_*.db", "._sync_*.db",
    ".stfolder", ".tmp.drivedownload",
)  # fmt: skip
_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "webdav", "fuse.sshfs"})
_SIMPLE: Final = frozenset({"vfat", "msdos", "exfat", "fuseblk", "ntfs", "ntfs3"})


def _disk(machine: Machine) -> Found:
    answer = {"linux": _disk_linux, "darwin": _disk_mac, "win32": _disk_windows}.get(machine.system, _never)(machine)
    if answer is None:
        return Found("unknown", "whether this disk is encrypted can't be told from here", _CRYPT)
    if answer:
        return Found("ok", "the disk that holds the vault is encrypted")
    return Found(
        "warning",
        "the disk is not encrypted: the vault is, but not what other programs and the system leave there",
        _CRYPT,
    )


def _never(_machine: Machine) -> bool | None:
    return None


def _disk_linux(machine: Machine) -> bool | None:
    place = machine.mount(machine.home)
    if place is None:
        return None
    return True if place.kind == "ecryptfs" else machine.encrypted(place.device)


def _disk_mac(machine: Machine) -> bool | None:
    said = machine.run(_FILEVAULT)
    return None if not said else "FileVault is On" in said


def _disk_windows(machine: Machine) -> bool | None:
    folder = _SHELL_FOLDER.format(drive=machine.home.drive or "C:")
    words = (_POWERSHELL, "-NoProfile", "-Command", f"{folder}.ExtendedProperty('System.Volume.BitLockerProtection')")
    said = (machine.run(words) or "").strip()
    return said in _BITLOCKER_ON if said.isdigit() else None


def _swap(machine: Machine) -> Found:
    if machine.system == "darwin":
        return Found("ok", "the system encrypts its swap itself")
    said = machine.text("proc/swaps")
    if machine.system != "linux" or said is None:
        return Found("unknown", "where this system swaps to can't be told from here", _CRYPT)
    places = [line.split()[0] for line in said.splitlines()[1:] if line.strip()]
    if not places:
        return Found("ok", "nothing is swapped out of memory")
    if all(_swap_is_safe(machine, place) for place in places):
        return Found("ok", "what is swapped out stays in memory or is encrypted")
    return Found(
        "warning",
        "memory may be written to a disk that is not encrypted, with what is typed in it",
        "turn swap off while you work (sudo swapoff -a), use zram, or encrypt the disk",
    )


def _swap_is_safe(machine: Machine, place: str) -> bool:
    if place.startswith("/dev/zram"):
        return True
    if place.startswith("/dev/"):
        return machine.encrypted(place) is True
    mounted = machine.mount(Path(place))
    return mounted is not None and machine.encrypted(mounted.device) is True


def _hibernation(machine: Machine) -> Found:
    states, command = machine.text("sys/power/state"), machine.text("proc/cmdline") or ""
    if states is None:
        return Found("unknown", "whether this system hibernates can't be told from here", "shut down, do not hibernate")
    target = (machine.text("sys/power/resume") or "0:0").strip()
    if "disk" not in states.split() or ("resume=" not in command and target == "0:0"):
        return Found("ok", "this system does not write its memory to the disk to sleep")
    if _swap(machine).state == "ok":
        return Found("note", "this system may hibernate, to a place that is encrypted", "close intake before that")
    return Found(
        "warning",
        "this system may write all its memory to a disk that is not encrypted when it hibernates",
        "shut down, do not hibernate; or take hibernation away in the system's settings",
    )


def _clock(machine: Machine) -> Found:
    newest = machine.inside.newest if machine.inside else None
    if newest is not None and machine.at < newest:
        return Found(
            "warning",
            "the clock is behind what this vault wrote before, at {time}",
            "set the clock",
            {"time": f"{newest:%Y-%m-%d %H:%M} UTC"},
        )
    if _OLDEST_YEAR <= machine.at.year <= _NEWEST_YEAR:
        return Found("ok", "the clock shows {date}", fields={"date": f"{machine.at:%Y-%m-%d %H:%M} UTC"})
    return Found(
        "warning", "the clock shows the year {year}: every date that is written will be wrong", "set the clock",
        {"year": machine.at.year},
    )  # fmt: skip


def _space(machine: Machine) -> Found:
    free = machine.free_bytes
    if free is None:
        return Found("unknown", "how much room the disk has can't be told from here")
    megabytes = {"megabytes": free // 1_000_000}
    if free < _TIGHT_BYTES:
        return Found(
            "warning", "room left on the disk: {megabytes} MB", "make room before the next interview", megabytes
        )
    if free < _SMALL_BYTES:
        return Found("note", "room left on the disk: {megabytes} MB", "films need more; think of it in time", megabytes)
    return Found("ok", "room left on the disk: {megabytes} MB", fields=megabytes)


def _cloud(machine: Machine) -> Found:
    name = next((part for part in machine.home.parts if _CLOUDS.search(part)), None)
    marked = any(any(folder.glob(mark)) for folder in _above(machine.home) for mark in _MARKERS)
    if name is not None or marked:
        return Found(
            "warning",
            "the vault seems to be in a folder that is copied elsewhere, where old copies of it stay",
            _WITHOUT_SYNC,
        )
    return Found("ok", "no sign that the folder is synchronised with anything")


def _above(home: Path) -> list[Path]:
    return [folder for folder in (home, *home.parents) if folder.is_dir()]


def _permissions(machine: Machine) -> Found:
    if not machine.home.exists():
        return Found("note", "there is no vault in {home}", "intake init makes one", {"home": machine.home})
    if not machine.posix:
        return Found("unknown", "who may read the folder can't be told from here")
    files = [machine.home, *(path for path in machine.home.glob("s*/*") if path.is_file()), machine.home / "store.db"]
    if any(path.stat().st_mode & _GROUP_AND_OTHERS for path in files if path.exists()):
        return Found(
            "warning", "other users of this machine may look into the vault's folder; what is in it stays encrypted",
            "chmod -R go= {home}", {"home": machine.home},
        )  # fmt: skip
    return Found("ok", "only you may look into the vault's folder")


def _file_system(machine: Machine) -> Found:
    place = machine.mount(machine.home) if machine.system == "linux" else None
    if place is None:
        return Found("unknown", "what kind of file system this is can't be told from here")
    kind = {"kind": place.kind}
    if place.kind in _NETWORK:
        return Found(
            "warning", "the vault is on a network ({kind}): locks and flushes may not hold", _WITHOUT_SYNC, kind
        )
    if place.kind in _SIMPLE:
        return Found(
            "warning", "the vault is on {kind}: no file modes, and a power cut may cost more than the last answer",
            "move the vault to the machine's own disk", kind,
        )  # fmt: skip
    if place.kind in ("tmpfs", "ramfs"):
        return Found("warning", "the vault is in memory only ({kind}): it is gone at the next start", "move it", kind)
    return Found("ok", "the file system is {kind}", fields=kind)


def _terminal(machine: Machine) -> Found:
    terminal = machine.terminal
    if terminal.columns is None:
        return Found("unknown", "there is no terminal here")
    if "utf" not in terminal.encoding.lower():
        return Found(
            "warning", "the terminal is set to {encoding}: Cyrillic letters may be lost", "set the terminal to UTF-8",
            {"encoding": terminal.encoding},
        )  # fmt: skip
    columns = {"columns": terminal.columns}
    if terminal.columns < _COLUMNS or terminal.term in ("", "dumb"):
        return Found("note", "a narrow or a simple terminal, {columns} columns wide: interviews go line by line",
                     "make the window wider if you can", columns)  # fmt: skip
    return Found("ok", "UTF-8, {columns} columns", fields=columns)


def _python(machine: Machine) -> Found:
    version = {"version": ".".join(map(str, machine.python))}
    missing = ", ".join(name for name, found in machine.wheels.items() if found is None)
    if missing:
        return Found("warning", "libraries are missing: {missing}", "install intake again", {"missing": missing})
    if machine.python < _PYTHON:
        return Found("warning", "Python {version} is too old", "install Python 3.11 or a later one", version)
    return Found("ok", "Python {version}, and every library is there", fields=version)


def _cipher(machine: Machine) -> Found:
    found = machine.libraries
    if found.cipher is None:
        return Found(
            "warning", "the database library on this machine can't encrypt; intake opens nothing with it",
            "pip install --force-reinstall sqlcipher3",
        )  # fmt: skip
    versions = {"cipher": found.cipher, "sqlite": found.sqlite}
    if not found.full_text:
        return Found("note", "SQLCipher {cipher}, without full-text search", "install the sqlcipher3 wheel", versions)
    return Found("ok", "SQLCipher {cipher} on SQLite {sqlite}, with full-text search", fields=versions)


def _core(machine: Machine) -> Found:
    if machine.core_bytes == 0:
        return Found("ok", "intake leaves no core dump when it crashes")
    if machine.core_bytes is None:
        return Found("unknown", "whether a crash leaves a copy of memory can't be told from here")
    return Found("warning", "a crash may leave a copy of memory on the disk", "ulimit -c 0 before intake is started")


MACHINE_CHECKS: tuple[Check, ...] = (
    Check("disk-encryption", "disk encryption", _disk),
    Check("swap", "swap", _swap),
    Check("hibernation", "hibernation", _hibernation),
    Check("core-dumps", "core dumps", _core),
    Check("clock", "clock", _clock),
    Check("free-space", "free space", _space),
    Check("cloud-folder", "synchronised folder", _cloud),
    Check("permissions", "permissions", _permissions),
    Check("file-system", "file system", _file_system),
    Check("terminal", "terminal", _terminal),
    Check("python", "Python and libraries", _python),
    Check("sqlcipher", "SQLCipher", _cipher),
)
