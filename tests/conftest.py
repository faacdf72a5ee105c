"""Names, at the end of a run, the foreign tools and vectors that were missing, so that a green run hides nothing.

And no generated example is measured by a clock: a busy machine would fail what is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

from tests.worlds.crypto import MISSING

if TYPE_CHECKING:
    import pytest

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per missing thing, with how many tests did not run for it."""
    missing: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        _, found, what = reason.partition(MISSING)
        if found:
            missing[what] = missing.get(what, 0) + 1
    if missing:
        terminalreporter.section("missing here: these tests did not run")
        for what, count in sorted(missing.items()):
            terminalreporter.line(f"{what}: {count} not run")
