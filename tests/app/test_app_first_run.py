"""The first time: a laptop without a vault, and somebody who has never seen a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.store.vault import Vault
from tests.worlds.app import Sitting, sit
from tests.worlds.loop import PASSPHRASE, found

if TYPE_CHECKING:
    from pathlib import Path


def test_a_vault_without_an_organisation(tmp_path: Path) -> None:
    """A passphrase of one's own typed twice makes the vault, and opens it on the screen that follows."""

    async def story(at: Sitting) -> None:
        assert at.name == "FirstRun"
        await at.press("2")
        await at.until("NewSecret")
        await at.type(PASSPHRASE)
        assert "ще раз" in at.words
        await at.type(PASSPHRASE)
        await at.until("Told")
        await at.press("enter")
        await at.until("Locked")
        await at.unlock()
        assert "лише чернетки" in at.words

    sit(story, tmp_path / "home")
    assert Vault.exists(tmp_path / "home")


def test_the_suggested_passphrase_once(tmp_path: Path) -> None:
    """The suggestion is shown, and typing it once takes it."""

    async def story(at: Sitting) -> None:
        await at.press("2")
        await at.until("NewSecret")
        suggested = str(at.app.screen.query_one(".secret").render())
        assert len(suggested.split()) == 6
        await at.type(suggested)
        await at.until("Told")
        await at.press("enter")
        await at.until("Locked")
        await at.unlock(suggested)

    sit(story, tmp_path / "home")


def test_two_that_differ_make_nothing(tmp_path: Path) -> None:
    """Two different passphrases make no vault; nor does a weak one, nor leaving."""

    async def story(at: Sitting) -> None:
        await at.press("2")
        await at.until("NewSecret")
        await at.type(PASSPHRASE)
        await at.type(PASSPHRASE + " more")
        assert "не однакові" in at.words or "не збіга" in at.words or "нічого не змінено" in at.words
        await at.type("abc")
        await at.type("abc")
        await at.until("Failed")
        await at.press("enter")
        await at.until("FirstRun")

    sit(story, tmp_path / "home")
    assert not Vault.exists(tmp_path / "home")


def test_with_a_card_words_are_compared(tmp_path: Path) -> None:
    """The card's eight words are shown and asked about before a vault is made; then the request's words are shown."""
    world = found(tmp_path / "org-world")

    async def story(at: Sitting) -> None:
        await at.press("1")
        await at.until("Place")
        await at.press("tab")
        await at.type(str(world.card))
        await at.until("Compare")
        assert not Vault.exists(tmp_path / "home")
        await at.press("1")
        await at.until("NewSecret")
        await at.type(PASSPHRASE)
        await at.type(PASSPHRASE)
        await at.until("Told")
        assert "request.age" in at.words.replace(" ", "")
        assert "порівняйте" in at.words or "звірте" in at.words

    sit(story, tmp_path / "home")
    assert (tmp_path / "home" / "request.age").exists()


def test_a_card_that_is_none(tmp_path: Path) -> None:
    """Any file that is no card is refused with what to do, and no vault is made."""
    other = tmp_path / "letter.txt"
    other.write_text("не картка", "utf-8")

    async def story(at: Sitting) -> None:
        await at.press("1")
        await at.until("Place")
        await at.press("tab")
        await at.type(str(other))
        await at.until("Failed")

    sit(story, tmp_path / "home")
    assert not Vault.exists(tmp_path / "home")


def test_f10_before_there_is_a_vault(tmp_path: Path) -> None:
    """There is nothing to lock yet, and nothing to read: F10 does no harm."""

    async def story(at: Sitting) -> None:
        await at.press("f10")
        assert at.name == "FirstRun"

    sit(story, tmp_path / "home")
