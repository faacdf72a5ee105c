"""The interview: how soon a key press is on the screen in an account of 20,000 words, and how much memory that holds.

A real process on a real terminal: a letter is sent at the end of the text, and the time runs until the letter comes
back drawn; then it is taken out again. The text is saved beside the typing, as it is in an interview. Once it
is in paragraphs, as people speak; once in paragraphs of 1,200 words, of somebody who never presses Enter.

    python bench/app_typing.py [--keys 200] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pexpect

from intake.store.rows import Draft
from intake.store.vault import Vault

KEY_TARGET_MS = 30.0
MEMORY_TARGET_MIB = 120.0
WORDS = 20_000
IN_A_PARAGRAPH = 120
LETTERS = "щґєїъыэё"
PASSPHRASE = "made up for the bench, five words and more"  # noqa: S105  of a vault that lives for a minute
CASE = "742-118-365-8"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def account(paragraph: int) -> str:
    """A text of so many words, none with one of the letters."""
    said = "вони прийшли вранці коли ми спали і казали що без паспорта не буде".replace("щ", "ш").split()  # noqa: RUF001
    words = [said[n % len(said)] for n in range(WORDS)]
    return "\n".join(" ".join(words[at : at + paragraph]) for at in range(0, WORDS, paragraph))


def made(home: Path, text: str) -> None:
    """A vault with one draft that stands at its account."""
    with Vault.create(home, PASSPHRASE, role="interviewer", log_n=10) as vault:
        draft = Draft("6f9619ff-8b86-4011-b42d-00cf4fc964ff", CASE, "first_account", "uk", "2026-11-21T17:40:00Z", "")
        vault.drafts.create(draft)
        position = {"form": "first_account", "at": "narrative", "consented": True}
        vault.drafts.save(draft.id, "account.narrative_original", text, position)


def opened(home: Path) -> Any:
    """The program, at the end of the account."""
    environ = {**ENVIRONMENT, "INTAKE_HOME": str(home), "INTAKE_LANG": "uk", "TERM": "xterm-256color"}
    child = pexpect.spawn(
        sys.executable, ["-m", "intake"], env=environ, dimensions=(24, 80), encoding="utf-8", timeout=60
    )
    child.delaybeforesend = None
    for seen, typed in (("Пароль", f"{PASSPHRASE}\r"), ("Чернетки", "2"), (CASE, "1"), ("Запечатати", "1")):
        child.expect(seen)
        child.send(typed)
    child.expect("під ризиком")
    time.sleep(1.0)
    return child


def drained(child: Any, seconds: float) -> None:
    """Read what is drawn for so long."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        try:
            child.read_nonblocking(65536, timeout=max(0.0, until - time.perf_counter()))
        except pexpect.TIMEOUT:
            return


def keys(child: Any, count: int) -> list[float]:
    """Milliseconds from each key to its letter on the screen."""
    took = []
    for number in range(count):
        letter, seen = LETTERS[number % len(LETTERS)], ""
        begun = time.perf_counter()
        child.send(letter)
        while letter not in seen:
            seen += child.read_nonblocking(65536, timeout=10)
        took.append((time.perf_counter() - begun) * 1e3)
        drained(child, 0.02)
        child.send("\x7f")
        drained(child, 0.06)
    return took


def held_mib(child: Any) -> float:
    """What stays in memory."""
    status = Path(f"/proc/{child.pid}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def measure(paragraph: int, count: int) -> dict[str, float]:
    """One text."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        made(home, account(paragraph))
        child = opened(home)
        keys(child, 10)
        took = sorted(keys(child, count))
        held = held_mib(child)
        child.close(force=True)
    return {
        "median_ms": statistics.median(took),
        "of_20_the_slowest_ms": took[len(took) * 95 // 100],
        "slowest_ms": took[-1],
        "held_mib": held,
    }


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {
        "paragraphs": measure(IN_A_PARAGRAPH, asked.keys),
        "long_paragraphs": measure(10 * IN_A_PARAGRAPH, asked.keys),
    }
    if asked.json:
        print(json.dumps(found))
        return
    for text, one in found.items():
        print(f"{text:16}", "  ".join(f"{what} {value:6.1f}" for what, value in one.items()))
    print(f"at most {KEY_TARGET_MS:.0f} ms, {MEMORY_TARGET_MIB:.0f} MiB")


if __name__ == "__main__":
    main()
