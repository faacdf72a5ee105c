"""Lists on the interview screen, for a tired hand: a number without Enter, letters in a short list, no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.worlds.app_interview import Talking, talk_at

if TYPE_CHECKING:
    from pathlib import Path

RISKS = "risk_flags"  # a list that is too long for one digit each


def test_a_number_and_tab_is_that_choice(tmp_path: Path) -> None:
    """Of a long list, Enter forgotten: the row that was pointed at is the answer, and nothing is refused."""

    async def story(at: Talking) -> None:
        assert "номер і Enter" in at.words
        await at.write("0")
        await at.press("tab")
        assert at.question != RISKS
        await at.press("f2")
        assert "[x] Жодного" in at.shown

    talk_at(tmp_path, RISKS, story)


def test_a_number_before_tab_joins_what_is_marked_and_takes_nothing_back(tmp_path: Path) -> None:
    """The last of several is not lost for want of an Enter; one that was marked already stays marked."""

    async def story(at: Talking) -> None:
        await at.write("3")
        await at.press("enter")
        await at.write("5")
        await at.press("tab", "f2")
        await at.write("5")
        await at.press("tab", "f2")
        assert [row.split("[x]")[0].split()[-1] for row in at.shown.splitlines() if "[x] " in row][-2:] == ["3", "5"]

    talk_at(tmp_path, RISKS, story)


def test_no_answer_names_the_key_of_this_screen(tmp_path: Path) -> None:
    """Lines leave a question out with a dash; here it is F3, and the refusal must say so."""

    async def story(at: Talking) -> None:
        await at.press("tab")
        assert "F3 — далі без неї" in at.words
        assert "аберіть -" not in at.words

    talk_at(tmp_path, RISKS, story)


def test_letters_in_a_short_list_are_seen(tmp_path: Path) -> None:
    """A list that is empty because of what was typed shows what was typed, so that it can be taken back."""

    async def story(at: Talking) -> None:
        await at.write("щщ")
        assert "⌕ щщ" in at.shown
        assert "такого немає" in at.words
        await at.press("backspace", "backspace")
        assert "⌕" not in at.shown

    talk_at(tmp_path, "present", story)
