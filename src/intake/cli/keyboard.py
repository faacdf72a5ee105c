"""Commands of the interview as they come off any keyboard: signs, words in three languages, and the wrong layout.

Folding is by key position (ЙЦУКЕН, Ukrainian and Russian, against QWERTY): `йгше` is what the keys of `quit` give, and
`dbqnb` what those of `вийти` give. Only whole lines are commands, and letters of answers are never folded in what is
stored.
"""

from __future__ import annotations

from typing import Literal

from intake.i18n.layouts import TO_LATIN, other_layouts

Command = Literal["back", "help", "hide", "skip", "review", "quit", "more", "pause"]

# Each sign, and what its key gives under another layout: Shift+comma is Б there, Shift+slash a comma, Shift+7 an `&`.
SIGNS: dict[str, Command] = {
    "<": "back", "\u0431": "back", "?": "help", ",": "help", "&": "help", "!": "hide",
    "-": "skip", "\u2013": "skip", "\u2014": "skip", "=": "review", "q": "quit", "+": "more", "*": "pause",
}  # fmt: skip
WORDS: dict[str, Command] = {
    "back": "back", "назад": "back",
    "help": "help", "довідка": "help", "справка": "help",
    "hide": "hide", "сховати": "hide", "скрыть": "hide",
    "skip": "skip", "пропустити": "skip", "пропустить": "skip",
    "review": "review", "огляд": "review", "обзор": "review",
    "quit": "quit", "exit": "quit", "вийти": "quit", "выйти": "quit",
    "pause": "pause", "пауза": "pause", "перерва": "pause", "перерыв": "pause",
    "more": "more", "далі": "more", "дальше": "more",
}  # fmt: skip
END_OF_TEXT = frozenset({".", "ю", "/"})  # the dot's key under each layout, and where a dot is the slash


def command(typed: str) -> Command | None:
    """The command that a whole line is; None for an answer."""
    line = typed.strip().lower()
    if len(line) == 1:
        return SIGNS.get(line) or SIGNS.get(line.translate(TO_LATIN) if line == "й" else line)
    said = (line, *other_layouts(line))
    return next((WORDS[word] for word in said if word in WORDS), None)
