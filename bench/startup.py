"""How long a command takes, whole processes against `python3 -c pass`: medians of interleaved runs, one run.

`intake --version` at most 2 times, `intake --help` at most 7 times, both as the installed script and as
`python -m intake`; a command that opens a vault at most 200 ms over its key derivation. The derivation is scrypt by the
bare library with the vault's own parameters, in a process of its own, timed inside; each command is paired with one of
them, and the median of the differences counts. Two runs of scrypt differ by more than the rest takes: so the same
commands also run on a vault whose derivation costs nothing (2^10), where the whole process counts, and CPU time says
the same without the waiting for others. PYTHONDONTWRITEBYTECODE is unset, as on anybody's machine.

    python bench/startup.py [--rounds 40] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from intake.store.vault import Vault
from intake.usecases.environment import PRODUCTION_LOG_N

TIMES_TARGET = {"--version": 2.0, "--help": 7.0}
OVER_TARGET_MS = 200.0
CHEAP_LOG_N = 10

PASSPHRASE = "made up for the bench, five words and more"  # noqa: S105  of a vault that lives for a minute
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "testimony.json"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
DERIVATION = f"""
import time
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
begun, cpu = time.perf_counter(), time.process_time()
Scrypt(salt=bytes(16), length=32, n=2**{PRODUCTION_LOG_N}, r=8, p=1).derive(b"made up")
print(time.perf_counter() - begun, time.process_time() - cpu)
"""


def run(words: list[str]) -> tuple[float, float, bytes]:
    """Milliseconds of one whole process, of its CPU, and what it printed."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    printed = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=True)
    took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took * 1e3, cpu * 1e3, printed.stdout


def vault(folder: Path, log_n: int) -> dict[str, list[str]]:
    """A vault with one draft, and the commands that open it."""
    intake, home, passphrase = [sys.executable, "-m", "intake"], folder / f"home-{log_n}", folder / "passphrase"
    passphrase.write_text(PASSPHRASE, encoding="utf-8")
    Vault.create(home, PASSPHRASE, role="interviewer", log_n=log_n).close()
    options = ["--home", str(home), "--passphrase-file", str(passphrase), "--json"]
    testimony = folder / "testimony.json"
    testimony.write_text(json.dumps(json.loads(EXAMPLE.read_bytes()) | {"id": None, "case": None}), encoding="utf-8")
    add = [*intake, "add", str(testimony), *options]
    case = json.loads(run(add)[2])["drafts"][0]["case"]
    return {
        "status": [*intake, "status", *options],
        "list": [*intake, "list", *options],
        "show": [*intake, "show", case, "--plaintext", *options],
        "add": add,
    }


def measure(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Median milliseconds of each; the rounds alternate, so that a busy machine is busy for all."""
    script = str(Path(sys.executable).with_name("intake"))
    plain = {
        "pass": [sys.executable, "-c", "pass"],
        **{f"intake {option}": [script, option] for option in TIMES_TARGET},
        **{f"python -m intake {option}": [sys.executable, "-m", "intake", option] for option in TIMES_TARGET},
        **{f"intake {name}, 2^{CHEAP_LOG_N}": words for name, words in vault(folder, CHEAP_LOG_N).items()},
    }
    opening = vault(folder, PRODUCTION_LOG_N)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in plain}
    over: dict[str, list[tuple[float, float]]] = {name: [] for name in opening}
    derivations = []
    for number in range(rounds):
        for name, words in plain.items():
            times[name].append(run(words)[:2])
        if number % 4 == 0:  # nearly a second each
            for name, words in opening.items():
                derived, of_cpu = (
                    float(seconds) * 1e3 for seconds in run([sys.executable, "-c", DERIVATION])[2].split()
                )
                took, cpu, _ = run(words)
                derivations.append((derived, of_cpu))
                over[name].append((took - derived, cpu - of_cpu))
    times["key derivation"] = derivations
    times |= {f"intake {name}, over it": differences for name, differences in over.items()}
    return {
        name: {"ms": statistics.median(ms for ms, _ in runs), "cpu_ms": statistics.median(cpu for _, cpu in runs)}
        for name, runs in times.items()
    }


def table(found: dict[str, dict[str, float]]) -> list[tuple[str, str, str, bool | None]]:
    """Rows of what, measured, target, and whether it holds."""
    rows: list[tuple[str, str, str, bool | None]] = []
    base = found["pass"]
    for name, one in found.items():
        times, cpu_times = one["ms"] / base["ms"], one["cpu_ms"] / base["cpu_ms"]
        limit = TIMES_TARGET.get(name.rpartition(" ")[2])
        if limit is not None:
            rows.append((name, f"{times:.2f} times (CPU {cpu_times:.2f})", f"{limit:.0f} times", times <= limit))
        else:
            limited = name.endswith("over it")
            held = one["ms"] <= OVER_TARGET_MS if limited else None
            target = f"{OVER_TARGET_MS:.0f} ms" if limited else ""
            rows.append((name, f"{one['ms']:.0f} ms (CPU {one['cpu_ms']:.0f})", target, held))
    return rows


def main() -> None:
    """Print the medians, the ratios, and what is allowed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = table(measure(Path(folder), arguments.rounds))
    if arguments.json:
        print(json.dumps([{"what": what, "measured": m, "target": t, "ok": ok} for what, m, t, ok in rows]))
        return
    for what, measured, target, _ in rows:
        print(f"{what:32}{measured:>28}  {f'at most {target}' if target else ''}")


if __name__ == "__main__":
    main()
