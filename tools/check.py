"""All of the project's checks, in one command: what CI runs, anybody can run.

    python tools/check.py            style, types, directions, tests
    python tools/check.py --slow     and the slower proofs: tests marked slow or s3, tools/guarantees.py

Each step is run even when an earlier one failed; the exit code is 0 only when all passed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent

# Each worker keeps a run of tests that lie together, so that what a module makes for them is made once.
TWO = ["-n", "2", "--dist", "worksteal"]
STEPS: dict[str, list[str]] = {
    "style": [f"{BIN}/ruff", "check", "."],
    "format": [f"{BIN}/ruff", "format", "--check", "."],
    "types": [f"{BIN}/mypy"],
    "directions": [f"{BIN}/lint-imports"],
    "tests": [PYTHON, "-m", "pytest", *TWO, "-m", "not slow and not s3"],
}
SLOW: dict[str, list[str]] = {
    "slow tests": [PYTHON, "-m", "pytest", *TWO, "-m", "slow"],
    "a real S3 server": [PYTHON, "-m", "pytest", "-m", "s3"],
    "guarantees": [PYTHON, "tools/guarantees.py"],
}


def main(arguments: list[str]) -> int:
    """Run the steps and say how each ended."""
    steps = STEPS | (SLOW if "--slow" in arguments else {})
    failed = []
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        started = time.monotonic()
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
        print(f"== {name}: {'FAILED' if name in failed else 'ok'}, {time.monotonic() - started:.0f} s", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
