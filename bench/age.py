"""How long 1 GiB takes to encrypt and decrypt to a post-quantum recipient, against Debian's age (X25519) beside it.

Whole processes, interleaved in one run, medians; the target is at most 0.9 of age's wall time and under 120 MiB.

    python bench/age.py [--mib 1024] [--rounds 5] [--dir FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

Run = tuple[str, tuple[list[str], Path]]

RATIO_TARGET = 0.9
MEMORY_TARGET_MIB = 120
BLOCK = 1 << 20

SOURCES = Path(__file__).resolve().parent.parent / "src"
OURS = """
import sys
from intake.crypto import age
identity = age.PostQuantumIdentity.from_seed(bytes(32))
deed, source, sink = sys.argv[1:]
with open(source, "rb") as reading, open(sink, "wb") as writing:
    if deed == "encrypt":
        age.encrypt(reading, writing, [identity.recipient()])
    else:
        age.decrypt(reading, writing, [identity])
"""


def timed(words: list[str], made: Path) -> tuple[float, float]:
    """Wall seconds and peak MiB of one process; what it makes is removed first, so that all write anew."""
    os.sync()  # or a run pays for writing back what the runs before it left
    made.unlink(missing_ok=True)
    started = time.perf_counter()
    child = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(SOURCES)})
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words[0]} failed with {child.returncode}")
    return took, usage.ru_maxrss / 1024


def key_of(tool: str, folder: Path) -> tuple[str, str]:
    """A key file of age-keygen and its recipient."""
    key = folder / "key"
    subprocess.run([tool, "-o", str(key)], check=True, capture_output=True)
    return str(key), subprocess.run([tool, "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()


def measure(folder: Path, mib: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians of every deed of both programs."""
    tool, keygen = shutil.which("age"), shutil.which("age-keygen")
    if not tool or not keygen:
        raise SystemExit("age and age-keygen are not installed: nothing to measure against")
    plain, sealed, out = folder / "plain", folder / "ours.age", folder / "out"
    theirs = folder / "theirs.age"
    with plain.open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(BLOCK))
    key, recipient = key_of(keygen, folder)
    ours = [sys.executable, "-c", OURS]
    runs = {
        "encrypt age": ([tool, "-r", recipient, "-o", str(theirs), str(plain)], theirs),
        "encrypt ours": ([*ours, "encrypt", str(plain), str(sealed)], sealed),
        "decrypt age": ([tool, "-d", "-i", key, "-o", str(out), str(theirs)], out),
        "decrypt ours": ([*ours, "decrypt", str(sealed), str(out)], out),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for turn in range(rounds + 1):  # the first warms the caches and is dropped
        order = list(runs.items()) if turn % 2 == 0 else _swapped(list(runs.items()))
        for name, (words, made) in order:
            taken[name].append(timed(words, made))
    return {
        name: {
            "seconds": round(statistics.median(took for took, _ in samples[1:]), 3),
            "mib": round(max(peak for _, peak in samples), 1),
        }
        for name, samples in taken.items()
    }


def _swapped(runs: list[Run]) -> list[Run]:
    """Ours before theirs: who comes second in a pair finds other caches."""
    return [runs[1], runs[0], runs[3], runs[2]]


def main() -> int:
    """Measure, print one JSON object, and say by the exit code whether the targets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dir", type=Path, default=None, help="where the files go; needs four times their size")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        found = measure(Path(folder), asked.mib, asked.rounds)
    ratios = {
        deed: round(found[f"{deed} ours"]["seconds"] / found[f"{deed} age"]["seconds"], 2)
        for deed in ("encrypt", "decrypt")
    }
    peak = max(found["encrypt ours"]["mib"], found["decrypt ours"]["mib"])
    held = max(ratios.values()) <= RATIO_TARGET and peak < MEMORY_TARGET_MIB
    print(json.dumps({"mib": asked.mib, "runs": found, "ratio": ratios, "peak_mib": peak, "held": held}, indent=2))
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
