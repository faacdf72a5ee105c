"""WebDAV, as Nextcloud, Apache and wsgidav speak it: a box is a folder beneath the target's, a file is a file in it.

Five verbs (PROPFIND of depth 1, MKCOL, GET, PUT, DELETE) and Basic over TLS; no lock, no MOVE, no condition. The folder
that the address names must be there: a mistyped address may not look like an empty one. Spec: docs/spec/carrier-v1.md.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from intake.errors import CarrierLost, CarrierNowhere
from intake.transports.carrier import MAX_NAMES
from intake.transports.times import TIMES, Times
from intake.transports.web import GOOD, READ, Reply, Request, Web, first_bytes
from intake.transports.xmlnames import Listing, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.transports.target import Target

_LIST_BYTES: Final = 64 << 20  # a listing has no pages: this holds more than 100,000 files
_ASKED: Final = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'
_SHAPE: Final = Shape(
    "DAV: response", "DAV: href", lambda href: unquote(href.rstrip("/").rpartition("/")[2]), skip="DAV: collection"
)
_MULTI: Final = 207
_NOT_FOUND: Final = 404
_IS_THERE: Final = 405  # to MKCOL
_NO_PARENT: Final = 409


class WebDav:
    """A folder on a WebDAV server."""

    def __init__(self, target: Target, user: str, password: str, authority: str = "", times: Times = TIMES) -> None:
        self._web = Web(target, authority, times)
        self._where = target.text
        self._base = quote(target.path)
        self._headers = {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}
        self._made: set[str] = set()

    def names(self, box: str) -> Iterator[str]:
        """See Carrier."""
        listing = Listing(self._where, _SHAPE, MAX_NAMES)
        reply = self._web.ask(self._propfind(f"{box}/", "1"), _LIST_BYTES, listing)
        if reply.status == _NOT_FOUND:
            self._look()
            return iter(())
        self._hope(reply, _MULTI)
        self._made.add(box)
        return iter(listing.end())

    def read(self, box: str, name: str, limit: int) -> bytes:
        """See Carrier."""
        reply = self._web.ask(self._request("GET", f"{box}/{name}", first_bytes(limit)), limit)
        if reply.status == _NOT_FOUND:
            raise CarrierLost(target=self._where)
        if reply.status not in READ:
            raise self._web.give_up(reply)
        return reply.body if reply.status in GOOD else b""

    def write(self, box: str, name: str, data: bytes) -> None:
        """See Carrier."""
        self._make(box)
        headers = {"Content-Type": "application/octet-stream"}
        reply = self._web.ask(self._request("PUT", f"{box}/{name}", headers, data))
        if reply.status not in GOOD:
            self._made.discard(box)  # whoever tidied up there may have taken the box too
            raise self._web.give_up(reply, len(data))

    def remove(self, box: str, name: str) -> None:
        """See Carrier."""
        reply = self._web.ask(self._request("DELETE", f"{box}/{name}"))
        if reply.status not in GOOD and reply.status != _NOT_FOUND:
            raise self._web.give_up(reply)

    def close(self) -> None:
        """See Carrier."""
        self._web.close()

    def _make(self, box: str) -> None:
        if box in self._made:
            return
        reply = self._web.ask(self._request("MKCOL", f"{box}/"))
        if reply.status in {_NO_PARENT, _NOT_FOUND}:
            raise CarrierNowhere(target=self._where)
        if reply.status not in GOOD and reply.status != _IS_THERE:
            raise self._web.give_up(reply)
        self._made.add(box)

    def _look(self) -> None:
        """Whether the folder of the address is there, for a box is missing in it."""
        reply = self._web.ask(self._propfind("", "0"))
        if reply.status == _NOT_FOUND:
            raise CarrierNowhere(target=self._where)
        self._hope(reply, _MULTI)

    def _propfind(self, path: str, depth: str) -> Request:
        return self._request("PROPFIND", path, {"Depth": depth, "Content-Type": "application/xml"}, _ASKED)

    def _request(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Request:
        return Request(method, f"{self._base}/{path}", self._headers | (headers or {}), body)

    def _hope(self, reply: Reply, status: int) -> Reply:
        if reply.status != status:
            raise self._web.give_up(reply)
        return reply
