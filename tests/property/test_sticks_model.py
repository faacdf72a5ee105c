"""Sticks go back and forth a hundred times; nothing is lost, all agree in the end, an audit names what was withheld.

Real vaults, real deeds, one clock. Sticks are lost, copied, damaged, carried twice and in any order, receipts too;
deeds are cut in their middle; a laptop dies and comes back from its backup; another is revoked; testimonies are added
to, taken back and erased, whole or their names alone; keys change and one is destroyed. What must hold after each move
is in the story's looks.
A failure is the same each time: its seed is the test's name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import pytest

from intake.bundle.limits import LIMITS
from intake.bundle.statement import Statement, parse_statement
from intake.errors import NothingToDo
from intake.keys.times import parse_json_time
from intake.usecases.auditing import Audited, audit
from intake.usecases.importing import import_
from intake.usecases.log_gap import log_gap
from intake.usecases.log_publish import log_publish
from intake.usecases.org_pack import org_pack
from intake.usecases.quarantine import quarantine_list
from intake.usecases.receipts import receipts
from intake.usecases.received import received
from intake.usecases.relaying import relay
from intake.usecases.releasing import release
from intake.usecases.salvaging import salvage
from tests.worlds.sticks import DEVICES, OFFICERS, asking, blobs_are_whole, party, views, waiting
from tests.worlds.sticks_story import Story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds.loop import Laptop

MOVES = 100
Place = tuple[str, str, int]
Expected = set[tuple[object, ...]]


# -- everybody meets ---------------------------------------------------------------------------------------------------


def meet(story: Story) -> None:
    """Packs both ways, last exports, every stick to both desks, relays both ways, every receipt to its laptop."""
    exchange_packs(story)
    for device in story.devices:
        story.export(story.party.laptops[device], cut=False)
    for officer in OFFICERS:
        bring_everything(story, officer)
    desks_agree(story)
    for officer, device in product(OFFICERS, DEVICES):
        lying = story.party.desks[officer].env.home / "receipts"
        for path in lying.glob("*.age"):
            story.believe(path, device)
        receipts(story.party.laptops[device].env, [lying])
    for device in DEVICES:
        story.look(device)


def desks_agree(story: Story) -> None:
    """Relays both ways, a word on each other's erasures, and relays of that."""
    for one, other in (*[OFFICERS, OFFICERS[::-1]] * 2,)[:3]:  # what the first got from the second, it brings back
        carry_on(story, one, other)
    for officer in OFFICERS:
        story.confirm(officer, all_of_them=True)
    for one, other in (OFFICERS, OFFICERS[::-1]):  # each hears the other's word
        carry_on(story, one, other, everything=False)


def exchange_packs(story: Story) -> None:
    """Until both coordinators say the same; then to every laptop."""
    for one, other in (OFFICERS, OFFICERS[::-1], OFFICERS):
        (pack,) = org_pack(story.party.desks[one].env, [other]).written
        story.hand_pack(other, pack.read_bytes(), cut=False)
    for device in DEVICES:
        (pack,) = org_pack(story.party.desks["c-1"].env, [device]).written
        story.hand_pack(device, pack.read_bytes(), cut=False)


def bring_everything(story: Story, officer: str) -> None:
    """All sticks there are, and what lies in dead laptops; an officer lets through what the lost laptop signed."""
    desk = story.party.desks[officer]
    expected = {stick.path: story.outcome(officer, stick) for stick in story.sticks}
    for path in (path for path, state in expected.items() if state == "quarantined"):
        story.may_lie_aside(officer, path)
    report = import_(desk.env, list(expected))
    assert {one.path: one.state for one in report.bundles} == expected
    for laptop in story.dead:
        for path in (laptop.env.home / "outbox").iterdir():
            story.may_lie_aside(officer, path)  # sealed to a key that this desk has destroyed
        bring_back(story, officer, laptop)
    while late := next((one for one in quarantine_list(desk.env) if one.check == "B14"), None):
        release(asking(desk.env, ["перевірено", str(late.number)]), str(late.number))
    story.look(officer)
    import_(desk.env, list(expected))  # what was let through gets its receipt when it is carried in again


def bring_back(story: Story, officer: str, laptop: Laptop) -> None:
    """What a dead laptop's outbox holds; the archive opens what was sealed to a key that ended meanwhile."""
    desk = story.party.desks[officer]
    for archive in (None, story.party.offline):
        try:
            done = salvage(desk.env, laptop.env.home, archive)
        except NothingToDo:
            return
        if not {"awaiting-key", "no-record"} & {one.state for one in done.files}:
            return


def carry_on(story: Story, one: str, other: str, *, everything: bool = True) -> None:
    """A relay, if there is anything to carry."""
    stick = story.party.place("stick")
    with suppress(NothingToDo):
        relay(story.party.desks[one].env, stick, everything=everything)
    import_(story.party.desks[other].env, [stick])
    story.look(one)
    story.look(other)


def agreed(story: Story) -> None:
    """Both hold the same, all that was sealed and not taken back; laptops hold nothing; nothing waits."""
    first, second = (story.seen[officer] for officer in OFFICERS)
    assert first.erased == second.erased
    # Names that never came to a coordinator were not given up there.
    assert not (first.nameless ^ second.nameless) & (first.identities.keys() | second.identities.keys())
    assert {one: row.record for one, row in first.records.items()} == {
        one: row.record for one, row in second.records.items()
    }
    assert first.identities == second.identities
    assert first.files == second.files
    given_up = {digest for digest, one in story.sealed.items() if one.items.keys() & story.let_go}
    assert story.sealed.keys() - first.erased - given_up <= first.records.keys()
    assert views(story.party.desks["c-1"]) == views(story.party.desks["c-2"])
    for officer in OFFICERS:
        assert blobs_are_whole(story.party.desks[officer])
        assert not [one for one in waiting(story.party.desks[officer]) if set(one.to) & story.seen[officer].opens]
    for device in story.devices:
        assert not story.seen[device].files, f"{device} still has what no receipt covers"


# -- the auditor comes -------------------------------------------------------------------------------------------------


@dataclass
class Evidence:
    """What was received in the end, as the model reads it: the statements, who logged them, which gaps were closed."""

    story: Story
    bundles: dict[str, Statement] = field(default_factory=dict)  # by digest
    logged: defaultdict[str, dict[str, tuple[int, str]]] = field(default_factory=lambda: defaultdict(dict))
    closed: dict[Place, str | None] = field(default_factory=dict)  # what covers it
    withheld: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for officer in OFFICERS:
            for digest, row in self.story.seen[officer].bundles.items():
                self.bundles[digest] = parse_statement(row.statement, LIMITS)
                self.logged[digest][officer] = (row.log_index or 0, row.imported_at)

    @property
    def places(self) -> defaultdict[tuple[str, str], dict[int, str]]:
        """Chain by chain, what stands at each number; there are no forks."""
        found: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        for digest, said in self.bundles.items():
            assert found[said.sender, said.chain].setdefault(said.seq, digest) == digest
        return found

    def gaps(self) -> list[Place]:
        """Numbers that nobody has; of a chain that is only named, its first."""
        known = self.places
        found = [(*chain, seq) for chain, at in known.items() for seq in range(1, max(at)) if seq not in at]
        named = {(one.sender, one.predecessor) for one in self.bundles.values() if one.predecessor}
        return found + [(sender, chain, 1) for sender, chain in sorted(named) if (sender, chain) not in known]

    def close(self, place: Place) -> None:
        """The coordinator who has the sender's last bundle says that this will not come, and what covers it."""
        sender, chain, seq = place
        last = self.last_of(sender)
        officer = next(iter(self.logged[last]))
        done = log_gap(self.story.party.desks[officer].env, sender, seq, chain=chain, reason="lost")
        assert done.gap.covering == last
        self.closed[place] = last

    def last_of(self, sender: str) -> str:
        """The highest number of the chain that none follows."""
        mine = {digest: one for digest, one in self.bundles.items() if one.sender == sender}
        followed = {one.predecessor for one in mine.values()}
        return max((digest for digest, one in mine.items() if one.chain not in followed), key=lambda one: mine[one].seq)

    # -- what an audit must say --

    def counts(self, digest: str) -> bool:
        """Whether a log took it in before its sender was revoked."""
        said, gone = self.bundles[digest], self.story.revoked
        if gone is None or said.sender != gone.principal:
            return True
        sizes, at = dict(gone.logs), gone.at
        entries = self.logged[digest].items()
        return any(index < sizes.get(officer, 0) and parse_json_time(when) < at for officer, (index, when) in entries)  # type: ignore[operator]  # times of ours

    def expected(self) -> Expected:
        """Every finding but notes."""
        here = self.bundles.keys() - self.withheld
        counted = {digest for digest in here if self.counts(digest)}
        said = [self.bundles[digest] for digest in counted]
        carried = {item.sha256 for one in said for item in one.items}
        found: Expected = {("A14", digest) for digest in self.withheld}
        found |= {("A03", digest) for digest in here - counted}
        for sender in {one.sender for one in said}:
            mine = [one for one in said if one.sender == sender]
            named = {item.removeprefix("sha256:") for one in mine for item in one.unreceipted}
            found |= {("A08", sender, item) for item in named - carried - {p.sha256 for o in mine for p in o.purged}}
        for place in self.gaps():
            covering = self.closed.get(place)  # of those that nobody answered for, none
            lacks = {item.removeprefix("sha256:") for item in self.bundles[covering].unreceipted} if covering else set()
            if covering not in counted or lacks - carried:
                known = place[:2] in self.places
                found.add(("A04", *place) if known else ("A07", place[0], place[1]))
        return found

    def told_by(self, done: Audited) -> Expected:
        """The findings as the model names them."""
        bids = {said.bundle: digest for digest, said in self.bundles.items()}
        found: Expected = set()
        for one in done.findings:
            said = one.fields
            match one.id:
                case _ if one.level == "note":
                    continue
                case "A03":
                    name = str(said["file"]).rpartition("/")[2]
                    found.add(("A03", bids[name.partition(".")[0]]))
                case "A04":
                    numbers = range(int(str(said["first"])), int(str(said["last"])) + 1)
                    found |= {("A04", one.sender, said["chain"], seq) for seq in numbers}
                case "A07":
                    found.add(("A07", one.sender, said.get("predecessor")))
                case "A08":
                    found |= {("A08", one.sender, item) for item in one.items}
                case "A14":
                    found.add(("A14", said["bundle"]))
                case _:
                    found.add((one.id, one.sender, one.why, str(dict(said))))
        return found


def handed_over(evidence: Evidence, to: Path) -> Path:
    """What both coordinators give to auditors."""
    for officer in OFFICERS:
        env = evidence.story.party.desks[officer].env
        received(env, to / officer)
        log_publish(env, to / officer / "logs")
    for digest in evidence.withheld:
        for path in to.glob(f"*/bundles/{evidence.bundles[digest].bundle}*"):
            path.unlink()
    return to


def judged(story: Story, folder: Path) -> None:
    """The gaps, until they are answered for; then what a lost laptop sent, or nothing; then what was withheld."""
    everything = Evidence(story)
    audited(everything, folder / "open")
    for place in everything.gaps():
        everything.close(place)
    audited(everything, folder / "closed")
    story.rot()
    everything = Evidence(story, closed=everything.closed)
    withheld = set(story.rng.sample(list(everything.bundles), min(4, len(everything.bundles))))
    audited(Evidence(story, closed=everything.closed, withheld=withheld), folder / "less")


def audited(evidence: Evidence, to: Path) -> None:
    """The auditor says what the model says."""
    trust = handed_over(evidence, to) / "c-1" / "trust"
    done = audit(to, root=to / "c-1" / "root", trust=trust, at=evidence.story.party.clock())
    expected = evidence.expected()
    evidence.story.done.update(Counter(str(one[0]) for one in expected))
    assert evidence.told_by(done) == expected
    assert done.verdict == ("INCOMPLETE" if expected else "COMPLETE")


# -- the tests ---------------------------------------------------------------------------------------------------------


def lived(folder: Path, seed: int, *, leaves: bool | None = None) -> Story:
    """One history to its end, its evidence and its audits. `leaves`: whether a laptop leaves in order, or is lost."""
    story = Story(party(folder), seed, leaves=leaves)
    story.live(MOVES)
    meet(story)
    agreed(story)
    judged(story, folder)
    return story


@pytest.mark.parametrize(("seed", "leaves"), [(63, True), (66, False)])
def test_nothing_is_lost_and_an_audit_names_what_is_withheld(tmp_path: Path, seed: int, *, leaves: bool) -> None:
    """After each of a hundred moves, at the end, and under three audits: COMPLETE where a laptop left in order."""
    story = lived(tmp_path, seed, leaves=leaves)
    assert story.done["ended"], "no epoch's key went in this history: take another seed"
    assert bool(story.left) == leaves
    assert not (leaves and story.done["A03"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_nothing_is_lost_in_many_histories(tmp_path: Path, seed: int) -> None:
    """The same, thirty times."""
    lived(tmp_path, seed)
