"""Long work: a bar on a terminal, a line per step elsewhere. Always on stderr, never with content."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress

    from intake.i18n import Translator

_drawn: list[Progress] = []  # the bars on the screen now


@contextmanager
def paused() -> Iterator[None]:
    """No bar while something is asked: it would be drawn over the question and over what is typed."""
    for bar in _drawn:
        bar.stop()
    try:
        yield
    finally:
        for bar in _drawn:
            bar.start()


class LineProgress:
    """One line when a step begins: for pipes, logs and screen readers."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    @contextmanager
    def track(self, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Name the step; its single units are not counted."""
        del total
        print(f"intake: {self._t(what)}", file=sys.stderr, flush=True)
        yield lambda _n: None


class TerminalProgress:
    """A bar that is gone when the work is done."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    @contextmanager
    def track(self, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Show how far the step is."""
        # Only when a bar is really drawn: rich costs more than the rest of the start.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(self._t(what), total=total)
            _drawn.append(bar)
            try:
                yield lambda n: bar.advance(task, n)
            finally:
                _drawn.remove(bar)
