"""Addenda, withdrawals and decisions as they are typed: what is asked, what is printed, which exit code comes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from intake.records.ids import new_case_code
from tests.worlds.cli import Desk, seat
from tests.worlds.loop import lines
from tests.worlds.records import made_up

if TYPE_CHECKING:
    from pathlib import Path

PHRASE = "синій чайник"
SAID = "addition_by_person\nperson\nзгадала\nЇх було двоє.\n\nshare_un\nrefused\n-\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An organisation and two laptops."""
    return seat(tmp_path)


def carried(desk: Desk, home: str = "laptop-1") -> None:
    """What this laptop has goes to the coordinator."""
    assert desk.run(home, "export", "--to", desk.stick).code == 0
    assert desk.run("org", "import", desk.stick).code == 0


def told(desk: Desk) -> str:
    """A testimony, sealed on the first laptop and imported; its case code."""
    document = made_up()
    document["account"]["consent"]["decisions"]["contact_again"] = {"decision": "given"}
    contact = {"channel": "signal", "value": "+380 44 000 00 00", "code_phrase": PHRASE}
    document["identity"]["persons"][0]["safe_contact"] = contact
    added = desk.run("laptop-1", "add", "-", "--json", stdin=lines([document]).decode())
    case: str = added.json["drafts"][0]["case"]
    assert desk.run("laptop-1", "seal", case).code == 0
    carried(desk)
    return case


def taken_back(desk: Desk, case: str, said: str = PHRASE) -> None:
    """Withdrawn on the laptop that never held it."""
    done = desk.run("laptop-2", "withdraw", case, stdin=f"all\nrestrict\nperson\n\n{said}\n")
    assert done.code == 0
    assert said not in done.out + done.err
    carried(desk, "laptop-2")


def decide(desk: Desk, kind: str, case: str, reason: str = "так сказано") -> int:
    """A decision, with a reason and the code typed again."""
    return desk.run("org", "decide", kind, case, stdin=f"{reason}\n{case}\n").code


def test_an_addendum_is_asked_for_and_shown_behind_its_testimony(desk: Desk) -> None:
    """Asked line by line on a laptop that can't read the testimony; the coordinator sees both, and consent as it is."""
    case = told(desk)
    asked = desk.run("laptop-1", "amend", case, stdin=SAID)
    assert asked.code == 0
    assert "addendum" in desk.run("laptop-1", "list").out
    assert "Їх було двоє." in desk.run("laptop-1", "show", case, "--plaintext").out
    assert desk.run("laptop-1", "seal", case).code == 0
    assert desk.run("laptop-1", "show", case, "--plaintext").code == 42
    carried(desk)
    shown = desk.run("org", "show", case, "--plaintext").out
    assert shown.index(made_up()["account"]["narrative_original"][:20]) < shown.index("Їх було двоє.")
    assert re.search(r"Share with UN mechanisms: No · an addendum", shown)
    plain = desk.run("org", "show", case, "--plaintext", "--json").json
    assert plain["view"]["consents"]["share_un"]["decision"] == "refused"
    assert {one["record"]["kind"] for one in plain["records"].values()} == {"addendum"}
    assert "1 addendum" in desk.run("org", "list").out


@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_a_coding_is_asked_for_or_read_and_shown_in_words(desk: Desk, lang: str) -> None:
    """By questions, then as JSON from a pipe; `show` has label and code, and the account as it was."""
    case = told(desk)
    asked = desk.run("org", "coding", case, stdin="strict\n-\n-\n\n\n", lang=lang)
    assert asked.code == 0, asked.err
    read = desk.run("org", "coding", case, "-", "--json", stdin='{"sensitivity": "sealed_source"}', lang=lang)
    assert (read.code, read.json["version"]) == (0, 2)
    assert "sealed_source: " in desk.run("org", "show", case, "--plaintext", lang=lang).out
    refused = desk.run("org", "coding", case, "-", stdin='{"sensitivity": "very"}', lang=lang)
    assert refused.code != 0
    assert "coding.sensitivity" in refused.err
    assert "very" not in refused.err


def test_a_testimony_shows_by_its_questions_and_codes_in_words(desk: Desk) -> None:
    """No raw field name where a question asks for it; what no question asks stands under its field's name."""
    shown = desk.run("org", "show", told(desk), "--plaintext").out
    assert "narrative_original" not in shown
    assert "share_icc_otp" not in shown
    assert "CONSENT AS IT STANDS NOW" in shown


def test_what_was_taken_back_is_not_shown(desk: Desk) -> None:
    """`show` refuses and says what can be done; the list marks it; a decision by who compares the phrase."""
    case = told(desk)
    taken_back(desk, case)
    refused = desk.run("org", "show", case, "--plaintext")
    assert refused.code == 12
    assert f"intake decide withdrawal_confirmed {case}" in refused.err
    assert "withdrawn" in desk.run("org", "list").out
    done = desk.run("org", "decide", "withdrawal_confirmed", case, stdin=f"так\n{case}\n")
    assert done.code == 0
    assert "the code phrase is the one on file" in done.out
    assert PHRASE not in done.out + done.err
    assert decide(desk, "erase", case) == 0
    assert desk.run("org", "show", case, "--plaintext").code == 12
    assert "erased" in desk.run("org", "list").out


def test_a_withdrawal_says_what_came_in(desk: Desk) -> None:
    """The import names it: somebody has to act on it."""
    case = told(desk)
    desk.run("laptop-2", "withdraw", case, stdin="all\nerase_all\nperson\n\n\n")
    desk.run("laptop-2", "export", "--to", desk.stick)
    said = desk.run("org", "import", desk.stick).out
    assert "New withdrawals: nobody reads or uses these cases" in said


@pytest.mark.parametrize(
    ("words", "stdin", "code"),
    [
        (("decide", "burn", "742-118-365-8"), "", 2),
        (("decide", "erase", "742-118-365-8"), "", 12),
        (("decide", "erase", "nonsense"), "", 12),
        (("quarantine", "show", "7"), "", 12),
        (("quarantine", "release", "7"), "", 12),
    ],
)
def test_what_is_not_there_is_refused(desk: Desk, words: tuple[str, ...], stdin: str, code: int) -> None:
    """A decision that is none, a case that is not here, an entry that is not in quarantine."""
    assert desk.run("org", *words, stdin=stdin).code == code


def test_another_code_typed_changes_nothing(desk: Desk) -> None:
    """Exit code 3, and the testimony is there."""
    case = told(desk)
    assert desk.run("org", "decide", "erase", case, stdin="так\n742-118-365-8\n").code == 3
    assert desk.run("org", "show", case, "--plaintext").code == 0


def test_too_many_withdrawals_wait_and_are_let_through(desk: Desk) -> None:
    """An eleventh by one laptop in a day waits in quarantine; an officer looks, says why, and it counts."""
    case = told(desk)
    for _ in range(10):
        assert desk.run("laptop-2", "withdraw", new_case_code(), stdin="all\nrestrict\nperson\n\n\n").code == 0
    assert desk.run("laptop-2", "withdraw", case, stdin=f"all\nrestrict\nperson\n\n{PHRASE}\n").code == 0
    assert desk.run("laptop-2", "export", "--to", desk.stick).code == 0
    assert desk.run("org", "import", desk.stick).code == 36
    assert desk.run("org", "show", case, "--plaintext").code == 0
    kept = desk.run("org", "quarantine", "list", "--json").json
    assert {one["check"] for one in kept} == {"I13", "I10"}
    number = next(str(one["number"]) for one in kept if one["check"] == "I13")
    assert "I13" in desk.run("org", "quarantine", "show", number).out
    wrong = next(str(one["number"]) for one in kept if one["check"] == "I10")
    assert desk.run("org", "quarantine", "release", wrong, stdin="x\n").code == 12
    done = desk.run("org", "quarantine", "release", number, stdin=f"подзвонили\n{number}\n")
    assert (done.code, case in done.out) == (0, True)
    assert desk.run("org", "show", case, "--plaintext").code == 12
    assert desk.run("org", "quarantine", "list", "--json").json == []


@pytest.mark.parametrize("lang", ["uk", "ru", "en"])
def test_every_language_asks_and_tells(desk: Desk, lang: str) -> None:
    """The same deeds in each language end the same way."""
    case = told(desk)
    assert desk.run("laptop-1", "amend", case, stdin=SAID, lang=lang).code == 0
    assert desk.run("laptop-1", "seal", case, lang=lang).code == 0
    carried(desk)
    assert desk.run("org", "show", case, "--plaintext", lang=lang).code == 0
    assert desk.run("org", "decide", "legal_hold", case, stdin=f"слідство\n{case}\n", lang=lang).code == 0
    held = desk.run("org", "decide", "erase", case, stdin=f"слідство\n{case}\n", lang=lang)
    assert held.code == 12
