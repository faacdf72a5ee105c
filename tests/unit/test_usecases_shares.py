"""The organisation's keys as sheets: split, handed out, proved, taken out; and every sheet that is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from intake.errors import (
    BadShares,
    DamagedSheet,
    Declined,
    ForeignSheet,
    FormerSheet,
    KeyFileThere,
    NothingToDo,
    OfflineDiffers,
    OtherKeyRestored,
    OtherWordTyped,
    SheetOfOtherSet,
    SheetOfOtherSplit,
    SheetsLying,
    SheetTwice,
    SheetWord,
    TooFewSheets,
    WrongOfflinePassphrase,
)
from intake.store.vault import Vault
from intake.usecases import trusted
from intake.usecases.offline import CUSTOMARY, FILES, Offline, Sheets
from intake.usecases.shares import from_sheets
from intake.usecases.shares_combine import org_combine
from intake.usecases.shares_drill import org_drill, org_drill_alone
from intake.usecases.shares_paper import Paper
from intake.usecases.shares_split import Handful, Plan, org_split
from tests.worlds.loop import NOW, PASSPHRASE, Answers, World, environment, found, ready

if TYPE_CHECKING:
    from pathlib import Path

    from intake.keys.shares import KeySet, Sheet
    from intake.usecases.environment import Environment


@dataclass
class Hands:
    """The custodians: what each was given."""

    given: list[Handful] = field(default_factory=list)

    def take(self, handful: Handful) -> None:
        """One more."""
        self.given.append(handful)

    def words(self, key_set: KeySet, *numbers: int) -> list[str]:
        """Sheets of these custodians, as they would type them."""
        pages = [page for number in numbers for page in self.given[number - 1].pages]
        return [" ".join(page.sheet.words) for page in pages if page.sheet.key_set == key_set]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An organisation with two laptops."""
    return ready(tmp_path)[0]


def offline(world: World) -> Path:
    """The folder that `org init` wrote."""
    return world.env.home / "offline"


def asking(world: World, sheets: list[str], *texts: str, yes: bool = True) -> Environment:
    """The coordinator's desk with custodians who type these, in order."""
    return replace(world.env, ask=Answers(sheets=list(sheets), texts=list(texts), yes=yes))


def split(world: World, *, need: int = 2, of: int = 3, sets: tuple[KeySet, ...] = CUSTOMARY) -> Hands:
    """Sheets in hands; nothing is proved."""
    hands = Hands()
    org_split(world.env, offline(world), Plan(need, of, sets, later=True), hands.take)
    return hands


def typed(hands: Hands, *numbers: int, sets: tuple[KeySet, ...] = CUSTOMARY) -> list[str]:
    """What a drill of all sets asks for."""
    return [words for one in sets for words in hands.words(one, *numbers)]


def drill_at(world: World) -> object:
    """As `doctor` sees it."""
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        return vault.settings.get(trusted.DRILLED_AT)


def test_a_ceremony_from_the_files_to_the_sheets(world: World) -> None:
    """Handed out, typed, proved, and only then the files go: three of four, recovery stays for any day."""
    hands = Hands()
    secrets = {one: Offline(offline(world), PASSPHRASE).secret(one) for one in CUSTOMARY}

    class Custodians(Answers):
        def sheet(self, prompt: str, take: object) -> Sheet:
            assert sorted(path.name for path in offline(world).iterdir()) == sorted(FILES.values())
            self.sheets = self.sheets or typed(hands, 3, 1)
            return super().sheet(prompt, take)  # type: ignore[arg-type]

    env = replace(world.env, ask=Custodians(texts=["Знищити "]))
    done = org_split(env, offline(world), Plan(2, 3), hands.take)
    assert [one.custodian for one in hands.given] == [1, 2, 3]
    assert done.drilled is not None
    assert done.drilled.untried == dict.fromkeys(CUSTOMARY, (2,))
    assert done.drilled.sets == CUSTOMARY
    assert [path.name for path in offline(world).iterdir()] == ["recovery.age"]
    assert drill_at(world) == done.at
    for one, secret in secrets.items():
        assert from_sheets(asking(world, hands.words(one, 2, 3)), one) == secret


def test_nothing_goes_without_the_word(world: World) -> None:
    """K79: Enter alone keeps the files, another word is an error; the drill is dated all the same."""
    hands = split(world)
    before = sorted(offline(world).iterdir())
    done = org_drill(asking(world, typed(hands, 1, 2), ""), (), (offline(world),))
    assert (done.destroyed, len(done.left)) == ((), 3)
    with pytest.raises(OtherWordTyped):
        org_drill(asking(world, typed(hands, 1, 2), "yes"), (), (offline(world),))
    assert sorted(offline(world).iterdir()) == before
    assert drill_at(world) is not None


def test_an_unproved_split_takes_nothing_out(world: World) -> None:
    """Too few sheets at the drill: everything lies where it lay, and the vault says that no drill was held."""
    hands = split(world)
    with pytest.raises(TooFewSheets):
        org_drill(asking(world, hands.words("root", 1), "destroy"), (), (offline(world),))
    assert sorted(path.name for path in offline(world).iterdir()) == sorted(FILES.values())
    assert drill_at(world) is None


def test_a_new_split_needs_a_new_drill(world: World) -> None:
    """Its date goes with the sheets that it was about; former sheets prove nothing, and are named."""
    old = split(world)
    org_drill(asking(world, typed(old, 1, 2)))
    assert drill_at(world) is not None
    new = split(world)
    assert drill_at(world) is None
    with pytest.raises(FormerSheet) as told:
        org_drill(asking(world, typed(old, 2, 3)), (), (offline(world),))
    assert told.value.fields == {"number": 2, "found": "root", "date": f"{NOW:%Y-%m-%d}"}
    org_drill(asking(world, typed(new, 2, 3)))
    assert from_sheets(asking(world, old.words("root", 1, 3)), "root") == Offline(offline(world), PASSPHRASE).root()


def test_sets_are_proved_one_by_one(world: World) -> None:
    """Custodians of identities may be others, on another day: all of it counts as drilled from the oldest day on."""
    hands = split(world)
    org_drill(asking(world, typed(hands, 1, 2, sets=("root", "archive"))), ("root", "archive"))
    assert drill_at(world) is None
    later = replace(asking(world, hands.words("identity-archive", 2, 3)), clock=lambda: NOW + timedelta(days=9))
    org_drill(later, ("identity-archive",))
    assert drill_at(world) == "2026-11-21T17:40:00Z"


def test_a_file_that_is_another_key_stays(world: World, tmp_path: Path) -> None:
    """A folder with somebody else's root is not destroyed because our sheets are good."""
    hands = split(world)
    other = found(tmp_path / "other")
    with pytest.raises(OfflineDiffers):
        org_drill(asking(world, typed(hands, 1, 2), "destroy"), (), (offline(other),))
    assert len(list(offline(other).iterdir())) == len(FILES)


def test_a_file_that_changed_while_people_typed_stays(world: World, tmp_path: Path) -> None:
    """Another stick under the same name: what was compared is not what would be destroyed."""
    hands, other = split(world), found(tmp_path / "other")

    class Custodians(Answers):
        def sheet(self, prompt: str, take: object) -> Sheet:
            (offline(world) / "root.age").write_bytes((offline(other) / "root.age").read_bytes())
            return super().sheet(prompt, take)  # type: ignore[arg-type]

    env = replace(world.env, ask=Custodians(sheets=typed(hands, 1, 2), texts=["destroy"]))
    with pytest.raises(OfflineDiffers):
        org_drill(env, (), (offline(world),))
    assert len(list(offline(world).iterdir())) == len(FILES)


def test_a_wrong_passphrase_is_said_before_anybody_types(world: World) -> None:
    """Nobody types three hundred words to hear it then."""
    custodians = Answers(secret="not the folder's", sheets=typed(split(world), 1, 2))  # noqa: S106  made up
    with Vault.open(world.env.home, PASSPHRASE) as vault, pytest.raises(WrongOfflinePassphrase):
        org_drill(replace(world.env, ask=custodians, vault=vault), (), (offline(world),))
    assert len(custodians.sheets) == 6


def test_a_key_of_yesterday_is_not_split(world: World, tmp_path: Path) -> None:
    """The folder of another organisation: no sheet of it is handed out."""
    hands = Hands()
    with pytest.raises(OtherKeyRestored):
        org_split(world.env, offline(found(tmp_path / "other")), Plan(2, 3), hands.take)
    assert not hands.given


def test_numbers_that_split_nothing(world: World) -> None:
    """One sheet that restores a key is a copy; more than SLIP-39 counts are none."""
    for need, of in ((1, 3), (4, 3), (3, 17), (0, 0)):
        with pytest.raises(BadShares):
            org_split(world.env, offline(world), Plan(need, of), Hands().take)


def test_all_of_all_is_asked_about(world: World) -> None:
    """Where one lost sheet loses the archive for ever, somebody has to want that."""
    hands = Hands()
    with pytest.raises(Declined):
        org_split(asking(world, [], yes=False), offline(world), Plan(3, 3), hands.take)
    assert not hands.given


def test_recovery_is_split_when_it_is_asked_for(world: World) -> None:
    """Its sheets serve `org recover` and `restore`; its file stays also after a drill."""
    hands = split(world, sets=("recovery",))
    done = org_drill(asking(world, hands.words("recovery", 1, 2)), (), (offline(world),))
    assert (done.destroyed, done.left) == ((), ())
    assert from_sheets(asking(world, hands.words("recovery", 3, 1)), "recovery")


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (lambda root, _archive: [root[0], f"acid {root[1]} xxxx"], SheetWord, {"typed": 2, "word": 35}),
        (lambda root, _archive: [root[0].rpartition(" ")[0]], DamagedSheet, {"count": 32}),
        (lambda root, _archive: [" ".join(root[0].split()[::-1])], DamagedSheet, {"typed": 1}),
        (lambda root, archive: [root[0], archive[1]], SheetOfOtherSet, {"number": 2, "found": "archive"}),
        (lambda root, _archive: [root[0], root[0]], SheetTwice, {"number": 1}),
        (lambda root, _archive: [root[0]], TooFewSheets, {"have": 1, "need": 2}),
        (lambda _root, _archive: [], TooFewSheets, {"have": 0}),
    ],
)  # fmt: skip
def test_what_can_be_wrong_with_a_sheet(
    world: World, spoil: object, error: type[Exception], says: dict[str, object]
) -> None:
    """K78: each has a name, says which sheet it was, and that nothing is lost."""
    hands = split(world)
    sheets = spoil(hands.words("root", 1, 2), hands.words("archive", 1, 2))  # type: ignore[operator]
    with pytest.raises(error) as told:
        from_sheets(asking(world, sheets), "root")
    assert told.value.fields.items() >= says.items()  # type: ignore[attr-defined]
    assert "nothing is lost" in told.value.message  # type: ignore[attr-defined]


def test_sheets_of_two_splits(world: World) -> None:
    """They are told apart before anything is put together."""
    old, new = split(world), split(world)
    with pytest.raises(SheetOfOtherSplit) as told:
        from_sheets(asking(world, [*old.words("root", 1), *new.words("root", 2)]), "root")
    assert told.value.fields == {"number": 2}


def test_a_sheet_of_another_tool(world: World) -> None:
    """Good SLIP-39 words of a wallet are refused by name."""
    wallet = (
        "theory painting academic academic armed sweater year military elder discuss acne wildlife boring employer"
        " fused large satoshi bundle carbon diagnose anatomy hamster leaves tracks paces beyond phantom capital"
        " marvel lips brave detect luck"
    )
    with pytest.raises(ForeignSheet):
        from_sheets(asking(world, [wallet]), "root")


def test_four_letters_in_any_layout(world: World) -> None:
    """`acad` on a Ukrainian keyboard is `фсфв`; capitals of a scanner are as good."""
    hands = split(world)
    one, two = hands.words("root", 1, 2)
    to_cyrillic = str.maketrans("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфівапролдячсмить")
    typed_words = [" ".join(word[:4].translate(to_cyrillic) for word in one.split()), two.upper()]
    assert from_sheets(asking(world, typed_words), "root") == Offline(offline(world), PASSPHRASE).root()


def test_one_sheet_alone(world: World) -> None:
    """Its check value is the printed one; one of a former split is told apart."""
    old = split(world)
    new = split(world)
    page = new.given[2].pages[1]
    found = org_drill_alone(asking(world, [" ".join(page.sheet.words)]))
    assert (found.key_set, found.number, found.check, found.newest) == ("archive", 3, page.sheet.check, True)
    assert page.sheet.check in dict(page.facts(world.env.t)).values()
    assert not org_drill_alone(asking(world, old.words("root", 1))).newest


def test_combine_makes_the_folder_again(world: World, tmp_path: Path) -> None:
    """Under a new passphrase, the same keys; nothing is written over."""
    hands = split(world)
    folder = tmp_path / "again"
    done = org_combine(asking(world, typed(hands, 2, 3)), folder)
    assert done.compared
    again, first = Offline(folder, PASSPHRASE), Offline(offline(world), PASSPHRASE)
    assert [again.secret(one) for one in CUSTOMARY] == [first.secret(one) for one in CUSTOMARY]
    with pytest.raises(KeyFileThere):
        org_combine(asking(world, typed(hands, 2, 3)), folder)


def test_combine_without_a_vault(world: World, tmp_path: Path) -> None:
    """After a disaster there may be nothing but paper; that nothing was compared is said."""
    hands = split(world)
    env = replace(environment(tmp_path / "nowhere"), ask=Answers(sheets=hands.words("root", 1, 2)))
    assert not org_combine(env, tmp_path / "again", ("root",)).compared
    assert Offline(tmp_path / "again", PASSPHRASE).root() == Offline(offline(world), PASSPHRASE).root()


def test_combine_of_another_organisation_writes_nothing(world: World, tmp_path: Path) -> None:
    """Their sheets are whole; they are not ours."""
    hands = split(found(tmp_path / "other"))
    with pytest.raises(OtherKeyRestored):
        org_combine(asking(world, typed(hands, 1, 2)), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_drill_where_nothing_was_split(world: World) -> None:
    """There is nothing to prove, and it says so."""
    with pytest.raises(NothingToDo):
        org_drill(world.env)


def test_paper_holds_one_custodians_sheets_at_a_time(world: World, tmp_path: Path) -> None:
    """While one prints, the others' files are not there; afterwards none are."""
    folder, seen = tmp_path / "paper", []

    class Printing(Answers):
        def text(self, prompt: str) -> str:
            assert prompt
            seen.append(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")))
            return ""

    env = replace(world.env, ask=Printing())
    paper = Paper(env, folder)
    paper.begin()
    org_split(env, offline(world), Plan(2, 3, ("root",), later=True), paper.hand_over)
    assert seen == [[f"custodian-{n}/root-{n}-of-3.{end}" for end in ("html", "txt")] for n in (1, 2, 3)]
    assert not any(folder.iterdir())


def test_paper_that_was_cut_short(world: World, tmp_path: Path) -> None:
    """Ctrl-C while printing takes the sheets away; where a kill left some, nothing is mixed with them."""
    folder = tmp_path / "paper"

    class Stopping(Answers):
        def text(self, prompt: str) -> str:
            assert prompt
            raise KeyboardInterrupt

    paper = Paper(replace(world.env, ask=Stopping()), folder)
    with pytest.raises(KeyboardInterrupt):
        org_split(world.env, offline(world), Plan(2, 3, later=True), paper.hand_over)
    assert not any(folder.iterdir())
    (folder / "custodian-1").mkdir()
    with pytest.raises(SheetsLying):
        paper.begin()


def test_paper_on_a_disk_is_asked_about(world: World) -> None:
    """Who says no writes nothing; a folder in memory is not asked about."""
    env = replace(world.env, ask=Answers(yes=False))
    with pytest.raises(Declined):
        Paper(env, world.folder / "paper").begin()


def test_sheets_beside_a_folder(world: World) -> None:
    """What the folder still has is taken from it: only the split keys are asked for."""
    hands = split(world)
    (offline(world) / "root.age").unlink()
    mixed = Offline.ask(asking(world, hands.words("root", 1, 3)), Sheets(offline(world)))
    assert len(mixed.root()) == 32
    assert mixed.recovery() == Offline(offline(world), PASSPHRASE).recovery()


def test_a_split_is_in_the_custody_log_without_a_word(world: World) -> None:
    """Numbers and dates; of the words only check values are in the vault."""
    done_hands = split(world)
    org_drill(asking(world, typed(done_hands, 1, 2)))
    with Vault.open(world.env.home, PASSPHRASE) as vault:
        kinds = [leaf.leaf for leaf in vault.custody.leaves()]
        kept = str(vault.settings.get(trusted.SHARES))
    assert sum(b'"shares_drilled"' in leaf for leaf in kinds) == 3
    # Whole words: "checks" and "recovery" hold words of the list.
    assert set(done_hands.words("root", 1)[0].split()).isdisjoint(re.findall(r"[a-z]+", kept))
