"""How long nobody may have touched a key before the screen says nothing, and before the vault is closed.

Given to the application as one value, so that a test passes its own clock and never sleeps. The minutes are the
mission's (`keys.pack.Policy`), read when the vault is opened and when a pack is taken.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from intake.keys.pack import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

CHECK_SECONDS = 1.0
MINUTE = 60.0


@dataclass(frozen=True)
class Timing:
    """`policy`: minutes without a key; `monotonic` is the clock they are counted by."""

    policy: Policy = field(default_factory=Policy)
    monotonic: Callable[[], float] = time.monotonic

    def by(self, policy: Policy) -> Timing:
        """The same clock, another mission's minutes."""
        return replace(self, policy=policy)

    @property
    def blank_after(self) -> float:
        """Seconds until nothing can be read."""
        return self.policy.blank_minutes * MINUTE

    def lock_after(self, *, in_interview: bool) -> float:
        """Seconds until the vault is closed."""
        return (self.policy.interview_lock_minutes if in_interview else self.policy.lock_minutes) * MINUTE
