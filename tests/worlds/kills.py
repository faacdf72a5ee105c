"""Ways to die: work in a process of its own that SIGKILL ends, at an acknowledgement or at any line of some rooms.

And when to kill a whole command, which nothing but time can be told of from outside: `Edge`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, ModuleType

TRIES = 60  # of an edge: a handful is enough on any machine; a deed that is never done, or never not, ends as a failure


class Edge:
    """Moments to kill at that close in on the one in which a deed is done, however fast the machine is just now.

    Each comes later than the last when that was too soon, sooner when it was too late (`came`), by a random part of an
    undisturbed run. There are at least so many, and as many more as it takes to meet both sides.
    """

    def __init__(self, takes: float, least: int) -> None:
        """`takes`: seconds of an undisturbed run, at which it begins; only the first step depends on it being right."""
        self._dice = random.Random(20261121)  # noqa: S311  moments, not secrets
        self._takes, self._least, self._at = takes, least, takes / 2
        self._sides = set[bool]()

    def __iter__(self) -> Iterator[float]:
        """Seconds from the beginning, one after another; say after each how it came."""
        for number in range(TRIES):
            if number >= self._least and len(self._sides) == 2:
                return
            yield self._at
        raise AssertionError(f"{TRIES} kills, and only this was met: done {self._sides}")

    def came(self, *, done: bool) -> None:
        """Whether the deed, or some of it, was done when it was killed."""
        self._sides.add(done)
        step = self._dice.uniform(0, self._takes / 2)
        self._at = max(0.0, self._at + (-step if done else step))


def run_and_kill(work: Callable[[Callable[[int], None]], None], *, after: int) -> list[int]:
    """Run `work(acknowledge)` in a process of its own and SIGKILL it at the `after`-th acknowledgement or soon after.

    Returns what was acknowledged before it died; a number acknowledged is one the parent has really read.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _die_after(lambda: work(lambda number: _tell(writing, number)))
    os.close(writing)
    seen: list[int] = []
    with os.fdopen(reading, "rb") as told:
        while line := told.readline():
            seen.append(int(line))
            if len(seen) == after:
                os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seen


def run_and_kill_at_line(
    work: Callable[[], Any], line: int, *, rooms: tuple[ModuleType, ...], function: str | None = None
) -> bool:
    """Run `work` in a process of its own that SIGKILLs itself at the n-th line run in these rooms, or in one function.

    True if it was killed, False if the work ended before that line.
    """
    child = os.fork()
    if child == 0:
        _die_after(
            lambda: _traced(work, line, tuple(str(Path(room.__file__ or "").parent) for room in rooms), function)
        )
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return False


def _traced(work: Callable[[], Any], line: int, folders: tuple[str, ...], function: str | None) -> None:
    left = line

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        code = frame.f_code
        if not code.co_filename.startswith(folders) or function not in (None, code.co_name):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    work()


def _die_after(work: Callable[[], None]) -> None:
    # Never back into pytest from a fork.
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def _tell(descriptor: int, number: int) -> None:
    os.write(descriptor, b"%d\n" % number)
