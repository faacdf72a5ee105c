"""Keeps this process's memory out of core dumps and other processes' reach, as far as the system lets us.

No claim that secrets are wiped from memory: Python copies bytes freely, and swap is the system's.
"""

from __future__ import annotations

import ctypes
import sys

try:
    import resource
except ImportError:  # pragma: no cover - Windows has no such limits
    resource = None  # type: ignore[assignment]

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def largest_core_dump() -> int | None:
    """Bytes of the largest that this process may leave; None where the system has no such limit."""
    return resource.getrlimit(resource.RLIMIT_CORE)[0] if resource is not None else None


def harden() -> None:
    """No core dumps, and on Linux not dumpable: other processes of this user can't read our memory."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
