"""Handing over, receipts, packs, withdrawals: what goes, what was made sure of, what stays."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from textual.events import Paste

from intake.app.interview.written import Box
from intake.errors import DiskFull
from intake.store.vault import Vault
from intake.usecases.init import init
from intake.usecases.listing import list_
from intake.usecases.org_enrol import org_enrol
from intake.usecases.org_pack import org_pack
from intake.usecases.syncing import sync
from tests.worlds.app import Sitting, sit
from tests.worlds.loop import PASSPHRASE, environment, found, ready
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path


async def to(at: Sitting, place: Path) -> None:
    """Type a path where one is asked for."""
    await at.until("Place")
    if at.app.focused is None or at.app.focused.id != "field":
        await at.press("tab")
    await at.type(str(place))


def test_nothing_to_hand_over(tmp_path: Path) -> None:
    """With nothing sealed no stick is offered; a sync is, because something may wait there for this laptop."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("4")
        await at.until("HandOver")
        assert "Немає чого передавати" in at.words
        assert "На флешку" not in at.words
        await at.press("enter")
        assert at.name == "Line"
        await at.press("f2")
        assert at.name == "HandOver"

    sit(story, laptop.env.home)


def test_handed_over_read_back_and_still_here(tmp_path: Path) -> None:
    """Before: how many and how large. After: written, read back and compared or not, and what stays without receipt."""
    world, laptop, _ = ready(tmp_path)
    laptop.add([made_up(n=n) for n in range(2)])
    laptop.seal()
    stick = tmp_path / "stick"
    stick.mkdir()

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("4")
        await at.until("HandOver")
        assert re.search(r"2 свідчення ▸ 1 пакунок, \d+,\d кБ", at.words)
        await at.press("enter")
        await to(at, stick)
        await at.until("HandOver")
        assert "✓ записано" in at.words
        assert "прочитано назад" in at.words
        assert "вільно:" in at.words
        assert "2 свідчення лишаються тут без квитанції" in at.words
        await at.press("enter")  # not a second time by accident
        assert at.name == "HandOver"

    sit(story, laptop.env.home)
    assert len(list(stick.glob("*.age"))) == 1
    assert world.import_(stick).bundles


def test_synced_both_ways_and_the_place_is_offered_again(tmp_path: Path) -> None:
    """Sealed goes there, receipts come back with the next sync; in between it stays, and is said to."""
    world, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()
    place = tmp_path / "place"
    place.mkdir()

    async def first(at: Sitting) -> None:
        await at.unlock()
        await at.press("4", "2")
        await at.until("Line")
        await at.type(str(place))
        await at.until("Told")
        assert "Пакунків надіслано, прочитано назад і звірено: 1" in at.words
        assert "1 свідчення лишається тут без квитанції" in at.words

    async def second(at: Sitting) -> None:
        await at.unlock()
        await at.press("4")
        await at.until("HandOver")
        assert str(place) in at.words.replace(" ", "") or place.name in at.words
        await at.press("1" if "На флешку" not in at.words else "2")
        await at.until("Told")
        assert "без квитанції" not in at.words, at.shown

    sit(first, laptop.env.home)
    sync(world.env, str(place))
    sit(second, laptop.env.home)
    assert [row.state for row in list_(laptop.env)] == ["receipted"]


def test_a_place_that_is_none_is_said_and_nothing_counts_as_handed_over(tmp_path: Path) -> None:
    """A mistyped address, a folder that is not there."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()

    async def story(at: Sitting) -> None:
        await at.unlock()
        for typed in ("gopher://x", str(tmp_path / "nowhere")):
            await at.press("4", "2")
            await at.until("Line")
            await at.type(typed)
            await at.until("Failed")
            await at.press("enter", "f2")

    sit(story, laptop.env.home)
    assert [row.state for row in list_(laptop.env)] == ["sealed"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A mistyped place is refused where it is typed; nothing is written, and nothing counts as handed over."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("4", "enter")
        await to(at, tmp_path / "nowhere")
        assert at.name == "Place"
        assert "Такого місця немає" in at.words
        await at.press("f2")
        await at.until("HandOver")
        assert "записано" not in at.words

    sit(story, laptop.env.home)
    assert [row.state for row in list_(laptop.env)] == ["sealed"]


def test_receipts_let_go_what_they_cover(tmp_path: Path) -> None:
    """A receipt is applied from a folder: which case went from here is named, and how many stay."""
    world, laptop, _ = ready(tmp_path)
    laptop.add([made_up(n=1)])
    laptop.seal()
    laptop.export()
    world.import_()
    laptop.add([made_up(n=2)])
    laptop.seal()
    gone = next(row.case for row in list_(laptop.env) if row.state == "exported")

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("5", "1")
        await to(at, world.env.home / "receipts")
        await at.until("Told")
        assert gone in at.words
        assert "1 свідчення лишається тут без квитанції" in at.words
        await at.press("enter", "f2", "3")
        await at.until("Sealed")
        assert re.search(r"Є квитанція\s+1", at.shown)

    sit(story, laptop.env.home)
    assert sorted(row.state for row in list_(laptop.env)) == ["receipted", "sealed"]


def test_a_folder_without_receipts(tmp_path: Path) -> None:
    """Whatever else lies there is counted as not for this laptop, and nothing is deleted."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.age").write_bytes(b"age-encryption.org/v1\n")

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("5", "1")
        await to(at, other)
        await at.until("Told")
        assert re.search(r"Запечатаних файлів видалено тут: 0|видалено тут: 0", at.words)

    sit(story, laptop.env.home)
    assert [row.state for row in list_(laptop.env)] == ["sealed"]


def test_a_pack_is_taken_and_anothers_is_refused(tmp_path: Path) -> None:
    """A newer pack says who this laptop is; one for another laptop is refused with what to do, and changes nothing."""
    world, laptop, second = ready(tmp_path)
    packs = {name: org_pack(world.env, [name]).written[0] for name in (laptop.principal, second.principal)}

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("5", "2")
        await to(at, packs[second.principal])
        await at.until("Failed")
        await at.press("enter", "2")
        await to(at, packs[laptop.principal])
        await at.until("Told")
        assert "Пакет узято" in at.words
        assert laptop.principal in at.words

    sit(story, laptop.env.home)


def test_from_a_card_to_a_pack(tmp_path: Path) -> None:
    """A vault without an organisation takes a card, carries its request away and takes the pack, all on the screen."""
    world = found(tmp_path / "org-world")
    env = environment(tmp_path / "alone")
    init(env, None)
    stick = tmp_path / "stick"
    stick.mkdir()

    async def first(at: Sitting) -> None:
        await at.unlock()
        await at.press("5", "1")
        await to(at, world.card)
        await at.until("Compare")
        await at.press("1")
        await at.until("Told")
        assert "Картку взято" in at.words
        await at.press("enter", "2")
        await to(at, stick)
        await at.until("Told")

    sit(first, env.home)
    enrolled = org_enrol(world.env, (stick / "request.age").read_bytes(), None)

    async def then(at: Sitting) -> None:
        await at.unlock()
        await at.press("5", "1")
        await to(at, enrolled.pack)
        await at.until("Told")
        assert enrolled.principal in at.words

    sit(then, env.home)


def test_words_that_differ_pin_nothing(tmp_path: Path) -> None:
    """A card whose words are not the coordinator's is refused, and the laptop knows no organisation afterwards."""
    world = found(tmp_path / "org-world")
    env = environment(tmp_path / "alone")
    init(env, None)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("5", "1")
        await to(at, world.card)
        await at.until("Compare")
        await at.press("2")
        await at.until("Failed")
        await at.press("enter")
        assert "Вигаданий осередок" not in at.words

    sit(story, env.home)


def test_consent_taken_back_by_code(tmp_path: Path) -> None:
    """By case code alone: what, which effect, who; it is sealed at once, and said to be handed over soon."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()
    case = list_(laptop.env)[0].case

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("3", "2")
        await at.until("Line")
        await at.type(case)
        for _ in range(3):  # everything; keep it and let nobody use it; the person
            await at.until("Choose")
            await at.press("1")
            await at.pilot.pause(0.05)
        for _ in range(2):  # no reason, no code phrase
            await at.until("Line")
            await at.press("enter")
            await at.pilot.pause(0.05)
        await at.until("Told")
        assert "Відкликання запечатано" in at.words

    sit(story, laptop.env.home)
    assert [row.kind for row in list_(laptop.env)] == ["full", "withdrawal"]


def test_a_code_that_is_none(tmp_path: Path) -> None:
    """A mistyped case code is refused by its check digit; nothing is sealed."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("3", "2")
        await at.until("Line")
        await at.type("742-118-365-0")
        await at.until("Failed")

    sit(story, laptop.env.home)
    assert list_(laptop.env) == ()


def test_an_addition_is_told_in_the_editor_and_hidden_in_the_middle_of_a_line(tmp_path: Path) -> None:
    """What a person adds later: every answer is kept, the unfinished line too, and the same question comes back."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    laptop.seal()
    case = list_(laptop.env)[0].case

    async def hidden(at: Sitting, screen: str) -> None:
        await at.press("f10")
        await at.until("Locked")
        await at.type(PASSPHRASE)
        await at.until(screen)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("3", "1")
        await at.until("Line")
        await at.type(case)
        await at.until("Choose")
        await at.press("1")
        await at.until("Choose")
        await hidden(at, "Choose")
        await at.press("1")
        await at.until("Line")
        await at.type("згадала ще")
        await at.until("Story")
        at.app.post_message(Paste("Вони повернулися\nувечері, щоб заб"))
        await at.pilot.pause(0.6)
        assert "5 слів" in at.words
        await hidden(at, "Story")
        assert "увечері, щоб заб" in at.shown
        at.app.post_message(Paste("рати авто."))
        await at.settle()
        await at.press("tab")
        await at.until("Choose")
        await at.press("1")
        await at.until("Told")
        await at.press("enter")
        await at.press("f2")
        await at.until("Home")
        await at.press("2")
        await at.until("Drafts")
        assert f"{case}   доповнення" in at.shown

    sit(story, laptop.env.home)
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        (draft,) = vault.drafts.list()
        told = vault.drafts.values(draft.id)["account.narrative_original"].value
    assert told == "Вони повернулися\nувечері, щоб забрати авто."


def test_an_addition_is_saved_while_it_is_told(tmp_path: Path) -> None:
    """Without any key that hands it in: a laptop that dies now has it; a full disk is said, and the text stays."""
    _, laptop, _ = ready(tmp_path)
    kept: list[str] = []

    def keep(text: str) -> None:
        if text == "Ні":
            raise DiskFull
        kept.append(text)

    async def story(at: Sitting) -> None:
        await at.unlock()
        deed = asyncio.create_task(asyncio.to_thread(at.app.asking.story, "Словами", "Було.", keep))
        await at.until("Story")
        at.app.screen.query_one(Box).text = "Ні"
        await at.pilot.pause(1.5)
        assert "НЕ ЗБЕРЕЖЕНО" in at.shown
        assert kept == []
        at.app.screen.query_one(Box).text = "Ні, було."
        await at.pilot.pause(1.5)
        assert "НЕ ЗБЕРЕЖЕНО" not in at.shown
        assert kept == ["Ні, було."]
        await at.press("tab")
        assert await deed == "Ні, було."

    sit(story, laptop.env.home)
