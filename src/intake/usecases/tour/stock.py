"""Stock tools run on the tour's files: tar, sha256sum and ssh-keygen, where this machine has them.

What they are given is signed or encrypted already, so nothing readable can reach a process list or a temp folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from intake.usecases.tour.steps import Ran

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20  # each takes milliseconds; a hanging one must not hold the tour up
COMPOSITE_SINCE = (10, 4)  # OpenSSH that knows ssh-mldsa44-ed25519@openssh.com


def run(words: list[str], folder: Path, stdin: Path | None = None) -> Ran:
    """Run one tool in a folder; a tool that is not here is told as such."""
    command = " ".join(words) + (f" < {stdin.name}" if stdin else "")
    tool = shutil.which(words[0])
    if tool is None:
        return Ran(command, found=False, ok=True, output="")
    source = stdin.open("rb") if stdin else None
    try:
        done = subprocess.run(  # noqa: S603  the words are the tour's own, no shell reads them
            [tool, *words[1:]],
            cwd=folder,
            stdin=source or subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return Ran(command, found=True, ok=False, output="")
    finally:
        if source:
            source.close()
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    return Ran(command, found=True, ok=done.returncode == 0, output=told.strip())


def knows_composite() -> bool:
    """Whether the OpenSSH of this machine verifies the post-quantum signature."""
    tool = shutil.which("ssh")
    if tool is None:
        return False
    try:
        told = subprocess.run([tool, "-V"], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603  fixed words
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.search(rb"OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)", told.stderr + told.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= COMPOSITE_SINCE
