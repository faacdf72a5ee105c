"""All the measured claims, one after the other, as one table: what, target, measured, whether it holds.

Takes some minutes, and 14 GiB of disk for the files of 1 and 2 GiB (all removed). Ratios are taken within one run of
each bench, from the medians of interleaved whole processes; a busy machine disturbs even those, so the load is said
too. Nothing in CI asserts a time.

    python bench/run_all.py [--quick] [--dir FOLDER]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TOUR_TARGET_S = 20.0
VALIDATE_TARGET_MS = 1.0
SAVED_TARGET = 2.0


@dataclass(frozen=True)
class Row:
    """One claim; `ok` None: measured, nothing promised."""

    what: str
    target: str
    measured: str
    ok: bool | None


def bench(name: str, *options: str) -> Any:
    """What a bench prints as JSON; some of them exit with 1 where a target is missed."""
    words = [sys.executable, str(HERE / f"{name}.py"), *options]
    return json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=False).stdout)


def startup(*, quick: bool) -> list[Row]:
    """(a) and (b)."""
    rows = bench("startup", "--json", "--rounds", "12" if quick else "40")
    return [Row(row["what"], row["target"], row["measured"], row["ok"]) for row in rows]


def saved_answer(folder: Path) -> Row:
    """(c)."""
    found = bench("saved_answer", "--json", "--folder", str(folder))
    measured = f"{found['ratio']:.2f} times ({found['ours_ms']:.3f} / {found['floor_ms']:.3f} ms)"
    return Row("a saved answer / a bare commit", f"{SAVED_TARGET:.0f} times", measured, found["ratio"] <= SAVED_TARGET)


def importing(folder: Path, *, quick: bool) -> list[Row]:
    """(d)."""
    found = bench("importing", "--json", "--dir", str(folder), "--rounds", "3" if quick else "7")
    ratio = f"{found['ratio']:.2f} times (CPU {found['cpu_ratio']:.2f})"
    return [
        Row("importing 1,000 records of 300 fields", "20 s", f"{found['seconds']:.2f} s", found["seconds"] <= 20),
        Row("  its peak memory", "200 MiB", f"{found['peak_mib']:.0f} MiB", found["peak_mib"] <= 200),
        Row("  against the floor", "1.6 times", ratio, found["ratio"] <= 1.6),
    ]


def age(folder: Path, *, quick: bool) -> list[Row]:
    """(e)."""
    found = bench("age", "--dir", str(folder), "--rounds", "3" if quick else "5")
    rows = [
        Row(f"{deed} 1 GiB / Debian's age", "0.9 times", f"{ratio:.2f} times", ratio <= 0.9)
        for deed, ratio in found["ratio"].items()
    ]
    return [*rows, Row("  peak memory", "120 MiB", f"{found['peak_mib']:.0f} MiB", found["peak_mib"] < 120)]


def validating() -> list[Row]:
    """(f)."""
    found = bench("validating", "--json")["milliseconds"]
    sizes = {
        "the example": "validate the example (parse and rules)",
        "300 fields": "validate a testimony (parse and rules)",
    }
    return [
        Row(
            f"validating a testimony, form and every rule: {size}",
            f"{VALIDATE_TARGET_MS:.0f} ms",
            f"{found[row]:.2f} ms",
            found[row] < VALIDATE_TARGET_MS,
        )
        for size, row in sizes.items()
    ]


def auditing() -> list[Row]:
    """The last of its rows: 4,000 bundles of forty laptops."""
    found = bench("auditing", "--json")[-1]
    seconds, memory = found["seconds"], found["memory_mib"]
    return [
        Row("auditing 4,000 bundles", "60 s", f"{seconds:.1f} s (CPU {found['cpu_seconds']:.1f})", seconds <= 60),
        Row("  its peak memory", "200 MiB", f"{memory} MiB", memory <= 200),
    ]


def syncing(folder: Path, *, quick: bool) -> list[Row]:
    """A bundle of 2 GiB over a folder, killed half way out and half way in."""
    found = bench("syncing", "--json", "--dir", str(folder), "--mib", "256" if quick else "2048")
    out, into = (max(found[f"killed_{way}_mib"], found[f"{way}_mib"]) for way in ("out", "in"))
    what = f"a bundle of {found['sent_mib'] / 1024:.1f} GiB synced, killed half way and gone on with: peak memory"
    return [
        Row(f"{what}, sender", "150 MiB", f"{out:.0f} MiB", out < 150),
        Row("  the same, coordinator", "150 MiB", f"{into:.0f} MiB", into < 150),
        Row("  pieces sent twice", "0", str(found["twice"]), not found["twice"]),
    ]


def places() -> list[Row]:
    """The gazetteer."""
    found = bench("gazetteer", "--json")
    first, *later = found["milliseconds"].values()
    return [
        Row("the first place looked up, loading included", "60 ms", f"{first:.0f} ms", first <= 60),
        Row("  a later one, the slowest kind", "20 ms", f"{max(later):.1f} ms", max(later) <= 20),
        Row("  installed", "3 MB", f"{found['bytes'] / 1e6:.2f} MB", found["bytes"] < 3e6),
    ]


def application(*, quick: bool) -> list[Row]:
    """The full screen."""
    found = bench("app", "--json", "--rounds", "3" if quick else "7")
    over, held = found["over_s"], found["memory_mib"]
    return [
        Row("the application, from the shell to its first paint", "", f"{found['painted_s']:.2f} s", None),
        Row("  from unlocking to Home, over the key derivation", "0.6 s", f"{over:.2f} s", over <= 0.6),
        Row("  memory on Home", "120 MiB", f"{held:.0f} MiB", held <= 120),
        *typing(quick=quick),
    ]


def typing(*, quick: bool) -> list[Row]:
    """A key in a long account."""
    found = bench("app_typing", "--json", "--keys", "60" if quick else "200")
    rows = []
    for text, said in (("paragraphs", "20,000 words"), ("long_paragraphs", "20,000 words in paragraphs of 1,200")):
        median, slow, held = (found[text][name] for name in ("median_ms", "of_20_the_slowest_ms", "held_mib"))
        measured = f"{median:.0f} ms; one in twenty takes longer than {slow:.0f}"
        rows += [
            Row(f"a key press shown, in an account of {said}", "30 ms", measured, slow <= 30),
            Row("  memory there", "120 MiB", f"{held:.0f} MiB", held <= 120),
        ]
    return rows


def tour() -> Row:
    """The tour, once."""
    begun = time.perf_counter()
    words = [sys.executable, "-m", "intake", "tour"]
    subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    took = time.perf_counter() - begun
    return Row("intake tour", f"{TOUR_TARGET_S:.0f} s", f"{took:.1f} s", took < TOUR_TARGET_S)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--dir", type=Path, default=None, help="where to write; the disk that is to be measured")
    asked = parser.parse_args()
    folder = asked.dir or Path.cwd()
    before = os.getloadavg()[0]
    rows = startup(quick=asked.quick)
    rows += [saved_answer(folder), *importing(folder, quick=asked.quick), *age(folder, quick=asked.quick)]
    rows += [
        *validating(),
        *auditing(),
        *syncing(folder, quick=asked.quick),
        *places(),
        *application(quick=asked.quick),
        tour(),
    ]
    today = dt.datetime.now(dt.UTC).date()
    load = f"load {before:.1f} before, {os.getloadavg()[0]:.1f} after"
    print(f"{today}, {platform.system()}, Python {platform.python_version()}, {os.cpu_count()} processors, {load}\n")
    print("| What | At most | Measured | |\n|---|---|---|---|")
    for row in rows:
        ok = {True: "holds", False: "missed", None: ""}[row.ok]
        print(f"| {row.what.strip()} | {row.target} | {row.measured} | {ok} |")


if __name__ == "__main__":
    main()
