"""Nobody looks over the shoulder: what a hidden screen shows, when it is hidden, and how one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from intake.app.base import PrivateScreen
from intake.app.widgets import Words
from intake.errors import VaultBusy
from intake.keys.pack import Policy
from intake.store.vault import Vault
from intake.usecases import trusted
from tests.worlds.app import Sitting, hidden, sit
from tests.worlds.loop import PASSPHRASE, ready
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from textual.widget import Widget

CANARY = "канарка-у-розповіді"


def locked(home: Path) -> bool:
    """Whether the vault is closed: another one can open it."""
    try:
        Vault.open(home, PASSPHRASE).close()
    except VaultBusy:
        return False
    return True


class Talk(PrivateScreen[None]):
    """A screen as an interview is one: in_interview, something to save, a place to come back to."""

    in_interview: ClassVar[bool] = True

    def __init__(self, came: list[str]) -> None:
        super().__init__("742-118-365-8")
        self.came = came

    def body(self) -> Iterable[Widget]:
        """Something that nobody else may read."""
        yield Words(CANARY)

    def leave(self) -> Callable[[], None]:
        """Save."""
        self.came.append("saved")
        return lambda: self.came.append("back")


def test_locked_says_nothing(tmp_path: Path) -> None:
    """Before the passphrase there is a clock and a place to type; not what this is, whose, or how much."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        assert hidden(at)
        await at.type("abc", enter=False)
        assert "abc" not in at.shown
        assert "•••" in at.shown

    sit(story, laptop.env.home)


def test_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    """A wrong passphrase is refused, forgotten, and the right one still opens."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.type("wrong horse battery")
        assert at.name == "Locked"
        assert "Не той" in at.words or "Не цей" in at.words
        assert "•" not in at.shown
        assert at.app.session.locked
        await at.unlock()

    sit(story, laptop.env.home)


def test_a_coordinators_vault_is_refused(tmp_path: Path) -> None:
    """The application is the interviewer's: another's vault is closed again at once, and it is said why."""
    world, _, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.type(PASSPHRASE)
        assert at.name == "Locked"
        assert "координатор" in at.words
        assert locked(world.env.home)

    sit(story, world.env.home)


def test_a_vault_in_use_is_refused(tmp_path: Path) -> None:
    """While another program holds the vault, the right passphrase says so, and nothing is lost by it."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        with Vault.open(laptop.env.home, PASSPHRASE):
            await at.type(PASSPHRASE)
            assert at.name == "Locked"
            assert at.words != "17:40 Пароль:"
        await at.unlock()

    sit(story, laptop.env.home)


@pytest.mark.parametrize("way", [[], ["2"], ["2", "1"], ["2", "1", "2"], ["2", "1", "4"], ["3"], ["4"], ["4", "enter"],
                                 ["5"], ["6"], ["f7"], ["?"], ["2", "1", "6"], ["3", "1"]])  # fmt: skip
def test_f10_from_anywhere(way: list[str], tmp_path: Path) -> None:
    """From every screen F10 leaves nothing to read, nothing behind it, and the vault closed."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press(*way)
        assert at.name == "Home" or way
        await at.press("f10")
        await at.until("Locked")
        assert hidden(at)
        assert [type(screen).__name__ for screen in at.app.screen_stack] == ["Screen", "Locked"]
        for _ in range(100):
            if at.app.session.locked:
                break
            await at.pilot.pause(0.02)
        assert locked(laptop.env.home)
        await at.unlock()

    sit(story, laptop.env.home)


def test_f10_in_the_middle_of_a_question(tmp_path: Path) -> None:
    """A deed that waits for an answer ends as if nobody had agreed: the draft is still there."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "6")
        await at.until("Line")
        await at.type("742", enter=False)
        await at.press("f10")
        await at.until("Locked")
        assert "742" not in at.shown
        await at.unlock()
        await at.press("2")
        assert "чернетка" in at.shown

    sit(story, laptop.env.home)


def test_two_minutes_outside_an_interview_lock(tmp_path: Path) -> None:
    """A second less does not; any key counts; two minutes close the vault."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.idle(119)
        assert at.name == "Home"
        await at.press("down")
        await at.idle(119)
        assert at.name == "Home"
        await at.idle(1)
        assert hidden(at)
        await at.pilot.pause(0.2)
        assert locked(laptop.env.home)

    sit(story, laptop.env.home)


def test_an_interview_blanks_then_locks(tmp_path: Path) -> None:
    """Listening touches no key: after 2 minutes nothing can be read, any key brings it back; after 15 it is locked."""
    _, laptop, _ = ready(tmp_path)
    came: list[str] = []

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.app.push_screen(Talk(came))
        await at.settle()
        assert CANARY in at.shown
        await at.idle(120)
        assert at.name == "Blank"
        assert CANARY not in at.shown
        assert came == ["saved"]
        await at.press("q")
        assert at.name == "Talk"
        assert CANARY in at.shown
        await at.idle(15 * 60)
        assert hidden(at)
        assert came == ["saved", "saved"]
        await at.unlock()
        assert came[-1] == "back"

    sit(story, laptop.env.home)


def test_the_minutes_are_the_missions(tmp_path: Path) -> None:
    """A policy of one minute, and of four inside an interview: neither earlier nor later."""
    _, laptop, _ = ready(tmp_path)
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        policy = Policy(blank_minutes=1, lock_minutes=3, interview_lock_minutes=4)
        vault.settings.set(trusted.POLICY, policy.model_dump(mode="json"))

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.idle(59)
        assert at.name == "Home"
        await at.idle(2)
        assert at.name == "Blank"
        await at.idle(120)
        assert at.name == "Locked"
        await at.unlock()
        await at.app.push_screen(Talk([]))
        await at.idle(239)
        assert at.name == "Blank"
        await at.idle(2)
        assert at.name == "Locked"

    sit(story, laptop.env.home)


def test_blank_locks_in_the_end(tmp_path: Path) -> None:
    """A blank screen that nobody comes back to is locked after fifteen minutes, not left open for ever."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.app.push_screen(Talk([]))
        await at.idle(121)
        assert at.name == "Blank"
        await at.idle(13 * 60)
        assert at.name == "Locked"
        await at.pilot.pause(0.2)
        assert locked(laptop.env.home)

    sit(story, laptop.env.home)


def test_saved_before_it_is_hidden(tmp_path: Path) -> None:
    """F10 saves before anything else, and the unlocking leads back to where it stood."""
    _, laptop, _ = ready(tmp_path)
    came: list[str] = []

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.app.push_screen(Talk(came))
        await at.press("f10")
        await at.until("Locked")
        assert came == ["saved"]
        await at.unlock()
        assert came == ["saved", "back"]

    sit(story, laptop.env.home)


def test_quitting_closes_the_vault(tmp_path: Path) -> None:
    """Q on Home, also as й, leaves with exit code 0 and the vault closed."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.pilot.press("й")

    app = sit(story, laptop.env.home)
    assert app.return_code == 0
    assert locked(laptop.env.home)
