"""Where to sync: what a person types becomes a `Target`, or is refused with a reason. Does no input or output.

An address never holds a password. Without TLS or SSH nothing leaves this machine: `webdav://` and an `http` endpoint
are taken only for a loopback address. Spec: docs/spec/carrier-v1.md; reasons: docs/decisions/0019-carriers.md.
"""

from __future__ import annotations

import ipaddress
import os
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

from intake.errors import TargetFault

if TYPE_CHECKING:
    from collections.abc import Callable

Scheme = Literal["folder", "sftp", "webdav", "s3"]

_MAX_TEXT: Final = 2048
_SSH_PORT: Final = 22
_REGION: Final = "us-east-1"
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_WORD: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_USER: Final = re.compile(r"[^\x00-\x20/:@\x7f]{1,128}")
# What other programs read as another host than ours does: a host that goes on after its bracket, a backslash.
_AUTHORITY: Final = re.compile(r"([^\\]*@)?(\[[^\[\]\\]*:[^\[\]\\]*\]|[^\[\]\\:]*)(:[0-9]*)?")


@dataclass(frozen=True)
class Target:
    """One place to sync with. `text` is its normal form: equal for equal places, without any secret.

    `path` is decoded, begins with "/" where a host keeps it, and has no trailing "/". `port` 0: the scheme's own.
    """

    scheme: Scheme
    path: str
    host: str = ""
    port: int = 0
    user: str = ""
    tls: bool = True
    bucket: str = ""
    region: str = ""

    @classmethod
    def parse(cls, text: str) -> Target:
        """Raise TargetFault where it is no place, or not one that may be spoken to."""
        if not text or len(text) > _MAX_TEXT or not text.isprintable():
            raise TargetFault(why="empty, too long, or with signs that can't be seen")
        if "://" not in text:
            return cls("folder", os.path.abspath(text))  # noqa: PTH100 - of the text alone: nothing is looked up
        url = _split(text)
        reader = _READERS.get(url.scheme)
        if reader is None:
            raise TargetFault(why="the address can't be read")
        return reader(url)

    @property
    def text(self) -> str:
        """As typed, in one form."""
        return _WRITERS[self.scheme](self)

    @property
    def base(self) -> str:
        """What HTTP is spoken to: scheme, host and port."""
        return f"{'https' if self.tls else 'http'}://{self.at}"

    @property
    def at(self) -> str:
        """Host and port, as addresses write them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise TargetFault(why="the address can't be read") from None
    if url.password is not None:
        raise TargetFault(why="a password stood in the address: change that password, it will be asked for")
    if url.fragment or not _AUTHORITY.fullmatch(url.netloc):
        raise TargetFault(why="the address can't be read")
    return url


def _sftp(url: SplitResult) -> Target:
    if url.query:
        raise TargetFault(why="the address can't be read")
    user = _user(url)
    if not user:
        raise TargetFault(why="sftp needs a user: sftp://user@host/path")
    port = url.port or 0
    return Target("sftp", _path(url), _host(url), 0 if port == _SSH_PORT else port, user)


def _webdav(url: SplitResult) -> Target:
    if url.query:
        raise TargetFault(why="the address can't be read")
    tls = url.scheme == "webdavs"
    target = Target("webdav", _path(url), _host(url), _port(url, tls), _user(url), tls)
    return _not_in_the_clear(target)


def _s3(url: SplitResult) -> Target:
    options = parse_qsl(url.query, keep_blank_values=True)  # as long as an address may be, and no longer
    given = dict(options)
    if len(given) != len(options) or given.keys() - {"endpoint", "region"} or url.username or url.port:
        raise TargetFault(why="s3 takes endpoint and region, and no more")
    region = given.get("region", "")
    if not (region or "endpoint" in given):
        raise TargetFault(why="s3 needs an endpoint or a region")
    region = region or _REGION
    bucket = url.netloc
    if not _BUCKET.fullmatch(bucket) or not _WORD.fullmatch(region):
        raise TargetFault(why="this is no name of a bucket or region")
    endpoint = _split(given.get("endpoint", f"https://s3.{region}.amazonaws.com"))
    rest = endpoint.path.removeprefix("/") or endpoint.username or endpoint.query
    if rest or endpoint.scheme not in {"https", "http"}:
        raise TargetFault(why="an endpoint is https:// and a host")
    tls = endpoint.scheme == "https"
    target = Target("s3", _path(url), _host(endpoint), _port(endpoint, tls), "", tls, bucket, region)
    return _not_in_the_clear(target)


_READERS: Final[dict[str, Callable[[SplitResult], Target]]] = {
    "sftp": _sftp,
    "webdav": _webdav,
    "webdavs": _webdav,
    "s3": _s3,
}


def _host(url: SplitResult) -> str:
    host = (url.hostname or "").rstrip(".")
    try:
        if ":" in host:
            return str(ipaddress.IPv6Address(host))
        host = host if host.isascii() else _ascii(host)
    except ValueError:
        raise TargetFault(why="this is no name of a host") from None
    if not _HOST.fullmatch(host):
        raise TargetFault(why="this is no name of a host")
    return host


def _ascii(host: str) -> str:
    """ValueError for letters that become others on the way: what newer rules read as another host's name."""
    host = unicodedata.normalize("NFC", host)
    encoded = host.encode("idna")
    if encoded.decode("idna") != host:
        raise ValueError
    return encoded.decode()


def _user(url: SplitResult) -> str:
    user = _decoded(url.username or "")
    if user and not _USER.fullmatch(user):
        raise TargetFault(why="this is no name of a user")
    return user


def _port(url: SplitResult, tls: bool) -> int:
    port = url.port or 0
    return 0 if port == (443 if tls else 80) else port


def _path(url: SplitResult) -> str:
    parts = [_decoded(part) for part in url.path.split("/") if part]
    if any(part in {".", ".."} or "/" in part for part in parts):
        raise TargetFault(why="a path has no . or .. in it")
    return "".join(f"/{part}" for part in parts)


def _decoded(text: str) -> str:
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise TargetFault(why="the address can't be read") from None
    if not decoded.isprintable():
        raise TargetFault(why="the address can't be read")
    return decoded


def _not_in_the_clear(target: Target) -> Target:
    if target.tls or _is_loopback(target.host):
        return target
    raise TargetFault(why="without TLS everybody on the way reads the password: webdavs://, or an https endpoint")


def _is_loopback(host: str) -> bool:
    """Only what can't be resolved to somewhere else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(scheme: str) -> Callable[[Target], str]:
    def written(target: Target) -> str:
        name = scheme if target.tls else scheme.removesuffix("s")
        user = f"{quote(target.user, safe='')}@" if target.user else ""
        return f"{name}://{user}{target.at}{quote(target.path)}"

    return written


def _bucket_address(target: Target) -> str:
    options = urlencode({"endpoint": target.base, "region": target.region}, safe=":/[]")
    return f"s3://{target.bucket}{quote(target.path)}?{options}"


_WRITERS: Final[dict[Scheme, Callable[[Target], str]]] = {
    "folder": lambda target: target.path,
    "sftp": _address("sftp"),
    "webdav": _address("webdavs"),
    "s3": _bucket_address,
}
