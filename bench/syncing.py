"""A bundle of 2 GiB goes over a folder, killed half way in each direction: peak memory, and what was sent twice.

The real command, a process each time, on a vault whose passphrase costs next to nothing to derive (else scrypt's own
256 MiB, which are gone before the first byte is sent, would be the peak). SIGKILL comes when half of the pieces are
there, or half of the file is read. Targets: 150 MiB at each side, no piece written twice. Needs six times the size on
the disk.

    python bench/syncing.py [--mib 2048] [--dir FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

PASSPHRASE = "correct horse battery staple lantern orchid"  # noqa: S105  of tests/worlds/loop.py
MIB = 1 << 20
MIB_TARGET = 150.0
PIECE_BYTES = 8 * MIB


@dataclass(frozen=True)
class Measured:
    """Peaks of the killed and of the finishing process at each side; `twice`: pieces that were written again."""

    sent_mib: float
    pieces: int
    sealing_mib: float
    killed_out_mib: float
    out_mib: float
    killed_in_mib: float
    in_mib: float
    twice: int
    imported: int

    @property
    def holds(self) -> bool:
        """Whether both targets do."""
        peaks = (self.killed_out_mib, self.out_mib, self.killed_in_mib, self.in_mib)
        return max(peaks) < MIB_TARGET and not self.twice and self.imported == 1


def run(home: Path, words: list[str], kill_when: Callable[[], bool] | None = None) -> tuple[float, str]:
    """One command in a process: its peak in MiB, and what it printed; killed as soon as `kill_when` says so."""
    secret = home.parent / "passphrase"
    secret.write_text(PASSPHRASE)
    fixed = ["--home", str(home), "--passphrase-file", str(secret), "--json", "--no-input", "--lang", "en"]
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "intake", *words, *fixed],
            stdout=out,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        while kill_when is not None and process.poll() is None:
            if kill_when():
                process.kill()
                break
            time.sleep(0.02)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode()
    if kill_when is None and process.returncode:
        raise SystemExit(f"{words}: {process.returncode} {said}")
    return usage.ru_maxrss / 1024, said


def _noise(path: Path, size: int) -> None:
    with path.open("wb") as sink:
        for _ in range(size // MIB):
            sink.write(os.urandom(MIB))


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure(folder: Path, mib: int) -> Measured:
    """Prepare, send, kill, send the rest, read, kill, read the rest."""
    from tests.worlds.loop import found  # noqa: PLC0415
    from tests.worlds.records import made_up  # noqa: PLC0415

    from intake.usecases.attach import attach  # noqa: PLC0415  the path is set above

    world, place, film = found(folder), folder / "place", folder / "film"
    place.mkdir()
    laptop = world.laptop("laptop")
    case = laptop.add([made_up()]).drafts[0].case
    _noise(film, mib * MIB)
    attach(laptop.env, case, [film], part="account")
    film.unlink()
    sealing, _ = run(laptop.env.home, ["seal", "--all", "--yes"])

    sync = ["sync", str(place)]
    half = mib * MIB // 2
    killed_out, _ = run(laptop.env.home, sync, lambda: _bytes_below(place) > half)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*.*-*") if path.suffix != ".part"}
    out, said = run(laptop.env.home, sync)
    sent = json.loads(said)["sent"]
    written = [path for path, at in before.items() if path.stat().st_mtime_ns != at]

    incoming = world.env.home / "incoming"
    killed_in, _ = run(world.env.home, sync, lambda: incoming.is_dir() and _bytes_below(incoming) > half)
    into, said = run(world.env.home, sync)
    imported = json.loads(said)["imported"]["bundles"]
    return Measured(
        sent_mib=sent[0]["size_bytes"] / MIB,
        pieces=sum(1 for _ in place.rglob("*.*-*")),
        sealing_mib=sealing,
        killed_out_mib=killed_out,
        out_mib=out,
        killed_in_mib=killed_in,
        in_mib=into,
        # The piece that was under way when it was killed may have been there, not read back yet.
        twice=max(0, len(written) - 1),
        imported=sum(one["state"] == "imported" for one in imported),
    )


def main() -> int:
    """Measure, say it, clean up; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.dir))
    try:
        found = measure(folder, options.mib)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        print(json.dumps(asdict(found) | {"holds": found.holds}))
    else:
        for name, value in asdict(found).items():
            print(f"{name:16} {value:,.1f}" if isinstance(value, float) else f"{name:16} {value}")
        print("holds" if found.holds else "MISSED")
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
