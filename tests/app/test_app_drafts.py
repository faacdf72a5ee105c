"""Home, drafts and sealing: what a list may show, and that nothing final happens by accident."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intake.store.vault import Vault
from intake.usecases.add import add
from intake.usecases.init import init
from intake.usecases.listing import list_
from intake.usecases.seal import seal
from tests.worlds.app import Sitting, sit
from tests.worlds.broken import BROKEN
from tests.worlds.loop import PASSPHRASE, environment, lines, ready
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from intake.usecases.environment import Environment

CODE = re.compile(r"\d{3}-\d{3}-\d{3}-\d")
SAID = ("Олена", "Коваленко", "інсулін", "амбулаторія", "Каховк", "паспорт")  # of the made-up testimony


def states(env: Environment) -> list[str]:
    """The state of every case."""
    return [row.state for row in list_(env)]


def test_home_counts(tmp_path: Path) -> None:
    """Home says how many drafts wait and since when, how many are sealed and not handed over, in numbers only."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up(n=n) for n in range(3)])
    laptop.seal([list_(laptop.env)[0].case])

    async def story(at: Sitting) -> None:
        await at.unlock()
        assert re.search(r"2\s+Чернетки\s+2\s+найстарша: сьогодні", at.shown)
        assert re.search(r"3\s+Запечатані\s+1\s+1 ще не передано", at.shown)
        assert "зареєстровано як d-1" in at.shown
        assert not any(word in at.shown for word in SAID)

    sit(story, laptop.env.home)


@pytest.mark.parametrize(("digit", "screen"), [("2", "Drafts"), ("3", "Sealed"), ("4", "HandOver"), ("5", "Packs"),
                                               ("6", "Laptop")])  # fmt: skip
def test_digits_open_and_f2_goes_back(digit: str, screen: str, tmp_path: Path) -> None:
    """A digit opens its entry, F2 leads back to Home, and F2 on Home leads nowhere."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press(digit)
        await at.until(screen)
        await at.press("f2")
        await at.until("Home")
        await at.press("f2")
        assert at.name == "Home"

    sit(story, laptop.env.home)


def test_arrows_and_enter_do_the_same(tmp_path: Path) -> None:
    """Everything a digit opens, arrows and Enter open too."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("down", "down", "enter")
        await at.until("Sealed")

    sit(story, laptop.env.home)


@pytest.mark.parametrize("key", ["'", "є", "э"])
def test_the_language_key_on_every_layout(key: str, tmp_path: Path) -> None:
    """One key, whatever the layout, goes through the three languages and comes back; what is on the screen follows."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        for word in ("Черновики", "Drafts", "Чернетки"):
            await at.press(key)
            assert word in at.shown

    sit(story, laptop.env.home)


def test_numbers_and_help_from_home(tmp_path: Path) -> None:
    """F7 shows where a person gets help, with the date of the edition; ? explains; both go back."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("f7")
        assert "1648" in at.shown
        assert "Станом на 21.11.2026" in at.words
        await at.press("f7")
        assert at.name == "Home"
        await at.press("comma")  # Shift+/ under a Cyrillic layout
        await at.until("Explained")
        await at.press("enter")
        assert at.name == "Home"

    sit(story, laptop.env.home)


def test_numbers_are_not_shown_over_a_locked_screen(tmp_path: Path) -> None:
    """F7 on the locked screen does nothing: it would say what this is."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.press("f7", "f2", "'")
        assert at.name == "Locked"
        assert "1648" not in at.shown

    sit(story, laptop.env.home)


def test_a_list_shows_code_state_and_age_only(tmp_path: Path) -> None:
    """Of a draft the list and its deeds show the case code, never a word of what was said."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2")
        assert CODE.search(at.shown)
        assert not any(word in at.shown for word in SAID)
        await at.press("1")
        assert at.name == "DraftDeeds"
        assert not any(word in at.shown for word in SAID)

    sit(story, laptop.env.home)


def test_destroying_takes_the_code(tmp_path: Path) -> None:
    """Another code destroys nothing, and says so; the draft's own code does."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    code = list_(laptop.env)[0].case

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "6")
        await at.until("Line")
        await at.type("111-111-111-1")
        await at.until("Failed")
        await at.press("enter", "6")
        await at.until("Line")
        await at.type(code)
        await at.until("Told")
        assert "знищено" in at.words
        await at.press("enter")
        await at.until("Drafts")
        assert "Чернеток немає" in at.words

    sit(story, laptop.env.home)
    assert list_(laptop.env) == ()


def test_declined_destruction_keeps_the_draft(tmp_path: Path) -> None:
    """F2 at the question leaves everything as it was."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "6")
        await at.until("Line")
        await at.press("f2")
        assert at.name == "DraftDeeds"

    sit(story, laptop.env.home)
    assert states(laptop.env) == ["draft"]


def test_sealing_shows_consent_readers_and_consequence_first(tmp_path: Path) -> None:
    """Nothing is sealed until Enter, on a screen that says what was agreed to, what lacks, and who will read it."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "4")
        await at.until("Sealing")
        for word in (
            "✓ Зберігати",
            "Бракує",
            "можна лишити",
            "Прочитають",
            "Вигаданий осередок",
            "не зможе його прочитати",
        ):
            assert word in at.words
        await at.press("f2")
        assert at.name == "DraftDeeds"
        await at.press("4")
        await at.until("Sealing")
        await at.press("enter")
        await at.until("Told")
        assert "Запечатано." in at.shown
        await at.press("enter")
        await at.until("Drafts")

    sit(story, laptop.env.home)
    assert states(laptop.env) == ["sealed"]


def test_back_from_an_interview_is_the_list(tmp_path: Path) -> None:
    """Inside it the draft may have been sealed; what could be done with a draft is not offered any more."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "1")
        await at.until("InterviewScreen")
        seal(at.app.session.env, [list_(at.app.session.env)[0].case])
        at.app.pop_screen()
        await at.until("Drafts")
        assert "Чернеток немає" in at.words

    sit(story, laptop.env.home)


def test_what_stops_a_sealing_is_said_and_it_stays_a_draft(tmp_path: Path) -> None:
    """Consent that was not understood stops it: the rule is named, and nothing is lost."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    with Vault.open(laptop.env.home, PASSPHRASE) as vault:
        vault.drafts.save(vault.drafts.list()[0].id, "account.consent.understood", "no")

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "4")
        await at.until("Sealing")
        assert "треба виправити" in at.words
        await at.press("enter")
        await at.until("Told")
        assert "Нічого не втрачено" in at.words
        assert re.search(r"V\d\d", at.shown)

    sit(story, laptop.env.home)
    assert states(laptop.env) == ["draft"]


def test_a_warning_asks_why(tmp_path: Path) -> None:
    """A telephone number in the story may stand with a reason in words; without one it is asked again, F2 seals not."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([BROKEN["V23", "phone"](made_up())])

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "4")
        await at.until("Sealing")
        await at.press("enter")
        await at.until("Line")
        await at.press("f2")
        await at.until("Sealing")
        await at.press("enter")
        await at.until("Line")
        await at.press("enter")
        await at.pilot.pause(0.1)
        await at.until("Line")
        await at.type("це гаряча лінія, вона відкрита")
        await at.until("Told")
        assert "Запечатано." in at.shown

    sit(story, laptop.env.home)
    assert states(laptop.env) == ["sealed"]


def test_a_laptop_without_an_organisation_can_not_seal(tmp_path: Path) -> None:
    """The screen says what is missing, Enter does nothing, and the draft stays."""
    env = environment(tmp_path / "alone")
    init(env, None)
    add(env, io.BytesIO(lines([made_up()])))

    async def story(at: Sitting) -> None:
        await at.unlock()
        assert "організації ще немає" in at.words
        await at.press("2", "1", "4")
        await at.until("Sealing")
        assert "■" in at.shown
        await at.press("enter")
        assert at.name == "Sealing"

    sit(story, env.home)
    assert states(env) == ["draft"]


def test_attaching_a_file(tmp_path: Path) -> None:
    """A file is chosen by its path, what it shows is asked, and it is said that the original stays where it was."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(1000))

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "3")
        await at.until("Place")
        await at.type(str(tmp_path / "absent.jpg"))  # no key leads to the field: what is typed is the path
        assert "Такого місця немає" in at.words
        await at.press("ctrl+u")
        await at.type(str(photo))
        await at.until("Choose")
        await at.press("6")
        await at.until("Told")
        assert "лишаються там" in at.words or "лишились" in at.words or "оригінал" in at.words.lower()

    sit(story, laptop.env.home)
    assert photo.exists()


def test_browsing_for_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folder by folder with the arrows, up again with Backspace; hidden files are not listed."""
    _, laptop, _ = ready(tmp_path)
    laptop.add([made_up()])
    home = tmp_path / "person"
    (home / "вкладки").mkdir(parents=True)
    (home / "вкладки" / "лист.pdf").write_bytes(b"%PDF-1.7")
    (home / ".secret").write_bytes(b"")
    monkeypatch.setattr(Path, "home", lambda: home)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "3")
        await at.until("Place")
        await at.press("end", "enter")
        assert "вкладки/" in at.shown
        assert ".secret" not in at.shown
        await at.press("1")
        assert "лист.pdf" in at.shown
        await at.press("backspace")
        assert "вкладки/" in at.shown

    sit(story, laptop.env.home)
