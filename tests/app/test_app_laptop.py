"""This laptop: what wants doing first, another passphrase, a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intake.errors import WrongPassphrase
from intake.store.vault import Vault
from tests.worlds.app import Sitting, sit
from tests.worlds.loop import PASSPHRASE, ready

if TYPE_CHECKING:
    from pathlib import Path

ANOTHER = "another horse battery staple lantern orchid"


def test_what_wants_doing_comes_first(tmp_path: Path) -> None:
    """Warnings stand above what is well, each with a sign and a word, and with what to do."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("6")
        await at.until("Laptop")
        assert at.shown.index("■") < at.shown.index("✓")
        assert "Що зробити" in at.words

    sit(story, laptop.env.home)


def test_another_passphrase_takes_the_old_one(tmp_path: Path) -> None:
    """The old one is asked for though the vault was open; the new one opens it, the old one no more."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("6", "1")
        await at.until("Secret")
        await at.type(PASSPHRASE)
        await at.until("NewSecret")
        await at.type(ANOTHER)
        await at.type(ANOTHER)
        await at.until("Told")
        await at.press("enter")
        await at.until("Locked")
        await at.unlock(ANOTHER)

    sit(story, laptop.env.home)
    with pytest.raises(WrongPassphrase):
        Vault.open(laptop.env.home, PASSPHRASE)


def test_whoever_finds_it_unlocked_can_not_take_it_over(tmp_path: Path) -> None:
    """Without the old passphrase nothing is changed, and the vault is locked afterwards."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("6", "1")
        await at.until("Secret")
        await at.type("guessed guessed guessed")
        await at.until("Failed")
        await at.press("enter")
        await at.until("Locked")

    sit(story, laptop.env.home)
    Vault.open(laptop.env.home, PASSPHRASE).close()


def test_declining_a_new_passphrase_locks_and_changes_nothing(tmp_path: Path) -> None:
    """F2 at the question, and F10 at the question: locked, the old passphrase still opens it."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        for key in ("f2", "f10"):
            await at.unlock()
            await at.press("6", "1")
            await at.until("Secret")
            await at.press(key)
            await at.until("Locked")

    sit(story, laptop.env.home)
    Vault.open(laptop.env.home, PASSPHRASE).close()


def test_a_backup_on_a_stick(tmp_path: Path) -> None:
    """One file with the day in its name; a folder that is not there is refused where it is typed."""
    _, laptop, _ = ready(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("6", "2")
        await at.until("Place")
        await at.press("tab")
        await at.type(str(stick / "nowhere"))
        assert at.name == "Place"
        await at.press("ctrl+u")
        await at.type(str(stick))
        await at.until("Told")

    sit(story, laptop.env.home)
    assert [path.name for path in stick.iterdir()] == ["backup-2026-11-21-1740.age"]


def test_a_long_page_is_read_on_and_the_row_is_marked_by_a_sign(tmp_path: Path) -> None:
    """Page down and up move a page that is longer than the window, whatever has the focus; ▸ stands before the row."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("6")
        await at.until("Laptop")
        assert "▸1" in at.words
        await at.press("down")
        assert "▸2" in at.words
        assert "▸1" not in at.words
        await at.press("pagedown")
        assert "▸2" not in at.words
        await at.press("pageup")
        assert "▸2" in at.words

    sit(story, laptop.env.home)
