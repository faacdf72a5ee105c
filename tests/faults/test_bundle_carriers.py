"""Real sticks that fail: a full file system, a read-only one. Needs the right to mount; says so when it lacks it."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from intake.errors import CarrierFull, CarrierMissing, CarrierReadOnly
from intake.transports.folder import stage
from tests.worlds.bundle import Outbox, organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def stick(folder: Path, options: str) -> Iterator[Path]:
    """A file system of its own, gone again afterwards."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("missing: the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def put(folder: Path, data: bytes, *, announced: int = 0, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Write one file as an export does."""
    with stage(folder, "a.age", announced or len(data)) as staged:
        staged.write(data)
        meanwhile()
        staged.publish()


@pytest.fixture
def carried() -> bytes:
    """A carried file of 1 MiB."""
    outbox = Outbox(organisation())
    outbox.seal(0)
    return outbox.carried()


def test_a_stick_without_room_is_refused_before_the_first_byte(tmp_path: Path, carried: bytes) -> None:
    """The space check."""
    with stick(tmp_path, "size=512k") as folder:
        with pytest.raises(CarrierFull), stage(folder, "a.age", len(carried)):
            pass
        assert list(folder.iterdir()) == []


def test_a_stick_that_fills_up_on_the_way_keeps_no_part(tmp_path: Path, carried: bytes) -> None:
    """Somebody else writes to it too, or it lied about its size."""
    with stick(tmp_path, "size=512k") as folder:
        with pytest.raises(CarrierFull):
            put(folder, carried, announced=1000)
        assert list(folder.iterdir()) == []


def test_a_locked_stick(tmp_path: Path) -> None:
    """The little switch."""
    with stick(tmp_path, "size=2m,ro") as folder, pytest.raises(CarrierReadOnly), stage(folder, "a.age", 10):
        pass


def test_a_stick_that_is_pulled_out_before_the_file_has_its_name(tmp_path: Path, carried: bytes) -> None:
    """Written into nothing: no success is said."""
    inside = tmp_path / "stick"
    inside.mkdir()

    def pull_out() -> None:
        for path in inside.iterdir():
            path.unlink()
        inside.rmdir()

    with pytest.raises(CarrierMissing):
        put(inside, carried, meanwhile=pull_out)
