"""How long a server may take: one table for all schemes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Times:
    """In seconds; and the least pace, in bytes a second, that is worth waiting for.

    A call has `idle` seconds, and one more for each `pace` bytes that moved, but never more than `idle` ahead: a drip
    ends soon, a slow link does not.
    """

    connect: float = 20
    idle: float = 60
    pace: float = 4096
    listing: float = 1800
    pauses: tuple[float, ...] = (1, 4)  # before a busy server is asked again


TIMES: Final = Times()
