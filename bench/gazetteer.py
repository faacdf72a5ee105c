"""What a place costs: the first lookup with its loading, later lookups, paths, hints; and the bytes installed.

    python bench/gazetteer.py [--json]

The first lookup is taken in fresh processes, importing and reading included; the later ones are medians of many rounds
in one process. The aims: 60 ms for the first, 20 ms for a later one, 3 MB installed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from intake import gazetteer
from intake.gazetteer import OccupationTable, Row, label, occupation, path, search
from intake.gazetteer.codifier import lines, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, PROCESSES = 200, 15
FIRST = """
import time
begun = time.perf_counter()
from intake.gazetteer import search
found = search("Херсон")
print((time.perf_counter() - begun) * 1000)
"""


def first() -> float:
    """Median milliseconds of the first lookup of a process."""
    runs = [subprocess.run([sys.executable, "-c", FIRST], capture_output=True, check=True) for _ in range(PROCESSES)]
    return statistics.median(float(run.stdout) for run in runs)


def measure(work: Callable[[], object]) -> float:
    """Median milliseconds of one call."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    kherson, on = search("Херсон")[0], dt.date(2022, 5, 1)
    listed = OccupationTable("", "", tuple(Row(unit_of(line).code, on, None, "occupied") for line in lines()[::20]))
    rows = {
        "first lookup of a process, loading included": first(),
        "a name": measure(lambda: search("Херсон")),
        "a name in Latin letters": measure(lambda: search("Kupiansk")),
        "a Russian spelling": measure(lambda: search("Харьков")),
        "119 namesakes, narrowed by oblast": measure(lambda: search("Іванівка, Херсонська")),
        "two letters": measure(lambda: search("ів")),
        "one letter (the worst)": measure(lambda: search("к")),
        "twenty labels": measure(lambda: [label(unit, "uk") for unit in search("ів", limit=20)]),
        "a path by code": measure(lambda: path(kherson.code)),
        "a hint of occupation, the small table": measure(lambda: occupation(kherson.code, on, on)),
        "the same, from a list of 1,588 rows": measure(lambda: occupation(kherson.code, on, on, listed)),
    }
    size = sum(file.stat().st_size for file in (Path(gazetteer.__file__).parent / "data").iterdir())
    if asked.json:
        print(json.dumps({"bytes": size, "milliseconds": rows}))
        return
    print(f"{size:,} bytes installed; medians of {ROUNDS} calls, of {PROCESSES} processes for the first")
    for name, milliseconds in rows.items():
        print(f"{name:45} {milliseconds:8.3f} ms")


if __name__ == "__main__":
    main()
