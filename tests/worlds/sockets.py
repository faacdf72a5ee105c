"""Servers that lie, byte by byte, on loopback: what no real server does, and an enemy may."""

from __future__ import annotations

import itertools
import socket
import struct
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lie = Callable[[socket.socket], None]

_STOP_SECONDS = 20
_ROOM_BYTES = 64 << 10


@contextmanager
def lying(lie: Lie) -> Iterator[tuple[int, list[int]]]:
    """A port on which every connection is given to `lie`, and then closed; and a list that grows by each connection."""
    ended = Event()
    calls: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM_BYTES)
        thread = Thread(target=_serve, args=(listener, lie, ended, calls), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], calls
        finally:
            ended.set()
            thread.join(_STOP_SECONDS)


def _serve(listener: socket.socket, lie: Lie, ended: Event, calls: list[int]) -> None:
    while not ended.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        calls.append(len(calls))
        Thread(target=_speak, args=(connection, lie), daemon=True).start()


def _speak(connection: socket.socket, lie: Lie) -> None:
    connection.settimeout(_STOP_SECONDS)
    with connection, suppress(OSError):  # whoever is lied to hangs up
        lie(connection)


def _joined(connection: socket.socket, port: int) -> socket.socket:
    """A connection to the real server for one that came in; what is small waits for nothing."""
    server = socket.create_connection(("127.0.0.1", port))
    for end in (connection, server):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server


def slow_to(port: int, pace: int) -> Lie:
    """Not a lie, but a bad link to a real server: so many bytes a second each way, and little room on the way."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(pace // 20):
                sink.sendall(data)
                time.sleep(len(data) / pace)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def lie(connection: socket.socket) -> None:
        with _joined(connection, port) as server:
            back = Thread(target=pump, args=(server, connection), daemon=True)
            back.start()
            pump(connection, server)
            back.join()

    return lie


def cut_after(port: int, size: int) -> Lie:
    """A real server behind a link that breaks whenever a connection has carried so many bytes."""
    ended = struct.pack("ii", 1, 0)

    def pump(source: socket.socket, sink: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while left[0] > 0 and (data := source.recv(65536)):
                sink.sendall(data[: left[0]])
                left[0] -= len(data)
        for end in (source, sink):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ended)
                end.shutdown(socket.SHUT_RDWR)

    def lie(connection: socket.socket) -> None:
        left = [size]
        with _joined(connection, port) as server:
            back = Thread(target=pump, args=(server, connection, left), daemon=True)
            back.start()
            pump(connection, server, left)
            back.join()

    return lie


def heard(connection: socket.socket) -> bytes:
    """A request's head; its body, if any, is not read."""
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(65536)
        if not block:
            raise ConnectionResetError
        data += block
    return data


def saying(*parts: bytes) -> Lie:
    """The same bytes to every request of a connection."""

    def lie(connection: socket.socket) -> None:
        while True:
            heard(connection)
            connection.sendall(b"".join(parts))

    return lie


def once(*parts: bytes) -> Lie:
    """The bytes, and the end of the connection."""

    def lie(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(b"".join(parts))

    return lie


def endless(head: bytes, part: bytes) -> Lie:
    """A beginning, and then the same for ever."""

    def lie(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(head)
        block = part * (1 + 65536 // len(part))
        for _ in itertools.count():
            connection.sendall(block)

    return lie


def dripping(head: bytes) -> Lie:
    """A beginning, and then a byte ten times a second."""

    def lie(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(head)
        while True:
            connection.sendall(b"x")
            time.sleep(0.1)

    return lie


def silent(connection: socket.socket) -> None:
    """Takes all and says nothing."""
    while connection.recv(65536):
        pass


def deaf(connection: socket.socket) -> None:
    """Reads nothing and says nothing."""
    del connection
    time.sleep(_STOP_SECONDS)


def resetting(connection: socket.socket) -> None:
    """Hangs up with a reset."""
    heard(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reply(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """A reply of HTTP; `length`: what it says of its own."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
