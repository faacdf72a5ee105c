"""A photo and a scan for the tour, drawn by code: real JPEG and PNG files in which nobody and nothing is shown.

The JPEG is the smallest baseline file there is (ITU-T T.81: greyscale, one flat tone per 8x8 block, so only the DC term
is coded); the PNG is a page of grey lines (W3C PNG, greyscale, 8 bit). No image library is needed for either.
"""

from __future__ import annotations

import struct
import zlib

# T.81 table K.3, the usual DC code lengths; the AC table knows one symbol, "end of block".
_DC_LENGTHS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
_DC_SYMBOLS = bytes(range(12))
_AC_LENGTHS = bytes([1] + [0] * 15)
_AC_SYMBOLS = b"\x00"
_QUANTISER = 8  # makes the DC term of a flat block equal its tone less 128
_MARGIN, _LEADING = 24, 16  # of the page, in pixels


def scan_png(width: int = 240, height: int = 320) -> bytes:
    """A page with lines on it."""
    white, grey = b"\xf8", b"\x60"
    rows = []
    for y in range(height):
        line = _MARGIN < y < height - _MARGIN and y % _LEADING in (0, 1)
        ink = grey * (width - 2 * _MARGIN - (y * 7) % 60) if line else b""
        rows.append(b"\x00" + (white * _MARGIN + ink).ljust(width, white))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def photo_jpeg(across: int = 24, down: int = 18) -> bytes:
    """A grey landscape of `across` x `down` blocks: a sky that darkens, and ground."""
    tones = [70 + (x * 5) % 30 if y > down * 2 // 3 else 220 - y * 6 for y in range(down) for x in range(across)]
    frame = struct.pack(">BHHBBBB", 8, down * 8, across * 8, 1, 1, 0x11, 0)
    tables = b"\x00" + _DC_LENGTHS + _DC_SYMBOLS + b"\x10" + _AC_LENGTHS + _AC_SYMBOLS
    return (
        b"\xff\xd8"
        + _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + _segment(0xDB, b"\x00" + bytes([_QUANTISER]) * 64)
        + _segment(0xC0, frame)
        + _segment(0xC4, tables)
        + _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + _scan_data(tones)
        + b"\xff\xd9"
    )


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _scan_data(tones: list[int]) -> bytes:
    codes = _huffman(_DC_LENGTHS, _DC_SYMBOLS)
    bits, before = [], 128
    for tone in tones:
        difference, before = tone - before, tone
        size = abs(difference).bit_length()
        value = difference if difference > 0 else difference + (1 << size) - 1
        bits.append(codes[size] + (f"{value:0{size}b}" if size else "") + "0")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    data = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
    return data.replace(b"\xff", b"\xff\x00")


def _huffman(lengths: bytes, symbols: bytes) -> dict[int, str]:
    """The canonical code of each symbol, as a text of bits."""
    codes, code, rest = {}, 0, iter(symbols)
    for length, count in enumerate(lengths, start=1):
        for _ in range(count):
            codes[next(rest)] = f"{code:0{length}b}"
            code += 1
        code <<= 1
    return codes
