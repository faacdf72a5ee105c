"""`enrol`: a laptop takes a mission pack; the first one pins the organisation's trust and writes the recovery slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment


@dataclass(frozen=True)
class PackTaken:
    """Who this laptop is now."""

    org: str
    name: str
    purpose: str
    principal: str
    serial: int
    first: bool


def enrol(env: Environment, pack: bytes) -> PackTaken:
    """Open and verify the pack, keep its trust files."""
    raise NotImplementedError
