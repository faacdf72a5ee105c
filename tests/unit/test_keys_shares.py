"""Sheets as values: every combination restores, fewer do not; words, check values, layouts, and what a sheet shows."""

from __future__ import annotations

import hashlib
import subprocess
from html.parser import HTMLParser
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from shamir_mnemonic import Share, split_ems
from shamir_mnemonic.wordlist import WORDLIST

from intake.cli.sheet_words import Typing
from intake.errors import DamagedSheet, SheetsDoNotFit
from intake.i18n import Translator
from intake.keys.shares import SETS, KeySet, Sheet, parse, restore, split, whole_word
from intake.usecases.shares_sheet import Page, as_html, as_text
from tests.worlds.crypto import need

if TYPE_CHECKING:
    from pathlib import Path

SECRET = bytes(range(32))
TO_CYRILLIC = str.maketrans("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить")


@pytest.fixture(scope="module")
def sheets() -> tuple[Sheet, ...]:
    """Three of five."""
    return split(SECRET, "archive", 3, 5)


def page(sheet: Sheet) -> Page:
    """On paper."""
    return Page(sheet, 5, "ab" * 32, "2026-11-21")


def test_any_three_restore_and_no_two_do(sheets: tuple[Sheet, ...]) -> None:
    """All ten combinations, in any order; of every two, nothing."""
    assert {restore(some) for some in combinations(sheets, 3)} == {SECRET}
    assert restore(sheets[::-2]) == SECRET
    for two in combinations(sheets, 2):
        with pytest.raises(SheetsDoNotFit):
            restore(two)


@pytest.mark.parametrize("key_set", SETS)
def test_a_sheet_says_its_set(key_set: KeySet) -> None:
    """By its words alone (K73), and never under the number of a former split."""
    made = split(SECRET, key_set, 2, 2)
    assert {parse(" ".join(sheet.words)).key_set for sheet in made} == {key_set}
    again = split(SECRET, key_set, 2, 2, range(SETS.index(key_set), 1 << 15, 4)[:-1])
    assert again[0].split == (1 << 15) - 4 + SETS.index(key_set)


def test_a_split_that_does_not_restore_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """One share of the library's turned out wrong: nobody gets a sheet (K75)."""

    def crooked(threshold: int, groups: object, sealed: object) -> list[list[Share]]:
        made = split_ems(threshold, groups, sealed)
        bad = made[0][2]
        made[0][2] = type(bad)(**{**vars(bad), "value": bytes([bad.value[0] ^ 1]) + bad.value[1:]})
        return made  # type: ignore[no-any-return]

    monkeypatch.setattr("intake.keys.shares.split_ems", crooked)
    with pytest.raises(SheetsDoNotFit):
        split(SECRET, "root", 2, 3)


def test_any_one_wrong_word_is_noticed(sheets: tuple[Sheet, ...]) -> None:
    """Another word of the list in any place, and two neighbours exchanged."""
    words = sheets[0].words
    for at in range(33):
        other = "academic" if words[at] != "academic" else "zero"
        with pytest.raises(DamagedSheet):
            parse(" ".join([*words[:at], other, *words[at + 1 :]]))
    with pytest.raises(DamagedSheet):
        parse(" ".join([words[1], words[0], *words[2:]]))


def test_words_in_any_layout() -> None:
    """Four letters, capitals, Cyrillic keys; three letters of a longer word are none."""
    for word in WORDLIST:
        typed = (word[:4], word.upper(), word[:4].translate(TO_CYRILLIC), word.translate(TO_CYRILLIC).upper())
        assert {whole_word(one) for one in typed} == {word}
    assert [whole_word(one) for one in ("aca", "academix", "слово", "", "\u0456\u0456\u0456\u0456")] == [None] * 5


def press(typing: Typing, keys: str) -> str:
    """What is drawn."""
    return "".join(typing.press(key) for key in keys)


def test_typing_at_a_terminal(sheets: tuple[Sheet, ...]) -> None:
    """By four letters, a scanner's line, a word per line; a wrong word is told at once, and no letter is drawn."""
    words = sheets[0].words
    for keys in (
        " ".join(word[:4] for word in words) + "\r",
        " ".join(words).upper() + "\n",
        "\n".join(words) + "\n",
        "\t".join(word.translate(TO_CYRILLIC) for word in words) + " \r",
    ):
        typing = Typing()
        drawn = press(typing, keys)
        assert typing.done
        assert tuple(typing.words) == words
        assert not any(sign.isalpha() for sign in drawn)
    typing = Typing()
    assert "?" in press(typing, "zzzz ")
    assert typing.words == []
    press(typing, f"{words[0]} {words[2]} \x7f{words[1][:4]}x\x7f \x15\r")
    assert (typing.words, typing.done) == ([words[0], words[1]], False)


def test_stopping_at_a_terminal() -> None:
    """Enter alone, and the end of what is typed."""
    for key in ("\r", "\x04"):
        typing = Typing()
        typing.press(key)
        assert (typing.done, typing.words) == (True, [])


class Looking(HTMLParser):
    """Tags, attributes, and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.named: dict[str, str] = {}
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Everything that could load or run."""
        self.tags.append(tag)
        self.named.update({name: value or "" for name, value in attrs})

    def handle_data(self, data: str) -> None:
        """Words."""
        self.cells.append(data)


def test_a_page_loads_and_runs_nothing(sheets: tuple[Sheet, ...]) -> None:
    """No script, link, image or handler; a policy that would stop them; each word once; nobody's name."""
    text = as_html(page(sheets[1]))
    seen = Looking(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "use"} & set(seen.tags)
    assert not [name for name in seen.named if name.startswith("on") or name in {"src", "href", "style"}]
    assert "default-src 'none'; style-src 'sha256-" in text
    assert "url(" not in text
    assert "@import" not in text
    assert [cell for cell in seen.cells if cell in sheets[1].words].count(sheets[1].words[0]) == 1
    assert {cell for cell in seen.cells if whole_word(cell) == cell} >= set(sheets[1].words)


def test_a_check_value_is_worked_out_by_hand(sheets: tuple[Sheet, ...]) -> None:
    """K74: from the words alone, as the page says; another sheet has another."""
    words = " ".join(sheets[0].words).encode()
    digits = hashlib.sha256(b"sheet-v1@intake\0" + words).hexdigest()
    assert sheets[0].check == f"{digits[:4]} {digits[4:8]} {digits[8:12]} {digits[12:16]}"
    assert sheets[0].check != sheets[1].check


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_both_kinds_of_sheet_say_everything(sheets: tuple[Sheet, ...], lang: str) -> None:
    """Set, number, need, date, organisation's words (K76) and check value, in both languages (K77); 80 columns."""
    t = Translator(lang)  # type: ignore[arg-type]
    for text in (as_text(page(sheets[1])), as_html(page(sheets[1]))):
        for name, value in page(sheets[1]).facts(t):
            assert name in text
            assert value in text
    assert max(map(len, as_text(page(sheets[1])).splitlines())) < 80


@pytest.mark.interop
def test_the_code_is_read_by_another_program(sheets: tuple[Sheet, ...], tmp_path: Path) -> None:
    """Another program (zbarimg) reads the printed square, and what it reads is the sheet."""
    import segno  # noqa: PLC0415  only here

    tool = need("zbarimg")
    code = segno.make(" ".join(sheets[0].words).upper(), error="q", micro=False)
    code.save(str(tmp_path / "code.png"), scale=4, border=4)
    svg = as_html(page(sheets[0])).partition("<svg")[2]
    drawn = tmp_path / "drawn.svg"
    code.save(str(drawn), xmldecl=False, border=4, svgclass=None, lineclass=None, omitsize=True)
    assert drawn.read_text("utf-8").partition("<svg")[2].strip() in svg
    done = subprocess.run([tool, "-q", "--raw", tmp_path / "code.png"], capture_output=True, text=True, check=True)
    assert parse(done.stdout) == sheets[0]
