"""AWS Signature Version 4 of one request: pure, no clock of its own; held against AWS's published examples."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Key:
    """An access key, its secret, and what it signs for."""

    access: str
    secret: str
    region: str
    service: str = "s3"


def query(parts: Mapping[str, str]) -> str:
    """A query as it is sent and signed: sorted, all but the unreserved signs encoded."""
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in parts.items()))


def signed(key: Key, method: str, path: str, query: str, headers: Mapping[str, str], body_sha256: str) -> str:
    """The `Authorization` header. `path` and `query` are encoded; `headers`: all that is signed, host and date too."""
    lower = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    time = lower["x-amz-date"]
    scope = "/".join((time[:8], key.region, key.service, "aws4_request"))
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    canonical = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{body_sha256}"
    to_sign = "\n".join((_ALGORITHM, time, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    secret = reduce(_mac, scope.split("/"), f"AWS4{key.secret}".encode())
    return f"{_ALGORITHM} Credential={key.access}/{scope},SignedHeaders={names},Signature={_mac(secret, to_sign).hex()}"


def stamp(at: datetime) -> str:
    """A time in UTC as `x-amz-date` writes it."""
    return at.strftime("%Y%m%dT%H%M%SZ")


def _mac(secret: bytes, text: str) -> bytes:
    return hmac.digest(secret, text.encode(), "sha256")
