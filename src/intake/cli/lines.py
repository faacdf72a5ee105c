"""The interview in lines: one question at a time on a plain terminal, on the form engine.

It shows, reads and hands over; what an answer means, what comes next and what is saved is the engine's. At most one
question stands on the screen, nothing stands in the scrollback, and nothing is written to any file here. Signs:
Enter goes on, `<` back, `?` help, `-` no answer and why, `=` review, `*` pauses, `!` hides, `q` leaves. What was
answered is kept.
What a closed gate offers, the kinds of talk and the gaps at the end are in line_menus.py.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from intake.cli.keyboard import Command, command
from intake.cli.line_menus import Left, Menus
from intake.cli.line_screen import Screen
from intake.cli.line_terminal import EndOfText, HideNow, HungUp, Terminal, open_terminal
from intake.cli.narrative import Narrative
from intake.errors import (
    AnswerMustBeGiven,
    AnswerRefused,
    IntakeError,
    ManyChoicesMatch,
    NoSuchChoice,
    NotReadOut,
    NoYesOrNo,
)
from intake.i18n.layouts import other_layouts
from intake.questionnaire.choices import Choice, choose_one, matching
from intake.usecases.outcomes import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.i18n import Translator
    from intake.questionnaire.engine import Outcome
    from intake.questionnaire.scenes import Asked
    from intake.usecases.interview import Interview

__all__ = ["Left", "open_terminal", "run_lines"]

MODE_SIGNS = frozenset({"m", "\u043c", "\u044c"})  # the letter in both scripts, and what its key gives under Cyrillic
PARTIAL_FROM_CHARACTERS = 16  # of a one-line answer: shorter ones may still be a command


def run_lines(
    interview: Interview, terminal: Terminal, t: Translator, *, first: str = "", ask_mode: bool = False
) -> Left:
    """Ask until the end, `q`, or the end of the terminal.

    `first` is said above the first question; `ask_mode`: which kind of talk it is, before that.
    """
    lines = _Lines(interview, terminal, t)
    lines.tell(f"■ {first}" if first else "")
    with terminal:
        try:
            return lines.run(ask_mode=ask_mode)
        except (HungUp, KeyboardInterrupt, EndOfText):  # Ctrl-C raises where keys do not come one by one
            return Left("left")


class _Lines:
    """One sitting at the terminal: what is on the screen beside the session's own state."""

    def __init__(self, interview: Interview, terminal: Terminal, t: Translator) -> None:
        self._session = interview.session
        self._terminal = terminal
        self._t = t
        self._unlock = interview.unlock
        self._screen = Screen(terminal, t, interview.case)
        self._menus = Menus(interview, terminal, t, self._screen)
        self._said: list[str] = []  # what the next screen says first
        self._typed = ""  # what stood in the line when it was hidden, or when it could not be saved
        self._first = 0  # the first of the choices that are shown
        self._page = 1  # how many of them
        self._writing: Narrative | None = None  # a text being written, kept while the screen is hidden
        self._read: set[str] = set()  # the texts that were read out
        self._only: list[Choice] = []  # the choices that match what was typed

    def tell(self, what: str) -> None:
        """Say this above the next question."""
        self._said += [what] if what else []

    def run(self, *, ask_mode: bool) -> Left:
        """Turn by turn."""
        while True:
            try:
                if ask_mode:
                    self.tell(self._menus.mode())
                    ask_mode = False
                left = self._turn()
            except HideNow as hidden:
                self._typed = hidden.text
                left = self._hide()
            if left is not None:
                return left

    # -- one question --------------------------------------------------------------------------------------------------

    def _turn(self) -> Left | None:
        asked = self._session.current
        if self._session.ended is not None:
            return self._end()
        if self._session.paused_since:
            return self._menus.paused()
        if asked is None:
            return self._through()
        if asked.kind == "narrative":
            return self._narrative(asked)
        if asked.text and asked.text not in self._read:
            return self._read_out(asked)
        self._show(asked)
        typed, self._typed = self._typed or self._begun(), ""
        old = asked.shown if asked.kind in {"text", "name", "number", "code_word"} else ""
        old = asked.words if asked.kind == "place" else old
        line = self._terminal.read("> ", watch=self._watch(asked), typed=typed, old=old)
        given = command(line)
        return self._obey(given, asked) if given else self._answer(asked, line)

    def _begun(self) -> str:
        """A line that was not handed in when the interview was left or the laptop died."""
        begun = self._session.unfinished
        return begun if isinstance(begun, str) and self._terminal.size else ""

    def _watch(self, asked: Asked) -> Callable[[str], None] | None:
        if asked.choices and asked.kind != "place":
            return None  # a number of a list, or a part of a word

        def save(text: str) -> None:
            enough = len(text) >= PARTIAL_FROM_CHARACTERS if asked.keeps_partial else command(text) is None
            if enough:
                with suppress(IntakeError):  # what stops it is said when the whole line is handed in
                    self._session.save_partial(text if asked.keeps_partial else text or None)

        return save

    def _answer(self, asked: Asked, line: str) -> Left | None:
        try:
            if line.strip() == "":
                self._session.next()
                self._fresh()
            else:
                self._took(self._give(line), asked.kind)
        except ManyChoicesMatch as error:
            self._only = _several(line, asked.choices)
            self._refused(error)
        except AnswerRefused as error:
            self._refused(error)
        except IntakeError as error:
            self._typed = line
            self._refused(error)
        return None

    def _give(self, line: str) -> Outcome:
        """As typed; and where that is no choice, as the same keys give it under the other layouts."""
        try:
            return self._session.answer(line)
        except (NoSuchChoice, NotReadOut, NoYesOrNo):
            for other in other_layouts(line):
                try:
                    return self._session.answer(other)
                except AnswerRefused:
                    continue
            raise

    def _took(self, outcome: Outcome, kind: str = "") -> None:
        self._fresh()
        if outcome.stops:
            self.tell(self._menus.closed(outcome))
        for said in told(outcome, kind, self._t):
            self.tell(said)

    def _refused(self, error: IntakeError) -> None:
        fields = error.fields or {"": ""}
        message, hint = self._t(error.message, **fields), self._t(error.hint, **fields)
        if isinstance(error, AnswerMustBeGiven) and not self._session.consented:
            hint = self._t("answer it, or type q to leave: before consent nothing is saved")
        self._said.append(f"■ {_sentence(message)} {_sentence(hint)}")

    def _fresh(self) -> None:
        self._first, self._only = 0, []

    # -- commands ------------------------------------------------------------------------------------------------------

    def _obey(self, given: Command, asked: Asked) -> Left | None:
        if given == "quit":
            return Left("left")
        if given == "hide":
            raise HideNow
        if given == "review":
            return self._review()
        if given == "more":
            shown = self._first + self._page
            self._first = shown if shown < len(self._only or asked.choices) else 0
            return None
        if given == "pause":
            return self._menus.pause()
        {"back": self._back, "help": self._help, "skip": self._skip}[given](asked)
        return None

    def _back(self, asked: Asked) -> None:
        del asked
        self._fresh()
        self._session.back()

    def _help(self, asked: Asked) -> None:
        t = self._t
        explained = self._screen.wrapped(asked.help or asked.hint)
        writes = asked.kind == "narrative"
        self._screen.show(
            *self._screen.wrapped(asked.label),
            "",
            *explained,
            *([""] if explained else []),
            *([t(".      on a line of its own: the end of the text")] if writes else []),
            t("Enter  a new paragraph; it is saved") if writes else t("Enter  go on"),
            t("<      the question before"),
            t("-      no answer, and why"),
            t("=      all of the text; =3 retypes its paragraph 3")
            if writes
            else t("=      all questions, and what was answered"),
            *([] if writes else [t("+      more of a long list; or type a part of the word")]),
            *([t("*      a pause, a stop, somebody or something more")] if self._session.consented else []),
            t("Tab    the old text, to change it"),
            t("!      hide (or F10): the screen goes blank; the passphrase brings it back"),
            t("q      leave; the interview goes on here later")
            if self._session.consented
            else t("q      leave; before consent nothing is saved"),
            "",
        )
        self._terminal.read(t("Enter to go back to the question "))

    def _skip(self, asked: Asked) -> None:
        """Why there is no answer; for somebody or something of a repeat, also the way to take them out."""
        t = self._t
        if not asked.skippable and not asked.removable:
            self._said.append(t("This question has to be answered, or the interview left with q."))
            return
        take_out = str(len(asked.reasons) + 1) if asked.removable else ""
        rows = [f"  {reason.number}  {reason.label}" for reason in asked.reasons]
        if take_out:
            what = self._screen.wrapped(t("Take out: {what}", what=asked.about), narrower=5)
            rows += [f"  {take_out if at == 0 else ' '}  {row}" for at, row in enumerate(what)]
        head = self._screen.head(asked, saved=self._session.consented)
        about = self._screen.wrapped(asked.about) if asked.about else []
        label = self._screen.wrapped(asked.label)
        back = t("< or Enter alone: back to the question")
        self._screen.show(head, "", *about, *label, "", t("Why is there no answer?"), "", *rows, "", back)
        typed = self._terminal.read("> ").strip()
        if not typed or command(typed) == "back":
            return
        try:
            if typed == take_out:
                self._session.remove()
            else:
                self._took(self._session.skip(typed))
                self._said.append(t("No answer: {why}", why=_reason(typed, asked)))
        except IntakeError as error:
            self._refused(error)

    def _through(self) -> Left | None:
        """After the last question: what is missing while the witness is still here; without a gap, the review."""
        chosen = self._menus.gaps()
        if chosen is None or chosen == "review":
            return self._review()
        if isinstance(chosen, Left):
            return chosen
        self._jump(chosen)
        return None

    def _review(self) -> Left | None:
        """All questions, a screenful at a time, beginning where the interview is; a number goes there."""
        lines = self._session.review()
        asked = self._session.current
        here = [line.key == asked.key if asked else line.state == "required" for line in lines]
        first = self._screen.page_of(here.index(True) if True in here else 0)
        while True:
            through = self._session.current is None
            rows = self._screen.review(lines, first, through=through, modes=self._menus.offers_modes)
            typed = self._terminal.read("> ").strip()
            given = command(typed)
            if given == "quit":
                return Left("left")
            if given == "more":
                first = first + rows if first + rows < len(lines) else 0
            elif typed.lower() in MODE_SIGNS and self._menus.offers_modes:
                self.tell(self._menus.mode())
                return None
            elif typed.isdecimal() and 0 < int(typed[:6]) <= len(lines):
                self._jump(lines[int(typed[:6]) - 1].key)
                return None
            elif given == "back" and through:
                self._session.back()
                return None
            else:
                return Left("finished") if through else None

    def _jump(self, key: str) -> None:
        self._fresh()
        try:
            self._session.jump(key)
        except IntakeError as error:
            self._refused(error)

    def _hide(self) -> Left | None:
        """A screen that says nothing, until the passphrase is typed. Everything is saved already."""
        said = ""
        while True:
            self._screen.hidden(said)
            if self._unlock(self._terminal.secret(" " * 27 + self._t("Passphrase") + ": ")):
                return None
            said = self._t("Not this one.")

    def _end(self) -> Left:
        t = self._t
        kept = self._session.ended is not None and self._session.ended.kept
        said = t("The interview has ended; what was answered is kept.")
        nothing = t("The interview has ended. Only its date, its kind and a reason code remain.")
        self._screen.show(*self._screen.wrapped(said if kept else nothing), "")
        self._terminal.read(t("Enter to leave "))
        return Left("ended")

    def _narrative(self, asked: Asked) -> Left | None:
        typed, self._typed = self._typed, ""
        if self._writing is None:
            self._writing = Narrative(self._session, self._terminal, self._t, str(asked.value or ""))
        writing = self._writing
        given = writing.write(lambda: self._show(asked), typed)
        if isinstance(given, IntakeError):
            self._refused(given)
            return None
        self._writing = None
        if given:
            return self._obey(given, asked)
        if writing.words:
            told = self._t.plural("The text is saved: {n} word.", "The text is saved: {n} words.", n=writing.words)
            self._said.append(told)
        return None

    def _show(self, asked: Asked) -> None:
        due = self._menus.due()
        said, self._said = [*([f"● {due}"] if due else []), *self._said], []
        offered = self._only or asked.choices
        saved = self._session.consented
        self._page = self._screen.question(asked, said, offered, saved=saved, first=self._first)

    def _read_out(self, asked: Asked) -> Left | None:
        """The consent text, a screenful at a time, as it is to be read aloud; the question itself comes after it."""
        pages = self._screen.pages(asked.text)
        number = 0
        while number < len(pages):
            self._screen.show(self._screen.head(asked, saved=self._session.consented), "", *pages[number], "")
            prompt = self._t("{n} of {total} · Enter to read on, < back ", n=number + 1, total=len(pages))
            given = command(self._terminal.read(prompt)) if self._terminal.size else None
            if given in {"quit", "review"} or (given == "back" and number == 0):
                return self._obey(given, asked)
            number += -1 if given == "back" else 1
        self._read.add(asked.text)
        return None


def _sentence(text: str) -> str:
    """With a capital and a full stop: what is said on a screen stands alone."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "…")) else ".")


def _several(typed: str, choices: tuple[Choice, ...]) -> list[Choice]:
    """The choices that share what was typed, or the first part of it that several share."""
    found = matching(typed, choices)
    parts = (matching(part, choices) for part in re.split(r"[,;]", typed) if part.strip())
    return found or next((several for several in parts if len(several) > 1), [])


def _reason(typed: str, asked: Asked) -> str:
    """The reason that was meant, in words."""
    return choose_one(typed, asked.reasons).label
