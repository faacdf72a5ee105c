"""Times as our files write them: aware UTC, whole seconds, one spelling for JSON and one for allowed_signers.

Spec: docs/spec/keys-v1.md, "Times".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_JSON = "%Y-%m-%dT%H:%M:%SZ"
_STAMP = "%Y%m%d%H%M%SZ"  # OpenSSH >= 9.1 reads the Z; older ones took the machine's own zone
# From 2000 to 2999: four digits everywhere, also where strftime does not pad years.
_JSON_SHAPE = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_STAMP_SHAPE = re.compile(r"2[0-9]{13}Z")


def json_time(at: datetime) -> str:
    """`2026-11-21T17:40:00Z`."""
    return _utc(at).strftime(_JSON)


def stamp(at: datetime) -> str:
    """`20261121174000Z`."""
    return _utc(at).strftime(_STAMP)


def parse_json_time(text: str) -> datetime | None:
    """Read json_time's form; None for anything else."""
    return _parse(text, _JSON, _JSON_SHAPE)


def parse_stamp(text: str) -> datetime | None:
    """Read stamp's form; None for anything else."""
    return _parse(text, _STAMP, _STAMP_SHAPE)


def _parse(text: str, form: str, shape: re.Pattern[str]) -> datetime | None:
    if not shape.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:  # the 31st of February
        return None


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a naive time")
    return at.astimezone(UTC)
