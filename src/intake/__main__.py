"""The door of the program: `intake`, and `python -m intake`.

`--version` answers from here, before anything else is imported: scripts call it, and it is measured against
`python3 -c pass` (bench/startup.py). Everything else begins in `intake.cli.shell`.
"""

from __future__ import annotations

import gc
import sys

from intake import __version__

# Importing makes much and drops little: with Python's 700, the collector looks at all of it again and again.
OBJECTS_BETWEEN_COLLECTIONS = 100_000


def main() -> int:
    """Run the command line of this process and return its exit code."""
    if sys.argv[1:] == ["--version"]:
        print(f"intake {__version__}")  # noqa: T201  the one line that is faster than its own import
        return 0
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    # Late, because `--version` must not pay for it.
    from intake.cli.shell import run, silence_crashes  # noqa: PLC0415

    silence_crashes(sys.argv[1:])
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
