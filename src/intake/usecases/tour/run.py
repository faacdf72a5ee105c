"""The tour's story, scene by scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.usecases.environment import PRODUCTION_LOG_N, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from intake.i18n import Translator
    from intake.usecases.tour.steps import Step


def tour(
    t: Translator,
    keep: Path | None = None,
    *,
    clock: Callable[[], datetime] = now,
    log_n: int = PRODUCTION_LOG_N,
) -> Iterator[Step]:
    """Walk through it. Without `keep` every file is removed at the end, on Ctrl-C and SIGTERM too."""
    raise NotImplementedError
    yield
