"""SFTP through asyncssh: a box is a folder beneath the target's, a file is a file in it.

Reads nothing of the person's own: no `~/.ssh`, no configuration, no agent, no known hosts; the host key is the pinned
one. The library is asynchronous, so it runs in a thread of its own, and each call here waits for it, for a time.
Needs the extra `sftp`. Spec: docs/spec/carrier-v1.md; reasons: docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import asyncssh

from intake.errors import (
    CarrierBroken,
    CarrierChanged,
    CarrierEndless,
    CarrierFull,
    CarrierLost,
    CarrierNowhere,
    CarrierRefused,
    CarrierSlow,
    CarrierUnreachable,
    TargetFault,
    TransportError,
)
from intake.transports.carrier import MAX_NAMES
from intake.transports.times import TIMES, Times
from intake.transports.xmlnames import is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from intake.transports.target import Target

_T = TypeVar("_T")

logging.getLogger("asyncssh").addHandler(logging.NullHandler())  # its words would land on the terminal

_SSH_PORT: Final = 22
_BLOCK_BYTES: Final = 128 << 10
_END_SECONDS: Final = 5
_ALIVE_SECONDS: Final = 15
# Everything that the library would otherwise look for in the person's home, or ask an agent for.
_NOTHING_OF_THE_PERSON: Final[dict[str, Any]] = {
    "config": None,
    "agent_path": None,
    "agent_forwarding": False,
    "client_certs": (),
    "client_host_keysign": False,
    "client_host_keys": None,
    "gss_host": None,
    "gss_kex": False,
    "gss_auth": False,
    "pkcs11_provider": None,
    "x509_trusted_certs": None,
    "x509_trusted_cert_paths": [],
    "env": (),
    "send_env": (),
    "tcp_keepalive": True,
    "keepalive_interval": _ALIVE_SECONDS,
}
# What is known of the library's errors; the first that fits counts, and whatever else it raises is a server's nonsense.
_FAULTS: Final[tuple[tuple[type[BaseException], type[TransportError]], ...]] = (
    (asyncssh.HostKeyNotVerifiable, CarrierChanged),
    (asyncssh.PermissionDenied, CarrierRefused),
    (asyncssh.SFTPPermissionDenied, CarrierRefused),
    (asyncssh.SFTPNoSuchFile, CarrierLost),
    (asyncssh.SFTPNoSuchPath, CarrierLost),
    (asyncssh.SFTPConnectionLost, CarrierUnreachable),
    (asyncssh.SFTPNoConnection, CarrierUnreachable),
    (asyncssh.ConnectionLost, CarrierUnreachable),
    (TimeoutError, CarrierSlow),
    (OSError, CarrierUnreachable),
)
_NO_ROOM: Final = (asyncssh.SFTPFailure, asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)


def host_key(target: Target, times: Times = TIMES) -> str:
    """The host key that the server shows, as a line of OpenSSH; nobody is named to it."""
    with _faults(target.text), _Runner() as runner:
        return runner.run(_shown(target), times.connect)


def fingerprint(key: str) -> str:
    """Kind and SHA-256, as `ssh-keygen -lf` shows them."""
    public = asyncssh.import_public_key(key)
    return f"{public.get_algorithm()} {public.get_fingerprint()}"


def is_locked(key: str) -> bool:
    """Whether a private key needs a passphrase; TargetFault where it is none."""
    try:
        asyncssh.import_private_key(key)
    except asyncssh.KeyEncryptionError:
        return True
    except (asyncssh.KeyImportError, ValueError):
        raise TargetFault(why="the file holds no private SSH key") from None
    return False


async def _shown(target: Target) -> str:
    options = asyncssh.SSHClientConnectionOptions(username="nobody", **_NOTHING_OF_THE_PERSON)
    key = await asyncssh.get_server_host_key(target.host, target.port or _SSH_PORT, config=None, options=options)
    if key is None:
        raise CarrierBroken(target=target.text, status="SSH")
    return key.export_public_key("openssh").decode("ascii").strip()


class Sftp:
    """A folder on an SFTP server."""

    def __init__(self, target: Target, host_key: str, login: Login, times: Times = TIMES) -> None:
        self._target = target
        self._where = target.text
        self._base = (target.path.removeprefix("/~/") if target.path.startswith("/~/") else target.path or "/").encode()
        self._times = times
        self._login = login.options() | {"known_hosts": ([asyncssh.import_public_key(host_key)], [], [])}
        self._runner: _Runner | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    def names(self, box: str) -> Iterator[str]:
        """See Carrier."""
        try:
            return iter(self._call(lambda client: self._names(client, self._path(box)), self._times.listing))
        except CarrierLost:
            return iter(())

    def read(self, box: str, name: str, limit: int) -> bytes:
        """See Carrier."""
        return self._call(lambda client: self._read(client, self._path(box, name), limit), self._long(limit))

    def write(self, box: str, name: str, data: bytes) -> None:
        """See Carrier."""
        try:
            self._call(lambda client: self._write(client, box, name, data), self._long(len(data)))
        except CarrierLost:
            raise CarrierNowhere(target=self._where) from None

    def remove(self, box: str, name: str) -> None:
        """See Carrier."""
        with contextlib.suppress(CarrierLost):
            self._call(lambda client: client.remove(self._path(box, name)), self._times.idle)

    def close(self) -> None:
        """See Carrier."""
        self._drop()
        if self._runner:
            self._runner.close()
            self._runner = None

    def _call(self, work: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, _T]], seconds: float) -> _T:
        """One call, over a connection that is kept; made again where it was lost meanwhile."""
        if self._client is not None:
            with contextlib.suppress(CarrierUnreachable):
                return self._once(work, seconds)
        return self._once(work, seconds)

    def _once(self, work: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, _T]], seconds: float) -> _T:
        self._runner = self._runner or _Runner()
        try:
            with _faults(self._where):
                client = self._client or self._runner.run(self._connect(), 2 * self._times.connect)
                return self._runner.run(work(client), seconds)
        except CarrierLost:
            raise  # the connection is well
        except BaseException:
            self._drop()
            raise

    async def _connect(self) -> asyncssh.SFTPClient:
        self._connection = await asyncssh.connect(
            self._target.host,
            self._target.port or _SSH_PORT,
            username=self._target.user,
            connect_timeout=self._times.connect,
            login_timeout=self._times.connect,
            **self._login,
            **_NOTHING_OF_THE_PERSON,
        )
        client = await self._connection.start_sftp_client()
        try:
            await client.stat(self._base)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            raise CarrierNowhere(target=self._where) from None
        self._client = client
        return client

    def _drop(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection and self._runner:
            self._runner.soon(connection.abort)

    def _path(self, *parts: str) -> bytes:
        return b"/".join((self._base.rstrip(b"/"), *(part.encode() for part in parts)))

    def _long(self, size: int) -> float:
        return self._times.idle + size / self._times.pace

    async def _names(self, client: asyncssh.SFTPClient, path: bytes) -> list[str]:
        found: list[str] = []
        entries = aiter(client.scandir(path))
        for _count in range(MAX_NAMES + 3):  # beside them come . and ..
            entry = await asyncio.wait_for(anext(entries, None), self._times.idle)
            if entry is None:
                return found
            name = str(entry.filename, "ascii", "replace") if isinstance(entry.filename, bytes) else ""
            if is_name(name) and entry.attrs.type in {asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN}:
                found.append(name)
        raise CarrierEndless(target=self._where)

    async def _read(self, client: asyncssh.SFTPClient, path: bytes, limit: int) -> bytes:
        data = bytearray()
        pace = _Pace(self._times)
        async with client.open(path, "rb") as file:
            while len(data) <= limit:
                block = await pace.wait(file.read(min(_BLOCK_BYTES, limit + 1 - len(data)), len(data)))
                if not block:
                    break
                pace.moved(len(block))
                data += block if isinstance(block, bytes) else b""
        return bytes(data[: limit + 1])

    async def _write(self, client: asyncssh.SFTPClient, box: str, name: str, data: bytes) -> None:
        try:
            file = await client.open(self._path(box, name), "wb")
        except asyncssh.SFTPNoSuchFile:
            with contextlib.suppress(
                asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists
            ):  # somebody else makes it too
                await client.mkdir(self._path(box))
            file = await client.open(self._path(box, name), "wb")
        pace = _Pace(self._times)
        try:
            async with file:
                for start in range(0, len(data), _BLOCK_BYTES):
                    block = data[start : start + _BLOCK_BYTES]
                    await pace.wait(file.write(block, start))
                    pace.moved(len(block))
        except _NO_ROOM:
            if await self._has_room(client, box, len(data)):
                raise
            raise CarrierFull(folder=self._where, needed=len(data)) from None

    async def _has_room(self, client: asyncssh.SFTPClient, box: str, needed: int) -> bool:
        """OpenSSH says of a full disk that something failed, and no more."""
        try:
            room = await client.statvfs(self._path(box))
        except asyncssh.SFTPError:
            return True
        return room.bavail * room.frsize >= needed


@dataclass(frozen=True)
class Login:
    """How a user proves to be one: a private key with its passphrase, or a password."""

    password: str = ""
    key: str = ""
    key_passphrase: str = ""

    def options(self) -> dict[str, Any]:
        """For the library; with a password no key is tried, with a key no password is asked for."""
        if not self.key:
            methods = ("keyboard-interactive", "password")
            return {"password": self.password, "client_keys": None, "preferred_auth": methods}
        try:
            key = asyncssh.import_private_key(self.key, self.key_passphrase or None)
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
            raise TargetFault(why="the private SSH key does not open with that passphrase") from None
        return {"client_keys": [key], "preferred_auth": ("publickey",)}


class _Pace:
    """A call's deadline, which moves on with each byte: a drip ends soon, a slow link does not."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._deadline = time.monotonic() + times.idle

    async def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        return await asyncio.wait_for(work, max(0, self._deadline - time.monotonic()))

    def moved(self, count: int) -> None:
        self._deadline = min(self._deadline + count / self._times.pace, time.monotonic() + self._times.idle)


class _Runner:
    """A loop in a thread of its own: callers may have a loop already, and the connection is answered between calls."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="sftp", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def run(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Wait for the work, so long and no longer."""
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def soon(self, work: Callable[[], object]) -> None:
        """Do it over there, and don't wait."""
        self._loop.call_soon_threadsafe(work)

    def close(self) -> None:
        """What still runs is cancelled, and waited for shortly."""
        with contextlib.suppress(Exception):
            self.run(_end_others(), _END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()


async def _end_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextlib.contextmanager
def _faults(where: str) -> Iterator[None]:
    """A server's bytes go through a large library: whatever it raises is a fault of the server."""
    try:
        yield
    except (TransportError, TargetFault):
        raise
    except Exception as error:  # noqa: BLE001 - see above
        for kind, leaf in _FAULTS:
            if isinstance(error, kind):
                raise leaf(target=where) from None
        raise CarrierBroken(target=where, status="SSH") from None
