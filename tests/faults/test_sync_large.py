"""A bundle of 2 GiB over a folder, the real command killed half way in each direction."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="asks the system for a process's peak")
def test_two_gibibytes_go_on_where_they_stopped(tmp_path: Path) -> None:
    """Memory stays flat at both sides, no piece is written twice, and what came is imported.

    In a process of its own: until a child runs its own program, the system counts its parent's memory as its peak.
    """
    measured = [sys.executable, str(ROOT / "bench" / "syncing.py"), "--dir", str(tmp_path), "--json"]
    ended = subprocess.run(measured, capture_output=True, text=True, check=False)
    found = json.loads(ended.stdout)
    assert found["holds"], found
    assert found["sent_mib"] > 2048
    assert (found["twice"], found["imported"]) == (0, 1)
