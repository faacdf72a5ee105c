"""A bundle of 2 GiB over a folder, the real command killed half way in each direction."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from bench.syncing import MIB_TARGET, measure

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="asks the system for a process's peak")
def test_two_gibibytes_go_on_where_they_stopped(tmp_path: Path) -> None:
    """Memory stays flat at both sides, no piece is written twice, and what came is imported."""
    found = measure(tmp_path, 2048)
    peaks = (found.killed_out_mib, found.out_mib, found.killed_in_mib, found.in_mib)
    assert max(peaks) < MIB_TARGET
    assert found.sent_mib > 2048
    assert (found.twice, found.imported) == (0, 1)
