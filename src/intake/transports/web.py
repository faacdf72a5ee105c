"""One HTTP call to one server, with limits: what WebDAV and S3 stand on.

No proxy, no redirect, no cookie, nothing from the environment; TLS by the authorities of this system, or by the one
that was pinned. A server may send anything at any pace: each call ends, in a reply of bounded size or a TransportError.
The standard library alone; reasons in docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from intake.errors import (
    CarrierBroken,
    CarrierChanged,
    CarrierEndless,
    CarrierFull,
    CarrierRefused,
    CarrierSlow,
    CarrierUnreachable,
    TargetFault,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from _typeshed import WriteableBuffer

    from intake.transports.target import Target
    from intake.transports.times import Times

_BLOCK_BYTES: Final = 64 << 10
_FRAME_BYTES: Final = 1 << 20  # of a reply beside its body: heads, and the framing of chunks
_UNSENT_BYTES: Final = 128 << 10  # more, and a slow link would not be through with them when the reply is waited for
_FAULT_BYTES: Final = 64 << 10  # of a body that says why not
GOOD: Final = range(200, 300)
READ: Final = frozenset({200, 206, 416})  # 416: of an empty file there is no first byte
_BUSY: Final = frozenset({423, 429, 502, 503, 504})
_AGAIN: Final = _BUSY | {500}
_REFUSED: Final = frozenset({401, 403})
_FULL: Final = frozenset({413, 507})


@dataclass(frozen=True)
class Request:
    """What is asked; `path` is encoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What a server said; `body` is empty where a sink took it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sink(Protocol):
    """Takes a body block by block. A call that is made again begins again."""

    def begin(self) -> None:
        """A body begins."""

    def feed(self, data: bytes) -> None:
        """Some of it."""


class Web:
    """A server. Its connection is kept between calls while the server keeps it."""

    def __init__(self, target: Target, authority: str, times: Times) -> None:
        self._target = target
        self.times = times
        self._connection = _Connection(target, _trusting(authority) if target.tls else None, times)

    def ask(self, request: Request, limit: int = _FAULT_BYTES, sink: Sink | None = None) -> Reply:
        """The reply to one request, of whose body at most `limit` + 1 bytes are read.

        A good reply's body goes to `sink` instead, if there is one. A busy server is asked again, a little later.
        """
        for pause in self.times.pauses:
            reply = self._once(request, limit, sink)
            if reply.status not in _AGAIN:
                return reply
            time.sleep(pause)
        return self._once(request, limit, sink)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def give_up(
        self, reply: Reply, needed: int = 0
    ) -> CarrierFull | CarrierRefused | CarrierUnreachable | CarrierBroken:
        """What a reply that is none of those hoped for means."""
        where = self._target.text
        if reply.status in _REFUSED:
            return CarrierRefused(target=where)
        if reply.status in _FULL:
            return CarrierFull(folder=where, needed=needed)
        if reply.status in _BUSY:
            return CarrierUnreachable(target=where)
        return CarrierBroken(target=where, status=reply.status)

    def _once(self, request: Request, limit: int, sink: Sink | None) -> Reply:
        if self._connection.sock is not None:
            with suppress(CarrierUnreachable):  # the server, or the link, may have ended what was kept
                return self._exchange(request, limit, sink)
        return self._exchange(request, limit, sink)

    def _exchange(self, request: Request, limit: int, sink: Sink | None) -> Reply:
        with self._faults():
            response = self._sent(request)
            self._connection.expect(_FRAME_BYTES + 2 * limit)
            return self._taken(response, limit, sink)

    def _sent(self, request: Request) -> http.client.HTTPResponse:
        self._connection.begin()
        headers = {"Host": self._target.at, **request.headers}
        try:
            self._connection.request(request.method, request.path, request.body or None, headers)
        except (BrokenPipeError, ConnectionResetError):
            if self._connection.sock is None:
                raise
            # It hung up before it had all: perhaps it said why.
        return self._connection.getresponse()

    def _taken(self, response: http.client.HTTPResponse, limit: int, sink: Sink | None) -> Reply:
        good = response.status in GOOD
        sink = sink if good else None
        most = limit + 1 if good else _FAULT_BYTES
        blocks: list[bytes] = []
        taken = 0
        if sink:
            sink.begin()
        while taken < most and (block := response.read(min(_BLOCK_BYTES, most - taken))):
            taken += len(block)
            (sink.feed if sink else blocks.append)(block)
        if taken < most and response.length:
            raise http.client.IncompleteRead(b"", response.length)
        if taken >= most or response.will_close:
            self.close()
        if sink and taken >= most:
            raise CarrierEndless(target=self._target.text)
        return Reply(response.status, dict(response.headers.items()), b"".join(blocks))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what goes wrong into what a person can do; a connection on which anything went wrong is ended."""
        where = self._target.text
        try:
            yield
        except _Flood:
            self.close()
            raise CarrierEndless(target=where) from None
        except TimeoutError:
            self.close()
            raise CarrierSlow(target=where) from None
        except ssl.SSLCertVerificationError:
            self.close()
            raise CarrierChanged(target=where) from None
        except (http.client.RemoteDisconnected, http.client.IncompleteRead, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            self.close()
            raise CarrierUnreachable(target=where) from None
        except (http.client.HTTPException, ssl.SSLError, ValueError):
            self.close()
            raise CarrierBroken(target=where, status="") from None
        except OSError:
            self.close()
            raise CarrierUnreachable(target=where) from None
        except BaseException:
            self.close()
            raise


def first_bytes(limit: int) -> dict[str, str]:
    """Asks for `limit` + 1 bytes, so that a longer file need not end the connection; a server may ignore it."""
    return {"Range": f"bytes=0-{limit}"}


class _Flood(Exception):
    """More came than a reply can hold."""


class _Connection(http.client.HTTPConnection):
    """The library's connection over a socket of ours."""

    def __init__(self, target: Target, context: ssl.SSLContext | None, times: Times) -> None:
        super().__init__(target.host, target.port or (443 if context else 80))
        self._context = context
        self._times = times

    def begin(self) -> None:
        """A call begins: its time runs, and a head is expected."""
        if isinstance(self.sock, _Paced):
            self.sock.begin()

    def expect(self, most: int) -> None:
        """So many bytes may come now, and no more."""
        if isinstance(self.sock, _Paced):
            self.sock.expect(most)

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self._times.connect)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT_BYTES)
            wrapped = self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain
        except BaseException:
            plain.close()
            raise
        paced = _Paced(wrapped, self._times)
        paced.begin()
        self.sock = paced  # the library asks of it `sendall`, `makefile` and `close`


class _Paced:
    """A socket whose every wait has an end, and which takes so many bytes for a call and no more."""

    def __init__(self, sock: socket.socket, times: Times) -> None:
        self._sock = sock
        self._times = times
        self._deadline = 0.0
        self._left = 0

    def begin(self) -> None:
        self._deadline = time.monotonic() + self._times.idle
        self.expect(_FRAME_BYTES)

    def expect(self, most: int) -> None:
        self._left = most

    def wait(self) -> None:
        """The next wait may take this long."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)

    def moved(self, count: int) -> None:
        """So many bytes went or came. Time is not saved up: who sent much may not be silent for long."""
        self._deadline = min(self._deadline + count / self._times.pace, time.monotonic() + self._times.idle)

    def took(self, count: int) -> None:
        """So many bytes came."""
        self.moved(count)
        self._left -= count
        if self._left < 0:
            raise _Flood

    def sendall(self, data: Any) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _BLOCK_BYTES):
            block = view[start : start + _BLOCK_BYTES]
            self.wait()
            self._sock.sendall(block)
            self.moved(len(block))

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode  # the library reads bytes
        return io.BufferedReader(_PacedReader(self, self._sock.makefile("rb", buffering=0)), _BLOCK_BYTES)

    def close(self) -> None:
        self._sock.close()


class _PacedReader(io.RawIOBase):
    """What comes over a paced socket."""

    def __init__(self, paced: _Paced, raw: io.RawIOBase) -> None:
        self._paced = paced
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self._paced.wait()
        count = self._raw.readinto(buffer)
        self._paced.took(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _trusting(authority: str) -> ssl.SSLContext:
    """TLS 1.2 at least, the name checked; by this system's authorities, or by the pinned one alone.

    Made by hand: the library's default context writes session keys to a file that the environment names.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not authority:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(cadata=authority)
    except (ssl.SSLError, ValueError):
        raise TargetFault(why="the file holds no certificate of an authority") from None
    return context
