"""A custodian's sheet typed at a terminal: word by word, no letter shown, each word known at once or asked for again.

Four letters are enough, Cyrillic layouts are understood, and a scanner that types the whole line is as good. Nothing is
kept and no history is written. Where keys don't come one by one (Windows, odd terminals) a whole line is read unseen.
"""

from __future__ import annotations

import codecs
import os
from typing import TYPE_CHECKING, Final

from intake.keys.shares import SHEET_WORDS, whole_word

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from typing import TextIO

CAN_TYPE: Final = termios is not None
_ENDS_WORD: Final = frozenset(" \t\r\n")
_ERASE: Final = frozenset("\x7f\x08")
_ERASE_WORD: Final = frozenset("\x15\x17")
_STOP: Final = "\x04"
_AT_ONCE: Final = 4096
_IN_A_ROW: Final = 11  # words, of which three rows are a sheet
_SHOWN: Final = 4  # stars at most: how long a word is, is not to be seen


class Typing:
    """Keys become words; `press` gives what to draw. `done` when the sheet is whole, or nothing is to be typed."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.done = False
        self._letters = ""

    @property
    def begin(self) -> str:
        """The number of the word that is awaited."""
        return f"{len(self.words) + 1:3} "

    def press(self, key: str) -> str:
        """One key."""
        if key in _ENDS_WORD:
            return self._end(key)
        if key == _STOP:
            self.done = True
            return "\n"
        if key in _ERASE_WORD:
            drawn, self._letters = _gone(self._letters), ""
            return drawn
        if key in _ERASE:
            return self._erase()
        if not key.isprintable():
            return ""
        self._letters += key
        return "*" if len(self._letters) <= _SHOWN else ""

    def _end(self, key: str) -> str:
        if not self._letters:
            self.done = key in "\r\n" and len(self.words) in (0, SHEET_WORDS)
            return "\n" if self.done else ""
        word, typed, self._letters = whole_word(self._letters), self._letters, ""
        if word is None or len(self.words) == SHEET_WORDS:
            return f"{_gone(typed)}?\a{self.begin}"
        self.words.append(word)
        self.done = key in "\r\n" and len(self.words) == SHEET_WORDS
        row = "\n" if self.done or len(self.words) % _IN_A_ROW == 0 else ""
        return f"{_gone(typed)}+{row}" + ("" if self.done else self.begin)

    def _erase(self) -> str:
        if self._letters:
            self._letters = self._letters[:-1]
            return _gone("*") if len(self._letters) < _SHOWN else ""
        if not self.words:
            return ""
        self.words.pop()
        return f"\n{self.begin}"


def _gone(letters: str) -> str:
    return "\b \b" * min(len(letters), _SHOWN)


def read_words(source: TextIO, out: TextIO) -> str:
    """The words of one sheet with spaces between; empty when nothing was typed."""
    typing, number = Typing(), source.fileno()
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    before, modes = termios.tcgetattr(number), termios.tcgetattr(number)
    modes[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(number, termios.TCSAFLUSH, modes)
    try:
        out.write(typing.begin)
        out.flush()
        while not typing.done:
            data = os.read(number, _AT_ONCE)
            out.writelines("" if typing.done else typing.press(key) for key in (decode(data) if data else _STOP))
            out.flush()
    finally:
        termios.tcsetattr(number, termios.TCSAFLUSH, before)
    return " ".join(typing.words)
