"""Where an answer is typed or chosen: one widget for each way of answering.

Each tells the screen by a message that it is done, and gives what is to be handed to the engine as if it were typed in
lines: a number, words, numbers between spaces. What is typed and not handed in yet can be taken out (`pending`) and put
back, for a question that is left and comes again. Nothing here knows what an answer means.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from intake.app.interview.one_by_one import InLine
from intake.app.interview.paragraphs import Paragraph
from intake.app.widgets import Pointed
from intake.i18n.layouts import other_layouts
from intake.questionnaire.choices import matching
from intake.questionnaire.conditions import codes_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text
    from textual.app import ComposeResult
    from textual.events import Key as Pressed
    from textual.events import Resize
    from textual.widget import Widget

    from intake.questionnaire.choices import Choice
    from intake.questionnaire.scenes import Asked

AT_ONCE = 9  # choices: so many can be chosen by one digit each
WIDTH = 56


@dataclass
class Given(Message):
    """The answer is to be handed in: one text after the other; none at all: go on without changing it."""

    texts: tuple[str, ...] = ()


class Edited(Message):
    """Something was typed or marked that is not handed in yet."""


class Answer(Protocol):
    """What the screen does with each of them."""

    @property
    def pending(self) -> object:
        """What is typed and not stored; None where nothing is."""
        ...

    def put_back(self, pending: object) -> None:
        """The same, where the question comes again."""
        ...

    def given(self) -> tuple[str, ...]:
        """What Tab hands in."""
        ...

    @property
    def place(self) -> Widget:
        """Which widget takes the keys."""
        ...


class Box(InLine, TextArea):
    """Several lines, in memory only. `writes`: Enter is a new paragraph; else it hands in."""

    def __init__(self, text: str, *, writes: bool) -> None:
        super().__init__(text, compact=True, highlight_cursor_line=False, id="answer")
        self._writes = writes
        self._stored = text
        self.set_class(not writes, "short")
        self.move_cursor(self.document.end)

    def get_line(self, line_index: int) -> Text:
        """A paragraph to be drawn."""
        return Paragraph(self.document.get_line(line_index))

    async def on_key(self, event: Pressed) -> None:
        """Enter, where it ends the answer."""
        if event.key == "enter" and not self._writes:
            event.stop()
            event.prevent_default()
            self.post_message(Given(self.given()))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the screen, which saves it before two seconds are over."""
        event.stop()
        self.post_message(Edited())

    @property
    def pending(self) -> object:
        """What is not stored."""
        return None if self.text == self._stored else self.text

    def put_back(self, pending: object) -> None:
        """As it was left."""
        self.load_text(str(pending))
        self.move_cursor(self.document.end)

    def stored(self, text: str) -> None:
        """So much is in the vault now."""
        self._stored = text

    def given(self) -> tuple[str, ...]:
        """The text; what was not changed, or holds nothing, leaves the answer as it is."""
        return (self.text,) if self.text.strip() and (self._writes or self.pending is not None) else ()

    @property
    def place(self) -> Widget:
        """Itself."""
        return self


class _Entry(InLine, Input):
    """The line of a `Typed`."""

    def __init__(self, value: str) -> None:
        super().__init__(value=value, compact=True, select_on_focus=False, id="entry")


class Typed(Vertical):
    """One line, and under it what it may be one of: places that were named, or those of the codifier."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(id="answer")
        self._stored = asked.shown if asked.kind in PLAIN else ""
        self._named = asked.choices if asked.kind == "place" else ()
        self._offered: Sequence[Choice] = self._named
        self._entry = _Entry(self._stored)
        self._list = Pointed(id="offered", markup=False, compact=True)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        """The line, what is understood, what is offered."""
        yield self._entry
        yield Static("", id="echo", markup=False)
        yield self._list

    def on_mount(self) -> None:
        """Offer what there is."""
        self.offer(self._offered)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Other places, none of them marked."""
        self._offered = choices
        self._list.clear_options()
        self._list.add_options([Option(_row(choice)) for choice in choices])
        self._list.display = bool(choices)
        self._list.highlighted = None

    def echo(self, said: str) -> None:
        """How it is understood so far."""
        self.query_one("#echo", Static).update(said)

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self._entry.value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the screen; what was named before is offered again when nothing is typed."""
        event.stop()
        if not self.text or self.text == self._stored:
            self.offer(self._named)
        self.post_message(Edited())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: what is marked in the list, else what is typed."""
        event.stop()
        at = self._list.highlighted
        chosen = None if at is None else self._offered[at]
        if chosen is None:
            self.post_message(Given(self.given()))
        elif self._offered is self._named:
            self.post_message(Given((str(chosen.number),)))
        else:  # first the words, which always stay; then which of the codifier's they are
            self.post_message(Given((self.text, str(chosen.number))))

    def on_key(self, event: Pressed) -> None:
        """Up and down go through what is offered."""
        if event.key in {"up", "down"} and self._offered:
            event.stop()
            at = self._list.highlighted
            if at is None:
                self._list.highlighted = 0 if event.key == "down" else len(self._offered) - 1
            else:
                self._list.highlighted = (at + (1 if event.key == "down" else -1)) % len(self._offered)

    @property
    def pending(self) -> object:
        """What is typed and not stored."""
        return None if self.text == self._stored else self.text

    def put_back(self, pending: object) -> None:
        """As it was left."""
        self._entry.value = str(pending)
        self._entry.cursor_position = len(self._entry.value)

    def given(self) -> tuple[str, ...]:
        """What is typed; what was not changed leaves the answer as it is."""
        return (self.text,) if self.text.strip() and self.pending is not None else ()

    @property
    def place(self) -> Widget:
        """The line."""
        return self._entry


PLAIN = frozenset({"text", "name", "number", "code_word"})  # shown as they are typed


class Chosen(InLine, Pointed):
    """One of several, or several: by digits, by arrows, or by a part of the word in any of the three languages.

    Several are marked `[x]`, because a colour alone says nothing. A digit chooses at once where one is enough for every
    choice; in a longer list the number is typed, and Enter.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(id="answer", markup=False, compact=True)
        self._all = asked.choices
        self._many = asked.many
        self._shown: list[Choice] = list(self._all)
        held = asked.value if isinstance(asked.value, list) else [asked.value]
        codes = set(codes_in(held)) or ({""} if asked.value == [] else set())
        if asked.kind == "yes_no" and asked.value is not None:
            codes = {"yes" if asked.value else "no"}
        self._stored = frozenset(choice.number for choice in self._all if choice.code in codes)
        self._marked = set(self._stored)
        self._typed = ""
        self._width = WIDTH

    def on_mount(self) -> None:
        """Begin at what stands there, else at the first."""
        self._draw()
        here = [at for at, choice in enumerate(self._shown) if choice.number in self._stored]
        self.highlighted = here[0] if here else 0 if self._shown else None

    def on_resize(self, event: Resize) -> None:
        """Long labels are broken by us, under themselves."""
        if event.size.width != self._width:
            self._width = event.size.width
            self._draw()

    @property
    def is_many(self) -> bool:
        """Whether several may be marked."""
        return self._many

    @property
    def typed(self) -> str:
        """What is looked for."""
        return self._typed

    @property
    def is_long(self) -> bool:
        """Whether one digit is not enough for every choice."""
        return self._all[-1].number > AT_ONCE

    @property
    def found(self) -> int:
        """How many fit what is looked for."""
        return len(self._shown)

    def _draw(self) -> None:
        at = self.highlighted
        rows = [self._said(choice) for choice in self._shown]
        self.clear_options()
        self.add_options([Option(row) for row in rows])
        # All the room there is, and no more than it needs: what stands below stays in sight.
        self.styles.max_height = max(1, sum(row.count("\n") + 1 for row in rows))
        if self._shown:
            self.highlighted = min(at or 0, len(self._shown) - 1)

    def _said(self, choice: Choice) -> str:
        mark = ("[x] " if choice.number in self._marked else "[ ] ") if self._many else ""
        return _row(choice, mark, self._width)

    # -- keys ----------------------------------------------------------------------------------------------------------

    def on_key(self, event: Pressed) -> None:
        """Digits, letters of a search, Space to mark, Backspace."""
        sign = event.character if event.is_printable else None
        if event.key == "backspace":
            self._look_for(self._typed[:-1])
        elif sign is None:
            return
        elif sign.isdecimal() and not self._typed and not self.is_long:
            self._take(next((choice for choice in self._all if choice.number == int(sign)), None))
        elif sign == " " and not self._typed:
            self.action_select()
        else:
            self._look_for(self._typed + sign)
        event.stop()
        event.prevent_default()

    def _look_for(self, typed: str) -> None:
        self._typed = typed
        if typed.strip().isdecimal():
            self._shown = list(self._all)
            number = int(typed.strip()[:6])
            self._draw()
            self.highlighted = next((at for at, one in enumerate(self._shown) if one.number == number), None)
        else:
            self._shown = self._search(typed)
            self._draw()
            self.highlighted = 0 if self._shown else None
        self.post_message(Edited())

    def _search(self, typed: str) -> list[Choice]:
        """As typed; where that is nowhere, as the same keys give it under the other layouts."""
        if not typed.strip():
            return list(self._all)
        ways = (matching(said, self._all) for said in (typed, *other_layouts(typed)))
        return next((found for found in ways if found), [])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, Space or a click."""
        event.stop()
        self._take(self._shown[event.option_index])

    def _take(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if not self._many:
            self.post_message(Given((str(choice.number),)))
            return
        if choice.number in self._marked:
            self._marked.discard(choice.number)
        else:  # nobody at all, and somebody, are not said together
            self._marked = {one for one in self._marked if bool(one) == bool(choice.number)} | {choice.number}
        at = self._all.index(choice)
        self._typed, self._shown = "", list(self._all)
        self._draw()
        self.highlighted = at
        self.post_message(Edited())

    # -- for the screen ------------------------------------------------------------------------------------------------

    @property
    def pending(self) -> object:
        """What is marked and not stored."""
        return None if self._marked == self._stored else frozenset(self._marked)

    def put_back(self, pending: object) -> None:
        """As it was left."""
        if isinstance(pending, frozenset):
            self._marked = set(pending)
            self._draw()

    def given(self) -> tuple[str, ...]:
        """The numbers of what is marked; what was not changed leaves the answer as it is."""
        if not self._many or self.pending is None:
            return ()
        return (" ".join(str(number) for number in sorted(self._marked)),)

    @property
    def place(self) -> Widget:
        """Itself."""
        return self


class Read(Vertical):
    """A text to be read aloud, whole; only at its end it is asked whether all of it was said."""

    KEYS_DOWN: ClassVar[frozenset[str]] = frozenset({"space", "enter", "pagedown"})

    def __init__(self, asked: Asked, *, was_read: bool) -> None:
        super().__init__(id="answer")
        self._text = asked.text
        self.was_read = was_read
        self._entry = _Entry("")

    def compose(self) -> ComposeResult:
        """The text, and the line under it."""
        with _Page(id="text", can_focus=True):
            yield Static(self._text, markup=False)
        yield self._entry

    def on_mount(self) -> None:
        """The line comes when all was seen."""
        self._entry.display = self.was_read
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        page = self.query_one(_Page)
        if not self.was_read and page.scroll_target_y >= page.max_scroll_y:
            self.was_read = True
            self._entry.display = True
            self.screen.set_focus(self._entry)
            self.post_message(Edited())

    def on_key(self, event: Pressed) -> None:
        """Down to the end; from the line too, up and down move the text."""
        page, in_line = self.query_one(_Page), self._entry.has_focus
        if event.key in {"up", "pageup"}:
            page.scroll_relative(y=-1 if event.key == "up" else 1 - page.size.height, animate=False)
        elif event.key == "down" or (event.key in self.KEYS_DOWN and not in_line) or event.key == "pagedown":
            page.scroll_relative(y=1 if event.key == "down" else page.size.height - 1, animate=False)
        else:
            return
        event.stop()
        event.prevent_default()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What was typed."""
        event.stop()
        self.post_message(Given(self.given()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(Edited())

    @property
    def pending(self) -> object:
        """What is typed."""
        return self._entry.value or None

    def put_back(self, pending: object) -> None:
        """As it was left."""
        self._entry.value = str(pending)

    def given(self) -> tuple[str, ...]:
        """What is typed."""
        return (self._entry.value,) if self._entry.value.strip() else ()

    @property
    def place(self) -> Widget:
        """The text until it was read, then the line."""
        return self._entry if self.was_read else self.query_one(_Page)


class _Page(InLine, VerticalScroll):
    """A long text."""


def _row(choice: Choice, mark: str = "", width: int = WIDTH) -> str:
    """Number, mark and label; a long label is broken under itself."""
    head = f" {choice.number:>2}  {mark}"
    rows = textwrap.wrap(choice.label, max(width - len(head) - 2, 20)) or [""]
    return head + ("\n" + " " * len(head)).join(rows)
