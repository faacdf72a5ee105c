"""Ways to die: work in a process of its own that SIGKILL ends, at an acknowledgement or at any line of some rooms."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType


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
