"""A random history of the party of sticks.py: each move is a real deed on real vaults, and a look at what it left.

`Story(party, seed)` lives move by move. What must be true after each is in sticks_model.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from intake.errors import NotInVault, SerialRolledBack
from intake.usecases.backup import backup
from intake.usecases.deciding import decide
from intake.usecases.destroying import destroy_epochs
from intake.usecases.enrol import enrol
from intake.usecases.exporting import export
from intake.usecases.importing import import_
from intake.usecases.org_pack import Mission, org_pack
from intake.usecases.org_revoke import Case, Revoked, org_revoke
from intake.usecases.org_rotate import org_rotate
from intake.usecases.org_status import org_status
from intake.usecases.relaying import relay
from intake.usecases.restore import Sources, restore
from tests.worlds.records import made_up
from tests.worlds.sticks import (
    DEVICES,
    OFFICERS,
    DeskSeen,
    LaptopSeen,
    asking,
    damaged,
    desk_seen,
    unconfirmed_cases,
)
from tests.worlds.sticks_laptops import DAMAGE, Laptops, Stick, in_age

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from intake.records.kinds import DecisionKind
    from tests.worlds.loop import Laptop
    from tests.worlds.sticks import Party

MOVES = {
    "take": 16,
    "export": 14,
    "carry": 28,
    "hear": 12,
    "relay": 7,
    "add_more": 4,
    "take_back": 3,
    "erase": 3,
    "confirm": 3,
    "hand_packs": 3,
    "lose": 4,
}
ONCE = {  # between which moves of a hundred
    "back_up": (5, 20),
    "rotate": (20, 35),
    "restore": (36, 74),
    "end_epoch": (50, 75),
    "revoke": (76, 92),
}


class Story(Laptops):
    """What happens."""

    def __init__(self, party: Party, seed: int, *, leaves: bool | None = None) -> None:
        super().__init__(party, seed)
        chance = self.rng.random() < 0.5
        self.leaves = chance if leaves is None else leaves  # or one is lost
        self.dead: list[Laptop] = []
        self.backup: tuple[str, Path, LaptopSeen] | None = None
        self.revoked: Revoked | None = None
        self.rotated = ""
        self.done: defaultdict[str, int] = defaultdict(int)
        self.begin()

    # -- living --------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The mission says how many receipts it takes; d-3 may learn later that there is a second coordinator."""
        packs = org_pack(self.party.desks["c-1"].env, changes=Mission({"purge_after": self.needed})).written
        late = self.needed == 1 and self.rng.random() < 0.5
        for path in packs:
            name = path.name.rpartition("-")[0]
            if not (late and name == "d-3"):
                to = self.party.desks.get(name) or self.party.laptops[name]
                enrol(to.env, path.read_bytes())
        for name in (*DEVICES, *OFFICERS):
            self.look(name)

    def live(self, moves: int) -> None:
        """Move after move; what happens once has its turn."""
        turns = [(self.rng.randrange(*span) * moves // 100, name) for name, span in ONCE.items()]
        for number in range(moves):
            self.party.clock.wait(self.rng.choice((0, 1, 5, 20)))
            once = [name for turn, name in turns if turn == number]
            for name in once or self.rng.choices(list(MOVES), list(MOVES.values())):
                getattr(self, name)()
                self.done[name] += 1

    # -- at desks ------------------------------------------------------------------------------------------------------

    def carry(self, officer: str = "", chosen: Sequence[Stick] = ()) -> None:
        """Some sticks to a desk: as they are, or damaged; as often as it happens."""
        if not self.sticks:
            return
        officer = officer or self.officer()
        desk = self.party.desks[officer]
        chosen = chosen or self.rng.sample(self.sticks, min(len(self.sticks), self.rng.choice((1, 1, 2, 3))))
        hand, expected = self.party.place("hand"), {}
        for number, stick in enumerate(chosen):
            data, bad = stick.path.read_bytes(), not self.safe and self.rng.random() < DAMAGE
            copy = hand / f"{number}.age"
            copy.write_bytes(damaged(self.rng, data) if bad else data)
            expected[copy] = "quarantined" if bad else self.outcome(officer, stick)
            if expected[copy] == "quarantined":
                self.may_lie_aside(officer, copy)
        report = self.do(lambda: import_(desk.env, [hand]))
        if report:
            assert {one.path: one.state for one in report.bundles} == expected
        before = self.look(officer)
        if report and self.rng.random() < 0.2:
            import_(desk.env, [hand])
            assert self.look(officer).rows == before.rows, "a second import changed something"

    def outcome(self, officer: str, stick: Stick) -> str:
        """What must become of a whole stick."""
        seen: DeskSeen = self.seen[officer]
        if not stick.to & seen.opens:
            return "quarantined"
        if stick.digest in seen.bundles:
            return "already-imported"
        return "quarantined" if stick.sender in seen.revoked else "imported"

    def relay(self) -> None:
        """What one coordinator has, for the other."""
        officer, stick = self.officer(), self.party.place("stick")
        desk = self.party.desks[officer]
        everything = self.rng.random() < 0.2
        self.do(lambda: relay(desk.env, stick, everything=everything))
        self.look(officer)
        self.pick_up(stick, officer)

    def erase(self) -> None:
        """A case that was taken back, or its names, is erased by whichever officer has it."""
        kinds: dict[str, DecisionKind] = {"erase_all": "erase", "erase_identity": "erase_identity"}
        asked = [(case, kinds[effect]) for case, effect in self.taken_back if effect in kinds]
        if not asked:
            return
        officer, (case, kind) = self.officer(), self.rng.choice(asked)
        env = asking(self.party.desks[officer].env, ["перевірено", case])
        try:
            self.do(lambda: decide(env, kind, case))
        except NotInVault:
            return
        self.look(officer)

    def confirm(self, officer: str = "", *, all_of_them: bool = False) -> None:
        """What the other decided to erase is confirmed, one case or all that wait; a look tells that it had waited."""
        officer = officer or self.officer()
        desk = self.party.desks[officer]
        waiting = sorted(unconfirmed_cases(desk))
        for case in waiting if all_of_them else waiting[:1]:
            env = asking(desk.env, ["перевірено", case])
            self.do(lambda env=env, case=case: decide(env, "erase_confirmed", case), cut=not all_of_them)  # type: ignore[misc]  # bound now, called next
            self.look(officer)
            self.done["confirmed"] += 1

    def hand_packs(self) -> None:
        """Packs of one desk for everybody; some arrive, and who knows better refuses."""
        self.hand_packs_of(self.officer(), 0.7)

    def hand_packs_of(self, officer: str, chance: float) -> None:
        """Each arrives or not."""
        for path in org_pack(self.party.desks[officer].env).written:
            if self.rng.random() < chance:
                self.hand_pack(path.name.rpartition("-")[0], path.read_bytes())

    def hand_pack(self, name: str, pack: bytes, *, cut: bool = True) -> None:
        """One."""
        to = self.party.desks.get(name) or self.party.laptops[name]
        try:
            self.do(lambda: enrol(to.env, pack), cut=cut)
        except SerialRolledBack:
            return
        self.look(name)

    def lose(self) -> None:
        """A stick that nobody sees again."""
        if self.sticks:
            self.sticks.pop(self.rng.randrange(len(self.sticks)))

    # -- once ----------------------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """One laptop's."""
        laptop = self.laptop()
        file = self.party.place("backup") / "vault.intake-backup"
        backup(laptop.env, file)
        self.backup = laptop.principal, file, self.look(laptop.principal)

    def restore(self) -> None:
        """Its disk dies; what could still be read of the outbox goes to a desk in the end."""
        assert self.backup
        device, file, seen = self.backup
        lost = self.party.laptops[device]
        self.dead.append(lost)
        home = self.party.place("home")
        gone = sorted({case for case, effect in self.taken_back if effect == "erase_all"})
        env = asking(replace(lost.env, home=home), [", ".join(gone) or "none"])
        restore(env, file, Sources(self.party.offline))
        self.let_go |= {
            sha for one in self.sealed.values() if one.case in gone and one.kind != "withdrawal" for sha in one.items
        }
        self.party.laptops[device] = replace(lost, env=replace(lost.env, home=home))
        self.cases[device] = set(seen.drafts) | {one.case_code for one in seen.stubs.values()}
        self.cases[device] -= set(gone)
        self.seen[device] = seen
        self.look(device)

    def rotate(self) -> None:
        """A new epoch's key at one desk, of this month or the next; most packs arrive."""
        self.rotated = self.officer()
        at = self.party.clock()
        org_rotate(self.party.desks[self.rotated].env, self.rng.choice((None, f"{at:%Y-%m}")))
        self.look(self.rotated)
        self.hand_packs_of(self.rotated, 0.9)

    def end_epoch(self) -> None:
        """Everybody seals to the new key, and says so to the desk that made it; then the old one goes."""
        self.party.clock.at = max(self.party.clock.at, datetime(2026, 12, 2, tzinfo=UTC))
        self.safe = True
        self.hand_packs_of(self.rotated, 1)
        for device in DEVICES:
            self.take(self.party.laptops[device])
            self.export(self.party.laptops[device])
        self.carry(self.rotated, self.sticks[-len(DEVICES) :])
        self.safe = False
        self.destroy()

    def destroy(self) -> None:
        """What the rule lets go; where only damaged copies in quarantine keep a key, custodians let it go."""
        desk = self.party.desks[self.rotated]
        if any(one.reason == "B14" for one in self.look(self.rotated).quarantine):
            return
        for one in org_status(desk.env).epochs:
            if not one.in_use and not one.waits_for:
                texts = [one.label] if one.destroyable else ["because", one.label]
                self.do(lambda one=one, texts=texts: destroy_epochs(asking(desk.env, texts), one.label))  # type: ignore[misc]  # bound now, called next
                self.done["ended"] += one.fingerprint not in self.look(self.rotated).opens

    def revoke(self) -> None:
        """A laptop that left in order, with all that it had; or one that was lost, and goes on as if nothing were."""
        device = next(one for one in self.rng.sample(DEVICES, 3) if not self.backup or one != self.backup[0])
        if self.leaves:
            self.leave(device)
        for first, second in (OFFICERS, OFFICERS[::-1]):
            if self.rng.random() < 0.8 or device in self.left:
                (pack,) = org_pack(self.party.desks[first].env, [second]).written
                self.hand_pack(second, pack.read_bytes(), cut=False)
        self.party.clock.wait(1)
        officer = self.officer()
        self.revoked = org_revoke(self.party.desks[officer].env, device, Case("lost"))
        self.look(officer)

    def leave(self, device: str) -> None:
        """What it has goes to a desk; no older stick of it is left, and nobody takes anything on it any more."""
        laptop = self.party.laptops[device]
        self.do(laptop.seal, cut=False)
        self.look(device)
        self.export(laptop, cut=False)
        last = [one for one in self.sticks if one.sender == device][-1:]
        if last:
            report = import_(self.party.desks["c-1"].env, [one.path for one in last])
            assert report.bundles[0].state in ("imported", "already-imported")
            self.look("c-1")
        self.sticks = [one for one in self.sticks if one.sender != device] + last
        self.left.add(device)

    def rot(self) -> None:
        """In the end: one sealed file is damaged on its laptop's disk before anybody had it."""
        gone = self.revoked.principal if self.revoked else ""
        laptop = self.party.laptops[self.rng.choice([one for one in self.devices if one != gone])]
        laptop.add([made_up(n=self.told + n) for n in (1, 2)])
        laptop.seal()
        self.look(laptop.principal)
        file = self.rng.choice(in_age(laptop.env.home / "outbox"))
        file.write_bytes(damaged(self.rng, file.read_bytes()))
        stick = self.party.place("stick")
        export(laptop.env, stick)
        import_(self.party.desks["c-1"].env, [stick])
        self.seen["c-1"] = desk_seen(self.party.desks["c-1"])  # what belongs to a damaged record lies aside now
