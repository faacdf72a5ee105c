"""Everything around the real command line that can be wrong: each ends with its own code, never with a traceback.

The vault, the stick, files that are none, the streams, the locale, the passphrase file, the user's home.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.worlds.disks import fill, mount, small_disk
from tests.worlds.loop import PASSPHRASE
from tests.worlds.processes import Ended, Lab, canaries_of, canary_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="files and streams of POSIX")
CYRILLIC_HOME = "Тека з пробілами"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """An organisation, a laptop with three sealed testimonies, and one in a folder with a Cyrillic name."""
    made = Lab.new(tmp_path_factory.mktemp("faults") / "lab")
    assert made.intake("laptop-1", "add", "-", stdin=canary_lines(3)).code == 0
    assert made.intake("laptop-1", "seal", "--all", "--yes").code == 0
    (made.folder / "laptop-2").rename(made.folder / CYRILLIC_HOME)
    return made


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    with small_disk(tmp_path / "disk", "3m") as made:
        yield made


def quiet(ended: Ended, *codes: int) -> None:
    """It ended as documented and said nothing that it should not."""
    assert ended.code in codes, ended.told
    assert "Traceback" not in ended.told
    assert not canaries_of(ended.out + ended.err)


def shell(lab: Lab, line: str, **environ: str) -> Ended:
    """A line of a shell in which `$intake` runs on the first laptop; 20 seconds, or it hangs."""
    environ |= {"intake": f"{sys.executable} -m intake", "INTAKE_HOME": str(lab.folder / "laptop-1")}
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, env=lab.environ(**environ), cwd=lab.folder, check=False, timeout=20
    )
    return Ended(done.returncode, done.stdout, done.stderr)


# -- the vault ---------------------------------------------------------------------------------------------------------


def refusal(lab: Lab, home: str | Path, code: int, name: str, *, options: tuple[str, ...] = ()) -> None:
    """`list` is refused with this exit code and error code, in three languages that differ."""
    said = set()
    for lang in ("uk", "ru", "en"):
        ended = lab.intake(home, "list", "--json", "--lang", lang, *options)
        quiet(ended, code)
        error = ended.json["error"]
        assert (error["code"], error["exit_code"]) == (name, code)
        said.add(error["message"] + error["hint"])
        assert error["message"] in ended.err.decode()
        assert error["hint"] in ended.err.decode()
    assert len(said) == 3


def test_wrong_passphrase(lab: Lab, tmp_path: Path) -> None:
    """10, in the language chosen."""
    (tmp_path / "wrong").write_text("nobody ever chose this", encoding="utf-8")
    refusal(lab, "laptop-1", 10, "wrong-passphrase", options=("--passphrase-file", str(tmp_path / "wrong")))


def test_damaged_vault(lab: Lab, tmp_path: Path) -> None:
    """11: a byte changed in the database, a slot cut short, noise for a log."""
    home = tmp_path / "home"
    for name, content in (("store.db", None), ("slots/passphrase.age", b"age-enc"), ("store.db-wal", os.urandom(9000))):
        shutil.copytree(lab.folder / "laptop-1", home)
        data = bytearray((home / name).read_bytes()) if content is None else bytearray(content)
        data[min(100, len(data) - 1)] ^= 1
        (home / name).write_bytes(data)
        if content is None:
            refusal(lab, home, 11, "vault-damaged")
        quiet(lab.intake(home, "list"), 11)
        shutil.rmtree(home)


def test_not_a_vault(lab: Lab, tmp_path: Path) -> None:
    """12: a folder of something else, a file, a file in its path, a loop of links, a name too long, nothing there."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    (tmp_path / "loop").symlink_to("loop")
    refusal(lab, tmp_path / "photos", 12, "not-a-vault")
    refusal(lab, tmp_path / "nothing", 12, "no-vault")
    for name in ("photos/a.jpg", "photos/a.jpg/x", "loop", "x" * 5000):
        quiet(lab.intake(tmp_path / name, "list" if name == "loop" else "init"), 12)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loop", "photos"]


def test_full_disk(lab: Lab, disk: Path) -> None:
    """13: nothing is added by halves, and with room again the same vault goes on."""
    shutil.copytree(lab.folder / "laptop-1", disk / "home")
    fill(disk)
    refusal(lab, disk / "home", 13, "disk-full")
    (disk / "filler").unlink()
    quiet(lab.intake(disk / "home", "add", "-", stdin=canary_lines(300)), 13)
    assert len(lab.cases(disk / "home")) == 3


def test_read_only_folder(lab: Lab, tmp_path: Path) -> None:
    """13, another one."""
    view = tmp_path / "view"
    view.mkdir()
    mount("--bind", str(lab.folder), str(view))
    try:
        mount("-o", "remount,ro,bind", str(view))
        refusal(lab, view / "laptop-1", 13, "read-only")
        quiet(lab.intake(view / "laptop-1", "add", "-", stdin=canary_lines(1)), 13)
        quiet(lab.intake("laptop-1", "export", "--to", view / "stick"), 50)
    finally:
        subprocess.run(["umount", "-l", str(view)], check=True)


def test_vault_in_use(lab: Lab) -> None:
    """14 while another process has it open; when that one ends, it opens."""
    holder = lab.start("laptop-1", "add", "-", stdin=subprocess.PIPE)
    assert holder.stdin is not None
    assert holder.stderr is not None
    holder.stderr.readline()  # "adding testimonies": the vault is open
    refusal(lab, "laptop-1", 14, "vault-busy")
    holder.communicate()
    assert len(lab.cases("laptop-1")) == 3


# -- the stick, and files that are none --------------------------------------------------------------------------------


def test_a_bad_stick(lab: Lab, disk: Path) -> None:
    """Full, a file, not there, a loop, a name too long: nothing is left on it, nothing is marked as exported."""
    fill(disk)
    quiet(lab.intake("laptop-1", "export", "--to", disk), 50)
    assert [path.name for path in disk.iterdir()] == ["filler"]
    (disk / "loop").symlink_to("loop")
    places: list[str | Path] = [disk / "filler", disk / "nowhere", disk / "loop", "x" * 5000]
    for place in places:
        quiet(lab.intake("laptop-1", "export", "--to", place), 51)
    assert set(lab.cases("laptop-1").values()) == {"sealed"}


def test_a_stick_that_vanishes(lab: Lab, disk: Path) -> None:
    """Unmounted while it is written: a carrier's error or done before; the testimonies are still there to export."""
    copy = shutil.copytree(lab.folder / "laptop-1", disk.parent / "home")
    process = lab.start(copy, "export", "--to", disk)
    assert process.stderr is not None
    process.stderr.readline()  # "writing the bundle"
    shutil.rmtree(disk, ignore_errors=True)
    out, err = process.communicate(timeout=60)
    quiet(Ended(process.returncode, out, err), 0, 51, 52)
    assert len(lab.cases(copy)) == 3


def test_files_that_are_none(lab: Lab, tmp_path: Path) -> None:
    """A pipe, devices, a loop, a folder and a missing name neither hang nor end a command as a fault of ours."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    places: list[str | Path] = [
        tmp_path / "pipe",
        tmp_path / "loop",
        tmp_path / "missing",
        "/dev/zero",
        "/dev/null",
        "x" * 5000,
    ]
    for place in places:
        quiet(lab.intake("org", "import", place), 62)
    pipe = tmp_path / "pipe"
    quiet(lab.intake("laptop-1", "enrol", pipe), 62)
    quiet(lab.intake("laptop-3", "init", "--org", pipe), 62)
    quiet(lab.intake("org", "verify", pipe, "--root", pipe, "--trust", tmp_path), 62)
    quiet(lab.intake("org", "received", "--to", lab.folder / "passphrase"), 62)
    case = lab.intake("laptop-1", "add", "-", stdin=canary_lines(1)).out.decode().strip()
    for place in (pipe, "/dev/zero", tmp_path):
        quiet(lab.intake("laptop-1", "attach", case, place, "--part", "account"), 62)
    quiet(lab.intake("laptop-1", "discard", case, stdin=case.encode()), 0)


def test_import_of_what_is_no_bundle(lab: Lab, tmp_path: Path) -> None:
    """Empty, one byte, noise, a hole of a gigabyte, a hundred of them: refused and named, none stops the good one."""
    junk = tmp_path / "junk"
    junk.mkdir()
    for number in range(100):
        (junk / f"{number}.age").write_bytes(os.urandom(number))
    with (junk / "sparse").open("wb") as sink:
        sink.truncate(1 << 30)
    assert lab.intake("laptop-1", "export", "--to", junk).code == 0
    ended = lab.intake("org", "import", junk, "--json")
    quiet(ended, 30, 33)
    states = [one["state"] for one in ended.json["bundles"]]
    assert len(states) == 102
    assert states.count("imported") == 1
    assert len(lab.cases("org")) == 3


# -- streams, locales, homes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("$intake list >&-", {0}),
        ("$intake list 2>&-", {0}),
        ("$intake list <&- >&- 2>&-", {0}),
        ("$intake show 742-118-365-8 --plaintext 2>&-", {2, 12}),
        ("$intake export <&-", {2}),
        ("$intake --help >&-", {0}),
        ("$intake list --json >/dev/full", {2}),
        ("$intake --version >/dev/full", {2}),
        ("$intake --help >/dev/full", {2}),
        ("$intake show 742-118-365-8 --plaintext 2>/dev/full", {2, 12}),
        ("$intake list | true; exit ${PIPESTATUS[0]}", {0, 141}),
        ("$intake --help | true; exit ${PIPESTATUS[0]}", {0, 141}),
        ("$intake add - 0>/dev/null", {40}),
        ("$intake add /proc/self/mem", {40}),
        ("$intake add .", {62}),
    ],
)  # fmt: skip
def test_streams(lab: Lab, line: str, codes: set[int]) -> None:
    """Closed, full, gone or not readable: the code is the documented one, and Python never adds a word of its own."""
    ended = shell(lab, line)
    quiet(ended, *codes)
    assert "Exception ignored" not in ended.told


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "ru_RU.CP1251"},
        {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_locales(lab: Lab, environ: dict[str, str]) -> None:
    """Cyrillic words, names and a home with spaces come through in any locale; bytes that are no text are refused."""
    told = lab.environ(**environ, INTAKE_LANG="uk")
    status = lab.intake(CYRILLIC_HOME, "status", environ=told)
    quiet(status, 0)
    assert "Вигаданий осередок" in status.told
    quiet(lab.intake(CYRILLIC_HOME, "export", stdin="/немає такої\n".encode(), environ=told), 3, 51)
    quiet(lab.intake("new", "org", "init", "--made-up", stdin=b"\xff\xfe\xd0\n", environ=told), 2)
    assert not (lab.folder / "new").exists()


def test_no_home(lab: Lab) -> None:
    """Without HOME the system's own answer is taken; a user whom the system does not know is told to name a folder."""
    environ = lab.environ()
    del environ["HOME"]
    command = [sys.executable, "-m", "intake", "list"]
    known = subprocess.run(command, env=environ, capture_output=True, check=False)
    quiet(Ended(known.returncode, known.stdout, known.stderr), 10, 12, 13)
    if os.geteuid() == 0 and shutil.which("setpriv"):
        nobody = ["setpriv", "--reuid", "54321", "--clear-groups"]
        unknown = subprocess.run([*nobody, *command], env=environ, cwd="/", capture_output=True, check=False)
        if b"intake:" in unknown.stderr:  # else that user may not even read this Python
            quiet(Ended(unknown.returncode, unknown.stdout, unknown.stderr), 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"{PASSPHRASE}\r\n".encode(), 0),
        (b"\xef\xbb\xbf" + PASSPHRASE.encode(), 0),
        (f"  {PASSPHRASE}  \nmore\n".encode(), 0),
        (b"", 2),
        (b"\n", 2),
        (b"\r\n", 2),
        (PASSPHRASE.encode("utf-16"), 2),
        ("пароль".encode("cp1251"), 2),
        (b"\0\n", 10),
        (bytes(1 << 20), 10),
        (None, 2),
    ],
)
def test_passphrase_files(lab: Lab, tmp_path: Path, content: bytes | None, code: int) -> None:
    """A line end of Windows and a byte order mark do no harm; missing, empty and unreadable files are told as such."""
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    quiet_but_passphrase = lab.intake("laptop-1", "list", "--passphrase-file", file)
    quiet(quiet_but_passphrase, code)


def test_a_passphrase_file_that_is_a_folder(lab: Lab) -> None:
    """Told as a passphrase file's fault."""
    quiet(lab.intake("laptop-1", "list", "--passphrase-file", lab.folder), 2)
