"""Builds tests/vectors/audit: what may be handed over, one finding each, and the vectors of B27 and of husks.

    .venv/bin/python -m tools.audit_vectors

Every secret comes from a fixed seed; signatures hold fresh randomness, so a rebuild gives other bytes with the same
findings, and the committed files are the vectors. `NAME/handed` is the folder that is audited; `NAME.json` says with
which trust files, at which time, and what must come of it (docs/spec/audit-v1.md, "Vectors"). Those of B27 go beside
the other bundles, with the logs that they are judged by (docs/spec/bundle-v1.md, "Vectors").
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.worlds.audit import BEFORE, LAPTOPS, SECOND, Desk, Handed, Laptop, Sent, office, revoked, with_trust, write
from tests.worlds.bundle import LAPTOP, OFFICER, organisation
from tests.worlds.keys import NOW

from intake.bundle.husk import write_husk
from intake.bundle.limits import LIMITS
from intake.keys.times import json_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds.bundle import Organisation

VECTORS = Path(__file__).resolve().parents[1] / "tests" / "vectors"
OUT, BUNDLES = VECTORS / "audit", VECTORS / "bundle"


@dataclass
class World:
    """Two laptops, two desks, and a folder for the auditor; nothing is wrong yet."""

    org: Organisation = field(default_factory=office)

    def __post_init__(self) -> None:
        self.first, self.second = (Laptop(self.org, name) for name in LAPTOPS)
        self.desk, self.other = Desk(self.org), Desk(self.org, SECOND)
        self.handed = Handed(self.org)

    def sent(self, laptop: Laptop, **changes: Any) -> Sent:
        """A bundle with one item more, taken in at the first desk and handed over."""
        laptop.seal()
        made = laptop.export(**changes)
        self.desk.receive(made)
        self.handed.bundle(made)
        return made

    def done(self) -> Handed:
        """With both logs."""
        self.handed.log(self.desk)
        self.handed.log(self.other)
        return self.handed


def complete() -> Handed:
    """Three bundles of two laptops, each in a log."""
    world = World()
    world.sent(world.first)
    world.sent(world.first)
    world.sent(world.second)
    return world.done()


def damaged() -> Handed:
    """A byte of an item is another one."""
    world = World()
    made = world.sent(world.first)
    data = bytearray(made.tar)
    data[-1100] ^= 1
    world.handed.files[f"bundles/{made.name}"] = bytes(data)
    return world.done()


def no_key() -> Handed:
    """An envelope, which nobody without a key can look into."""
    world = World()
    world.sent(world.first)
    world.handed.files["bundles/carried.age"] = (BUNDLES / "B01-no-key.age").read_bytes()
    return world.done()


def late() -> Handed:
    """The second bundle of a revoked laptop was taken in after the size that the revocation names."""
    world = World(revoked(office(), LAPTOP, ((OFFICER, 1),)))
    world.sent(world.first)
    world.sent(world.first)
    return world.done()


def gap() -> Handed:
    """Number 2 reached nobody."""
    world = World()
    world.sent(world.first)
    world.first.seal()
    world.first.export()
    world.sent(world.first)
    return world.done()


def fork() -> Handed:
    """Two bundles have number 1."""
    world = World()
    world.sent(world.first)
    world.first.seq, world.first.prev = 0, None
    world.sent(world.first)
    return world.done()


def unlinked() -> Handed:
    """Number 2 follows another number 1 than the one here."""
    world = World()
    world.sent(world.first)
    world.sent(world.first, prev="sha256:" + "0" * 64)
    return world.done()


def unnamed() -> Handed:
    """A second chain that does not say what it follows."""
    world = World()
    world.sent(world.first)
    world.first.begin(name_it=False)
    world.sent(world.first)
    return world.done()


def nothing_before() -> Handed:
    """A chain that follows one of which nothing was handed over."""
    world = World()
    world.first.begin()
    world.sent(world.first)
    return world.done()


def withheld() -> Handed:
    """An item is named, and is in no bundle."""
    world = World()
    (left,) = world.first.seal()
    world.sent(world.first, leave=frozenset({left}))
    return world.done()


def awaiting() -> Handed:
    """The log says that an item waits for a key."""
    world = World()
    made = world.sent(world.first)
    world.desk.say("held", bundle=made.digest, items=list(made.items), why="awaiting-key")
    return world.done()


def opened_elsewhere() -> Handed:
    """A bundle is not here whose item one log holds for want of a key, and which another log has and opened."""
    world = World()
    world.sent(world.first)
    made = world.sent(world.first)
    world.desk.say("held", bundle=made.digest, items=list(made.items), why="awaiting-key")
    world.other.receive(made)
    handed = world.done()
    del handed.files[f"bundles/{made.name}"]
    return handed


def refused_log() -> Handed:
    """An entry was changed after the root was signed."""
    world = World()
    made = world.sent(world.first)
    world.other.receive(made)
    handed = world.done()
    name = next(name for name in handed.files if name.startswith("logs/c-1") and name.endswith("entries.jsonl"))
    handed.files[name] = handed.files[name].replace(b'"seq":1', b'"seq":2')
    return handed


def two_copies() -> Handed:
    """Two copies of one log, both signed, and neither is the beginning of the other."""
    world = World()
    world.sent(world.first)
    handed = world.done()
    rewritten = Desk(world.org)
    rewritten.say("roster", serial=1, roster="sha256:" + "0" * 64)
    rewritten.leaves += world.desk.leaves
    handed.log(rewritten, folder="elsewhere")
    return handed


def shrank() -> Handed:
    """A checkpoint that its officer signed counts more entries than the log has."""
    world = World()
    world.sent(world.first)
    handed = world.done()
    world.desk.say("roster", serial=1, roster="sha256:" + "0" * 64)
    for name, data in world.desk.published().items():
        if name != "entries.jsonl":
            handed.files[f"kept/{name}"] = data
    return handed


def seen_otherwise() -> Handed:
    """A laptop has seen a longer log than the one here."""
    world = World()
    world.sent(world.first)
    world.desk.say("roster", serial=1, roster="sha256:" + "0" * 64)
    world.first.checkpoint = world.desk.checkpoint()
    world.desk.leaves.pop()
    world.first.seal()
    made = world.first.export()
    world.handed.bundle(made)
    world.other.receive(made)
    return world.done()


def unlogged() -> Handed:
    """A bundle that no log has."""
    world = World()
    world.sent(world.first)
    world.first.seal()
    world.handed.bundle(world.first.export())
    return world.done()


def entry_alone() -> Handed:
    """A bundle that a log has, and that was not handed over."""
    world = World()
    made = world.sent(world.first)
    world.sent(world.first)
    del world.handed.files[f"bundles/{made.name}"]
    return world.done()


def no_log() -> Handed:
    """The log of the second officer is missing."""
    world = World()
    world.sent(world.first)
    world.handed.log(world.desk)
    return world.handed


def unseen_log() -> Handed:
    """A laptop has seen a log of an officer that was not handed over."""
    world = World()
    world.first.checkpoint = Desk(world.org, number=9).checkpoint()
    world.sent(world.first)
    return world.done()


def taken_back() -> Handed:
    """An older roster has a laptop that the newer one does not know."""
    world = World()
    world.sent(world.first)
    roster = world.org.trust.roster.directory
    fewer = replace(roster, serial=roster.serial + 1, principals=roster.principals[:1])
    world.handed.org = with_trust(world.org, roster=fewer)
    world.handed.trust(world.org, "older")
    return world.done()


def newer() -> Handed:
    """A roster lies there that is newer than the one given."""
    world = World()
    world.sent(world.first)
    world.handed.trust(with_trust(world.org, roster=world.org.trust.roster.directory.again()), "newer")
    return world.done()


def newer_leaf() -> Handed:
    """A log names a roster that is newer than the one given."""
    world = World()
    world.sent(world.first)
    world.desk.say("roster", serial=99, roster="sha256:" + "0" * 64)
    return world.done()


def rolled_back() -> Handed:
    """In one log a roster of serial 2 is followed by one of serial 1."""
    world = World()
    world.sent(world.first)
    for serial in (2, 1):
        world.desk.say("roster", serial=serial, roster=f"sha256:{serial:064}")
    return world.done()


def purged() -> Handed:
    """An item was destroyed on its laptop before anybody had it, and its laptop says so."""
    world = World()
    (gone,) = world.first.seal()
    world.first.purge(gone)
    world.sent(world.first)
    return world.done()


def closed_gap() -> Handed:
    """Number 2 was lost; number 3 brings what was in it, and an officer says so."""
    world = World()
    world.sent(world.first)
    world.first.seal()
    world.first.export()
    made = world.sent(world.first)
    place: dict[str, Any] = {"sender": made.sender, "chain": made.chain, "from": 2, "to": 2}
    world.desk.say("gap", **place, covering=made.digest, reason="lost")
    return world.done()


def open_gap() -> Handed:
    """An officer says that number 2 was lost; an item that it had is still missing."""
    world = World()
    world.sent(world.first)
    (left,) = world.first.seal()
    world.first.export()
    made = world.sent(world.first, leave=frozenset({left}))
    place: dict[str, Any] = {"sender": made.sender, "chain": made.chain, "from": 2, "to": 2}
    world.desk.say("gap", **place, covering=made.digest, reason="lost")
    return world.done()


def husk() -> Handed:
    """An item was erased by decision; the rest of its bundle is here."""
    world = World()
    world.desk.say("decision", record="sha256:" + "d" * 64, kind="erase_confirmed")
    return erased(world)


def undecided() -> Handed:
    """A log calls an item erased; the decision that it names is of another kind."""
    world = World()
    world.desk.say("decision", record="sha256:" + "d" * 64, kind="legal_hold")
    return erased(world)


def erased(world: World) -> Handed:
    """The husk of a bundle, and the log's word for it."""
    made = world.sent(world.first)
    world.handed.files[f"bundles/{made.name}"] = husk_of(made)
    world.desk.say("erased", bundle=made.digest, items=list(made.items), decision="sha256:" + "d" * 64)
    return world.done()


def husk_of(sent: Sent) -> bytes:
    """Its tar without its items."""
    sink = io.BytesIO()
    source = io.BytesIO(sent.tar)
    names = [line[71:].decode() for line in sent.tar.split(b"\n") if line[64:71] == b"  data/"]
    write_husk(source, sink, names, LIMITS)
    return sink.getvalue()


def quarantined() -> Handed:
    """The log says that a rule stopped an item."""
    world = World()
    made = world.sent(world.first)
    world.desk.say("held", bundle=made.digest, items=list(made.items), why="quarantined")
    return world.done()


def identity_waits() -> Handed:
    """An identity part waits for one who may know who the witness is."""
    world = World()
    (record,) = world.first.seal()
    (identity,) = world.first.seal()
    world.first.identity_of[identity] = record
    made = world.sent(world.first)
    world.desk.say("held", bundle=made.digest, items=[identity], why="awaiting-key")
    return world.done()


def two_origins() -> Handed:
    """A restored officer began a second log, which has all that the first one had."""
    world = World()
    world.sent(world.first)
    world.handed.log(world.desk)
    world.desk = replace(world.desk, number=2, leaves=list(world.desk.leaves))
    world.sent(world.first)
    return world.done()


def revoked_log() -> Handed:
    """The log of an officer who was revoked lies there; all it has is in another log too."""
    world = World(revoked(office(), SECOND, ()))
    world.other.receive(world.sent(world.first))
    return world.done()


def readme() -> Handed:
    """A file of no known kind."""
    world = World()
    world.sent(world.first)
    world.handed.files["README.txt"] = b"hello\n"
    return world.done()


CASES: dict[str, tuple[Callable[[], Handed], list[str]]] = {
    "complete": (complete, []),
    "A01-damaged": (damaged, ["A01"]),
    "A02-no-key": (no_key, ["A02"]),
    "A03-late": (late, ["A03"]),
    "A04-gap": (gap, ["A04"]),
    "A04-not-covered": (open_gap, ["A04", "A08"]),
    "A05-fork": (fork, ["A05"]),
    "A06-other": (unlinked, ["A06"]),
    "A07-unnamed": (unnamed, ["A07"]),
    "A07-nothing-before": (nothing_before, ["A07"]),
    "A08-withheld": (withheld, ["A08"]),
    "A09-awaiting": (awaiting, ["A09"]),
    "A10-changed": (refused_log, ["A10", "A15"]),
    "A11-two-copies": (two_copies, ["A11"]),
    "A11-shrank": (shrank, ["A11"]),
    "A12-seen-longer": (seen_otherwise, ["A12"]),
    "A13-unlogged": (unlogged, ["A13"]),
    "A14-not-here": (entry_alone, ["A14"]),
    "A14-opened-elsewhere": (opened_elsewhere, ["A14"]),
    "A15-no-log": (no_log, ["A15"]),
    "A15-unseen": (unseen_log, ["A15"]),
    "A16-taken-back": (taken_back, ["A16"]),
    "A17-newer": (newer, ["A17"]),
    "A17-leaf": (newer_leaf, ["A17"]),
    "A18-back": (rolled_back, ["A18"]),
    "A19-undecided": (undecided, ["A19", "N03"]),
    "N01-purged": (purged, ["N01"]),
    "N02-closed": (closed_gap, ["N02"]),
    "N03-husk": (husk, ["N03"]),
    "N04-quarantined": (quarantined, ["N04"]),
    "N05-identity": (identity_waits, ["N05"]),
    "N06-two-origins": (two_origins, ["N06"]),
    "N07-revoked": (revoked_log, ["N07"]),
    "N08-stray": (readme, ["N08"]),
}
INVALID = frozenset({"A01", "A10", "A11", "A16"})


def verdict(findings: list[str]) -> str:
    """What these come to."""
    if INVALID & set(findings):
        return "INVALID"
    return "INCOMPLETE" if any(one.startswith("A") for one in findings) else "COMPLETE"


def write_case(name: str, build: Callable[[], Handed], findings: list[str]) -> None:
    """NAME/handed and NAME.json; trust files of its own where they are not everybody's."""
    handed = build()
    write(OUT / name / "handed", handed.files)
    own = handed.org.trust.files() != office().trust.files()
    if own:
        write(OUT / name / "trust", handed.org.trust.files())
    said = {
        "why": (build.__doc__ or "").strip(),
        "verdict": verdict(findings),
        "findings": findings,
        "at": json_time(NOW),
        "trust": f"{name}/trust" if own else "trust",
    }
    (OUT / f"{name}.json").write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")


# -- B14, B27 and husks, beside the other vectors of bundles -----------------------------------------------------------


def log_vectors() -> None:
    """One bundle, and what logs say of it."""
    org = organisation()
    laptop = Laptop(org, LAPTOP)
    laptop.seal(2)
    sent = laptop.export()
    empty = husk_of(sent)
    gone: dict[str, Any] = {"bundle": sent.digest, "items": list(sent.items), "decision": "sha256:" + "d" * 64}

    def put(name: str, why: str, desk: Desk, check: str | None = None, **extra: Any) -> None:
        files = desk.published()
        data = extra.pop("data", sent.tar)
        if extra.pop("spoil", False):
            files["entries.jsonl"] = files["entries.jsonl"].replace(b'"seq":1', b'"seq":2')
        write(BUNDLES / "logs" / name / "c-1-01010101", files)
        (BUNDLES / f"{name}.tar").write_bytes(data)
        said = {
            "why": why,
            "verdict": "UNDECIDED" if check else "VALID",
            "check": check,
            "at": json_time(NOW),
            "trust": "trust",
            "purpose": None,
            "known": [],
            "logs": f"logs/{name}",
            **extra,
        }
        (BUNDLES / f"{name}.json").write_text(json.dumps(said, indent=2) + "\n", "utf-8")

    def desk(*, at: timedelta = timedelta(), erased: bool = False) -> Desk:
        made = Desk(org)
        made.say("roster", serial=1, roster="sha256:" + "0" * 64)
        made.receive(sent, BEFORE + at)
        if erased:
            made.say("erased", **gone)
        return made

    without = Desk(org)
    without.say("roster", serial=1, roster="sha256:" + "0" * 64)
    for number in (1, 2):
        changed = revoked(org, LAPTOP, ((OFFICER, number),))
        write(BUNDLES / f"trust-revoked-below-{number}", {"root": org.trust.root.data, **changed.trust.files()})
    put("valid-logged", "a log has it", desk())
    put("valid-logged-expired", "a log had it before the enrolment ended", desk(), at="2027-10-21T17:40:00Z")
    put("valid-logged-revoked", "a log had it below the size that the revocation names", desk(),
        trust="trust-revoked-below-2")  # fmt: skip
    put("valid-husk", "its items were erased, and a log says so", desk(erased=True), data=empty)
    put("B14-logged-above", "a log had it, not below the size that the revocation names", desk(), "B14",
        trust="trust-revoked-below-1")  # fmt: skip
    put("B14-logged-after", "a log had it after the revocation", desk(at=timedelta(hours=6)), "B14",
        trust="trust-revoked-below-2")  # fmt: skip
    put("B27-unlogged", "the log does not have it", without, "B27")
    put("B27-refused", "the log that has it is not the one that was signed", desk(), "B27", spoil=True)
    put("B06-husk-alone", "items are missing, and no log says that they were erased", desk(), "B06",
        data=empty, verdict="INVALID")  # fmt: skip


def main() -> int:
    """Build everything anew."""
    shutil.rmtree(OUT, ignore_errors=True)
    shutil.rmtree(BUNDLES / "logs", ignore_errors=True)
    write(OUT, {"root": office().trust.root.data})
    write(OUT / "trust", office().trust.files())
    for name, (build, findings) in CASES.items():
        write_case(name, build, findings)
    log_vectors()
    return 0


if __name__ == "__main__":
    sys.exit(main())
