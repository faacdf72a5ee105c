"""Pieces: what a name says is proved by bytes, an upload goes on where it stopped, and whatever a carrier does ends."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
from typing import TYPE_CHECKING

import pytest

from intake.errors import CarrierEndless, CarrierLost, CarrierMisread, CarrierMissing
from intake.transports import pieces
from intake.transports.folder_carrier import FolderCarrier
from intake.transports.pieces import Piece, fetch, listing, missing, pieces_of, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOX, SIZE = "ab" * 16, 1000
DATA = bytes(range(256)) * 14  # three whole pieces and a part
FILE = hashlib.sha256(DATA).hexdigest()


class Counting(FolderCarrier):
    """A folder that counts, fails after so many writes, and may keep other bytes than it was given."""

    def __init__(self, root: Path, fails_after: int = 1 << 30, torn: int = 0) -> None:
        super().__init__(root)
        self.reads, self.writes = list[str](), list[str]()
        self.fails_after, self.torn = fails_after, torn

    def read(self, box: str, name: str, limit: int) -> bytes:
        """Counted."""
        self.reads.append(name)
        return super().read(box, name, limit)

    def write(self, box: str, name: str, data: bytes) -> None:
        """Counted, torn, refused."""
        if len(self.writes) >= self.fails_after:
            raise CarrierMissing(folder="taken out")
        self.writes.append(name)
        self.torn -= 1
        super().write(box, name, data[:-1] if self.torn >= 0 else data)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a thousand bytes."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", SIZE)


def mine() -> tuple[Piece, ...]:
    """The pieces of the file."""
    return pieces_of(io.BytesIO(DATA), FILE, len(DATA))


def sent(root: Path) -> Counting:
    """A folder that has it."""
    carrier = Counting(root)
    put(carrier, BOX, io.BytesIO(DATA), mine(), lambda _piece: None)
    return carrier


def shown(carrier: FolderCarrier) -> pieces.Shown:
    """What its listing says of the file."""
    return listing(carrier, BOX, lambda _file: True)[FILE]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../x",
        f"{FILE}.0-0.{FILE}",
        f"{FILE}.3-3.{FILE}",
        f"{FILE}.0-1.{'0' * 64}",  # one piece that is not its file
        f"{FILE}.01-3.{FILE}",
        f"{FILE}.0-3.{FILE.upper()}",
        f"{FILE}.0-3.{FILE}.part",
        f"{FILE}.0-3.{FILE}\n",
        f"{FILE}.٠-3.{FILE}",
        f"{FILE[1:]}.0-3.{FILE}",
        f"{FILE}.0-1234567.{FILE}",
    ],
)
def test_what_is_no_name_of_ours_is_passed_over(name: str) -> None:
    """Nothing but the one form, to the last sign."""
    assert Piece.parse(name) is None


def test_a_file_goes_and_comes(tmp_path: Path) -> None:
    """In four files, each by its own hash; out of them the same bytes; and every name is the form's."""
    carrier = sent(tmp_path)
    names = [path.name for path in (tmp_path / BOX).iterdir()]
    assert sorted(names) == sorted(map(str, mine()))
    assert len(names) == 4
    sink = io.BytesIO()
    assert fetch(carrier, BOX, shown(carrier), sink, lambda _n: None) == "whole"
    assert sink.getvalue() == DATA


def test_an_upload_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What was read back before is not written again."""
    done: list[Piece] = []
    with pytest.raises(CarrierMissing):
        put(Counting(tmp_path, fails_after=2), BOX, io.BytesIO(DATA), mine(), done.append)
    carrier = Counting(tmp_path)
    put(carrier, BOX, io.BytesIO(DATA), mine(), done.append, done=len(done))
    assert len(carrier.writes) == 2
    assert tuple(done) == mine()
    assert missing(carrier, BOX, mine()) == 0


def test_a_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What is here and right is not read again; what is here and wrong is."""
    carrier = sent(tmp_path)
    carrier.reads.clear()
    here = io.BytesIO(DATA[:SIZE] + bytes(SIZE) + DATA[2 * SIZE : 3 * SIZE])
    assert fetch(carrier, BOX, shown(carrier), here, lambda _n: None) == "whole"
    assert here.getvalue() == DATA
    assert {Piece.parse(name).index for name in carrier.reads} == {1, 3}  # type: ignore[union-attr]  # ours


def test_a_torn_piece_is_written_again_and_a_third_time_given_up(tmp_path: Path) -> None:
    """Twice is a bad moment, three times a bad medium; what was not read back counts for nothing."""
    done: list[Piece] = []
    put(Counting(tmp_path, torn=2), BOX, io.BytesIO(DATA), mine(), done.append)
    assert len(done) == 4
    done.clear()
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(CarrierMisread):
        put(Counting(other, torn=3), BOX, io.BytesIO(DATA), mine(), done.append)
    assert not done


def test_a_false_piece_beside_the_true_one_does_not_hide_it(tmp_path: Path) -> None:
    """Both ways are tried; a file with a piece that is false and no true one is not there."""
    carrier = sent(tmp_path)
    other = b"x" * SIZE
    false = Piece(FILE, 1, 4, hashlib.sha256(other).hexdigest())
    carrier.write(BOX, str(false), other)
    sink = io.BytesIO()
    assert fetch(carrier, BOX, shown(carrier), sink, lambda _n: None) == "whole"
    assert sink.getvalue() == DATA
    carrier.remove(BOX, str(mine()[1]))
    assert fetch(carrier, BOX, shown(carrier), io.BytesIO(), lambda _n: None) != "whole"


@pytest.mark.parametrize("bad", [b"", b"x", DATA[:SIZE] + b"x", bytes(SIZE)])
def test_a_wrong_body_is_never_a_piece(tmp_path: Path, bad: bytes) -> None:
    """Nothing, a part, too much, another: the file is not there."""
    carrier = sent(tmp_path)
    (tmp_path / BOX / str(mine()[0])).write_bytes(bad)
    assert fetch(carrier, BOX, shown(carrier), io.BytesIO(), lambda _n: None) != "whole"


def test_pieces_of_another_file_are_false(tmp_path: Path) -> None:
    """Each is what it says, and together they are not what they say: that is for good, and not a piece that is late."""
    carrier = Counting(tmp_path)
    _false(carrier)
    assert fetch(carrier, BOX, shown(carrier), io.BytesIO(), lambda _n: None) == "false"
    sent(tmp_path)
    assert fetch(carrier, BOX, shown(carrier), io.BytesIO(), lambda _n: None) == "whole"


def _false(carrier: FolderCarrier) -> None:
    """Two pieces that are what they say, and are not the file."""
    for index, other in enumerate((b"x" * SIZE, b"y" * 10)):
        carrier.write(BOX, str(Piece(FILE, index, 2, hashlib.sha256(other).hexdigest())), other)


def test_false_pieces_do_not_hide_a_file_that_is_on_its_way(tmp_path: Path) -> None:
    """Whoever may write there puts them beside the first true one: the file is waited for all the same."""
    carrier = sent(tmp_path)
    _false(carrier)
    for late in mine()[1:]:
        carrier.remove(BOX, str(late))
    assert fetch(carrier, BOX, shown(carrier), io.BytesIO(), lambda _n: None) == "torn"


def test_many_false_pieces_end() -> None:
    """Two for each place of twenty are a million ways; sixteen are tried."""
    names = [Piece(FILE, index, 20, f"{two:064x}") for index in range(20) for two in range(2)]
    assert sum(1 for _ in pieces.Shown(FILE, tuple(names)).choices()) == 16


def test_a_listing_without_an_end_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are counted as they are said, also those that are not ours or were said before."""

    class Endless(FolderCarrier):
        def names(self, box: str) -> Iterator[str]:
            assert box
            return itertools.repeat("the same")

    monkeypatch.setattr(pieces, "MAX_NAMES", 100)
    with pytest.raises(CarrierEndless):
        listing(Endless(tmp_path), BOX, lambda _file: True)


def test_a_file_that_changed_is_no_file() -> None:
    """Its pieces are named only when all of it is what its hash says."""
    assert pieces_of(io.BytesIO(DATA[:-1] + b"x"), FILE, len(DATA)) == ()
    assert pieces_of(io.BytesIO(DATA + b"x"), FILE, len(DATA)) == ()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A stick that is not plugged in is an error, whatever is asked of it; a box that is not there is empty."""
    carrier = FolderCarrier(tmp_path / "stick")
    for call in (
        lambda: list(carrier.names(BOX)),
        lambda: carrier.read(BOX, "x", 1),
        lambda: carrier.write(BOX, "x", b"x"),
    ):
        with pytest.raises(CarrierMissing):
            call()
    assert not (tmp_path / "stick").exists()
    assert list(FolderCarrier(tmp_path).names(BOX)) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_with_a_name_of_ours_is_not_waited_for(tmp_path: Path) -> None:
    """Whoever prepared the stick does not stop the sync for ever."""
    (tmp_path / BOX).mkdir()
    os.mkfifo(tmp_path / BOX / str(mine()[0]))
    with pytest.raises(CarrierLost):
        FolderCarrier(tmp_path).read(BOX, str(mine()[0]), 10)
