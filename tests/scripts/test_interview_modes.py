"""Each kind of talk in a real terminal, typed in Ukrainian, from its first question to a sealed record.

The driver has a session of its own beside the program's, which says what must be on the screen; what it types is typed.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from intake.i18n.layouts import QWERTY, UKRAINIAN
from intake.questionnaire.model import MODES
from intake.store.vault import Vault
from intake.usecases.gaps import gaps
from intake.usecases.org_enrol import Profile
from tests.worlds import loop
from tests.worlds.questionnaire import ANSWERS, TRAINED, Disk, at_gate, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intake.questionnaire.engine import Session

ROOT = Path(__file__).parents[2]
WRONG_LAYOUT = str.maketrans(UKRAINIAN, QWERTY)
IN_THE_WRONG_LAYOUT = {"languages", "consent_text", "actors", "search_category", "place_precision"}


class Sitting:
    """An interviewer at the terminal of an enrolled laptop, and the session that says what comes next."""

    def __init__(self, laptop: loop.Laptop, mode: str, user: Path) -> None:
        self.laptop = laptop
        self.mode = mode
        self.user = user
        self.user.mkdir(exist_ok=True)
        self.mirror: Session = Disk(mode).session()
        self.child = self.start()

    def start(self, case: str = "") -> Any:
        """The program, on 80 by 24."""
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.user), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        words = ["-m", "tests.worlds.line_interview", str(self.laptop.env.home), case, self.mode, loop.PASSPHRASE]
        child = pexpect.spawn(
            sys.executable,
            words,
            cwd=str(self.user),
            env=environ | {"PYTHONPATH": str(ROOT)},
            encoding="utf-8",
            dimensions=(24, 80),
            timeout=20,
        )
        child.delaybeforesend = None
        return child

    def until(self, stop: str = "", **answers: str) -> None:
        """Type the answers of the world, each at its own question, until `stop` is asked."""
        while self.mirror.current is not None and question(self.mirror) != stop:
            self.see()
            self.type_one(answers)

    def see(self) -> None:
        """What the session beside asks is on the screen."""
        asked = self.mirror.current
        assert asked is not None
        words = r"\s+".join(re.escape(word) for word in asked.label.split()[:4])
        while self.child.expect([words, r"Enter[^\r\n]{3,40}$"]) == 1:
            self.child.send("\r")  # another page of the consent text

    def type_one(self, answers: dict[str, str]) -> None:
        """One answer, here and in the session beside."""
        name = question(self.mirror)
        line = (ANSWERS | answers).get(name, "")
        if name.endswith("+"):
            line = at_gate(self.mirror)
        typed = line.translate(WRONG_LAYOUT) if name in IN_THE_WRONG_LAYOUT else line
        self.child.expect([r"> $", r"\d  $"])
        self.child.send("\r".join([*line.split("\n"), "."]) + "\r" if name == "narrative" else f"{typed}\r")
        if not line:
            self.mirror.next()
        elif self.mirror.answer(line).stays:
            self.child.expect("це одне з")
            self.child.expect("> $")
            self.child.send("\r")
            self.mirror.next()

    def finish(self) -> str:
        """From the review at the end, out; the case code."""
        self.child.expect("Нічого не бракує")
        self.child.expect("> $")
        self.child.send("\r")
        self.child.expect(r"(\d{3}-\d{3}-\d{3}-\d) finished")
        case = str(self.child.match.group(1))
        self.child.expect(pexpect.EOF)
        return case


@pytest.fixture
def laptop(tmp_path: Path) -> loop.Laptop:
    """A laptop of somebody trained for everything."""
    world, _, _ = loop.ready(tmp_path / "world")
    return world.laptop("trained", Profile("c-07", **TRAINED))


@pytest.fixture
def user(tmp_path: Path) -> Iterator[Path]:
    """A home folder of the user, in which nothing may appear."""
    folder = tmp_path / "user"
    yield folder
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", MODES)
def test_from_the_first_question_to_a_sealed_record(laptop: loop.Laptop, user: Path, mode: str) -> None:
    """Typed by hand, some of it in the wrong layout: no rule stops it, and this laptop can't read it any more."""
    sitting = Sitting(laptop, mode, user)
    sitting.until()
    case = sitting.finish()
    assert gaps(laptop.env, case) == ()
    report = laptop.seal([case])
    assert (report.refused, [one.case for one in report.sealed]) == ((), [case])


def test_kill_9_in_the_middle_of_a_full_account(laptop: loop.Laptop, user: Path) -> None:
    """Killed among the details of an incident: the same question is on the screen again, nothing is asked twice."""
    sitting = Sitting(laptop, "full_account", user)
    sitting.until("detained_when", violations="det.arbitrary_detention")
    sitting.see()
    sitting.child.kill(signal.SIGKILL)
    sitting.child.wait()
    with Vault.open(laptop.env.home, loop.PASSPHRASE) as vault:
        (draft,) = vault.drafts.list()
    sitting.child = sitting.start(draft.case_code)
    sitting.until()
    assert laptop.seal([sitting.finish()]).refused == ()


def test_what_is_missing_is_shown_before_the_end(laptop: loop.Laptop, user: Path) -> None:
    """Strong distress and no pause is asked about while the witness is there; its number leads to the question."""
    sitting = Sitting(laptop, "referral_only", user)
    sitting.until("welfare_check", distress="3")
    sitting.until(welfare_check="1")
    sitting.child.expect("Бракує")
    sitting.child.expect("V25")
    sitting.child.expect("> $")
    sitting.child.send("1\r")
    sitting.child.expect(r"Як людина\s+перенесла")
    sitting.child.expect("> $")
    sitting.child.send("2\r")
    for _ in range(2):  # what follows is answered: Enter goes on
        sitting.child.expect("> $")
        sitting.child.send("\r")
    assert sitting.finish()


def test_a_closed_gate_offers_another_kind_of_talk(laptop: loop.Laptop, user: Path) -> None:
    """A child who is alone: the screen says why, and goes on as a search with all that was answered."""
    sitting = Sitting(laptop, "first_account", user)
    sitting.until("giver", is_child="1")
    sitting.see()
    sitting.child.expect("> $")
    sitting.child.send("2\r")
    sitting.child.expect("Розповіді дитини")
    sitting.child.expect("1  Лише запит на розшук")
    sitting.child.expect("> $")
    sitting.child.send("1\r")
    sitting.child.expect("Хто вирішує")
    sitting.child.expect("Дитина без супроводу")
