"""The canonical tar: one byte string per list of members, and a reader that takes nothing else."""

from __future__ import annotations

import io
import tarfile

import pytest

from intake.crypto.ustar import MAX_MEMBER_BYTES, Member, TarLimits, read_ustar, ustar_size, write_ustar
from intake.errors import TarFault

LIMITS = TarLimits(members=10, member_bytes=10_000, total_bytes=100_000)
FILES = [("a.json", b"{}"), ("data/0001-of-0002", b"x" * 512), ("data/0002-of-0002", b""), ("b.sig", b"y" * 1500)]


def written(files: list[tuple[str, bytes]], pad_to: int | None = None) -> bytes:
    """A tar of ours."""
    sink = io.BytesIO()
    write_ustar(sink, [Member(name, len(data), io.BytesIO(data)) for name, data in files], pad_to=pad_to)
    return sink.getvalue()


def read(data: bytes, limits: TarLimits = LIMITS) -> list[tuple[str, bytes]]:
    """All members, to the verified end."""
    return [(entry.name, entry.read()) for entry in read_ustar(io.BytesIO(data), lambda _: True, limits)]


def by_tarfile(files: list[tuple[str, bytes]], **changes: object) -> bytes:
    """The same by Python's own writer, without its padding to 10 KiB."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in changes.items():
                setattr(info, key, value)
            tar.addfile(info, io.BytesIO(data))
    return sink.getvalue()


TAR = written(FILES)


def test_round_trip_and_size() -> None:
    """What is written is read back, and its size is known before."""
    assert read(TAR) == FILES
    assert len(TAR) == ustar_size(len(data) for _, data in FILES)
    assert read(written([])) == []


def test_padding_is_zeros_up_to_the_size_asked() -> None:
    """A padded tar has exactly the size asked and the same members."""
    assert len(written(FILES, 16_384)) == 16_384
    assert written(FILES, 16_384).startswith(TAR)
    assert read(written(FILES, 16_384)) == FILES


@pytest.mark.parametrize("pad_to", [0, 512, len(TAR) - 512, len(TAR) + 1])
def test_padding_that_does_not_fit(pad_to: int) -> None:
    """A size that is too small, or no whole number of blocks, is refused."""
    with pytest.raises(TarFault):
        written(FILES, pad_to)


def test_tarfile_agrees_on_the_bytes() -> None:
    """Python's writer makes the same bytes for canonical fields, and ours reads them."""
    assert by_tarfile(FILES).startswith(TAR)
    assert read(by_tarfile(FILES)) == FILES
    with tarfile.open(fileobj=io.BytesIO(TAR)) as tar:
        assert tar.getnames() == [name for name, _ in FILES]


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": 0o755},
        {"mtime": 1},
        {"uid": 1},
        {"gid": 1000},
        {"uname": "anna"},
        {"gname": "staff"},
        {"type": tarfile.DIRTYPE},
        {"type": tarfile.SYMTYPE, "linkname": "a.json"},
        {"type": tarfile.LNKTYPE, "linkname": "a.json"},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.FIFOTYPE},
        {"type": tarfile.AREGTYPE},
        {"type": tarfile.CONTTYPE},
        {"linkname": "x"},
    ],
)
def test_headers_with_anything_else_in_them(changes: dict[str, object]) -> None:
    """Another mode, owner, time, type or link is not canonical: it may hide who made the file, or where it leads."""
    with pytest.raises(TarFault):
        read(by_tarfile([("a.json", b"{}")], **changes))


@pytest.mark.parametrize("layout", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_extension_headers_are_refused(layout: int) -> None:
    """GNU and pax extension members are no members of ours."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=layout) as tar:
        tar.addfile(tarfile.TarInfo("n" * 200))
    with pytest.raises(TarFault):
        read(sink.getvalue())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../x",
        "a//b",
        "a/",
        "./a",
        ".hidden",
        "-rf",
        "a b",
        "a\\b",
        "a\nb",
        "a\x00b",
        "ім'я",
        "C:x",
        "n" * 101,
        "a/.",
    ],
)
def test_names_that_lead_elsewhere(name: str) -> None:
    """Names that could leave the folder, hide, or look like an option are neither written nor read."""
    with pytest.raises(TarFault):
        written([(name, b"")])
    try:
        other = by_tarfile([(name, b"")])
    except ValueError:
        return  # Python's writer refuses it too
    if name.replace("\x00b", ""):
        other = other if "\x00" not in name else bytes([*b"a\x00b", *other[3:]])
    with pytest.raises(TarFault):
        read(other)


def test_long_name_split_into_a_prefix_is_refused() -> None:
    """Ustar's prefix field is not used."""
    with pytest.raises(TarFault):
        read(by_tarfile([("p" * 60 + "/" + "n" * 60, b"")]))


def test_unexpected_name() -> None:
    """The caller says which names may stand; another one stops the reading before its content."""
    with pytest.raises(TarFault):
        list(read_ustar(io.BytesIO(TAR), lambda name: name == "a.json", LIMITS))


def test_name_twice() -> None:
    """A second member of one name is refused: a reader that extracts would keep only one of them."""
    with pytest.raises(TarFault):
        read(written([("a", b"1"), ("a", b"2")]))


@pytest.mark.parametrize(
    "limits", [TarLimits(3, 10_000, 100_000), TarLimits(10, 1499, 100_000), TarLimits(10, 10_000, len(TAR) - 1)]
)
def test_caps(limits: TarLimits) -> None:
    """Too many members, too large a member, too large a tar: each is refused; one more would be allowed."""
    with pytest.raises(TarFault):
        read(TAR, limits)


def test_cap_covers_the_padding() -> None:
    """Endless zeros after the end are stopped at the cap; up to the cap they are fine."""
    assert read(written(FILES, 99_840)) == FILES
    with pytest.raises(TarFault):
        read(written(FILES, 100_352))


@pytest.mark.parametrize("at", range(0, len(TAR), 97))
def test_every_cut(at: int) -> None:
    """A tar cut anywhere is refused."""
    with pytest.raises(TarFault):
        read(TAR[:at])


@pytest.mark.parametrize("tail", [b"\x00", b"x", b"\x00" * 511, b"\x00" * 511 + b"x", TAR])
def test_anything_after_the_end(tail: bytes) -> None:
    """After the end only whole zero blocks may follow."""
    with pytest.raises(TarFault):
        read(TAR + tail)


def test_single_zero_block_is_no_end() -> None:
    """One zero block followed by a member hides that member from some readers: refused."""
    with pytest.raises(TarFault):
        read(bytes(512) + TAR)


def test_padding_of_a_member_must_be_zeros() -> None:
    """Bytes hidden between members are refused."""
    bent = bytearray(TAR)
    bent[512 + 10] = 1
    with pytest.raises(TarFault):
        read(bytes(bent))


def test_every_byte_of_a_header_counts() -> None:
    """No bit of a header block can change without refusal or another name or size, which the checksum then refuses."""
    for at in range(512):
        bent = bytearray(TAR)
        bent[at] ^= 0x20
        with pytest.raises(TarFault):
            read(bytes(bent))


def test_size_in_base_256_is_refused() -> None:
    """GNU's binary sizes are not octal digits."""
    bent = bytearray(TAR)
    bent[124:136] = b"\x80" + bytes(10) + b"\x02"
    with pytest.raises(TarFault):
        read(bytes(bent))


@pytest.mark.parametrize("size", [-1, MAX_MEMBER_BYTES + 1])
def test_size_that_no_header_says(size: int) -> None:
    """A size beyond eleven octal digits, or below zero, is not written."""
    with pytest.raises(TarFault):
        write_ustar(io.BytesIO(), [Member("a", size, io.BytesIO())])


@pytest.mark.parametrize("size", [1, 3])
def test_source_of_another_length(size: int) -> None:
    """A file that grew or shrank while it was packed is noticed."""
    with pytest.raises(TarFault):
        write_ustar(io.BytesIO(), [Member("a", size, io.BytesIO(b"xy"))])


def test_unread_members_are_skipped_and_past_ones_closed() -> None:
    """What is left unread is skipped; a member can't be read once the next was asked for."""
    entries = []
    for entry in read_ustar(io.BytesIO(TAR), lambda _: True, LIMITS):
        assert len(entry.read(1)) == min(1, entry.size)
        entries.append(entry)
    assert [entry.name for entry in entries] == [name for name, _ in FILES]
    with pytest.raises(ValueError, match="past"):
        entries[0].read()


def test_bounded_reads() -> None:
    """`read(n)` never passes the member's end."""
    for entry in read_ustar(io.BytesIO(TAR), lambda _: True, LIMITS):
        parts = b"".join(iter(lambda entry=entry: entry.read(700), b""))  # type: ignore[misc]
        assert len(parts) == entry.size
        assert entry.read() == b""
