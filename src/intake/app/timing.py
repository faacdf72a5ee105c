"""How long nobody may have touched a key before the screen says nothing, and before the vault is closed.

Given to the application as one value, so that a test passes its own clock and never sleeps. A mission's policy has no
word on these yet; when it has, this is where it comes in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHECK_SECONDS = 1.0


@dataclass(frozen=True)
class Timing:
    """Seconds without a key; `monotonic` is the clock they are counted by."""

    blank_after: float = 2 * 60
    lock_after: float = 2 * 60
    lock_after_in_interview: float = 15 * 60
    monotonic: Callable[[], float] = time.monotonic
