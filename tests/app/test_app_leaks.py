"""What Textual would let out, and what a sitting leaves behind: nothing that can be read."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from intake.app.application import OPENS, IntakeApp
from intake.app.base import PrivateScreen
from intake.app.start import scrub, start
from intake.app.widgets import Field
from intake.cli import failures
from intake.i18n import Translator
from intake.store.vault import Vault
from intake.usecases.phones import phone_book
from tests.worlds.app import Sitting, sit
from tests.worlds.loop import PASSPHRASE, ready
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "канарейка-що-співає"


class Crashes(PrivateScreen[None]):
    """A screen whose worker fails with testimony in its hands."""

    async def fill(self) -> None:
        """Fail."""
        said = CANARY
        raise ValueError(said)


def crashed(home: Path) -> BaseException:
    """What the door gets after a crash."""

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.app.push_screen(Crashes())
        await at.pilot.pause(0.2)

    seen: list[IntakeApp] = []

    async def with_app(at: Sitting) -> None:
        seen.append(at.app)
        await story(at)

    with pytest.raises(Exception):  # noqa: B017  Textual's driver hands the crash to the test as well
        sit(with_app, home)
    assert seen[0].crashed is not None
    assert not seen[0]._exit_renderables
    return seen[0].crashed


def test_a_crash_says_a_place_and_no_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not the exception's words, not a local variable, no traceback: a file and a line, as everywhere."""
    _, laptop, _ = ready(tmp_path)
    error = crashed(laptop.env.home)
    code = failures.fault(error, Translator("uk"))
    said = capsys.readouterr()
    assert code == 1
    assert "test_app_leaks.py" in said.err
    assert CANARY not in said.err + said.out
    assert PASSPHRASE not in said.err + said.out


def test_a_crash_closes_the_vault(tmp_path: Path) -> None:
    """Whatever happens in a screen, the vault is closed by the end, and everything saved is there."""
    _, laptop, _ = ready(tmp_path)
    crashed(laptop.env.home)
    Vault.open(laptop.env.home, PASSPHRASE).close()


def test_textuals_switches_are_taken_out() -> None:
    """Whatever could write the screen or the keys into a file is gone before Textual is imported; the rest stays."""
    environ = {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_LOG": "/tmp/x", "TEXTUAL": "debug,devtools", "TERM": "xterm"}  # noqa: S108
    scrub(environ)
    assert environ == {"TERM": "xterm"}


def test_start_imports_textual_after_the_scrubbing() -> None:
    """A fresh Python: importing the door alone does not import Textual, so there is time to scrub."""
    code = "import sys, intake.app.start; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert start.__module__ == "intake.app.start"


def test_nothing_is_copied_to_the_terminals_clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copying stays inside: no OSC 52 goes to the terminal; hiding empties even that."""
    _, laptop, _ = ready(tmp_path)
    written: list[str] = []

    async def story(at: Sitting) -> None:
        driver = at.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)  # the terminal itself
        await at.unlock()
        at.app.copy_to_clipboard(CANARY)
        assert at.app.clipboard == CANARY
        await at.press("f10")
        await at.until("Locked")
        assert at.app.clipboard == ""

    sit(story, laptop.env.home)
    assert not any("]52;" in text for text in written)


def test_no_palette_no_screenshot_no_ctrl_q(tmp_path: Path) -> None:
    """Ctrl+P opens no palette, Ctrl+Q and Ctrl+C end nothing, a bare Esc leaves everything as it is."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2")
        for key in ("ctrl+p", "ctrl+q", "ctrl+c", "ctrl+s", "escape", "ctrl+backslash"):
            await at.press(key)
            assert at.name == "Drafts"

    app = sit(story, laptop.env.home)
    assert not app.use_command_palette


def test_a_passphrase_is_not_kept(tmp_path: Path) -> None:
    """After unlocking no field, no attribute of the application or of its session holds the passphrase."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        assert not at.app.query(Field)
        held = [*vars(at.app).values(), *vars(at.app.session).values()]
        assert not any(value == PASSPHRASE for value in held)

    sit(story, laptop.env.home)


def test_nothing_readable_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole sitting, with a draft, its gaps, a language changed, hidden and locked: no word of it in any file."""
    _, laptop, _ = ready(tmp_path)
    document = made_up()
    document["account"]["narrative_original"] = f"{CANARY} " * 300
    laptop.add([document])
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(scratch))
    monkeypatch.chdir(scratch)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("2", "1", "2")
        await at.press("enter", "'", "f10")
        await at.until("Locked")

    sit(story, laptop.env.home)
    assert list(scratch.rglob("*")) == []
    needles = [CANARY.encode(form) for form in ("utf-8", "utf-16-le")] + [PASSPHRASE.encode()]
    for path in laptop.env.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(needle in data for needle in needles), path.name


def test_every_entry_of_home_leads_somewhere() -> None:
    """The table names modules and classes as text; each is there."""
    for target in OPENS.values():
        module, _, name = target.partition(":")
        assert issubclass(getattr(import_module(module), name), PrivateScreen)


def test_numbers_are_cited_and_in_three_languages() -> None:
    """Every number has its label in each language, and the list its date as people write it."""
    book = phone_book()
    assert book.edition == "21.11.2026"
    assert all(phone.numbers and all(phone.says[lang] for lang in ("uk", "ru", "en")) for phone in book.phones)


def test_no_colour_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR everything is still said: signs and words, not colours, carry it."""
    monkeypatch.setenv("NO_COLOR", "1")
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        assert at.app.no_color or any(type(one).__name__ in ("NoColor", "Monochrome") for one in at.app._filters)
        await at.unlock()
        assert "Чернетки" in at.shown

    sit(story, laptop.env.home)


def test_a_small_window_still_shows_the_way_out(tmp_path: Path) -> None:
    """Made smaller than 80x24 while it runs, a screen scrolls, and F10 still hides it."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        await at.press("6", "f10")
        await at.until("Locked")

    sit(story, laptop.env.home, size=(50, 12))


def test_a_wide_window_gets_margins(tmp_path: Path) -> None:
    """At 200 columns the lines are as long as at 92, in the middle."""
    _, laptop, _ = ready(tmp_path)

    async def story(at: Sitting) -> None:
        await at.unlock()
        assert max(map(len, at.shown.splitlines())) <= 146
        assert at.shown.splitlines()[0].startswith(" " * 50)

    sit(story, laptop.env.home, size=(200, 50))
