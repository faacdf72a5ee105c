"""doctor on machines of all kinds: each is a folder with the files of that system, read as its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import NoTerminal
from intake.store.health import Libraries
from intake.store.vault import Vault
from intake.usecases.backup import backup
from intake.usecases.doctor import CHECKS, Row, Terminal, doctor, examine
from intake.usecases.doctor_machine import Inside, Machine
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, ready
from tests.worlds.records import testimony as document

if TYPE_CHECKING:
    from collections.abc import Mapping

SOUND = Terminal("utf-8", 120, "xterm")
HOME = Path("/home/olena/intake")


def machine(folder: Path, files: Mapping[str, str] | None = None, **facts: Any) -> Machine:
    """A machine whose system files are these, in a folder; otherwise sound."""
    for name, text in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    sound: dict[str, Any] = {
        "home": HOME,
        "at": NOW,
        "system": "linux",
        "terminal": SOUND,
        "libraries": Libraries("4.19.0 community", "3.53.4", full_text=True),
        "root": folder,
        "free_bytes": 10**11,
        "core_bytes": 0,
    }
    return Machine(**{**sound, **facts})


def row(which: str, looked_at: Machine) -> Row:
    """One row."""
    (found,) = [one for one in examine(looked_at) if one.id == which]
    return found


def state(which: str, looked_at: Machine) -> str:
    """Its state."""
    return row(which, looked_at).state


def mounts(device: str, kind: str = "ext4", at: str = "/") -> dict[str, str]:
    """A system with one mount."""
    return {"proc/self/mounts": f"proc /proc proc rw 0 0\n{device} {at} {kind} rw,relatime 0 0\n"}


LUKS = {
    "sys/block/dm-0/dm/name": "luks-1234\n",
    "sys/block/dm-0/dm/uuid": "CRYPT-LUKS2-abcdef-luks-1234\n",
    "sys/block/dm-1/dm/name": "vg-root\n",
    "sys/block/dm-1/dm/uuid": "LVM-abcdef\n",
    "sys/block/dm-1/slaves/dm-0/dev": "253:0\n",
    "sys/class/block/sda2/dev": "8:2\n",
}


@pytest.mark.parametrize(
    ("device", "kind", "expected"),
    [
        ("/dev/mapper/luks-1234", "ext4", "ok"),
        ("/dev/mapper/vg-root", "btrfs", "ok"),  # LVM on LUKS
        ("/dev/dm-0", "ext4", "ok"),
        ("/dev/root", "ext4", "unknown"),  # a name that the kernel does not know
        ("/dev/sda2", "ext4", "warning"),
        ("/home/.ecryptfs/olena", "ecryptfs", "ok"),
        ("overlay", "overlay", "unknown"),
        ("zroot/home", "zfs", "unknown"),
    ],
)
def test_disk_encryption(tmp_path: Path, device: str, kind: str, expected: str) -> None:
    """dm-crypt at any depth is found; a plain partition is one; what is neither is unknown, never well."""
    assert state("disk-encryption", machine(tmp_path, {**LUKS, **mounts(device, kind)})) == expected


def test_the_longest_mount_counts(tmp_path: Path) -> None:
    """An encrypted home on a plain disk, with a space in its name."""
    files = {
        **LUKS,
        "proc/self/mounts": "/dev/sda2 / ext4 rw 0 0\n/dev/mapper/luks-1234 /home/olena\\040k ext4 rw 0 0\n",
    }
    assert state("disk-encryption", machine(tmp_path, files, home=Path("/home/olena k/intake"))) == "ok"
    assert state("disk-encryption", machine(tmp_path, files, home=Path("/home/other"))) == "warning"


@pytest.mark.parametrize(
    ("system", "said", "expected"),
    [
        ("darwin", "FileVault is On.\n", "ok"),
        ("darwin", "FileVault is Off.\n", "warning"),
        ("darwin", None, "unknown"),
        ("win32", "1\r\n", "ok"),
        ("win32", "2\r\n", "warning"),
        ("win32", "", "unknown"),
        ("win32", "Access denied", "unknown"),
        ("plan9", None, "unknown"),
    ],
)
def test_disk_encryption_elsewhere(tmp_path: Path, system: str, said: str | None, expected: str) -> None:
    """FileVault and BitLocker by what the system's own tool says; no answer is unknown."""
    assert state("disk-encryption", machine(tmp_path, system=system, run=lambda _words: said)) == expected


HEAD = "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"


@pytest.mark.parametrize(
    ("swaps", "expected"),
    [
        (HEAD, "ok"),
        (HEAD + "/dev/zram0 partition 100 0 100\n", "ok"),
        (HEAD + "/dev/mapper/luks-1234 partition 100 0 -2\n", "ok"),
        (HEAD + "/dev/sda2 partition 100 0 -2\n", "warning"),
        (HEAD + "/dev/zram0 partition 100 0 100\n/swapfile file 100 0 -2\n", "warning"),
    ],
)
def test_swap(tmp_path: Path, swaps: str, expected: str) -> None:
    """Memory on a plain disk is a warning; in memory or encrypted is none."""
    files = {**LUKS, **mounts("/dev/sda2"), "proc/swaps": swaps}
    assert state("swap", machine(tmp_path, files)) == expected


def test_a_swap_file_on_an_encrypted_disk(tmp_path: Path) -> None:
    """It is as good as its disk."""
    files = {**LUKS, **mounts("/dev/mapper/vg-root"), "proc/swaps": HEAD + "/swapfile file 100 0 -2\n"}
    assert state("swap", machine(tmp_path, files)) == "ok"
    assert state("swap", machine(tmp_path / "empty", system="win32")) == "unknown"


def test_hibernation(tmp_path: Path) -> None:
    """Only where the system can and is told where to; to a plain disk it is a warning."""
    can = {
        "sys/power/state": "freeze mem disk\n",
        "sys/power/resume": "0:0\n",
        "proc/cmdline": "quiet resume=/dev/sda3",
    }
    plain = {**LUKS, **mounts("/dev/sda2"), "proc/swaps": HEAD + "/dev/sda2 partition 1 0 -2\n"}
    assert state("hibernation", machine(tmp_path / "a", {**plain, **can})) == "warning"
    assert state("hibernation", machine(tmp_path / "b", {**can, "proc/swaps": HEAD})) == "note"
    assert state("hibernation", machine(tmp_path / "c", {**plain, **can, "proc/cmdline": "quiet"})) == "ok"
    assert state("hibernation", machine(tmp_path / "d", {"sys/power/state": "freeze mem\n"})) == "ok"
    assert state("hibernation", machine(tmp_path / "e")) == "unknown"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ext4", "ok"),
        ("vfat", "warning"),
        ("exfat", "warning"),
        ("cifs", "warning"),
        ("nfs4", "warning"),
        ("tmpfs", "warning"),
    ],
)
def test_file_systems(tmp_path: Path, kind: str, expected: str) -> None:
    """A stick's, a network's and memory's are named."""
    found = row("file-system", machine(tmp_path, mounts("/dev/sda2", kind)))
    assert (found.state, found.fields["kind"]) == (expected, kind)


@pytest.mark.parametrize(
    "name", ["Dropbox", "OneDrive - Org", "Google Drive", "Яндекс.Диск", "Nextcloud", "Mobile Documents"]
)
def test_synchronised_folders_by_name(tmp_path: Path, name: str) -> None:
    """A folder that a service copies elsewhere."""
    assert state("cloud-folder", machine(tmp_path, home=Path("/home/olena") / name / "intake")) == "warning"
    assert state("cloud-folder", machine(tmp_path)) == "ok"


def test_synchronised_folders_by_their_marks(tmp_path: Path) -> None:
    """A service whose folder was renamed leaves its own files in it."""
    home = tmp_path / "documents" / "intake"
    home.mkdir(parents=True)
    assert state("cloud-folder", machine(tmp_path, home=home)) == "ok"
    (tmp_path / "documents" / ".sync_1234.db").touch()
    assert state("cloud-folder", machine(tmp_path, home=home)) == "warning"


def test_permissions(tmp_path: Path) -> None:
    """Others may not look into the folder; no vault is a note; Windows has no modes to look at."""
    home = tmp_path / "vault"
    assert state("permissions", machine(tmp_path, home=home)) == "note"
    (home / "slots").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    assert state("permissions", machine(tmp_path, home=home)) == "ok"
    (home / "slots" / "passphrase.age").touch(0o644)
    assert state("permissions", machine(tmp_path, home=home)) == "warning"
    assert state("permissions", machine(tmp_path, home=home, system="win32")) == "unknown"


@pytest.mark.parametrize(
    ("which", "facts", "expected"),
    [
        ("clock", {"at": datetime(1970, 1, 1, tzinfo=UTC)}, "warning"),
        ("clock", {}, "ok"),
        ("free-space", {"free_bytes": 1_000_000}, "warning"),
        ("free-space", {"free_bytes": 1_000_000_000}, "note"),
        ("free-space", {"free_bytes": None}, "unknown"),
        ("terminal", {"terminal": Terminal("ISO-8859-1", 80, "xterm")}, "warning"),
        ("terminal", {"terminal": Terminal("utf-8", 60, "xterm")}, "note"),
        ("terminal", {"terminal": Terminal("utf-8", 80, "dumb")}, "note"),
        ("terminal", {"terminal": Terminal("utf-8", None, "")}, "unknown"),
        ("python", {"wheels": {"cryptography": None}}, "warning"),
        ("python", {"python": (3, 10, 1)}, "warning"),
        ("sqlcipher", {"libraries": Libraries(None, "3.40.0", full_text=True)}, "warning"),
        ("sqlcipher", {"libraries": Libraries("4.6.0", "3.40.0", full_text=False)}, "note"),
        ("core-dumps", {"core_bytes": -1}, "warning"),
        ("core-dumps", {"core_bytes": None}, "unknown"),
    ],
)
def test_facts(tmp_path: Path, which: str, facts: dict[str, Any], expected: str) -> None:
    """Each fact that is not well is said as what it is."""
    assert state(which, machine(tmp_path, **facts)) == expected


A_YEAR_AGO = NOW - timedelta(days=367)
INSIDE = Inside("interviewer", False, 0, True, 0, None, {"export": NOW, "backup": NOW, "drill": None, "stamp": None})


@pytest.mark.parametrize(
    ("which", "facts", "expected"),
    [
        ("database", {"damaged": True}, "warning"),
        ("files", {"missing": 2}, "warning"),
        ("custody-log", {"custody": 3}, "warning"),
        ("recovery-slot", {"recovery": False}, "warning"),
        ("recovery-slot", {"recovery": None}, "note"),
        ("recovery-slot", {"role": "coordinator", "recovery": None}, "note"),
        ("clock", {"newest": NOW + timedelta(days=1)}, "warning"),
        ("last-export", {"last": {"export": None}}, "note"),
        ("last-export", {"last": {"export": None}, "unsent": 1}, "warning"),
        ("last-export", {"last": {"export": NOW - timedelta(days=60)}, "unsent": 1}, "warning"),
        ("last-export", {"last": {"export": NOW - timedelta(days=60)}}, "ok"),
        ("last-backup", {"last": {"backup": None}}, "warning"),
        ("last-backup", {"last": {"backup": NOW - timedelta(days=300)}}, "warning"),
        ("last-drill", {"role": "coordinator", "last": {"drill": None}}, "warning"),
        ("last-drill", {"role": "coordinator", "last": {"split": NOW, "drill": None}}, "warning"),
        ("last-drill", {"role": "coordinator", "last": {"split": NOW, "drill": NOW}}, "ok"),
        ("last-drill", {"role": "coordinator", "last": dict.fromkeys(("split", "drill"), A_YEAR_AGO)}, "warning"),
        ("last-stamp", {"role": "coordinator", "last": {"stamp": NOW - timedelta(days=900)}}, "warning"),
        ("last-stamp", {}, "ok"),
        ("sync", {"sending": 1}, "warning"),
        ("sync", {}, "ok"),
    ],
)
def test_what_the_passphrase_shows(tmp_path: Path, which: str, facts: dict[str, Any], expected: str) -> None:
    """Damage, lost files, slots of another key, and how long ago things were done; "never" is an answer."""
    assert state(which, machine(tmp_path, inside=replace(INSIDE, **facts))) == expected
    assert state(which, machine(tmp_path, inside=INSIDE)) in ("ok", "note")


def test_split_keys_that_still_lie_there(tmp_path: Path) -> None:
    """Sheets were proved, and the folder of `org init` was forgotten at home."""
    inside = replace(INSIDE, role="coordinator", last={"split": NOW, "drill": NOW})
    desk = replace(machine(tmp_path, inside=inside), home=tmp_path / "desk")
    assert state("last-drill", desk) == "ok"
    (desk.home / "offline").mkdir(parents=True)
    (desk.home / "offline" / "root.age").write_bytes(b"x")
    assert state("last-drill", desk) == "warning"


def test_an_empty_machine_is_unknown(tmp_path: Path) -> None:
    """Nothing can be read: every row has an answer, no row fails, and none is a warning."""
    rows = examine(machine(tmp_path))
    assert [one.id for one in rows] == [check.id for check in CHECKS]
    assert not [one for one in rows if one.state == "warning"]


def test_hostile_system_files(tmp_path: Path) -> None:
    """Whatever stands in the files of the system: an answer."""
    for number, text in enumerate(
        (
            "",
            "\0" * 100,
            "x",
            "/dev/sda1",
            "a b c d e f\n" * 1000,
            "\udc80".encode("utf-8", "surrogatepass").decode("latin-1"),
        )
    ):
        names = ("proc/self/mounts", "proc/swaps", "sys/power/state", "sys/power/resume", "proc/cmdline")
        assert len(examine(machine(tmp_path / str(number), dict.fromkeys(names, text)))) == len(CHECKS)


# -- on real vaults ----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def found_in(env: Any) -> dict[str, Row]:
    """All rows by id."""
    return {one.id: one for one in doctor(env, SOUND)}


def test_a_sound_vault(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """Database, files and recovery slot are well; export and backup are told as they happened."""
    _, laptop, _ = three
    laptop.add([document()])
    laptop.seal()
    before = found_in(laptop.env)
    assert (before["database"].state, before["files"].state, before["recovery-slot"].state) == ("ok", "ok", "ok")
    assert (before["last-export"].says, before["last-backup"].says) == ("never", "never")
    laptop.export()
    backup(laptop.env, tmp_path / "b.age")
    after = found_in(laptop.env)
    assert (after["last-export"].state, after["last-backup"].state) == ("ok", "ok")


def test_a_damaged_vault(three: tuple[World, Laptop, Laptop]) -> None:
    """A bad page and a lost file are named; doctor itself goes on, and changes nothing."""
    _, laptop, _ = three
    laptop.add([document(n=n) for n in range(20)])
    laptop.seal()
    next((laptop.env.home / "outbox").iterdir()).unlink()
    database = laptop.env.home / "store.db"
    data = bytearray(database.read_bytes())
    data[-2000] ^= 1
    database.write_bytes(data)
    found = found_in(laptop.env)
    assert "warning" in (found["database"].state, found.get("opening", found["database"]).state)


def test_without_a_passphrase(three: tuple[World, Laptop, Laptop]) -> None:
    """Nobody to ask, or nothing typed: what needs the passphrase is unknown, the rest is told."""

    class Nobody(Answers):
        def passphrase(self, prompt: str) -> str:
            raise NoTerminal(option=prompt)

    _, laptop, _ = three
    for ask in (Nobody(), Answers(secret="")):
        found = found_in(replace(laptop.env, ask=ask))
        assert found["database"].state == found["last-backup"].state == "unknown"
        assert found["passphrase-slot"].state == "warning", "the cheap work factor of the tests"
        assert "opening" not in found


def test_a_wrong_passphrase_refuses_nothing(three: tuple[World, Laptop, Laptop]) -> None:
    """It is one more row."""
    _, laptop, _ = three
    found = found_in(replace(laptop.env, ask=Answers(secret="wrong")))  # noqa: S106  made up
    assert found["opening"].state == "warning"
    assert found["permissions"].state == "ok"


def test_without_a_vault(three: tuple[World, Laptop, Laptop], tmp_path: Path) -> None:
    """A laptop before `init`: nobody is asked for a passphrase."""
    _, laptop, _ = three
    found = found_in(replace(laptop.env, home=tmp_path / "nothing", ask=None))  # type: ignore[arg-type]  # nobody
    assert (found["vault"].state, found["permissions"].state) == ("note", "note")


def test_a_vault_that_is_open(three: tuple[World, Laptop, Laptop]) -> None:
    """The application asks about its own vault; another process is told that it is open."""
    _, laptop, _ = three
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        assert found_in(replace(laptop.env, vault=vault))["vault"].state == "ok"
        assert found_in(laptop.env)["vault"].state == "note"


def test_a_slot_for_an_older_key(three: tuple[World, Laptop, Laptop]) -> None:
    """The organisation's recovery key changed, and the slot did not."""
    _, laptop, _ = three
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault.settings.set("recovery-slot", "0" * 64)
    assert found_in(laptop.env)["recovery-slot"].state == "warning"
