"""A saved answer against a bare SQLCipher commit of the same bytes: the ratio, in one run, medians of several rounds.

Both sides: the same file system, pragmas, number of commits and JSON text; one commit each, on the disk on return.
The bare side is one prepared upsert into a table like ours; ours also counts the event, notes the time and the place.
The most that is allowed is 2.0. Usage: python bench/saved_answer.py [--folder DIR] [--answers N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import uuid
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from intake.crypto import strictjson
from intake.store import slots
from intake.store.rows import Draft
from intake.store.vault import Vault

LIMIT = 2.0
ANSWER = "Вони прийшли о шостій ранку, двоє в формі без розпізнавальних знаків. " * 4  # noqa: RUF001  # Ukrainian
POSITION = {"question": "narrative", "instance": None}
PRAGMAS = ("cipher_memory_security=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY")


def saved(vault: Vault, draft_id: str, start: int, answers: int) -> float:
    """Seconds for that many answers through the store."""
    begun = time.perf_counter()
    for n in range(start, start + answers):
        vault.drafts.save(draft_id, f"account.answer.{n}", ANSWER, POSITION)
    return time.perf_counter() - begun


def committed(database: sqlcipher.Connection, start: int, answers: int) -> float:
    """Seconds for that many bare commits of the same bytes."""
    text = strictjson.dumps(ANSWER).decode()
    begun = time.perf_counter()
    for n in range(start, start + answers):
        database.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)",
            (1, f"account.answer.{n}", text, n, "2026-11-21T17:40:00Z"),
        )
    return time.perf_counter() - begun


def bare(path: Path) -> sqlcipher.Connection:
    """A database as the store opens it, with one table."""
    database = sqlcipher.connect(str(path), isolation_level=None)
    database.set_key(slots.new_key())
    for pragma in PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute(
        "CREATE TABLE answers (draft INTEGER, path TEXT, value TEXT, event INTEGER, saved_at TEXT,"
        " PRIMARY KEY (draft, path)) WITHOUT ROWID"
    )
    return database


def measure(folder: Path, answers: int, rounds: int) -> tuple[float, float]:
    """Median seconds per answer: ours, and the floor. Rounds alternate, so that a busy disk is busy for both."""
    database = bare(folder / "bare.db")
    draft = Draft(str(uuid.uuid4()), "742-118-365-8", "first_account", "uk", "2026-11-21T17:40:00Z", "first_account/1")
    ours, floor = [], []
    with Vault.create(folder / "home", "bench", role="interviewer", log_n=10) as vault:
        vault.drafts.create(draft)
        for number in range(rounds):
            floor.append(committed(database, number * answers, answers) / answers)
            ours.append(saved(vault, draft.id, number * answers, answers) / answers)
    database.close()
    return statistics.median(ours), statistics.median(floor)


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where to write; the disk that is to be measured")
    parser.add_argument("--answers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        ours, floor = measure(Path(folder), arguments.answers, arguments.rounds)
    if arguments.json:
        print(json.dumps({"ours_ms": ours * 1e3, "floor_ms": floor * 1e3, "ratio": ours / floor}))
        return
    print(f"saved answer   {ours * 1e3:8.3f} ms")
    print(f"bare commit    {floor * 1e3:8.3f} ms")
    print(f"ratio          {ours / floor:8.2f}    (at most {LIMIT})")


if __name__ == "__main__":
    main()
