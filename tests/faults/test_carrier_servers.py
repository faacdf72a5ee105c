"""Servers that send anything, at any pace, for ever: each call ends in a typed error, in time, with bounded memory.

What real servers do is in tests/interop/test_carriers.py. Spec: docs/spec/carrier-v1.md.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import asyncssh
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.errors import (
    CarrierBroken,
    CarrierClock,
    CarrierEndless,
    CarrierFull,
    CarrierNowhere,
    CarrierRefused,
    CarrierSlow,
    CarrierUnreachable,
    TransportError,
)
from intake.transports import sftp
from intake.transports.opening import open_carrier
from intake.transports.target import Target
from intake.transports.times import Times
from intake.transports.webdav import WebDav
from intake.transports.xmlnames import Listing, Shape
from tests.worlds.servers import free_port, ssh_pair
from tests.worlds.sockets import deaf, dripping, endless, heard, lying, once, reply, resetting, saying, silent

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from intake.transports.carrier import Carrier
    from tests.worlds.sockets import Lie

BRIEF = Times(connect=0.5, idle=0.5, pauses=())  # where a test waits for the end of it
TIMES = Times(connect=10, idle=10, listing=10, pauses=(0.01,))
BOX = "ab" * 16
NAME = f"{'a' * 64}.0-1.{'b' * 64}"
SCHEMES = ("webdav", "s3")
OK = "200 OK"
MULTI = "207 Multi-Status"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def to(scheme: str, port: int, times: Times = TIMES) -> Carrier:
    """A carrier of the scheme to that port."""
    texts = {"webdav": f"webdav://127.0.0.1:{port}/a", "s3": f"s3://bucket?endpoint=http://127.0.0.1:{port}"}
    secrets = {"user": "u", "password": "p", "access": "a", "signing": "s"}
    return open_carrier(Target.parse(texts[scheme]), secrets, times)


LISTED: dict[str, Callable[[Carrier], object]] = {
    "names": lambda carrier: list(carrier.names(BOX)),
    "read": lambda carrier: carrier.read(BOX, NAME, 1000),
    "write": lambda carrier: carrier.write(BOX, NAME, bytes(1 << 20)),
    "remove": lambda carrier: carrier.remove(BOX, NAME),
}
LIES: dict[str, tuple[Lie, tuple[type[TransportError], ...]]] = {
    "nothing": (once(), (CarrierUnreachable,)),
    "garbage": (once(os.urandom(5000)), (CarrierBroken,)),
    "a reset": (resetting, (CarrierUnreachable, CarrierBroken)),
    "silence": (silent, (CarrierSlow,)),
    "deafness": (deaf, (CarrierSlow,)),
    "a head that drips": (dripping(b"HTTP/1.1 200 OK\r\nX: "), (CarrierSlow,)),
    "heads without end": (endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), (CarrierBroken, CarrierUnreachable)),
    "one head without end": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y"), (CarrierBroken, CarrierUnreachable)),
    "patience without end": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), (CarrierEndless, CarrierUnreachable)),
    "a way elsewhere": (saying(reply("302 Found", b"", "Location: http://127.0.0.1:1/")), (CarrierBroken,)),
    "a way elsewhere, of S3": (saying(reply("307 Temporary", b"", "Location: http://127.0.0.1:1/")), (CarrierBroken,)),
    "no": (saying(reply("403 Forbidden", b"no")), (CarrierRefused,)),
    "a full disk": (saying(reply("507 Insufficient Storage")), (CarrierFull,)),
    "a busy server": (saying(reply("503 Slow Down")), (CarrierUnreachable,)),
    "a status that is none": (saying(reply("999 Hm")), (CarrierBroken,)),
    "not now, for ever": (endless(b"HTTP/1.1 500 No\r\n\r\n", b"y"), (CarrierBroken, CarrierUnreachable)),
}


@pytest.mark.parametrize("verb", LISTED)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lie", LIES)
def test_each_call_ends_in_a_typed_error(scheme: str, lie: str, verb: str) -> None:
    """Sixteen lies, four verbs, two schemes: none hangs, none raises anything of the library's."""
    speak, expected = LIES[lie]
    if verb == "write":  # of 1 MiB, which most of them don't read
        expected = (*expected, CarrierSlow, CarrierUnreachable)
    with lying(speak) as (port, _calls):
        carrier = to(scheme, port, BRIEF if CarrierSlow in expected else TIMES)
        began = time.monotonic()
        with pytest.raises(expected):
            LISTED[verb](carrier)
        assert time.monotonic() - began < 15
        carrier.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_sent_where_a_redirect_points(scheme: str) -> None:
    """The password and the pieces stay with the server that was named."""
    with lying(silent) as (other, calls):
        location = f"Location: http://127.0.0.1:{other}/"
        for status in ("301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"):
            with lying(saying(reply(status, b"", location))) as (port, _calls):
                carrier = to(scheme, port)
                for verb in LISTED.values():
                    with pytest.raises(CarrierBroken):
                        verb(carrier)
                carrier.close()
        assert calls == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "lie",
    {
        "length": endless(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x"),
        "until closed": endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        "chunks": endless(CHUNKED, b"400\r\n" + b"x" * 1024 + b"\r\n"),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_body_without_end_is_taken_to_its_limit(scheme: str, lie: tuple[str, Lie]) -> None:
    """One byte more than may be is enough to see that it is not the piece."""
    with lying(lie[1]) as (port, _calls):
        carrier = to(scheme, port)
        assert carrier.read(BOX, NAME, 5000) == b"x" * 5001
        carrier.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("lie", "expected"),
    [
        (once(reply(OK, b"short", length=500)), CarrierUnreachable),
        (once(CHUNKED + b"5\r\nshort\r\n5\r\nsho"), CarrierUnreachable),
        (once(CHUNKED + b"-5\r\nshort\r\n"), (CarrierBroken, CarrierUnreachable)),
        (once(CHUNKED + b"zz\r\nshort\r\n"), (CarrierBroken, CarrierUnreachable)),
        (endless(CHUNKED + b"0\r\n", b"X: y\r\n"), CarrierEndless),
        (dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"), CarrierSlow),
        (dripping(b"HTTP/1.1 200 OK\r\n\r\n"), CarrierSlow),
    ],
    ids=["too short", "a torn chunk", "a negative chunk", "no chunk", "trailers without end", "drips", "drips on"],
)
def test_a_body_that_is_not_what_it_says(
    scheme: str, lie: Lie, expected: type[TransportError] | tuple[type[TransportError], ...]
) -> None:
    """Lengths that lie end in a typed error; a body that only claims to be shorter is for the piece's hash to find."""
    with lying(lie) as (port, _calls):
        carrier = to(scheme, port, BRIEF if expected is CarrierSlow else TIMES)
        with pytest.raises(expected):
            carrier.read(BOX, NAME, 1000)
        carrier.close()


# -- listings ----------------------------------------------------------------------------------------------------------

ENTRY = b'<d:response xmlns:d="DAV:"><d:href>/a/%s</d:href></d:response>' % NAME.encode()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;&b;&b;</x>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><d:href xmlns:d="DAV:">&a;</d:href>'
BAD_XML = {
    "nothing": b"",
    "no XML": b"names: a, b",
    "torn": b'<d:multistatus xmlns:d="DAV:"><d:response>',
    "a bomb": BOMB,
    "an entity from outside": OUTSIDE,
    "a document type": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
    "too deep": b"<a>" * 1000,
    "a long text": b"<a>" + b"x" * 100_000 + b"</a>",
    "a long tag": b"<" + b"x" * 1_000_000 + b">",
    "an unknown encoding": b'<?xml version="1.0" encoding="none-such"?><a/>',
    "two roots": b"<a/><a/>",
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("bad", BAD_XML)
def test_a_listing_that_is_no_listing_is_broken(scheme: str, bad: str) -> None:
    """No entity is expanded or fetched, nothing deep or long is kept: at the first wrong sign the listing is left."""
    with lying(saying(reply(MULTI if scheme == "webdav" else OK, BAD_XML[bad]))) as (port, _calls):
        carrier = to(scheme, port)
        with pytest.raises(CarrierBroken):
            list(carrier.names(BOX))
        carrier.close()


def test_a_webdav_listing_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its entries, or by its bytes, where it has no entries."""
    monkeypatch.setattr("intake.transports.webdav.MAX_NAMES", 5000)
    monkeypatch.setattr("intake.transports.webdav._LIST_BYTES", 4 << 20)
    head = b"HTTP/1.1 207 Multi-Status\r\n\r\n<m>"
    for part in (ENTRY, b"<a/>"):
        with lying(endless(head, part)) as (port, _calls):
            carrier = to("webdav", port)
            with pytest.raises(CarrierEndless):
                list(carrier.names(BOX))
            carrier.close()


def test_a_webdav_listing_that_drips_is_left() -> None:
    """A byte now and then does not keep a laptop waiting."""
    with lying(dripping(b"HTTP/1.1 207 Multi-Status\r\n\r\n<m>")) as (port, _calls):
        carrier = to("webdav", port, BRIEF)
        with pytest.raises(CarrierSlow):
            list(carrier.names(BOX))
        carrier.close()


def _page(keys: int, token: str) -> bytes:
    entries = "".join(f"<Contents><Key>{BOX}/{number:064x}</Key></Contents>" for number in range(keys))
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>"
    body = f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{entries}{more}</ListBucketResult>'
    return reply(OK, body.encode())


def _paging(keys: int, tokens: Iterator[str]) -> Lie:
    def lie(connection: socket.socket) -> None:
        while True:
            heard(connection)
            connection.sendall(_page(keys, next(tokens)))

    return lie


@pytest.mark.parametrize(
    ("keys", "tokens"),
    [
        (3, itertools.repeat("same")),
        (3, itertools.cycle(["a", "b", "c"])),
        (3, map(str, itertools.count())),
        (0, map(str, itertools.count())),
        (3, itertools.repeat("")),
    ],
    ids=["the same page", "in a circle", "the same names by other pages", "empty pages", "more without a way there"],
)
def test_an_s3_listing_without_end_is_left(keys: int, tokens: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page must bring something new, and pages and names are counted."""
    monkeypatch.setattr("intake.transports.s3._MAX_PAGES", 50)
    with lying(_paging(keys, tokens)) as (port, _calls):
        carrier = to("s3", port)
        with pytest.raises(CarrierEndless):
            list(carrier.names(BOX))
        carrier.close()


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("404 Not Found", "NoSuchBucket", CarrierNowhere),
        ("403 Forbidden", "RequestTimeTooSkewed", CarrierClock),
        ("403 Forbidden", "QuotaExceeded", CarrierFull),
        ("403 Forbidden", "SignatureDoesNotMatch", CarrierRefused),
        ("301 Moved", "PermanentRedirect", CarrierBroken),
        ("400 Bad Request", "AuthorizationHeaderMalformed", CarrierBroken),
        ("500 Oh", "</Code><Code>", CarrierBroken),
    ],
)
def test_what_s3_says_is_looked_up_and_never_shown(status: str, code: str, expected: type[TransportError]) -> None:
    """A code of the table has its own error; any other is its status."""
    body = f"<Error><Code>{code}</Code><Message>look here: http://127.0.0.1</Message></Error>".encode()
    with lying(saying(reply(status, body))) as (port, _calls):
        carrier = to("s3", port)
        with pytest.raises(expected) as raised:
            carrier.write(BOX, NAME, b"x")
        assert "look here" not in str(raised.value)
        carrier.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*BAD_XML.values(), ENTRY, b"<m>", b"</m>", b"<d:collection/>", b"\xff"]), max_size=6))
def test_any_listing_at_all_ends_in_names_or_a_typed_error(parts: list[bytes]) -> None:
    """However it is put together, and wherever it is cut."""
    listing = Listing("here", Shape("DAV: response", "DAV: href", str, skip="DAV: collection"), 3)
    try:
        for part in parts:
            listing.feed(part)
        names = listing.end()
    except TransportError:
        return
    assert all(isinstance(name, str) for name in names)


def test_names_that_are_paths_are_left_out() -> None:
    """A listing's names become parts of paths: what is not of our alphabet is not one of our files."""
    false = ["..", "%2e%2e", "a%2fb", "a%00", "%ff", "A" * 64, "a" * 200, "", NAME]
    entries = "".join(f"<d:response><d:href>http://other/x/{one}</d:href></d:response>" for one in false)
    body = f'<d:multistatus xmlns:d="DAV:">{entries}</d:multistatus>'.encode()
    with lying(saying(reply(MULTI, body))) as (port, _calls):
        carrier = to("webdav", port)
        assert list(carrier.names(BOX)) == [NAME]
        carrier.close()


def test_a_folder_that_is_lost_while_it_is_written_to_is_made_again() -> None:
    """409 to a PUT: the next one begins with MKCOL."""
    asked: list[bytes] = []

    def lie(connection: socket.socket) -> None:
        while True:
            head = heard(connection)
            asked.append(head.split()[0])
            connection.sendall(reply("409 Conflict" if asked == [b"MKCOL", b"PUT"] else "201 Created"))

    with lying(lie) as (port, _calls):
        carrier = WebDav(Target.parse(f"webdav://127.0.0.1:{port}/a"), "u", "p", "", TIMES)
        with pytest.raises(CarrierBroken):
            carrier.write(BOX, NAME, b"")
        carrier.write(BOX, NAME, b"")
        assert asked == [b"MKCOL", b"PUT", b"MKCOL", b"PUT"]
        carrier.close()


# -- sftp --------------------------------------------------------------------------------------------------------------


def _chatter(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"not yet\r\n" * 1000)


def _gibberish(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-x\r\n" + os.urandom(5000))
    silent(connection)


def _mute(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-x\r\n")
    silent(connection)


def _gone(connection: socket.socket) -> None:
    connection.close()


@pytest.mark.parametrize("lie", [silent, deaf, _chatter, _gibberish, _mute, _gone])
def test_what_is_no_ssh_server_ends_in_a_typed_error(lie: Lie) -> None:
    """Before anybody proved anything: silence, a greeting without end, gibberish, the end."""
    with lying(lie) as (port, _calls):
        target = Target.parse(f"sftp://me@127.0.0.1:{port}/a")
        carrier = open_carrier(target, {"host-key": ssh_pair()[1], "password": "p"}, BRIEF)
        began = time.monotonic()
        for call in LISTED.values():
            with pytest.raises((CarrierSlow, CarrierUnreachable, CarrierBroken)):
                call(carrier)
        with pytest.raises((CarrierSlow, CarrierUnreachable, CarrierBroken)):
            sftp.host_key(target, BRIEF)
        assert time.monotonic() - began < 30
        carrier.close()


class _Lying(asyncssh.SFTPServer):
    """Names and bytes without end."""

    async def scandir(self, path: bytes) -> Any:
        """Ever new names."""
        del path
        for number in itertools.count():
            yield asyncssh.SFTPName(f"{number:064x}".encode(), attrs=asyncssh.SFTPAttrs())

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """All is there."""
        del path
        return asyncssh.SFTPAttrs()

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Any file."""
        del path, pflags, attrs
        return object()

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """As many bytes as are wanted, and some more."""
        del file_obj, offset
        return b"x" * (size + 100)

    def close(self, file_obj: object) -> None:
        """Nothing was open."""
        del file_obj


class _Door(asyncssh.SSHServer):
    """Lets one password in."""

    def begin_auth(self, username: str) -> bool:
        """Asked of everybody."""
        del username
        return True

    def password_auth_supported(self) -> bool:
        """Yes."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """One is right."""
        return (username, password) == ("me", "right")


@contextmanager
def _lying_sftp() -> Iterator[tuple[Target, str]]:
    """A whole SSH server, of which only what it keeps is a lie; and its host key."""
    private, public = ssh_pair()
    port = free_port()
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncssh.SSHAcceptor:
        keys = [asyncssh.import_private_key(private)]
        return await asyncssh.create_server(_Door, "127.0.0.1", port, server_host_keys=keys, sftp_factory=_Lying)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield Target.parse(f"sftp://me@127.0.0.1:{port}/a"), public
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def test_an_sftp_server_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its names are counted, and of a file no more is taken than the limit and one."""
    monkeypatch.setattr("intake.transports.sftp.MAX_NAMES", 1000)
    with _lying_sftp() as (target, host_key):
        carrier = open_carrier(target, {"host-key": host_key, "password": "right"}, TIMES)
        with pytest.raises(CarrierEndless):
            list(carrier.names(BOX))
        assert len(carrier.read(BOX, NAME, 300_000)) <= 300_001
        carrier.close()


def test_a_password_opens_and_a_wrong_one_is_refused() -> None:
    """The other way in, beside a key."""
    with _lying_sftp() as (target, host_key):
        wrong = open_carrier(target, {"host-key": host_key, "password": "wrong"}, TIMES)
        with pytest.raises(CarrierRefused):
            wrong.read(BOX, NAME, 10)
        wrong.close()
        right = open_carrier(target, {"host-key": host_key, "password": "right"}, TIMES)
        assert right.read(BOX, NAME, 10)
        right.close()
