"""The header of an age file: parse strictly, write, and authenticate (C2SP age.md, "Header").

Takes the one byte string the grammar allows for a header; knows nothing of keys.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.crypto.kdf import hkdf_sha256
from intake.errors import AgeHeaderFault, AgeHmacFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intake.crypto.streams import Readable

VERSION_LINE = b"age-encryption.org/v1\n"
MAX_HEADER_BYTES = 1 << 20  # some 600 post-quantum stanzas; no crew is larger, and a reader needs a bound


_READ_BYTES = 1 << 16
_COLUMNS = 64
_MAC_BYTES = 32
_MARK = b"---"
_ARGUMENTS = re.compile(rb"-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)")


@dataclass(frozen=True)
class Stanza:
    """One recipient's wrapped file key, of a type this program may not know."""

    type: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Header:
    """A parsed header; nothing of it is authenticated before `check_mac`."""

    stanzas: tuple[Stanza, ...]
    authenticated: bytes  # up to and with the mark
    mac: bytes

    def check_mac(self, file_key: bytes) -> None:
        """Raise AgeHmacFault unless the holder of the file key wrote this header."""
        if not hmac.compare_digest(_mac(file_key, self.authenticated), self.mac):
            raise AgeHmacFault


def write_header(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    """Write the header of a new file."""
    parts = [VERSION_LINE]
    for stanza in stanzas:
        parts.append(" ".join(("->", stanza.type, *stanza.arguments)).encode("ascii") + b"\n")
        body = encode64(stanza.body).encode("ascii")
        # The last line is shorter than a full one, so a body of full lines only is followed by an empty line.
        parts += [body[i : i + _COLUMNS] + b"\n" for i in range(0, len(body) + 1, _COLUMNS)]
    authenticated = b"".join(parts) + _MARK
    return authenticated + b" " + encode64(_mac(file_key, authenticated)).encode("ascii") + b"\n"


def read_header(source: Readable) -> tuple[Header, bytes]:
    """Read a header and return it with the bytes read past its end."""
    data = source.read(_READ_BYTES)
    while _find_end(data)[1] < 0:
        more = source.read(_READ_BYTES)
        if not more:
            raise AgeHeaderFault(why="it ends within its header")
        data += more
    header, end = parse_header(data)
    return header, data[end:]


def parse_header(data: bytes) -> tuple[Header, int]:
    """Parse the header at the start of data; return it and where it ends."""
    mark, end = _find_end(data)
    if end < 0:
        raise AgeHeaderFault(why="it ends within its header")
    lines = data[len(VERSION_LINE) : mark].split(b"\n")[:-1]
    mac_line = data[mark : end - 1]
    if not mac_line.startswith(_MARK + b" "):
        raise AgeHeaderFault(why="the line of its MAC is malformed")
    mac = decode64(mac_line[len(_MARK) + 1 :], _MAC_BYTES)
    return Header(_parse_stanzas(lines), data[: mark + len(_MARK)], mac), end


def encode64(data: bytes) -> str:
    """Base64 without padding, as age writes it."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def decode64(text: bytes, size: int | None = None) -> bytes:
    """Read canonical unpadded base64 of exactly `size` bytes, or raise AgeHeaderFault."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise AgeHeaderFault(why="broken base64") from None
    if encode64(data).encode("ascii") != text or (size is not None and len(data) != size):
        raise AgeHeaderFault(why="base64 that is not canonical, or of another length")
    return data


def _find_end(data: bytes) -> tuple[int, int]:
    """Where the mark stands, and the first byte past the header; -1 while its end is not in data."""
    if data[: len(VERSION_LINE)] != VERSION_LINE[: len(data)]:
        raise AgeHeaderFault(why="it does not start as age files do")
    # No other line can start so: arguments follow an arrow, and base64 has no dash.
    mark = data.find(b"\n" + _MARK, 0, MAX_HEADER_BYTES) + 1
    end = data.find(b"\n", mark, MAX_HEADER_BYTES) + 1 if mark else 0
    if not end and len(data) >= MAX_HEADER_BYTES:
        raise AgeHeaderFault(why=f"its header is larger than {MAX_HEADER_BYTES} bytes")
    return mark, end or -1


def _parse_stanzas(lines: list[bytes]) -> tuple[Stanza, ...]:
    """Read all stanzas; the grammar asks for one at least."""
    stanzas = []
    rest = iter(lines)
    for line in rest:
        arguments = _ARGUMENTS.fullmatch(line)
        if not arguments:
            raise AgeHeaderFault(why="a stanza starts malformed")
        name, *others = arguments[1].decode("ascii").split(" ")
        stanzas.append(Stanza(name, tuple(others), _parse_body(rest)))
    if not stanzas:
        raise AgeHeaderFault(why="it names no recipient")
    return tuple(stanzas)


def _parse_body(lines: Iterator[bytes]) -> bytes:
    """Read full lines up to the shorter one that ends a body."""
    parts = []
    for line in lines:
        parts.append(line)
        if len(line) < _COLUMNS:
            return decode64(b"".join(parts))
        if len(line) > _COLUMNS:
            break
    raise AgeHeaderFault(why="a stanza's body is malformed")


def _mac(file_key: bytes, authenticated: bytes) -> bytes:
    """HMAC of a header under its file key."""
    return hmac.digest(hkdf_sha256(file_key, salt=b"", info=b"header"), authenticated, "sha256")
