"""Taken back: one laptop takes a testimony, another sends the withdrawal, a coordinator decides, and it stays so.

Real deeds on real vaults: two laptops, two coordinators, sticks in any order.
"""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.crypto import strictjson
from intake.errors import (
    CaseErased,
    CaseNotUnique,
    CaseWithdrawn,
    ErasureWaits,
    NothingToDo,
    NotReleased,
    OtherCaseTyped,
    UnderLegalHold,
)
from intake.records.folding import fold
from intake.records.record import parse_record
from intake.store.vault import Vault
from intake.usecases.amending import amend
from intake.usecases.auditing import audit
from intake.usecases.cases import case_file
from intake.usecases.deciding import decide
from intake.usecases.enrol import enrol
from intake.usecases.listing import list_
from intake.usecases.log_publish import log_publish
from intake.usecases.org_revoke import Case, org_revoke
from intake.usecases.quarantine import quarantine_list
from intake.usecases.receipts import receipts
from intake.usecases.received import received
from intake.usecases.relaying import relay
from intake.usecases.releasing import release
from intake.usecases.retrying import retry
from intake.usecases.salvaging import salvage
from intake.usecases.showing import show
from intake.usecases.status import status
from intake.usecases.withdrawing import withdraw
from tests.worlds import records
from tests.worlds.attacks import Hand
from tests.worlds.loop import PASSPHRASE, Answers, Laptop, World, killed_at_every, ready, run_and_kill_at_line
from tests.worlds.officers import appointed, carry_on, offline, pack_for

if TYPE_CHECKING:
    from pathlib import Path

    from intake.usecases.deciding import Decided

PHRASE = "Синій чайник"
WORDS = "Сусідку забрали з двору"
NAME = "Коваленко"


def document(n: int = 0) -> Any:
    """A testimony of somebody who agreed on a code phrase."""
    made = records.made_up(n=n)
    made["account"]["narrative_original"] = WORDS
    made["account"]["consent"]["decisions"]["contact_again"] = {"decision": "given"}
    contact = {"channel": "signal", "value": "+380 44 000 00 00", "code_phrase": PHRASE}
    made["identity"]["persons"][0]["safe_contact"] = contact
    return made


class Story:
    """The organisation, its two laptops, and each export on a stick of its own."""

    def __init__(self, folder: Path) -> None:
        self.world, self.holder, self.other = ready(folder)
        self.folder = folder
        self.case = ""

    def stick(self, laptop: Laptop) -> Path:
        """What the laptop has for the coordinator."""
        to = self.folder / f"stick-{len(list(self.folder.glob('stick-*')))}"
        return replace(laptop, stick=to).export().path

    def told(self, n: int = 0) -> Path:
        """A testimony, sealed and exported."""
        self.holder.add([document(n)])
        (done,) = self.holder.seal().sealed
        self.case = done.case
        return self.stick(self.holder)

    def taken_back(self, laptop: Laptop | None = None, *, said: str = PHRASE, effect: str = "erase_all") -> Path:
        """Withdrawn, on a laptop that never held it unless another is named."""
        laptop = laptop or self.other
        withdraw(asking(laptop, ["", said, self.case], ["all", effect, "person"]), self.case)
        return self.stick(laptop)

    def added(self, laptop: Laptop, *decisions: str) -> Path:
        """More was said, and decisions changed."""
        amend(
            asking(laptop, ["згадала", "Їх було двоє.", ""], ["addition_by_person", "person", *decisions, "-"]),
            self.case,
        )
        assert not laptop.seal([self.case]).refused
        return self.stick(laptop)

    def decide(self, kind: str, *choices: str, reason: str = "перевірено", world: World | None = None) -> Decided:
        """An officer's decision on the case."""
        env = replace((world or self.world).env, ask=Answers(texts=[reason, self.case], choices=list(choices)))
        return decide(env, kind, self.case)  # type: ignore[arg-type]  # tests name kinds that exist


def asking(laptop: Laptop, texts: list[str], choices: list[str]) -> Any:
    """The laptop's world with somebody who answers."""
    return replace(laptop.env, ask=Answers(texts=texts, choices=choices))


def marks(world: World) -> dict[str, tuple[str, ...]]:
    """Case -> what the list says of it."""
    rows = list_(world.env)
    assert len({row.case for row in rows}) == len(rows)
    return {row.case: (row.state, *row.marks) for row in rows}


def everything(world: World) -> bytes:
    """Every row of the vault that could hold words, and every blob in the clear."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        database = vault.ledger._database
        names = [row[0] for row in database.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in names for row in database.all(f"SELECT * FROM {name}")]  # noqa: S608
        words = b" ".join(one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row)
        return words + b"".join(vault.blobs.open(row[0]).read() for row in database.all("SELECT id FROM blobs"))


def leaves(world: World, kind: str) -> list[Any]:
    """The entries of one type in the coordinator's log."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        found = [strictjson.loads(leaf.leaf, max_bytes=1 << 20) for leaf in vault.log.leaves()]
    return [leaf for leaf in found if leaf["type"] == kind]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """The beginning."""
    return Story(tmp_path)


@pytest.mark.parametrize("withdrawal_first", [False, True])
def test_a_withdrawal_stops_use_at_once_in_either_order(story: Story, *, withdrawal_first: bool) -> None:
    """A laptop that never held it sends it: nobody reads the testimony from then on, whichever came first."""
    sticks = [story.told(), story.taken_back()]
    if withdrawal_first:
        sticks.reverse()
    for stick in sticks:
        (done,) = story.world.import_(stick).bundles
        assert {item.state for item in done.items} == {"imported"}
    assert marks(story.world) == {story.case: ("imported", "withdrawn")}
    with pytest.raises(CaseWithdrawn):
        show(story.world.env, story.case)


def test_a_dead_laptop_that_still_holds_what_was_erased_is_salvaged(story: Story) -> None:
    """Where it was erased as a relay, the laptop's own files are new: they stay closed, and the rest comes in."""
    second = appointed(story.world)
    enrol(story.holder.env, pack_for(story.world, "d-1"))
    story.world.import_(story.told())
    carry_on(story.world, second)
    story.decide("erase", world=second)
    erased = story.case
    story.told(1)
    assert {one.state for one in salvage(second.env, story.holder.env.home).files} == {"taken"}
    assert {case: state for case, (state, *_) in marks(second).items()} == {erased: "erased", story.case: "imported"}


def test_what_is_undone_is_not_finished(story: Story) -> None:
    """The end of an erasure waits for the transaction around it, and is not done when that fails."""
    story.told()
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        done: list[str] = []

        def fails() -> None:
            with vault.transaction():
                vault.ledger._database.afterwards(lambda: done.append("too early"))
                assert not done
                raise CaseErased(case="")

        with pytest.raises(CaseErased):
            fails()
        with vault.transaction():
            vault.ledger._database.afterwards(lambda: done.append("in time"))
        assert done == ["in time"]


def test_a_withdrawal_alone_is_listed_until_its_testimony_comes(story: Story) -> None:
    """Nothing is hidden because something is missing."""
    story.told()
    story.world.import_(story.taken_back())
    assert marks(story.world) == {story.case: ("imported", "withdrawn", "without its testimony")}


def test_single_uses_taken_back_leave_it_readable(story: Story) -> None:
    """Consent says withdrawn of that use; the rest stands, and it is shown what changed it."""
    story.world.import_(story.told())
    withdraw(asking(story.other, ["", ""], ["some", "share_icc_otp", "-", "stop_sharing", "person"]), story.case)
    story.world.import_(story.stick(story.other))
    shown = show(story.world.env, story.case)
    assert shown.view is not None
    decided = shown.view.consents["share_icc_otp"]
    assert decided.choice.decision == "withdrawn"
    assert [shown.rest[digest]["kind"] for digest in decided.by] == ["withdrawal"]
    consent = shown.view.standing(shown.row.digest or "").testimony.account.consent
    assert not consent.allows("ins.icc_otp", "2026-11-21")


def test_the_right_phrase_is_seen_and_never_shown(story: Story) -> None:
    """Both are compared, whatever their case and spaces; the outcome is said, and neither of them."""
    story.world.import_(story.told())
    story.world.import_(story.taken_back(said=" синій  ЧАЙНИК. "))
    done = story.decide("withdrawal_confirmed")
    assert done.phrase == "match"
    assert PHRASE not in repr(done)
    with pytest.raises(NothingToDo):
        story.decide("withdrawal_confirmed")


def test_a_wrong_phrase_takes_a_reason(story: Story) -> None:
    """It is said that it differs; the reason that was typed is in the signed decision."""
    story.world.import_(story.told())
    story.world.import_(story.taken_back(said="червоний чайник"))
    done = story.decide("erase", reason="впізнана по голосу")
    assert (done.phrase, done.erased) == ("differs", 1)
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        held = vault.records.by_digest(done.record)
    assert held is not None
    assert "впізнана по голосу" in held.record.decode()


def test_another_code_typed_decides_nothing(story: Story) -> None:
    """The confirmation is of this case."""
    story.world.import_(story.told())
    env = replace(story.world.env, ask=Answers(texts=["причина", "742-118-365-8"]))
    with pytest.raises(OtherCaseTyped):
        decide(env, "erase", story.case)
    assert show(story.world.env, story.case).row.case == story.case


def test_what_is_erased_is_gone_and_its_audit_is_not(story: Story) -> None:
    """No word, name or key is left; tombstone, log and husk say what happened; the receipt comes back."""
    story.world.import_(story.told())
    before = everything(story.world)
    assert WORDS.encode() in before
    story.world.import_(story.taken_back(story.holder))
    done = story.decide("erase")
    after = everything(story.world)
    assert WORDS.encode() not in after
    assert "Коваленко".encode() not in after
    assert marks(story.world) == {story.case: ("erased",)}
    with pytest.raises(CaseErased):
        show(story.world.env, story.case)
    assert [leaf["kind"] for leaf in leaves(story.world, "decision")] == ["erase"]
    (erased,) = leaves(story.world, "erased")
    assert (erased["decision"], len(erased["items"])) == (done.record, 2)
    files = received(story.world.env, story.folder / "audit").bundles
    assert sorted(path.name.endswith(".husk.tar") for path in files) == [False, True]
    report = story.world.import_(story.folder / "stick-0")
    applied = receipts(story.holder.env, [*report.receipts.written])
    assert {one.state for one in applied.receipts} == {"applied"}


def test_a_folder_for_auditors_keeps_no_whole_copy(story: Story) -> None:
    """What lay there before the erasure is replaced by the husk."""
    story.world.import_(story.told())
    (whole,) = received(story.world.env, story.folder / "audit").bundles
    story.decide("erase")
    (husk,) = received(story.world.env, story.folder / "audit").bundles
    assert not whole.exists()
    assert husk.stat().st_size < 20_000


def test_what_is_erased_does_not_come_back(story: Story) -> None:
    """By a second import, in a new bundle, by another coordinator's relay, or when what waits is tried again."""
    first = story.told()
    second = appointed(story.world)
    story.world.import_(first)
    carry_on(story.world, second)
    story.decide("erase")
    story.world.import_(first)
    story.world.import_(story.stick(story.holder))  # the same items in another bundle
    carry_on(second, story.world)  # the same record, sealed anew
    retry(story.world.env)
    assert marks(story.world) == {story.case: ("erased",)}
    assert WORDS.encode() not in everything(story.world)


WAITS = "an erasure waits for a word here"


@pytest.fixture
def second(story: Story) -> World:
    """Another coordinator, whom the laptop seals to as well."""
    second = appointed(story.world)
    enrol(story.holder.env, pack_for(story.world, story.holder.principal))
    return second


def test_another_officers_erasure_waits_for_a_word_here(story: Story, second: World) -> None:
    """It closes the case at once, and destroys nothing until this vault's officer has said so too."""
    story.world.import_(story.told())
    carry_on(story.world, second)
    done = story.decide("erase")
    carry_on(story.world, second)
    assert (status(second.env).unconfirmed, marks(second)) == (1, {story.case: ("imported", WAITS)})
    with pytest.raises(ErasureWaits):
        show(second.env, story.case)
    (story.folder / "on").mkdir()
    assert relay(second.env, story.folder / "on").testimonies == len(("decision", "tombstone"))
    assert WORDS.encode() in everything(second)
    assert leaves(second, "erased") == []
    word = story.decide("erase_confirmed", world=second)
    assert (word.of, word.erased) == ((done.record,), 1)
    assert WORDS.encode() not in everything(second)
    assert (status(second.env).unconfirmed, marks(second)) == (0, {story.case: ("erased",)})
    assert {leaf["decision"] for leaf in leaves(second, "erased")} == {word.record}
    second.import_(next((story.folder / "stick-0").iterdir()))
    with pytest.raises(NothingToDo):
        story.decide("erase_confirmed", world=second)
    assert WORDS.encode() not in everything(second)


def test_an_erasure_before_its_testimony_keeps_it_closed(story: Story, second: World) -> None:
    """A coordinator who hears of the erasure first takes the testimony in, closed; with a word, its husk is left."""
    first = story.told()
    story.world.import_(first)
    story.decide("erase")
    carry_on(story.world, second)
    assert status(second.env).unconfirmed == 0
    (late,) = second.import_(first).bundles
    assert {item.state for item in late.items} == {"imported"}
    with pytest.raises(ErasureWaits):
        show(second.env, story.case)
    story.decide("erase_confirmed", world=second)
    assert WORDS.encode() not in everything(second)
    assert len(leaves(second, "erased")) == 1


def test_a_refused_erasure_destroys_nothing_and_closes_nothing(story: Story, second: World) -> None:
    """A coerced officer's decision: the other says no, reads on, and carries on what is left."""
    story.world.import_(story.told())
    carry_on(story.world, second)
    story.decide("erase")
    carry_on(story.world, second)
    story.decide("erase_refused", world=second, reason="вона під примусом")
    assert show(second.env, story.case).row.case == story.case
    assert (status(second.env).unconfirmed, marks(second)) == (0, {story.case: ("imported",)})
    with pytest.raises(NothingToDo):
        story.decide("erase_refused", world=second)
    carry_on(second, story.world)
    assert marks(story.world) == {story.case: ("erased",)}  # there it is gone
    story.decide("erase_confirmed", world=second)  # found out later that it was the person's wish after all
    assert WORDS.encode() not in everything(second)


def test_names_go_and_the_account_stays(story: Story, second: World) -> None:
    """A person may ask for that: no name is left, in rows or in kept tars; the account is read again, and audited."""
    first = story.told()
    story.world.import_(first)
    carry_on(story.world, second)
    story.world.import_(story.taken_back(effect="erase_identity"))
    with pytest.raises(CaseWithdrawn):
        show(story.world.env, story.case)
    done = story.decide("erase_identity")
    assert (done.phrase, done.erased, status(story.world.env).unconfirmed) == ("match", 1, 0)
    assert NAME.encode() not in everything(story.world)
    assert WORDS.encode() in everything(story.world)
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        (withdrawal,) = case_file(vault, story.case).view.withdrawals
    assert (withdrawal.done, withdrawal.restricts) == (True, False)
    assert marks(story.world)[story.case] == ("imported", "withdrawn", "names erased")  # all uses were taken back too
    (erased,) = leaves(story.world, "erased")
    assert (erased["decision"], len(erased["items"])) == (done.record, 1)
    again = story.world.import_(story.stick(story.holder))
    assert {(item.kind, item.state) for item in again.bundles[0].items} == {
        ("record", "duplicate"),
        ("identity", "erased"),
    }
    assert {one.state for one in receipts(story.holder.env, [*again.receipts.written]).receipts} == {"applied"}
    with Vault.open(story.holder.env.home, PASSPHRASE) as vault:
        assert not vault.sealed.with_file()  # its receipt came back
    carry_on(story.world, second)
    assert NAME.encode() in everything(second)
    story.decide("erase_confirmed", world=second)
    assert NAME.encode() not in everything(second)
    carry_on(second, story.world)
    assert NAME.encode() not in everything(story.world)
    assert audited(story, second) == {"N03"}


def audited(story: Story, *others: World) -> set[str]:
    """What an auditor finds in what all coordinators hand over."""
    for desk in (story.world, *others):
        received(desk.env, story.folder / "handed" / desk.env.home.name)
        log_publish(desk.env, story.folder / "handed" / desk.env.home.name / "logs")
    mine = story.folder / "handed" / story.world.env.home.name
    done = audit(story.folder / "handed", root=mine / "root", trust=mine / "trust", at=story.world.env.clock())
    return {one.id for one in done.findings}


def test_with_single_uses_taken_back_an_account_without_names_is_used_again(story: Story, second: World) -> None:
    """What was taken back stays so, the rest is read; the other desk shows no name before it has destroyed it."""
    story.world.import_(story.told())
    carry_on(story.world, second)
    choices = ["some", "contact_again", "-", "erase_identity", "person"]
    withdraw(asking(story.holder, ["", PHRASE, story.case], choices), story.case)
    story.world.import_(story.stick(story.holder))
    story.decide("erase_identity")
    carry_on(story.world, second)
    for desk in (story.world, second):
        shown = show(desk.env, story.case)
        assert NAME not in str(shown.testimony) + str(shown.answers) + str(shown.beside)
        assert WORDS in str(shown.testimony)
        assert shown.view is not None
        assert not shown.view.standing(shown.row.digest or "").restricted
        assert shown.view.consents["contact_again"].choice.decision == "withdrawn"
    assert NAME.encode() in everything(second)


def test_all_of_it_can_go_after_its_names(story: Story) -> None:
    """The phrase went with the names: somebody has to say why, and then nothing is left."""
    story.world.import_(story.told())
    story.world.import_(story.taken_back(effect="erase_identity"))
    story.decide("erase_identity")
    with pytest.raises(NothingToDo):
        story.decide("erase_identity")
    assert story.decide("erase").phrase == "not-on-file"
    assert WORDS.encode() not in everything(story.world)
    assert marks(story.world) == {story.case: ("erased",)}


def test_names_that_wait_for_a_key_are_erased_too(story: Story) -> None:
    """At a desk that may not open them: the sealed part leaves the kept tar, and nothing waits any more."""
    second = appointed(story.world, identities=False)
    enrol(story.holder.env, pack_for(story.world, story.holder.principal))
    stick = story.told()
    story.world.import_(stick)
    second.import_(stick)
    assert status(second.env).awaiting_key == 1
    assert story.decide("erase_identity", world=second).phrase == "nothing-taken-back"
    assert status(second.env).awaiting_key == 0
    assert len(leaves(second, "erased")) == 1


def test_under_a_legal_hold_nothing_is_erased(story: Story, second: World) -> None:
    """V29: refused, the word on another's erasure too; what was confirmed before the hold came waits for its end."""
    story.world.import_(story.told())
    carry_on(story.world, second)
    story.decide("legal_hold", world=second)
    with pytest.raises(UnderLegalHold):
        story.decide("erase", world=second)
    story.decide("erase")
    carry_on(story.world, second)
    with pytest.raises(UnderLegalHold):
        story.decide("erase_confirmed", world=second)
    assert WORDS.encode() in everything(second)
    assert "legal hold" in marks(second)[story.case]
    story.decide("hold_lifted", world=second)
    story.decide("erase_confirmed", world=second)
    assert WORDS.encode() not in everything(second)
    assert marks(second) == {story.case: ("erased",)}


def test_an_erasure_that_comes_home_waits_for_the_hold(story: Story, second: World) -> None:
    """A restored desk hears of its own erasure by the other's relay: under a hold it waits, then it is carried out."""
    story.world.import_(story.told())
    shutil.copytree(story.world.env.home, story.folder / "before")
    story.decide("erase")
    carry_on(story.world, second)
    shutil.rmtree(story.world.env.home)
    shutil.copytree(story.folder / "before", story.world.env.home)
    story.decide("legal_hold")
    carry_on(second, story.world)
    assert WORDS.encode() in everything(story.world)
    story.decide("hold_lifted")
    assert WORDS.encode() not in everything(story.world)


def test_a_tombstone_without_its_decision_erases_nothing(story: Story) -> None:
    """The decision is what erases; a tombstone that came without it waits for it, at its own officer's too."""
    story.world.import_(story.told())
    shutil.copytree(story.world.env.home, story.folder / "before")
    story.decide("erase")
    stone, decision = (_kept(story.world, kind) for kind in ("tombstone", "decision"))
    shutil.rmtree(story.world.env.home)
    shutil.copytree(story.folder / "before", story.world.env.home)
    for number, record in enumerate((stone, decision)):
        assert WORDS.encode() in everything(story.world)
        hand = Hand(*_officer(story.world))
        hand.chain = f"{number}" * 32
        hand.take(record)
        story.world.import_(hand.carry(story.folder / hand.chain))
    assert WORDS.encode() not in everything(story.world)


def _kept(world: World, kind: str) -> bytes:
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        (found,) = vault.records.of_kind(kind)
    return found.record


def _officer(world: World) -> tuple[Any, Any]:
    from intake.usecases.trusted import station  # noqa: PLC0415

    with Vault.open(world.env.home, PASSPHRASE) as vault:
        here = station(vault)
    return here, here.signer


def test_killed_anywhere_an_erasure_is_whole_or_was_not(tmp_path: Path) -> None:
    """Killed at any line: decision, tombstone, rows, husk and log are all there, or none of them."""

    def cut(line: int) -> bool:
        story = Story(tmp_path / str(line))
        story.world.import_(story.told())
        killed = run_and_kill_at_line(lambda: story.decide("erase"), line)
        gone = marks(story.world) == {story.case: ("erased",)}
        with Vault.open(story.world.env.home, PASSPHRASE) as vault:
            kinds = [len(vault.records.of_kind(kind)) for kind in ("decision", "tombstone")]
        assert kinds == [int(gone), int(gone)]
        assert (len(leaves(story.world, "erased")), len(leaves(story.world, "decision"))) == (int(gone), int(gone))
        assert (WORDS.encode() in everything(story.world)) != gone
        return killed

    assert killed_at_every(cut, 60) > 1


def test_an_addendum_before_its_testimony(story: Story) -> None:
    """It is listed as what it is, and stands behind the testimony once that came."""
    story.told()
    more = story.added(story.holder, "share_un", "refused")
    first = next(iter(story.folder.glob("stick-0/*")))
    story.world.import_(more)
    story.world.import_(first)
    shown = show(story.world.env, story.case)
    assert shown.view is not None
    assert [one.testimony["record"]["kind"] for one in shown.later] == ["addendum"]
    assert shown.view.consents["share_un"].choice.decision == "refused"
    assert (shown.view.forks, shown.view.orphans) == ((), ())


def test_a_laptop_set_back_makes_a_fork_that_an_officer_resolves(story: Story) -> None:
    """Two addenda of one version: both are kept, the stricter consent counts, until it is decided which stands."""
    story.world.import_(story.told())
    home = story.holder.env.home
    (story.folder / "copy").mkdir()
    shutil.copytree(home, story.folder / "copy" / "home")
    yes = story.added(story.holder, "share_un", "given")
    restored = replace(story.holder, env=replace(story.holder.env, home=story.folder / "copy" / "home"))
    no = story.added(restored, "share_un", "refused")
    for stick in (yes, no):
        story.world.import_(stick)
    shown = show(story.world.env, story.case)
    assert shown.view is not None
    ((one, other),) = shown.view.forks
    assert "fork" in marks(story.world)[story.case]
    assert shown.view.consents["share_un"].choice.decision == "refused"
    head = next(
        d for d in (one, other) if parse_record_of(story.world, d).consent.decisions["share_un"].decision == "given"
    )
    story.decide("fork_resolved", head)
    story.decide("conflict_resolved", head)
    after = show(story.world.env, story.case).view
    assert after is not None
    assert after.forks == ()
    assert after.consents["share_un"].choice.decision == "given"


def parse_record_of(world: World, digest: str) -> Any:
    """One record of the coordinator's."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        held = vault.records.by_digest(digest)
    assert held is not None
    return parse_record(held.record)


def test_a_withdrawal_of_a_revoked_laptop_waits_for_an_officer(story: Story) -> None:
    """Its bundle is kept aside whole, and blocks nothing; released with a reason, it counts, by a signed decision."""
    story.world.import_(story.told())
    stick = story.taken_back(effect="restrict")
    org_revoke(story.world.env, story.other.principal, Case("lost"))
    (kept,) = story.world.import_(stick).bundles
    assert kept.state == "quarantined"
    assert show(story.world.env, story.case).row.case == story.case
    env = replace(story.world.env, ask=Answers(texts=["дзвонила сама", "1"]))
    assert release(env, "1").cases == (story.case,)
    with pytest.raises(CaseWithdrawn):
        show(story.world.env, story.case)
    assert [leaf["kind"] for leaf in leaves(story.world, "decision")] == ["quarantine_released"]
    assert quarantine_list(story.world.env) == ()
    assert story.world.import_(stick).bundles[0].state == "already-imported"


def test_a_refused_bundle_is_never_released(story: Story) -> None:
    """One byte changed: no officer's word makes it what it was."""
    stick = story.told()
    data = bytearray(stick.read_bytes())
    data[len(data) // 2] ^= 1
    stick.write_bytes(data)
    story.world.import_(stick)
    with pytest.raises(NotReleased):
        release(replace(story.world.env, ask=Answers(texts=["x", "1"])), "1")


def test_what_waits_in_a_husk_is_still_opened_later(story: Story) -> None:
    """Two testimonies in one bundle at a desk without the identity key: one is erased, the other's names still wait."""
    second = appointed(story.world, identities=False)
    enrol(story.holder.env, pack_for(story.world, story.holder.principal))
    story.holder.add([document(0), document(1)])
    gone, kept = (one.case for one in story.holder.seal().sealed)
    stick = story.stick(story.holder)
    story.world.import_(stick)
    (late,) = second.import_(stick).bundles
    assert [item.state for item in late.items].count("awaiting-key") == 2
    story.case = gone
    story.decide("erase", world=second)
    assert retry(second.env).waiting == 1
    assert retry(second.env, offline(story.world)).waiting == 1  # identities are not this desk's to open
    assert marks(second) == {gone: ("erased",), kept: ("imported",)}


def test_a_false_withdrawal_is_set_aside_by_a_decision(story: Story) -> None:
    """Somebody else sent it: an officer says that the testimony stands, and it can be read again."""
    story.world.import_(story.told())
    story.world.import_(story.taken_back(effect="restrict", said="навмання"))
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        full = next(one.digest for one in vault.records.list() if one.kind == "full")
    story.decide("conflict_resolved", full)
    assert show(story.world.env, story.case).view is not None
    assert marks(story.world) == {story.case: ("imported",)}


def test_one_code_on_two_testimonies_blocks_both_until_it_is_said_whose(story: Story) -> None:
    """A withdrawal by the code alone counts for each; `link` says for which, and the other is free again."""
    story.world.import_(story.told())
    hand = Hand.of(story.other)
    hand.take(hand.built(1, case=story.case).record)
    story.world.import_(hand.carry(story.folder / "twin"))
    story.world.import_(story.taken_back(effect="restrict"))
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        rows = vault.records.list()
    loose = next(one for one in rows if one.kind == "withdrawal")
    mine, twin = sorted(
        (one for one in rows if one.kind == "full"), key=lambda one: one.author == story.other.principal
    )
    with pytest.raises(CaseNotUnique):
        show(story.world.env, story.case)
    for one in (mine, twin):
        with pytest.raises(CaseWithdrawn):
            show(story.world.env, one.record_id)
    story.decide("link", loose.digest, mine.digest)
    with pytest.raises(CaseWithdrawn):
        show(story.world.env, mine.record_id)
    assert show(story.world.env, twin.record_id).row.digest == twin.digest


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_sticks_leaves_the_same_case(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Testimony, addendum and withdrawal in every order: the vault comes to the same view."""
    story = Story(tmp_path)
    sticks = [story.told(), story.added(story.other, "share_un", "refused"), story.taken_back(effect="restrict")]
    for place in order:
        story.world.import_(sticks[place])
    with Vault.open(story.world.env.home, PASSPHRASE) as vault:
        pairs = [(one.digest, parse_record(one.record)) for one in vault.records.list()]
    view = fold(sorted(pairs))
    assert view.consents["share_un"].choice.decision == "withdrawn"
    assert (len(view.heads), len(view.addenda), len(view.withdrawals), view.blocked) == (1, 1, 1, True)
    assert marks(story.world) == {story.case: ("imported", "withdrawn", "added to")}
