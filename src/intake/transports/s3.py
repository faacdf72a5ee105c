"""S3, as AWS, Swift, Ceph, Garage and MinIO speak it: a box is a prefix of keys, addressed path-style.

Four requests (ListObjectsV2, GET, PUT with a signed hash of the body, DELETE); no multipart, no condition, no redirect.
The bucket must be there. Spec: docs/spec/carrier-v1.md; reasons: docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from intake.errors import CarrierClock, CarrierEndless, CarrierFull, CarrierLost, CarrierNowhere, CarrierSlow
from intake.transports.carrier import MAX_NAMES
from intake.transports.sigv4 import Key, query, signed, stamp
from intake.transports.times import TIMES, Times
from intake.transports.web import GOOD, READ, Reply, Request, Web, first_bytes
from intake.transports.xmlnames import Listing, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intake.errors import TransportError
    from intake.transports.target import Target

_PAGE_NAMES: Final = 1000
_PAGE_BYTES: Final = 8 << 20
_MAX_PAGES: Final = MAX_NAMES // _PAGE_NAMES + 100
_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/ "
_CODES: Final[dict[str, type[TransportError]]] = {
    "NoSuchKey": CarrierLost,
    "NoSuchBucket": CarrierNowhere,
    "RequestTimeTooSkewed": CarrierClock,
    "QuotaExceeded": CarrierFull,
}


def _now() -> datetime:
    return datetime.now(UTC)


class Bucket:
    """A prefix in a bucket."""

    def __init__(
        self,
        target: Target,
        access: str,
        secret: str,
        authority: str = "",
        times: Times = TIMES,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._web = Web(target, authority, times)
        self._times = times
        self._clock = clock
        self._where = target.text
        self._host = target.at
        self._bucket = "/" + target.bucket
        self._prefix = (target.path + "/").removeprefix("/")
        self._key = Key(access, secret, target.region)

    def names(self, box: str) -> Iterator[str]:
        """See Carrier."""
        prefix = f"{self._prefix}{box}/"
        token, tokens, count, spent = "", set[str](), 0, 0.0
        for _page in range(_MAX_PAGES):
            began = time.monotonic()
            page, token = self._page(prefix, token)
            spent += time.monotonic() - began
            count += page.count
            if token in tokens or count > MAX_NAMES:
                break
            yield from page.names
            if not token:
                return
            if spent > self._times.listing:
                raise CarrierSlow(target=self._where)
            tokens.add(token)
        raise CarrierEndless(target=self._where)

    def read(self, box: str, name: str, limit: int) -> bytes:
        """See Carrier."""
        asked = self._object("GET", box, name)
        reply = self._web.ask(replace(asked, headers={**asked.headers, **first_bytes(limit)}), limit)
        return b"" if reply.status in READ and reply.status not in GOOD else self._hope(reply).body

    def write(self, box: str, name: str, data: bytes) -> None:
        """See Carrier."""
        self._hope(self._web.ask(self._object("PUT", box, name, data)), len(data))

    def remove(self, box: str, name: str) -> None:
        """See Carrier."""
        reply = self._web.ask(self._object("DELETE", box, name))
        if reply.status not in GOOD and _code(reply) != "NoSuchKey":
            self._hope(reply)

    def close(self) -> None:
        """See Carrier."""
        self._web.close()

    def _page(self, prefix: str, token: str) -> tuple[Listing, str]:
        """One page, and the token of the next one, empty after the last."""
        parts = {"list-type": "2", "max-keys": str(_PAGE_NAMES), "prefix": prefix}
        if token:
            parts["continuation-token"] = token
        shape = Shape(_NAMESPACE + "Contents", _NAMESPACE + "Key", lambda key: key.removeprefix(prefix))
        listing = Listing(self._where, shape, MAX_NAMES)
        self._hope(self._web.ask(self._request("GET", self._bucket, query(parts)), _PAGE_BYTES, listing))
        listing.end()
        more = listing.others.get(_NAMESPACE + "IsTruncated", "false") == "true"
        token = listing.others.get(_NAMESPACE + "NextContinuationToken", "")
        if more and not token:
            raise CarrierEndless(target=self._where)
        return listing, token if more else ""

    def _object(self, method: str, box: str, name: str, body: bytes = b"") -> Request:
        return self._request(method, quote(f"{self._bucket}/{self._prefix}{box}/{name}", safe="/-_.~"), "", body)

    def _request(self, method: str, path: str, query: str, body: bytes = b"") -> Request:
        body_sha256 = hashlib.sha256(body).hexdigest()
        headers = {"Host": self._host, "x-amz-date": stamp(self._clock()), "x-amz-content-sha256": body_sha256}
        headers["Authorization"] = signed(self._key, method, path, query, headers, body_sha256)
        return Request(method, f"{path}?{query}" if query else path, headers, body)

    def _hope(self, reply: Reply, needed: int = 0) -> Reply:
        if reply.status in GOOD:
            return reply
        found = _CODES.get(_code(reply))
        if found:
            raise found(target=self._where, folder=self._where, needed=needed)
        raise self._web.give_up(reply, needed)


def _code(reply: Reply) -> str:
    """The code in an error's body: a word of the server's, looked up and never shown."""
    text = reply.body.decode("ascii", "replace")
    return text.partition("<Code>")[2].partition("</Code>")[0]
