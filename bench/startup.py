"""How long a command takes to start, whole processes against `python3 -c pass`: medians of interleaved runs, one run.

`intake --version` at most 2 times, `intake --help` at most 7 times, and a command that opens a vault at most 200 ms
over its key derivation, which is timed inside a process of its own on the same vault's slot: the median of paired
differences. Two runs of scrypt differ by more than the rest takes, so the same command is also timed on a vault whose
derivation costs nothing (2^10): the whole process, all of it counted. PYTHONDONTWRITEBYTECODE is unset, as on anybody's
machine. Usage: python bench/startup.py [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from intake.store.vault import Vault
from intake.usecases.environment import PRODUCTION_LOG_N

PASSPHRASE = "made up for the bench, five words and more"  # noqa: S105  of a vault that lives for a minute
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
LIMITS = {"version": 2.0, "help": 7.0}
LIMIT_OVER_DERIVATION_MS = 200.0
CHEAP_LOG_N = 10
DERIVATION = """
import sys, time
from pathlib import Path
from intake.crypto.age import ScryptIdentity, decrypt_bytes
slot, passphrase = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes()
begun = time.perf_counter()
decrypt_bytes(slot, [ScryptIdentity(passphrase)])
print(time.perf_counter() - begun)
"""


def process(words: list[str]) -> float:
    """Seconds of one whole process."""
    begun = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=True)
    return time.perf_counter() - begun


def derivation(home: Path, passphrase: Path) -> float:
    """Seconds of the key derivation alone, without the start of its process."""
    words = [sys.executable, "-c", DERIVATION, str(home / "slots" / "passphrase.age"), str(passphrase)]
    return float(subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT, check=True).stdout)


def measure(folder: Path, rounds: int) -> dict[str, float]:
    """Median seconds of each; the rounds alternate, so that a busy machine is busy for all."""
    intake = str(Path(sys.executable).with_name("intake"))
    home, passphrase = folder / "home", folder / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    Vault.create(home, PASSPHRASE, role="interviewer", log_n=PRODUCTION_LOG_N).close()
    Vault.create(folder / "cheap", PASSPHRASE, role="interviewer", log_n=CHEAP_LOG_N).close()
    opening = [intake, "list", "--passphrase-file", str(passphrase), "--json", "--home"]
    commands = {
        "pass": [sys.executable, "-c", "pass"],
        "version": [intake, "--version"],
        "help": [intake, "--help"],
        "cheap": [*opening, str(folder / "cheap")],
    }
    times: dict[str, list[float]] = {name: [] for name in (*commands, "derivation", "over")}
    for number in range(rounds):
        for name, words in commands.items():
            times[name].append(process(words))
        if number % 3 == 0:  # nearly a second each
            times["derivation"].append(derivation(home, passphrase))
            times["over"].append(process([*opening, str(home)]) - times["derivation"][-1])
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    """Print the medians, the ratios, and what is allowed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), arguments.rounds)
    print(f"python3 -c pass    {found['pass'] * 1e3:8.1f} ms")
    for name, limit in LIMITS.items():
        ratio = found[name] / found["pass"]
        print(f"intake --{name:<10}{found[name] * 1e3:8.1f} ms  {ratio:5.2f} times (at most {limit})")
    print(f"key derivation     {found['derivation'] * 1e3:8.1f} ms")
    print(f"intake list over it{found['over'] * 1e3:8.1f} ms  (at most {LIMIT_OVER_DERIVATION_MS:.0f})")
    print(f"intake list at 2^{CHEAP_LOG_N}{found['cheap'] * 1e3:8.1f} ms  {found['cheap'] / found['pass']:5.2f} times")


if __name__ == "__main__":
    main()
