"""Addenda and withdrawals on a laptop: by case code alone, kept answer by answer, sealed like everything else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from intake.errors import (
    AddendumHere,
    BadCaseCode,
    NotAnAddendum,
    OtherCaseTyped,
    WithdrawFromDraft,
)
from intake.records.kinds import Addendum, Withdrawal
from intake.records.record import parse_identity, parse_record
from intake.store.vault import Vault
from intake.usecases.amending import amend
from intake.usecases.interview import edit
from intake.usecases.listing import list_
from intake.usecases.withdrawing import withdraw
from tests.worlds import records
from tests.worlds.loop import NOW, PASSPHRASE, Answers, Laptop, World, killed_at_every, ready, run_and_kill_at_line

if TYPE_CHECKING:
    from pathlib import Path

CASE = "742-118-365-8"
PHRASE = "синій чайник"
SAID = ["згадала ще одне", "Вони прийшли вдруге восени.", "Їх було четверо.", ""]
CHOSEN = ["addition_by_person", "person", "share_icc_otp", "refused", "-"]


@pytest.fixture
def world(tmp_path: Path) -> tuple[World, Laptop, Laptop]:
    """An organisation and two laptops."""
    return ready(tmp_path)


def asked(laptop: Laptop, texts: list[str], choices: list[str]) -> Any:
    """The laptop's world, with somebody who answers."""
    return replace(laptop.env, ask=Answers(texts=list(texts), choices=list(choices)))


def added(laptop: Laptop) -> str:
    """A draft of an addendum to a case that this laptop may never have heard of."""
    return amend(asked(laptop, SAID, CHOSEN), CASE).case


def sealed_case(laptop: Laptop, n: int = 0) -> str:
    """A testimony, sealed here."""
    laptop.add([records.made_up(n=n)])
    (done,) = laptop.seal().sealed
    return done.case


def arrived(world: World, laptop: Laptop) -> list[Any]:
    """Every record that the coordinator has once the laptop handed over, without testimonies."""
    laptop.export()
    report = world.import_()
    assert {item.state for one in report.bundles for item in one.items} <= {"imported", "duplicate"}
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return [parse_record(one.record) for one in vault.records.list() if one.kind != "full"]


def take_back(laptop: Laptop, case: str, *, effect: str = "erase_all", typed: tuple[str, ...] = ()) -> Any:
    """Everything, by the person, with the phrase."""
    return withdraw(asked(laptop, ["", PHRASE, *typed], ["all", effect, "person"]), case)


def test_a_laptop_that_never_held_the_case_adds_to_it(world: tuple[World, Laptop, Laptop]) -> None:
    """By the code alone: words, and one decision of consent; a record of its own id, signed by this laptop."""
    org, laptop, _ = world
    assert added(laptop) == CASE
    assert [(row.case, row.kind) for row in list_(laptop.env)] == [(CASE, "addendum")]
    assert not laptop.seal([CASE]).refused
    (record,) = arrived(org, laptop)
    assert isinstance(record, Addendum)
    assert (record.case, record.version, record.prev, record.author) == (CASE, 1, None, laptop.principal)
    assert record.body.of.model_dump(exclude_none=True) == {"case": CASE}
    assert record.body.adds.narrative_original == "Вони прийшли вдруге восени.\nЇх було четверо."
    assert record.consent is not None
    assert {scope: one.decision for scope, one in record.consent.decisions.items()} == {"share_icc_otp": "refused"}


def test_a_laptop_with_the_stub_adds_behind_it(world: tuple[World, Laptop, Laptop]) -> None:
    """The next version of the same id, which follows the digest that the stub kept; a second one follows the first."""
    org, laptop, _ = world
    case = sealed_case(laptop)
    for _ in range(2):
        amend(asked(laptop, SAID, CHOSEN), case)
        assert not laptop.seal([case]).refused
    first, second = sorted(arrived(org, laptop), key=lambda one: one.version)
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        full, stub, _ = vault.sealed.get(case)
    assert (first.id, first.version, first.prev) == (full.record_id, 2, full.digest)
    assert (second.id, second.version, second.prev) == (full.record_id, 3, stub.digest)


def test_an_answer_is_kept_when_the_laptop_dies(world: tuple[World, Laptop, Laptop]) -> None:
    """Killed after two lines: they are there, nothing is asked again, and the rest goes on behind them."""
    _, laptop, _ = world

    class Dead(Answers):
        def text(self, prompt: str) -> str:
            if len(self.texts) == 1:
                raise KeyboardInterrupt
            return super().text(prompt)

    with pytest.raises(KeyboardInterrupt):
        amend(replace(laptop.env, ask=Dead(texts=list(SAID), choices=list(CHOSEN))), CASE)
    assert amend(asked(laptop, ["Один кульгав.", ""], ["-"]), CASE).resumed
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        draft = vault.drafts.get(CASE)
        assert draft is not None
        values = vault.drafts.values(draft.id)
    assert values["account.narrative_original"].value == "Вони прийшли вдруге восени.\nЇх було четверо.\nОдин кульгав."
    assert values["amend.amendment"].value == "addition_by_person"


def test_killed_anywhere_a_withdrawal_is_sealed_or_was_not_made(tmp_path: Path) -> None:
    """Kill -9 at any line: either nothing changed, or it is sealed and what it destroys is destroyed."""

    def cut(line: int) -> bool:
        _, laptop, _ = ready(tmp_path / str(line))
        case = sealed_case(laptop)
        killed = run_and_kill_at_line(lambda: take_back(laptop, case, typed=(case,)), line)
        with Vault.open(laptop.env.home, PASSPHRASE) as vault:
            kinds = {stub.kind for stub in vault.sealed.get(case)}
            left = {item.record_digest for item in vault.sealed.with_file()}
            full = next(stub.digest for stub in vault.sealed.get(case) if stub.kind == "full")
            assert (full in left) == ("withdrawal" not in kinds)
            assert {path.name for path in (laptop.env.home / "outbox").iterdir()} == {
                item.name for item in vault.sealed.with_file()
            }
        return killed

    assert killed_at_every(cut, 45) > 1


def test_an_addendum_from_json_with_people_and_corrections(world: tuple[World, Laptop, Laptop]) -> None:
    """`add` takes a document that says what it amends; ids are its own, names go to the identity part."""
    org, laptop, _ = world
    person = "1a1599c7-caee-46f1-86a3-86677e03a886"
    document = {
        "amends": CASE,
        "amendment": "correction_by_person",
        "requested_by": "person",
        "reason": "переплутала місяць",
        "corrects": [{"field": "account.narrative_original", "was": "у травні", "now": "у червні"}],
        "adds": {"people": [{"id": person, "roles": ["other_mentioned"]}]},
        "identity": {"persons": [{"person_id": person, "names": [{"full_original": "Середа Ніна"}]}]},
    }
    done = laptop.add([document])
    assert [one.case for one in done.drafts] == [CASE]
    assert not laptop.seal([CASE]).refused
    (record,) = arrived(org, laptop)
    assert [one.now for one in record.body.corrects] == ["у червні"]
    with Vault.open(org.env.home, PASSPHRASE) as vault:
        (version,) = vault.records.list()
        part = vault.records.identity(version.digest)
        assert "Середа" not in version.record.decode()
    assert part is not None
    assert parse_identity(part.identity).body.persons[0].names[0].full_original == "Середа Ніна"


@pytest.mark.parametrize(
    "wrong",
    [
        {"amends": "742-118-365-1"},
        {"amends": CASE, "amendment": "addition_by_person", "requested_by": "nobody", "reason": "x"},
        {"amends": CASE, "amendment": "addition_by_person", "requested_by": "person", "reason": "x", "extra": 1},
    ],
)
def test_json_that_is_no_addendum_is_refused(world: tuple[World, Laptop, Laptop], wrong: dict[str, Any]) -> None:
    """A wrong check digit, a code that is none, a key that is not ours: the line is named, nothing is stored."""
    _, laptop, _ = world
    done = laptop.add([wrong])
    assert (len(done.drafts), len(done.refused)) == (0, 1)
    assert list_(laptop.env) == ()


def test_an_addendum_that_refers_to_nobody_stays_a_draft(world: tuple[World, Laptop, Laptop]) -> None:
    """V22 looks at it like at any account; the draft is whole."""
    _, laptop, _ = world
    link = {"from_id": "1a1599c7-caee-46f1-86a3-86677e03a886", "to_id": "1a1599c7-caee-46f1-86a3-86677e03a887"}
    laptop.add(
        [
            {
                "amends": CASE,
                "amendment": "addition_by_person",
                "requested_by": "person",
                "reason": "згадала",
                "adds": {"links": [{**link, "kind": "relationship", "relation": "other"}]},
            }
        ]
    )
    (refused,) = laptop.seal([CASE]).refused
    assert {one.rule for one in refused.findings} == {"V22"}
    assert [row.state for row in list_(laptop.env)] == ["draft"]


def test_what_is_still_a_draft_is_changed_and_not_added_to(world: tuple[World, Laptop, Laptop]) -> None:
    """Neither amended nor withdrawn; and an addendum is no interview to edit."""
    _, laptop, _ = world
    (draft,) = laptop.add([records.made_up()]).drafts
    with pytest.raises(NotAnAddendum):
        amend(laptop.env, draft.case)
    with pytest.raises(WithdrawFromDraft):
        withdraw(laptop.env, draft.case)
    added(laptop)
    with pytest.raises(AddendumHere), edit(laptop.env, CASE):
        pass


def test_a_code_with_a_wrong_digit_is_refused_before_anything_is_asked(world: tuple[World, Laptop, Laptop]) -> None:
    """A withdrawal of the wrong person's testimony must not be one slip away."""
    _, laptop, _ = world
    for deed in (amend, withdraw):
        with pytest.raises(BadCaseCode):
            deed(laptop.env, "742-118-365-1")


def test_a_withdrawal_by_the_code_alone(world: tuple[World, Laptop, Laptop]) -> None:
    """Sealed at once; the phrase is in the identity part and nowhere in the record."""
    org, laptop, _ = world
    done = take_back(laptop, CASE, effect="restrict")
    assert (done.destroyed, done.effect, done.scopes) == (0, "restrict", ())
    assert [(row.case, row.state, row.kind) for row in list_(laptop.env)] == [(CASE, "sealed", "withdrawal")]
    (record,) = arrived(org, laptop)
    assert isinstance(record, Withdrawal)
    with Vault.open(org.env.home, PASSPHRASE) as vault:
        (version,) = vault.records.list()
        part = vault.records.identity(version.digest)
    assert part is not None
    assert PHRASE not in version.record.decode()
    assert parse_identity(part.identity).body.code_phrase_said == PHRASE


def test_single_uses_are_taken_back(world: tuple[World, Laptop, Laptop]) -> None:
    """Two scopes, no phrase: no identity part."""
    org, laptop, _ = world
    choices = ["some", "share_un", "share_icc_otp", "-", "stop_sharing", "family"]
    done = withdraw(asked(laptop, ["родина проти", ""], choices), CASE)
    assert done.scopes == ("share_un", "share_icc_otp")
    (record,) = arrived(org, laptop)
    assert (record.identity, record.body.reason, record.body.requested_by) == (None, "родина проти", "family")


@pytest.mark.parametrize(("effect", "left"), [("erase_all", 0), ("erase_identity", 1), ("restrict", 2)])
def test_what_is_taken_back_goes_from_the_laptop_that_holds_it(
    world: tuple[World, Laptop, Laptop], effect: str, left: int
) -> None:
    """Files that no receipt covers are destroyed, as far as the person asked, and every statement says so."""
    org, laptop, _ = world
    case = sealed_case(laptop)
    done = take_back(laptop, case, effect=effect, typed=(case,) if left < 2 else ())
    assert done.destroyed == 2 - left
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        assert [one.reason for one in vault.sealed.purges()] == ["withdrawn"] * done.destroyed
        full = next(stub.digest for stub in vault.sealed.get(case) if stub.kind == "full")
        assert len([item for item in vault.sealed.with_file() if item.record_digest == full]) == left
        assert any(b'"withdrawal"' in leaf.leaf for leaf in vault.custody.leaves())
    laptop.export()
    org.import_()
    with Vault.open(org.env.home, PASSPHRASE) as vault:
        (bundle,) = vault.ledger.list()
    assert bundle.statement.count(b'"reason":"withdrawn"') == done.destroyed


def test_another_code_typed_destroys_nothing(world: tuple[World, Laptop, Laptop]) -> None:
    """And no withdrawal is made either: it can be made again, without the slip."""
    _, laptop, _ = world
    case = sealed_case(laptop)
    with pytest.raises(OtherCaseTyped):
        take_back(laptop, case, typed=(CASE,))
    assert [row.state for row in list_(laptop.env)] == ["sealed"]
    assert NOW.year == 2026
