"""An answer that is chosen: one of several, or several, by digits, by arrows, or by a part of the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets.option_list import Option

from intake.app.interview.answer import WIDTH, Edited, Given, row
from intake.app.interview.one_by_one import InLine
from intake.app.widgets import Pointed
from intake.i18n.layouts import other_layouts
from intake.questionnaire.choices import matching
from intake.questionnaire.conditions import codes_in

if TYPE_CHECKING:
    from textual.events import Key as Pressed
    from textual.events import Resize
    from textual.widget import Widget
    from textual.widgets import OptionList

    from intake.questionnaire.choices import Choice
    from intake.questionnaire.scenes import Asked
    from intake.questionnaire.talk import Json

AT_ONCE = 9  # choices: so many can be chosen by one digit each


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
        return row(choice, mark, self._width)

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
    def unfinished(self) -> Json:
        """The codes of what is marked and not stored: numbers may be others when it is put back."""
        if self._marked == self._stored:
            return None
        return [choice.code for choice in self._all if choice.number in self._marked]

    def put_back(self, unfinished: Json) -> None:
        """As it was left, as far as it is still offered."""
        if isinstance(unfinished, list):
            self._marked = {choice.number for choice in self._all if choice.code in unfinished}
            self._draw()

    def given(self) -> tuple[str, ...]:
        """What is marked, and the number that was typed; what was not changed leaves the answer as it is."""
        named = self._named()
        if not self._many:
            return () if named is None else (str(named.number),)
        if named is not None and named.number not in self._marked:
            self._take(named)
        if self.unfinished is None:
            return ()
        return (" ".join(str(number) for number in sorted(self._marked)),)

    def _named(self) -> Choice | None:
        """Whose number was typed, and Enter not yet: its row is pointed at, so Tab means it too."""
        at = self.highlighted
        return self._shown[at] if self._typed.strip().isdecimal() and at is not None else None

    @property
    def place(self) -> Widget:
        """Itself."""
        return self
