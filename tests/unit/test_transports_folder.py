"""A folder or stick: a file is there whole and compared, or it is not there at all."""

from __future__ import annotations

import errno
import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from intake.errors import (
    CarrierFailed,
    CarrierFull,
    CarrierMisread,
    CarrierMissing,
    CarrierReadOnly,
    CarrierTaken,
    TransportError,
)
from intake.transports import folder
from intake.transports.folder import Carried, Staged, files, stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATA = bytes(range(256)) * 5000


def put(to: Path, data: bytes = DATA, name: str = "a.age", meanwhile: Callable[[], object] = lambda: None) -> Carried:
    """Write one file as an export does."""
    with stage(to, name, len(data)) as staged:
        for at in range(0, len(data), 100_000):
            staged.write(data[at : at + 100_000])
        meanwhile()
        return staged.publish()


def test_a_file_arrives_whole_and_is_compared(tmp_path: Path) -> None:
    """Its name, size and digest are those of what was written."""
    carried = put(tmp_path)
    assert carried.path.read_bytes() == DATA
    assert (carried.size, carried.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert carried.state == ("checked" if hasattr(os, "posix_fadvise") else "written")
    assert [path.name for path in tmp_path.iterdir()] == ["a.age"]


def test_nothing_has_its_final_name_before_it_is_published(tmp_path: Path) -> None:
    """So a number can be used up before the file may be handed over."""
    with stage(tmp_path, "a.age", 10) as staged:
        staged.write(b"x" * 10)
        assert [path.name for path in tmp_path.iterdir()] == ["a.age.part"]
        staged.publish()
    assert files(tmp_path) == [tmp_path / "a.age"]


def test_a_failure_on_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither a `.part` nor a file under the final name."""

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put(tmp_path, meanwhile=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """Also not when it appears while the new one is written."""
    put(tmp_path)
    with pytest.raises(CarrierTaken), stage(tmp_path, "a.age", 1):
        pass
    theirs = tmp_path / "b.age"
    with pytest.raises(CarrierTaken):
        put(tmp_path, name="b.age", meanwhile=lambda: theirs.write_bytes(b"somebody else's"))
    assert (tmp_path / "b.age").read_bytes() == b"somebody else's"
    assert (tmp_path / "a.age").read_bytes() == DATA


def test_two_writers_of_one_name_do_not_mix(tmp_path: Path) -> None:
    """The second finds the first one's `.part`, and touches nothing."""
    with stage(tmp_path, "a.age", 1) as first:
        first.write(b"1")
        with pytest.raises(CarrierTaken), stage(tmp_path, "a.age", 1):
            pass
        first.publish()
    assert (tmp_path / "a.age").read_bytes() == b"1"


def test_too_little_room_is_known_before_a_byte_is_written(tmp_path: Path) -> None:
    """Nothing is begun that can't be finished."""
    with pytest.raises(CarrierFull), stage(tmp_path, "a.age", 1 << 60):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A stick that is not in: its own error, for writing and for listing."""
    with pytest.raises(CarrierMissing), stage(tmp_path / "stick", "a.age", 1):
        pass
    with pytest.raises(CarrierMissing):
        files(tmp_path / "stick")


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    """A path that is no folder."""
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(CarrierMissing), stage(tmp_path / "stick", "a.age", 1):
        pass


def test_published_twice_or_written_after_is_refused(tmp_path: Path) -> None:
    """A file that has its name is closed."""
    with stage(tmp_path, "a.age", 1) as staged:
        staged.publish()
        with pytest.raises(CarrierFailed):
            staged.publish()
        with pytest.raises(CarrierFailed):
            staged.write(b"more")


def test_working_files_and_hidden_ones_are_not_listed(tmp_path: Path) -> None:
    """Neither a `.part` of an interrupted export nor what a system leaves on sticks."""
    for name in ("b.age", "a.tar", "c.age.part", ".Trashes", "._b.age"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert [path.name for path in files(tmp_path)] == ["a.tar", "b.age"]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, CarrierFull),
        (errno.EFBIG, CarrierFull),
        (errno.EROFS, CarrierReadOnly),
        (errno.EACCES, CarrierReadOnly),
        (errno.ENODEV, CarrierMissing),
        (errno.EIO, CarrierFailed),
    ],
)
def test_what_the_system_says_becomes_what_a_person_can_do(
    tmp_path: Path, number: int, fault: type[TransportError]
) -> None:
    """Full, read-only, vanished, failing: four errors, four hints."""
    with pytest.raises(fault):
        folder.give_up(OSError(number, "made up"), tmp_path, 10)


def test_a_stick_that_gives_back_other_bytes(tmp_path: Path) -> None:
    """What is read back is compared; a bad file loses its final name."""

    class Lying(Staged):
        """A medium that keeps something else than it is given."""

        def write(self, data: bytes | bytearray | memoryview, /) -> int:
            written = super().write(data)
            assert self._file is not None
            self._file.seek(0)
            self._file.write(b"\xff")
            return written

    staged = Lying(tmp_path, "a.age", len(DATA))
    staged.write(DATA)
    with pytest.raises(CarrierMisread):
        staged.publish()
    assert list(tmp_path.iterdir()) == []
