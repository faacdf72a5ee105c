"""A terminal that gives one line at a time, and lets an unfinished line be saved while it is typed.

On a real terminal keys are read one by one: in the usual mode an unfinished line sits in the kernel, where nothing
could save it. The line editor is tiny on purpose: no history, no file, no completion. A terminal that dies, a signal
to end, an hour of silence: what stands in the line is handed to `watch` first. Elsewhere (pipes, tests, a console
without these modes) whole lines are read.
"""

from __future__ import annotations

import codecs
import getpass
import os
import select
import signal
import sys
import threading
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, Self, TextIO

from intake.cli.render import CLEAR_SCREEN

try:
    import termios
except ImportError:  # Windows has no such modes: whole lines there
    termios = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from types import FrameType

SAVE_AFTER_SECONDS = 1.5  # with the save itself, under the two seconds that the product promises
HIDE_AFTER_SECONDS = 15 * 60  # without a key, where nobody said otherwise
HIDE_KEY = "\x1b[21~"  # F10
PLAIN = str.maketrans({
    "·": "-", "—": "-", "–": "-", "…": "...", "«": '"', "»": '"', "✓": "+", "’": "'", "ʼ": "'", "■": "!",  # noqa: RUF001
})  # fmt: skip
ROWS, COLUMNS = 24, 80
ERASE = frozenset({"\x7f", "\b"})
ESCAPE_SECONDS = 0.05  # between the bytes of one function key; a person is slower
LONGEST_SEQUENCE = 16

Watch = Callable[[str], None]


class HideNow(Exception):
    """`!` or F10: off the screen, now. `text` is the unfinished line."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text


class EndOfText(Exception):
    """Ctrl-D on an empty line."""


class HungUp(Exception):
    """The terminal is gone, the process is told to end, or Ctrl-C."""


class Terminal(Protocol):
    """Where an interview in lines is held. As a context: entered clean, left clean."""

    def __enter__(self) -> Self:
        """Take the terminal."""
        ...

    def __exit__(self, *error: object) -> None:
        """Give it back, with nothing left on it."""
        ...

    @property
    def size(self) -> tuple[int, int] | None:
        """Columns and rows; None where nobody looks at a screen."""
        ...

    def write(self, text: str) -> None:
        """Show the text at once."""
        ...

    def clear(self) -> None:
        """Nothing on the screen, nothing to scroll back to."""
        ...

    def read(self, prompt: str, *, watch: Watch | None = None, typed: str = "", old: str = "") -> str:
        """One line. `watch` gets the unfinished line every 1.5 seconds; `typed` stands in it already; Tab brings `old`.

        Raises `HideNow`, `EndOfText`, `HungUp`; the unfinished line went to `watch` before.
        """
        ...

    def secret(self, prompt: str) -> str:
        """One line that is not shown."""
        ...


def open_terminal(hide_after: float | None = None) -> Terminal:
    """The terminal of this process: keys one by one where it is a real one, lines elsewhere."""
    if termios is None or not sys.stdin.isatty() or not sys.stderr.isatty():
        return StreamTerminal(sys.stdin, sys.stderr)
    return KeyTerminal(sys.stdin.fileno(), sys.stderr, hide_after)


class _Screen:
    """Writing, for both kinds of terminal."""

    def __init__(self, sink: TextIO) -> None:
        self._sink = sink
        self._encoding = sink.encoding or "utf-8"
        self._signs = _can_say("·—…✓’■", self._encoding)  # noqa: RUF001
        self._draws = sink.isatty() and os.environ.get("TERM") != "dumb"

    def write(self, text: str) -> None:
        """What the encoding can't say goes out as plain signs, or as `?`."""
        if not self._signs:
            text = text.translate(PLAIN)
        try:
            self._sink.write(text.encode(self._encoding, "replace").decode(self._encoding))
            self._sink.flush()
        except OSError:
            raise HungUp from None

    def clear(self) -> None:
        """By control sequence where it is understood, else by empty lines."""
        if self._draws:
            self.write(CLEAR_SCREEN)
        elif self._sink.isatty():
            self.write("\n" * ROWS)


def _can_say(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class StreamTerminal(_Screen):
    """Whole lines from a stream. A line `!` hides; the end of the stream is a terminal that went away."""

    size = None

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        super().__init__(sink)
        self._source = source

    def __enter__(self) -> Self:
        """Nothing to take."""
        self.clear()
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to give back but an empty screen."""
        self.clear()

    def read(self, prompt: str, *, watch: Watch | None = None, typed: str = "", old: str = "") -> str:
        """A line, without its end; what stood there already comes before it."""
        del watch, old
        self.write(prompt + typed)
        line = self._source.readline()
        if not line:
            raise HungUp
        line = line.rstrip("\r\n")
        if line == "!":
            raise HideNow(typed)
        return typed + line

    def secret(self, prompt: str) -> str:
        """Without an echo where there is a console."""
        if self._source is sys.stdin and self._source.isatty():
            try:
                return getpass.getpass(prompt, self._sink)
            except EOFError:
                raise HungUp from None
        self.write(prompt)
        line = self._source.readline()
        if not line:
            raise HungUp
        return line.rstrip("\r\n")


class KeyTerminal(_Screen):
    """Keys one by one from a real terminal."""

    def __init__(self, source: int, sink: TextIO, hide_after: float | None = None) -> None:
        super().__init__(sink)
        self._source = source
        self._hide_after = HIDE_AFTER_SECONDS if hide_after is None else hide_after
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._waiting: deque[str] = deque()
        self._modes: list[Any] = []
        self._handlers: dict[int, Any] = {}
        self._waits = False  # for a key: the only moment in which a signal may break off what is being done
        self._told_to_end = False

    def __enter__(self) -> Self:
        """Keys come at once and are not echoed; Ctrl-Z would leave the text on the screen, and is off."""
        self._modes = termios.tcgetattr(self._source)
        modes = termios.tcgetattr(self._source)
        modes[3] &= ~(termios.ICANON | termios.ECHO)
        off = os.fpathconf(self._source, "PC_VDISABLE")
        for key in (termios.VSUSP, termios.VQUIT):
            modes[6][key] = bytes([off])
        termios.tcsetattr(self._source, termios.TCSADRAIN, modes)
        if threading.current_thread() is threading.main_thread():
            ends = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
            self._handlers = {number: signal.signal(number, self._end) for number in ends}
        self.clear()
        return self

    def __exit__(self, *error: object) -> None:
        """An empty screen, the modes and the signals as they were; a terminal that is gone can't be tidied."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        with suppress(OSError, termios.error, HungUp):
            self.clear()
            termios.tcsetattr(self._source, termios.TCSADRAIN, self._modes)

    @property
    def size(self) -> tuple[int, int]:
        """As it is now: windows are resized."""
        try:
            columns, rows = os.get_terminal_size(self._source)
        except OSError:
            return COLUMNS, ROWS
        return max(columns, 20), max(rows, 8)

    def read(self, prompt: str, *, watch: Watch | None = None, typed: str = "", old: str = "") -> str:
        """The tiny editor: letters, backspace, Ctrl-U (the whole line), Ctrl-W (a word), Tab (the old text)."""
        line = EditedLine(prompt, self.size[0], typed, draws=self._draws)
        saver = _Saver(watch, typed)
        self.write(line.drawn)
        try:
            while True:
                wait = saver.wait(line.text)
                key = self._next(wait) if wait is not None else self._next(self._hide_after) or HIDE_KEY
                if key in {"\r", "\n"}:
                    self.write("\n")
                    return line.text
                if key is not None:
                    self.write(_leave_or(key, line, old))
        except (HideNow, HungUp):
            saver.save(line.text)
            raise

    def secret(self, prompt: str) -> str:
        """Nothing is shown, not even how many."""
        self.write(prompt)
        text = ""
        while (key := self._next(None)) not in {"\r", "\n"}:
            if key == "\x04" and not text:
                raise HungUp
            if key in ERASE:
                text = text[:-1]
            elif key == "\x15":
                text = ""
            elif key and len(key) == 1 and key.isprintable():
                text += key
        self.write("\n")
        return text

    def _next(self, seconds: float | None) -> str | None:
        """A key, or the whole sequence of a function key; None when none came in time."""
        while not self._waiting:
            if not self._fill(seconds):
                return None
        char = self._waiting.popleft()
        return self._sequence() if char == "\x1b" else char

    def _fill(self, seconds: float | None) -> bool:
        self._waits = True
        try:
            if self._told_to_end:
                raise HungUp
            if not select.select([self._source], [], [], seconds)[0]:
                return False
            data = os.read(self._source, 4096)
        except OSError:
            raise HungUp from None
        finally:
            self._waits = False
        if not data:
            raise HungUp
        self._waiting.extend(self._decode(data))
        return True

    def _end(self, number: int, frame: FrameType | None) -> None:
        """A signal to end, Ctrl-C too: at once while a key is awaited, else after the save that is under way."""
        del number, frame
        self._told_to_end = True
        if self._waits:
            raise HungUp

    def _sequence(self) -> str:
        """The rest of what a function key sends; a bare Esc is nothing."""
        sequence = "\x1b"
        while self._waiting or self._fill(ESCAPE_SECONDS):
            if not self._waiting:
                continue
            sequence += self._waiting.popleft()
            if len(sequence) > 2 and "@" <= sequence[-1] <= "~":  # noqa: PLR2004  after the introducer `ESC [`
                return sequence
            if sequence[1] not in "[O" or len(sequence) > LONGEST_SEQUENCE:
                break
        return ""


def _leave_or(key: str, line: EditedLine, old: str) -> str:
    """What a key of the editor shows; the keys that leave it raise."""
    if key == "\x04" and line.text == "":
        raise EndOfText
    if key == HIDE_KEY or (key == "!" and line.text == ""):
        raise HideNow(line.text)
    return line.press(key, old)


class _Saver:
    """Hands the unfinished line on, 1.5 seconds after the first key that it has not seen."""

    def __init__(self, watch: Watch | None, text: str) -> None:
        self._watch = watch
        self._saved = text
        self._due: float | None = None

    def wait(self, text: str) -> float | None:
        """How long until the next save, which happens here when it is due; None when there is nothing to save."""
        if self._watch is None or text == self._saved:
            self._due = None
            return None
        now = time.monotonic()
        if self._due is None:
            self._due = now + SAVE_AFTER_SECONDS
        if now < self._due:
            return self._due - now
        self.save(text)
        return None

    def save(self, text: str) -> None:
        """Now, if it has not been."""
        self._due = None
        if self._watch is not None and text != self._saved:
            self._watch(text)
            self._saved = text


class EditedLine:
    """A line being typed, and the control sequences that keep the screen like it, over as many rows as it takes.

    Rows end at a space, as on paper, and before the last column: there terminals disagree about when they wrap.
    """

    def __init__(self, prompt: str, columns: int, text: str = "", *, draws: bool = True) -> None:
        self._prompt = prompt
        self._columns = max(columns - 1, 1)
        self._draws = draws
        self.text = text
        self._rows = [""]
        self._fill(prompt + text)

    @property
    def drawn(self) -> str:
        """The prompt and the text, in rows."""
        return "\r\n".join(self._rows)

    def press(self, key: str, old: str = "") -> str:
        """Take a key; returns what to write."""
        if len(key) == 1 and key.isprintable():
            return self._append(key)
        if key == "\t" and not self.text:
            return self._append(old)
        if key in ERASE and self.text:
            return self._replace(_without_last(self.text))
        if key == "\x15" and self.text:
            return self._replace("")
        if key == "\x17" and self.text:
            return self._replace(self.text.rstrip().rpartition(" ")[0])
        return ""

    def _append(self, added: str) -> str:
        self.text += added
        if not self._draws:
            return added
        return self._fill(added)

    def _replace(self, text: str) -> str:
        rows = len(self._rows) - 1
        self.text = text
        self._rows = [""]
        self._fill(self._prompt + text)
        if not self._draws:
            return f"\n{self._prompt}{text}"
        up = f"\x1b[{rows}A" if rows else ""
        return f"{up}\r\x1b[J{self.drawn}"

    def _fill(self, added: str) -> str:
        """Put the letters behind those that stand there; returns what that writes."""
        written = []
        for letter in added:
            if width(self._rows[-1]) + width(letter) <= self._columns:
                self._rows[-1] += letter
                written.append(letter)
            elif letter == " ":
                self._rows[-1] += letter  # beyond the edge, where nobody misses it
            else:
                written.append(self._next_row(letter))
        return "".join(written)

    def _next_row(self, letter: str) -> str:
        """The row is full: the unfinished word goes on in the next; a word longer than a row is broken."""
        head, space, word = self._rows[-1].rpartition(" ")
        told = head.strip() and (len(self._rows) > 1 or len(head) >= len(self._prompt))  # more than the prompt
        whole = space if told else ""
        if not whole:
            self._rows.append(letter)
            return f"\r\n{letter}"
        self._rows[-1] = head + space
        self._rows.append(word + letter)
        return f"\r\x1b[K{head}{space}\r\n{word}{letter}"


def width(text: str) -> int:
    """Columns on a screen: combining marks take none, wide letters two."""
    wide = sum(unicodedata.east_asian_width(char) in {"W", "F"} for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) != 0 for char in text)


def _without_last(text: str) -> str:
    """Without the last letter and the marks on it."""
    while len(text) > 1 and unicodedata.combining(text[-1]):
        text = text[:-1]
    return text[:-1]
