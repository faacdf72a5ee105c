"""What the histories of sticks_story.py are held against: what was sealed, vouched for, let go, refused.

Plain sets, filled by what deeds return and by what was seen; no vault is asked whether something may be gone.
`look` opens one vault and fails on what is lost, deleted without enough words, kept aside without cause, or other
than it was sealed.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.bundle.receipt import SAFE
from tests.worlds.sticks import OFFICERS, DeskSeen, LaptopSeen, desk_seen, laptop_seen, receipt_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds.sticks import Party


@dataclass(frozen=True)
class Sealed:
    """A record that a laptop sealed."""

    device: str
    case: str
    kind: str
    items: dict[str, str]  # SHA-256 of the age file: kind of item


class Model:
    """Of one party."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.needed = 1  # receipts, before a laptop purges
        self.sealed: dict[str, Sealed] = {}  # by digest
        self.cases: defaultdict[str, set[str]] = defaultdict(set)  # by device: what was begun there and must be there
        self.vouched: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.let_go: set[str] = set()  # SHA-256 of what a withdrawal destroyed on its laptop
        self.aside: defaultdict[str, set[str]] = defaultdict(set)  # by officer: what may be in quarantine
        self.copies: list[Path] = []  # of receipts
        self.seen: dict[str, Any] = {}

    def believe(self, path: Path, device: str) -> None:
        """What a genuine receipt says, if it reached the one it is for."""
        said = receipt_for(self.party.ages, path)
        if said and said.device == device:
            self.copies.append(path)
            for item in said.items:
                if item.status in SAFE:
                    self.vouched[device][item.sha256].add(said.officer)

    def may_lie_aside(self, officer: str, file: Path) -> None:
        """In quarantine, under the beginning of its digest."""
        self.aside[officer].add(hashlib.sha256(file.read_bytes()).hexdigest()[:32])

    def look(self, name: str) -> Any:
        """Whether all is there that must be, and nothing else."""
        if name in OFFICERS:
            seen: Any = desk_seen(self.party.desks[name])
            self.check_desk(name, self.seen.get(name, seen), seen)
        else:
            seen = laptop_seen(self.party.laptops[name])
            self.check_laptop(name, seen)
        self.seen[name] = seen
        return seen

    def check_laptop(self, name: str, seen: LaptopSeen) -> None:
        """Nothing that was begun is gone; a file that is gone was vouched for, or destroyed by a withdrawal."""
        here = seen.drafts | {one.case_code for one in seen.stubs.values()}
        assert self.cases[name] <= here
        self.cases[name] |= here
        for digest, stub in seen.stubs.items():
            items = {sha: one.kind for sha, one in seen.items.items() if one.record_digest == digest}
            known = self.sealed.setdefault(digest, Sealed(name, stub.case_code, stub.kind, items))
            assert known == Sealed(name, stub.case_code, stub.kind, items)
        for sha, item in seen.items.items():
            match item.state:
                case "receipted":
                    assert len(self.vouched[name][sha]) >= self.needed, "purged without receipts"
                case "destroyed":
                    assert sha in self.let_go, "destroyed, and nobody asked for it"
                case _:
                    assert sha in seen.files, "a sealed file is gone"

    def check_desk(self, name: str, before: DeskSeen, seen: DeskSeen) -> None:
        """Nothing that was taken in is gone but by its own officer's word, all is what was sealed; logs only grow."""
        for digest, record in seen.records.items():
            assert "sha256:" + hashlib.sha256(record.record).hexdigest() == digest
            assert digest in self.sealed or record.author in OFFICERS
        for digest, (of_part, part) in seen.identities.items():
            assert "sha256:" + hashlib.sha256(part).hexdigest() == of_part
            assert json.loads(seen.records[digest].record)["identity"] == of_part
        assert before.records.keys() <= seen.records.keys() | seen.erased
        assert {seen.records[one].author for one in seen.decided} <= {name}
        assert before.identities.keys() <= seen.identities.keys() | seen.erased | seen.nameless
        names = {one for one in before.files if one[0] in seen.nameless and one[1] == "identity"}
        assert {one for one in before.files - names if one[0] not in seen.erased} <= seen.files
        assert before.bundles.keys() <= seen.bundles.keys()
        assert seen.leaves[: len(before.leaves)] == before.leaves
        sound = [one for one in seen.quarantine if one.id not in self.aside[name]]
        assert not sound, f"kept aside, and nothing was wrong: {[(one.reason, one.details) for one in sound]}"
