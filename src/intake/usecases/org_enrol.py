"""`org enrol`: a coordinator admits a laptop, and writes its mission pack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake.usecases.environment import Environment, Words


@dataclass(frozen=True)
class Profile:
    """The interviewer behind a laptop, as their pack says it: a code, never a name."""

    interviewer: str = ""
    trained_full: bool = False
    trained_child: bool = False
    trained_sv: bool = False


@dataclass(frozen=True)
class DeviceEnrolled:
    """The device's pseudonym, its pack, the roster's new serial."""

    principal: str
    pack: Path
    serial: int
    words: Words


def org_enrol(
    env: Environment, request: bytes, profile: Profile, *, to: Path | None = None, words_match: bool = False
) -> DeviceEnrolled:
    """Open the request, compare its words, refuse a known key, sign the roster and write the pack."""
    raise NotImplementedError
