"""How long `audit` takes over thousands of bundles of many laptops, with their log, and how much memory; also `verify`.

The tool alone, over a folder that the tests' world makes: small bundles, so that what is measured is signatures, checks
and counting, not the reading of films. Nothing in CI asserts a time.

    python bench/auditing.py [--bundles 4000] [--json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LAPTOPS = 40
COMMAND = """
import resource, sys, time
from pathlib import Path
from intake.usecases.auditing import audit
from intake.keys.times import parse_json_time
folder = Path(sys.argv[1])
at, start = parse_json_time("2026-11-21T17:40:00Z"), time.process_time()
done = audit(folder / "handed", root=folder / "root", trust=folder / "trust", at=at)
print(done.verdict.value, done.bundles, time.process_time() - start,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def make(folder: Path, bundles: int) -> None:
    """Chains of as many laptops, all in one log."""
    from tests.worlds.audit import SECOND, Desk, Handed, Laptop, office  # noqa: PLC0415  tests are not a package of ours

    devices = tuple(f"d-laptop-{number}" for number in range(1, LAPTOPS + 1))
    org = office(devices)
    laptops, desk, handed = [Laptop(org, name) for name in devices], Desk(org), Handed(org)
    for number in range(bundles):
        laptop = laptops[number % LAPTOPS]
        laptop.seal(2)
        made = laptop.export()
        for item in made.items:  # receipted
            del laptop.items[item]
        desk.receive(made)
        laptop.checkpoint = desk.checkpoint() if number % 50 == 0 else laptop.checkpoint
        handed.bundle(made)
    handed.log(desk)
    handed.log(Desk(org, SECOND))
    handed.write(folder)


def main() -> int:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundles", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = []
    for bundles in (given.bundles // 4, given.bundles):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, bundles)
            start = time.perf_counter()
            run = subprocess.run(
                [sys.executable, "-c", COMMAND, name], capture_output=True, text=True, check=True, cwd=ROOT
            )
            verdict, counted, cpu, memory = run.stdout.split()
            rows.append(
                {
                    "bundles": int(counted),
                    "verdict": verdict,
                    "seconds": round(time.perf_counter() - start, 2),
                    "cpu_seconds": round(float(cpu), 2),
                    "memory_mib": int(memory),
                }
            )
    print(json.dumps(rows) if given.json else "\n".join(map(str, rows)))
    return 0 if all(row["verdict"] == "COMPLETE" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
