"""On a real terminal: nothing secret is echoed or kept, Ctrl-C is understood, and the screen is left clean."""

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

from tests.worlds.cli import Desk, seat
from tests.worlds.loop import PASSPHRASE
from tests.worlds.records import SCENARIOS, made_up

TIMEOUT = 60


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An organisation, two laptops, and a draft on the first."""
    return seat(tmp_path_factory.mktemp("desk"))


def terminal(desk: Desk, home: str, *words: str | Path) -> pexpect.spawn:
    """A command on a terminal of its own, in English, asking for everything."""
    environ = {**os.environ, "INTAKE_LANG": "en", "TERM": "xterm"}
    environ.pop("INTAKE_PASSPHRASE_FILE", None)
    arguments = ["-m", "intake", "--home", str(desk.folder / home), *(str(word) for word in words)]
    return pexpect.spawn(sys.executable, arguments, env=environ, encoding="utf-8", timeout=TIMEOUT, dimensions=(24, 80))


def ended(process: pexpect.spawn) -> int:
    """The exit code, once everything was read."""
    process.expect(pexpect.EOF)
    process.close()
    assert isinstance(process.exitstatus, int)
    return process.exitstatus


def test_a_passphrase_is_not_echoed(desk: Desk) -> None:
    """It is asked for on the terminal, not shown, and the window's title says nothing."""
    process = terminal(desk, "laptop-2", "status")
    process.expect("Passphrase")
    before = str(process.before)
    assert "\x1b]0;terminal\x07" in before
    assert "intake" not in before
    process.sendline(PASSPHRASE)
    assert ended(process) == 0
    assert PASSPHRASE not in str(process.before)
    assert "d-2" in str(process.before)


def test_a_wrong_passphrase_is_not_repeated(desk: Desk) -> None:
    """The refusal has its own code and does not quote what was typed."""
    process = terminal(desk, "laptop-2", "status")
    process.expect("Passphrase")
    process.sendline("not the one")
    assert ended(process) == 10
    assert "not the one" not in str(process.before)


def test_ctrl_c_at_a_question(desk: Desk) -> None:
    """Interrupted is 130, two lines, no traceback."""
    process = terminal(desk, "laptop-2", "status")
    process.expect("Passphrase")
    process.sendintr()
    assert ended(process) == 130
    assert "Traceback" not in str(process.before)
    assert "intake: error: interrupted" in str(process.before)


def test_the_end_of_input_at_a_question(desk: Desk) -> None:
    """Ctrl-D is leaving, too."""
    process = terminal(desk, "laptop-2", "status")
    process.expect("Passphrase")
    process.sendeof()
    assert ended(process) == 130


def test_no_input_asks_nothing_on_a_terminal(desk: Desk) -> None:
    """`--no-input` is an error that names the option, not a question."""
    process = terminal(desk, "laptop-2", "status", "--no-input")
    assert ended(process) == 2
    assert "--passphrase-file" in str(process.before)


def test_show_uses_the_alternate_screen(desk: Desk) -> None:
    """A testimony is shown on a screen that is cleared and left; afterwards none of it stands on the terminal."""
    document = made_up(violation=next(iter(SCENARIOS)), n=0)
    added = desk.run("laptop-1", "add", "-", stdin=json.dumps(document))
    process = terminal(desk, "laptop-1", "show", added.out.strip())
    process.expect("Passphrase")
    process.sendline(PASSPHRASE)
    process.expect_exact("\x1b[?1049h")
    process.expect("Enter: go on")
    process.sendintr()
    assert ended(process) == 130
    after = str(process.before)
    assert "\x1b[2J\x1b[?1049l" in after
    assert "account" not in after.partition("\x1b[?1049l")[2]


def test_words_are_compared_by_a_person(desk: Desk) -> None:
    """`init --org` shows eight words and waits; a no, in any layout, makes nothing."""
    process = terminal(desk, "laptop-3", "init", "--org", desk.folder / "org" / "card", "--yes")
    process.expect(r"\[1 yes / 2 no\]")
    process.sendline("may be")
    process.expect(r"\[1 yes / 2 no\]")
    process.sendline("тщ")
    assert ended(process) == 3
    assert not (desk.folder / "laptop-3").exists()


def test_an_interview_left_before_consent_is_nowhere(desk: Desk) -> None:
    """`quit` in a Cyrillic layout leaves; before consent nothing is kept, and that is what is said."""
    process = terminal(desk, "laptop-2", "interview", "--mode", "first_account")
    process.expect("Passphrase")
    process.sendline(PASSPHRASE)
    process.expect("q leave")
    process.send("йгше\r")
    assert ended(process) == 0
    assert "Nothing was saved" in str(process.before)
    assert desk.run("laptop-2", "list", "--json").json == []


def test_a_new_passphrase_is_suggested_and_cleared_away(desk: Desk) -> None:
    """`init` offers six words; two that differ are asked for again; what stood on the screen is cleared at the end."""
    process = terminal(desk, "laptop-4", "init")
    process.expect(r"\r\n    ([a-z]+(?: [a-z]+){5})\r\n")
    assert process.match is not None
    suggested = process.match.group(1)
    process.expect("New passphrase")
    process.sendline("one of my own")
    process.expect("yours, once more")
    process.sendline("and another")
    process.expect("not the same")
    process.expect("New passphrase")
    process.sendline(suggested)
    process.expect_exact("\x1b[2J\x1b[3J\x1b[H")
    assert ended(process) == 0
    assert suggested not in str(process.before)
    assert (desk.folder / "laptop-4" / "store.db").exists()


def test_long_work_shows_a_bar_and_no_content(desk: Desk) -> None:
    """On a terminal a bar is drawn on stderr and taken away again; the case code is all that is said."""
    document = made_up(violation=next(iter(SCENARIOS)), n=1)
    code = desk.run("laptop-1", "add", "-", stdin=json.dumps(document)).out.strip()
    process = terminal(desk, "laptop-1", "seal", code)
    process.expect("Passphrase")
    process.sendline(PASSPHRASE)
    assert ended(process) == 0
    said = str(process.before)
    assert "sealing" in said
    assert f"{code}: sealed" in said
    assert document["account"]["narrative_original"][:20] not in said


def test_no_bar_is_drawn_while_something_is_asked(desk: Desk) -> None:
    """A warning's reason is asked for in the middle of sealing: nothing stands over what is typed."""
    document = made_up(violation=next(iter(SCENARIOS)), n=2)
    document["account"]["narrative_original"] += " Писали на nobody@example.org щодня."
    code = desk.run("laptop-1", "add", "-", stdin=json.dumps(document)).out.strip()
    process = terminal(desk, "laptop-1", "seal", code)
    process.expect("Passphrase")
    process.sendline(PASSPHRASE)
    process.expect(r"Why is it to stand\?")
    with pytest.raises(pexpect.TIMEOUT):
        process.expect("0/1", timeout=1)
    process.sendline("адреса видумана, для вправи")
    assert ended(process) == 0
    assert f"{code}: sealed" in str(process.before)
