"""Asking: passphrases, yes or no, a line, a choice, eight words.

Questions go to the terminal, never to stdout. Without a terminal nothing is asked: a passphrase comes from the file
that was named, a line comes from stdin if something is piped in, and everything else is an error that names the option
to give. There is no history and no completion; a passphrase is never an argument and is not echoed.
"""

from __future__ import annotations

import getpass
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from intake.cli.progress import paused
from intake.cli.render import CLEAR_SCREEN
from intake.errors import BadPassphraseFile, Declined, Interrupted, NoTerminal, NotText, SheetFault
from intake.i18n.layouts import other_layouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intake.i18n import Translator
    from intake.keys.shares import Sheet
    from intake.usecases.environment import Words

YES = frozenset({"yes", "так", "да"})
NO = frozenset({"no", "ні", "нет"})
# The keys y and n bear н and т on Cyrillic layouts; a single letter is read as the language of the question has it.
LETTERS = {
    "en": {"y": True, "n": False, "н": True, "т": False},
    "uk": {"y": True, "n": False, "т": True, "н": False},
    "ru": {"y": True, "n": False, "д": True, "н": False},
}
HEX_GROUPS = 8  # in a row: sixteen do not fit on 80 columns
MAX_PASSPHRASE_FILE_BYTES = 64 * 1024  # a passphrase is one line; a file that is larger is another file


class Prompts:
    """The person at the terminal, or the files and options that stand in for them."""

    def __init__(self, t: Translator, *, yes: bool, no_input: bool, passphrase_file: Path | None) -> None:
        self._t = t
        self._yes = yes
        self._no_input = no_input
        self._passphrase_file = passphrase_file
        self._words_shown = False  # whether a line of somebody's words stands on the terminal
        self.new_passphrase_file = passphrase_file  # commands that know an old and a new one set it anew

    def passphrase(self, prompt: str) -> str:
        """From the passphrase file, else typed without an echo."""
        if self._passphrase_file is not None:
            return read_passphrase(self._passphrase_file)
        self._need_terminal("--passphrase-file FILE")
        return self._hidden(prompt)

    def password(self, prompt: str) -> str:
        """Typed without an echo, or a line that is piped in; the passphrase file is the vault's alone."""
        if self._no_input or not interactive():
            return self.text(prompt)
        return self._hidden(prompt)

    def new_passphrase(self, prompt: str, suggested: str) -> str:
        """From the passphrase file; else the suggested one typed again, or an own one typed twice."""
        if self.new_passphrase_file is not None:
            return read_passphrase(self.new_passphrase_file)
        self._need_terminal("--passphrase-file FILE" if self._passphrase_file is None else "--new-passphrase-file FILE")
        with self._terminal() as (_, out):
            print(prompt, file=out)
            print(self._t("Suggested, six words: learn them or keep them on paper, away from this laptop:"), file=out)
            print(f"\n    {suggested}\n", file=out)
            print(self._t("Type it once to take it. Or type one of your own, and then once more."), file=out)
            try:
                return self._twice(suggested, out)
            finally:
                print(CLEAR_SCREEN, end="", file=out, flush=True)

    def _twice(self, suggested: str, out: TextIO) -> str:
        while True:
            first = self._hidden(self._t("New passphrase"))
            if first == suggested or first == self._hidden(self._t("Not the suggested one: yours, once more")):
                return first
            print(self._t("The two are not the same; nothing was changed. Type it again."), file=out)

    def sheet(self, prompt: str, take: Callable[[str], Sheet]) -> Sheet:
        """A custodian's words: typed unseen, until they are a sheet; or a line for each sheet that is piped in."""
        if self._no_input:
            raise NoTerminal(option="a sheet's words on a line of stdin, without --no-input")
        if not interactive():
            return take(_text(sys.stdin.readline() if sys.stdin is not None and not sys.stdin.closed else ""))
        # Late: of all commands a few ask for sheets, and of those most find a folder instead.
        from intake.cli.sheet_words import CAN_TYPE, read_words  # noqa: PLC0415
        from intake.usecases.saying import error_words  # noqa: PLC0415

        while True:
            with self._terminal() as (source, out):
                print(f"\n{prompt}:", *self._sheet_help(), sep="\n", file=out)
                typed = read_words(source, out) if CAN_TYPE else self._hidden(prompt)
                try:
                    return take(typed)
                except SheetFault as fault:
                    print(*error_words(fault, self._t), sep="\n", file=out)

    def _sheet_help(self) -> tuple[str, ...]:
        return (
            self._t("Nothing is shown. Four letters of a word are enough, in any layout; then space, Tab or Enter."),
            self._t("+ a word of the list; ? no such word, type it again. Backspace goes back. Enter alone stops."),
        )

    def confirm(self, question: str) -> bool:
        """Yes or no; `--yes` says yes."""
        if self._yes:
            return True
        self._need_terminal("--yes")
        return self._yes_or_no(question)

    def words_match(self, question: str, words: Words) -> bool:
        """Eight words and the same as hex; the person compares, no option of this class does."""
        self._need_terminal("--words-match")
        with self._terminal() as (_, out):
            groups = words.hex.split()
            rows = [" ".join(groups[at : at + HEX_GROUPS]) for at in range(0, len(groups), HEX_GROUPS)]
            print("", " ".join(words.words), *rows, "", sep="\n    ", file=out)
        return self._yes_or_no(question)

    def text(self, prompt: str) -> str:
        """One line, from the terminal or from what is piped in."""
        if self._no_input:
            raise NoTerminal(option="a line on stdin, without --no-input")
        if not interactive():
            line = sys.stdin.readline() if sys.stdin is not None and not sys.stdin.closed else ""
            if not line:
                raise NoTerminal(option="a line on stdin")
            return _text(line)
        self._words_shown = True
        return self._line(f"{prompt} " if prompt.endswith("?") else f"{prompt}: ")

    def forget(self) -> None:
        """Off the terminal, scrollback included, with every line typed at `text`; as the interview leaves it."""
        if self._words_shown:
            self._words_shown = False
            with self._terminal() as (_, out):
                print(CLEAR_SCREEN, end="", file=out, flush=True)

    def story(self, prompt: str, text: str, keep: Callable[[str], None]) -> str:
        """Line by line, each kept before the next is asked for."""
        lines = [text] if text else []
        while line := self.text(f"{prompt}{self._t(', line by line; an empty line ends it')}").strip():
            lines.append(line)
            keep("\n".join(lines))
        return "\n".join(lines)

    def choose(self, prompt: str, choices: tuple[tuple[str, str], ...]) -> str:
        """A number of the list, or the code itself."""
        known = {code: code for code, _ in choices} | {str(i): code for i, (code, _) in enumerate(choices, start=1)}
        if interactive() and not self._no_input:
            with self._terminal() as (_, out):
                for number, (_, label) in enumerate(choices, start=1):
                    print(f"  {number}  {label}", file=out)
        while True:
            answer = self.text(prompt).strip()
            if answer in known:
                return known[answer]
            if not interactive():
                raise Declined
            with self._terminal() as (_, out):
                print(self._t("A number from 1 to {n} is needed.", n=len(choices)), file=out)

    def _yes_or_no(self, question: str) -> bool:
        while True:
            answer = yes_or_no(self._line(f"{question} {self._t('[1 yes / 2 no]')} "), self._t.lang)
            if answer is not None:
                return answer

    def _need_terminal(self, option: str) -> None:
        if self._no_input or not interactive():
            raise NoTerminal(option=option)

    def _hidden(self, prompt: str) -> str:
        try:
            return _text(getpass.getpass(f"{prompt}: "))
        except EOFError:
            raise Interrupted from None
        except UnicodeDecodeError:
            raise NotText from None

    def _line(self, prompt: str) -> str:
        with self._terminal() as (source, out):
            print(prompt, end="", file=out, flush=True)
            try:
                line = source.readline()
            except UnicodeDecodeError:
                raise NotText from None
        if not line:
            raise Interrupted
        return _text(line)

    @contextmanager
    def _terminal(self) -> Iterator[tuple[TextIO, TextIO]]:
        """Where questions go and answers come from, also while stdin is a pipe."""
        if sys.stdin is not None and sys.stdin.isatty():
            with paused():
                yield sys.stdin, sys.stderr
            return
        with paused(), open("/dev/tty", encoding="utf-8") as source, open("/dev/tty", "w", encoding="utf-8") as out:  # noqa: PTH123
            yield source, out


def _text(line: str) -> str:
    """A line without its end; bytes that are not UTF-8 came through as lone surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError:
        raise NotText from None
    return line.rstrip("\r\n")


def interactive() -> bool:
    """Is somebody there? Stdin is a terminal, or stderr is one and the process has a controlling terminal."""
    if sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty():
        return True
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    try:
        with open("/dev/tty", encoding="utf-8"):  # noqa: PTH123  a device, not a path
            return True
    except OSError:
        return False


def read_passphrase(file: Path) -> str:
    """The first line of the file, without its line end; nothing else of it is looked at."""
    try:
        with file.open("rb") as source:
            line = source.read(MAX_PASSPHRASE_FILE_BYTES).split(b"\n", 1)[0]
        text = line.decode("utf-8-sig").rstrip("\r")
    except (OSError, UnicodeDecodeError):
        raise BadPassphraseFile from None
    if not text:
        raise BadPassphraseFile
    return text


def yes_or_no(answer: str, lang: str) -> bool | None:
    """What was meant, in any layout of the keyboard; None when that can't be told."""
    word = answer.strip().lower()
    if word in {"1", "2", "0"}:
        return word == "1"
    if len(word) == 1:
        return LETTERS[lang].get(word)
    said = {word, *other_layouts(word)}
    return True if said & YES else False if said & NO else None
