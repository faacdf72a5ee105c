"""A backup as bytes: whatever they are, a reader ends with the files of a vault, or with a typed refusal."""

from __future__ import annotations

import io
import tracemalloc
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.crypto.age import PostQuantumIdentity, encrypt_bytes
from intake.crypto.ustar import Member, write_ustar
from intake.errors import BackupRefused, ForeignRecovery
from intake.store import backup_file
from intake.store.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

WHOSE = PostQuantumIdentity.from_seed(bytes(32))
KEY = b"x'" + b"ab" * 32 + b"'"
BLOB = "blobs/ab/" + "ab" * 16 + ".age"
ITEM = "outbox/" + "cd" * 16 + ".age"

Members = list[tuple[str, bytes]]


def sound() -> Members:
    """A small backup's members."""
    return listed([("key", KEY), ("store.db", b"pages"), (BLOB, b"blob"), (ITEM, b"item"), ("backup.json", b"{}")])


def listed(files: Members) -> Members:
    """With their list and its signatures."""
    manifest = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in files).encode()
    return [*files, ("manifest-sha256.txt", manifest), *((name, b"signed") for name in backup_file.SIGNATURES)]


def sealed(members: Members) -> io.BytesIO:
    """As an age file."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in members])
    return io.BytesIO(encrypt_bytes(sink.getvalue(), [WHOSE.recipient()]))


def read(members: Members, folder: Path) -> backup_file.Opened:
    """What a reader makes of them."""
    return backup_file.read(sealed(members), WHOSE, folder)


def test_a_sound_one(tmp_path: Path) -> None:
    """Files lie where they belong; the rest is returned."""
    opened = read(sound(), tmp_path)
    assert (opened.key, opened.about, opened.sig) == (KEY.decode(), b"{}", b"signed")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        "store.db",
        BLOB,
        ITEM,
    }


def test_pieces_are_put_together(tmp_path: Path) -> None:
    """In their order."""
    files = [("key", KEY), *((f"store.db.000{n}-of-0003", b"%d" % n) for n in (1, 2, 3)), ("backup.json", b"{}")]
    read(listed(files), tmp_path)
    assert (tmp_path / "store.db").read_bytes() == b"123"


A, B, C = (f"store.db.000{n}-of-0003" for n in (1, 2, 3))


@pytest.mark.parametrize(
    "names",
    [
        [A, C, B],
        [A, B],
        [B, C],
        [A, B, C, C],
        [A, B, "store.db"],
        [A, "store.db.0002-of-0002"],
        [A, BLOB, B, C],
        ["store.db", A],
    ],
)
def test_pieces_that_are_not_whole(tmp_path: Path, names: list[str]) -> None:
    """Out of order, missing, twice, of two files at once: refused, whatever the list says of them."""
    with pytest.raises(BackupRefused):
        read(listed([("key", KEY), *((name, b"x") for name in names), ("backup.json", b"{}")]), tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "slots/passphrase.age", "lock", "store.db-wal", "blobs/cd/" + "ab" * 16 + ".age", "blobs/" + "ab" * 16 + ".age",
        "outbox/../store.db", "/store.db", "outbox/x.age", "blobs/ab/" + "AB" * 16 + ".age", "store.db.0000-of-00001",
    ],
)  # fmt: skip
def test_no_other_file_is_ever_written(tmp_path: Path, name: str) -> None:
    """A name that no vault has is refused before a byte of it is written."""
    home = tmp_path / "home"
    home.mkdir()
    body = io.BytesIO()
    write_ustar(body, [Member("key", len(KEY), io.BytesIO(KEY))])
    # Not by our writer, which refuses such names as well.
    header = bytearray(body.getvalue()[:512])
    header[:100] = name.encode().ljust(100, b"\0")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    tar = bytes(header) + body.getvalue()[512:]
    with pytest.raises(BackupRefused):
        backup_file.read(io.BytesIO(encrypt_bytes(tar, [WHOSE.recipient()])), WHOSE, home)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_is_missing_or_too_much(tmp_path: Path) -> None:
    """Each member left out, doubled or moved behind the list; a changed byte; a key that is none."""
    good = sound()
    bad = [[*good[:at], *good[at + 1 :]] for at in (0, 2, 4, 5, 6, 7)]
    bad += [[*good[:2], *good[3:], good[2]], [*good[:1], ("store.db", b"other"), *good[2:]]]
    bad += [listed([("key", b"x'short'"), ("store.db", b""), ("backup.json", b"{}")])]
    for number, members in enumerate(bad):
        with pytest.raises(BackupRefused):
            read(members, tmp_path / str(number))


def test_somebody_elses(tmp_path: Path) -> None:
    """Another key's backup, and no age file at all."""
    with pytest.raises(ForeignRecovery):
        backup_file.read(sealed(sound()), PostQuantumIdentity.generate(), tmp_path)
    with pytest.raises(BackupRefused):
        backup_file.read(io.BytesIO(b"nothing of ours"), WHOSE, tmp_path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_at_all(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Bytes changed, cut or put in inside the envelope, by who knows the recipient: never another exception."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(content), io.BytesIO(content)) for name, content in sound()])
    tar = bytearray(sink.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(tar)))
        tar[at : at + data.draw(st.integers(0, 600))] = data.draw(st.binary(max_size=600))
    folder = tmp_path_factory.mktemp("any")
    try:
        opened = backup_file.read(io.BytesIO(encrypt_bytes(bytes(tar), [WHOSE.recipient()])), WHOSE, folder)
    except BackupRefused:
        return
    assert opened.key == KEY.decode()


def test_memory_is_flat(tmp_path: Path) -> None:
    """A film of 64 MiB goes through a few MiB of memory, out and in."""
    home, again = tmp_path / "home", tmp_path / "again"
    (home / BLOB).parent.mkdir(parents=True)
    with (home / BLOB).open("wb") as film:
        film.truncate(64 << 20)
    (home / "store.db").write_bytes(b"pages")
    taken = Snapshot(home / "store.db", KEY.decode(), (BLOB,))
    tracemalloc.start()
    try:
        with (tmp_path / "b.age").open("wb") as sink:
            backup_file.Writer(home, taken).write(sink, b"{}", WHOSE.recipient(), lambda _list: (b"a", b"b"))
        with (tmp_path / "b.age").open("rb") as source:
            backup_file.read(source, WHOSE, again)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20
    assert (again / BLOB).stat().st_size == 64 << 20
