"""What one record costs: a testimony's form and every rule, building and reading the record; and two whole sizes.

    python bench/validating.py [--json]

`the example`: the one of the examples folder. `300 fields`: people, coded places, incidents and a narrative
of ten thousand characters. Medians of many rounds in one process; the aim is under 1 ms to validate either (parse and
rules).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.worlds.records import made_id, made_up

from intake.records.paths import flatten
from intake.records.record import Digests, Sealing, build_full, parse_full
from intake.records.rules import check
from intake.records.testimony import parse_testimony

FIELDS = 300
ROUNDS = 300
NARRATIVE = 10_000
CODED = "UA14140000000070889"  # Mariupol raion, which the list of occupied territories has
EXAMPLE = Path(__file__).parent.parent / "examples" / "testimony.json"


def of_fields(count: int = FIELDS) -> dict[str, Any]:
    """A made-up testimony with incidents, people and places added until it has that many values."""
    document: dict[str, Any] = made_up("tor.torture")
    account = document["account"]
    account["narrative_original"] = (account["narrative_original"] + " ") * (
        NARRATIVE // len(account["narrative_original"])
    )
    account["places"][0] |= {"katotth": CODED, "katotth_edition": "2025-05-07"}
    incident, place, person = account["incidents"][0], account["places"][0], account["people"][1]
    n = 0
    while leaves(document) < count:
        n += 1
        account["people"].append({**person, "id": made_id("person", n)})
        account["places"].append({**place, "id": made_id("place", n)})
        account["incidents"].append({**incident, "id": made_id("incident", n), "victim_ids": [made_id("person", n)]})
    return document


def leaves(value: Any) -> int:
    """How many single values stand in a document."""
    if isinstance(value, dict):
        return sum(leaves(inner) for inner in value.values())
    return sum(leaves(inner) for inner in value) if isinstance(value, list) else 1


def measure(work: Callable[[], object]) -> float:
    """Median milliseconds of one call."""
    work()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1_000


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    document = of_fields()
    testimony = parse_testimony(document)
    sealing = Sealing("a" * 64, "d-1", "742-118-365-8", made_id("record"), Digests())
    record = build_full(testimony, sealing).record
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert check(testimony, stage="seal") == check(parse_testimony(example), stage="seal") == ()
    rows = {
        "validate the example (parse and rules)": measure(lambda: check(parse_testimony(example), stage="seal")),
        "validate a testimony (parse and rules)": measure(lambda: check(parse_testimony(document), stage="seal")),
        "parse only": measure(lambda: parse_testimony(document)),
        "rules only": measure(lambda: check(testimony, stage="seal")),
        "rules of an import": measure(lambda: check(testimony, stage="import")),
        "read a record from bytes": measure(lambda: parse_full(record)),
        "build a record": measure(lambda: build_full(testimony, sealing)),
        "flatten to draft paths": measure(lambda: flatten(document)),
    }
    if arguments.parse_args().json:
        print(json.dumps({"fields": leaves(document), "record_bytes": len(record), "milliseconds": rows}))
        return
    print(f"{leaves(document)} fields, record of {len(record):,} bytes; medians of {ROUNDS}")
    for name, milliseconds in rows.items():
        print(f"{name:40} {milliseconds:8.3f} ms")


if __name__ == "__main__":
    main()
